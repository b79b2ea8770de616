import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from hccr_desktop.domain.candidate import Candidate, Recognition
from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.inference.halves_rule import HALVES
from hccr_desktop.inference.recognizer import Recognizer
from hccr_training import halves
from hccr_training.card import read_card
from hccr_training.halves import Looked, draw_pairs, fit_halves, look, make_rule, margins
from hccr_training.rejection_material import Drawings
from tests.training.test_pack_gpu import ROOT

SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0]])
TWO = [SQUARE, SQUARE + np.array([13.0, 0.0])]


def values(random: np.random.Generator, count: int, *, weaker: float) -> np.ndarray:
    """Of inks that differ in how well the weaker half is read, and in nothing else."""
    drawn = random.normal(0, 1, (count, len(HALVES)))
    drawn[:, HALVES.index("weaker half's odds")] = weaker + random.normal(0, 0.5, count)
    return drawn


def seen(random: np.random.Generator, count: int, *, weaker: float) -> Looked:
    """As many again are surely one character, and as many do not pass at all."""
    asked = np.arange(3 * count) % 3 == 0
    sure = np.arange(3 * count) % 3 < 2
    return Looked(values(random, count, weaker=weaker), asked, sure, sure)


class Reader:
    """Reads 一 with a confidence that falls with the number of strokes, and doubts four strokes."""

    def recognize(self, image, *, kind, count, strokes):
        assert image.shape == (96, 96)
        return Recognition((Candidate("一", 1 - len(strokes) / 10),), "m", 0.0, len(strokes) < 4)

    def read_halves(self, strokes, cut):
        return [1 - cut.strokes / 10, 1 - (len(strokes) - cut.strokes) / 10]


def test_only_what_passes_and_falls_apart_gets_a_second_look():
    looked = look(Reader(), [(TWO, "一"), ([SQUARE], "一"), ([*TWO, *TWO], "一"), (TWO, "二")])

    np.testing.assert_array_equal(looked.asked, [True, False, False, True])
    np.testing.assert_array_equal(looked.sure, [True, True, False, True])
    np.testing.assert_array_equal(looked.right, [True, True, True, False])
    np.testing.assert_allclose(looked.values[0, :4], [np.log(4), np.log(9), np.log(9), 0.3])
    np.testing.assert_array_equal(looked.still_sure(np.array([-1.0, 1.0])), [False, True, False, True])


def test_the_network_tells_pairs_by_their_halves():
    random = np.random.default_rng(0)

    layers = fit_halves(values(random, 200, weaker=-2.0), values(random, 200, weaker=2.0))

    assert np.mean(margins(layers, values(random, 200, weaker=-2.0)) > 0) > 0.97
    assert np.mean(margins(layers, values(random, 200, weaker=2.0)) < 0) > 0.97


def test_the_threshold_refuses_few_real_characters_and_the_rule_says_so():
    random = np.random.default_rng(1)
    known = seen(random, 400, weaker=-1.0)
    classes = np.arange(1200) % 40
    measured = {"pairs": seen(random, 100, weaker=2.0), "hard pairs": seen(random, 100, weaker=-1.0)}

    rule = make_rule(known, classes, values(random, 200, weaker=1.0), measured)

    assert rule.refused == pytest.approx(100 * halves.REFUSED_SHARE * known.right.mean(), abs=0.1)
    passes = dict(rule.false_alarms)
    assert 33 <= passes["pairs"] < 40  # those that are never asked
    assert 60 < passes["hard pairs"] <= 67
    ones = [rule.is_one(row) for row in values(random, 400, weaker=-1.0)]
    assert np.mean(ones) > 0.97


def test_pairs_are_two_characters_and_the_same_for_one_seed(medians):
    drawings = Drawings(medians, "ink")

    first, again, other = (draw_pairs(drawings, [[SQUARE], [SQUARE * 2]], seed, 3) for seed in (1, 1, 2))

    assert list(first) == list(halves.KINDS)
    assert [len(pair) for pair in first["hands' pairs"]] == [2] * 3
    for name in halves.KINDS:
        np.testing.assert_array_equal(np.concatenate(first[name][0]), np.concatenate(again[name][0]))
        assert not np.array_equal(np.concatenate(first[name][0]), np.concatenate(other[name][0]))


@pytest.fixture
def model(tmp_path, card_path):
    shutil.copy(ROOT / "models/melnyk_net.onnx", tmp_path / "m.onnx")
    known = list(gb2312_level1())[:10]
    lines = [json.dumps({"char": name, "strokes": [[[0, 0], [50, 40]]]}, ensure_ascii=False) for name in known]
    (tmp_path / "ink.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return [str(tmp_path / "m.onnx"), "--card", str(card_path), "--ink", str(tmp_path / "ink.jsonl"), "--count", "2"]


@pytest.mark.model
def test_the_rule_is_written_into_card_and_model(model, medians, card_path, monkeypatch, capsys):
    random = np.random.default_rng(2)

    def looked(recognizer, inks):
        assert recognizer.card.rejection.pen.halves is None  # or the old rule would hide what the new one must tell
        inks = list(inks)
        is_known = bool(inks[0][1])
        some = np.ones(len(inks), bool)
        return Looked(values(random, len(inks), weaker=-2.0 if is_known else 2.0), some, some, some & is_known)

    monkeypatch.setattr(halves, "look", looked)

    assert halves.main([*model, "--medians", str(medians)]) == 0

    rejection = Recognizer.open(Path(model[0])).card.rejection
    assert rejection == read_card(card_path).rejection
    assert rejection.pen.halves is not None
    assert [name for name, _ in rejection.pen.halves.false_alarms] == list(halves.KINDS)
    assert "simple pairs: " in capsys.readouterr().out


@pytest.mark.model
def test_nothing_to_fit_is_a_sentence(model, medians, capsys):
    assert halves.main([*model, "--medians", str(medians)]) == 2
    assert "nothing to fit" in capsys.readouterr().err


def test_a_model_without_a_pen_rule_is_a_sentence(model, medians, monkeypatch, capsys):
    class Bare:
        card = type("Card", (), {"rejection": None})()

    monkeypatch.setattr(halves.Recognizer, "open", lambda *_arguments, **_keywords: Bare())

    assert halves.main([*model, "--medians", str(medians)]) == 2
    assert "run hccr_training.rejection before" in capsys.readouterr().err
