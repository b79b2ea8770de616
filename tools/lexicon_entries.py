"""Reduces the open data to one dictionary entry a character.

Which readings are common, and in which order, is decided here; docs/decisions has the reasons.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hccr_desktop.lexicon.entry import GLOSS_LENGTH, Entry, Radical, Sense
from hccr_desktop.lexicon.pinyin import NEUTRAL_TONE, mark_word, syllable_key
from tools.lexicon_sources import CedictEntry, Unihan

ADDED_READINGS = {"喂": ("wéi",), "桔": ("jú",)}
"""Common readings that the rule misses: 喂 on the telephone, which only CC-CEDICT has, and 桔 as people write 橘."""

RARE_SHARE = 0.05
"""Most of a character's use that a reading without a corpus count is credited with; only the order depends on it."""

_MANY_READINGS_SHARE = 0.1  # from here on the gloss names a meaning of a third reading too; taste

_REFERENCE = re.compile(
    r"(?:(?P<traditional>[^\s,;:()|/\[\]]+)\|)?(?P<simplified>[^\s,;:()|/\[\]]+)\[(?P<pinyin>[^\]]+)\]"
)
_BRACKETED = re.compile(r"\[([^\]]+)\]")
_TWO_FORMS = re.compile(
    r"(?P<traditional>[\u3400-\u9fff\U00020000-\U0003ffff]+)\|(?P<simplified>[\u3400-\u9fff\U00020000-\U0003ffff]+)"
)
_HAN = re.compile(r"[\u2e80-\u9fff\U00020000-\U0003ffff]")
_LABEL = re.compile(r"^\([^()]*\)\s+(?=\S)")
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
_POINTER = re.compile(
    r"^(?:\([^()]*\) )?(?:(?:old|archaic|unofficial|euphemistic|erroneous|Japanese|ancient|alternate|alternative)[ -])*"
    r"(?:variant of|same as|see(?: also)?\b|used (?:only )?in\b|also pr\.|Taiwan pr\.|also written|CL:|classifier:|"
    r"equivalent (?:of|to)|surname|abbr\. for|alternate writing|dialectal pronunciation)"
)
_NOT_A_SENSE = re.compile(r"^(?:\([^()]*\) )?(?:CL:|classifiers?:|also pr\.|Taiwan pr\.|see also\b|also written)")
_UNCOMMON = re.compile(
    r"\((?:[^()]*\b)?(?:archaic|old|classical|literary|dialect|Tw|slang|vulgar|obsolete|used in names|Buddhism|HK|"
    r"Cantonese)\b|\bancient\b|\bradical\b"
)
_CLAUSE = re.compile(
    r" (?:indicating|expressing|used|equivalent|introducing|that|which|in which|such as|e\.g\.)\b|, esp\."
)
_UNIHAN_NOISE = re.compile(r"\(?Kangxi radical.*|\bradical number.*|\(same as[^)]*\)|\(Cant\.\).*", re.IGNORECASE)


@dataclass
class WordUse:
    """How the words of the language use one character.

    Attributes:
        total: occurrences of the character in all words, whatever the reading.
        readings: occurrences by reading, from the words of known pronunciation.
        traditional: occurrences by traditional form, from the words of CC-CEDICT.
    """

    total: int = 0
    readings: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    traditional: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def count_word_use(
    characters: Iterable[str],
    cedict: Iterable[CedictEntry],
    phrases: Mapping[str, Sequence[str]],
    word_counts: Mapping[str, int],
) -> dict[str, WordUse]:
    """Use of each character, every word weighted by its count in running text.

    A word that only a dictionary knows counts as one occurrence. A single character counts for the total alone: text
    does not say how it is read there.
    """
    uses = {character: WordUse() for character in characters}
    for word, count in word_counts.items():
        for character in word:
            if character in uses:
                uses[character].total += count
    pronounced = dict(phrases)  # first, since it names the usual one of two pronunciations
    for entry in cedict:
        if len(entry.simplified) == 1:
            continue
        pronounced.setdefault(entry.simplified, entry.readings)
        weight = word_counts.get(entry.simplified, 0) + 1
        for simplified, traditional in zip(entry.simplified, entry.traditional, strict=True):
            if simplified in uses:
                uses[simplified].traditional[traditional] += weight
    for word, readings in pronounced.items():
        if len(word) == 1:
            continue
        weight = word_counts.get(word, 0) + 1
        for character, reading in zip(word, readings, strict=True):
            if character in uses:
                uses[character].readings[reading] += weight
    return uses


def common_readings(character: str, unihan: Unihan, cedict: Sequence[CedictEntry]) -> set[str]:
    """The readings that a learner may meet.

    Those of the standard dictionary of 2013; and those with a meaning of their own in CC-CEDICT that a second source
    confirms. Neither is enough alone: the first leaves out the 子 of 桌子, the second lists every archaism.
    """
    confirmed = {*unihan.older_readings, *unihan.counted_readings, *unihan.customary_readings}
    meant = {
        entry.readings[0]
        for entry in cedict
        if any(not _POINTER.match(meaning) and not _UNCOMMON.search(meaning) for meaning in entry.meanings)
    }
    readings = {*unihan.standard_readings, *(meant & confirmed), *ADDED_READINGS.get(character, ())}
    if not unihan.standard_readings:
        readings |= set(unihan.customary_readings)
    return readings - {"r"}  # of 儿, which is no syllable there


