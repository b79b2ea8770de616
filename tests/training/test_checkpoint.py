"""Weights come back as they were written, and a wrong file is refused with a sentence."""

import numpy as np
import pytest
import torch

from hccr_desktop.errors import ModelFileError, ModelMismatchError
from hccr_training.checkpoint import load_weights, read_checkpoint, save_checkpoint, save_npz
from hccr_training.network import MelnykNet


def test_npz_keeps_what_the_network_answers(random_network, tmp_path):
    save_npz(random_network, tmp_path / "weights.npz")
    loaded = load_weights(tmp_path / "weights.npz")

    images = torch.rand(2, 1, 96, 96) * 255
    with torch.no_grad():
        difference = (loaded(images) - random_network(images)).abs().max()
    assert difference < 0.05  # float16 weights; the logits reach +-20


def test_npz_keeps_first_convolution_for_inputs_up_to_255(random_network, tmp_path):
    save_npz(random_network, tmp_path / "weights.npz")

    with np.load(tmp_path / "weights.npz") as arrays:
        stored = arrays["conv1.weight"]
    np.testing.assert_allclose(stored * 255, random_network.convolutions[0].weight.detach().numpy(), rtol=1e-6)
    assert stored.dtype == np.float32


def test_checkpoint_prefers_averaged_weights(random_network, tmp_path):
    raw = MelnykNet()
    save_checkpoint({"network": raw.state_dict(), "averaged": random_network.state_dict()}, tmp_path / "a.pt")

    loaded = load_weights(tmp_path / "a.pt")

    torch.testing.assert_close(loaded.dense.weight, random_network.dense.weight)


def test_a_failed_save_leaves_the_old_checkpoint(tmp_path):
    path = tmp_path / "a.pt"
    save_checkpoint({"step": 1}, path)

    with pytest.raises(AttributeError):
        save_checkpoint({"step": lambda: 2}, path)

    assert read_checkpoint(path)["step"] == 1


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"none\.npz does not exist"):
        load_weights(tmp_path / "none.npz")


@pytest.mark.parametrize("name", ["broken.npz", "broken.pt"])
def test_damaged_file_is_refused_with_a_sentence(name, random_network, tmp_path):
    path = tmp_path / name
    if path.suffix == ".npz":
        save_npz(random_network, path)
    else:
        save_checkpoint({"network": random_network.state_dict()}, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(ModelFileError, match=f"{name} is damaged"):
        load_weights(path)


def test_foreign_torch_file_is_refused(tmp_path):
    torch.save({"weight": torch.zeros(3)}, tmp_path / "foreign.pt")

    with pytest.raises(ModelFileError, match="not a checkpoint of this trainer"):
        load_weights(tmp_path / "foreign.pt")


def test_weights_of_another_network_are_refused(random_network, tmp_path):
    save_npz(random_network, tmp_path / "weights.npz")
    with np.load(tmp_path / "weights.npz") as arrays:
        values = dict(arrays)

    np.savez(tmp_path / "shape.npz", **(values | {"conv3.weight": np.zeros((96, 32, 3, 3), np.float16)}))
    with pytest.raises(ModelMismatchError, match="another shape"):
        load_weights(tmp_path / "shape.npz")

    np.savez(tmp_path / "extra.npz", **(values | {"conv15.weight": np.zeros((8, 8, 3, 3), np.float16)}))
    with pytest.raises(ModelMismatchError, match=r"convolutions\.14\.weight is unknown"):
        load_weights(tmp_path / "extra.npz")

    del values["bn4.variance"]
    np.savez(tmp_path / "less.npz", **values)
    with pytest.raises(ModelMismatchError, match=r"batch_norms\.3\.running_var is missing"):
        load_weights(tmp_path / "less.npz")
