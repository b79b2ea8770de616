"""Gives the bundle's environment on Linux an OpenCV that holds what the program uses: ``make build`` calls it.

PyPI's opencv-python-headless brings video codecs, a linear algebra library and modules for cameras and neural networks:
150 MB of the bundle. The same locked source, checked by the same hash, built with four of its modules takes a tenth.
Building takes some 25 minutes of one core, once: the library is kept in build/opencv.

pip cannot do this by itself: opencv-python's own recipe fails when a module is left out that it has type hints for.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
REQUIREMENTS: Final = REPOSITORY / "requirements" / "bundle.txt"
FOLDER: Final = REPOSITORY / "build" / "opencv"
PACKAGE: Final = "opencv-python-headless"
LIBRARY: Final = "cv2.abi3.so"
COMMANDS: Final = ("cmake", "ninja", "g++")

MODULES: Final = ("core", "imgproc", "imgcodecs", "geometry", "python3")
"""imgcodecs for cv2.imdecode on JPEG; geometry holds parts of what imgproc was before OpenCV 5."""

LEFT_OUT: Final = (
    *("IPP", "FFMPEG", "LAPACK", "OPENCL", "ITT", "PROTOBUF", "ADE", "V4L", "GSTREAMER", "GTK", "QT", "1394", "VULKAN"),
    *("QUIRC", "AVIF", "OPENEXR", "JASPER", "OPENJPEG", "TIFF", "WEBP", "OBSENSOR"),
)

OPTIONS: Final = (
    f"-DBUILD_LIST={','.join(MODULES)}",
    *(f"-DWITH_{name}=OFF" for name in LEFT_OUT),
    *(f"-DBUILD_{name}=OFF" for name in ("ITT", "TESTS", "PERF_TESTS", "DOCS", "SHARED_LIBS", "opencv_apps")),
    # Its own, as PyPI's has: a bundle must not depend on the builder's.
    *(f"-DBUILD_{name}=ON" for name in ("ZLIB", "PNG", "JPEG")),
    "-DCPU_DISPATCH=AVX2",
    "-DCMAKE_BUILD_TYPE=Release",
    "-DPYTHON3_LIMITED_API=ON",
)


def requirement() -> str:
    """The lines of the lock that name the package with its hashes."""
    lines = REQUIREMENTS.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{PACKAGE}=="))
    end = start
    while lines[end].endswith("\\"):
        end += 1
    return "\n".join(lines[start : end + 1]) + "\n"


def key() -> str:
    """Tells libraries apart that were built from another source, with other options or for another Python."""
    text = "\n".join([requirement(), *OPTIONS, *map(str, sys.version_info[:2])])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def build() -> Path:
    """The library, built now unless an earlier call did.

    Raises:
        CalledProcessError: pip failed; its messages say why.
        SystemExit: cmake or the compiler failed.
    """
    library = FOLDER / key() / LIBRARY
    if library.exists():
        return library
    library.parent.mkdir(parents=True, exist_ok=True)
    print(f"Building a small {PACKAGE}; this takes a while the first time", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        source = _unpacked_source(scratch)
        _logged("cmake", "-G", "Ninja", "-S", source, "-B", scratch / "build", *OPTIONS, *_python_options())
        _logged("ninja", "-C", scratch / "build", "-j", str(len(os.sched_getaffinity(0))), "opencv_python3")
        shutil.copy(scratch / "build" / "lib" / "python3" / LIBRARY, library)
    subprocess.run(["strip", "--strip-unneeded", library], check=True)
    return library


def _logged(*command: str | Path) -> None:
    """Run a command; its thousand lines go into a file, and its last ones are shown where it fails."""
    log = FOLDER / f"{command[0]}.log"
    with log.open("w", encoding="utf-8") as file:
        outcome = subprocess.run(command, check=False, stdout=file, stderr=subprocess.STDOUT)
    if outcome.returncode:
        print("\n".join(log.read_text("utf-8", errors="replace").splitlines()[-20:]), file=sys.stderr)
        raise SystemExit(f"{command[0]} failed; {log.relative_to(REPOSITORY)} has all that it said.")


def _unpacked_source(folder: Path) -> Path:
    wanted = folder / "requirement.txt"
    wanted.write_text(requirement(), "utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    command = [*pip, "--no-binary", PACKAGE, "--require-hashes", "-r", wanted, "-d", folder]
    subprocess.run(command, check=True)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "source", filter="data")
    (project,) = (folder / "source").iterdir()
    return project / "opencv"


def _python_options() -> list[str]:
    import numpy

    return [
        f"-DPYTHON3_EXECUTABLE={sys.executable}",
        f"-DPYTHON_DEFAULT_EXECUTABLE={sys.executable}",
        f"-DPYTHON3_INCLUDE_DIR={sysconfig.get_path('include')}",
        f"-DPYTHON3_NUMPY_INCLUDE_DIRS={numpy.get_include()}",
        "-DBUILD_opencv_python3=ON",
        "-DBUILD_opencv_python2=OFF",
        "-DOPENCV_PYTHON3_INSTALL_PATH=python",
    ]


def install(library: Path) -> None:
    """Put the library in the place of PyPI's, and take away what only that needed."""
    packages = Path(sysconfig.get_path("platlib"))
    shutil.copy(library, packages / "cv2" / LIBRARY)
    # Type hints of modules that are left out now, which cv2 would import, and libraries that PyPI's was linked with.
    for leftover in (packages / "cv2" / "typing", packages / f"{PACKAGE.replace('-', '_')}.libs"):
        shutil.rmtree(leftover, ignore_errors=True)
    question = "import cv2; print(cv2.__version__, hasattr(cv2, 'dnn'))"
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True).stdout
    print(f"OpenCV {answer.split()[0]}, {library.stat().st_size / 1e6:.1f} MB")


def main() -> int:
    """Build where needed, and install."""
    if sys.platform != "linux":
        return 0
    if Path(sys.prefix).name != ".venv-bundle":
        print("Only the bundle's own environment gets the small OpenCV.", file=sys.stderr)
        return 2
    missing = [command for command in COMMANDS if shutil.which(command) is None]
    if missing:
        print(f"A small OpenCV cannot be built without {', '.join(missing)}.", file=sys.stderr)
        return 1
    install(build())
    return 0


if __name__ == "__main__":
    sys.exit(main())