def shares_of_readings(
    readings: Iterable[str], unihan: Unihan, use: WordUse, usual_order: Sequence[str]
) -> dict[str, float]:
    """The part of a character's use that each reading has, the most frequent reading first.

    Counts in a corpus decide where there are any, the words of the language elsewhere. A reading without a count
    beside others that have one follows them.
    """
    counted = {reading: unihan.counted_readings.get(reading, 0) for reading in readings}
    if counted.get(unihan.customary_readings[0]) == 0:
        counted = dict.fromkeys(counted, 0)  # the corpus is of 1986, and people have come to say 谁 otherwise
    in_words = {reading: use.readings.get(reading, 0) for reading in counted}
    all_counted, all_in_words = sum(counted.values()), sum(in_words.values())
    places = {reading: place for place, reading in enumerate((*unihan.customary_readings, *usual_order))}
    shares = {}
    for reading in counted:
        share = in_words[reading] / all_in_words if all_in_words else 1 / len(counted)
        if all_counted:
            share = counted[reading] / all_counted if counted[reading] else min(share, RARE_SHARE)
        shares[reading] = share

    def rank(reading: str) -> tuple[bool, int, float, int, str]:
        # Corpora count the 头 of 石头, and 罢 for 吧: the neutral tone leads only where it is usual, as in 了.
        is_by_the_way = syllable_key(reading).endswith(str(NEUTRAL_TONE)) and reading != unihan.customary_readings[0]
        return is_by_the_way, -counted[reading], -shares[reading], places.get(reading, len(places)), reading

    order = sorted(shares, key=rank)
    return {reading: shares[reading] for reading in order}


def make_entry(
    character: str,
    unihan: Unihan,
    cedict: Sequence[CedictEntry],
    use: WordUse,
    *,
    shares: Mapping[str, float],
    radicals: Mapping[str, str],
) -> Entry:
    """The entry of one character.

    Args:
        character: one code point.
        unihan: Unihan of it.
        cedict: the entries of CC-CEDICT whose simplified form it is.
        use: its use in words.
        shares: its readings, the most frequent first.
        radicals: character of each radical.
    """
    senses = make_senses(cedict, tuple(shares), use)
    radical, other_strokes = unihan.radical
    return Entry(
        character=character,
        readings=tuple(shares),
        gloss=make_gloss(senses, shares, unihan.definition),
        senses=senses,
        radical=Radical(int(radical.rstrip("'")), radicals[radical], other_strokes),
        stroke_count=unihan.stroke_count,
        traditional=traditional_forms(character, unihan, cedict, use),
    )


def make_senses(cedict: Sequence[CedictEntry], readings: Sequence[str], use: WordUse) -> tuple[Sense, ...]:
    """CC-CEDICT's meanings by reading and traditional form: common readings first, names and mere pointers last."""
    groups: dict[tuple[str, str], list[str]] = {}
    for entry in sorted(cedict, key=lambda entry: entry.is_name):
        meanings = groups.setdefault((entry.readings[0], entry.traditional), [])
        texts = (clean_meaning(meaning, entry.simplified) for meaning in entry.meanings)
        meanings += [text for text in texts if text not in meanings]
    order = {reading: place for place, reading in enumerate(readings)}

    def rank(key: tuple[str, str]) -> tuple[int, str, bool, bool, int, str]:
        reading, form = key
        is_pointer = all(_POINTER.match(meaning) for meaning in groups[key])
        is_bound = groups[key][0].startswith("(bound form)")  # 干 as 乾, dry, before 干, to have to do with
        place = order.get(reading, len(order))
        return place, reading if place == len(order) else "", is_pointer, is_bound, -use.traditional.get(form, 0), form

    return tuple(Sense(reading, form, tuple(groups[reading, form])) for reading, form in sorted(groups, key=rank))


def clean_meaning(text: str, character: str) -> str:
    """A meaning of CC-CEDICT for people: ``嗎啡|吗啡[ma3 fei1]`` becomes ``吗啡 (mǎfēi)``.

    Of two forms the simplified one stays, except where that is the character itself: 了 is no variant of 了 but of 瞭.
    """

    def choose(match: re.Match[str]) -> str:
        form = match["traditional"] if match["simplified"] == character else match["simplified"]
        return form or character

    text = _REFERENCE.sub(lambda match: f"{choose(match)} ({mark_word(match['pinyin'])})", text)
    text = _BRACKETED.sub(lambda match: mark_word(match[1]), text)
    text = _TWO_FORMS.sub(choose, text)
    return text.replace("CL:", "classifier: ").replace("),", "), ").replace(",  ", ", ").strip()


