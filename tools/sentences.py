"""Collects what the lower layers can say, so that the window can translate it although they know nothing of Qt."""

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import Final

CONTEXT: Final = "Sentences"
"""Context of the translations, as in ``hccr_desktop/gui/sentences.py``."""

_SENTENCE: Final = "Sentence"
_BASE_ERROR: Final = "HccrError"

COMMAND_LINE_ONLY: Final = ("cli.py", "model_import/", "inference/evaluation.py")
"""Their sentences never reach the window."""


class UntranslatableError(ValueError):
    """A sentence is put together in a way that leaves nothing to translate."""


def sentences(package: Path) -> list[str]:
    """Every template that a :class:`Sentence` or an error of ours is made from, sorted.

    Raises:
        UntranslatableError: one is an f-string or the like. Each is named with file and line.
    """
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(package.rglob("*.py"))}
    makers = _makers(trees.values())
    found: set[str] = set()
    problems: list[str] = []
    for file, tree in trees.items():
        name = file.relative_to(package).as_posix()
        if name.startswith(COMMAND_LINE_ONLY):
            continue
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or _name(call.func) not in makers or not call.args:
                continue
            message = call.args[0]
            if isinstance(message, ast.Constant) and isinstance(message.value, str):
                found.add(message.value)
            elif isinstance(message, ast.JoinedStr | ast.BinOp | ast.Call) and not _is_sentence(message):
                problems.append(f"{package.name}/{name}:{call.lineno}: write the values as fields, not into the text")
    if problems:
        raise UntranslatableError("\n".join(problems))
    return sorted(found)


def _makers(trees: Iterable[ast.Module]) -> set[str]:
    """Names of Sentence, HccrError and the classes derived from it."""
    makers = {_SENTENCE, _BASE_ERROR}
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    grows = True
    while grows:
        derived = {node.name for node in classes if {_name(base) for base in node.bases} & (makers - {_SENTENCE})}
        grows = not derived <= makers
        makers |= derived
    return makers


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_sentence(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _name(node.func) == _SENTENCE
