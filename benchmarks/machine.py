"""What a figure needs besides itself: a quiet machine, and its description."""

import os
import platform
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

MAX_LOAD_PER_CORE = 0.25
"""One-minute load above which a timing says more about the neighbors than about us."""


def require_quiet_machine(*, force: bool = False) -> None:
    """Stop with a sentence while other work runs.

    Args:
        force: measure all the same, and say so.
    """
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load <= MAX_LOAD_PER_CORE * cores:
        return
    sentence = f"The load average is {load:.2f} on {cores} cores, above {MAX_LOAD_PER_CORE * cores:.2f}"
    if not force:
        sys.exit(f"{sentence}: figures would be worthless. Wait, or give --force.")
    print(f"forced: {sentence}; do not quote these figures")


def describe_machine() -> str:
    """Processor and core count, in one line."""
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - a kernel file, not a path of ours
            name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def times_ms(run: Callable[[], object], *, repeats: int, warm_up: int = 5) -> list[float]:
    """Wall times of single calls in milliseconds."""
    for _ in range(warm_up):
        run()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1000)
    return times


def distribution(values: Sequence[float], *, unit: str = "ms") -> str:
    """Median, 95th percentile and maximum, with the count."""
    median, high = np.percentile(values, [50, 95])
    return f"median {median:.2f} {unit}, p95 {high:.2f} {unit}, max {max(values):.2f} {unit} (n = {len(values)})"
