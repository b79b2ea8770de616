"""The page about a model, written from the model file itself and from what was measured of it.

Run ``python -m hccr_training.model_page models/melnyk_net.onnx --card training/runs/NAME/card.toml`` after the other
steps; it writes ``README.md`` beside the model. With ``--check`` it writes nothing and tells whether the page there is
the one it would write.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hccr_desktop.domain.melnyk import layers
from hccr_desktop.errors import HccrError, ModelFileError
from hccr_desktop.inference.model_card import Accuracy, ModelCard
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.inference.rejection import RejectionRule
from hccr_training.evaluate import DETAILS_FILE, Details

PAGE: Final = "README.md"

_LIMITS: Final = """\
## What it is not good at
- It knows the 3,755 characters of GB2312 level 1 and nothing else: rarer characters, traditional forms, kana, letters
  and digits get one of the 3,755, marked "not sure" or not as told above.
- Joined-up writing is its weakest part: fast pen ink of many hands is read far worse than neat writing.
- The network reads one character; text has to be cut up before.
- A confidence is right on average over hands. For a hand that is read better than most it is too low, for a worse one
  too high: no map of confidences that was tried tells such hands apart.
"""


def make_page(model: Path, card: ModelCard, details: dict[str, Details]) -> str:
    """The page.

    Args:
        model: the ONNX file.
        card: its card.
        details: by name of the set; sets without any get only the card's figures.
    """
    content = model.read_bytes()
    parts = [
        f"# {card.model_id} {card.version}",
        "Made by `python -m hccr_training.model_page`; do not edit.",
        _facts(model.name, content, card),
        "## Data and licence\n" + card.provenance + "\n\n" + card.licence[:1].upper() + card.licence[1:] + ".",
        _accuracy(card.accuracy, details),
        _calibration(card, details),
        _rejection(card),
        _LIMITS.rstrip(),
        *(_mistakes(name, detail) for name, detail in details.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _facts(name: str, content: bytes, card: ModelCard) -> str:
    table = layers(len(card.characters))
    work = sum(layer.multiply_adds for layer in table)
    return _table(
        ("", ""),
        [
            ("file", f"`{name}`, {len(content):,} bytes"),
            ("SHA-256", f"`{hashlib.sha256(content).hexdigest()}`"),
            ("network", f"Melnyk-Net, {sum(layer.parameters for layer in table):,} parameters, {work / 1e9:.2f} G MAC"),
            ("input", f"{card.input_size} x {card.input_size}, {card.polarity}, normalization `{card.normalization}`"),
            (
                "classes",
                f"{len(card.characters):,}, {card.characters[0]} to {card.characters[len(card.characters) - 1]}",
            ),
        ],
    )


def _accuracy(figures: tuple[Accuracy, ...], details: dict[str, Details]) -> str:
    rows = []
    for figure in figures:
        detail = details.get(figure.data_set)
        more = (f"{detail.top10:.2f}", f"{detail.ece:.2f}") if detail else ("", "")
        row = (figure.data_set, f"{figure.count:,}", f"{figure.top1:.2f}", f"{figure.top5:.2f}", *more)
        rows.append((*row, f"`{figure.command}`"))
    head = ("set", "samples", "top-1 %", "top-5 %", "top-10 %", "ECE %", "command")
    return "## Accuracy\n" + (_table(head, rows) if rows else "Not measured.")


def _calibration(card: ModelCard, details: dict[str, Details]) -> str:
    lines = [
        "## Calibration",
        f"Logits are divided by {card.temperature_ink:g} for drawn ink and by {card.temperature_page:g} for pictures, "
        "fitted on validation sets."
        + (" What the first candidate claims, and how often it was right:" if details else ""),
    ]
    for name, detail in details.items():
        rows = []
        for at, (count, confidence, right) in enumerate(detail.bins):
            if count:
                low, high = 100 * at / len(detail.bins), 100 * (at + 1) / len(detail.bins)
                row = (f"{low:.0f}-{high:.0f} %", f"{count:,}", f"{100 * confidence:.1f}", f"{100 * right:.1f}")
                rows.append((*row, "█" * round(20 * right)))
        lines += ["", f"{name}:", "", _table(("confidence", "samples", "claimed %", "right %", ""), rows)]
    return "\n".join(lines)


def _rejection(card: ModelCard) -> str:
    if card.rejection is None:
        return (
            "## Not sure\nAn answer is marked so when its confidence is under "
            f"{100 * card.sure_confidence_ink:.1f} % (ink) or {100 * card.sure_confidence_page:.1f} % (pictures), "
            "which 99 % of the validation characters reach. How many non-characters do is not measured."
        )
    pictures: dict[str, RejectionRule] = {"ink": card.rejection.ink, "page": card.rejection.page}
    pen = card.rejection.pen
    rules = pictures if pen is None else {"ink, strokes known": pen, **pictures}
    names = [name for name, _ in card.rejection.ink.false_alarms]
    # Rules of earlier models do not say it.
    tells_right = all(rule.accepted_right is not None for rule in rules.values())
    rows = [
        (
            kind,
            f"{rule.accepted:.1f}",
            *([f"{rule.accepted_right:.1f}"] if tells_right else []),
            *(f"{percent:.1f}" for _, percent in rule.false_alarms),
        )
        for kind, rule in rules.items()
    ]
    least = [
        f"{100 * rule.least_confidence:.1f} % ({kind})" for kind, rule in pictures.items() if rule.least_confidence
    ]
    return (
        "## Not sure\nA fitted rule marks what does not look like one of the known characters"
        + (f", and any answer under {' or '.join(least)}" if least else "")
        + ". Percent that pass unmarked, of real validation characters and of non-characters drawn for measuring:\n\n"
        + _table(("drawn as", "real characters", *(["of these read right"] if tells_right else []), *names), rows)
    )


def _mistakes(name: str, detail: Details) -> str:
    confusions = ", ".join(f"{true} as {read} ({count})" for true, read, count in detail.confusions)
    worst = ", ".join(f"{character} {right}/{count}" for character, right, count in detail.worst)
    return f"## Mistakes on {name}\nMost frequent confusions: {confusions}.\n\nRead right least often: {worst}."


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def read_details(path: Path) -> dict[str, Details]:
    """What ``hccr_training.evaluate`` wrote; nothing where there is no such file.

    Raises:
        ModelFileError: it is damaged.
    """
    if not path.exists():
        return {}
    try:
        entries = [
            Details(
                data_set=str(entry["data_set"]),
                top10=float(entry["top10"]),
                ece=float(entry["ece"]),
                bins=tuple((int(count), float(claimed), float(right)) for count, claimed, right in entry["bins"]),
                confusions=tuple((str(true), str(read), int(count)) for true, read, count in entry["confusions"]),
                worst=tuple((str(character), int(right), int(count)) for character, right, count in entry["worst"]),
            )
            for entry in json.loads(path.read_bytes())
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(f"{path} holds no evaluation.", detail=str(error)) from error
    return {entry.data_set: entry for entry in entries}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.model_page", description=__doc__)
    parser.add_argument("model", type=Path, help="the ONNX file")
    parser.add_argument("--card", type=Path, required=True, help="the card, beside which the evaluation lies")
    parser.add_argument("--check", action="store_true", help="only tell whether the page is up to date")
    options = parser.parse_args(arguments)
    try:
        card = Recognizer.open(options.model, provider="cpu").card
        page = make_page(options.model, card, read_details(options.card.with_name(DETAILS_FILE)))
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    path: Path = options.model.with_name(PAGE)
    if options.check:
        is_current = path.is_file() and path.read_text(encoding="utf-8") == page
        print(f"{path} is {'up to date' if is_current else 'not the page of this model'}.")
        return 0 if is_current else 1
    path.write_text(page, encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
