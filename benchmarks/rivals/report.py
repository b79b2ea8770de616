"""What was measured of an engine, and the table of all of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

NOTHING: Final = math.nan
DASH: Final = "–"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One engine's figures; NaN where it does not do such a thing.

    Attributes:
        name: the engine.
        version: of it and its model.
        absent: why there are no figures; empty where there are.
        model_mb: megabytes (10**6 bytes) of the model file.
        scans_top1: percent of the scans with the right character first.
        scans_top5: percent of the scans with it among five.
        ink_top1: percent of the pen ink with the right character first.
        ink_top5: percent of the pen ink with it among five.
        single_ms: median time of one character of the pen ink on one core, preparation included.
        two_cores_ms: the same with two threads on two cores.
        batch_ms: time a character in batches of 16, on one core.
        start_s: from the start of its process to its first answer.
        memory_mb: the most memory that its process held.
        paint_ms: 95th percentile from the end of a stroke to repainted candidates.
    """

    name: str
    version: str = ""
    absent: str = ""
    model_mb: float = NOTHING
    scans_top1: float = NOTHING
    scans_top5: float = NOTHING
    ink_top1: float = NOTHING
    ink_top5: float = NOTHING
    single_ms: float = NOTHING
    two_cores_ms: float = NOTHING
    batch_ms: float = NOTHING
    start_s: float = NOTHING
    memory_mb: float = NOTHING
    paint_ms: float = NOTHING


COLUMNS: Final = (
    "engine",
    "version",
    "model MB",
    "scans first/five",
    "pen ink first/five",
    "1 core ms",
    "2 cores ms",
    "batch ms",
    "start s",
    "memory MB",
    "stroke to paint ms",
)


def with_two_cores(measured: Measurement, other: Measurement) -> Measurement:
    """One engine's figures, with the time of its run on two cores."""
    return replace(measured, two_cores_ms=other.single_ms)


def table(measurements: Sequence[Measurement]) -> str:
    """The figures as a Markdown table, an absent engine with the reason in the place of its version."""
    rows = [COLUMNS, *(_row(measured) for measured in measurements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def uncertainty(count: int) -> float:
    """Half the width of the 95 % interval around a share of one half, in percent: the widest that a count allows."""
    return 100 * 1.96 * math.sqrt(0.25 / count)


def _row(measured: Measurement) -> tuple[str, ...]:
    if measured.absent:
        return (measured.name, f"absent: {measured.absent}", *[DASH] * (len(COLUMNS) - 2))
    return (
        measured.name,
        measured.version,
        _number(measured.model_mb, 1),
        _pair(measured.scans_top1, measured.scans_top5),
        _pair(measured.ink_top1, measured.ink_top5),
        _number(measured.single_ms, 1),
        _number(measured.two_cores_ms, 1),
        _number(measured.batch_ms, 1),
        _number(measured.start_s, 2),
        _number(measured.memory_mb, 0),
        _number(measured.paint_ms, 0),
    )


def _number(value: float, digits: int) -> str:
    return DASH if math.isnan(value) else f"{value:.{digits}f}"


def _pair(first: float, five: float) -> str:
    return DASH if math.isnan(first) else f"{first:.1f} / {five:.1f}"
