"""The errors a user can be told about. Each message is one sentence that names the thing at fault."""


class HccrError(Exception):
    """An expected failure.

    Args:
        message: one sentence for the user, naming the file or setting concerned.
        detail: what a developer needs besides, such as the text of a foreign exception.
    """

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class UnreadableImageError(HccrError):
    """A picture could not be read: missing, damaged, too large, or no picture at all."""


class EmptyInkError(HccrError):
    """There is no ink on the page, so there is nothing to recognize."""


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


class LexiconError(HccrError):
    """The files of readings and stroke orders are missing, damaged, or of another version."""
