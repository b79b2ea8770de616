import dataclasses
import json

import numpy as np
import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.pen_path import Cut
from hccr_desktop.errors import ModelMismatchError
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.inference.halves_rule import (
    HALVES,
    LEAST_GAP,
    MOST_CONFIDENCE,
    HalvesRule,
    describe_halves,
    may_be_two,
)
from hccr_desktop.inference.layers import Layers
from hccr_desktop.inference.model_card import CARD_KEY, ModelCard
from hccr_desktop.inference.recognizer import Recognizer
from tests.unit.conftest import make_card
from tests.unit.inference.test_pen_rule import ONE, SQUARE, TWO, make_rejection, pen_rule

IMAGE = ink_to_model_image(Ink.from_coordinates([stroke.tolist() for stroke in TWO]))
WIDE = Cut(strokes=1, gap=0.3, smaller=1.0, larger=1.1, fill=0.9)


def halves_rule(*, gap: float = 0.0, weaker: float = 0.0, offset: float = 0.0) -> HalvesRule:
    """Two where the weighed values, and the offset, are above 0."""
    weights = [0.0] * (len(HALVES) + 1)
    weights[HALVES.index("gap")], weights[HALVES.index("weaker half's odds")], weights[-1] = gap, weaker, offset
    return HalvesRule(Layers((tuple(weights),), ((0.0, 0.0), (1.0, 0.0))), refused=0.3, false_alarms=(("pairs", 4.0),))


def open_with(write_model, halves: HalvesRule | None) -> Recognizer:
    """To the pen alone all is a character."""
    card = make_card()
    character, *others = pen_rule().joint.output
    joint = dataclasses.replace(pen_rule().joint, output=((*character[:-1], 9.0), *others))
    pen = dataclasses.replace(pen_rule(), joint=joint, strokes="2" * len(card.characters), halves=halves)
    return Recognizer.open(write_model(dataclasses.replace(card, rejection=make_rejection(pen))))


def test_only_ink_in_halves_that_leaves_doubt_is_asked_again():
    cut = may_be_two(TWO, 0.9)

    assert cut is not None
    assert (cut.strokes, cut.gap, cut.fill) == (1, pytest.approx(0.3), pytest.approx(1.0))
    assert may_be_two(TWO, MOST_CONFIDENCE) is None
    assert may_be_two(ONE, 0.5) is None
    assert may_be_two([SQUARE, np.add(SQUARE, (10 * (1 + 1.1 * LEAST_GAP), 0))], 0.5) is None


def test_halves_are_described_whichever_is_the_stronger():
    values = dict(zip(HALVES, describe_halves(WIDE, 0.5, (0.9, 0.75)), strict=True))

    assert values["whole odds"] == pytest.approx(0)
    assert values["weaker half's odds"] == pytest.approx(np.log(3))
    assert values["stronger half's odds"] == pytest.approx(np.log(9))
    assert (values["gap"], values["smaller side"], values["fill"]) == (0.3, 1.0, 0.9)
    np.testing.assert_array_equal(describe_halves(WIDE, 0.5, (0.75, 0.9)), list(values.values()))
    assert np.isfinite(describe_halves(WIDE, 1.0, (0.0, 1.0))).all()


def test_a_weaker_half_that_is_well_read_speaks_for_two():
    rule = halves_rule(weaker=1.0, offset=-2.0)

    assert rule.is_one(describe_halves(WIDE, 0.5, (0.99, 0.6)))
    assert not rule.is_one(describe_halves(WIDE, 0.5, (0.99, 0.95)))


def test_a_rule_of_another_shape_is_refused():
    layers = halves_rule().layers

    with pytest.raises(ValueError, match="another shape"):
        HalvesRule(dataclasses.replace(layers, output=(*layers.output, layers.output[0])), refused=0.3)
    with pytest.raises(ValueError, match="another shape"):
        HalvesRule(Layers((layers.hidden[0][1:],), layers.output), refused=0.3)


def test_a_card_with_a_rule_for_halves_survives_the_metadata():
    pen = dataclasses.replace(pen_rule(), halves=halves_rule(gap=2.5))
    card = make_card(rejection=make_rejection(pen))

    assert ModelCard.from_metadata(card.to_metadata(), source="m.onnx") == card


