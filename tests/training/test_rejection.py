import json

import numpy as np
import pytest

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.errors import ModelFileError
from hccr_desktop.inference.rejection import Rejection, RejectionRule
from hccr_training import rejection
from hccr_training.card import REJECTION_FILE, read_card, write_rejection
from hccr_training.rejection import Drawings, fit, fit_rule

RULE = RejectionRule(tuple([0.5] * (2 * FEATURES + 3)), -1.0, 99.0, (("scribbles", 3.0),))


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


def test_the_threshold_lets_the_wanted_share_of_unseen_classes_pass():
    random = np.random.default_rng(1)
    validation = clouds(random, 2000, 1.0)

    weights, offset, accepted = fit_rule(
        clouds(random, 200, 1.0), clouds(random, 300, -1.0), validation, np.arange(2000) % 40
    )

    assert accepted == pytest.approx(99, abs=0.1)
    assert 100 * np.mean(clouds(random, 4000, 1.0) @ weights + offset >= 0) == pytest.approx(99, abs=1)


def test_a_rule_lies_beside_its_card(card_path):
    assert read_card(card_path).rejection is None

    write_rejection(card_path, Rejection(RULE, RULE))

    assert read_card(card_path).rejection == Rejection(RULE, RULE)


def test_a_damaged_rule_is_named(card_path):
    card_path.with_name(REJECTION_FILE).write_text("{}", encoding="utf-8")

    with pytest.raises(ModelFileError, match="no rejection rule"):
        read_card(card_path)


@pytest.fixture
def medians(tmp_path):
    folder = tmp_path / "medians"
    folder.mkdir()
    text = json.dumps({"medians": [[[100, 800], [700, 300]], [[100, 200], [800, 250]]]})
    for character in [*gb2312_level1(), "亍", "龍"]:
        (folder / f"{character}.json").write_text(text, encoding="utf-8")
    return folder


def test_drawings_of_every_group_depend_on_their_seed(medians):
    drawings = Drawings(medians, "page")

    for which in ("known", "level 2", "traditional"):
        first, again, other = (next(iter(drawings.characters(which, seed, 1))) for seed in (1, 1, 2))
        np.testing.assert_array_equal(first, again)
        assert not np.array_equal(first, other)
    assert len(list(drawings.non_characters("pairs", 1, 3))) == 3


@pytest.mark.model
@pytest.mark.slow
def test_a_rule_is_made_for_a_model_and_written_into_it(medians, tmp_path, card_path, monkeypatch, capsys):
    import shutil
    from pathlib import Path

    from hccr_desktop.inference.recognizer import Recognizer
    from tests.training.test_pack_gpu import ROOT

    model = tmp_path / "m.onnx"
    shutil.copy(ROOT / "models/melnyk_net.onnx", model)
    monkeypatch.setattr(rejection, "REAL_SETS", {"ink": ((Path("nowhere.jsonl"), 5),), "page": ()})
    strokes = [[[0, 0], [50, 40]], [[10, 60], [20, 90]]]
    lines = [json.dumps({"char": c, "strokes": strokes}, ensure_ascii=False) for c in list(gb2312_level1())[:8]]
    (tmp_path / "ink.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ink = str(tmp_path / "ink.jsonl")
    arguments = [str(model), "--card", str(card_path), "--medians", str(medians), "--count", "2"]

    assert rejection.main([*arguments, "--ink", ink, "--page", ink]) == 0

    rule = Recognizer.open(model).card.rejection
    assert rule == read_card(card_path).rejection
    assert [name for name, _ in rule.page.false_alarms] == [*rejection.KINDS, "level 2", "traditional"]
    assert "fitted" in capsys.readouterr().out
