"""Runs the project's checks one after the other and closes with a summary: ``checks.py [NAME ...]``.

By default all but those that need an environment which `make test` does not set up.

A check that fails does not keep the others from running: one run tells everything that is wrong.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
PYTHON: Final = ".venv/bin/python"
TRAINING_PYTHON: Final = ".venv-training/bin/python"
KERAS_PYTHON: Final = ".venv-keras/bin/python"
PYTEST: Final = ("-m", "pytest", "-q")

CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "format": (PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."),
    "lint": (PYTHON, "-m", "ruff", "check", "--quiet", "."),
    "types": (PYTHON, "-m", "mypy"),
    "layers": (PYTHON, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    "unit": (PYTHON, *PYTEST, "tests/unit"),
    "gui": (PYTHON, *PYTEST, "tests/gui"),
    "window": (PYTHON, *PYTEST, "tests/window"),
    "soak": (PYTHON, "tools/soak.py", "--recognitions", "1000", "--actions", "200"),
    # Installs the locked packages once more, in a new environment: pip has them in its cache from the set-up.
    "wheel": (PYTHON, "tools/prove_wheel.py"),
    # With its own settings: the app's need pytest-qt, which the trainer does not install.
    "training": (TRAINING_PYTHON, *PYTEST, "-c", "training/pyproject.toml", "tests/training"),
    "keras": (KERAS_PYTHON, *PYTEST, "tests/keras"),
}

ON_REQUEST: Final = frozenset({"keras"})
"""Keras and JAX take 550 MB, and what they are compared with changes rarely: `make test-keras`."""


def untested_folders() -> list[str]:
    """Folders with tests that no check runs, and folders that a check expects and does not find."""
    named = {command[-1] for command in CHECKS.values() if command[-1].startswith("tests/")}
    present = {
        f"tests/{file.relative_to(REPOSITORY / 'tests').parts[0]}" for file in (REPOSITORY / "tests").rglob("test_*.py")
    }
    return sorted(named ^ present)


def main() -> int:
    """Run the checks named on the command line, or those of `make test`; 0 where every one passed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("name", nargs="*", help=f"one of: {', '.join(CHECKS)}")
    default = [name for name in CHECKS if name not in ON_REQUEST]
    names = parser.parse_args().name or default
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        parser.error(f"no such check: {', '.join(unknown)}")
    outcomes: list[tuple[str, bool, float]] = []
    for name in names:
        print(f"== {name}: {' '.join(CHECKS[name])}", flush=True)
        started = time.perf_counter()
        passed = subprocess.run(CHECKS[name], cwd=REPOSITORY, env=_environment(), check=False).returncode == 0
        outcomes.append((name, passed, time.perf_counter() - started))
    if names == default:
        wrong = untested_folders()
        if wrong:
            print(f"Tests and checks do not match: {', '.join(wrong)}", flush=True)
        outcomes.append(("every test has its check", not wrong, 0.0))
    return _summarize(outcomes)


def _environment() -> dict[str, str]:
    # A test run must behave alike on a developer's desktop and on a server.
    return os.environ | {"PYTHONHASHSEED": "0"}


def _summarize(outcomes: list[tuple[str, bool, float]]) -> int:
    print()
    for name, passed, seconds in outcomes:
        print(f"{'ok' if passed else 'FAILED':7} {name} ({seconds:.0f} s)")
    failed = sum(not passed for _, passed, _ in outcomes)
    print(f"Checks: {len(outcomes) - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
