"""Looks at the bundle of `make build`: its size, its ten largest files, and whether anything it needs is missing.

On Linux also whether every library of the system has its licence with it and none is under the GPL, and whether its
OpenCV is the one of this environment, which tools/golden.py has compared with the golden arrays.
"""

import filecmp
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.build_deb import BUNDLE, DEPENDS, elf_files
from tools.small_opencv import LIBRARY
from tools.system_notices import unnoticed

LIMIT_MB: Final = 300
"""On Linux. Windows and macOS keep PyPI's OpenCV, and no one has measured a bundle there."""

_QT: Final = "PySide6/Qt"
NEEDED: Final = (
    # The self-test looks at none of these but the first: a desktop would find out.
    *(f"{_QT}/plugins/platforms/libq{name}.so" for name in ("offscreen", "xcb", "wayland")),
    f"{_QT}/plugins/wayland-shell-integration/libxdg-shell.so",
    f"{_QT}/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
    f"{_QT}/plugins/iconengines/libqsvgicon.so",
    *(f"{_QT}/plugins/imageformats/libq{name}.so" for name in ("jpeg", "gif", "tiff", "webp", "svg")),
    f"{_QT}/translations/qtbase_zh_CN.qm",
    "resources/translations/hccr_zh_CN.qm",
    "models/melnyk_net_int8.onnx",
)
"""Files on Linux without which the program starts, and lacks something."""

UNDER_THE_GPL: Final = ("libreadline.", "libhistory.", "libgdbm.")
"""What Python would bring: a program under another licence may not be given away together with them."""

_PARTS_OF_GLIBC: Final = re.compile(r"^(ld-linux.*|lib(c|dl|m|pthread|resolv|rt|util))\.so\.\d+$")


def needed_libraries(file: Path) -> list[str]:
    """Names of the shared libraries that a program or library asks for itself."""
    output = subprocess.run(["objdump", "-p", file], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^\s+NEEDED\s+(\S+)$", output, re.MULTILINE)


def unmet_needs(folder: Path) -> dict[str, list[str]]:
    """Libraries that are neither in the bundle nor left to the system on purpose, each with the files that want it."""
    files = list(elf_files(folder))
    present = {file.name for file in folder.rglob("*.so*")}
    unmet: dict[str, list[str]] = {}
    for file in files:
        for library in needed_libraries(file):
            if library not in present and library not in DEPENDS and not _PARTS_OF_GLIBC.match(library):
                unmet.setdefault(library, []).append(file.name)
    return unmet


def missing_files(folder: Path) -> list[str]:
    """Which of the files that the program needs are not in the folder that holds its libraries."""
    return [name for name in NEEDED if not (folder / name).is_file()]


def licence_problems(folder: Path) -> list[str]:
    """Sentences about libraries in a bundle that may not be there, or have no notice.

    Args:
        folder: the one that holds the libraries.
    """
    forbidden = sorted(file.name for file in folder.glob("*.so*") if file.name.startswith(UNDER_THE_GPL))
    return [
        *(f"{name} is under the GPL and may not be in the bundle." for name in forbidden),
        *(f"{name} has no notice of its licence." for name in unnoticed(folder)),
    ]


def has_opencv_of(packages: Path, folder: Path) -> bool:
    """Whether the bundle in a folder holds the very OpenCV that an environment has among its packages."""
    mine, theirs = folder / "_internal" / "cv2" / LIBRARY, packages / "cv2" / LIBRARY
    return mine.is_file() and theirs.is_file() and filecmp.cmp(mine, theirs, shallow=False)


def main() -> int:
    """Print what was found; 1 where the bundle is too large, OpenCV is another one, or anything else is wrong."""
    files = [(file.stat().st_size, file) for file in BUNDLE.rglob("*") if file.is_file() and not file.is_symlink()]
    total = sum(size for size, _ in files) / 1e6
    print(f"{total:.0f} MB in {len(files)} files; the ten largest:")
    for size, file in sorted(files, reverse=True)[:10]:
        print(f"{size / 1e6:7.1f} MB  {file.relative_to(BUNDLE)}")
    unmet = unmet_needs(BUNDLE) if sys.platform == "linux" else {}
    for library, wanting in sorted(unmet.items()):
        print(f"missing: {library}, wanted by {', '.join(sorted(wanting))}")
    inside = BUNDLE / "_internal"
    problems = []
    if sys.platform == "linux":
        problems = [f"missing: {name}" for name in missing_files(inside)] + licence_problems(inside)
    for problem in problems:
        print(problem)
    is_too_large = total > LIMIT_MB and sys.platform == "linux"
    if is_too_large:
        print(f"The bundle is larger than {LIMIT_MB} MB.")
    is_checked = sys.platform != "linux" or has_opencv_of(Path(sysconfig.get_path("platlib")), BUNDLE)
    if not is_checked:
        print("The bundle's OpenCV is not the one that was compared with the golden arrays.")
    return 1 if unmet or problems or is_too_large or not files or not is_checked else 0


if __name__ == "__main__":
    sys.exit(main())
