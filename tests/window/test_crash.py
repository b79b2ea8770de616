"""The real program dies, and its next start gives back what was drawn and written."""

import json
import signal
from pathlib import Path

import pytest

from hccr_desktop.domain.ink import Ink
from tests.window.conftest import StartPad
from tests.window.desktop import LIMIT_S, Pad, wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]


def data_folder(tmp_path: Path) -> Path:
    return tmp_path / "config" / "hccr-desktop"


def stroke_count(file: Path) -> int:
    return len(json.loads(file.read_text(encoding="utf-8"))["strokes"]) if file.exists() else 0


def crash(pad: Pad, fault: signal.Signals) -> None:
    pad.process.send_signal(fault)
    assert pad.process.wait(LIMIT_S) == -fault


def test_crash_gives_drawing_and_text_back(start_pad: StartPad, bao: Ink, tmp_path: Path, screenshots: Path) -> None:
    pad = start_pad()
    folder = data_folder(tmp_path)
    pad.draw(bao.to_coordinates())
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    pad.draw(bao.to_coordinates())
    wait_until(lambda: stroke_count(folder / "drawing.json") == 13, "the drawing in its file")
    wait_until((folder / "compose.json").exists, "the text in its file")
    crash(pad, signal.SIGSEGV)
    assert "Fatal Python error: Segmentation fault" in (folder / "crash.log").read_text(encoding="utf-8")

    again = start_pad()
    again.wait_until_still()
    again.display.grab().save(screenshots / "crash-offer.png")
    report = tmp_path / "report.txt"
    again.press("alt+s")
    again.answer_file_dialog("Save report", report)
    wait_until(report.exists, "the report")
    text = report.read_text(encoding="utf-8")
    assert "Segmentation fault" in text
    assert "鲍" not in text
    again.focus("HCCR Desktop")
    again.press("alt+r")
    again.wait_for("candidates shown for 13 strokes")
    again.press("1")
    wait_until(lambda: "鲍鲍" in (folder / "compose.json").read_text(encoding="utf-8"), "both characters in the text")
    again.wait_until_still()
    again.display.grab().save(screenshots / "crash-restored.png")
    assert again.quit() == 0
    assert not list(folder.glob("drawing*"))
    assert not (folder / "crash.log").exists()


def test_end_without_warning_offers_the_drawing_until_it_is_discarded(
    start_pad: StartPad, bao: Ink, tmp_path: Path, screenshots: Path
) -> None:
    pad = start_pad()
    folder = data_folder(tmp_path)
    pad.draw(bao.to_coordinates()[:5])
    wait_until(lambda: stroke_count(folder / "drawing.json") == 5, "the drawing in its file")
    crash(pad, signal.SIGKILL)

    second = start_pad()
    assert stroke_count(folder / "drawing.lost.json") == 5
    second.wait_until_still()
    second.display.grab().save(screenshots / "crash-unfinished.png")
    assert second.quit() == 0
    assert stroke_count(folder / "drawing.lost.json") == 5

    third = start_pad()
    third.press("alt+i")
    wait_until(lambda: not (folder / "drawing.lost.json").exists(), "the drawing to be discarded")
    assert third.quit() == 0


def test_window_that_is_closed_keeps_no_drawing(start_pad: StartPad, bao: Ink, tmp_path: Path) -> None:
    pad = start_pad()
    folder = data_folder(tmp_path)
    pad.draw(bao.to_coordinates()[:2])
    wait_until(lambda: stroke_count(folder / "drawing.json") == 2, "the drawing in its file")
    assert pad.quit() == 0
    assert not list(folder.glob("drawing*"))
