import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import EmptyInkError
from hccr_desktop.imaging.normalize import FIT_SIZE_PX, network_square, normalize
from hccr_desktop.imaging.rasterize import rasterize
from tests.unit.imaging.test_rasterize import INK

# Tolerances, measured with this file's own pages (mean over the model image, in grey levels).
SCALE_TOLERANCE = 9.0
"""Pages 0.5x to 4x: resampling softens edges, and the fitted size rounds to whole pixels."""
WORST_SCALE_TOLERANCE = 9.7
USUAL_SCALE_TOLERANCE = 5.1
"""Of every size from 0.5x to 4x the worst, and the mean: 4 of 1,401 pass SCALE_TOLERANCE, by at most 0.6."""
BRIGHTNESS_TOLERANCE = 1.0
"""Another paper grey: rounding of the grey values only."""


def page_with_ink(size=400, ink_px=160, left=90, top=110, paper=255, ink=0):
    """The test ink, ink_px wide, on a larger page."""
    drawing = cv2.resize(rasterize(Ink.from_coordinates(INK)), (ink_px, ink_px), interpolation=cv2.INTER_AREA)
    page = np.full((size, size), 255, np.uint8)
    page[top : top + ink_px, left : left + ink_px] = drawing
    return (ink + (paper - ink) * (page / 255.0)).round().astype(np.uint8)


def test_normalize_fits_the_ink_to_88_px_and_centers_it():
    image = normalize(page_with_ink())

    assert image.shape == (96, 96)
    assert image.dtype == np.float32
    assert image.min() == 0
    assert image.max() == 255
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == FIT_SIZE_PX
    assert (rows[0] + rows[-1]) / 2 == pytest.approx(47.5, abs=1)
    assert (columns[0] + columns[-1]) / 2 == pytest.approx(47.5, abs=1)


def test_normalize_keeps_aspect_ratio_of_a_thin_stroke():
    page = np.full((200, 300), 255, np.uint8)
    page[90:100, 50:250] = 0

    image = normalize(page)

    assert np.count_nonzero(image.any(axis=1)) == round(10 * FIT_SIZE_PX / 200)
    assert np.count_nonzero(image.any(axis=0)) == FIT_SIZE_PX


@given(left=st.integers(0, 240), top=st.integers(0, 240))
def test_shifting_the_ink_on_its_page_changes_nothing(left, top):
    assert np.array_equal(normalize(page_with_ink(left=left, top=top)), normalize(page_with_ink()))


@given(left=st.integers(20, 220), top=st.integers(20, 220))
def test_inverting_the_page_changes_nothing(left, top):
    page = page_with_ink(left=left, top=top)

    assert np.array_equal(normalize(255 - page), normalize(page))
    assert np.array_equal(normalize(255 - page, polarity="bright_ink"), normalize(page, polarity="dark_ink"))


@given(paper=st.integers(120, 255), ink=st.integers(0, 60))
def test_brightness_of_paper_and_ink_hardly_matters(paper, ink):
    assume(paper - ink >= 100)
    difference = np.abs(normalize(page_with_ink(paper=paper, ink=ink)) - normalize(page_with_ink()))

    # Edge pixels keep their place; their grey depends on how much of the paper's shade lies over the ink.
    assert np.mean(difference) <= SCALE_TOLERANCE
    if paper >= 250 and ink <= 5:
        assert np.mean(difference) <= BRIGHTNESS_TOLERANCE


def test_page_scale_hardly_matters_while_the_ink_is_64_px_long():
    page = page_with_ink(ink_px=160)
    expected = normalize(page)
    differences = []
    for size in range(200, 1601):  # all of them: drawn ones seldom met the four worst
        other = cv2.resize(page, (size, size), interpolation=cv2.INTER_AREA if size < 400 else cv2.INTER_LINEAR)
        differences.append(float(np.mean(np.abs(normalize(other) - expected))))

    assert max(differences) <= WORST_SCALE_TOLERANCE
    assert np.quantile(differences, 0.99) <= SCALE_TOLERANCE
    assert np.mean(differences) <= USUAL_SCALE_TOLERANCE


