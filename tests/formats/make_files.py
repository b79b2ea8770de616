"""Writes the files of this folder in the formats of the moment: ``python -m tests.formats.make_files FOLDER``.

Run it once for a new format version, into a new folder. A folder that is there is what users have on their disks: it is
never written again.
"""

import sys
from contextlib import closing
from pathlib import Path

import numpy as np
from PySide6.QtCore import QByteArray, QCoreApplication, QSettings

from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.gui.composition import Composition, CompositionFile, WrittenCharacter
from hccr_desktop.gui.drawing_backup import BackupFile
from hccr_desktop.gui.drawing_files import save_drawing
from hccr_desktop.gui.drawing_history import Drawing
from hccr_desktop.gui.self_test import stored_ink
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.personal.memory_file import write_memory_file
from hccr_desktop.personal.sample_store import NewSample, PackedInk, SampleStore
from tests.formats.content import CHOSEN, LEARNED, OTHER_INK, TEXT

HISTORY = """{"version": 1, "at": "2026-01-02T03:04:05.678+00:00", "character": "鲍"}
{"version": 1, "at": "2026-01-02T03:04:06.000+00:00", "character": "鱼"}
"""


def main(folder: Path) -> None:
    """Write all of them."""
    folder.mkdir(parents=True)
    _application = QCoreApplication([])
    ink = stored_ink()[1]
    picked = WrittenCharacter("鲍", Drawing(ink), (Candidate("鲍", 0.9), Candidate("鲤", 0.05)))
    CompositionFile(folder / "compose.json").save(Composition(TEXT, {0: picked}))
    BackupFile(folder / "drawing.json").save(ink)
    (folder / "history.jsonl").write_text(HISTORY, encoding="utf-8", newline="\n")
    embedding = np.ones(FEATURES, np.float32)
    inks = (ink, OTHER_INK)
    samples = [
        NewSample(character, PackedInk.of(drawn), over, embedding, when)
        for (character, over, when), drawn in zip(LEARNED, inks, strict=True)
    ]
    write_memory_file(folder / "learned-export.jsonl", samples)
    with closing(SampleStore.open(folder / "learned.sqlite", embedding_model="Fake-Net 1 fake")) as store:
        store.add(samples)
    save_drawing(ink, "鲍", folder / "drawing-saved.jsonl")
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "settings"))
    settings = SettingsStore()
    for name, value in CHOSEN.items():
        settings.save(name, value)
    settings.save_geometry(QByteArray(b"no geometry"))
    settings.path.rename(folder / "hccr-desktop.ini")
    settings.path.parent.rmdir()
    (folder / "settings").rmdir()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
