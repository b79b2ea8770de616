"""What a user can be told: sentences, and the errors that carry one. Each names the thing at fault."""

from collections.abc import Callable
from typing import Self


class Sentence(str):
    """English text that remembers how it was made, so that the window can tell it in another language.

    Args:
        template: the text, with fields as of :meth:`str.format` where there are values. Written out where it is used,
            since the translations are collected from the sources by it.
        values: of the fields. One that is a Sentence itself is translated with the whole.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Fill in the values."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template = template
        made.values = values
        return made

    def told_by(self, translate: Callable[[str], str]) -> str:
        """The text in another language.

        Args:
            translate: gives the translation of a template, or the template where there is none.
        """
        told = {
            name: value.told_by(translate) if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }
        template = translate(self.template)
        return template.format(**told) if told else template


class HccrError(Exception):
    """An expected failure.

    Args:
        message: one sentence for the user, naming the file or setting concerned; see :class:`Sentence`.
        detail: what a developer needs besides, such as the text of a foreign exception.
        values: of the message's fields.
    """

    def __init__(self, message: str, /, *, detail: str = "", **values: object) -> None:
        sentence = message if isinstance(message, Sentence) else Sentence(message, **values)
        super().__init__(sentence)
        self.message = sentence
        self.detail = detail

    def without_frames(self) -> Self:
        """Let go of the calls that it and its causes came through.

        Their variables would stay as long as the error is shown, such as the picture for which there was not enough
        memory.
        """
        error: BaseException | None = self
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            error.__traceback__ = None
            error = error.__cause__ or error.__context__
        return self


class UnreadableImageError(HccrError):
    """A picture could not be read: missing, damaged, too large, or no picture at all."""


class EmptyInkError(HccrError):
    """There is no ink on the page, so there is nothing to recognize."""


class ReadingCancelledError(HccrError):
    """The user stopped a reading before it was done."""


class ResultsFileError(HccrError):
    """A file of earlier results cannot be read or written."""


class ModelFileError(HccrError):
    """A model file is missing, damaged or not an ONNX model."""


class ModelMismatchError(HccrError):
    """A model file can be read, but it does not keep this program's input or output contract."""


class SampleSetError(HccrError):
    """A data set for evaluation is missing, damaged, or of no known format."""


class RuntimeSetupError(HccrError):
    """The installation of ONNX Runtime is broken, such as two builds in one environment."""


class PersonalMemoryError(HccrError):
    """What the program has learned from this user cannot be read, or something cannot be added to it."""


class TransferStoppedError(HccrError):
    """The user stopped a file of learned drawings from being written or taken in; all is as it was."""


class LexiconError(HccrError):
    """The files of readings and stroke orders are missing, damaged, or of another version."""
