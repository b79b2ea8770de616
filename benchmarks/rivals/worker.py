"""One engine in a process of its own, so that neither its memory nor its threads mix with another's.

Started by :mod:`benchmarks.rivals`, with the Python of the environment that the engine is installed in.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks.rivals.engines import ENGINES, AbsentError, Engine
from benchmarks.rivals.fairness import percent_within, restricted, use_cores
from benchmarks.rivals.report import Measurement
from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.imaging.sample_sets import Sample, load_sample_set

BATCH: Final = 16
"""As many as :mod:`hccr_desktop.inference.evaluation` gives the network at once."""

WARM_UP: Final = 5


def measure(engine: Engine, samples: Sequence[Sample], *, has_batches: bool) -> tuple[float, float, float, float]:
    """How well and how fast an engine reads a set.

    Returns:
        Percent with the right character first, percent with it among five, the median time of a sample in
        milliseconds, and the same for batches of 16; the last is NaN where the engine takes one at a time.
    """
    characters = frozenset(gb2312_level1())
    for sample in samples[:WARM_UP]:
        engine.rank([sample])
    answers, times = [], []
    for sample in samples:
        started = time.perf_counter()
        ranked = engine.rank([sample])
        times.append((time.perf_counter() - started) * 1000)
        answers.append(restricted(ranked[0], characters))
    truth = [sample.character for sample in samples]
    return (
        percent_within(answers, truth, 1),
        percent_within(answers, truth, 5),
        median(times),
        median(batch_times_ms(engine, samples)) if has_batches else float("nan"),
    )


def batch_times_ms(engine: Engine, samples: Sequence[Sample]) -> list[float]:
    """Milliseconds a sample of each full batch; of one short batch where there is no full one."""
    times = []
    for start in range(0, max(1, len(samples) - BATCH + 1), BATCH):
        batch = samples[start : start + BATCH]
        started = time.perf_counter()
        engine.rank(batch)
        times.append((time.perf_counter() - started) * 1000 / len(batch))
    return times


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two middle ones."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def peak_memory_mb() -> float:
    """The most memory that this process has held, in megabytes (10**6 bytes); NaN where the system does not tell.

    From the kernel's file, since getrusage() begins with what the process that started this one had held.
    """
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM"))


def run(name: str, sets: Sequence[Path], threads: int, started_at: float) -> Measurement:
    """Open an engine, have it read what it can read, and take the figures."""
    info = ENGINES[name]
    use_cores(threads)
    loaded = {file.stem: load_sample_set(file).samples for file in sets}
    opening_at = time.monotonic()
    try:
        engine = info.open(frozenset(gb2312_level1()), threads)
    except AbsentError as error:
        return Measurement(name, absent=str(error))
    engine.rank(loaded["ink"][:1])
    # Reading the samples is no part of any engine's start, but comes before it.
    start_s = time.monotonic() - opening_at + (_IMPORTED_AT - started_at)
    top1, top5, ink_ms, batch_ms = measure(engine, loaded["ink"], has_batches=info.has_batches)
    figures = {"ink_top1": top1, "ink_top5": top5, "single_ms": ink_ms, "batch_ms": batch_ms}
    if info.reads_scans and "scans" in loaded:
        top1, top5, _, _ = measure(engine, loaded["scans"], has_batches=False)
        figures |= {"scans_top1": top1, "scans_top5": top5}
    return Measurement(
        name,
        version=engine.version,
        model_mb=engine.model_mb,
        start_s=start_s,
        memory_mb=peak_memory_mb(),
        **figures,
    )


_IMPORTED_AT = time.monotonic()


def main() -> int:
    """Write the figures of one engine to a file: engines print what they like."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--sets", nargs="+", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--started-at", type=float, default=_IMPORTED_AT)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    measured = run(options.engine, options.sets, options.threads, options.started_at)
    options.output.write_text(json.dumps(asdict(measured)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