def test_known_polarity_reads_a_tight_crop_that_the_majority_gets_wrong():
    bar = np.zeros((20, 100), np.uint8)  # 一 cropped to its ink: nearly all of the page is ink
    bar[0, :3] = bar[-1, -3:] = 255

    image = normalize(bar, polarity="dark_ink")

    assert image[48, 10:86].min() == 255


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_page_of_one_grey_has_no_ink(grey):
    with pytest.raises(EmptyInkError):
        normalize(np.full((50, 70), grey, np.uint8))


def test_faint_paper_texture_is_no_ink():
    rng = np.random.default_rng(1)

    with pytest.raises(EmptyInkError):
        normalize(rng.integers(235, 256, (120, 120)).astype(np.uint8))


@pytest.mark.parametrize("shape", [(200, 200), (120, 300), (97, 64)])
def test_a_border_of_noise_on_white_paper_is_no_ink(shape):
    rng = np.random.default_rng(2)
    band = max(1, int(min(shape) * 0.03))
    page = rng.integers(0, 256, shape).astype(np.uint8)
    page[band:-band, band:-band] = 255

    with pytest.raises(EmptyInkError):
        normalize(page)


def test_noise_along_the_border_does_not_shrink_the_ink():
    page = page_with_ink()
    clean = normalize(page)
    rng = np.random.default_rng(3)
    for edge in (page[:5], page[-5:], page[:, :5], page[:, -5:]):
        edge[rng.random(edge.shape) < 0.3] = 0

    # The noise may move Otsu's threshold by some grey levels, which only the faintest edge pixels notice.
    assert np.abs(normalize(page) - clean).mean() <= BRIGHTNESS_TOLERANCE


def test_ink_that_touches_the_border_is_kept():
    page = np.full((100, 100), 255, np.uint8)
    page[0:60, 48:52] = 0
    page[0:3, 20:80] = 0  # a bar along the edge that the upright stroke joins

    image = normalize(page)

    assert np.count_nonzero(image.any(axis=0)) == FIT_SIZE_PX


@pytest.mark.parametrize(
    "page", [np.zeros((3, 3, 3), np.uint8), np.zeros((4, 4), np.float32), np.zeros((0, 5), np.uint8)]
)
def test_what_is_no_page_image_is_refused(page):
    with pytest.raises(ValueError, match="two-dimensional uint8"):
        normalize(page)


@given(
    st.integers(1, 40).flatmap(
        lambda height: st.integers(1, 40).flatmap(
            lambda width: st.binary(min_size=height * width, max_size=height * width).map(
                lambda data: np.frombuffer(data, np.uint8).reshape(height, width)
            )
        )
    )
)
def test_any_page_gives_a_model_image_or_no_ink(page):
    try:
        image = normalize(page)
    except EmptyInkError:
        return
    assert image.shape == (96, 96)
    assert 0 <= image.min() <= image.max() <= 255
    assert np.isfinite(image).all()


@pytest.mark.parametrize(("ink_px", "left", "top"), [(160, 90, 110), (40, 10, 300), (352, 20, 30)])
def test_network_square_leads_from_the_page_to_the_model_image(ink_px, left, top):
    page = page_with_ink(ink_px=ink_px, left=left, top=top)
    square_left, square_top, width, height = network_square(page)

    cut = cv2.warpAffine(
        255 - page,
        np.array([[width / 96, 0, square_left], [0, height / 96, square_top]]),
        (96, 96),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
    )
    difference = np.abs(normalize(page) - cut).mean()
    shifted = np.abs(normalize(page) - np.roll(cut, 3, axis=1)).mean()
    assert difference < 20  # interpolated in another way
    assert shifted > 1.5 * difference


def test_network_square_of_a_blank_page_is_an_error():
    with pytest.raises(EmptyInkError):
        network_square(np.full((50, 50), 255, np.uint8))
