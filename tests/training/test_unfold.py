"""Training can go on from what is shipped."""

from pathlib import Path

import numpy as np
import pytest
import torch

from hccr_desktop.errors import ModelFileError, ModelMismatchError
from hccr_training import unfold
from hccr_training.card import read_card
from hccr_training.checkpoint import load_weights
from hccr_training.export import export

REPOSITORY = Path(__file__).resolve().parents[2]
MODEL = REPOSITORY / "models" / "melnyk_net.onnx"
BATCH_NORMS = REPOSITORY / "training" / "runs" / "sixth" / "batch_norms.npz"


@pytest.fixture
def exported(random_network, card_path, tmp_path):
    export(random_network, read_card(card_path), tmp_path / "network.onnx")
    unfold.save_batch_norms(random_network, tmp_path / "norms.npz")
    return tmp_path / "network.onnx", tmp_path / "norms.npz"


def test_an_exported_network_comes_back_also_as_it_trains(random_network, exported):
    network = unfold.unfold(*exported)
    images = torch.from_numpy(np.random.default_rng(1).uniform(0, 255, (4, 1, 48, 48)).astype(np.float32))
    with torch.no_grad():
        for train in (False, True):  # statistics of the batch take the place of the stored ones
            expected, found = random_network.train(train)(images), network.train(train)(images)
            assert float(expected.std()) > 0.3
            torch.testing.assert_close(found, expected, atol=0.05, rtol=0.02)


def test_the_shipped_model_is_a_start(tmp_path):
    assert unfold.main([str(MODEL), str(BATCH_NORMS), "-o", str(tmp_path / "start.npz")]) == 0
    network = load_weights(tmp_path / "start.npz")
    assert network.dense.weight.shape == (3755, 448)


def test_batch_norms_of_other_weights_are_refused(exported, tmp_path, capsys):
    with pytest.raises(ModelMismatchError, match=r"is not of the weights in melnyk_net\.onnx"):
        unfold.unfold(MODEL, exported[1])
    (tmp_path / "empty.npz").write_bytes(b"")
    with pytest.raises(ModelFileError, match="cannot be read"):
        unfold.unfold(MODEL, tmp_path / "empty.npz")
    assert unfold.main([str(tmp_path / "gone.onnx"), str(BATCH_NORMS), "-o", str(tmp_path / "x.npz")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_batch_norms_of_weights_are_saved_by_the_command(random_network, tmp_path):
    from hccr_training.checkpoint import save_npz

    save_npz(random_network, tmp_path / "weights.npz")
    assert unfold.main(["--save", str(tmp_path / "weights.npz"), str(tmp_path / "norms.npz")]) == 0
    with np.load(tmp_path / "norms.npz") as arrays:
        assert len(arrays.files) == 4 * len(random_network.batch_norms)
