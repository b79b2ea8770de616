"""One test for each flaw of the seed program that this one set out to beat (the blocking window: tests/gui)."""

import json

import numpy as np
import pytest
from PIL import Image

from hccr_desktop import cli
from hccr_desktop.errors import EmptyInkError
from hccr_desktop.imaging.files import read_page_image
from hccr_desktop.imaging.normalize import normalize


def upright_bar() -> Image.Image:
    page = Image.new("L", (60, 90), 255)
    page.paste(0, (26, 10, 34, 80))
    return page


def recognize(tiny_model, capsys, *arguments):
    code = cli.main(["recognize", *map(str, arguments), "--model", str(tiny_model), "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("suffix", [".PNG", ".Png", ".JPG", ".JPEG", ".TIF", ".WebP", ".BMP", ".gif"])
def test_a_folder_gives_pictures_in_any_letter_case(tiny_model, capsys, tmp_path, suffix):
    format_name = {".jpg": "JPEG", ".tif": "TIFF"}.get(suffix.lower(), suffix.lower()[1:].upper())
    upright_bar().save(tmp_path / f"page{suffix}", format_name)

    code, records = recognize(tiny_model, capsys, tmp_path)

    assert code == 0
    assert [record["file"] for record in records] == [str(tmp_path / f"page{suffix}")]


@pytest.mark.parametrize("count", ["0", "-1", "3756", "1.5", "many", ""])
def test_a_count_out_of_range_is_refused(tiny_model, capsys, count):
    with pytest.raises(SystemExit) as caught:
        cli.main(["recognize", "x.png", f"-n={count}", "--model", str(tiny_model)])

    assert caught.value.code == 2
    assert "whole number from 1 to 3755" in capsys.readouterr().err


def test_more_candidates_than_classes_are_no_crash(tiny_model, capsys, tmp_path):
    upright_bar().save(tmp_path / "a.png")

    _, records = recognize(tiny_model, capsys, tmp_path / "a.png", "-n", 3755)

    assert len(records[0]["characters"][0]["candidates"]) == 8  # all that the tiny model has


def test_one_unreadable_file_costs_no_other(tiny_model, capsys, tmp_path):
    for name in ("a.png", "c.png"):
        upright_bar().save(tmp_path / name)
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")

    code, records = recognize(tiny_model, capsys, tmp_path)

    assert code == 1
    assert [record["error"] is None for record in records] == [True, False, True]
    assert [len(record["characters"]) for record in records] == [1, 0, 1]


def test_transparency_is_paper_and_not_black(tmp_path):
    page = upright_bar()
    ink_only = Image.new("RGBA", page.size, (0, 0, 0, 0))
    ink_only.paste((0, 0, 0, 255), (26, 10, 34, 80))
    ink_only.save(tmp_path / "a.png")
    page.save(tmp_path / "b.png")

    transparent, white = (normalize(read_page_image(tmp_path / name)) for name in ("a.png", "b.png"))

    assert np.array_equal(transparent, white)


def test_a_photo_is_turned_as_exif_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn the stored picture a quarter to the right
    upright_bar().transpose(Image.Transpose.ROTATE_90).save(tmp_path / "a.png", exif=exif)

    assert np.array_equal(read_page_image(tmp_path / "a.png"), np.asarray(upright_bar()))


def test_margins_are_cropped():
    page = np.asarray(upright_bar())
    with_margin = np.pad(page, 200, constant_values=255)

    assert np.array_equal(normalize(with_margin), normalize(page))


def test_a_blank_page_is_no_answer(tiny_model, capsys, tmp_path):
    Image.new("L", (80, 80), 255).save(tmp_path / "blank.png")

    code, records = recognize(tiny_model, capsys, tmp_path / "blank.png")

    assert code == 1
    assert records[0]["characters"] == []
    assert "no ink" in records[0]["error"]
    with pytest.raises(EmptyInkError):
        normalize(np.full((80, 80), 255, np.uint8))
