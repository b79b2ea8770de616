"""Scans become pen ink whose lines run where the scan's strokes do."""

import subprocess
import sys

import cv2
import numpy as np
import pytest

from hccr_desktop.errors import SampleSetError
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.rasterize import rasterize_strokes
from hccr_training.sources import traced
from hccr_training.sources.packed import load_scans
from hccr_training.sources.traced import load_traced, save_traced, trace_picture

from .test_sources import write_scans


def drawn(*lines: list[tuple[int, int]], thickness: int = 7) -> np.ndarray:
    page = np.zeros((96, 96), np.uint8)
    for line in lines:
        cv2.polylines(page, [np.array(line, np.int32)], False, (255,), thickness)
    return page


def test_crossing_lines_stay_two_straight_strokes():
    lines = trace_picture(drawn([(10, 48), (86, 48)], [(48, 10), (48, 86)]))

    assert len(lines) == 2
    across, down = sorted(lines, key=lambda line: np.ptp(line[:, 1]))
    assert np.ptp(across[:, 0]) > 160
    assert np.ptp(across[:, 1]) < 8
    assert np.ptp(down[:, 1]) > 160
    assert np.ptp(down[:, 0]) < 8
    assert across[0, 0] < across[-1, 0]  # written from left to right, and downwards
    assert down[0, 1] < down[-1, 1]


def test_a_corner_is_one_line_and_leaves_no_spurs():
    lines = trace_picture(drawn([(12, 15), (80, 15), (80, 84)], thickness=9))

    assert len(lines) == 1
    assert np.ptp(lines[0], axis=0).min() > 150


def test_a_ring_is_closed_and_a_dot_is_kept():
    ring_and_dot = cv2.circle(np.zeros((96, 96), np.uint8), (40, 50), 28, (255,), 5)
    cv2.circle(ring_and_dot, (85, 12), 4, (255,), -1)

    lines = sorted(trace_picture(ring_and_dot), key=len)

    assert len(lines) == 2
    assert len(lines[0]) >= 2  # as the rasterizer and the resampler want it
    assert np.hypot(*(lines[1][0] - lines[1][-1])) < 12


def test_traced_ink_drawn_again_lies_on_the_picture():
    picture = drawn([(15, 20), (80, 18)], [(48, 18), (45, 85)], [(20, 60), (80, 75)], thickness=4)

    again = normalize(
        rasterize_strokes([line.astype(np.float64) for line in trace_picture(picture)]), polarity="dark_ink"
    )

    original = normalize(picture, polarity="bright_ink")
    near = cv2.dilate((original > 60).astype(np.uint8), np.ones((5, 5), np.uint8))
    assert near[again > 60].mean() > 0.95
    near = cv2.dilate((again > 60).astype(np.uint8), np.ones((5, 5), np.uint8))
    assert near[original > 60].mean() > 0.95


@pytest.mark.parametrize("picture", [np.zeros((96, 96), np.uint8), np.eye(1, dtype=np.uint8) * 255])
def test_a_picture_without_lines_gives_none(picture):
    assert trace_picture(picture) == []


def test_file_keeps_characters_and_lines(tmp_path):
    inks = [
        [np.array([[0, 0.5], [100, 3.2]], np.float32), np.array([[7, 8]] * 3, np.float32)],
        [np.ones((2, 2), np.float32)],
    ]
    save_traced(tmp_path / "t.npz", ["啊", "座"], inks)

    bank = load_traced(tmp_path / "t.npz")

    assert bank.classes.tolist() == [0, 3754]
    np.testing.assert_allclose(bank.strokes(0)[0], inks[0][0], atol=0.05)
    assert [len(stroke) for stroke in bank.strokes(0)] == [2, 3]
    assert len(bank.strokes(1)) == 1


def test_damaged_file_is_named(tmp_path):
    path = tmp_path / "t.npz"
    path.write_bytes(b"PK nothing")
    with pytest.raises(SampleSetError, match=r"t\.npz"):
        load_traced(path)
    np.savez(path, code=np.ones(2), lines=np.ones(2, int), points=np.ones(1, int), tenths=np.ones((1, 2)))
    with pytest.raises(SampleSetError, match="traced ink"):
        load_traced(path)


def test_command_traces_a_set_in_several_processes(tmp_path, capsys):
    pictures = [drawn([(10, 48), (86, 48)]), np.zeros((96, 96), np.uint8), drawn([(48, 10), (48, 86)])]
    write_scans(tmp_path / "s.npz", "一乙十", pictures)

    assert traced.main([str(tmp_path / "s.npz"), "-o", str(tmp_path / "t.npz")]) == 0

    bank = load_traced(tmp_path / "t.npz")
    scans = load_scans(tmp_path / "s.npz")
    assert bank.classes.tolist() == [scans.classes[0], scans.classes[2]]  # the empty one is left out
    assert np.ptp(bank.strokes(0)[0], axis=0)[0] > 160
    assert "2 inks" in capsys.readouterr().out


def test_command_refuses_what_is_not_for_training(tmp_path, capsys):
    (tmp_path / "val").mkdir()
    write_scans(tmp_path / "val" / "s.npz", "一", [drawn([(10, 48), (86, 48)])])

    assert traced.main([str(tmp_path / "val" / "s.npz"), "-o", str(tmp_path / "t.npz")]) == 2
    assert "not for training" in capsys.readouterr().err


def test_command_traces_a_face_of_the_font_bank(tmp_path, capsys):
    bits = np.packbits(cv2.resize(drawn([(10, 48), (86, 48)]), (128, 128)).reshape(1, -1) > 127, axis=1)
    np.save(tmp_path / "行书.bits.npy", bits)
    np.save(tmp_path / "行书.classes.npy", np.array([7], np.int32))

    assert traced.main(["--fonts", str(tmp_path), "--face", "行书", "-o", str(tmp_path / "t.npz")]) == 0
    assert load_traced(tmp_path / "t.npz").classes.tolist() == [7]

    assert traced.main(["--fonts", str(tmp_path), "--face", "草书", "-o", str(tmp_path / "t.npz")]) == 2
    assert "草书.bits.npy does not exist" in capsys.readouterr().err


def test_a_traced_file_is_read_without_scikit_image():
    program = "import sys; sys.modules['skimage'] = None; import hccr_training.sources.traced"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
