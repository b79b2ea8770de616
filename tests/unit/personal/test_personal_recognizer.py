from contextlib import closing

import numpy as np
import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import EmptyInkError, PersonalMemoryError
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.inference.recognizer import Recognizer, softmax
from hccr_desktop.personal import personal_recognizer
from hccr_desktop.personal.adaptation import AdaptedConfidences
from hccr_desktop.personal.personal_memory import PersonalMemory, embedding_model_of
from hccr_desktop.personal.personal_recognizer import PersonalRecognizer
from tests.unit.conftest import make_card
from tests.unit.inference.test_halves_rule import halves_rule, open_with
from tests.unit.inference.test_pen_rule import TWO

CROSS = Ink.from_coordinates([[[0.1, 0.5], [0.9, 0.5]], [[0.5, 0.1], [0.5, 0.9]]])


@pytest.fixture
def personal(tiny_model, tmp_path):
    recognizer = Recognizer.open(tiny_model)
    memory = PersonalMemory.open(tmp_path / "personal.sqlite", model_id=embedding_model_of(recognizer.card))
    with closing(memory):
        yield PersonalRecognizer(recognizer, memory)


def first(recognizer, ink=CROSS):
    return recognizer.recognize(ink_to_model_image(ink), kind="ink").best.character


def test_without_memories_the_network_answers(personal):
    image = ink_to_model_image(CROSS)
    plain = personal.recognizer.recognize(image, kind="ink")

    assert personal.recognize(image, kind="ink").candidates == plain.candidates
    assert (personal.card, personal.provider) == (personal.recognizer.card, "CPU")
    assert personal.provider_note == ""


def test_a_correction_counts_from_the_next_drawing_on(personal):
    image = ink_to_model_image(CROSS)
    wrong, *_, last = (entry.character for entry in personal.recognize(image, kind="ink").candidates)

    personal.learn(last, CROSS, picked_over=wrong)

    recognition = personal.recognize(image, kind="ink", count=100)
    assert recognition.best.character == last
    assert recognition.model_id == "Tiny"
    confidences = [entry.confidence for entry in recognition.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=1e-5)
    assert personal.memory.entries()[0].picked_over == wrong


def test_the_pictures_of_a_page_are_read_with_the_memory_too(personal):
    images = [ink_to_model_image(CROSS), ink_to_model_image(Ink.from_coordinates([[[0.1, 0.2], [0.9, 0.8]]]))]
    plain = personal.recognizer.recognize_batch(images, kind="page")
    assert [entry.candidates for entry in personal.recognize_batch(images, kind="page")] == [
        entry.candidates for entry in plain
    ]
    last = plain[0].candidates[-1].character

    personal.learn(last, CROSS, picked_over=plain[0].best.character)

    taught = personal.recognize_batch(images, kind="page", count=3)
    assert taught[0].best.character == last
    assert [entry.candidates for entry in taught] == [
        personal.recognize(image, kind="page", count=3).candidates for image in images
    ]


def test_an_unknown_character_can_be_taught(personal):
    personal.learn("鰻", CROSS, picked_over=None)

    recognition = personal.recognize(ink_to_model_image(CROSS), kind="ink", count=3)

    assert recognition.best.character == "鰻"
    assert len(recognition.candidates) == 3


def test_being_sure_is_judged_after_the_memory_spoke(write_model, tmp_path):
    recognizer = Recognizer.open(write_model(make_card(sure_confidence_ink=0.95)))
    image = ink_to_model_image(CROSS)
    plain = recognizer.recognize(image, kind="ink")
    assert not plain.is_sure
    with closing(
        PersonalMemory.open(tmp_path / "personal.sqlite", model_id=embedding_model_of(recognizer.card))
    ) as memory:
        personal = PersonalRecognizer(recognizer, memory)
        personal.learn(plain.best.character, CROSS, picked_over=None)

        assert personal.recognize(image, kind="ink").is_sure


