import time

import cv2
import numpy as np
import pytest

from benchmarks.composed import photograph
from hccr_desktop.domain.box import Box
from hccr_desktop.imaging.clean import Cleaning, CleanPage, clean, is_ink_bright
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.sample_sets import load_sample_set


def sheet(height: int = 400, width: int = 500) -> np.ndarray:
    """White paper with an open figure of four strokes in its middle, 7 px wide."""
    page = np.full((height, width), 255, np.uint8)
    x, y = width // 2 - 80, height // 2 - 80
    for start, stop in [((20, 10), (25, 150)), ((0, 60), (150, 45)), ((100, 0), (60, 155)), ((70, 90), (150, 150))]:
        cv2.line(page, (x + start[0], y + start[1]), (x + stop[0], y + stop[1]), (30,), 7, cv2.LINE_AA)
    return page


def unlike(page: np.ndarray, other: np.ndarray) -> float:
    """Mean difference of the model images."""
    return float(np.abs(normalize(page, polarity="dark_ink") - normalize(other, polarity="dark_ink")).mean())


def lit(page: np.ndarray) -> np.ndarray:
    """The page with a shadow of half the light over its right half and grey paper."""
    light = np.where(np.arange(page.shape[1]) > page.shape[1] * 0.55, 0.45, 0.9)
    light = cv2.GaussianBlur(np.repeat(light[None], page.shape[0], axis=0), (0, 0), 6)
    return (page * light).astype(np.uint8)


def test_a_clean_page_stays_as_it_is():
    page = sheet()
    cleaned = clean(page)

    assert np.array_equal(cleaned.image, page)
    assert not cleaned.is_flattened
    assert not cleaned.is_inverted
    assert cleaned.removed_lines == 0
    assert np.array_equal(cleaned.matrix, np.eye(2, 3))


@pytest.mark.data
def test_validation_scans_give_the_same_model_images(shared_data):
    scans = load_sample_set(shared_data / "val" / "scans_1000_classes.npz").samples[::10]

    for sample in scans:
        cleaned = clean(np.asarray(255 - sample.scan, np.uint8))
        assert np.array_equal(normalize(cleaned.image, polarity="dark_ink"), sample.to_model_image())


def test_a_shadow_is_taken_out():
    page = sheet()
    photo = lit(page)
    cleaned = clean(photo)

    assert cleaned.is_flattened
    assert unlike(photo, page) > 20  # the normalizer alone takes the shadow for ink
    assert unlike(cleaned.image, page) < 4


@pytest.mark.parametrize("flaws", [("paper",), ("pencil", "paper"), ("shadow", "paper", "blur"), ("dark mode",)])
def test_paper_pencil_light_and_polarity_leave_the_character(flaws):
    page = sheet()

    cleaned = clean(photograph(page, np.random.default_rng(3), flaws))

    assert unlike(cleaned.image, page) < 9
    assert cleaned.is_inverted == ("dark mode" in flaws)


def test_faint_pencil_is_found_and_empty_paper_stays_empty():
    random = np.random.default_rng(1)
    grain = random.normal(0, 2.5, (400, 500))
    pencil = np.clip(170 - (255 - sheet().astype(float)) * 0.16 + grain, 0, 255).astype(np.uint8)
    empty = np.clip(170 + grain, 0, 255).astype(np.uint8)

    assert unlike(clean(pencil).image, sheet()) < 9
    assert clean(empty).image.min() == 255


