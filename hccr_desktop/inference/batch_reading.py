"""Reading many picture files one after the other, none of which may cost the user the others."""

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from hccr_desktop.domain.box import Box
from hccr_desktop.domain.candidate import Recognition
from hccr_desktop.errors import HccrError, ReadingCancelledError, Sentence
from hccr_desktop.imaging.clean import Cleaning, clean
from hccr_desktop.imaging.files import SUFFIXES, read_page_file
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.types import PageImage
from hccr_desktop.inference.page_reading import BatchRecognizer, ReadCharacter, read_page
from hccr_desktop.inference.turning import QuarterTurn, may_lie, propose_turn

logger = logging.getLogger(__name__)

_FINDS: Final = "turns"
"""Part of a stamp: what earlier versions kept is read again, since they looked for less."""

Show = Callable[[PageImage], None]
"""Called with a picture."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How every file of a batch is read.

    Attributes:
        count: candidates of each character.
        is_one_character: each picture shows one character, so that none is looked for.
        is_vertical: which way lines run; None finds out.
        cleaning: what the user adjusted.
    """

    count: int = 5
    is_one_character: bool = False
    is_vertical: bool | None = None
    cleaning: Cleaning = field(default_factory=Cleaning)


@dataclass(frozen=True, slots=True)
class FileStamp:
    """By what a file is known to be the same as when it was read.

    Attributes:
        size: bytes.
        modified_ns: time of its last change in nanoseconds.
        made_by: the model and the options that it was read with.
    """

    size: int
    modified_ns: int
    made_by: str


