"""Every source gives the generator what it asks for, and says what is wrong with a file."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.errors import SampleSetError
from hccr_training.config import Data
from hccr_training.dataset import load_banks
from hccr_training.sources import fonts
from hccr_training.sources.banks import ByClass, InkBank, ScanBank
from hccr_training.sources.medians import load_medians
from hccr_training.sources.packed import load_hcl2000, load_ink, load_scans

SHIPPED_FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"


def write_scans(path: Path, characters: str, pictures: list[np.ndarray]) -> None:
    files = [cv2.imencode(".png", picture)[1].ravel() for picture in pictures]
    offset = np.concatenate([[0], np.cumsum([len(file) for file in files])])
    np.savez(path, blob=np.concatenate(files), offset=offset, code=np.array([ord(c) for c in characters]))


def write_medians(folder: Path) -> None:
    folder.mkdir()
    for character in gb2312_level1():
        (folder / f"{character}.json").write_text(json.dumps({"medians": [[[0, 900], [100, 0]]]}), encoding="utf-8")


def test_scans_come_back_by_class_and_unknown_characters_are_left_out(tmp_path):
    pictures = [np.full((4, 3), value, np.uint8) for value in (10, 20, 30)]
    write_scans(tmp_path / "s.npz", "鲍亍啊", pictures)

    bank = load_scans(tmp_path / "s.npz")

    assert bank.classes.tolist() == [gb2312_level1().index("鲍"), 0]
    np.testing.assert_array_equal(bank.picture(1), pictures[2])


def test_ink_bank_keeps_strokes_apart():
    inks = [[np.array([[0, 1], [2, 3]]), np.array([[4, 5]])], [], [np.array([[6, 7], [8, 9], [1, 1]])]]

    bank = InkBank(["啊", "阿", "座"], inks)

    assert bank.classes.tolist() == [0, 3754]  # an ink without strokes is none
    assert [stroke.tolist() for stroke in bank.strokes(0)] == [[[0, 1], [2, 3]], [[4, 5]]]
    assert [stroke.tolist() for stroke in bank.strokes(1)] == [[[6, 7], [8, 9], [1, 1]]]


def test_by_class_finds_every_sample_of_every_bank_once():
    one = ScanBank("啊阿啊", [np.full((1, 1), value, np.uint8) for value in (1, 2, 3)])
    two = ScanBank("阿座", [np.full((1, 1), value, np.uint8) for value in (4, 5)])
    by_class = ByClass([one, two])

    def values(character_class: int) -> list[int]:
        found = [by_class.find(character_class, number) for number in range(by_class.count(character_class))]
        return [int((one, two)[bank].picture(index)[0, 0]) for bank, index in found]

    assert values(0) == [1, 3]
    assert values(1) == [2, 4]
    assert values(3754) == [5]
    assert by_class.count(7) == 0


def test_hcl2000_is_unpacked_and_known_to_be_stretched(tmp_path):
    squares = np.random.default_rng(0).random((3, 64, 64)) < 0.3
    np.savez(tmp_path / "h.npz", bits=np.packbits(squares.reshape(3, -1), axis=1), code=[ord(c) for c in "亍啊座"])

    bank = load_hcl2000(tmp_path / "h.npz")

    assert bank.is_stretched
    assert bank.classes.tolist() == [0, 3754]
    np.testing.assert_array_equal(bank.picture(1), squares[2] * np.uint8(255))


def test_medians_are_turned_to_run_downwards(tmp_path):
    write_medians(tmp_path / "m")

    bank = load_medians(tmp_path / "m")

    assert bank.classes.tolist() == list(range(3755))
    assert bank.strokes(0)[0].tolist() == [[0, 0], [100, 900]]


def test_missing_or_broken_median_names_its_file(tmp_path):
    write_medians(tmp_path / "m")
    (tmp_path / "m" / "鲍.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SampleSetError, match=r"鲍\.json is no file of stroke medians"):
        load_medians(tmp_path / "m")
    (tmp_path / "m" / "鲍.json").unlink()
    with pytest.raises(SampleSetError, match=r"鲍\.json does not exist; training/fetch\.sh"):
        load_medians(tmp_path / "m")


@pytest.mark.parametrize("load", [load_scans, load_hcl2000, load_ink])
def test_sets_kept_for_measuring_are_refused_for_training(load, tmp_path):
    (tmp_path / "val").mkdir()
    with pytest.raises(SampleSetError, match="not for training"):
        load(tmp_path / "val" / "some.npz")


def test_tegaki_is_refused_for_training(tmp_path):
    (tmp_path / "ink_tegaki_ja.jsonl").write_text('{"char": "啊", "strokes": [[[0, 0], [1, 1]]]}\n', encoding="utf-8")
    with pytest.raises(SampleSetError, match="not for training"):
        load_ink(tmp_path / "ink_tegaki_ja.jsonl")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut"])
@pytest.mark.parametrize("load", [load_scans, load_hcl2000])
def test_damaged_archives_are_named(load, content, tmp_path):
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(SampleSetError, match=r"broken\.npz"):
        load(path)


def test_one_unreadable_gnt_among_several_is_left_out_and_told(tmp_path, caplog):
    from tests.training.test_casia import gnt_record

    write_medians(tmp_path / "m")
    (tmp_path / "gnt").mkdir()
    (tmp_path / "gnt" / "good.gnt").write_bytes(gnt_record("啊", np.zeros((2, 2), np.uint8)))
    (tmp_path / "gnt" / "bad.GNT").write_bytes(b"xx")

    banks = load_banks(Data(medians=str(tmp_path / "m"), gnt=(str(tmp_path / "gnt"),)))

    assert [len(bank.classes) for bank in banks.scans] == [1]
    assert "bad.GNT" in caplog.text
    with pytest.raises(SampleSetError, match=r"holds no \.pot file"):
        load_banks(Data(medians=str(tmp_path / "m"), pot=(str(tmp_path / "gnt"),)))


def test_faces_are_told_apart_by_package_and_weight(tmp_path):
    for name in (
        "fontsource-ma-shan-zheng/package/files/ma-shan-zheng-4-400-normal.woff2",
        "fontsource-ma-shan-zheng/package/files/ma-shan-zheng-5-400-normal.woff2",
        "fontsource-yuji-boku/package/files/yuji-boku-japanese-700-normal.woff2",
        "chinese-fonts-jxzk/package/dist/江西拙楷/aa.woff2",
        "deb/wqy-microhei.ttc",
        "deb/KouzanBrushFontSousyo.ttf",
        "deb/readme.txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")

    faces = fonts.find_faces([tmp_path])

    assert {name: len(paths) for name, paths in faces.items()} == {"ma-shan-zheng": 2, "wqy-microhei": 1, "江西拙楷": 1}


def test_face_is_drawn_fitted_and_read_back(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "gb2312_level1", lambda: "啊一鲍")  # three glyphs are enough here
    source = sorted(SHIPPED_FONTS.glob("*.[ot]tf"))[0]

    classes, bits = fonts.draw_face([source])
    np.save(tmp_path / "face.bits.npy", bits)
    np.save(tmp_path / "face.classes.npy", classes)
    ((weight, bank),) = fonts.load_fonts(tmp_path)

    assert weight == 1.0
    assert bank.classes.tolist() == [0, 1, 2]
    for index, is_flat in enumerate([False, True, False]):
        rows, columns = np.nonzero(bank.picture(index))
        height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
        assert 118 <= max(height, width) <= 120
        assert bool(height < width / 4) is is_flat


def test_unreadable_font_is_left_out_and_told(tmp_path, caplog):
    (tmp_path / "broken.ttf").write_bytes(b"nothing")

    classes, bits = fonts.draw_face([tmp_path / "broken.ttf"])

    assert len(classes) == len(bits) == 0
    assert "broken.ttf cannot be read as a font" in caplog.text


def test_empty_or_damaged_font_bank_says_how_to_make_one(tmp_path):
    with pytest.raises(SampleSetError, match="fetch"):
        fonts.load_fonts(tmp_path)
    np.save(tmp_path / "face.bits.npy", np.zeros((2, 2048), np.uint8))
    np.save(tmp_path / "face.classes.npy", np.zeros(3, np.int32))
    with pytest.raises(SampleSetError, match="does not fit its classes"):
        fonts.load_fonts(tmp_path)
