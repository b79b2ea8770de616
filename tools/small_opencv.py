"""Gives the bundle's environment on Linux an OpenCV that holds what the program uses: ``make build`` calls it.

PyPI's opencv-python-headless brings video codecs, a linear algebra library and modules for cameras and neural networks:
150 MB of the bundle. The same locked source, checked by the same hash, built with three of its modules takes 12 MB.
Building takes some 25 minutes of one core, once: the wheel is kept in build/opencv.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
REQUIREMENTS: Final = REPOSITORY / "requirements" / "bundle.txt"
FOLDER: Final = REPOSITORY / "build" / "opencv"
PACKAGE: Final = "opencv-python-headless"

MODULES: Final = ("core", "imgproc", "imgcodecs", "geometry", "python3")
"""imgcodecs for cv2.imdecode on PNG and JPEG; geometry holds parts of what imgproc was before OpenCV 5."""

LEFT_OUT: Final = (
    *(
        "IPP",
        "FFMPEG",
        "LAPACK",
        "OPENCL",
        "ITT",
        "PROTOBUF",
        "ADE",
        "V4L",
        "GSTREAMER",
        "GTK",
        "1394",
        "VULKAN",
        "QUIRC",
    ),
    *("AVIF", "OPENEXR", "JASPER", "OPENJPEG", "TIFF", "WEBP"),
)

OPTIONS: Final = (
    f"-DBUILD_LIST={','.join(MODULES)}",
    *(f"-DWITH_{name}=OFF" for name in LEFT_OUT),
    "-DBUILD_ITT=OFF",
    "-DBUILD_TESTS=OFF",
    "-DBUILD_PERF_TESTS=OFF",
    "-DCPU_DISPATCH=AVX2",
)


def requirement() -> str:
    """The lines of the lock that name the package with its hashes."""
    lines = REQUIREMENTS.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{PACKAGE}=="))
    end = start
    while lines[end].endswith("\\"):
        end += 1
    return "\n".join(lines[start : end + 1]) + "\n"


def cached_wheel() -> Path | None:
    """The wheel of an earlier call, if it was built from the same source with the same options by this Python."""
    wheels = list((FOLDER / _key()).glob("*.whl"))
    return wheels[0] if wheels else None


def _key() -> str:
    text = "\n".join([requirement(), *OPTIONS, *map(str, sys.version_info[:2])])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def build() -> Path:
    """Build the wheel.

    Raises:
        CalledProcessError: pip failed; its messages say why.
    """
    target = FOLDER / _key()
    target.mkdir(parents=True, exist_ok=True)
    wanted = target / "requirement.txt"
    wanted.write_text(requirement(), "utf-8")
    cores = str(len(os.sched_getaffinity(0)))
    environment = os.environ | {
        "CMAKE_ARGS": " ".join(OPTIONS),
        "CMAKE_BUILD_PARALLEL_LEVEL": cores,
        "MAKEFLAGS": f"-j{cores}",
        "ENABLE_HEADLESS": "1",
        "ENABLE_CONTRIB": "0",
    }
    print(f"Building a small {PACKAGE}; this takes a while the first time", flush=True)
    # The hash checks the source; the tools that build it (setuptools, scikit-build) are pip's to find.
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run(
        [*pip, "--no-binary", PACKAGE, "--require-hashes", "-r", wanted, "-w", target], env=environment, check=True
    )
    wheel = cached_wheel()
    if wheel is None:
        raise SystemExit(f"pip built no wheel of {PACKAGE}")
    return wheel


def install(wheel: Path) -> None:
    """Put the wheel in the place of PyPI's, if it is not there already."""
    stamp = Path(sys.prefix) / "small-opencv.stamp"
    if stamp.exists() and stamp.read_text("utf-8") == wheel.parent.name:
        return
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--force-reinstall", wheel], check=True)
    stamp.write_text(wheel.parent.name, "utf-8")


def main() -> int:
    """Build where needed, and install."""
    if sys.platform != "linux":
        return 0
    if Path(sys.prefix).name != ".venv-bundle":
        print("Only the bundle's own environment gets the small OpenCV.", file=sys.stderr)
        return 2
    if shutil.which("g++") is None:
        print("There is no C++ compiler (g++) to build a small OpenCV with.", file=sys.stderr)
        return 1
    install(cached_wheel() or build())
    return 0


if __name__ == "__main__":
    sys.exit(main())
