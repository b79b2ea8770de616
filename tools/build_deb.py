"""Wraps the bundle of `make build` in a Debian package: `make deb` makes dist/hccr-desktop_VERSION_ARCHITECTURE.deb.

The program goes to /opt/hccr-desktop; /usr gets two links, the menu entry, its icons and the AppStream description.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
NAME: Final = "hccr-desktop"
BUNDLE: Final = REPOSITORY / "dist" / NAME
LINUX: Final = REPOSITORY / "packaging" / "linux"
METAINFO: Final = "io.github.hccr_desktop.HccrDesktop.metainfo.xml"
"""AppStream wants the component's identifier as the name."""

ICON: Final = REPOSITORY / "resources" / "icons" / f"{NAME}.svg"
ICON_SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)
PROGRAMS: Final = (NAME, "hccr")
MAINTAINER: Final = "The HCCR Desktop developers <hccr-desktop@localhost>"

LIMIT_MB: Final = 130
"""Of the package, which is the download."""

DEPENDS: Final = {
    # What the bundle leaves to the system, since it belongs to the graphics driver or the display server. A check in
    # tools/check_bundle.py fails when the bundle needs a library that is neither in it nor here.
    "libc.so.6": "libc6",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdrm.so.2": "libdrm2",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
}

DESCRIPTION: Final = """\
Offline handwriting pad for Chinese
 Draw a Chinese character with mouse, stylus or finger, or open a picture of one. The candidates stand beside it as
 you write, each with its confidence, pinyin and meaning, and one key puts the right one on the clipboard.
 .
 It knows the 3,755 characters of GB2312 level 1, works without a network, needs no account and collects nothing.
"""


class PackagingError(Exception):
    """Something the package is made of is missing; the message says what to do."""


def version() -> str:
    """The program's version, read without importing it."""
    text = (REPOSITORY / "hccr_desktop" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise PackagingError("hccr_desktop/__init__.py tells no version")
    return found.group(1)


def control(architecture: str, installed_kib: int, oldest_glibc: str) -> str:
    """The package's control file.

    Args:
        architecture: Debian's name of it.
        installed_kib: size of all files in KiB.
        oldest_glibc: the first glibc that has every symbol the bundle asks for.
    """
    depends = [f"libc6 (>= {oldest_glibc})", *sorted(package for package in DEPENDS.values() if package != "libc6")]
    return (
        f"Package: {NAME}\nVersion: {version()}\nArchitecture: {architecture}\nMaintainer: {MAINTAINER}\n"
        f"Installed-Size: {installed_kib}\nDepends: {', '.join(depends)}\n"
        f"Section: utils\nPriority: optional\nDescription: {DESCRIPTION}"
    )


def elf_files(folder: Path) -> Iterator[Path]:
    """Programs and shared libraries in a folder."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as stream:
                if stream.read(4) == b"\x7fELF":
                    yield file


def oldest_glibc(folder: Path) -> str:
    """The highest version of glibc that any program or library in a folder asks for, such as ``2.34``."""
    versions = {(2, 28)}
    for file in elf_files(folder):
        for major, minor in re.findall(rb"GLIBC_(\d+)\.(\d+)", file.read_bytes()):
            versions.add((int(major), int(minor)))
    return ".".join(map(str, max(versions)))


def copyright_text() -> str:
    """Debian's copyright file: what the package is under, and where the texts of all it contains lie."""
    licence = (REPOSITORY / "LICENSE").read_text("utf-8").strip()
    return (
        f"HCCR Desktop is under the MIT licence:\n\n{licence}\n\n"
        f"Its model, font, dictionary and libraries have licences of their own. Their texts are in\n"
        f"/opt/{NAME}/_internal/resources/licenses, in /opt/{NAME}/_internal/third-party-notices, and in the program\n"
        "under Help > About.\n"
    )


def changelog() -> str:
    """Debian's changelog of the current version; CHANGELOG.md has the rest."""
    when = datetime.fromtimestamp((REPOSITORY / "CHANGELOG.md").stat().st_mtime, UTC)
    notes = (REPOSITORY / "CHANGELOG.md").read_text("utf-8").split("\n## ")[1].split("\n", 1)[1].strip()
    lines = "\n".join(f"  {'*' if line.startswith('-') else ' '} {line.lstrip('- ')}" for line in notes.splitlines())
    return f"{NAME} ({version()}) stable; urgency=low\n\n{lines}\n\n -- {MAINTAINER}  {format_datetime(when)}\n"


def write_icons(folder: Path) -> None:
    """The icon as SVG and in the sizes that older desktops want."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QGuiApplication, QIcon

    application = QGuiApplication.instance() or QGuiApplication([])
    icon = QIcon(str(ICON))
    for size in ICON_SIZES:
        target = folder / f"{size}x{size}" / "apps" / f"{NAME}.png"
        target.parent.mkdir(parents=True)
        if not icon.pixmap(QSize(size, size), 1.0).save(str(target)):
            raise PackagingError(f"{ICON.name} cannot be drawn at {size} pixels")
    scalable = folder / "scalable" / "apps"
    scalable.mkdir(parents=True)
    shutil.copy(ICON, scalable)
    del application


def assemble(root: Path) -> None:
    """Everything the package installs, below a folder that stands for ``/``."""
    if not (BUNDLE / NAME).exists():
        raise PackagingError("There is no bundle to wrap; `make build` makes it.")
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(BUNDLE, root / "opt" / NAME, symlinks=True)
    share = root / "usr" / "share"
    for folder in ("usr/bin", "usr/share/applications", "usr/share/metainfo", f"usr/share/doc/{NAME}"):
        (root / folder).mkdir(parents=True)
    for program in PROGRAMS:
        (root / "usr" / "bin" / program).symlink_to(f"/opt/{NAME}/{program}")
    shutil.copy(LINUX / f"{NAME}.desktop", share / "applications")
    shutil.copy(LINUX / METAINFO, share / "metainfo")
    write_icons(share / "icons" / "hicolor")
    (share / "doc" / NAME / "copyright").write_text(copyright_text(), "utf-8")
    packed = gzip.compress(changelog().encode(), mtime=0)
    (share / "doc" / NAME / "changelog.gz").write_bytes(packed)
    # Whoever built it may have had a stricter umask than everyone who installs it can live with.
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def require_small(package: Path) -> None:
    """Look at the size of the package.

    Raises:
        PackagingError: it is larger than anyone should have to download.
    """
    size_mb = package.stat().st_size / 1e6
    if size_mb > LIMIT_MB:
        raise PackagingError(f"{package.name} has {size_mb:.0f} MB; the limit is {LIMIT_MB}.")


def main() -> int:
    """Build the package and say where it is."""
    root = REPOSITORY / "build" / "deb"
    try:
        if shutil.which("dpkg-deb") is None:
            raise PackagingError("dpkg-deb is missing; Debian has it in the package dpkg.")
        assemble(root)
        architecture = subprocess.run(
            ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
        ).stdout.strip()
        sizes = sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN" / "control").write_text(
            control(architecture, sizes // 1024, oldest_glibc(root / "opt")), "utf-8"
        )
        target = REPOSITORY / "dist" / f"{NAME}_{version()}_{architecture}.deb"
        command = ["dpkg-deb", "--build", "--root-owner-group", "-Zxz", str(root), str(target)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        require_small(target)
    except (PackagingError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    shutil.rmtree(root)
    print(f"{target.relative_to(REPOSITORY)}: {target.stat().st_size / 1e6:.0f} MB, {sizes / 1e6:.0f} MB installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
