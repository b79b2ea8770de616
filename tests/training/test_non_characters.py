import numpy as np
import pytest

from hccr_training.sources.medians import other_characters
from hccr_training.synthesis.non_characters import DIGITS, KINDS, LETTERS, OTHER_KINDS, SYMBOLS, NonCharacters

SQUARE = [np.array([[0, 0], [90, 0], [90, 90]], np.float32), np.array([[0, 0], [0, 90]], np.float32)]


@pytest.fixture(scope="module")
def non_characters() -> NonCharacters:
    return NonCharacters([SQUARE])


@pytest.mark.parametrize("kind", [*KINDS, *OTHER_KINDS])
@pytest.mark.parametrize("on_paper", [False, True])
def test_every_kind_is_a_model_image_and_depends_on_the_seed_alone(non_characters, kind, on_paper):
    images = []
    for seed in (3, 3, 4):
        random = np.random.default_rng(seed)
        images.append(non_characters.model_image(non_characters.draw(kind, random), random, on_paper=on_paper))

    assert images[0].shape == (96, 96)
    assert 0 <= images[0].min() <= images[0].max() <= 255
    assert images[0].max() > 128
    np.testing.assert_array_equal(images[0], images[1])
    assert not np.array_equal(images[0], images[2])


def test_two_characters_lie_beside_or_above_each_other(non_characters):
    random = np.random.default_rng(0)
    for _ in range(20):
        strokes = non_characters.draw("pairs", random).split()
        lows = np.array([stroke.min(axis=0) for stroke in strokes])
        highs = np.array([stroke.max(axis=0) for stroke in strokes])
        assert any((lows[at:].min(axis=0) > highs[:at].max(axis=0)).any() for at in range(1, len(strokes)))


def test_letters_digits_and_symbols_stay_on_their_grid():
    points = [
        pair
        for strokes in (LETTERS | DIGITS | SYMBOLS).values()
        for stroke in strokes.split(";")
        for pair in stroke.split()
    ]

    assert all(pair.lstrip("~").isdigit() and len(pair.lstrip("~")) == 2 for pair in points)


def test_other_characters_are_told_by_their_level(tmp_path):
    for name in ("啊", "亍", "龍", "A", "all"):
        (tmp_path / f"{name}.json").write_text("{}")

    assert other_characters(tmp_path) == (["亍"], ["龍"])