def ruled(page: np.ndarray, *, pitch: int = 60, grey: int = 150, thickness: int = 2) -> np.ndarray:
    lines = page.copy()
    for row in range(pitch // 2, page.shape[0], pitch):
        cv2.line(lines, (0, row), (page.shape[1], row), (grey,), thickness)
    return np.minimum(lines, page)


def boxed(page: np.ndarray) -> np.ndarray:
    """A box with a dashed cross around the middle."""
    lines = page.copy()
    middle, half = (page.shape[1] // 2, page.shape[0] // 2), 130
    cv2.rectangle(lines, (middle[0] - half, middle[1] - half), (middle[0] + half, middle[1] + half), (120,), 2)
    for start in range(-half, half, 14):
        cv2.line(lines, (middle[0] + start, middle[1]), (middle[0] + start + 7, middle[1]), (150,), 1)
        cv2.line(lines, (middle[0], middle[1] + start), (middle[0], middle[1] + start + 7), (150,), 1)
    return np.minimum(lines, page)


@pytest.mark.parametrize("draw", [ruled, boxed])
def test_printed_lines_go_and_strokes_that_cross_them_stay(draw):
    page = sheet()
    cleaned = clean(draw(page))

    assert cleaned.removed_lines >= 3
    assert unlike(draw(page), page) > 15
    assert unlike(cleaned.image, page) < 4


def test_printed_lines_stay_if_asked_for():
    assert clean(ruled(sheet()), Cleaning(removes_lines=False)).removed_lines == 0


@pytest.mark.parametrize("rows", [[200], [150, 250], [100, 200, 300]])
def test_strokes_that_look_like_lines_stay(rows):
    page = np.full((400, 500), 255, np.uint8)
    for number, row in enumerate(rows):
        cv2.line(page, (100 - 20 * number, row + 6), (400 + 20 * number, row - 6), (20,), 9, cv2.LINE_AA)

    assert np.array_equal(clean(page).image, page)


def test_a_box_drawn_with_the_pen_stays():
    page = np.full((400, 400), 255, np.uint8)
    cv2.rectangle(page, (80, 80), (320, 320), (20,), 9)
    cv2.line(page, (130, 200), (270, 200), (20,), 9)
    cv2.line(page, (200, 130), (200, 280), (20,), 9)

    assert np.array_equal(clean(page).image, page)


def lines_of_marks(angle: float) -> np.ndarray:
    page = np.full((700, 900), 255, np.uint8)
    random = np.random.default_rng(2)
    for row in range(80, 620, 90):
        for column in range(80, 820, 60):
            for _ in range(3):
                start, stop = random.integers(0, 44, (2, 2))
                place = np.array([column, row])
                cv2.line(page, (start + place).tolist(), (stop + place).tolist(), (20,), 4, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((450, 350), -angle, 1)  # OpenCV turns anticlockwise
    return np.asarray(cv2.warpAffine(page, turn, (900, 700), borderValue=(255,)), np.uint8)


@pytest.mark.parametrize("angle", [-5.0, -2.0, 2.0, 5.0])
def test_lines_of_text_are_turned_level(angle):
    assert clean(lines_of_marks(angle)).angle == pytest.approx(angle, abs=0.6)


def test_level_lines_and_lone_characters_are_not_turned():
    turned = cv2.warpAffine(sheet(), cv2.getRotationMatrix2D((250, 200), 6, 1), (500, 400), borderValue=(255,))

    assert clean(lines_of_marks(0)).angle == 0
    assert clean(np.asarray(turned, np.uint8)).angle == 0


def test_boxes_go_back_to_the_picture_through_crop_scale_and_turn():
    picture = cv2.resize(lines_of_marks(4), None, fx=2, fy=2, interpolation=cv2.INTER_AREA)
    cleaned = clean(np.asarray(picture, np.uint8), Cleaning(crop=Box(100, 60, 1600, 1300)))
    box = Box(800, 600, 100, 80)

    there = cleaned.from_picture(box)
    back = cleaned.to_picture(there)

    assert cleaned.angle
    assert there.overlap(box) < 0.9
    # A box around a turned box grows a little each way.
    assert back.left <= box.left
    assert back.right >= box.right
    assert back.overlap(box) > 0.6


def test_a_mark_is_found_where_the_matrix_says():
    picture = np.full((2000, 3000), 255, np.uint8)
    picture[1200:1600, 2000:2400] = 0
    cleaned = clean(picture)

    left, top, width, height = cv2.boundingRect((cleaned.image < 128).astype(np.uint8))
    assert max(cleaned.image.shape) == 1024
    assert cleaned.to_picture(Box(left, top, width, height)).overlap(Box(2000, 1200, 400, 400)) > 0.97


def test_small_characters_keep_the_pixels_they_need():
    tiny = cv2.copyMakeBorder(sheet(160, 160)[40:120, 40:120], 1000, 1000, 1500, 1500, cv2.BORDER_CONSTANT, value=255)

    assert max(clean(np.asarray(tiny, np.uint8)).image.shape) > 2000


def ink_share(cleaned: CleanPage) -> float:
    return float((cleaned.image < 128).mean())


@pytest.mark.parametrize("make", [lambda: sheet(), lambda: lit(sheet())])
def test_the_threshold_can_be_moved_either_way(make):
    soft = np.asarray(cv2.GaussianBlur(make(), (0, 0), 3), np.uint8)
    shares = [ink_share(clean(soft, Cleaning(threshold_offset=offset))) for offset in (-60, 0, 40)]

    assert shares == sorted(shares)
    assert shares[0] < shares[1] < shares[2]


@pytest.mark.parametrize(
    "cleaning", [Cleaning(threshold_offset=101), Cleaning(threshold_offset=-101), Cleaning(crop=Box(900, 0, 5, 5))]
)
def test_adjustments_out_of_range_are_refused(cleaning):
    with pytest.raises(ValueError, match=r"threshold|crop"):
        clean(sheet(), cleaning)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 2), (7, 5)])
