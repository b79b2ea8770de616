"""The real program on a real display: what it is for, from a pen stroke to another program's clipboard."""

import json
from pathlib import Path

import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.drawing_files import picture_of
from tests.window.conftest import StartPad
from tests.window.desktop import Display, Pad, wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]


@pytest.fixture
def bao_picture(tmp_path: Path, bao: Ink) -> Path:
    path = tmp_path / "bao.png"
    picture_of(bao).save(str(path))
    return path


def test_drawn_character_reaches_another_programs_clipboard(start_pad: StartPad, bao: Ink, screenshots: Path) -> None:
    pad = start_pad()
    pad.display.grab().save(screenshots / "real-empty.png")
    pad.draw(bao.to_coordinates())
    pad.display.grab().save(screenshots / "real-drawn.png")
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    pad.display.grab().save(screenshots / "real-picked.png")
    pad.press("BackSpace")
    pad.wait_for("candidates shown for 13 strokes", count=2)
    assert pad.quit() == 0


def test_second_candidate_is_picked_by_arrow_and_enter(start_pad: StartPad, bao: Ink) -> None:
    pad = start_pad()
    pad.draw(bao.to_coordinates())
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    pad.draw(bao.to_coordinates())
    pad.press("Down", "Return")
    wait_until(lambda: len(pad.display.clipboard()) == 1 and pad.display.clipboard() != "鲍", "the second candidate")


def test_resized_window_keeps_ink_and_takes_more(start_pad: StartPad, bao: Ink, screenshots: Path) -> None:
    pad = start_pad()
    strokes = bao.to_coordinates()
    pad.draw(strokes[:8])
    before = pad.paper()
    pad.resize(1200, 850)
    wait_until(lambda: pad.paper()[2] > before[2] + 50, "a larger canvas")
    square = pad.paper()
    for stroke in strokes[8:]:
        pad.draw_stroke(stroke, square)
    pad.wait_for("candidates shown for 13 strokes")
    pad.display.grab().save(screenshots / "real-resized.png")
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    pad.resize(640, 480)
    wait_until(lambda: pad.paper()[2] < before[2], "a smaller canvas")
    pad.display.grab().save(screenshots / "real-small.png")


def test_picture_of_the_command_line_is_recognized(start_pad: StartPad, bao_picture: Path, screenshots: Path) -> None:
    path = bao_picture.rename(bao_picture.with_name("鲍 鱼.png"))
    pad = start_pad(str(path))
    pad.wait_for("candidates shown for 0 strokes")
    pad.display.grab().save(screenshots / "real-picture.png")
    pad.press("Return")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")


def test_picture_is_opened_by_the_file_dialog(start_pad: StartPad, bao_picture: Path) -> None:
    pad = start_pad()
    pad.press("ctrl+o")
    pad.answer_file_dialog("Open picture", bao_picture)
    pad.wait_for("candidates shown for 0 strokes")
    pad.focus("HCCR Desktop")
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")


def test_picture_is_pasted_from_another_program(start_pad: StartPad, bao_picture: Path) -> None:
    pad = start_pad()
    other = pad.display.copy_picture(bao_picture)
    try:
        wait_until(
            lambda: "image/png" in pad.display.clipboard_formats(),
            "the other program to own the clipboard",
        )
        pad.press("ctrl+v")
        pad.wait_for("candidates shown for 0 strokes")
        pad.press("1")
        wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    finally:
        other.terminate()
        other.wait(10)


def test_drawing_is_saved_by_the_file_dialog(start_pad: StartPad, bao: Ink, tmp_path: Path) -> None:
    pad = start_pad()
    pad.draw(bao.to_coordinates())
    pad.press("ctrl+s")
    target = tmp_path / "saved.jsonl"
    pad.answer_file_dialog("Save drawing", target)
    wait_until(target.is_file, "the saved drawing")
    stored = json.loads(target.read_text(encoding="utf-8"))
    assert stored["char"] == "鲍"
    # However fast the pointer moved, no point was lost.
    assert [len(stroke) for stroke in stored["strokes"]] == [len(stroke.points) for stroke in bao.strokes]


def test_damaged_picture_gives_a_dialog_and_leaves_the_ink(
    start_pad: StartPad, bao: Ink, tmp_path: Path, screenshots: Path
) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(b"\x89PNG\r\n\x1a\n")
    pad = start_pad()
    pad.draw(bao.to_coordinates())
    pad.press("ctrl+o")
    pad.answer_file_dialog("Open picture", damaged)
    pad.focus("The picture cannot be used")
    pad.display.grab().save(screenshots / "real-damaged.png")
    pad.press("Escape")
    pad.focus("HCCR Desktop")
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")


def test_window_opens_without_a_model_and_says_so(display: Display, tmp_path: Path, screenshots: Path) -> None:
    with Pad(display, tmp_path / "config", "--model", str(tmp_path / "none.onnx")) as pad:
        pad.wait_for("window drawable")
        pad.wait_for(r"no model: .*none\.onnx does not exist")
        pad.focus("HCCR Desktop")
        left, top, side = pad.paper()
        pad.draw_stroke([(0.2, 0.5), (0.8, 0.5)], (left, top, side))
        middle = (left + side // 2, top + side // 2)
        wait_until(lambda: max(display.grab().getpixel(middle)) < 80, "ink on the canvas")
        display.grab().save(screenshots / "real-no-model.png")
        assert pad.quit() == 0
