"""The committed files: complete, right where a person can tell, and failing with a sentence."""

import json
import shutil
import unicodedata
from pathlib import Path

import pytest

from hccr_desktop import paths
from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.errors import LexiconError
from hccr_desktop.lexicon.entry import GLOSS_LENGTH, Entry, Radical, Sense
from hccr_desktop.lexicon.lexicon import DICTIONARY_NAME, SEARCH_KEY, STROKES_NAME, Lexicon
from hccr_desktop.lexicon.packed_file import Kind, PackedFile, pack
from hccr_desktop.lexicon.pinyin import syllable_key


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.open()


@pytest.fixture(scope="module")
def entries(lexicon: Lexicon) -> dict[str, Entry]:
    found = {character: lexicon.entry(character) for character in gb2312_level1()}
    return {character: entry for character, entry in found.items() if entry is not None}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in (DICTIONARY_NAME, STROKES_NAME):
        shutil.copy(paths.lexicon_dir() / name, tmp_path)
    return tmp_path


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)


def test_every_character_has_an_entry(entries):
    assert len(entries) == 3755
    assert not [character for character, entry in entries.items() if entry.character != character]


def test_every_character_has_readings_of_one_syllable(entries):
    def is_syllable(reading: str) -> bool:
        letters = [sign for sign in unicodedata.normalize("NFD", reading) if sign not in "\u0300\u0301\u0304\u030c"]
        return unicodedata.normalize("NFC", "".join(letters)).replace("ü", "v").isascii() and len(letters) > 0

    assert not [character for character, entry in entries.items() if not entry.readings]
    assert not [entry for entry in entries.values() if not all(map(is_syllable, entry.readings))]
    assert not [entry for entry in entries.values() if len(set(entry.readings)) < len(entry.readings)]


def test_every_gloss_fits_on_a_line_and_is_whole(entries):
    assert not [entry for entry in entries.values() if not 1 < len(entry.gloss) <= GLOSS_LENGTH]
    assert not [entry for entry in entries.values() if entry.gloss.count("(") != entry.gloss.count(")")]
    assert not [entry for entry in entries.values() if entry.gloss[-1] in ";,: "]


def test_every_character_has_senses_radical_and_traditional_forms(entries):
    assert not [entry for entry in entries.values() if not entry.senses or not all(s.meanings for s in entry.senses)]
    assert not [entry for entry in entries.values() if not 1 <= entry.radical.number <= 214]
    assert not [entry for entry in entries.values() if not entry.traditional]


def test_no_markup_of_the_sources_is_left(entries):
    meanings = [meaning for entry in entries.values() for sense in entry.senses for meaning in sense.meanings]

    assert not [meaning for meaning in meanings if any(sign in meaning for sign in "[]|/")]


def test_every_character_has_a_stroke_order_that_agrees_with_its_stroke_count(lexicon, entries):
    wrong = {}
    for character, entry in entries.items():
        order = lexicon.stroke_order(character)
        if order is None or len(order.strokes) != entry.stroke_count:
            wrong[character] = order

    assert wrong == {}


def test_every_stroke_lies_in_the_square_and_is_closed(lexicon):
    for character in gb2312_level1():
        for stroke in lexicon.stroke_order(character).strokes:
            verbs = "".join(command.verb for command in stroke.outline)
            points = [point for command in stroke.outline for point in command.points] + list(stroke.median)
            assert (verbs[0], verbs[-1], verbs.count("M"), verbs.count("Z")) == ("M", "Z", 1, 1)
            assert len(stroke.median) >= 2
            assert all(0 <= value <= 1 for point in points for value in point), character


@pytest.mark.parametrize(
    ("character", "readings"),
    [
        ("鲍", ("bào",)),
        ("行", ("xíng", "háng", "héng")),
        ("女", ("nǚ",)),
        ("绿", ("lǜ", "lù")),
        ("了", ("le", "liǎo")),
        ("子", ("zi", "zǐ")),
        ("谁", ("shéi", "shuí")),
        ("着", ("zhe", "zháo", "zhuó", "zhāo")),
        ("儿", ("ér",)),
        ("迹", ("jì",)),
        ("一", ("yī",)),
    ],
)
def test_known_readings_come_in_order_of_frequency(entries, character, readings):
    assert entries[character].readings == readings


