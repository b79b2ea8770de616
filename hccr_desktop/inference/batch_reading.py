"""Reading many picture files one after the other, none of which may cost the user the others."""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hccr_desktop.domain.candidate import Recognition
from hccr_desktop.errors import HccrError
from hccr_desktop.imaging.files import SUFFIXES, read_page_file
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.inference.recognizer import Recognizer


@dataclass(frozen=True, slots=True)
class FileReading:
    """What became of one file.

    Attributes:
        file: the path as given, or a folder's path as given with the file's place in it.
        recognition: the answer; None on an error.
        elapsed_ms: reading, preparing and recognizing; None on an error.
        note: one sentence for the user that is no error, else empty.
        error: one sentence, empty where there is an answer.
    """

    file: str
    recognition: Recognition | None = None
    elapsed_ms: float | None = None
    note: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read, or an input in which there is nothing to read.

    Attributes:
        file: the path as text.
        error: one sentence why it cannot be read, else empty.
    """

    file: str
    error: str = ""


def find_pictures(paths: Iterable[str], *, recursive: bool = False) -> list[FoundFile]:
    """Files to read, from files and folders.

    Args:
        paths: a file is taken whatever its ending; of a folder, the files that end like a picture in any letter
            case.
        recursive: look into the folders of a folder too.

    Returns:
        Each file once, sorted by code point; what is missing or holds no picture has an error.
    """
    found: dict[str, FoundFile] = {}
    for text in paths:
        if not Path(text).is_dir():
            found[text] = FoundFile(text)
            continue
        try:
            inside = list(_pictures_in(text, recursive=recursive))
        except OSError as error:
            found[text] = FoundFile(text, f"The folder {text} cannot be read: {error.strerror}.")
            continue
        found.update((file, FoundFile(file)) for file in inside)
        if not inside:
            found[text] = FoundFile(text, f"The folder {text} holds no picture.")
    return [found[file] for file in sorted(found)]


def read_files(recognizer: Recognizer, files: Iterable[FoundFile], *, count: int) -> Iterator[FileReading]:
    """Read files one by one; a failure is an entry of its own and stops nothing."""
    for entry in files:
        if entry.error:
            yield FileReading(entry.file, error=entry.error)
            continue
        started = time.perf_counter()
        try:
            page = read_page_file(Path(entry.file), name=entry.file)
            recognition = recognizer.recognize(normalize(page.image), kind="page", count=count)
        except HccrError as error:
            message = error.message if entry.file in error.message else f"{entry.file}: {error.message}"
            yield FileReading(entry.file, error=message)
            continue
        yield FileReading(entry.file, recognition, (time.perf_counter() - started) * 1000, page.note)


def _pictures_in(folder: str, *, recursive: bool) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                # A link to a folder may lead back to where we are.
                if recursive and not entry.is_symlink():
                    yield from _pictures_in(entry.path, recursive=True)
            elif Path(entry.name).suffix.lower() in SUFFIXES:
                yield entry.path
