"""The bundle of `make build` beside the source tree: from the start of the process to a window that can be drawn on.

``python -m benchmarks.bundle`` starts both in turn, so that a machine that is busy is so for both: then only the ratio
says something. The processor time counts to the same moment, and holds a little of the model's opening behind it.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

import psutil

from benchmarks.machine import describe_machine, distribution, require_quiet_machine
from tests.window.desktop import REPOSITORY, Display, Pad

BUNDLE: Final = REPOSITORY / "dist" / "hccr-desktop" / "hccr-desktop"
STARTS: Final = 7


@dataclass(frozen=True, slots=True)
class Starts:
    """Of one program, in milliseconds: of the clock, and of the processor."""

    elapsed_ms: list[float] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)


def launcher(program: Path) -> tuple[str, ...]:
    """What makes a :class:`Pad` of another program: a shell that becomes it and drops Python and its arguments."""
    return ("sh", "-c", 'exec "$0"', str(program))


def start(display: Display, folder: Path, begin: Sequence[str], starts: Starts) -> None:
    """Start a program once more, and close it when its model is open."""
    with Pad(display, folder, launcher=begin) as pad:
        pad.wait_for("window drawable", limit_s=120)
        starts.elapsed_ms.append((time.monotonic() - pad.started_at) * 1000)
        used = psutil.Process(pad.process.pid).cpu_times()
        starts.processor_ms.append((used.user + used.system) * 1000)
        pad.wait_for("model opened", limit_s=120)


def compare(bundle: Path) -> tuple[Starts, Starts]:
    """Start source tree and bundle in turn; the first start of each is not counted."""
    source, frozen = Starts(), Starts()
    with Display() as display, tempfile.TemporaryDirectory() as folder:
        for number in range(STARTS + 1):
            for begin, starts in (((), source), (launcher(bundle), frozen)):
                start(display, Path(folder), begin, starts if number else Starts())
    return source, frozen


def main() -> None:
    """Print both, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--force", action="store_true", help="measure while the machine is busy, and say so")
    parser.add_argument("--bundle", type=Path, default=BUNDLE, help="the program; %(default)s")
    options = parser.parse_args()
    if not options.bundle.is_file():
        sys.exit(f"There is no bundle at {options.bundle}; `make build` makes it.")
    require_quiet_machine(force=options.force)
    print(describe_machine())
    source, frozen = compare(options.bundle)
    for name, starts in (("source tree", source), ("bundle", frozen)):
        print(f"{name}, window drawable after start: {distribution(starts.elapsed_ms)}")
        print(f"{name}, processor time till then: {distribution(starts.processor_ms)}")
    for name, mine, theirs in (
        ("time", frozen.elapsed_ms, source.elapsed_ms),
        ("processor time", frozen.processor_ms, source.processor_ms),
    ):
        print(f"bundle : source tree, {name}: {median(mine) / median(theirs):.2f}")


if __name__ == "__main__":
    main()
