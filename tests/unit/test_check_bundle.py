"""What is looked at in the bundle after it was made."""

from pathlib import Path

import pytest

from tools.check_bundle import NEEDED, has_opencv_of, licence_problems, missing_files
from tools.small_opencv import LIBRARY

NOTICES = "third-party-notices"


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


def test_every_library_of_the_system_must_have_a_notice(tmp_path: Path) -> None:
    (tmp_path / NOTICES).mkdir()
    (tmp_path / NOTICES / "system-libraries.txt").write_text("libz.so.1  zlib1g\n", "utf-8")
    for name in ("libz.so.1", "libX11.so.6", "libpython3.11.so.1.0"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "libQt6Core.so.6").symlink_to("PySide6/Qt/lib/libQt6Core.so.6")
    assert licence_problems(tmp_path) == ["libX11.so.6 has no notice of its licence."]


def test_a_bundle_without_any_notice_is_found(tmp_path: Path) -> None:
    (tmp_path / "libz.so.1").write_bytes(b"")
    assert licence_problems(tmp_path) == ["libz.so.1 has no notice of its licence."]


def test_a_library_under_the_gpl_may_not_be_there(tmp_path: Path) -> None:
    (tmp_path / NOTICES).mkdir()
    (tmp_path / NOTICES / "system-libraries.txt").write_text("libreadline.so.8  libreadline8\n", "utf-8")
    (tmp_path / "libreadline.so.8").write_bytes(b"")
    assert licence_problems(tmp_path) == ["libreadline.so.8 is under the GPL and may not be in the bundle."]


def test_what_only_a_desktop_would_miss_is_looked_for(tmp_path: Path) -> None:
    for name in NEEDED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert missing_files(tmp_path) == []
    wayland = "PySide6/Qt/plugins/platforms/libqwayland.so"
    (tmp_path / wayland).unlink()
    assert missing_files(tmp_path) == [wayland]