@dataclass(frozen=True, slots=True)
class FileReading:
    """What became of one file, or of one page of a file of several.

    Attributes:
        file: the path as given, or a folder's path as given with the file's place in it.
        characters: in reading order; empty on an error. Where the whole picture was taken for one character, its box
            is the whole picture.
        elapsed_ms: reading, preparing and recognizing; None on an error.
        note: one sentence for the user that is no error, else empty.
        error: one sentence, empty where there is an answer.
        page: which page of the file, from 0.
        page_count: pages of the file.
        stamp: of the file as it was read; None where there was none to be had.
        turn: by how many degrees clockwise the picture would have to be turned for the network to be surer; 0 for
            none. It was read as it is.
    """

    file: str
    characters: tuple[ReadCharacter, ...] = ()
    elapsed_ms: float | None = None
    note: str = ""
    error: str = ""
    page: int = 0
    page_count: int = 1
    stamp: FileStamp | None = None
    turn: QuarterTurn = 0

    @property
    def recognition(self) -> Recognition | None:
        """The answer where the picture shows one character."""
        return self.characters[0].recognition if len(self.characters) == 1 else None

    @property
    def lines(self) -> tuple[tuple[ReadCharacter, ...], ...]:
        """The characters line by line."""
        numbers = sorted({character.line for character in self.characters})
        return tuple(tuple(one for one in self.characters if one.line == number) for number in numbers)

    @property
    def text(self) -> str:
        """The first candidates, a line of text for each line."""
        return "\n".join("".join(one.recognition.best.character for one in line) for line in self.lines)


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
        Each file once, sorted by code point; a folder that holds no picture or cannot be read has an error.
    """
    found: dict[str, FoundFile] = {}
    for text in paths:
        if not Path(text).is_dir():
            found[text] = FoundFile(text)
            continue
        inside = list(_found_in(text, recursive=recursive))
        found.update((entry.file, entry) for entry in inside)
        if not inside:
            found[text] = FoundFile(text, Sentence("The folder {folder} holds no picture.", folder=text))
    return [found[file] for file in sorted(found)]


def read_files(
    recognizer: BatchRecognizer,
    files: Sequence[FoundFile],
    *,
    options: BatchOptions,
    made_by: str = "",
    known: Iterable[FileReading] = (),
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    show: Show | None = None,
) -> Iterator[FileReading]:
    """Read files one by one; a failure is an entry of its own and stops nothing.

    Args:
        recognizer: an open model.
        files: of :func:`find_pictures`.
        options: how to read them.
        made_by: name of the model; readings by another, or with other options, are made again.
        known: earlier readings; those of files that have not changed are given back as they are. What failed is tried
            again: the reason may have gone, and its sentence is told in the language of today.
        progress: called after each file with how many are done, and of how many.
        is_cancelled: asked before each file and within it; the readings end where it says so.
        show: given each picture as it was decoded, before its reading comes; not that of a file that is known.

    Yields:
        One reading a file, or one a page.
    """
    made_by = f"{made_by} {options} {_FINDS}"
    earlier: dict[str, list[FileReading]] = {}
    for reading in known:
        earlier.setdefault(reading.file, []).append(reading)
    for number, entry in enumerate(files, start=1):
        if is_cancelled is not None and is_cancelled():
            return
        stamp = None if entry.error else _stamp(entry.file, made_by)
        same = [reading for reading in earlier.get(entry.file, []) if stamp is not None and reading.stamp == stamp]
        if same and len(same) == same[0].page_count and not any(reading.error for reading in same):
            yield from same
        elif entry.error:
            yield FileReading(entry.file, error=entry.error)
        else:
            try:
                for reading in _read_pages(recognizer, entry.file, options, is_cancelled, show):
                    yield replace(reading, stamp=stamp)
            except ReadingCancelledError:
                return
        if progress is not None:
            progress(number, len(files))


def _read_pages(
    recognizer: BatchRecognizer,
    file: str,
    options: BatchOptions,
    is_cancelled: Callable[[], bool] | None,
    show: Show | None,
) -> Iterator[FileReading]:
    page, page_count = 0, 1
    while page < page_count:
        started = time.perf_counter()
        try:
            picture = read_page_file(Path(file), name=file, page=page)
            page_count = picture.page_count
            if show is not None:
                show(picture.image)
            if options.is_one_character:
                cleaned = clean(picture.image, options.cleaning)
                image = normalize(cleaned.image, polarity="dark_ink")
                recognition = recognizer.recognize_batch([image], kind="page", count=options.count)[0]
                whole = Box(0, 0, picture.image.shape[1], picture.image.shape[0])
                characters = [ReadCharacter(whole, cleaned.from_picture(whole), recognition)]
            else:
                reading = read_page(
                    recognizer,
                    picture.image,
                    cleaning=options.cleaning,
                    is_vertical=options.is_vertical,
                    count=options.count,
                    is_cancelled=is_cancelled,
                )
                cleaned, characters = reading.page, list(reading.characters)
            proposal = None
            if may_lie([character.recognition for character in characters]):
                proposal = propose_turn(
                    recognizer, cleaned, is_one_character=options.is_one_character, is_cancelled=is_cancelled
                )
        except ReadingCancelledError:
            raise
        except HccrError as error:
            yield FileReading(file, error=_with_name(error.message, file), page=page, page_count=page_count)
        else:
            elapsed_ms = (time.perf_counter() - started) * 1000
            note = picture.note if page_count == 1 else ""
            yield FileReading(
                file,
                tuple(characters),
                elapsed_ms,
                note,
                page=page,
                page_count=page_count,
                turn=proposal.degrees if proposal is not None else 0,
            )
        page += 1


def _with_name(message: str, file: str) -> str:
    return message if file in message else Sentence("{name}: {message}", name=file, message=message)


def _stamp(file: str, made_by: str) -> FileStamp | None:
    try:
        status = Path(file).stat()
    except (OSError, ValueError):  # ValueError: a null character in the path
        return None
    return FileStamp(status.st_size, status.st_mtime_ns, made_by)


def _found_in(folder: str, *, recursive: bool) -> Iterator[FoundFile]:
    """Pictures of a folder, and which of the folders in it, or whether itself, cannot be read."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    # A link to a folder may lead back to where we are.
                    if recursive and not entry.is_symlink():
                        yield from _found_in(entry.path, recursive=True)
                elif Path(entry.name).suffix.lower() in SUFFIXES:
                    yield FoundFile(entry.path)
    except OSError as error:
        logger.debug("%s cannot be read: %s", folder, error)
        yield FoundFile(folder, Sentence("The folder {folder} could not be read.", folder=folder))
