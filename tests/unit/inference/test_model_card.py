import json

import pytest

from hccr_desktop.errors import ModelMismatchError
from hccr_desktop.inference.model_card import CARD_KEY, Accuracy, ModelCard
from tests.unit.conftest import make_card


def test_a_card_survives_the_metadata():
    card = make_card(accuracy=(Accuracy("test/ink", 10, 50.0, 90.0, "hccr evaluate test/ink.jsonl"),))

    assert ModelCard.from_metadata(card.to_metadata(), source="m.onnx") == card


def test_each_kind_of_source_has_its_temperature_and_its_limit():
    card = make_card(temperature_ink=0.5, temperature_page=3.0, sure_confidence_ink=0.2, sure_confidence_page=0.4)

    assert (card.temperature("ink"), card.temperature("page")) == (0.5, 3.0)
    assert (card.sure_confidence("ink"), card.sure_confidence("page")) == (0.2, 0.4)


def test_metadata_without_a_card_names_the_file():
    with pytest.raises(ModelMismatchError, match=r"^m\.onnx .* no model card"):
        ModelCard.from_metadata({}, source="m.onnx")


def damaged(**changes):
    values = json.loads(make_card().to_metadata()[CARD_KEY])
    values.update(changes)
    return json.dumps(values)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        damaged(characters="一一"),
        damaged(temperature_ink=0),
        damaged(temperature_page="warm"),
        damaged(temperature_page=float("nan")),
        damaged(input_size=None),
        damaged(accuracy=[{"set": "x"}]),
    ],
)
def test_a_damaged_card_is_a_sentence(text):
    with pytest.raises(ModelMismatchError, match=r"^m\.onnx has a damaged model card\.$"):
        ModelCard.from_metadata({CARD_KEY: text}, source="m.onnx")
