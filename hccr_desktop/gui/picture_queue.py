"""Pictures that were opened together, and the pages of each, to be gone through one by one. Knows no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A page of a file.

    Attributes:
        file: the path.
        page: from 0.
    """

    file: Path
    page: int = 0


class PictureQueue:
    """Where one is in a row of pages. Files count as one page until they are opened."""

    def __init__(self) -> None:
        self._entries: list[QueueEntry] = []
        self._place = 0

    @property
    def entries(self) -> tuple[QueueEntry, ...]:
        """All pages, in order."""
        return tuple(self._entries)

    @property
    def place(self) -> int:
        """Of the current page, from 0."""
        return self._place

    @property
    def current(self) -> QueueEntry | None:
        """The page one is at; None where there is none."""
        return self._entries[self._place] if self._entries else None

    @property
    def is_several(self) -> bool:
        """There is somewhere to go."""
        return len(self._entries) > 1

    def can_go(self, step: int) -> bool:
        """Whether there is a page so many further on."""
        return 0 <= self._place + step < len(self._entries)

    def start(self, files: Sequence[Path]) -> None:
        """Begin anew with files, at the first."""
        self._entries = [QueueEntry(file) for file in files]
        self._place = 0

    def go(self, step: int) -> QueueEntry | None:
        """Go so many pages on, or stay; the page one is at then."""
        if self.can_go(step):
            self._place += step
        return self.current

    def go_to(self, entry: QueueEntry) -> bool:
        """Be at a page, as undo may lead back to it; whether it is in the row."""
        if entry not in self._entries:
            return False
        self._place = self._entries.index(entry)
        return True

    def expand(self, file: Path, page_count: int) -> None:
        """Say how many pages a file has, once that is known."""
        first = next((place for place, entry in enumerate(self._entries) if entry.file == file), None)
        if first is None:
            return
        known = sum(entry.file == file for entry in self._entries[first:])
        if known != 1 or page_count < 2:
            return
        self._entries[first : first + 1] = [QueueEntry(file, page) for page in range(page_count)]
        if self._place > first:
            self._place += page_count - 1
