"""Faults of the machine, one by one, under the real program: it opens, recognizes, and says what does not work."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hccr_desktop.domain.ink import Ink
from tests.window.conftest import StartPad
from tests.window.desktop import Display, Pad, wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]

GIGABYTE = 1 << 30


def draw_and_pick(pad: Pad, bao: Ink) -> None:
    pad.draw(bao.to_coordinates())
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")


def test_read_only_home(start_pad: StartPad, bao: Ink, screenshots: Path) -> None:
    """Below /proc not even root can make a file."""
    pad = start_pad(XDG_CONFIG_HOME="/proc/none", XDG_DATA_HOME="/proc/none", HOME="/proc/none")
    draw_and_pick(pad, bao)
    pad.wait_for("The text cannot be kept")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "fault-read-only-home.png")
    assert "Traceback" not in pad.log
    assert pad.quit() == 0


def test_full_disk(start_pad: StartPad, bao: Ink, tmp_path: Path, screenshots: Path) -> None:
    """No file may have a byte: the system refuses every byte, as a full disk does, to root as well."""
    pad = start_pad(launcher=("prlimit", "--fsize=0"))
    draw_and_pick(pad, bao)
    pad.wait_for("The text cannot be kept")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "fault-full-disk.png")
    assert "Traceback" not in pad.log
    assert pad.quit() == 0
    kept = [file for file in (tmp_path / "config").rglob("*") if file.is_file() and file.stat().st_size]
    assert kept == []


def test_no_fonts(start_pad: StartPad, bao: Ink, tmp_path: Path, screenshots: Path) -> None:
    """A system without a single font: the program's own draws everything."""
    (tmp_path / "fonts").mkdir()
    configuration = tmp_path / "fonts.conf"
    configuration.write_text(
        f'<?xml version="1.0"?><fontconfig><dir>{tmp_path / "fonts"}</dir></fontconfig>', encoding="utf-8"
    )
    pad = start_pad(FONTCONFIG_FILE=str(configuration), FONTCONFIG_PATH=str(tmp_path))
    pad.draw(bao.to_coordinates())
    pad.wait_until_still()
    picture = pad.display.grab()
    picture.save(screenshots / "fault-no-fonts.png")
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    menu_bar = np.asarray(picture.convert("L"))[:24, :300]
    assert (menu_bar < 128).sum() > 100, "the menu bar has no text"
    assert pad.quit() == 0


def test_one_gigabyte_of_memory(start_pad: StartPad, bao: Ink, tmp_path: Path, screenshots: Path) -> None:
    """A gigabyte of data (RLIMIT_DATA: all memory of its own that is not backed by a file).

    Libraries and their address space are not counted, nor are they in a machine's free memory.
    """
    huge = tmp_path / "huge.png"
    Image.fromarray(np.full((12_000, 12_000), 255, np.uint8)).save(huge)
    pad = start_pad(launcher=("prlimit", f"--data={GIGABYTE}"))
    pad.draw(bao.to_coordinates())
    pad.press("ctrl+o")
    pad.answer_file_dialog("Open picture", huge)
    pad.focus("The picture cannot be used")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "fault-memory.png")
    pad.press("Escape")
    pad.focus("HCCR Desktop")
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    assert pad.quit() == 0


def test_locale_c_reads_and_copies_chinese(start_pad: StartPad, bao: Ink, tmp_path: Path) -> None:
    from hccr_desktop.gui.drawing_files import picture_of

    folder = tmp_path / "图片"
    folder.mkdir()
    picture_of(bao).save(str(folder / "鲍 鱼.png"))
    pad = start_pad(str(folder / "鲍 鱼.png"), LC_ALL="C", LANG="C")
    pad.wait_for("candidates shown for 0 strokes")
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    draw_and_pick(pad, bao)
    assert pad.quit() == 0
    assert "鲍鲍" in (tmp_path / "config" / "hccr-desktop" / "compose.json").read_text(encoding="utf-8")


def test_file_name_of_another_encoding(start_pad: StartPad, bao: Ink, tmp_path: Path) -> None:
    from hccr_desktop.gui.drawing_files import picture_of

    picture_of(bao).save(str(tmp_path / "bao.png"))
    name = os.fsdecode(b"\xb1\xab.png")  # in GBK
    (tmp_path / "bao.png").rename(tmp_path / name)
    pad = start_pad(str(tmp_path / name))
    pad.wait_for("candidates shown for 0 strokes")
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    assert pad.quit() == 0


def test_clipboard_that_another_program_owns_is_taken_over(
    start_pad: StartPad, display: Display, bao: Ink, tmp_path: Path
) -> None:
    from hccr_desktop.gui.drawing_files import picture_of

    picture = tmp_path / "other.png"
    picture_of(bao).save(str(picture))
    pad = start_pad()
    pad.draw(bao.to_coordinates())
    other = display.copy_picture(picture)
    try:
        wait_until(lambda: "image/png" in display.clipboard_formats(), "the other program to own the clipboard")
        assert "鲍" not in display.clipboard()
        pad.press("1")
        wait_until(lambda: display.clipboard() == "鲍", "鲍 on the clipboard")
    finally:
        other.terminate()
        other.wait(10)
    assert pad.quit() == 0


def test_model_that_is_deleted_while_the_program_runs(
    start_pad: StartPad, bao: Ink, tmp_path: Path, model_path: Path, screenshots: Path
) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(model_path.read_bytes())
    pad = start_pad("--model", str(model))
    model.unlink()
    pad.draw(bao.to_coordinates())
    pad.press("ctrl+h")
    pad.wait_for(r"no heat map: .*model\.onnx")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "fault-model-gone.png")
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    assert pad.quit() == 0
