"""What is looked at in the bundle after it was made."""

from pathlib import Path

import pytest

from tools.check_bundle import has_opencv_of
from tools.small_opencv import LIBRARY


def put(folder: Path, content: bytes) -> None:
    (folder / "cv2").mkdir(parents=True)
    (folder / "cv2" / LIBRARY).write_bytes(content)


@pytest.mark.parametrize(("content", "is_same"), [(b"\x7fELF small", True), (b"\x7fELF large", False)])
def test_the_opencv_of_the_bundle_is_compared_byte_by_byte(tmp_path: Path, content: bytes, is_same: bool) -> None:
    put(tmp_path / "packages", b"\x7fELF small")
    put(tmp_path / "bundle" / "_internal", content)
    assert has_opencv_of(tmp_path / "packages", tmp_path / "bundle") == is_same


def test_a_bundle_without_opencv_does_not_have_the_environments(tmp_path: Path) -> None:
    put(tmp_path / "packages", b"\x7fELF small")
    assert not has_opencv_of(tmp_path / "packages", tmp_path / "bundle")
