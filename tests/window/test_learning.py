"""Learning in the real program: by a pick, by "This is …", kept over a restart, listed, deleted; and a damaged file."""

from pathlib import Path

import pytest

from hccr_desktop.domain.ink import Ink
from tests.window.conftest import StartPad
from tests.window.desktop import Pad, wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]


def first_candidate(pad: Pad) -> str:
    """The first of the candidates shown, which Ctrl+Shift+C copies."""
    before = pad.display.clipboard()
    pad.press("ctrl+shift+c")
    pad.wait_until_still()
    return pad.display.clipboard() or before


def test_a_correction_is_learned_used_kept_and_deleted(start_pad: StartPad, bao: Ink, screenshots: Path) -> None:
    pad = start_pad()
    strokes = bao.to_coordinates()
    pad.draw(strokes)
    pad.press("3")
    pad.wait_for("a drawing was learned")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "real-learned.png")
    third = pad.display.clipboard()
    assert third not in ("", "鲍")

    pad.draw(strokes)
    assert first_candidate(pad) == third
    pad.display.grab().save(screenshots / "real-learned-used.png")

    shown = pad.count("candidates shown")
    pad.press("ctrl+shift+t")
    pad.wait_for("candidates shown", count=shown + 1)
    assert first_candidate(pad) == "鲍"

    # "This is …": the drawing on the canvas is read so at once. The clipboard gives the character.
    pad.press("Down", "Down", "ctrl+shift+c")
    wait_until(lambda: pad.display.clipboard() == third, "the third candidate on the clipboard")
    shown = pad.count("candidates shown")
    pad.press("ctrl+t")
    pad.focus("This is…")
    pad.press("ctrl+v")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "real-teach.png")
    pad.press("Return")
    pad.wait_for("a drawing was learned", count=2)
    pad.wait_for("candidates shown", count=shown + 1)
    pad.focus("HCCR Desktop")
    pad.wait_until_still()
    assert first_candidate(pad) == third
    assert pad.quit() == 0

    again = start_pad()
    again.wait_for("learned drawings opened")
    again.draw(strokes)
    again.wait_until_still()
    assert first_candidate(again) == third
    again.press("ctrl+l")
    again.focus("Learned characters")
    again.wait_until_still()
    again.display.grab().save(screenshots / "real-learned-list.png")
    again.press("ctrl+a", "Delete")
    again.wait_until_still()
    again.display.grab().save(screenshots / "real-learned-delete.png")
    shown = again.count("candidates shown")
    again.press("alt+d")
    again.wait_for("candidates shown", count=shown + 1)
    again.focus("Learned characters")
    again.press("Escape")
    again.focus("HCCR Desktop")
    again.wait_until_still()
    assert first_candidate(again) == "鲍"
    assert again.quit() == 0


def test_a_damaged_file_is_set_aside_and_the_pad_works(
    start_pad: StartPad, bao: Ink, tmp_path: Path, screenshots: Path
) -> None:
    folder = tmp_path / "config" / "hccr-desktop"
    folder.mkdir(parents=True)
    (folder / "learned.sqlite").write_bytes(b"no database at all" * 200)
    pad = start_pad()
    wait_until(lambda: (folder / "learned.damaged-1.sqlite").exists(), "the damaged file set aside")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "real-learned-damaged.png")
    pad.draw(bao.to_coordinates())
    assert first_candidate(pad) == "鲍"
    assert pad.quit() == 0
