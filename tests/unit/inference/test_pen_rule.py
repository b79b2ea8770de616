import dataclasses
import json

import numpy as np
import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.pen_path import PATH_NAMES, PATH_VALUES
from hccr_desktop.errors import ModelMismatchError
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.inference.layers import Layers
from hccr_desktop.inference.model_card import CARD_KEY, ModelCard
from hccr_desktop.inference.pen_rule import (
    JOINT_VALUES,
    PenRule,
    Verdict,
    describe_answer,
    pack_strokes,
    unpack_strokes,
)
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.inference.rejection import VALUES, Rejection, RejectionRule
from tests.unit.conftest import make_card

SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0]])
ONE = [SQUARE]
TWO = [SQUARE, np.add(SQUARE, (13, 0))]
SURE = np.array([0.9, 0.1], np.float32)


def pen_rule(*, several: float = 0.0, none: float = -9.0, score: float = 0.0) -> PenRule:
    """The pen says "several" of a gap between two parts; ``several`` weighs that, ``score`` the rule for pictures."""
    gap = [0.0] * (PATH_VALUES + 1)
    gap[PATH_NAMES.index("across gap")], gap[-1] = 50.0, -5.0
    pen, pictures = [0.0] * (JOINT_VALUES + 1), [0.0] * (JOINT_VALUES + 1)
    pen[0], pictures[2] = -1.0, 1.0
    return PenRule(
        path=Layers((tuple(gap),), ((0.0, 0.0), (5.0, 0.0), (0.0, 0.0))),
        joint=Layers((tuple(pen), tuple(pictures)), ((0.0, score, 0.0), (several, 0.0, 0.0), (0.0, 0.0, none))),
        strokes="23",
        accepted=99.0,
        false_alarms=(("pairs", 4.0),),
    )


def pictures_rule(offset: float, *, least_confidence: float = 0.0) -> RejectionRule:
    return RejectionRule(tuple([0.0] * VALUES), offset, 99.0, (), least_confidence)


def make_rejection(pen: PenRule | None, offset: float = 1.0) -> Rejection:
    return Rejection(pictures_rule(offset), pictures_rule(offset), pen)


def test_two_characters_are_told_from_one():
    rule = pen_rule(several=3.0)

    assert rule.judge(ONE, SURE, score=0.0) == Verdict(is_sure=True, is_several=False)
    assert rule.judge(TWO, SURE, score=0.0) == Verdict(is_sure=False, is_several=True)


def test_something_else_is_not_taken_for_several():
    assert pen_rule(several=-3.0, none=2.0).judge(TWO, SURE, score=0.0) == Verdict(is_sure=False, is_several=False)


def test_a_good_score_of_the_picture_counts():
    rule = pen_rule(several=3.0, score=5.0)

    assert not rule.judge(TWO, SURE, score=-3.0).is_sure
    assert rule.judge(TWO, SURE, score=3.0).is_sure


def test_answer_is_described_by_score_odds_and_strokes():
    log_strokes = np.log([2.0, 8.0])

    score, odds, strokes = describe_answer(-100.0, SURE, log_strokes, 4)

    assert score == -30
    assert odds == pytest.approx(np.log(9), abs=1e-5)
    assert strokes == pytest.approx(np.log(4) - 0.9 * np.log(2) - 0.1 * np.log(8), abs=1e-6)
    assert np.isfinite(describe_answer(0.0, np.array([1.0, 0.0], np.float32), log_strokes, 1)).all()


def test_stroke_counts_survive_packing():
    np.testing.assert_allclose(np.exp(unpack_strokes(pack_strokes([1, 9, 10, 35, 64]))), [1, 9, 10, 35, 35])


@pytest.mark.parametrize("damage", ["", "0", "1-"])
def test_stroke_counts_that_are_none_are_refused(damage):
    with pytest.raises(ValueError, match=r"stroke|substring"):
        dataclasses.replace(pen_rule(), strokes=damage)


@pytest.mark.parametrize("field", ["hidden", "output"])
def test_layers_of_another_shape_are_refused(field):
    layers = pen_rule().joint
    rows = getattr(layers, field)

    with pytest.raises(ValueError, match="another shape"):
        dataclasses.replace(layers, **{field: (rows[0][:-1], *rows[1:])})
    with pytest.raises(ValueError, match="no number"):
        dataclasses.replace(layers, **{field: ((float("nan"), *rows[0][1:]), *rows[1:])})


def test_a_rule_of_layers_for_other_values_is_refused():
    rule = pen_rule()

    with pytest.raises(ValueError, match="another shape"):
        dataclasses.replace(rule, joint=rule.path)


def test_a_card_with_a_pen_rule_survives_the_metadata():
    card = make_card(rejection=make_rejection(pen_rule(several=1.5)))

    assert ModelCard.from_metadata(card.to_metadata(), source="m.onnx") == card


def test_a_card_of_an_earlier_model_is_read_and_written_as_it_was():
    metadata = make_card(rejection=make_rejection(None)).to_metadata()

    assert "pen" not in json.loads(metadata[CARD_KEY])["rejection"]
    read = ModelCard.from_metadata(metadata, source="m.onnx").rejection
    assert read is not None
    assert read.pen is None


@pytest.mark.parametrize(
    "damage", [None, [], {}, {"path": "x", "joint": {}, "strokes": "1", "accepted": 99, "false_alarms": []}]
)
def test_a_damaged_pen_rule_is_a_sentence(damage):
    values = json.loads(make_card(rejection=make_rejection(pen_rule())).to_metadata()[CARD_KEY])
    values["rejection"]["pen"] = damage

    with pytest.raises(ModelMismatchError, match="damaged model card"):
        ModelCard.from_metadata({CARD_KEY: json.dumps(values)}, source="m.onnx")


def test_strokes_decide_over_ink_and_not_over_pictures(write_model):
    card = make_card(rejection=make_rejection(pen_rule(several=3.0)))
    count = len(card.characters)
    pen = dataclasses.replace(pen_rule(several=3.0), strokes="2" * count)
    recognizer = Recognizer.open(write_model(dataclasses.replace(card, rejection=make_rejection(pen))))
    image = ink_to_model_image(Ink.from_coordinates([stroke.tolist() for stroke in TWO]))

    answer = recognizer.recognize(image, kind="ink", strokes=TWO)

    assert (answer.is_sure, answer.is_several) == (False, True)
    assert recognizer.recognize(image, kind="ink", strokes=ONE).is_sure
    assert recognizer.recognize(image, kind="ink").is_sure
    assert recognizer.recognize(image, kind="page", strokes=TWO).is_sure


def test_too_small_a_confidence_is_not_sure_whatever_the_strokes(write_model):
    card = make_card()
    pen = dataclasses.replace(pen_rule(), strokes="2" * len(card.characters))
    strict = Rejection(pictures_rule(1.0, least_confidence=1.1), pictures_rule(1.0), pen)
    recognizer = Recognizer.open(write_model(dataclasses.replace(card, rejection=strict)))
    image = ink_to_model_image(Ink.from_coordinates([SQUARE.tolist()]))

    assert not recognizer.recognize(image, kind="ink", strokes=ONE).is_sure
