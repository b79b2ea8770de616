"""Pinyin as it is shown (``lǜ``), as dictionaries write it (``lu:4``), and as people type it (``lv4``, ``lü4``)."""

import re
import unicodedata
from typing import Final

NEUTRAL_TONE: Final = 5

_TONE_MARKS: Final = {1: "\u0304", 2: "\u0301", 3: "\u030c", 4: "\u0300"}
_TONE_OF_MARK: Final = {mark: tone for tone, mark in _TONE_MARKS.items()}
_NUMBERED: Final = re.compile(r"([a-zü]+)([0-5])", re.IGNORECASE)
_KEY: Final = re.compile(r"([a-zê]+)([0-5]?)")


def mark_tone(numbered: str) -> str:
    """One syllable with its tone mark: ``lu:4`` gives ``lǜ``, ``ma5`` gives ``ma``; a capital stays one.

    Text that is not a syllable with a tone number comes back as it is.
    """
    syllable = numbered.replace("u:", "ü").replace("U:", "Ü").replace("v", "ü")
    match = _NUMBERED.fullmatch(syllable)
    if match is None:
        return numbered
    letters, tone = match[1], int(match[2])
    if tone not in _TONE_MARKS:
        return letters
    place = _place_of_mark(letters.lower())
    if place is None:
        return numbered
    return unicodedata.normalize("NFC", letters[: place + 1] + _TONE_MARKS[tone] + letters[place + 1 :])


def mark_word(numbered: str) -> str:
    """A word of syllables parted by spaces: ``ma3 fei1`` gives ``mǎfēi``, ``Xi1 an1`` gives ``Xī'ān``."""
    word = ""
    for syllable in numbered.split():
        marked = mark_tone(syllable)
        begins_with_vowel = unicodedata.normalize("NFD", marked)[:1].lower() in {"a", "e", "o"}
        word += f"'{marked}" if word and word[-1].isalpha() and begins_with_vowel else marked
    return word


def syllable_key(reading: str) -> str:
    """The key of a reading in the search index: ``lǜ`` gives ``lv4``, and ``ma``, without a mark, ``ma5``."""
    letters, tone = _part(reading)
    return f"{letters}{tone or NEUTRAL_TONE}"


def query_key(query: str) -> str | None:
    """The search key of what a person typed.

    Args:
        query: one syllable with a tone mark, with a tone number (0 and 5 are the neutral tone), or without a tone. For
            ü also v, u: and yu's plain u; capitals and surrounding spaces do not matter.

    Returns:
        Letters with ü as v and a tone number; without the number where any tone is meant; None where the text is no
        syllable at all.
    """
    letters, mark = _part(query)
    match = _KEY.fullmatch(letters)
    if match is None or (mark and match[2]):
        return None
    letters = match[1]
    # ü is written u after these, and no syllable has the other vowel there.
    if letters[0] in "jqxy" and letters[1:2] == "v":
        letters = f"{letters[0]}u{letters[2:]}"
    if letters in {"lue", "nue"}:
        letters = f"{letters[0]}ve"
    tone = mark or (int(match[2] or NEUTRAL_TONE) or NEUTRAL_TONE if match[2] else 0)
    return f"{letters}{tone or ''}"


def _part(reading: str) -> tuple[str, int]:
    """Letters, composed and with ü as v, and the tone that a mark says; 0 for none."""
    tone = 0
    letters = []
    for sign in unicodedata.normalize("NFD", unicodedata.normalize("NFKC", reading).strip().lower()):
        if sign in _TONE_OF_MARK:
            tone = _TONE_OF_MARK[sign]
        else:
            letters.append(sign)
    composed = unicodedata.normalize("NFC", "".join(letters))
    return composed.replace("u:", "v").replace("ü", "v"), tone


def _place_of_mark(letters: str) -> int | None:
    """Index of the letter that carries the mark: a or e, the o of ou, else the last vowel, else a lone nasal."""
    for vowel in "ae":
        if vowel in letters:
            return letters.index(vowel)
    if "ou" in letters:
        return letters.index("o")
    for vowels in ("iouü", "nm"):
        places = [place for place, letter in enumerate(letters) if letter in vowels]
        if places:
            return places[-1] if vowels != "nm" else places[0]
    return None
