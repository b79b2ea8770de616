import json

import numpy as np
import pytest

from hccr_desktop.domain.charset import CharacterSet, gb2312_level1
from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import ModelFileError
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.inference.rejection import VALUES, Rejection, RejectionRule
from hccr_training import rejection, rejection_material
from hccr_training.card import REJECTION_FILE, read_card, write_rejection
from hccr_training.rejection import fit, fit_rule, fold_of, set_thresholds
from hccr_training.rejection_material import SIMPLE_RULES, Drawings, Seen
from tests.training.test_pen_rejection import PEN_RULE

RULE = RejectionRule(tuple([0.5] * VALUES), -1.0, 99.0, (("scribbles", 3.0),), 0.05, 99.6)


def clouds(random: np.random.Generator, count: int, center: float) -> np.ndarray:
    """Points about (center, 0, ...), with a third value that is always the same."""
    points = random.normal(0, 1, (count, 3)) * (1, 5, 0) + (center, 0, 7)
    return np.asarray(points)


def test_fitted_weights_find_what_tells_the_two_apart():
    random = np.random.default_rng(0)

    weights, offset = fit(clouds(random, 400, 2.0), clouds(random, 100, -2.0))

    assert weights[0] > 20 * abs(weights[1])
    assert np.isfinite(weights).all()
    assert np.mean(clouds(random, 400, 2.0) @ weights + offset > 0) > 0.95
    assert np.mean(clouds(random, 400, -2.0) @ weights + offset > 0) < 0.05


def seen(values: np.ndarray, confidences: np.ndarray) -> Seen:
    simple = np.zeros((len(values), len(SIMPLE_RULES)))
    simple[:, SIMPLE_RULES.index("confidence")] = confidences
    return Seen(values, simple, np.zeros(len(values), np.int64))


def test_the_thresholds_let_the_wanted_share_of_unseen_classes_pass_together():
    random = np.random.default_rng(1)
    validation = seen(clouds(random, 2000, 1.0), random.uniform(0, 1, 2000))

    fitted = fit_rule(clouds(random, 200, 1.0), clouds(random, 300, -1.0), validation, np.arange(2000) % 40)

    thresholds = fitted.thresholds
    accepted = thresholds.accept(fitted.held_out, validation.confidences)
    assert 100 * np.mean(accepted) == pytest.approx(99, abs=0.06)
    assert thresholds.confidence > 0
    fresh = fitted.scores(clouds(random, 4000, 1.0))
    assert 100 * np.mean(thresholds.accept(fresh, random.uniform(0, 1, 4000))) == pytest.approx(99, abs=1)


def test_what_was_fitted_to_is_scored_without_itself():
    """A value that only the samples of one fold have cannot be learned for them."""
    random = np.random.default_rng(2)
    real, refused, known = (clouds(random, count, 0.0) for count in (100, 100, 200))
    refused[0::5, 1] += 40
    classes = np.arange(200) % 10

    fitted = fit_rule(real, refused, seen(known, np.ones(200)), classes)

    assert len(fitted.real) == len(fitted.refused) == 100
    assert fitted.scores(refused)[0::5].mean() < fitted.refused[0::5].mean() - 1
    for fold in range(5):
        assert len(set(fold_of(classes)[classes == fold])) == 1


def test_thresholds_are_hand_checked():
    """Of 4,000 the confidence refuses the two least likely, the score the 38 worst of the others."""
    order = np.random.default_rng(3).permutation(4000)
    scores, confidences = order.astype(float), (1 + (order + 300) % 4000) / 4000

    thresholds = set_thresholds(scores, confidences)

    assert thresholds.confidence == pytest.approx(0.0007)
    assert thresholds.score == 38
    assert thresholds.accept(scores, confidences).sum() == 3960


def test_a_number_that_was_rounded_for_the_card_refuses_no_more_than_before():
    confidences = np.full(100, 0.123456)

    assert set_thresholds(np.zeros(100), confidences).accept(np.zeros(100), confidences).all()


def test_a_rule_lies_beside_its_card(card_path):
    assert read_card(card_path).rejection is None

    for written in (Rejection(RULE, RULE), Rejection(RULE, RULE, PEN_RULE)):
        write_rejection(card_path, written)

        assert read_card(card_path).rejection == written


def test_a_damaged_rule_is_named(card_path):
    card_path.with_name(REJECTION_FILE).write_text("{}", encoding="utf-8")

    with pytest.raises(ModelFileError, match="no rejection rule"):
        read_card(card_path)


def test_drawings_of_every_group_depend_on_their_seed(medians):
    drawings = Drawings(medians, "page")

    for which in ("known", "few strokes", "level 2", "traditional"):
        first, again, other = (next(iter(drawings.characters(which, seed, 1))) for seed in (1, 1, 2))
        np.testing.assert_array_equal(first.image, again.image)
        assert not np.array_equal(first.image, other.image)
    assert [drawn.strokes for drawn in drawings.non_characters("pairs", 1, 3)] == [None] * 3


def test_strokes_of_pad_ink_are_those_of_its_picture(medians):
    drawings = Drawings(medians, "ink")

    for drawn in (*drawings.non_characters("pairs", 1, 2), *drawings.characters("known", 1, 2)):
        assert drawn.strokes is not None
        ink = Ink.from_coordinates([stroke.tolist() for stroke in drawn.strokes])
        np.testing.assert_allclose(ink_to_model_image(ink), drawn.image, atol=1)
    assert drawings.stroke_counts(CharacterSet.of("啊龍")) == [2, 2]


def test_characters_of_few_strokes_are_known_by_their_medians(medians):
    many = json.dumps({"medians": [[[100, 100 * at], [700, 100 * at]] for at in range(6)]})
    (medians / "啊.json").write_text(many, encoding="utf-8")

    drawings = Drawings(medians, "ink")

    assert "啊" not in drawings.few_strokes
    assert len(drawings.few_strokes) == len(list(gb2312_level1())) - 1


@pytest.mark.model
@pytest.mark.slow
def test_a_rule_is_made_for_a_model_and_written_into_it(medians, tmp_path, card_path, monkeypatch, capsys):
    import shutil
    from pathlib import Path

    from hccr_desktop.inference.recognizer import Recognizer
    from tests.training.test_pack_gpu import ROOT

    model = tmp_path / "m.onnx"
    shutil.copy(ROOT / "models/melnyk_net.onnx", model)
    monkeypatch.setattr(rejection_material, "REAL_SETS", {"ink": ((Path("nowhere.jsonl"), 5),), "page": ()})
    strokes = [[[0, 0], [50, 40]], [[10, 60], [20, 90]]]
    lines = [json.dumps({"char": c, "strokes": strokes}, ensure_ascii=False) for c in list(gb2312_level1())[:8]]
    (tmp_path / "ink.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ink = str(tmp_path / "ink.jsonl")
    arguments = [str(model), "--card", str(card_path), "--medians", str(medians), "--count", "2"]

    assert rejection.main([*arguments, "--ink", ink, "--page", ink]) == 0

    rule = Recognizer.open(model).card.rejection
    assert rule == read_card(card_path).rejection
    assert [name for name, _ in rule.page.false_alarms] == [*rejection.KINDS, "level 2", "traditional"]
    assert [name for name, _ in rule.pen.false_alarms] == [*rejection.KINDS, "level 2", "traditional"]
    assert rule.pen.strokes == "2" * 3755
    assert rule.pen.accepted == 100
    assert len(rule.ink.weights) == VALUES
    assert rule.ink.accepted == 100
    printed = capsys.readouterr().out
    assert "fitted" in printed
    assert "with the pen" in printed
