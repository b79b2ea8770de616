"""Renews ``uv.lock`` from pyproject.toml and, from that, the hashed requirements files that the set-up installs.

Arguments go to ``uv lock``: ``tools/lock.py --upgrade-package numpy``. Versions stay as they are otherwise.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent

EXPORTS: Final[dict[str, tuple[str, ...]]] = {
    "app": ("--no-default-groups", "--group", "editable"),
    "dev": ("--no-default-groups", "--group", "editable", "--group", "dev"),
    # One environment can hold one OpenCV; the frozen program gets the one without a Qt of its own.
    "bundle": (
        *("--no-default-groups", "--group", "editable", "--group", "bundle"),
        *("--no-emit-package", "opencv-python"),
    ),
}


def run_uv(*arguments: str) -> None:
    """Run uv without any configuration of this machine, so that no local path or index gets into the lock."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    command = [sys.executable, "-m", "uv", "--no-config", *arguments]
    subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Lock, then export."""
    run_uv("lock", "--default-index", "https://pypi.org/simple", *sys.argv[1:])
    for name, options in EXPORTS.items():
        output = f"requirements/{name}.txt"
        fixed = ("--frozen", "--no-header", "--no-annotate", "--no-emit-project")
        run_uv("export", *fixed, *options, "--output-file", output)
        print(output)
    # Apart from the project's lock, which users need; its versions hold for what both have.
    form = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate")
    origin = ("--default-index", "https://pypi.org/simple", "--constraint", "requirements/dev.txt")
    output = "requirements/rivals.txt"
    run_uv("pip", "compile", "--quiet", "requirements/rivals.in", *form, *origin, "--output-file", output)
    print(output)


if __name__ == "__main__":
    main()
