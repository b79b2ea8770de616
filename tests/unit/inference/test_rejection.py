import dataclasses
import json

import numpy as np
import pytest

from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.errors import ModelMismatchError
from hccr_desktop.inference.model_card import CARD_KEY, ModelCard
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.inference.rejection import Rejection, RejectionRule, summarize
from tests.unit.conftest import make_card


def rule(offset: float, **weights: float) -> RejectionRule:
    values = [0.0] * (2 * FEATURES + 3)
    for place, weight in weights.items():
        values[int(place[1:])] = weight
    return RejectionRule(tuple(values), offset, 99.0, (("scribbles", 12.5),))


def make_rejection(**offsets: float) -> Rejection:
    return Rejection(rule(offsets["ink"]), rule(offsets["page"]))


def test_summary_holds_embedding_squares_and_what_the_logits_say():
    logits = np.array([[1.0, 5.0, 3.0, 3.0]], np.float32)
    embedding = np.linspace(-1, 1, FEATURES, dtype=np.float32)[None]

    summary = summarize(logits, embedding)[0]

    np.testing.assert_allclose(summary[:FEATURES], embedding[0])
    np.testing.assert_allclose(summary[FEATURES : 2 * FEATURES], embedding[0] ** 2, atol=1e-7)
    np.testing.assert_allclose(summary[-3:], [2.0, np.log(np.exp(logits[0].astype(float)).sum()), 5 - 7 / 3])


def test_large_logits_do_not_overflow():
    assert np.isfinite(summarize(np.full((1, 5), 4000, np.float32), np.zeros((1, FEATURES), np.float32))).all()


def test_scores_are_the_weighted_sum():
    embedding = np.zeros((2, FEATURES), np.float32)
    embedding[:, 3] = (2, -2)

    scores = rule(1.0, w3=0.5, w451=0.25).scores(np.zeros((2, 4), np.float32), embedding)

    np.testing.assert_allclose(scores, [0.5 * 2 + 0.25 * 4 + 1, -0.5 * 2 + 0.25 * 4 + 1])


def test_a_card_with_a_rule_survives_the_metadata():
    card = make_card(rejection=make_rejection(ink=0.5, page=-0.5))

    assert ModelCard.from_metadata(card.to_metadata(), source="m.onnx") == card


def test_a_card_without_a_rule_looks_as_it_always_did():
    assert "rejection" not in json.loads(make_card().to_metadata()[CARD_KEY])


@pytest.mark.parametrize(
    "damage",
    [
        {"ink": None},
        [],
        {"ink": {"weights": [1.0], "offset": 0, "accepted": 99, "false_alarms": []}, "page": {}},
        {"ink": {"weights": "x", "offset": 0, "accepted": 99, "false_alarms": []}, "page": {}},
    ],
)
def test_a_damaged_rule_is_a_sentence(damage):
    values = json.loads(make_card().to_metadata()[CARD_KEY]) | {"rejection": damage}

    with pytest.raises(ModelMismatchError, match="damaged model card"):
        ModelCard.from_metadata({CARD_KEY: json.dumps(values)}, source="m.onnx")


def test_a_rule_with_a_weight_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="another shape"):
        dataclasses.replace(rule(0.0), offset=float("nan"))


def test_the_rule_of_the_source_decides_and_not_the_confidence(write_model):
    card = make_card(rejection=make_rejection(ink=1.0, page=-1.0), sure_confidence_ink=1.0, sure_confidence_page=0.0)
    recognizer = Recognizer.open(write_model(card))
    image = np.zeros((96, 96), np.float32)

    assert recognizer.recognize(image, kind="ink").is_sure
    assert not recognizer.recognize(image, kind="page").is_sure
