"""Files of 26 MB each: they are removed after every test, since pytest keeps its folders for three runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.model_import.keras_layouts import KerasNetwork, random_network


@pytest.fixture(scope="session")
def network() -> KerasNetwork:
    return random_network()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.unlink()
