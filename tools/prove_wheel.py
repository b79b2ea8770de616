"""Builds the wheel and the sdist, installs the wheel as a user would, and tries it: ``make wheel``.

The wheel is made from the sdist, since that is what pip does where no wheel fits. It is installed into a fresh
environment in a folder whose name has a space and Chinese characters, outside the checkout, with the locked packages,
and both programs prove themselves there.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
DIST: Final = REPOSITORY / "dist"
NEEDED: Final = (
    "hccr_desktop/_bundled/models/melnyk_net.onnx",
    "hccr_desktop/_bundled/models/melnyk_net_int8.onnx",
    "hccr_desktop/_bundled/resources/fonts/HCCRSans-Regular.otf",
    "hccr_desktop/_bundled/resources/lexicon/dictionary.bin",
    "hccr_desktop/_bundled/resources/lexicon/strokes.bin",
    "hccr_desktop/_bundled/resources/translations/hccr_zh_CN.qm",
    "hccr_desktop/_bundled/resources/icons/hccr-desktop.svg",
)
LIMIT_MB: Final = 40


class WheelError(Exception):
    """The wheel is not what a user needs; the message says why."""


def run(*command: str | Path, **options: object) -> str:
    """A command's output; what it complains of goes to standard error."""
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout  # type: ignore[call-overload, no-any-return]


def build() -> Path:
    """The wheel, made from the sdist, both in dist/."""
    for old in [*DIST.glob("hccr_desktop-*.whl"), *DIST.glob("hccr_desktop-*.tar.gz")]:
        old.unlink()
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", DIST, cwd=REPOSITORY)
    (sdist,) = DIST.glob("hccr_desktop-*.tar.gz")
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(sdist) as archive:
        archive.extractall(scratch, filter="data")
        (source,) = Path(scratch).iterdir()
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", DIST, cwd=source)
    (wheel,) = DIST.glob("hccr_desktop-*.whl")
    return wheel


def check_content(wheel: Path) -> None:
    """Look for what the program reads at run time.

    Raises:
        WheelError: something is missing, or the wheel is too large.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise WheelError(f"{wheel.name} lacks {', '.join(missing)}")
    strays = [name for name in names if not name.startswith(("hccr_desktop/", "hccr_desktop-"))]
    if strays:
        raise WheelError(f"{wheel.name} puts files beside the package: {', '.join(sorted(strays))}")
    megabytes = wheel.stat().st_size / 1e6
    if megabytes > LIMIT_MB:
        raise WheelError(f"{wheel.name} has {megabytes:.0f} MB; the limit is {LIMIT_MB}.")
    print(f"{wheel.name}: {megabytes:.1f} MB, {len(names)} files")


def try_out(wheel: Path, folder: Path) -> None:
    """Install the wheel into a new environment in a folder, and run both programs from there.

    Raises:
        CalledProcessError: one of them failed.
        WheelError: the programs came from somewhere else.
    """
    environment = folder / "环境"
    home = folder / "家"
    home.mkdir()
    run(sys.executable, "-m", "venv", environment)
    programs = environment / ("Scripts" if sys.platform == "win32" else "bin")
    pip = (programs / "python", "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-input")
    run(*pip, "--only-binary", ":all:", "--require-hashes", "-r", REPOSITORY / "requirements" / "app.txt")
    run(*pip, "--no-deps", wheel)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HCCR", "XDG"))}
    clean |= {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    place = run(
        programs / "python", "-c", "import hccr_desktop; print(ascii(hccr_desktop.__file__))", cwd=folder, env=clean
    )
    if ascii(str(environment)).strip("'") not in place:
        raise WheelError(f"the package came from {place.strip()}")
    print(run(programs / "hccr", "info", cwd=folder, env=clean).strip().splitlines()[0])
    print(run(programs / "hccr-desktop", "--self-test", cwd=folder, env=clean).strip())


def main() -> int:
    """Build, check, install and try; 1 where something is wrong."""
    try:
        wheel = build()
        check_content(wheel)
        with tempfile.TemporaryDirectory(prefix="轮 子 ") as folder:
            try_out(wheel, Path(folder))
    except (WheelError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{wheel.relative_to(REPOSITORY)} installs and works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
