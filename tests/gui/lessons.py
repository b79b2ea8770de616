"""Drawings, a network that learning can be tried on, and one that listens to what the service tells."""

from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from PySide6.QtCore import QObject, QThread, Slot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.personal.personal_memory import PersonalMemory, embedding_model_of
from hccr_desktop.personal.personal_recognizer import PersonalRecognizer
from tests.gui.fakes import FakeRecognizer

SLANT = Ink.from_coordinates([[(0.2, 0.2), (0.8, 0.9)]])
CROSS = Ink.from_coordinates([[(0.2, 0.5), (0.8, 0.5)], [(0.5, 0.2), (0.5, 0.8)]])


def personal() -> PersonalRecognizer:
    """A fake network that listens to what was learned."""
    return PersonalRecognizer(FakeRecognizer(), None)  # type: ignore[arg-type]


def first(recognizer: PersonalRecognizer, ink: Ink) -> str:
    """The first candidate of a drawing."""
    return recognizer.recognize(ink_to_model_image(ink), kind="ink").best.character


def kept(path: Path) -> list[tuple[str, str | None]]:
    """Character and what it was picked over of all that a file holds, the newest first."""
    with closing(PersonalMemory.open(path, model_id="none")) as memory:
        return [(entry.character, entry.picked_over) for entry in memory.entries()]


def write(path: Path, *samples: tuple[str, Ink]) -> None:
    """Have a file hold some drawings, embedded by the fake network."""
    recognizer = personal()
    memory = PersonalMemory.open(path, model_id=embedding_model_of(recognizer.card))
    with closing(memory):
        recognizer.memory = memory
        for character, ink in samples:
            recognizer.learn(character, ink, picked_over=None)


class Lock:
    """Another program that holds a file."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


class Listener(QObject):
    """Keeps what it hears, and in which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []
        self.threads: set[QThread] = set()

    @Slot(object)
    def hear(self, event: object) -> None:
        self.heard.append(event)
        self.threads.add(QThread.currentThread())
