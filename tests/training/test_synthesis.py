"""Distortions do what they say, and no more."""

import numpy as np
import pytest

from hccr_training.synthesis import cursive, pictures, strokes
from hccr_training.synthesis.photometry import Photometry

SQUARE = [
    np.array([[0, 0], [100, 0]], np.float32),
    np.array([[100, 0], [100, 100]], np.float32),
    np.array([[0, 50], [100, 50]], np.float32),
    np.array([[50, 50]], np.float32),
]


@pytest.fixture
def random():
    return np.random.default_rng(3)


def test_resample_centers_scales_and_spaces_evenly():
    flat = strokes.resample(SQUARE, step=0.1)

    points = np.concatenate(flat.split()[:3])
    assert points.min() == pytest.approx(-0.5)
    assert points.max() == pytest.approx(0.5)
    for stroke in flat.split()[:3]:
        np.testing.assert_allclose(np.hypot(*np.diff(stroke, axis=0).T), 0.1, atol=1e-5)
    np.testing.assert_allclose(flat.split()[3], [[0, 0], [0, 0]], atol=1e-6)
    assert flat.starts.tolist() == [0, 11, 22, 33]
    assert flat.owner.tolist() == [0] * 11 + [1] * 11 + [2] * 11 + [3] * 2


def test_resample_keeps_corners_of_a_bent_stroke_within_a_step():
    flat = strokes.resample([np.array([[0, 0], [100, 0], [100, 100]], np.float32)])

    corner_distance = np.hypot(*(flat.points - [0.5, -0.5]).T).min()
    assert corner_distance < strokes.STEP


@pytest.mark.parametrize("distort", [strokes.distort_strokes, strokes.distort_components])
def test_no_strength_changes_nothing(distort, random):
    flat = strokes.resample(SQUARE)

    np.testing.assert_allclose(distort(flat, random, 0.0).points, flat.points, atol=1e-6)
    np.testing.assert_allclose(strokes.warp_smoothly(flat.points, random, 0.0), flat.points, atol=1e-6)
    np.testing.assert_allclose(strokes.slant(flat.points, random, 0.0), flat.points, atol=1e-6)


def test_components_move_as_wholes(random):
    flat = strokes.resample([np.array([[x, 0], [x, 10]], np.float32) for x in (0, 2, 4, 60, 62, 64)])

    moved = strokes.distort_components(flat, random, 1.0)

    gaps_before, gaps_after = (np.diff([stroke.mean(axis=0)[0] for stroke in made.split()]) for made in (flat, moved))
    assert np.sum(np.abs(gaps_after - gaps_before) > 0.01) <= 3  # at most three cuts
    assert np.abs(gaps_after - gaps_before).max() > 0.01


def test_rise_and_narrowing_have_the_signs_they_claim(random):
    bar = np.array([[-0.5, 0], [0.5, 0]], np.float32)
    square = np.array([[-0.5, -0.5], [0.5, 0.5]], np.float32)

    risen = strokes.slant(bar, random, 0.0, rise=-0.1)
    narrowed = strokes.slant(square, random, 0.0, narrowing=-0.4)

    assert risen[1, 1] < risen[0, 1]
    width, height = np.ptp(narrowed, axis=0)
    assert np.log(width / height) == pytest.approx(-0.4, abs=1e-5)


def test_neat_samples_keep_their_pen_lifts(random):
    flat = strokes.resample(SQUARE)

    assert cursive.join_strokes(flat, random, 0.0) is flat


def test_joined_share_of_hurried_samples_is_that_of_real_ink():
    random = np.random.default_rng(4)
    flat = strokes.resample([random.uniform(0, 100, (2, 2)).astype(np.float32) for _ in range(9)])

    counts = []
    for _ in range(400):
        haste = cursive.draw_haste(random)
        counts.append(len(cursive.join_strokes(flat, random, haste).lengths))

    joined = 1 - (np.mean(counts) - 1) / 8
    assert joined == pytest.approx(0.48, abs=0.05)  # at least 45 % in the 84 hands


def test_joins_leave_no_jump():
    random = np.random.default_rng(5)
    flat = strokes.resample(SQUARE[:3])
    for _ in range(50):
        for chain in cursive.join_strokes(flat, random, 1.0).split():
            assert np.hypot(*np.diff(chain, axis=0).T).max() < 2.5 * strokes.STEP


