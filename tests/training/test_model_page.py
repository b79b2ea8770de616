import dataclasses
import json
import shutil

import numpy as np
import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import ModelFileError
from hccr_desktop.imaging.sample_sets import InkSample
from hccr_desktop.inference.evaluation import Answers, Evaluation
from hccr_desktop.inference.model_card import Accuracy
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.inference.rejection import NETWORK_VALUES, Rejection
from hccr_training import model_page
from hccr_training.evaluate import DETAILS_FILE, details_of
from tests.training.test_pen_rejection import PEN_RULE
from tests.training.test_rejection import RULE

FIGURES = Evaluation("x", 5, 40.0, 80.0, 90.0, 12.5, 9.0, "m", "CPU")


def five_answers():
    """一 read as 丁 twice and right once, 丁 right, 七 not answered."""
    ink = Ink.from_coordinates([[[0, 0], [1, 1]]])
    samples = [InkSample(character, ink) for character in "一一一丁七"]
    ranks = np.array([1, 1, 0, 0, np.iinfo(np.int64).max])
    return samples, Answers(ranks, np.array([1, 1, 0, 1, -1]), np.array([0.95, 0.5, 0.97, 1.0, 0.0]), np.array([1.0]))


def test_details_count_confusions_and_the_bins_of_confidence():
    samples, answers = five_answers()

    details = details_of(FIGURES, "test/ink", samples, answers, "一丁七")

    assert details.confusions == (("一", "丁", 2),)
    assert details.worst == (("一", 1, 3), ("七", 0, 1), ("丁", 1, 1))
    assert [count for count, _, _ in details.bins] == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3]
    assert details.bins[-1] == (3, pytest.approx(0.9733), pytest.approx(0.6667))


@pytest.fixture
def model(model_path, tmp_path):
    return shutil.copy(model_path, tmp_path / "m.onnx")


@pytest.mark.model
def test_the_page_tells_figures_rule_and_mistakes(model):
    card = dataclasses.replace(
        Recognizer.open(model).card,
        accuracy=(Accuracy("test/ink", 5, 40.0, 80.0, "hccr evaluate ink.jsonl"),),
        rejection=Rejection(RULE, RULE),
    )
    samples, answers = five_answers()
    details = details_of(FIGURES, "test/ink", samples, answers, "一丁七")

    page = model_page.make_page(model, card, {"test/ink": details})

    assert "| test/ink | 5 | 40.00 | 80.00 | 90.00 | 12.50 | `hccr evaluate ink.jsonl` |" in page
    assert "| ink | 99.0 | 99.6 | 3.0 |" in page
    assert "any answer under 5.0 % (ink) or 5.0 % (page)" in page
    assert "| 93-100 % | 3 | 97.3 | 66.7 |" in page
    assert "一 as 丁 (2)" in page
    assert card.provenance in page


@pytest.mark.model
def test_the_page_of_an_earlier_rule_tells_what_it_knows(model):
    rule = dataclasses.replace(RULE, weights=RULE.weights[:NETWORK_VALUES], least_confidence=0.0, accepted_right=None)
    card = dataclasses.replace(Recognizer.open(model).card, rejection=Rejection(rule, rule))

    page = model_page.make_page(model, card, {})

    assert "| ink | 99.0 | 3.0 |" in page
    assert "known characters. Percent" in page


@pytest.mark.model
def test_the_page_tells_of_ink_whose_strokes_are_known(model):
    card = dataclasses.replace(Recognizer.open(model).card, rejection=Rejection(RULE, RULE, PEN_RULE))

    page = model_page.make_page(model, card, {})

    assert "| ink, strokes known | 99.0 | 99.6 | 3.0 |" in page
    assert "any answer under 5.0 % (ink) or 5.0 % (page)" in page


@pytest.mark.model
def test_a_page_is_checked_against_its_model(model, tmp_path, card_path, capsys):
    samples, answers = five_answers()
    details = dataclasses.asdict(details_of(FIGURES, "test/ink", samples, answers, "一丁七"))
    card_path.with_name(DETAILS_FILE).write_text(json.dumps([details]), encoding="utf-8")
    arguments = [str(model), "--card", str(card_path)]

    assert model_page.main([*arguments, "--check"]) == 1
    assert model_page.main(arguments) == 0
    assert model_page.main([*arguments, "--check"]) == 0
    page = tmp_path / "README.md"
    page.write_text(page.read_text(encoding="utf-8").replace("丁", "七"), encoding="utf-8")
    assert model_page.main([*arguments, "--check"]) == 1
    assert "not the page of this model" in capsys.readouterr().out


def test_a_damaged_evaluation_is_named(tmp_path):
    (tmp_path / "evaluation.json").write_text('[{"data_set": 1}]', encoding="utf-8")

    with pytest.raises(ModelFileError, match="holds no evaluation"):
        model_page.read_details(tmp_path / "evaluation.json")
