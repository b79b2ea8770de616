"""What the window's command takes. Qt's own options (``-platform``, ``-style`` ...) are gone from it by then."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from hccr_desktop import __version__
from hccr_desktop.domain.settings import SETTINGS, Range, Settings

PROGRAM: Final = "hccr-desktop"


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed; None where nothing was.

    Attributes:
        picture: file to open.
        model: model file.
        provider: ``auto``, ``cpu`` or ``cuda``.
        threads: CPU threads of one recognition.
        is_self_test: prove the installation instead of opening the window.
        is_toggle: show the open window, or hide it where it is in front.
        is_new_window: open a window beside one that is open.
    """

    picture: Path | None = None
    model: Path | None = None
    provider: str | None = None
    threads: int | None = None
    is_self_test: bool = False
    is_toggle: bool = False
    is_new_window: bool = False

    def applied_to(self, settings: Settings) -> Settings:
        """The settings of this run: what was typed goes before what is stored."""
        if self.model is not None:
            settings = replace(settings, model_path=str(self.model))
        if self.provider is not None:
            settings = replace(settings, provider=self.provider)  # type: ignore[arg-type]  # one of its choices
        if self.threads is not None:
            settings = replace(settings, threads=self.threads)
        return settings


def parse(arguments: Sequence[str]) -> Options:
    """Options from the arguments after the program's name; prints and exits as argparse does."""
    info = {entry.name: entry for entry in SETTINGS}
    parser = argparse.ArgumentParser(
        PROGRAM, description="Draw a Chinese character, or open a picture of one, and copy it."
    )
    parser.add_argument("picture", nargs="?", type=Path, metavar="PICTURE", help="picture to open")
    parser.add_argument("--model", type=Path, metavar="PATH", help=info["model_path"].help)
    parser.add_argument("--provider", choices=info["provider"].choices, help=info["provider"].help)
    parser.add_argument("--threads", type=_whole_number(info["threads"].limits), help=info["threads"].help)
    parser.add_argument(
        "--self-test", action="store_true", help="check that all parts work, print what is installed, and exit"
    )
    parser.add_argument(
        "--toggle",
        action="store_true",
        help="show the window that is open, or hide it if it is in front; made for a keyboard shortcut of the desktop",
    )
    parser.add_argument(
        "--new-window",
        action="store_true",
        help="open another window beside one that is open; its text line is not kept for the next start",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    found = parser.parse_args(arguments)
    return Options(
        found.picture,
        found.model,
        found.provider,
        found.threads,
        is_self_test=found.self_test,
        is_toggle=found.toggle,
        is_new_window=found.new_window,
    )


def words_for_qt(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """What Qt can be given of the words of a command line.

    WORKAROUND(PySide6 6.11): QApplication crashes on a word that is no Unicode, as a file name of another encoding is,
    or any that is not ASCII where Python runs in such a locale.

    Returns:
        The words, some replaced, and the words that were replaced, by what is in their place.
    """
    places = {word: f"\N{REPLACEMENT CHARACTER}{number}" for number, word in enumerate(words) if not _is_unicode(word)}
    replaced = {place: word for word, place in places.items()}
    return [places.get(word, word) for word in words], replaced


def _is_unicode(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


class _whole_number:  # noqa: N801 - argparse names the type in its message
    """A whole number within limits, as a type of argparse."""

    def __init__(self, limits: Range | None) -> None:
        self._limits = limits

    def __call__(self, text: str) -> int:
        number = int(text)
        if self._limits is not None and not self._limits.low <= number <= self._limits.high:
            raise argparse.ArgumentTypeError(
                f"{number} is not between {self._limits.low:.0f} and {self._limits.high:.0f}"
            )
        return number