@pytest.mark.parametrize(
    ("character", "gloss"),
    [
        ("鲍", "abalone; surname"),
        ("鸵", "ostrich"),
        ("发", "to send out; hair"),
        ("了", "(completed action marker); to finish"),
        ("蝴", "butterfly"),
        ("行", "to walk; to go; to travel; a visit; row"),
    ],
)
def test_known_glosses(entries, character, gloss):
    assert entries[character].gloss == gloss


def test_an_entry_in_full(entries):
    assert entries["鲍"] == Entry(
        character="鲍",
        readings=("bào",),
        gloss="abalone; surname",
        senses=(Sense("bào", "鮑", ("abalone", "surname Bao")),),
        radical=Radical(195, "鱼", 5),
        stroke_count=13,
        traditional=("鮑",),
    )
    assert entries["鲍"].code_point == 0x9C8D
    assert entries["鲍"].long_gloss == "bào: abalone; surname Bao"


def test_traditional_forms_of_merged_characters(entries):
    assert entries["发"].traditional == ("發", "髮")
    assert set(entries["干"].traditional) == {"乾", "幹", "干"}
    assert entries["人"].traditional == ("人",)
    assert [(sense.reading, sense.traditional) for sense in entries["发"].senses] == [("fā", "發"), ("fà", "髮")]


def test_references_are_written_for_people(entries):
    meanings = [meaning for sense in entries["了"].senses for meaning in sense.meanings]

    assert "variant of 瞭 (liǎo)" in meanings


def test_ten_is_a_bar_from_the_left_and_then_one_from_the_top(lexicon):
    bar, pole = (stroke.median for stroke in lexicon.stroke_order("十").strokes)

    assert bar[0][0] < 0.3 < 0.7 < bar[-1][0]
    assert pole[0][1] < 0.3 < 0.7 < pole[-1][1]


@pytest.mark.parametrize("text", ["", "囍", "鮑", "a", "鲍鱼", "\0", "\U0010ffff"])
def test_other_text_is_not_found(lexicon, text):
    assert lexicon.entry(text) is None
    assert lexicon.stroke_order(text) is None


@pytest.mark.parametrize("queries", [("bào", "bao4", "BAO4", " bao４ "), ("lǜ", "lü4", "lv4", "lu:4"), ("nüè", "nue4")])
def test_all_ways_of_typing_find_the_same(lexicon, queries):
    answers = {lexicon.find_by_pinyin(query) for query in queries}

    assert len(answers) == 1
    assert answers.pop()


def test_a_search_with_a_tone_gives_the_frequent_ones_first(lexicon):
    found = "".join(entry.character for entry in lexicon.find_by_pinyin("bao4"))

    assert found.startswith("报")
    assert "鲍" in found
    assert found.index("报") < found.index("抱") < found.index("鲍")


def test_a_search_without_a_tone_is_that_of_all_tones(lexicon):
    def find(query: str) -> set[str]:
        return {entry.character for entry in lexicon.find_by_pinyin(query)}

    assert find("bao") == find("bao1") | find("bao2") | find("bao3") | find("bao4")
    assert {"吗", "妈", "马", "骂"} <= find("ma")
    assert find("ma5") == {entry.character for entry in lexicon.find_by_pinyin("ma0")}
    assert lexicon.find_by_pinyin("de")[0].character == "的"


def test_a_rare_reading_does_not_lead_its_search(lexicon):
    found = [entry.character for entry in lexicon.find_by_pinyin("lu4")]

    assert found[0] == "路"
    assert found.index("路") < found.index("绿")


@pytest.mark.parametrize("query", ["", "xyz", "鲍", "bao5", "bao4 yu2", "%", "brr"])
def test_a_search_for_nothing_finds_nothing(lexicon, query):
    assert lexicon.find_by_pinyin(query) == ()


def test_every_reading_can_be_searched(lexicon, entries):
    expected: dict[str, set[str]] = {}
    for character, entry in entries.items():
        for reading in entry.readings:
            expected.setdefault(syllable_key(reading), set()).add(character)

    assert {key: {e.character for e in lexicon.find_by_pinyin(key)} for key in expected} == expected


def test_a_missing_dictionary_is_a_sentence(tmp_path):
    with pytest.raises(LexiconError, match=r"^dictionary\.bin cannot be read\.$"):
        Lexicon.open(tmp_path)


def test_missing_strokes_leave_the_readings(copied):
    (copied / STROKES_NAME).unlink()
    lexicon = Lexicon.open(copied)

    assert lexicon.entry("鲍").readings == ("bào",)
    with pytest.raises(LexiconError, match=r"^strokes\.bin cannot be read\.$"):
        lexicon.stroke_order("鲍")