def test_hooks_go_and_long_ends_stay():
    hook = np.array([[0, 0], [0, 100], [-6, 94]], np.float32)
    corner = np.array([[0, 0], [60, 0], [60, 100]], np.float32)
    flat = strokes.resample([hook, corner])

    dropped = cursive.drop_hooks(flat, _Always(), 1.0)

    without_hook, with_corner = dropped.split()
    assert np.ptp(without_hook[:, 0]) < 0.02
    np.testing.assert_array_equal(with_corner, flat.split()[1])


class _Always:
    """Draws zeros: everything that may happen does."""

    def random(self, count: int) -> np.ndarray:
        return np.zeros(count)


def test_corners_are_cut_inwards_and_straight_strokes_stay():
    flat = strokes.resample(
        [np.array([[0, 0], [100, 0], [100, 100]], np.float32), np.array([[0, 90], [90, 90]], np.float32)]
    )

    smooth = cursive._averaged(flat, 2.0)

    bent, straight = np.split(smooth, [flat.lengths[0]])
    assert np.hypot(*(bent - [0.5, -0.5]).T).min() > 0.02
    np.testing.assert_allclose(straight[:, 1], flat.split()[1][:, 1], atol=1e-6)


def test_thinned_out_strokes_keep_their_ends():
    flat = strokes.resample(SQUARE)
    for seed in range(20):
        thin = cursive.thin_out(flat, np.random.default_rng(seed))
        assert len(thin.lengths) == len(flat.lengths)
        assert thin.lengths.sum() == len(thin.points)
        for kept, whole in zip(thin.split(), flat.split(), strict=True):
            np.testing.assert_array_equal(kept[[0, -1]], whole[[0, -1]])


def bars(width_px: int) -> np.ndarray:
    picture = np.zeros((128, 128), np.uint8)
    for left in (20, 60, 100):
        picture[10:118, left : left + width_px] = 255
    return picture


@pytest.mark.parametrize(("present", "wanted"), [(14, 6), (10, 4), (4, 8)])
def test_stroke_width_is_set(present, wanted):
    made = pictures.set_stroke_width(bars(present), wanted)

    widths = (made[64] > 0).sum() / 3
    assert abs(widths - wanted) <= 2


def test_thinning_stops_before_a_thin_stroke_beside_thick_ones_vanishes():
    picture = bars(14)
    picture[60:63, :] = 255  # a hairline across

    made = pictures.set_stroke_width(picture, 4)

    assert (made[61] > 0).sum() > 100


def test_unbent_picture_is_centered_at_its_size(random):
    picture = np.zeros((96, 96), np.uint8)
    picture[20:76, 40:56] = 255

    bent = pictures.bend_picture(picture, random, 0.0)

    rows, columns = np.nonzero(bent > 127)
    assert bent.shape == (120, 120)
    assert np.ptp(rows) + 1 == pytest.approx(56 * 120 / 96 / pictures.ZOOM, abs=1.5)
    assert abs(rows.mean() - 59.5) < 1.5
    assert abs(columns.mean() - 59.5) < 1.5


def test_bending_applies_the_aspect(random):
    picture = np.zeros((64, 64), np.uint8)
    picture[2:62, 2:62] = 255

    bent = pictures.bend_picture(picture, random, 0.0, aspect=0.5)

    rows, columns = np.nonzero(bent > 127)
    assert (np.ptp(columns) + 1) / (np.ptp(rows) + 1) == pytest.approx(0.5, abs=0.05)


def test_exposed_images_stay_in_range_and_fading_only_lightens(random):
    photometry = Photometry()
    image = np.zeros((96, 96), np.float32)
    image[30:60, 30:60] = 255
    page = np.full((352, 352), 255, np.uint8)
    page[100:200, 100:200] = 0
    for _ in range(50):
        exposed = photometry.expose(image, random, 1.0)
        assert exposed.dtype == np.float32
        assert 0 <= exposed.min() <= exposed.max() <= 255
        assert exposed[0, 0] == 0  # paper stays paper
        assert (photometry.fade(page, random) >= page).all()
