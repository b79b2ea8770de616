"""Keeps the window's translations: ``translations.py update | build | check``.

``update`` takes the texts out of the window's sources, and the sentences out of those below, into
``resources/translations/*.ts``, ``build`` makes the ``.qm`` files that the program loads, ``check`` fails where a
``.ts`` file is stale, or a text is not translated, or a translation has other fields than the text.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Final

from sentences import CONTEXT, UntranslatableError, sentences

REPOSITORY: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = REPOSITORY / "resources" / "translations"

PLURALS_ONLY: Final = "en"
"""English is the language of the sources; its file holds the plural forms alone."""

LANGUAGES: Final = (PLURALS_ONLY, "zh_CN")


def main() -> int:
    """Do what the command line says; 0 where nothing is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("update", "build", "check"))
    command = parser.parse_args().command
    if command == "update":
        update(FOLDER)
    elif command == "build":
        build()
    else:
        problems = check()
        print("\n".join(problems) or "The translations are complete.")
        return 1 if problems else 0
    return 0


def update(folder: Path) -> None:
    """Bring the ``.ts`` files of a folder in line with the sources; existing translations stay."""
    sources = sorted(str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "hccr_desktop" / "gui").glob("*.py"))
    with tempfile.TemporaryDirectory() as name:
        collected = Path(name) / "sentences.py"
        marks = [
            f"QT_TRANSLATE_NOOP({json.dumps(CONTEXT)}, {json.dumps(text, ensure_ascii=False)})\n"
            for text in sentences(REPOSITORY / "hccr_desktop")
        ]
        collected.write_text("".join(marks), encoding="utf-8")
        for language in LANGUAGES:
            options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", language]
            if language == PLURALS_ONLY:
                options.append("-pluralonly")
            _run("lupdate", *options, *sources, str(collected), "-ts", str(folder / f"hccr_{language}.ts"))


def build() -> None:
    """Make the ``.qm`` files that are missing or older than their ``.ts``."""
    for source in sorted(FOLDER.glob("*.ts")):
        made = source.with_suffix(".qm")
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            _run("lrelease", "-silent", str(source), "-qm", str(made))


def check() -> list[str]:
    """One line for each thing that is wrong."""
    problems = []
    with tempfile.TemporaryDirectory() as name:
        fresh = Path(name)
        for language in LANGUAGES:
            file = f"hccr_{language}.ts"
            (fresh / file).write_bytes((FOLDER / file).read_bytes())
        try:
            update(fresh)
        except UntranslatableError as error:
            return str(error).splitlines()
        for language in LANGUAGES:
            file = f"hccr_{language}.ts"
            if (fresh / file).read_text(encoding="utf-8") != (FOLDER / file).read_text(encoding="utf-8"):
                problems.append(f"{file} is stale: run tools/translations.py update")
            problems.extend(f"{file}: {text!r} is not translated" for text in _unfinished(fresh / file))
            problems.extend(f"{file}: {text!r} has other fields in translation" for text in _misfilled(fresh / file))
    return problems


def _unfinished(file: Path) -> list[str]:
    texts = []
    for message in ElementTree.parse(file).getroot().iter("message"):
        translation = message.find("translation")
        forms = [] if translation is None else [*translation.iter("numerusform")] or [translation]
        if translation is None or translation.get("type") or not all(form.text for form in forms):
            texts.append(message.findtext("source", ""))
    return texts


def _misfilled(file: Path) -> list[str]:
    """Texts whose translation could not be filled in, or would leave a value out."""
    texts = []
    for message in ElementTree.parse(file).getroot().iter("message"):
        text, translation = message.findtext("source", ""), message.find("translation")
        forms = [] if translation is None else [*translation.iter("numerusform")] or [translation]
        if any(form.text and _fields(form.text) != _fields(text) for form in forms):
            texts.append(text)
    return texts


def _fields(text: str) -> set[str]:
    return set(re.findall(r"\{[^{}]*\}", text))


def _run(tool: str, *arguments: str) -> None:
    command = [str(Path(sys.executable).parent / f"pyside6-{tool}"), *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    raise SystemExit(main())
