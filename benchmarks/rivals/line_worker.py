"""PP-OCRv6 small reads pages and lines, in a process of its own.

Started by :mod:`benchmarks.lines` with the Python of the rivals' environment. It gets help where that can be given: it
may answer with the characters of this project alone, nothing is dropped for a low score, and no line is turned.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, TypedDict

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.rivals.engines import AbsentError
from hccr_desktop.domain.charset import gb2312_level1

PACKAGE: Final = "rapidocr"


class FoundText(TypedDict):
    """A line of text that was found on a page; the box is left, top, right and bottom in pixels."""

    box: list[float]
    text: str


class LineAnswers(TypedDict):
    """What the worker writes: why it could not read, or who read what, in the order of the files."""

    absent: str
    version: str
    pages: list[list[FoundText]]
    lines: list[str]


class LineEngine(Protocol):
    """Finds and reads lines of text."""

    version: str

    def read_page(self, picture: npt.NDArray[np.uint8]) -> list[FoundText]:
        """What it finds on a (height, width) uint8 picture."""

    def read_line(self, picture: npt.NDArray[np.uint8]) -> str:
        """What a (height, width) uint8 picture of a single line says."""


class RapidOcr:
    """The package rapidocr with its small models.

    Args:
        characters: those that may be answered.
        threads: of its runtime.
    """

    def __init__(self, characters: Collection[str], threads: int) -> None:
        if importlib.util.find_spec(PACKAGE) is None:
            raise AbsentError(f"the package {PACKAGE} is not installed")
        from rapidocr import RapidOCR  # type: ignore[import-not-found]

        self.version = f"{importlib.metadata.version(PACKAGE)}, PP-OCRv6 small"
        self._engine = RapidOCR(
            params={
                "Global.log_level": "error",
                # It would drop what it is not sure of, and turn some lines upside down.
                "Global.text_score": 0.0,
                "Global.use_cls": False,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        self._engine(np.full((48, 96, 3), 255, np.uint8), use_det=False, use_rec=True)  # opens the recognizer
        recognizer = self._engine.text_rec
        recognizer.session = _Restricted(recognizer.session, recognizer.postprocess_op.character, characters)

    def read_page(self, picture: npt.NDArray[np.uint8]) -> list[FoundText]:
        """Its own detection, then its recognizer."""
        output = self._engine(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), use_det=True, use_rec=True)
        if output.boxes is None or output.txts is None:
            return []
        return [
            {"box": [*map(float, corners.min(axis=0)), *map(float, corners.max(axis=0))], "text": text}
            for corners, text in zip(np.asarray(output.boxes), output.txts, strict=True)
        ]

    def read_line(self, picture: npt.NDArray[np.uint8]) -> str:
        """Its recognizer alone."""
        output = self._engine(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), use_det=False, use_rec=True)
        return "".join(output.txts or ())


class _Restricted:
    """A recognizer's session whose answer gives no probability to other characters.

    Args:
        session: rapidocr's.
        alphabet: its characters in the order of the classes; the first is for none.
        characters: those that may be answered.
    """

    def __init__(self, session: Any, alphabet: Sequence[str], characters: Collection[str]) -> None:  # noqa: ANN401
        self._session = session
        self._is_foreign = np.array([at > 0 and one not in characters for at, one in enumerate(alphabet)])

    def __call__(self, batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        probabilities = np.array(self._session(batch), np.float32)
        probabilities[..., self._is_foreign] = -np.inf
        return probabilities


def read(engine: LineEngine, pages: Sequence[Path], lines: Sequence[Path]) -> LineAnswers:
    """Have an engine read picture files of pages and of lines."""
    return {
        "absent": "",
        "version": engine.version,
        "pages": [engine.read_page(_picture(file)) for file in pages],
        "lines": [engine.read_line(_picture(file)) for file in lines],
    }


def _picture(file: Path) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def main() -> int:
    """Read what lies in a folder, and write the answers beside it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="with page-*.png and line-*.png")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    try:
        engine = RapidOcr(frozenset(gb2312_level1()), options.threads)
        answers = read(engine, sorted(options.folder.glob("page-*.png")), sorted(options.folder.glob("line-*.png")))
    except AbsentError as error:
        answers = {"absent": str(error), "version": "", "pages": [], "lines": []}
    options.output.write_text(json.dumps(answers, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
