"""What the layers below say, in the language of the window."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from hccr_desktop.errors import Sentence

CONTEXT: Final = "Sentences"
"""``tools/sentences.py`` collects their English from the sources, since the layers below know nothing of Qt."""


def translated(text: str) -> str:
    """A sentence in the language of the moment; any other text as it is."""
    return text.told_by(_translation) if isinstance(text, Sentence) else text


def _translation(template: str) -> str:
    return QCoreApplication.translate(CONTEXT, template)