@pytest.mark.parametrize("grey", [0, 90, 255])
def test_tiny_and_flat_pictures_pass(shape, grey):
    assert clean(np.full(shape, grey, np.uint8)).image.dtype == np.uint8


def test_a_shadow_over_most_of_a_photo_is_no_dark_mode():
    page = sheet()
    dark = (page * np.where(np.arange(500) > 60, 0.35, 1.0)[None]).astype(np.uint8)

    assert not is_ink_bright(dark)
    assert is_ink_bright(255 - page)


@pytest.mark.parametrize("is_lying", [False, True])
def test_a_shadow_along_a_strip_of_writing_is_no_dark_mode(is_lying):
    page = np.full((1340, 265), 255.0)
    for top in range(100, 1200, 90):
        cv2.rectangle(page, (115, top), (160, top + 45), 60.0, 3)
        cv2.line(page, (105, top + 22), (170, top + 20), 60.0, 3)
    edge = 110 + 40 * np.linspace(0, 1, 1340)
    light = np.where(np.arange(265)[None] < edge[:, None], 0.5, 1.0) * np.linspace(1, 0.75, 1340)[:, None]
    light *= np.minimum(1, 1.35 - 0.6 * np.linspace(0, 1, 265))[None]
    grain = np.random.default_rng(1).normal(0, 3, page.shape)
    photo = 0.55 * cv2.GaussianBlur(page, (0, 0), 1) * cv2.GaussianBlur(light, (0, 0), 4) + grain
    photo = np.clip(photo.T if is_lying else photo, 0, 255).astype(np.uint8)

    assert not is_ink_bright(np.ascontiguousarray(photo))


def test_the_grain_of_paper_in_a_deep_shadow_is_no_ink():
    page = sheet()
    photo = 0.45 * page + 0.15 * (255.0 - page)
    photo[:220] *= 0.3
    grain = np.random.default_rng(6).normal(0, 4, page.shape)
    photo = cv2.GaussianBlur(photo, (0, 0), 1) + grain

    cleaned = clean(np.clip(photo, 0, 255).astype(np.uint8))

    far = cv2.dilate((page < 128).astype(np.uint8), np.ones((15, 15), np.uint8)) == 0
    assert cleaned.is_flattened
    assert (cleaned.image[far] < 255).mean() < 0.0005
    assert (cleaned.image[page < 128] < 255).mean() > 0.85


@pytest.mark.slow
def test_a_large_scan_is_cleaned_within_memory_and_time():
    scan = np.full((10_000, 10_000), 250, np.uint8)
    scan[5000:5400, 4000:4080] = 20
    started = time.perf_counter()

    cleaned = clean(scan)

    assert max(cleaned.image.shape) <= 4000
    assert time.perf_counter() - started < 30


@pytest.mark.parametrize("angle", [-4.0, -1.5, 1.5, 4.0])
def test_tilted_rules_level_the_page_and_go(angle):
    turn = cv2.getRotationMatrix2D((250, 200), -angle, 1)
    tilted = cv2.warpAffine(ruled(sheet()), turn, (500, 400), borderValue=(255,))
    cleaned = clean(np.asarray(tilted, np.uint8))

    assert cleaned.angle == pytest.approx(angle, abs=0.4)
    assert cleaned.removed_lines >= 3
    assert unlike(cleaned.image, sheet()) < 9


@pytest.mark.parametrize("angle", [-4.0, 0.0, 4.0])
@pytest.mark.parametrize("is_vertical", [False, True])
def test_a_single_line_is_levelled(angle, is_vertical):
    line = lines_of_marks(0)[60:150]
    page = cv2.copyMakeBorder(line, 100, 100, 0, 0, cv2.BORDER_CONSTANT, value=(255,))
    page = np.ascontiguousarray(page.T) if is_vertical else page
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1)
    tilted = cv2.warpAffine(page, turn, (width, height), borderValue=(255,))

    assert clean(np.asarray(tilted, np.uint8)).angle == pytest.approx(angle, abs=0.7)


@pytest.mark.parametrize("has_shadow", [False, True])
def test_a_broad_brush_on_grey_paper_stays_full(has_shadow):
    page = np.full((600, 600), 255, np.uint8)
    cv2.line(page, (90, 220), (480, 205), (0,), 62, cv2.LINE_AA)
    cv2.line(page, (60, 430), (530, 410), (0,), 70, cv2.LINE_AA)
    photo = 0.62 * page + 0.17 * (255.0 - page)
    if has_shadow:
        photo[500:] *= 0.5
    grain = np.random.default_rng(4).normal(0, 4, page.shape)
    cleaned = clean(np.clip(cv2.GaussianBlur(photo, (0, 0), 1) + grain, 0, 255).astype(np.uint8))

    assert cleaned.is_flattened
    assert unlike(cleaned.image, page) < 9
