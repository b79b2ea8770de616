"""Runs the tests and says which lines they run: ``coverage_report.py [NAME ...]``.

By default the checks "unit", "gui" and "window", each test process and every program that a test starts included.
Prints two figures, since the project has a goal for each: lines outside ``hccr_desktop/gui``, and lines within it. The
report of every file is left in ``.coverage-report/``. Fails where a goal is missed or a test fails.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from checks import CHECKS

REPOSITORY: Final = Path(__file__).resolve().parent.parent
PYTHON: Final = ".venv/bin/python"
MEASURED: Final = ("unit", "gui", "window")
REPORT: Final = ".coverage-report"

GOALS: Final = {
    "outside gui": (90.0, "hccr_desktop/*", "hccr_desktop/gui/*"),
    "inside gui": (80.0, "hccr_desktop/gui/*", ""),
}
"""Percent of lines, the files, and those of them that are left out."""

CONFIGURATION: Final = """
[run]
source = hccr_desktop
parallel = true
relative_files = true
sigterm = true
concurrency = thread
data_file = {folder}/data

[report]
exclude_also =
    if TYPE_CHECKING:
    class .*\\(Protocol\\):
"""
"""Lines only, no branches."""

START_HOOK: Final = '''
"""Measures this process, and the threads of Qt in it."""

import ctypes
import importlib.abc
import importlib.util
import sys
import threading

import coverage


def follow():
    """Runs in a new thread of Qt. Python forgets such a thread, and what follows it, after each slot; not this one."""
    ctypes.pythonapi.PyGILState_Ensure()
    sys.settrace(threading.gettrace())


class QtCoreFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds QtCore as anyone would, and has each thread that is started call `follow` first."""

    def find_spec(self, name, path, target=None):
        if name != "PySide6.QtCore":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        self.loader = spec.loader
        spec.loader = self
        return spec

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.loader.exec_module(module)
        start = module.QThread.start

        def start_followed(thread, *arguments):
            thread.started.connect(follow, module.Qt.ConnectionType.DirectConnection)
            start(thread, *arguments)

        module.QThread.start = start_followed


coverage.process_startup()  # does nothing where coverage's own .pth file has been first
sys.meta_path.insert(0, QtCoreFinder())
'''
"""A ``sitecustomize`` module, which every Python process below imports at its start."""


def main() -> int:
    """Measure, then report; 0 where all tests passed and both goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", help=f"one of: {', '.join(MEASURED)}")
    names = parser.parse_args().name or list(MEASURED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        configuration = folder / "coveragerc"
        configuration.write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
        (folder / "sitecustomize.py").write_text(START_HOOK, encoding="utf-8")
        environment = os.environ | {
            "COVERAGE_PROCESS_START": str(configuration),
            "COVERAGE_RCFILE": str(configuration),
            "PYTHONPATH": os.pathsep.join(filter(None, (name, os.environ.get("PYTHONPATH")))),
            "PYTHONHASHSEED": "0",
        }
        failed = [check for check in names if _fails(CHECKS[check], environment)]
        _coverage(environment, "combine", "--quiet", name)
        shutil.rmtree(REPOSITORY / REPORT, ignore_errors=True)
        _coverage(environment, "html", "--quiet", "--directory", REPORT)
        missed = [goal for goal in GOALS if not _is_met(goal, environment)]
    for check in failed:
        print(f"The tests of {check} fail.")
    return 1 if failed or missed else 0


def _fails(command: tuple[str, ...], environment: dict[str, str]) -> bool:
    return subprocess.run(command, cwd=REPOSITORY, env=environment, check=False).returncode != 0


def _is_met(goal: str, environment: dict[str, str]) -> bool:
    percent, files, left_out = GOALS[goal]
    options = ["--include", files, "--omit", left_out] if left_out else ["--include", files]
    total = float(_coverage(environment, "report", "--format=total", "--precision=1", *options))
    print(f"{total:5.1f} % of lines {goal}, goal {percent:.0f} %", flush=True)
    return total >= percent


def _coverage(environment: dict[str, str], *arguments: str) -> str:
    quiet = {name: value for name, value in environment.items() if name != "COVERAGE_PROCESS_START"}
    command = (PYTHON, "-m", "coverage", *arguments)
    done = subprocess.run(command, cwd=REPOSITORY, env=quiet, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"coverage {arguments[0]}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
