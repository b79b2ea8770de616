import pytest

from hccr_desktop.domain.box import Box, around


def test_a_box_ends_after_its_last_pixel():
    box = Box(2, 3, 4, 5)

    assert (box.right, box.bottom) == (6, 8)
    assert box.transposed == Box(3, 2, 5, 4)


def test_union_and_around_enclose():
    boxes = [Box(0, 0, 2, 2), Box(5, 1, 1, 9)]

    assert boxes[0].union(boxes[1]) == around(boxes) == Box(0, 0, 6, 10)
    with pytest.raises(ValueError, match="no box"):
        around([])


@pytest.mark.parametrize(
    ("other", "overlap"),
    [(Box(0, 0, 10, 10), 1), (Box(5, 0, 10, 10), 1 / 3), (Box(10, 0, 10, 10), 0), (Box(0, 20, 1, 1), 0)],
)
def test_overlap_is_shared_area_over_joint_area(other, overlap):
    assert Box(0, 0, 10, 10).overlap(other) == pytest.approx(overlap)


def test_what_lies_off_the_page_is_cut():
    assert Box(-5, 3, 10, 10).clipped(8, 8) == Box(0, 3, 5, 5)
    assert Box(9, 0, 2, 2).clipped(8, 8) is None
