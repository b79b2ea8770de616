"""This project beside PP-OCRv6 small on the same lines of text: characters right, counted by edit distance."""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.composed import ComposedPage
from benchmarks.rivals.line_worker import FoundText, LineAnswers
from hccr_desktop.domain.box import Box, around
from hccr_desktop.errors import EmptyInkError
from hccr_desktop.imaging.files import write_png
from hccr_desktop.imaging.types import PageImage
from hccr_desktop.inference.page_reading import BatchRecognizer, read_page

REPOSITORY: Final = Path(__file__).resolve().parents[1]
RIVALS_PYTHON: Final = REPOSITORY / ".venv-rivals" / "bin" / "python"
LIMIT_S: Final = 3600

MARGIN: Final = 0.05
"""Paper around a line's crop, in parts of its height. Of 0, 0.05, 0.1 and 0.2 the rival reads lines of the validation
scans best with this one and with 0, a character of 272 apart; it reads worse what this project has cleaned."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line of a page.

    Attributes:
        box: all its ink, in pixels of the page.
        characters: what it says.
    """

    box: Box
    characters: str


@dataclass(frozen=True, slots=True, eq=False)
class LinedPage:
    """A page whose lines run from left to right.

    Attributes:
        picture: (height, width) uint8, as it is to be read.
        lines: from top to bottom.
    """

    picture: PageImage
    lines: tuple[Line, ...]

    def crop(self, line: Line) -> PageImage:
        """A line's part of the picture, with some paper around it."""
        box, margin = line.box, round(MARGIN * line.box.height)
        height, width = self.picture.shape
        top, left = max(0, box.top - margin), max(0, box.left - margin)
        return self.picture[top : min(height, box.bottom + margin), left : min(width, box.right + margin)]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    Attributes:
        name: who read, and how.
        shares: by kind of page, the part of the characters that are right, from below 0 to 1; empty where absent.
        absent: why there are none; empty where there are.
    """

    name: str
    shares: tuple[float, ...] = ()
    absent: str = ""


def lined(composed: ComposedPage, picture: PageImage, per_line: int) -> LinedPage:
    """A composed page by its lines.

    Args:
        composed: with lines from left to right.
        picture: of it, with what paper and light have done to it.
        per_line: characters of each line but the last.
    """
    starts = range(0, len(composed.boxes), per_line)
    return LinedPage(
        picture,
        tuple(
            Line(around(composed.boxes[at : at + per_line]), composed.characters[at : at + per_line]) for at in starts
        ),
    )


def edit_distance(first: str, second: str) -> int:
    """Characters that must be put in, taken out or replaced to make one text of another."""
    row = list(range(len(second) + 1))
    for number, one in enumerate(first, start=1):
        before, row[0] = row[0], number
        for place, other in enumerate(second, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (one != other))
    return row[-1]


def share_right(answers: Sequence[str], truth: Sequence[str]) -> float:
    """Character accuracy of some texts: 1 less the edit distance for each true character."""
    wrong = sum(edit_distance(answer, text) for answer, text in zip(answers, truth, strict=True))
    return 1 - wrong / sum(map(len, truth))


def by_lines(found: Sequence[FoundText], lines: Sequence[Line]) -> list[str]:
    """What an engine found on a page, put together line by line from left to right.

    Each text goes to the line whose middle is next to its own, so that an engine is not punished for the order in which
    it gives its texts, nor for taking a line apart.
    """
    parts: list[list[tuple[float, str]]] = [[] for _ in lines]
    for one in found:
        left, top, _, bottom = one["box"]
        middles = [abs((top + bottom) / 2 - (line.box.top + line.box.bottom) / 2) for line in lines]
        parts[int(np.argmin(middles))].append((left, one["text"]))
    return ["".join(text for _, text in sorted(line)) for line in parts]


def own_rows(recognizer: BatchRecognizer, kinds: Mapping[str, Sequence[LinedPage]]) -> list[Row]:
    """This project, given whole pages and given the crop of each line.

    Of a page its own order of the lines counts. Of a crop it is told that it runs from left to right, which its rival
    takes for granted.
    """
    pages, lines = [], []
    for some in kinds.values():
        truth = ["".join(line.characters for line in page.lines) for page in some]
        pages.append(share_right([_own_text(recognizer, page.picture) for page in some], truth))
        crops = [(page.crop(line), line.characters) for page in some for line in page.lines]
        answers = [_own_text(recognizer, crop, is_vertical=False) for crop, _ in crops]
        lines.append(share_right(answers, [characters for _, characters in crops]))
    return [Row("hccr-desktop, pages", tuple(pages)), Row("hccr-desktop, lines", tuple(lines))]


def _own_text(recognizer: BatchRecognizer, picture: PageImage, *, is_vertical: bool | None = None) -> str:
    try:
        return read_page(recognizer, picture, is_vertical=is_vertical, count=1).text.replace("\n", "")
    except EmptyInkError:
        return ""


def rival_rows(
    kinds: Mapping[str, Sequence[LinedPage]], *, python: Path = RIVALS_PYTHON, threads: int = 1
) -> list[Row]:
    """PP-OCRv6 small in a process of its own, given the same pages and crops."""
    pages = [page for some in kinds.values() for page in some]
    answers = _ask(pages, python, threads)
    names = ("PP-OCRv6 small, pages", "PP-OCRv6 small, lines")
    if answers["absent"]:
        return [Row(name, absent=answers["absent"]) for name in names]
    of_pages, of_lines = iter(answers["pages"]), iter(answers["lines"])
    found, crops = [], []
    for some in kinds.values():
        lines = [line for page in some for line in page.lines]
        truth = [line.characters for line in lines]
        found.append(share_right([text for page in some for text in by_lines(next(of_pages), page.lines)], truth))
        crops.append(share_right([next(of_lines) for _ in lines], truth))
    return [Row(names[0], tuple(found)), Row(f"{names[1]} ({answers['version']})", tuple(crops))]


def _ask(pages: Sequence[LinedPage], python: Path, threads: int) -> LineAnswers:
    def absent(why: str) -> LineAnswers:
        return {"absent": why, "version": "", "pages": [], "lines": []}

    if not python.exists():
        return absent(f"there is no {python.parent.parent.name}; `make rivals` makes it")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        crops = [page.crop(line) for page in pages for line in page.lines]
        for number, page in enumerate(pages):
            write_png(page.picture, folder / f"page-{number:05}.png")
        for number, crop in enumerate(crops):
            write_png(np.ascontiguousarray(crop), folder / f"line-{number:05}.png")
        output = folder / "answers.json"
        command = [str(python), "-m", "benchmarks.rivals.line_worker", str(folder), "--output", str(output)]
        command += ["--threads", str(threads)]
        try:
            done = subprocess.run(
                command, cwd=REPOSITORY, capture_output=True, text=True, errors="replace", timeout=LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired:
            return absent(f"not done after {LIMIT_S} s")
        if done.returncode or not output.exists():
            complaint = (done.stderr.strip() or "no message").splitlines()[-1].strip()
            return absent(f"failed with status {done.returncode}: {complaint}")
        answers: LineAnswers = json.loads(output.read_text("utf-8"))
        return answers


def table(kinds: Mapping[str, Sequence[LinedPage]], rows: Sequence[Row]) -> str:
    """Rows as a Markdown table, an absent engine with the reason in the place of its first figure."""
    counts = [sum(len(line.characters) for page in some for line in page.lines) for some in kinds.values()]
    head = ["characters right, by edit distance"]
    head += [f"{kind} ({count})" for kind, count in zip(kinds, counts, strict=True)]
    cells = [head, ["-" * 3] * len(head)]
    for row in rows:
        shares = [f"{share:.1%}" for share in row.shares]
        missing = [f"absent: {row.absent}", *["–"] * (len(kinds) - 1)]
        cells.append([row.name, *(shares or missing)])
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)
