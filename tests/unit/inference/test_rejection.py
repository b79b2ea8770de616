import dataclasses
import json

import numpy as np
import pytest

from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.errors import ModelMismatchError
from hccr_desktop.imaging.shape import SHAPE_VALUES, describe_shape
from hccr_desktop.inference.model_card import CARD_KEY, ModelCard
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.inference.rejection import NETWORK_VALUES, VALUES, Rejection, RejectionRule, summarize
from tests.unit.conftest import make_card

BLANK = np.zeros((96, 96), np.float32)
BAR = np.zeros((96, 96), np.float32)
BAR[40:56, 10:86] = 255


def rule(offset: float, *, count: int = VALUES, least_confidence: float = 0.0, **weights: float) -> RejectionRule:
    values = [0.0] * count
    for place, weight in weights.items():
        values[int(place[1:])] = weight
    return RejectionRule(tuple(values), offset, 99.0, (("scribbles", 12.5),), least_confidence, 99.5)


def make_rejection(**offsets: float) -> Rejection:
    return Rejection(rule(offsets["ink"]), rule(offsets["page"]))


def test_summary_holds_embedding_what_the_logits_say_and_shape():
    logits = np.array([[1.0, 5.0, 3.0, 3.0]], np.float32)
    embedding = np.linspace(-1, 1, FEATURES, dtype=np.float32)[None]

    summary = summarize(logits, embedding, [BAR])[0]

    np.testing.assert_allclose(summary[:FEATURES], embedding[0])
    np.testing.assert_allclose(summary[FEATURES : 2 * FEATURES], embedding[0] ** 2, atol=1e-7)
    said = [2.0, np.log(np.exp(logits[0].astype(float)).sum()), 5 - 7 / 3]
    np.testing.assert_allclose(summary[NETWORK_VALUES - 3 : NETWORK_VALUES], said)
    np.testing.assert_allclose(summary[NETWORK_VALUES : NETWORK_VALUES + SHAPE_VALUES], describe_shape(BAR))
    np.testing.assert_allclose(summary[NETWORK_VALUES + SHAPE_VALUES :], describe_shape(BAR) ** 2)


def test_large_logits_do_not_overflow():
    summary = summarize(np.full((1, 5), 4000, np.float32), np.zeros((1, FEATURES), np.float32), [BLANK])

    assert np.isfinite(summary).all()


def test_nothing_is_summarized_as_nothing():
    assert summarize(np.zeros((0, 5), np.float32), np.zeros((0, FEATURES), np.float32), []).shape == (0, VALUES)


def test_scores_are_the_weighted_sum():
    embedding = np.zeros((2, FEATURES), np.float32)
    embedding[:, 3] = (2, -2)

    weights = {"w3": 0.5, "w451": 0.25, f"w{NETWORK_VALUES + 16}": 3.0}
    scores = rule(1.0, **weights).scores(np.zeros((2, 4), np.float32), embedding, [BAR, BLANK])

    agreement = describe_shape(BAR)[16]
    assert agreement > 0.5
    np.testing.assert_allclose(scores, [0.5 * 2 + 0.25 * 4 + 1 + 3 * agreement, -0.5 * 2 + 0.25 * 4 + 1])


def test_a_rule_that_knows_no_shape_still_counts():
    embedding = np.ones((1, FEATURES), np.float32)

    scores = rule(1.0, count=NETWORK_VALUES, w3=0.5).scores(np.zeros((1, 4), np.float32), embedding, [BAR])

    np.testing.assert_allclose(scores, [1.5])


def test_too_small_a_confidence_passes_no_rule():
    answer = np.zeros(4, np.float32), np.zeros(FEATURES, np.float32), BAR
    willing = rule(1.0, least_confidence=0.1)

    assert willing.accepts(*answer, confidence=0.1)
    assert not willing.accepts(*answer, confidence=0.09)
    assert not rule(-1.0, least_confidence=0.1).accepts(*answer, confidence=0.9)


def test_a_card_with_a_rule_survives_the_metadata():
    card = make_card(rejection=make_rejection(ink=0.5, page=-0.5))

    assert ModelCard.from_metadata(card.to_metadata(), source="m.onnx") == card


def test_a_rule_of_an_earlier_model_is_read():
    values = json.loads(make_card(rejection=make_rejection(ink=0.5, page=-0.5)).to_metadata()[CARD_KEY])
    for kind in ("ink", "page"):
        values["rejection"][kind]["weights"] = values["rejection"][kind]["weights"][:NETWORK_VALUES]
        del values["rejection"][kind]["least_confidence"], values["rejection"][kind]["accepted_right"]

    read = ModelCard.from_metadata({CARD_KEY: json.dumps(values)}, source="m.onnx").rejection

    assert read is not None
    assert (len(read.ink.weights), read.ink.least_confidence, read.ink.accepted_right) == (NETWORK_VALUES, 0.0, None)


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


def test_the_rule_of_the_source_decides_and_not_the_confidence_of_the_card(write_model):
    card = make_card(rejection=make_rejection(ink=1.0, page=-1.0), sure_confidence_ink=1.0, sure_confidence_page=0.0)
    recognizer = Recognizer.open(write_model(card))
    image = np.zeros((96, 96), np.float32)

    assert recognizer.recognize(image, kind="ink").is_sure
    assert not recognizer.recognize(image, kind="page").is_sure


def test_each_picture_of_a_batch_is_judged_by_its_own_lines(write_model):
    """The weight is on the directions' agreement, which a blank has not."""
    lines = rule(-0.1, **{f"w{NETWORK_VALUES + 16}": 1.0})
    recognizer = Recognizer.open(write_model(make_card(rejection=Rejection(lines, lines))))

    answers = recognizer.recognize_batch([BLANK, BAR, BLANK], kind="ink")

    assert [answer.is_sure for answer in answers] == [False, True, False]
