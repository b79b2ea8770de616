"""Gets a machine ready for one purpose, such as ``bootstrap.py run``; ENVIRONMENTS has them all.

The Makefile calls it before every command, with the system's Python and nothing installed. It looks first and acts
only on what is missing, so that the second call costs a fraction of a second and never asks for a password.
"""

import argparse
import ctypes
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent

INTERPRETER: Final = str(Path(sys.executable).resolve())
"""The Python beneath, also where this script is run by an environment that it made earlier."""

LIBRARIES: Final[dict[str, str]] = {
    # What `ldd` finds missing on a bare Debian 12 or 13 for the xcb plugin and lrelease of PySide6-Essentials 6.11.3
    # and for cv2 of opencv-python 5.0.0.93, and the Debian package each comes from.
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}

WAYLAND_LIBRARIES: Final[dict[str, str]] = {
    # Asked for only where there is no X server: Qt takes xcb wherever its Wayland plugin does not load.
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}

TEST_COMMANDS: Final[dict[str, str]] = {"Xvfb": "xvfb", "xdotool": "xdotool", "xclip": "xclip"}
"""Commands that the window tests start, and the Debian package of each."""

RIVAL_LIBRARIES: Final[dict[str, str]] = {"libtesseract.so.5": "libtesseract5", "libzinnia.so.0": "libzinnia0"}

RIVAL_FILES: Final[dict[str, str]] = {
    "/usr/share/tegaki/models/zinnia/handwriting-zh_CN.model": "tegaki-zinnia-simplified-chinese",
    "/usr/share/tesseract-ocr/5/tessdata/chi_sim.traineddata": "tesseract-ocr-chi-sim",
}
"""Models of the engines that `make rivals` takes from Debian, and the package of each."""

BUNDLE_COMMANDS: Final[dict[str, str]] = {
    "g++": "g++",
    "cmake": "cmake",
    "ninja": "ninja-build",
    "strip": "binutils",
}
"""Commands that `make build` starts: it compiles a small OpenCV."""

CUDA_REQUIREMENT: Final = "onnxruntime-gpu[cuda,cudnn]"
"""What replaces onnxruntime; the README and the program's own message name it too."""

KERAS_REQUIREMENTS: Final = ("keras==3.15.1", "jax==0.10.2", "jaxlib==0.10.2")
"""What the import of Keras files is compared with. On JAX: the torch backend pads average pooling on both sides."""

_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")


@dataclass(frozen=True, slots=True)
class Environment:
    """One virtual environment.

    Attributes:
        folder: its name in the repository.
        requirements: the locked, hashed requirements file.
        versions: the one that everything else is kept to, where it has the package.
        replaced: packages of that file that are left out.
        unlocked: requirements installed after it.
        projects: projects of this repository installed in editable form.
        inputs: more files whose change makes the environment stale.
    """

    folder: str
    requirements: str
    versions: str = "requirements/dev.txt"
    replaced: tuple[str, ...] = ()
    unlocked: tuple[str, ...] = ()
    projects: tuple[str, ...] = (".",)
    inputs: tuple[str, ...] = ()


ENVIRONMENTS: Final[dict[str, Environment]] = {
    "run": Environment(".venv", "requirements/app.txt"),
    "test": Environment(".venv", "requirements/dev.txt"),
    "training": Environment(
        ".venv-training",
        "requirements/app.txt",
        projects=(".", "training[test]"),
        inputs=("training/pyproject.toml",),
    ),
    "keras": Environment(".venv-keras", "requirements/dev.txt", unlocked=KERAS_REQUIREMENTS),
    "cuda": Environment(".venv-cuda", "requirements/app.txt", replaced=("onnxruntime",), unlocked=(CUDA_REQUIREMENT,)),
    "bundle": Environment(".venv-bundle", "requirements/bundle.txt"),
    # Without this project: its code is imported from the checkout, its engine runs in the environment of the tests.
    "rivals": Environment(".venv-rivals", "requirements/rivals.txt", versions="requirements/rivals.txt", projects=()),
}

COMMANDS: Final = {"test": TEST_COMMANDS, "bundle": BUNDLE_COMMANDS}
"""What a purpose starts."""

IMPLIED_BY: Final = {"run": "test"}
"""An environment made for the value serves the key too: a developer's `make run` must not undo `make test`."""


class SetupError(Exception):
    """Something is missing that this script cannot install; the message says what to do."""


