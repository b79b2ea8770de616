"""The trainer's tests need torch, which lives in a second environment; the app's own test run passes them over."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hccr_desktop.domain.charset import gb2312_level1

if importlib.util.find_spec("torch") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Results of sums depend on the thread count, and threads that wait for each other are slow on a busy machine."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def random_network():
    """A network whose every value, running statistics included, is random, so that no layer is an identity."""
    import torch

    from hccr_training.network import MelnykNet

    torch.manual_seed(5)
    network = MelnykNet()
    with torch.no_grad():
        for norm in network.batch_norms:
            norm.weight.uniform_(0.5, 1.5)
            norm.bias.normal_(0, 0.2)
            norm.running_mean.normal_(0, 0.2)
            norm.running_var.uniform_(0.5, 1.5)
        network.gwap.normal_(1 / 36, 0.02)
        network.dense.weight.normal_(0, 0.1)
        network.dense.bias.normal_(0, 0.1)
    return network.eval()


@pytest.fixture
def card_path(tmp_path: Path) -> Path:
    path = tmp_path / "card.toml"
    path.write_text(
        "# kept\n"
        'model_id = "Test-Net"\nversion = "1"\nlicence = "MIT"\nprovenance = """\nmade\nup"""\n'
        "temperature_ink = 1.0\ntemperature_page = 1.0\nsure_confidence_ink = 0.5\nsure_confidence_page = 0.5\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def medians(tmp_path: Path) -> Path:
    """A folder of hanzi-writer-data in which all characters look alike."""
    folder = tmp_path / "medians"
    folder.mkdir()
    text = json.dumps({"medians": [[[100, 800], [700, 300]], [[100, 200], [800, 250]]]})
    for character in [*gb2312_level1(), "亍", "龍"]:
        (folder / f"{character}.json").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def banks():
    from tests.training.tiny import tiny_banks

    return tiny_banks()
