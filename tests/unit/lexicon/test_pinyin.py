import pytest

from hccr_desktop.lexicon.pinyin import mark_tone, mark_word, query_key, syllable_key


@pytest.mark.parametrize(
    ("numbered", "marked"),
    [
        ("bao4", "bào"),
        ("lu:4", "lǜ"),
        ("lv4", "lǜ"),
        ("nu:e4", "nüè"),
        ("xiu1", "xiū"),
        ("gui4", "guì"),
        ("kou3", "kǒu"),
        ("xiong2", "xióng"),
        ("er2", "ér"),
        ("ma5", "ma"),
        ("r5", "r"),
        ("ng2", "ńg"),
        ("m4", "m̀"),
        ("Bei3", "Běi"),
        ("E2", "É"),
        ("Lu:3", "Lǚ"),
        ("C", "C"),
        ("xx5", "xx"),
        (",", ","),
    ],
)
def test_tone_numbers_become_marks(numbered, marked):
    assert mark_tone(numbered) == marked


@pytest.mark.parametrize(
    ("numbered", "marked"),
    [
        ("ma3 fei1", "mǎfēi"),
        ("Xi1 an1", "Xī'ān"),
        ("hai3 ou1", "hǎi'ōu"),
        ("na3 r5", "nǎr"),
        ("Xun1 yu4", "Xūnyù"),
        ("", ""),
    ],
)
def test_words_are_written_as_one(numbered, marked):
    assert mark_word(numbered) == marked


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("bao4", "bao4"),
        ("bào", "bao4"),
        ("ba\u0300o", "bao4"),
        ("BÀO", "bao4"),
        (" bao ", "bao"),
        ("lv4", "lv4"),
        ("lü4", "lv4"),
        ("lu:4", "lv4"),
        ("lǜ", "lv4"),
        ("lü", "lv"),
        ("lu4", "lu4"),
        ("nve4", "nve4"),
        ("nue4", "nve4"),
        ("jü2", "ju2"),
        ("xv", "xu"),
        ("yvan2", "yuan2"),
        ("ma5", "ma5"),
        ("ma0", "ma5"),
        ("ma", "ma"),
        ("bao４", "bao4"),
    ],
)
def test_what_people_type_becomes_a_key(typed, key):
    assert query_key(typed) == key


@pytest.mark.parametrize("typed", ["", " ", "4", "鲍", "bao44", "bào4", "bao6", "bao4yu2", "ba o", "<b>", "\0", "ɑ̈"])
def test_what_is_no_syllable_has_no_key(typed):
    assert query_key(typed) is None


def test_a_reading_without_a_mark_is_of_the_neutral_tone():
    assert syllable_key("ma") == "ma5"
    assert syllable_key("lǜ") == "lv4"
    assert syllable_key("ń") == "n2"
