"""Debian's Tesseract with its Simplified Chinese model, called through its C interface."""

import ctypes
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.rivals.engines import AbsentError
from benchmarks.rivals.feeding import FEEDINGS, Feeding, fed, page_of, resized
from hccr_desktop.imaging.sample_sets import Sample

MODEL: Final = Path("/usr/share/tesseract-ocr/5/tessdata/chi_sim.traineddata")
SINGLE_CHARACTER: Final = 10
SYMBOL: Final = 4
HEIGHT: Final = 48
"""Of the picture; it reads scans best so, of 48, 64 and 96 tried on 20 validation scans."""
DPI: Final = 300
"""It guesses otherwise, and complains about that."""


class TesseractEngine:
    """Page segmentation mode 10, a single character.

    Args:
        characters: those that may be answered.
    """

    def __init__(self, characters: Collection[str]) -> None:
        try:
            library = ctypes.CDLL("libtesseract.so.5")
        except OSError as error:
            raise AbsentError("libtesseract.so.5 is missing; Debian has it in libtesseract5") from error
        if not MODEL.is_file():
            raise AbsentError(f"{MODEL.name} is missing; Debian has it in tesseract-ocr-chi-sim")
        _declare(library)
        self.feeding: Feeding = FEEDINGS["tesseract"]
        self._library = library
        self._engine = library.TessBaseAPICreate()
        if library.TessBaseAPIInit3(self._engine, str(MODEL.parent).encode(), b"chi_sim"):
            raise AbsentError(f"Tesseract cannot open {MODEL.name}")
        library.TessBaseAPISetPageSegMode(self._engine, SINGLE_CHARACTER)
        # With it each symbol comes with what else it might be.
        library.TessBaseAPISetVariable(self._engine, b"lstm_choice_mode", b"2")
        library.TessBaseAPISetVariable(
            self._engine, b"tessedit_char_whitelist", "".join(sorted(characters)).encode("utf-8")
        )
        self.version = f"{library.TessVersion().decode()}, chi_sim"
        self.model_mb = MODEL.stat().st_size / 1e6

    def rank(self, samples: Sequence[Sample]) -> list[list[str]]:
        """What it takes the first symbol for, best first; nothing where it sees none."""
        return [self._one(sample) for sample in samples]

    def _one(self, sample: Sample) -> list[str]:
        library, engine = self._library, self._engine
        page = fed(page_of(sample, pen_width_px=self.feeding.pen_width_px), self.feeding)
        picture = np.ascontiguousarray(resized(page, HEIGHT))
        library.TessBaseAPISetImage(engine, picture.ctypes.data, HEIGHT, HEIGHT, 1, HEIGHT)
        library.TessBaseAPISetSourceResolution(engine, DPI)
        if library.TessBaseAPIRecognize(engine, None):
            return []
        results = library.TessBaseAPIGetIterator(engine)
        if not results:
            return []
        # Asked for the choices of a page without any symbol, it ends the process.
        if not library.TessResultIteratorGetUTF8Text(results, SYMBOL):
            library.TessResultIteratorDelete(results)
            return []
        answers = []
        choices = library.TessResultIteratorGetChoiceIterator(results)
        while choices:
            text = library.TessChoiceIteratorGetUTF8Text(choices)
            answers.append(text.decode("utf-8") if text else "")
            if not library.TessChoiceIteratorNext(choices):
                break
        if choices:
            library.TessChoiceIteratorDelete(choices)
        library.TessResultIteratorDelete(results)
        return answers


def _declare(library: ctypes.CDLL) -> None:
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in (
        ("TessVersion", text, ()),
        ("TessBaseAPICreate", pointer, ()),
        ("TessBaseAPIInit3", number, (pointer, text, text)),
        ("TessBaseAPISetPageSegMode", None, (pointer, number)),
        ("TessBaseAPISetVariable", number, (pointer, text, text)),
        ("TessBaseAPISetImage", None, (pointer, pointer, number, number, number, number)),
        ("TessBaseAPISetSourceResolution", None, (pointer, number)),
        ("TessBaseAPIRecognize", number, (pointer, pointer)),
        ("TessBaseAPIGetIterator", pointer, (pointer,)),
        ("TessResultIteratorGetChoiceIterator", pointer, (pointer,)),
        ("TessResultIteratorGetUTF8Text", text, (pointer, number)),
        ("TessResultIteratorDelete", None, (pointer,)),
        ("TessChoiceIteratorGetUTF8Text", text, (pointer,)),
        ("TessChoiceIteratorNext", number, (pointer,)),
        ("TessChoiceIteratorDelete", None, (pointer,)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