def test_a_card_without_is_read_and_written_as_it_was():
    metadata = make_card(rejection=make_rejection(pen_rule())).to_metadata()

    assert "halves" not in json.loads(metadata[CARD_KEY])["rejection"]["pen"]
    read = ModelCard.from_metadata(metadata, source="m.onnx").rejection
    assert read is not None
    assert read.pen is not None
    assert read.pen.halves is None


@pytest.mark.parametrize("damage", [None, [], {}, {"layers": {}, "refused": 1, "false_alarms": []}])
def test_a_damaged_rule_is_a_sentence(damage):
    pen = dataclasses.replace(pen_rule(), halves=halves_rule())
    values = json.loads(make_card(rejection=make_rejection(pen)).to_metadata()[CARD_KEY])
    values["rejection"]["pen"]["halves"] = damage

    with pytest.raises(ModelMismatchError, match="damaged model card"):
        ModelCard.from_metadata({CARD_KEY: json.dumps(values)}, source="m.onnx")


def test_two_characters_that_pass_for_one_are_told_by_a_second_look(write_model):
    recognizer = open_with(write_model, halves_rule(gap=10.0, offset=-1.0))
    apart = [SQUARE, np.add(SQUARE, (10.2, 0))]

    first, other = (recognizer.recognize(IMAGE, kind="ink", strokes=strokes) for strokes in (TWO, apart))
    answer = recognizer.confirm(first, TWO)

    assert first.best.confidence < MOST_CONFIDENCE
    assert (first.is_sure, first.is_final) == (True, False)
    assert (answer.is_sure, answer.is_several, answer.is_final) == (False, True, True)
    assert (answer.candidates, answer.elapsed_ms) == (first.candidates, first.elapsed_ms)
    confirmed = recognizer.confirm(other, apart)
    assert (other.is_final, confirmed.is_final) == (False, True)
    assert (confirmed.is_sure, confirmed.is_several) == (True, False)


def test_what_may_not_be_two_is_final_at_once(write_model):
    recognizer = open_with(write_model, halves_rule(offset=1.0))

    assert recognizer.recognize(IMAGE, kind="ink", strokes=ONE).is_final
    assert recognizer.recognize(IMAGE, kind="ink").is_final
    assert recognizer.recognize(IMAGE, kind="page", strokes=TWO).is_final
    assert open_with(write_model, None).recognize(IMAGE, kind="ink", strokes=TWO).is_final
    card = make_card()
    doubting = dataclasses.replace(pen_rule(several=3.0), strokes="2" * len(card.characters), halves=halves_rule())
    for rejection in (make_rejection(doubting), make_rejection(doubting, offset=-1.0)):
        doubted = Recognizer.open(write_model(dataclasses.replace(card, rejection=rejection)))
        answer = doubted.recognize(IMAGE, kind="ink", strokes=TWO)
        assert (answer.is_sure, answer.is_final) == (False, True)


def test_a_final_recognition_is_not_looked_at_again(write_model):
    recognizer = open_with(write_model, halves_rule(offset=1.0))
    first = recognizer.recognize(IMAGE, kind="ink", strokes=TWO)
    assert not recognizer.confirm(first, TWO).is_sure

    final = dataclasses.replace(first, is_final=True)

    assert recognizer.confirm(final, TWO) is final


def test_halves_are_read_in_the_order_of_writing(write_model):
    recognizer = open_with(write_model, halves_rule())
    bar = np.array([[20.0, 5.0], [30.0, 5.0]])
    strokes = [SQUARE, bar, np.add(bar, (0, 3))]
    cut = Cut(1, 1.0, 1.0, 1.0, 0.3)

    first, second = recognizer.read_halves(strokes, cut)

    alone = [
        recognizer.recognize(ink_to_model_image(Ink.from_coordinates([s.tolist() for s in part])), kind="ink")
        for part in (strokes[:1], strokes[1:])
    ]
    assert [first, second] == pytest.approx([answer.best.confidence for answer in alone], abs=1e-6)
