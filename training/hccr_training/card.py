"""The model card as a developer writes it: a TOML file beside the run's configuration."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.domain.melnyk import INPUT_SIZE
from hccr_desktop.errors import ModelFileError
from hccr_desktop.imaging.normalize import NORMALIZATION_ID
from hccr_desktop.inference.model_card import Accuracy, ModelCard
from hccr_desktop.inference.rejection import Rejection

REJECTION_FILE: Final = "rejection.json"
"""Beside the card: 3,000 numbers that nobody writes or reads by hand."""

# What the file does not say, since the trainer knows only one value of each.
_FIXED: Final[Mapping[str, Callable[[], Any]]] = {
    "characters": gb2312_level1,
    "input_size": lambda: INPUT_SIZE,
    "polarity": lambda: "bright_ink",
    "normalization": lambda: NORMALIZATION_ID,
}


def read_card(path: Path) -> ModelCard:
    """Read a card.

    Args:
        path: TOML with ``model_id``, ``version``, ``temperature_ink``, ``temperature_page``, ``provenance``,
            ``licence``, ``sure_confidence_ink``, ``sure_confidence_page`` and, at the end, any number of
            ``[[accuracy]]`` tables. A REJECTION_FILE beside it belongs to it.

    Raises:
        ModelFileError: the file is missing, no TOML, or lacks or mistypes a value; the message names which.
    """
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelFileError(f"The model card {path} cannot be read.", detail=str(error)) from error
    wanted = {field.name for field in fields(ModelCard)} - _FIXED.keys() - {"rejection"}
    if unknown := sorted(values.keys() - wanted):
        raise ModelFileError(f"The model card {path} has an unknown entry: {unknown[0]}.")
    if missing := sorted(wanted - values.keys() - {"accuracy"}):
        raise ModelFileError(f"The model card {path} has no {missing[0]}.")
    try:
        accuracy = tuple(Accuracy(**figure) for figure in values.get("accuracy", ()))
        return ModelCard(
            model_id=str(values["model_id"]),
            version=str(values["version"]),
            temperature_ink=float(values["temperature_ink"]),
            temperature_page=float(values["temperature_page"]),
            sure_confidence_ink=float(values["sure_confidence_ink"]),
            sure_confidence_page=float(values["sure_confidence_page"]),
            provenance=" ".join(str(values["provenance"]).split()),
            licence=str(values["licence"]),
            accuracy=accuracy,
            rejection=_read_rejection(path.with_name(REJECTION_FILE)),
            **{name: make() for name, make in _FIXED.items()},
        )
    except (TypeError, ValueError) as error:
        raise ModelFileError(f"The model card {path} is damaged.", detail=str(error)) from error


def _read_rejection(path: Path) -> Rejection | None:
    if not path.exists():
        return None
    try:
        return Rejection.of(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(f"{path} is no rejection rule.", detail=str(error)) from error


def write_rejection(card_path: Path, rejection: Rejection) -> None:
    """Write the rule beside its card."""
    text = json.dumps(rejection.to_table(), ensure_ascii=False, separators=(",", ":"))
    card_path.with_name(REJECTION_FILE).write_text(
        text.replace('"page":', '\n"page":').replace('"pen":', '\n"pen":') + "\n", encoding="utf-8"
    )


def write_numbers(path: Path, numbers: Mapping[str, float]) -> None:
    """Replace top-level numbers of a card and leave its other lines, comments among them, as they are.

    Raises:
        ModelFileError: the card cannot be read, or has no line for one of the numbers.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelFileError(f"The model card {path} cannot be read.", detail=str(error)) from error
    for name, value in numbers.items():
        places = [at for at, line in enumerate(lines) if re.match(rf"{re.escape(name)}\s*=", line)]
        if not places:
            raise ModelFileError(f"The model card {path} has no {name}.")
        lines[places[0]] = f"{name} = {value}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_accuracy(path: Path, figures: Sequence[Accuracy]) -> None:
    """Replace a card's ``[[accuracy]]`` tables, which stand at its end.

    Raises:
        ModelFileError: the card cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelFileError(f"The model card {path} cannot be read.", detail=str(error)) from error
    parts = [text.split("[[accuracy]]")[0].rstrip() + "\n"]
    parts += [
        f"\n[[accuracy]]\ndata_set = {json.dumps(figure.data_set)}\ncount = {figure.count}\n"
        f"top1 = {round(figure.top1, 2)}\ntop5 = {round(figure.top5, 2)}\ncommand = {json.dumps(figure.command)}\n"
        for figure in figures
    ]
    path.write_text("".join(parts), encoding="utf-8")
