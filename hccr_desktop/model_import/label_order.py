"""The order in which a file's dense layer answers, and the turn from there to the order of this program."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from hccr_desktop.domain.charset import CharacterSet, gb2312_level1
from hccr_desktop.errors import ModelFileError, ModelMismatchError
from hccr_desktop.model_import.network_weights import NetworkWeights


def read_label_order(path: Path) -> CharacterSet:
    """Read an order of the 3,755 characters of GB2312 level 1.

    Args:
        path: UTF-8 text, line j is the character of output j.

    Raises:
        ModelFileError: the file is missing or no such text, or its characters are not those of GB2312 level 1; the
            message names the first line at fault.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # not splitlines, which splits at more than newlines
    except FileNotFoundError as error:
        raise ModelFileError(f"The label list {path} does not exist.", detail=str(error)) from error
    except (OSError, ValueError) as error:
        raise ModelFileError(f"The label list {path} cannot be read as UTF-8 text.", detail=str(error)) from error
    while lines and not lines[-1].strip():
        lines.pop()
    known = gb2312_level1()
    first_line: dict[str, int] = {}
    for number, character in enumerate((line.strip() for line in lines), start=1):
        if len(character) != 1:
            raise ModelFileError(f"Line {number} of the label list {path.name} is not one character.")
        if character not in known:
            raise ModelFileError(
                f"Line {number} of the label list {path.name} is {character}, which is not in GB2312 level 1."
            )
        if character in first_line:
            raise ModelFileError(
                f"Line {number} of the label list {path.name} repeats {character} of line {first_line[character]}."
            )
        first_line[character] = number
    if len(first_line) != len(known):
        raise ModelFileError(
            f"The label list {path.name} has {len(first_line):,} characters, not the {len(known):,} of GB2312 level 1."
        )
    return CharacterSet.of(tuple(first_line))


def in_code_order(weights: NetworkWeights, order: CharacterSet, *, name: str) -> NetworkWeights:
    """The same network, its classes in GB2312 code order.

    Args:
        weights: rows of the dense layer as ``order`` names them.
        order: a permutation of GB2312 level 1.
        name: of the weights' file, for the message.

    Raises:
        ModelMismatchError: the network has another number of classes.
    """
    if weights.classes != len(order):
        raise ModelMismatchError(f"{name} has {weights.classes:,} classes, not the {len(order):,} of GB2312 level 1.")
    rows = np.array([order.index(character) for character in gb2312_level1()])
    return replace(weights, dense_weight=weights.dense_weight[rows], dense_bias=weights.dense_bias[rows])