def needed_libraries() -> dict[str, str]:
    """The shared libraries that the window needs on this Linux desktop, with their Debian packages."""
    is_wayland_only = "WAYLAND_DISPLAY" in os.environ and "DISPLAY" not in os.environ
    return LIBRARIES | WAYLAND_LIBRARIES if is_wayland_only else LIBRARIES


def missing_packages(libraries: dict[str, str], commands: dict[str, str]) -> list[str]:
    """Debian packages of the shared libraries and commands that are not here, sorted.

    Looking for the libraries instead of asking dpkg works on every distribution, and whatever a package is called
    in a later release.
    """
    packages = {package for name, package in commands.items() if shutil.which(name) is None}
    for name, package in libraries.items():
        try:
            ctypes.CDLL(name)
        except OSError:
            packages.add(package)
    return sorted(packages)


def packages_of_venv() -> list[str]:
    """The Debian package without which this Python cannot make environments, or none."""
    importlib.invalidate_caches()  # it may have come a moment ago
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return []
    return [f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]


def install_system_packages(packages: Sequence[str]) -> None:
    """Install Debian packages as root or through sudo.

    Raises:
        SetupError: there is no apt-get, no right to use it, or it failed.
    """
    wanted = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise SetupError(
            f"HCCR Desktop needs what Debian calls {wanted}; install the same with this system's package manager."
        )
    prefix = privilege_prefix()
    if prefix is None:
        raise SetupError(
            "HCCR Desktop needs system packages, and this user is neither root nor may use sudo; "
            f"have an administrator run: apt-get install {wanted}"
        )
    print(f"Installing system packages: {wanted}", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    # A stale third-party source makes the update fail though the packages wanted here can be had: the install tells.
    subprocess.run([*apt, "update"], check=False, stdin=subprocess.DEVNULL)
    command = [*apt, "install", "-y", "--no-install-recommends", *packages]
    if subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode:
        raise SetupError(f"apt-get could not install {wanted}; its own messages above say why.")


def privilege_prefix() -> list[str] | None:
    """What goes before a command that needs root: nothing, sudo, or None where there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if sys.stdin.isatty() or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo"]
    return None


def ensure_system(commands: dict[str, str]) -> None:
    """See that the system libraries, some commands and this Python's venv are there.

    Args:
        commands: what must be on the PATH on Linux, and the Debian package of each.

    Raises:
        SetupError: something is missing and cannot be installed.
    """
    is_linux = sys.platform == "linux"  # elsewhere Qt's wheels bring all they need
    libraries = needed_libraries() if is_linux else {}
    commands = commands if is_linux else {}
    packages = missing_packages(libraries, commands) + packages_of_venv()
    if not packages:
        return
    install_system_packages(packages)
    still_missing = missing_packages(libraries, commands) + packages_of_venv()
    if still_missing:
        raise SetupError(f"These are installed but {INTERPRETER} still finds nothing: {' '.join(still_missing)}")


def ensure_rivals() -> None:
    """See that the rivals of Debian are there. One that cannot be had is told of, here and in the table."""
    packages = missing_packages(RIVAL_LIBRARIES, {})
    packages += [package for file, package in RIVAL_FILES.items() if not Path(file).exists()]
    if packages and sys.platform == "linux":
        try:
            install_system_packages(packages)
        except SetupError as error:
            print(error, file=sys.stderr)


def ensure_environment(name: str) -> None:
    """See that a virtual environment holds what the lock says.

    Raises:
        SetupError: pip failed.
    """
    folder = REPOSITORY / ENVIRONMENTS[name].folder
    implied = IMPLIED_BY.get(name)
    if _is_fresh(folder, name) or (implied and _is_fresh(folder, implied)):
        return
    if implied and _stamp(folder, implied).exists():
        name = implied
    print(f"Setting up {folder.name} with {INTERPRETER}", flush=True)
    _make_venv(folder)
    _stamp(folder, name).unlink(missing_ok=True)
    _install(folder, ENVIRONMENTS[name])
    _stamp(folder, name).write_text(_fingerprint(name), "utf-8")


def _stamp(folder: Path, name: str) -> Path:
    return folder / f"hccr-{name}.stamp"


def _is_fresh(folder: Path, name: str) -> bool:
    stamp = _stamp(folder, name)
    return stamp.exists() and stamp.read_text("utf-8") == _fingerprint(name)


def _origin() -> str:
    """What an environment cannot outlive: its place, since its scripts hold that path, and its Python."""
    return f"{REPOSITORY}\n{INTERPRETER}\n"


def _fingerprint(name: str) -> str:
    environment = ENVIRONMENTS[name]
    digest = hashlib.sha256()
    for file in (
        environment.requirements,
        environment.versions,
        "pyproject.toml",
        "tools/bootstrap.py",
        *environment.inputs,
    ):
        digest.update((REPOSITORY / file).read_bytes())
    return f"{_origin()}{digest.hexdigest()}\n"


def _make_venv(folder: Path) -> None:
    stamps = [stamp.read_text("utf-8") for stamp in folder.glob("hccr-*.stamp")]
    is_foreign = any(not stamp.startswith(_origin()) for stamp in stamps) or not _runs_this_version(folder)
    clear = ["--clear"] if folder.exists() and is_foreign else []
    _run([INTERPRETER, "-m", "venv", *clear, str(folder)], f"{INTERPRETER} could not make {folder.name}")


def _runs_this_version(folder: Path) -> bool:
    question = "import sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([folder / "bin" / "python", "-c", question], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.split() == [str(number) for number in sys.version_info[:2]]


def _install(folder: Path, environment: Environment) -> None:
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
    lock = (REPOSITORY / environment.requirements).read_text("utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        requirements = Path(scratch) / "requirements.txt"
        requirements.write_text(without_packages(lock, environment.replaced), "utf-8")
        # Wheels only: a source build of OpenCV or numpy would fail an hour later with a far worse message.
        _run(
            [*pip, "--only-binary", ":all:", "--require-hashes", "-r", str(requirements)],
            "pip could not install the packages",
        )
        constraints = Path(scratch) / "constraints.txt"
        versions = pins((REPOSITORY / environment.versions).read_text("utf-8"))
        constraints.write_text("\n".join(versions), "utf-8")
        if environment.unlocked:
            unlocked = [*environment.unlocked, "-c", str(constraints)]
            _run([*pip, *unlocked], f"pip could not install {' '.join(environment.unlocked)}")
        for project in environment.projects:
            command = [*pip, "--no-build-isolation", "-c", str(constraints), "-e", f"./{project}"]
            if project == ".":
                command.append("--no-deps")  # the lock has them all, and CUDA's runtime goes by another name
            _run(command, f"pip could not install the project in ./{project}")
    make_paths_relative(folder)


def make_paths_relative(folder: Path) -> None:
    """Let an environment's editable projects be found by relative paths.

    Python decodes ``.pth`` files in the locale's encoding (until 3.13), and dies at its start where that is not UTF-8
    and the project lies in a folder with a Chinese name. From the environment up to the project all names are ASCII.
    """
    for file in folder.glob("lib/python3*/site-packages/_editable_impl_*.pth"):
        lines = file.read_text("utf-8").splitlines()
        relative = [os.path.relpath(line, file.parent) if Path(line).is_absolute() else line for line in lines]
        file.write_text("\n".join(relative) + "\n", "utf-8")


def without_packages(requirements: str, names: Iterable[str]) -> str:
    """A requirements file less some packages, their hash lines included."""
    left_out = set(names)
    kept, is_kept = [], True
    for line in requirements.splitlines():
        pin = _PIN.match(line)
        if pin:
            is_kept = pin.group(1) not in left_out
        if is_kept:
            kept.append(line)
    return "\n".join(kept) + "\n"


def pins(requirements: str) -> list[str]:
    """The lines ``name==version ; marker`` of a requirements file, without hashes."""
    return [line.removesuffix("\\").rstrip() for line in requirements.splitlines() if _PIN.match(line)]


def _run(command: Sequence[str], complaint: str) -> None:
    environment = os.environ | {"PIP_USER": "0"}  # a user's own default, which no virtual environment allows
    if subprocess.run(command, cwd=REPOSITORY, env=environment, check=False, stdin=subprocess.DEVNULL).returncode:
        raise SetupError(f"{complaint}; the messages above say why. The command was: {shlex.join(command)}")


def main() -> int:
    """Prepare every purpose named on the command line, in order."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("purpose", nargs="+", choices=sorted(ENVIRONMENTS))
    arguments = parser.parse_args()
    try:
        ensure_system(
            {name: package for purpose in arguments.purpose for name, package in COMMANDS.get(purpose, {}).items()}
        )
        if "rivals" in arguments.purpose:
            ensure_rivals()
        for purpose in arguments.purpose:
            ensure_environment(purpose)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
