"""What the benchmark of learning counts, on a network of three characters."""

from dataclasses import replace

import numpy as np

from benchmarks.personal import Answered, Change, change, draw, remember
from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.personal.adaptation import LastLayer

KNOWN = CharacterSet.of("土士工")


def answers(*samples):
    """Of right character, embedding and confidences each."""
    confidences = np.array([sample[2] for sample in samples], np.float32)
    return Answered(
        np.array([sample[0] for sample in samples]),
        np.array([sample[1] for sample in samples], np.float32),
        confidences,
        np.array(KNOWN)[confidences.argmax(axis=1)],
        LastLayer(np.zeros((3, 3), np.float32), 1.0),
    )


def test_fixed_and_made_errors_are_counted():
    misread, rightly_read, unlike = (
        ("土", [1, 0, 0], [0.3, 0.6, 0.1]),
        ("士", [1, 0.1, 0], [0.3, 0.6, 0.1]),
        ("工", [0, 0, 1], [0.1, 0.2, 0.7]),
    )
    memory = remember(answers(misread))

    counted = change(answers(misread, rightly_read, unlike), memory, KNOWN)

    assert counted == Change(count=3, right_before=2, fixed=1, spoiled=1)
    assert str(counted) == "top-1  66.67 ->  66.67 % (+0.00); of 1 errors 1 fixed (100.0 %), 1 made (n = 3)"


def test_nothing_taught_changes_nothing():
    part = answers(("土", [1, 0, 0], [0.3, 0.6, 0.1]))

    assert change(part, remember(part.part(np.array([], np.int64))), KNOWN) == Change(1, 0, 0, 0)


def test_only_what_is_allowed_is_taught_and_no_more_than_asked_for():
    characters = np.array(["土", "土", "土", "士", "士"])
    misread = np.array([True, False, True, False, False])

    taught = draw(np.random.default_rng(1), characters, np.array(["土", "士"]), 1, misread)
    assert taught.tolist() in ([0], [2])
    taught = draw(np.random.default_rng(1), characters, np.array(["土", "士"]), 5, misread)
    assert sorted(taught.tolist()) == [0, 2]


def test_a_hidden_class_is_read_as_an_unknown_character_would_be():
    # A network that read the taught drawing rightly raises no known character.
    sure = LastLayer(np.array([[0, 0, 0], [0, 2000, 0], [0, 0, 0]], np.float32), 1.0)
    drawn = replace(answers(("土", [1, 0.1, 0], [0.9, 0.09, 0.01])), last_layer=sure)
    taught = remember(answers(("土", [1, 0, 0], [0.9, 0.09, 0.01])))

    hidden = drawn.without_classes({"土"}, KNOWN)

    assert hidden.firsts.tolist() == ["士"]
    assert change(hidden, taught, KNOWN) == Change(count=1, right_before=0, fixed=1, spoiled=0)
    assert change(replace(hidden, last_layer=sure), taught, KNOWN).fixed == 0