@pytest.mark.parametrize("name", [DICTIONARY_NAME, STROKES_NAME])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_truncated_file_is_a_sentence(copied, name, share):
    path = copied / name
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(LexiconError, match=rf"^{name} is damaged; installing the program again brings it back\.$"):
        Lexicon.open(copied).stroke_order("鲍")


@pytest.mark.parametrize("place", [0, 12, 30, 3000, 40_000])
def test_a_flipped_bit_before_the_records_is_noticed_at_opening(copied, place):
    flip(copied / DICTIONARY_NAME, place)

    with pytest.raises(LexiconError, match="damaged"):
        Lexicon.open(copied)


def test_a_flipped_bit_in_a_record_harms_that_record_alone(copied):
    flip(copied / STROKES_NAME, -1)  # 龟, U+9F9F, has the highest code point
    flip(copied / DICTIONARY_NAME, -1)  # the search index comes after all characters
    lexicon = Lexicon.open(copied)

    assert lexicon.stroke_order("鲍") is not None
    with pytest.raises(LexiconError, match=r"^strokes\.bin is damaged"):
        lexicon.stroke_order("龟")
    assert lexicon.entry("龟") is not None
    with pytest.raises(LexiconError, match=r"^dictionary\.bin is damaged"):
        lexicon.find_by_pinyin("gui1")


def test_swapped_files_are_refused(copied):
    shutil.copy(copied / STROKES_NAME, copied / DICTIONARY_NAME)

    with pytest.raises(LexiconError, match="damaged"):
        Lexicon.open(copied)


def test_records_of_another_form_are_a_sentence(tmp_path):
    records = {ord("鲍"): b"[1,2]", ord("人"): b"3", ord("一"): b"{", ord("丁"): b"\xff"}
    (tmp_path / DICTIONARY_NAME).write_bytes(pack(Kind.DICTIONARY, records, ""))
    (tmp_path / STROKES_NAME).write_bytes(pack(Kind.STROKES, records, ""))
    lexicon = Lexicon.open(tmp_path)

    for character in "鲍人一丁":
        with pytest.raises(LexiconError, match=r"^dictionary\.bin is of another version of this program\.$"):
            lexicon.entry(character)
        with pytest.raises(LexiconError, match=r"^strokes\.bin is of another version of this program\.$"):
            lexicon.stroke_order(character)
    with pytest.raises(LexiconError, match="another version"):
        lexicon.find_by_pinyin("bao")


def test_a_record_survives(entries):
    assert Entry.from_record("行", entries["行"].to_record()) == entries["行"]


def test_the_files_are_small_and_say_their_licence():
    folder = paths.lexicon_dir()

    assert sum(file.stat().st_size for file in folder.iterdir()) <= 10_000_000
    dictionary = PackedFile.open(folder / DICTIONARY_NAME, Kind.DICTIONARY)
    strokes = PackedFile.open(folder / STROKES_NAME, Kind.STROKES)
    assert "Attribution-ShareAlike 4.0" in dictionary.notice
    assert "Unicode, Inc." in dictionary.notice
    assert "Arphic Public License" in strokes.notice
    assert "THIS FILE HAS BEEN CHANGED, on 20" in strokes.notice
    assert "@" not in dictionary.notice + strokes.notice
    assert json.loads(dictionary.read(SEARCH_KEY))["lv4"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("CC-CEDICT", "Attribution-ShareAlike 4.0 International"),
        ("hanzi-writer-data", "ARPHIC PUBLIC LICENSE"),
        ("Unihan", "UNICODE, INC. LICENSE AGREEMENT"),
        ("pypinyin", "Copyright (c) 2016 mozillazg"),
        ("jieba", "Copyright (c) 2013 Sun Junyi"),
    ],
)
def test_the_licence_of_each_source_comes_with_the_program(name, sentence):
    assert sentence in (paths.licenses_dir() / f"{name}.txt").read_text("utf-8")


def test_arphics_licence_lies_beside_its_data():
    licence = (paths.lexicon_dir() / "ARPHICPL.TXT").read_text("ascii")

    assert licence.startswith("ARPHIC PUBLIC LICENSE")
    assert licence.strip() in (paths.licenses_dir() / "hanzi-writer-data.txt").read_text("utf-8")
