"""Finds the licence texts of the libraries that the bundle takes from the system it is built on.

A package of Debian, or of a system made from it, keeps them in a file of its own; for the common licences it names a
file that the system has once. ``build.spec`` puts both into the bundle, and ``tools/check_bundle.py`` sees that no
library is without.
"""

import platform
import re
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

NOTICES: Final = "third-party-notices"
"""The folder in the bundle."""

LISTING: Final = "system-libraries.txt"

_DOCUMENTS: Final = Path("/usr/share/doc")
_COMMON_LICENSES: Final = Path("/usr/share/common-licenses")


class NoticeError(Exception):
    """A library's licence is not known; the message names it."""


def packages_of(libraries: Collection[str]) -> dict[str, str]:
    """The package that each library came with.

    Args:
        libraries: absolute paths.

    Raises:
        NoticeError: a library is of no package, or the system has no dpkg.
    """
    # The same file may be asked for below /lib and known below /usr/lib, or the other way round.
    spellings = {library: {library, f"/usr{library}", library.removeprefix("/usr")} for library in libraries}
    command = ["dpkg-query", "--search", *sorted(set().union(*spellings.values()))]
    try:
        # Its status is 1, since no more than one spelling of each is known.
        output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError as error:
        raise NoticeError(
            "The licences of the system's libraries are found with dpkg-query, which is missing."
        ) from error
    owners: dict[str, str] = {}
    for line in output.splitlines():
        package, _, file = line.partition(": ")
        if file:
            owners[file] = package.split(", ")[0].split(":")[0]
    found = {
        library: next(owners[spelling] for spelling in sorted(those) if spelling in owners)
        for library, those in spellings.items()
        if those & owners.keys()
    }
    unknown = sorted(set(libraries) - found.keys())
    if unknown:
        raise NoticeError(f"{', '.join(unknown)}: of no package of this system, so that the licence is not known")
    return found


def texts_of(
    packages: Collection[str], documents: Path = _DOCUMENTS, common: Path = _COMMON_LICENSES
) -> dict[str, Path]:
    """The licence texts of packages, and the common licences that they name.

    Args:
        packages: names.
        documents: where the system keeps a folder for each package.
        common: where it keeps the common licences.

    Returns:
        For each file its name in the folder of notices.

    Raises:
        NoticeError: a package has none.
    """
    texts = {}
    for package in sorted(packages):
        file = documents / package / "copyright"
        if not file.is_file():
            raise NoticeError(f"The package {package} has no licence text in {documents}.")
        texts[f"{package}/copyright"] = file
        for name in re.findall(r"/common-licenses/([\w.+-]*\w)", file.read_text("utf-8", errors="replace")):
            if (common / name).is_file():
                texts[f"common-licenses/{name}"] = common / name
    return texts


def listing(packages: Mapping[str, str]) -> str:
    """What a reader of the folder is told: which library is of which package, and where its source is.

    Args:
        packages: of :func:`packages_of`.
    """
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = "the system that this program was built on"
    lines = sorted(f"{PurePosixPath(library).name}  {package}" for library, package in packages.items())
    return (
        f"These libraries beside the program are those of {system}, unchanged.\n"
        "Behind each stands its package. A folder of that name, here, holds its licence, and the system's archive has\n"
        "its source under that name.\n\n" + "\n".join(lines) + "\n"
    )


def system_notices(libraries: Collection[str], scratch: Path) -> list[tuple[str, str, str]]:
    """All of it, as entries for PyInstaller.

    Args:
        libraries: absolute paths of those that go into the bundle.
        scratch: a folder for the listing.

    Raises:
        NoticeError: a library's licence is not known.
    """
    if not libraries:
        return []
    packages = packages_of(libraries)
    (scratch / LISTING).write_text(listing(packages), "utf-8")
    texts = texts_of(set(packages.values())) | {LISTING: scratch / LISTING}
    return [(f"{NOTICES}/{name}", str(file), "DATA") for name, file in texts.items()]


def unnoticed(folder: Path) -> list[str]:
    """Libraries of the system in a bundle that the listing does not name.

    Args:
        folder: the one that holds the libraries, with the folder of notices in it. Links lead to what wheels brought,
            with licences of their own, and Python's library has another notice.
    """
    file = folder / NOTICES / LISTING
    named = {line.split("  ")[0] for line in file.read_text("utf-8").splitlines()} if file.is_file() else set()
    return sorted(
        library.name
        for library in folder.glob("*.so*")
        if not library.is_symlink() and not library.name.startswith("libpython") and library.name not in named
    )