def test_a_second_look_is_taken_while_the_memory_has_no_say(write_model, tmp_path, monkeypatch):
    recognizer = open_with(write_model, halves_rule(offset=1.0))
    pair = Ink.from_coordinates([stroke.tolist() for stroke in TWO])
    image, strokes = ink_to_model_image(pair), pair.to_arrays()
    with closing(
        PersonalMemory.open(tmp_path / "personal.sqlite", model_id=embedding_model_of(recognizer.card))
    ) as memory:
        personal = PersonalRecognizer(recognizer, memory)
        personal.learn(first(personal, pair), pair, picked_over=None)
        assert personal.recognize(image, kind="ink", strokes=strokes).is_final

        has_none = lambda confidences, *_arguments, **_keywords: AdaptedConfidences(confidences)  # noqa: E731
        monkeypatch.setattr(personal_recognizer, "adapt", has_none)

        answer = personal.recognize(image, kind="ink", strokes=strokes)
        assert not answer.is_final
        assert personal.confirm(answer, strokes).is_several


def test_switched_off_it_neither_listens_nor_learns(personal):
    wrong = first(personal)
    taught = next(character for character in personal.card.characters if character != wrong)
    personal.learn(taught, CROSS, picked_over=wrong)
    memory, personal.memory = personal.memory, None

    assert first(personal) == wrong
    assert personal.learn("鰻", CROSS, picked_over=None) is None
    assert len(memory.entries()) == 1


def test_a_memory_that_fails_leaves_recognition_as_it_was(personal):
    personal.learn("鰻", CROSS, picked_over=None)
    personal.memory.close()

    with pytest.raises(PersonalMemoryError):
        personal.learn("一", CROSS, picked_over=None)

    assert first(personal) == "鰻"


def test_no_ink_and_no_candidates_are_refused(personal):
    with pytest.raises(EmptyInkError):
        personal.learn("一", Ink(), picked_over=None)
    personal.learn("一", CROSS, picked_over=None)
    with pytest.raises(ValueError, match="at least one"):
        personal.recognize(np.zeros((96, 96), np.float32), kind="ink", count=0)


def test_it_gives_what_the_network_gives_besides_and_knows_how_long_it_rests(personal):
    image = ink_to_model_image(CROSS)
    assert personal.idle_s == float("inf")
    personal.recognize(image, kind="ink")
    assert 0 <= personal.idle_s < 60
    assert np.array_equal(personal.run([image]).logits, personal.recognizer.run([image]).logits)
    assert np.array_equal(personal.dense_weights(), personal.recognizer.dense_weights())


def test_a_model_file_that_has_gone_does_not_keep_a_drawing_from_being_read(personal, caplog):
    wrong = first(personal)
    personal.learn("鰻", CROSS, picked_over=wrong)
    personal.recognizer.path.unlink()

    assert [first(personal), first(personal)] == ["鰻", "鰻"]
    assert len([record for record in caplog.records if "counts less" in record.getMessage()]) == 1


def test_a_drawing_taught_at_the_border_is_weighed_by_the_networks_own_last_layer(personal):
    image = ink_to_model_image(CROSS)
    output = personal.recognizer.run([image])
    surest = int(output.logits[0].argmax())
    least = int(output.logits[0].argmin())
    taught = personal.card.characters[least]
    # As if it had been taught by a drawing twice as faint: the network doubts that one less than the present one.
    personal.memory.remember(taught, output.embedding[0] / 2, CROSS, picked_over=None)

    candidates = personal.recognize(image, kind="ink", count=100).candidates

    odds = (output.logits[0, surest] - output.logits[0, least]) / personal.card.temperature("ink")
    weights = personal.dense_weights()
    gained = (weights[surest] - weights[least]) @ (output.embedding[0] / 2) / personal.card.temperature("ink")
    confidence = {candidate.character: candidate.confidence for candidate in candidates}
    raised = np.log(confidence[taught] / confidence[personal.card.characters[surest]]) + odds - 20 * 0.25
    least_confidence = softmax(output.logits[0] / personal.card.temperature("ink"))[least]
    assert raised == pytest.approx(min(max(0, odds - gained), max(0, np.log(0.03 / least_confidence))), abs=1e-2)
