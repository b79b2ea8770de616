import pytest
import torch

from hccr_training import blend as module
from hccr_training.blend import blend
from hccr_training.checkpoint import load_weights, save_npz
from hccr_training.network import MelnykNet


@pytest.fixture
def ends():
    torch.manual_seed(0)
    return MelnykNet().eval(), MelnykNet().eval()


def test_a_blend_lies_between_its_ends(ends):
    start, end = (network.state_dict() for network in ends)

    between = blend(*ends, 0.75).state_dict()

    assert between.keys() == end.keys()
    for name, value in between.items():
        if value.is_floating_point():
            torch.testing.assert_close(value, 0.25 * start[name] + 0.75 * end[name])
    for share, wanted in ((0.0, start), (1.0, end)):
        for name, value in blend(*ends, share).state_dict().items():
            torch.testing.assert_close(value, wanted[name])


def test_a_share_outside_the_ends_is_refused(ends, tmp_path, capsys):
    with pytest.raises(ValueError, match="between 0 and 1"):
        blend(*ends, 1.5)
    with pytest.raises(SystemExit):
        module.main(["a.npz", "b.npz", "--share", "-1", "-o", str(tmp_path / "c.npz")])
    assert "between 0 and 1" in capsys.readouterr().err


def test_the_command_writes_weights_that_can_be_loaded(ends, tmp_path):
    for name, network in zip("ab", ends, strict=True):
        save_npz(network, tmp_path / f"{name}.npz")

    assert (
        module.main([str(tmp_path / "a.npz"), str(tmp_path / "b.npz"), "--share", "1", "-o", str(tmp_path / "c.npz")])
        == 0
    )

    written, wanted = (load_weights(tmp_path / f"{name}.npz").state_dict() for name in "cb")
    for name, value in written.items():
        torch.testing.assert_close(value, wanted[name])
    assert module.main([str(tmp_path / "none.npz"), str(tmp_path / "b.npz"), "-o", str(tmp_path / "d.npz")]) == 2
