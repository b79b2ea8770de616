from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hccr_desktop.errors import LexiconError
from hccr_desktop.lexicon.packed_file import Kind, PackedFile, pack

RECORDS = {0x4E00: b"one" * 20, 0: b"about the whole", 0x9C8D: b"", 0x20000: bytes(range(256))}


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "some.bin"
    path.write_bytes(pack(Kind.STROKES, RECORDS, "Licence: none\n"))
    return path


def damage(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def test_every_record_comes_back(packed):
    file = PackedFile.open(packed, Kind.STROKES)

    assert file.keys == tuple(sorted(RECORDS))
    assert {key: file.read(key) for key in file.keys} == RECORDS
    assert file.notice == "Licence: none\n"


def test_a_key_without_a_record_is_none(packed):
    file = PackedFile.open(packed, Kind.STROKES)

    assert [file.read(key) for key in (1, 0x4E01, 0xFFFFFFFF)] == [None, None, None]
    assert file.read_many([5, 0x9C8D, 0]) == {0x9C8D: b"", 0: RECORDS[0]}


def test_an_empty_file_of_records_opens(tmp_path):
    path = tmp_path / "empty.bin"
    path.write_bytes(pack(Kind.STROKES, {}, ""))

    assert PackedFile.open(path, Kind.STROKES).read(0x4E00) is None


@given(st.dictionaries(st.integers(0, 2**32 - 1), st.binary(max_size=40), max_size=8), st.randoms())
def test_the_bytes_do_not_depend_on_the_order_of_the_records(records, random):
    shuffled = list(records.items())
    random.shuffle(shuffled)

    assert pack(Kind.DICTIONARY, dict(shuffled), "n") == pack(Kind.DICTIONARY, records, "n")


def test_the_notice_can_be_read_in_any_viewer(packed):
    assert b"Licence: none\n" in packed.read_bytes()[:100]


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(LexiconError, match=r"^gone\.bin cannot be read\.$"):
        PackedFile.open(tmp_path / "gone.bin", Kind.STROKES)


def test_a_folder_is_a_sentence(tmp_path):
    with pytest.raises(LexiconError, match=r"cannot be read\.$"):
        PackedFile.open(tmp_path, Kind.STROKES)


def test_a_file_removed_after_opening_is_a_sentence(packed):
    file = PackedFile.open(packed, Kind.STROKES)
    packed.unlink()

    with pytest.raises(LexiconError, match=r"^some\.bin cannot be read\.$"):
        file.read(0x4E00)


def test_any_truncation_is_noticed_at_opening(packed):
    content = packed.read_bytes()

    for length in range(len(content)):
        damage(packed, content[:length])
        with pytest.raises(
            LexiconError, match=r"^some\.bin is damaged; installing the program again brings it back\.$"
        ):
            PackedFile.open(packed, Kind.STROKES)


def test_bytes_after_the_end_are_noticed(packed):
    damage(packed, packed.read_bytes() + b"\0")

    with pytest.raises(LexiconError, match="damaged"):
        PackedFile.open(packed, Kind.STROKES)


def test_any_flipped_bit_is_noticed_by_the_time_its_record_is_read(packed):
    content = packed.read_bytes()

    for place in range(len(content)):
        for bit in (1, 0x80):
            flipped = bytearray(content)
            flipped[place] ^= bit
            damage(packed, bytes(flipped))
            with pytest.raises(LexiconError, match=r"^some\.bin is "):
                PackedFile.open(packed, Kind.STROKES).read_many(RECORDS)


def test_damage_in_one_record_leaves_the_others(packed):
    content = bytearray(packed.read_bytes())
    content[-1] ^= 1  # the last record is that of the largest key
    damage(packed, bytes(content))
    file = PackedFile.open(packed, Kind.STROKES)

    assert file.read(0x4E00) == RECORDS[0x4E00]
    with pytest.raises(LexiconError, match="damaged"):
        file.read(0x20000)


def test_another_kind_or_version_is_refused(packed):
    with pytest.raises(LexiconError, match="damaged"):
        PackedFile.open(packed, Kind.DICTIONARY)
    content = bytearray(packed.read_bytes())
    content[8] = 2
    damage(packed, bytes(content))

    with pytest.raises(LexiconError, match=r"^some\.bin is of another version of this program\.$"):
        PackedFile.open(packed, Kind.STROKES)