def traditional_forms(character: str, unihan: Unihan, cedict: Sequence[CedictEntry], use: WordUse) -> tuple[str, ...]:
    """The traditional forms, the most used first. Mere variants of CC-CEDICT are left out."""
    forms = dict.fromkeys(
        entry.traditional
        for entry in cedict
        if not all(_POINTER.match(meaning) or meaning.startswith("surname") for meaning in entry.meanings)
    )
    # Unihan also lists forms that nobody writes today, such as 戠 for 只.
    written = {*use.traditional, *(entry.traditional for entry in cedict)}
    forms |= dict.fromkeys(form for form in unihan.traditional if form in written)
    forms = forms or dict.fromkeys(unihan.traditional or (character,))
    return tuple(sorted(forms, key=lambda form: (-use.traditional.get(form, 0), form)))


def make_gloss(senses: Sequence[Sense], shares: Mapping[str, float], definition: str) -> str:
    """At most GLOSS_LENGTH characters of meaning, the most telling first, each whole.

    The first meaning of each frequent reading comes before further ones, and the result stands in the order of
    readings. Where CC-CEDICT only points to other words, Unihan's definition steps in.
    """
    by_reading: dict[str, list[str]] = {}
    for sense in senses:
        by_reading.setdefault(sense.reading, []).extend(sense.meanings)
    pieces = {reading: _gloss_pieces(by_reading.get(reading, ())) for reading in shares}
    first, *others = pieces
    texts = {first: pieces[first][:1]}
    for place, reading in enumerate(others):
        if place == 0 or shares[reading] >= _MANY_READINGS_SHARE:
            brief = [piece for piece in pieces[reading] if len(piece) <= GLOSS_LENGTH // 2]
            texts[reading] = brief[:1] if _fits([*_flat(texts), *brief[:1]]) else []
    only_in_words = by_reading.get(first, [""])[0].startswith("used in ")
    if not texts[first] or only_in_words:
        texts = {first: _fill(_definition_pieces(definition)) or texts[first]}
    for reading in texts:
        for piece in pieces[reading]:
            if piece.casefold() in {text.casefold() for text in _flat(texts)}:
                continue
            if not _fits([*_flat(texts), piece]):
                break  # later meanings are rarer ones: better a short line than an odd one
            texts[reading].append(piece)
    line = _flat(texts)
    is_surname = any(meaning.startswith("surname ") for sense in senses for meaning in sense.meanings)
    if is_surname and "surname" not in line and _fits([*line, "surname"]):
        line.append("surname")
    return "; ".join(line or _fill(meaning for sense in senses for meaning in sense.meanings))


def _flat(texts: Mapping[str, Sequence[str]]) -> list[str]:
    return [text for pieces in texts.values() for text in pieces]


def _gloss_pieces(meanings: Iterable[str]) -> list[str]:
    """Parts of meanings that can stand alone in a gloss, common ones first."""
    common, uncommon = [], []
    for meaning in meanings:
        if _POINTER.match(meaning) or _NOT_A_SENSE.match(meaning):
            continue
        target = uncommon if _UNCOMMON.search(meaning) else common
        pieces = (_shorten(part) for part in _split(meaning))
        target += [piece for piece in pieces if piece and not _HAN.search(piece)]
    return common or uncommon


def _split(meaning: str) -> list[str]:
    """Parts at semicolons outside of parentheses."""
    return [part.strip() for part in re.split(r";(?![^()]*\))", meaning)]


def _shorten(piece: str) -> str:
    """A part without its label; where that is too long, also without parentheses, then without what explains it.

    Empty where it stays too long.
    """
    piece = "" if piece in {"(free word)", "(bound form)"} else _LABEL.sub("", piece)
    if len(piece) > GLOSS_LENGTH:
        piece = _PARENTHESIS.sub("", piece).strip() or piece.strip("()")
    if len(piece) > GLOSS_LENGTH:
        piece = _CLAUSE.split(piece)[0]
    piece = piece.strip(" ,:")
    if piece.count("(") != piece.count(")"):
        piece = piece.strip("()")
    return piece if len(piece) <= GLOSS_LENGTH else ""


def _definition_pieces(definition: str) -> list[str]:
    parts = (part.strip(" .,") for part in re.split(r"[;,](?![^()]*\))", _UNIHAN_NOISE.sub("", definition)))
    return [piece for part in parts if (piece := _shorten(part)) and not _HAN.search(piece)]


def _fill(pieces: Iterable[str]) -> list[str]:
    texts: list[str] = []
    for piece in pieces:
        if _fits([*texts, piece]):
            texts.append(piece)
        elif texts:
            break
    return texts


def _fits(texts: Sequence[str]) -> bool:
    return len("; ".join(texts)) <= GLOSS_LENGTH


def search_index(uses: Mapping[str, WordUse], shares: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Characters by syllable with and without tone, the most frequent first.

    Args:
        uses: use of each character.
        shares: share of each reading, by character.
    """
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    for character, readings in shares.items():
        for reading, share in readings.items():
            key = syllable_key(reading)
            for entry in (key, key[:-1]):
                found = weights[entry]
                found[character] = found.get(character, 0.0) + uses[character].total * share
    return {
        key: "".join(sorted(found, key=lambda character: (-found[character], character)))
        for key, found in sorted(weights.items())
    }
