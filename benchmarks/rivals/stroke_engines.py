"""Engines that read strokes: dinkit, zinnia with Debian's model of Tegaki, kanjidraw."""

import ctypes
import importlib.metadata
import importlib.util
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.rivals.engines import AbsentError
from hccr_desktop.imaging.sample_sets import InkSample, Sample

ZINNIA_MODEL: Final = Path("/usr/share/tegaki/models/zinnia/handwriting-zh_CN.model")
ZINNIA_ANSWERS: Final = 100
"""Far more than the five that count, since traditional forms among them are left out."""

DINKIT_ANSWERS: Final = 128
"""All it gives."""

KANJIDRAW_ANSWERS: Final = 100


def fitted_strokes(sample: Sample, side: int, *, margin: float = 0.05) -> list[npt.NDArray[np.int64]]:
    """Strokes as they are written into an engine's field.

    Args:
        sample: ink.
        side: of the engine's square field.
        margin: free at each side, as a part of the field.

    Returns:
        For each stroke (points, 2) int64 in 0..side, aspect ratio kept, centered.

    Raises:
        TypeError: the sample has no strokes.
    """
    if not isinstance(sample, InkSample):
        raise TypeError("This engine reads strokes alone.")
    strokes = sample.ink.to_arrays()
    points = np.concatenate(strokes).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = side * (1 - 2 * margin) / max(1e-9, float((high - low).max()))
    middle = (low + high) / 2
    return [np.rint((stroke - middle) * scale + side / 2).astype(np.int64) for stroke in strokes]


class DinkitEngine:
    """The package dinkit, asked for a single character."""

    side: Final = 1000

    def __init__(self) -> None:
        if importlib.util.find_spec("dinkit") is None:
            raise AbsentError("the package dinkit is not installed")
        import dinkit
        from dinkit.recognizer import Recognizer

        self._recognizer = Recognizer()
        self.version = importlib.metadata.version("dinkit")
        self.model_mb = max(file.stat().st_size for file in Path(dinkit.__file__).parent.glob("lib/*")) / 1e6

    def rank(self, samples: Sequence[Sample]) -> list[list[str]]:
        """Up to 128 answers a sample, in the order in which it gives them."""
        return [
            list(
                self._recognizer.recognize([one.tolist() for one in fitted_strokes(sample, self.side)], DINKIT_ANSWERS)
            )
            for sample in samples
        ]


class ZinniaEngine:
    """Debian's libzinnia with the Simplified Chinese model of Tegaki."""

    side: Final = 1000
    """The size of the fields that the model was trained in."""

    def __init__(self) -> None:
        try:
            library = ctypes.CDLL("libzinnia.so.0")
        except OSError as error:
            raise AbsentError("libzinnia.so.0 is missing; Debian has it in libzinnia0") from error
        if not ZINNIA_MODEL.is_file():
            raise AbsentError(f"{ZINNIA_MODEL.name} is missing; Debian has it in tegaki-zinnia-simplified-chinese")
        pointer, size = ctypes.c_void_p, ctypes.c_size_t
        for name, result, arguments in (
            ("version", ctypes.c_char_p, ()),
            ("recognizer_new", pointer, ()),
            ("recognizer_open", ctypes.c_int, (pointer, ctypes.c_char_p)),
            ("recognizer_classify", pointer, (pointer, pointer, size)),
            ("character_new", pointer, ()),
            ("character_clear", None, (pointer,)),
            ("character_set_width", None, (pointer, size)),
            ("character_set_height", None, (pointer, size)),
            ("character_add", ctypes.c_int, (pointer, size, ctypes.c_int, ctypes.c_int)),
            ("result_size", size, (pointer,)),
            ("result_value", ctypes.c_char_p, (pointer, size)),
            ("result_destroy", None, (pointer,)),
        ):
            function = getattr(library, f"zinnia_{name}")
            function.restype, function.argtypes = result, arguments
        self._library = library
        self._recognizer = library.zinnia_recognizer_new()
        if not library.zinnia_recognizer_open(self._recognizer, str(ZINNIA_MODEL).encode()):
            raise AbsentError(f"zinnia cannot open {ZINNIA_MODEL.name}")
        self._character = library.zinnia_character_new()
        self.version = f"{library.zinnia_version().decode()}, Tegaki zh_CN"
        self.model_mb = ZINNIA_MODEL.stat().st_size / 1e6

    def rank(self, samples: Sequence[Sample]) -> list[list[str]]:
        """Up to 100 answers a sample."""
        return [self._one(sample) for sample in samples]

    def _one(self, sample: Sample) -> list[str]:
        library, character = self._library, self._character
        library.zinnia_character_clear(character)
        library.zinnia_character_set_width(character, self.side)
        library.zinnia_character_set_height(character, self.side)
        for number, stroke in enumerate(fitted_strokes(sample, self.side)):
            for x, y in stroke.tolist():
                library.zinnia_character_add(character, number, x, y)
        result = library.zinnia_recognizer_classify(self._recognizer, character, ZINNIA_ANSWERS)
        if not result:
            return []
        count = library.zinnia_result_size(result)
        answers = [library.zinnia_result_value(result, index).decode() for index in range(count)]
        library.zinnia_result_destroy(result)
        return answers


class KanjidrawEngine:
    """The package kanjidraw: ends of strokes compared with a table."""

    side: Final = 255

    def __init__(self) -> None:
        if importlib.util.find_spec("kanjidraw") is None:
            raise AbsentError("the package kanjidraw is not installed")
        from kanjidraw import lib

        self._library = lib
        lib.kanji_data()
        self.version = importlib.metadata.version("kanjidraw")
        self.model_mb = Path(lib.DATAFILE).stat().st_size / 1e6

    def rank(self, samples: Sequence[Sample]) -> list[list[str]]:
        """Characters of the same count of strokes and, behind them, of one more or less, as a user would try them."""
        return [self._one(sample) for sample in samples]

    def _one(self, sample: Sample) -> list[str]:
        lines = [[*stroke[0].tolist(), *stroke[-1].tolist()] for stroke in fitted_strokes(sample, self.side)]
        found: list[str] = []
        for is_other_count in (False, True):
            # It raises these where no character of its table has so many strokes.
            try:
                matches = self._library.matches(lines, offby1=is_other_count, max_results=KANJIDRAW_ANSWERS, cutoff=0.0)
                found += [character for _, character in itertools.islice(matches, KANJIDRAW_ANSWERS)]
            except (KeyError, IndexError, ValueError):
                continue
        return found
