"""CASIA's files are read to the byte, and a damaged one gives what is good and says where it ends."""

import numpy as np
import pytest

from hccr_desktop.errors import SampleSetError
from hccr_training.sources.casia import GNT_HEADER, POT_HEADER, GntBank, PotBank
from hccr_training.sources.labelled import load_labelled

INKS = {
    "啊": [[(10, 20), (30, 40), (50, 60)], [(-5, 7), (0, -1)]],
    "鲍": [[(100, 200)], [(-1, -2), (3, 4)], [(7, 8), (9, 9)]],
    "座": [[(0, 0), (1, 0)]],
}


def gnt_record(character: str, grey: np.ndarray) -> bytes:
    height, width = grey.shape
    size = GNT_HEADER.size + grey.size
    return GNT_HEADER.pack(size, character.encode("gb2312"), width, height) + grey.tobytes()


def pot_record(character: str, strokes: list) -> bytes:
    points = [pair for stroke in strokes for pair in (*stroke, (-1, 0))] + [(-1, -1)]
    body = np.array(points, "<i2").tobytes()
    code = character.encode("gb2312")[::-1] + b"\0\0"
    return POT_HEADER.pack(POT_HEADER.size + len(body), code, len(strokes)) + body


@pytest.fixture
def pictures():
    random = np.random.default_rng(1)
    return {
        name: random.integers(0, 256, shape, np.uint8)
        for name, shape in zip("啊鲍座", [(3, 5), (4, 2), (1, 1)], strict=True)
    }


@pytest.fixture
def gnt_records(pictures):
    return [gnt_record(character, grey) for character, grey in pictures.items()]


@pytest.fixture
def pot_records():
    return [pot_record(character, strokes) for character, strokes in INKS.items()]


def complete_before(records: list[bytes], cut: int) -> int:
    """How many whole records lie before a byte."""
    return int(np.searchsorted(np.cumsum([len(record) for record in records]), cut, side="right"))


def test_gnt_round_trip(gnt_records, pictures, tmp_path):
    path = tmp_path / "字.gnt"
    path.write_bytes(b"".join(gnt_records))

    bank = GntBank(path)

    assert bank.characters == list(pictures)
    assert bank.classes.tolist()[0] == 0
    assert bank.classes.tolist()[2] == 3754
    for index, grey in enumerate(pictures.values()):
        np.testing.assert_array_equal(bank.picture(index), 255 - grey)
    assert bank.fault == ""


def test_pot_round_trip(pot_records, tmp_path):
    path = tmp_path / "字.pot"
    path.write_bytes(b"".join(pot_records))

    bank = PotBank(path)

    assert bank.characters == list(INKS)
    for index, strokes in enumerate(INKS.values()):
        read = bank.strokes(index)
        assert len(read) == len(strokes)
        for got, expected in zip(read, strokes, strict=True):
            np.testing.assert_array_equal(got, np.array(expected, np.float32))


@pytest.mark.parametrize(("bank", "suffix"), [(GntBank, "gnt"), (PotBank, "pot")])
def test_file_cut_at_any_byte_gives_the_whole_records_before(bank, suffix, gnt_records, pot_records, tmp_path):
    records = gnt_records if suffix == "gnt" else pot_records
    content = b"".join(records)
    ends = np.cumsum([len(record) for record in records]).tolist()
    path = tmp_path / f"cut.{suffix}"
    for cut in range(1, len(content)):
        path.write_bytes(content[:cut])
        whole = complete_before(records, cut)
        if whole == 0:
            with pytest.raises(SampleSetError, match=r"cut\.(gnt|pot) is cut off .* byte 0"):
                bank(path)
            continue
        opened = bank(path)
        assert opened.characters == list("啊鲍座")[:whole]
        if cut in ends:
            assert opened.fault == ""
        else:
            assert str(path) in opened.fault
            assert f"at byte {ends[whole - 1]}" in opened.fault


@pytest.mark.parametrize(("bank", "suffix"), [(GntBank, "gnt"), (PotBank, "pot")])
def test_any_overwritten_byte_leaves_the_records_before_it(bank, suffix, gnt_records, pot_records, tmp_path):
    records = gnt_records if suffix == "gnt" else pot_records
    content = b"".join(records)
    path = tmp_path / f"damaged.{suffix}"
    for at in range(len(records[0]), len(content)):
        damaged = bytearray(content)
        damaged[at] ^= 0xFF
        path.write_bytes(bytes(damaged))
        opened = bank(path)
        whole = complete_before(records, at)
        assert opened.characters[:whole] == list("啊鲍座")[:whole]
        for index in range(len(opened.classes)):  # what was indexed can be read
            assert len(opened.picture(index) if suffix == "gnt" else opened.strokes(index)) > 0


def test_codes_outside_level_1_are_left_out(gnt_records, pictures, tmp_path):
    grey = pictures["啊"]
    level_2, symbol = gnt_record("亍", grey), gnt_record("、", grey)
    undefined = bytearray(gnt_record("啊", grey))
    undefined[4:6] = b"\xd7\xfa"  # an empty cell of the standard
    path = tmp_path / "more.gnt"
    path.write_bytes(gnt_records[0] + level_2 + symbol + bytes(undefined) + gnt_records[1])

    bank = GntBank(path)

    assert bank.characters == ["啊", "鲍"]
    np.testing.assert_array_equal(bank.picture(1), 255 - pictures["鲍"])


def test_pot_record_with_a_wrong_stroke_count_is_a_fault(pot_records, tmp_path):
    wrong = bytearray(pot_records[1])
    wrong[6:8] = (5).to_bytes(2, "little")
    path = tmp_path / "count.pot"
    path.write_bytes(pot_records[0] + bytes(wrong) + pot_records[2])

    bank = PotBank(path)

    assert bank.characters == ["啊"]
    assert bank.fault.endswith(f"at byte {len(pot_records[0])}: 3 strokes, not 5.")


def test_fault_is_told_in_the_log(gnt_records, tmp_path, caplog):
    path = tmp_path / "cut.gnt"
    path.write_bytes(gnt_records[0] + gnt_records[1][:-1])

    GntBank(path)

    assert f"cut off within the record at byte {len(gnt_records[0])}" in caplog.text
    assert "1 good records before it are used" in caplog.text


@pytest.mark.parametrize("bank", [GntBank, PotBank])
def test_missing_empty_and_foreign_files_are_refused(bank, tmp_path):
    with pytest.raises(SampleSetError, match="cannot be read"):
        bank(tmp_path / "none")
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(SampleSetError, match="is empty"):
        bank(tmp_path / "empty")
    (tmp_path / "text").write_bytes(b"this is no file of characters at all")
    with pytest.raises(SampleSetError, match="byte 0"):
        bank(tmp_path / "text")


def test_casia_files_can_be_measured_on(gnt_records, pot_records, pictures, tmp_path):
    (tmp_path / "a.gnt").write_bytes(b"".join(gnt_records))
    (tmp_path / "a.pot").write_bytes(b"".join(pot_records))

    scans, inks = load_labelled(tmp_path / "a.gnt"), load_labelled(tmp_path / "a.pot", limit=2)

    assert (scans.kind, inks.kind) == ("page", "ink")
    assert [sample.character for sample in scans.samples] == list("啊鲍座")
    assert [sample.character for sample in inks.samples] == ["啊", "座"]
    assert inks.samples[0].to_model_image().shape == (96, 96)
