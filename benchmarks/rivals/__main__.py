"""``make rivals``: one table of accuracy and speed, this project beside every rival that the registries have.

Options go through make: ``make rivals RIVALS="--samples 1000"``. Needs the test sets and a quiet machine.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.machine import describe_machine, require_quiet_machine
from benchmarks.rivals.engines import ENGINES, OWN
from benchmarks.rivals.fairness import draw_samples, write_samples
from benchmarks.rivals.report import Measurement, table, uncertainty, with_two_cores
from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.imaging.sample_sets import load_sample_set

REPOSITORY: Final = Path(__file__).resolve().parents[2]
RIVALS_PYTHON: Final = REPOSITORY / ".venv-rivals" / "bin" / "python"
TEST_SETS: Final = {"scans": "test/scans_writer_C046.npz", "ink": "test/ink_olhwdb1.0_writer001.jsonl"}
SAMPLES: Final = 300
SECOND_RUN_SAMPLES: Final = 100
"""Enough for a median; the accuracy is that of the first run."""

LIMIT_S: Final = 3600


def subsets(data: Path, count: int, seed: int, folder: Path) -> list[Path]:
    """Write the samples of this run, for all engines the same ones.

    Args:
        data: the folder of the sets.
        count: samples of each.
        seed: of the choice.
        folder: where they go.
    """
    characters = frozenset(gb2312_level1())
    return [
        write_samples(draw_samples(load_sample_set(data / path), count, seed=seed, characters=characters), folder, name)
        for name, path in TEST_SETS.items()
    ]


def measure(name: str, sets: Sequence[Path], threads: int, python: Path, folder: Path) -> Measurement:
    """Run one engine in a process of its own.

    Args:
        name: the engine.
        sets: what it reads.
        threads: and cores.
        python: that of its environment.
        folder: for what it writes.

    Returns:
        Its figures, or the reason why there are none: a rival that fails must not take the others with it.
    """
    if not python.exists():
        return Measurement(name, absent=f"there is no {python.parent.parent.name}; `make rivals` makes it")
    output = folder / f"{name}-{threads}.json"
    command = [str(python), "-m", "benchmarks.rivals.worker", name, "--threads", str(threads), "--output", str(output)]
    command += ["--sets", *map(str, sets), "--started-at", str(time.monotonic())]
    try:
        done = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, errors="replace", timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Measurement(name, absent=f"not done after {LIMIT_S} s")
    if done.returncode or not output.exists():
        complaint = (done.stderr.strip() or "no message").splitlines()[-1].strip()
        return Measurement(name, absent=f"failed with status {done.returncode}: {complaint}")
    return Measurement(**json.loads(output.read_text("utf-8")))


def measure_all(names: Sequence[str], sets: Sequence[Path], folder: Path) -> list[Measurement]:
    """All engines one after the other, so that none disturbs another; again on two cores where that may help."""
    short = folder / "short"
    short.mkdir()
    few = [write_samples(load_sample_set(file).samples[:SECOND_RUN_SAMPLES], short, file.stem) for file in sets[-1:]]
    measurements = []
    for name in names:
        print(f"{name}…", file=sys.stderr, flush=True)
        python = Path(sys.executable) if name == OWN else RIVALS_PYTHON
        measured = measure(name, sets, 1, python, folder)
        if ENGINES[name].has_threads and not measured.absent:
            measured = with_two_cores(measured, measure(name, few, 2, python, folder))
        measurements.append(measured)
    return measurements


def stroke_to_paint_ms() -> float:
    """95th percentile of this project's window under Xvfb; no rival comes with one."""
    from benchmarks.latency import stroke_figures
    from tests.window.desktop import Display

    with Display() as display:
        return float(np.percentile(stroke_figures(display).stroke_ms, 95))


def main() -> None:
    """Measure, and print the table and what one must know to read it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=SAMPLES, help="of each test set (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of samples (default: %(default)s)")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES), help="by default all")
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data", help="folder of the sets")
    parser.add_argument("--no-window", action="store_true", help="leave out the time from stroke to paint")
    parser.add_argument("--force", action="store_true", help="measure while the machine is busy, and say so")
    options = parser.parse_args()
    require_quiet_machine(force=options.force)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        sets = subsets(options.data, options.samples, options.seed, folder)
        measurements = measure_all(options.engines, sets, folder)
    if OWN in options.engines and not options.no_window:
        measurements = [
            replace(one, paint_ms=stroke_to_paint_ms()) if one.name == OWN and not one.absent else one
            for one in measurements
        ]
    print(describe_machine())
    print(
        f"{options.samples} samples of each of {', '.join(TEST_SETS.values())}, seed {options.seed}; a share is "
        f"certain to {uncertainty(options.samples):.1f} points at worst. Answers are restricted to 3,755 characters.\n"
    )
    print(table(measurements))


if __name__ == "__main__":
    main()
