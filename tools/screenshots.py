"""Pictures of the real window for the README, and in every look for a person to check.

``python tools/screenshots.py`` renews ``docs/images/``, ``--guide`` the pictures of the user guides. ``--all`` writes
light and dark, English and Chinese, 100 % and 200 % into ``window-screenshots/``, which is not committed. Needs Xvfb
and the model.
"""

import argparse
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
WAIT_MS: Final = 20_000

SCENES: Final = (
    "empty",
    "ink",
    "picture",
    "page",
    "folder",
    "about",
    "licences",
    "copied",
    "details",
    "search",
    "opened",
    "heat",
    "picture-heat",
    "unsure",
    "settings",
    "settings-pad",
    "left-handed",
    "left-details",
    "taught",
    "teach",
    "learned",
    "learned-none",
    "settings-window",
    "settings-privacy",
    "history",
    "privacy",
    "shortcuts",
    "large",
    "large-details",
    "large-settings",
)

LANGUAGES: Final = {"en": "en_US.UTF-8", "zh": "zh_CN.UTF-8"}

GUIDE_SCENES: Final = ("ink", "unsure", "opened", "page", "folder", "details", "heat", "taught", "settings")
"""What the user guides show, in both languages."""

GUIDE_COLORS: Final = 192
"""Of a picture in a guide: all that the window has at 100 %, in half the bytes."""


def main() -> int:
    """Take all pictures asked for, each in a process and on a display of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every look, for checking")
    parser.add_argument("--scenes", nargs="+", choices=SCENES, default=SCENES, help="with --all, these alone")
    parser.add_argument("--guide", action="store_true", help="the pictures of the user guides")
    parser.add_argument("--one", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--dark", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--scene", default="ink", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return take(Path(options.one), options.scene, is_dark=options.dark)
    if options.guide:
        take_for_guides(REPOSITORY / "docs" / "images" / "guide")
        return 0
    if not options.all:
        folder = REPOSITORY / "docs" / "images"
        start(folder / "window.png", "ink", "en", 1, is_dark=False)
        start(folder / "window-dark.png", "ink", "en", 1, is_dark=True)
        return 0
    folder = REPOSITORY / "window-screenshots"
    for language in LANGUAGES:
        for scale in (1, 2):
            for is_dark in (False, True):
                for scene in options.scenes:
                    name = f"{scene}-{language}-{scale}00-{'dark' if is_dark else 'light'}.png"
                    start(folder / name, scene, language, scale, is_dark=is_dark)
    return 0


def take_for_guides(folder: Path) -> None:
    """Renew the pictures of both user guides, with few colors, since a checkout carries them along."""
    from PIL import Image

    for language in LANGUAGES:
        for scene in GUIDE_SCENES:
            file = folder / f"{scene}{'' if language == 'en' else f'-{language}'}.png"
            start(file, scene, language, 1, is_dark=False)
            with Image.open(file) as picture:
                small = picture.convert("RGB").quantize(GUIDE_COLORS, dither=Image.Dither.NONE)
            small.save(file, optimize=True)


def start(file: Path, scene: str, language: str, scale: int, *, is_dark: bool) -> None:
    """Take one picture in a new process."""
    file.parent.mkdir(parents=True, exist_ok=True)
    locale = LANGUAGES[language]
    environment = os.environ | {
        "QT_SCALE_FACTOR": str(scale),
        "QT_QPA_PLATFORM": "xcb",
        "LC_ALL": locale,
        "LANG": locale,
        "LANGUAGE": "",
    }
    screen = f"-screen 0 {1400 * scale}x{800 * scale}x24"
    command = ["xvfb-run", "-a", "-s", screen, sys.executable, __file__, "--one", str(file), "--scene", scene]
    subprocess.run(command + ["--dark"] * is_dark, env=environment, cwd=REPOSITORY, check=True)
    print(file.relative_to(REPOSITORY))


def take(file: Path, scene: str, *, is_dark: bool) -> int:
    """Open the window, bring about a scene, and save what the screen shows."""
    sys.path.insert(0, str(REPOSITORY))
    import tempfile

    from PySide6.QtCore import QDeadlineTimer, QEventLoop, QPointF, QSettings, Qt, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QDialog, QTabWidget, QWidget

    from hccr_desktop import gui  # noqa: F401 - before Qt, see there
    from hccr_desktop.domain.ink import Ink
    from hccr_desktop.domain.settings import Settings
    from hccr_desktop.gui.app import make_application, recognizer_factory
    from hccr_desktop.gui.drawing_files import picture_of
    from hccr_desktop.gui.fonts import load_character_family
    from hccr_desktop.gui.housekeeping import Housekeeping
    from hccr_desktop.gui.learned_list import INK_ROLE
    from hccr_desktop.gui.learning_jobs import Lesson
    from hccr_desktop.gui.learning_service import LearningService
    from hccr_desktop.gui.main_window import MainWindow
    from hccr_desktop.gui.pick_history import PickHistory
    from hccr_desktop.gui.recognition_service import RecognitionService
    from hccr_desktop.gui.self_test import stored_ink
    from hccr_desktop.gui.settings_store import SettingsStore
    from hccr_desktop.gui.text_size import TextSize
    from hccr_desktop.gui.theme import Theme
    from hccr_desktop.gui.user_data import UserData, stores
    from hccr_desktop.gui.user_folder import HISTORY_FILE, user_folder

    folder = Path(tempfile.mkdtemp())
    os.environ["XDG_DATA_HOME"] = str(folder)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    application = make_application([sys.argv[0]])
    if is_dark:
        theme = application.findChild(Theme)
        theme.apply(Qt.ColorScheme.Dark)
    service = RecognitionService(recognizer_factory(Settings()), application)
    learning = LearningService(folder / "learned.sqlite", parent=application)
    store, family = SettingsStore(), load_character_family()
    window = MainWindow(service, store, Settings(), character_family=family, learning=learning)
    picks = PickHistory(user_folder() / HISTORY_FILE, limit=100)
    for picked in "鲍鱼行书我们绿水青山":
        picks.add(picked)
    user_data = UserData(stores(store.path))
    house = Housekeeping(window, Settings(), store, picks, user_data, character_family=family)
    house.text_percent_changed.connect(application.findChild(TextSize).use)
    window.show()

    def wait(milliseconds: int) -> None:
        # QTest.qWait holds Python's lock, so that the times in the pictures were those of a starved recognition.
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def wait_until(is_done: "object") -> None:
        deadline = QDeadlineTimer(WAIT_MS)
        while not is_done():  # type: ignore[operator]
            if deadline.hasExpired():
                raise TimeoutError("the scene did not come about")
            wait(20)

    shown: QWidget = window
    ready = []
    service.ready.connect(ready.append)
    wait_until(lambda: ready)
    character, ink = stored_ink()
    if scene in ("picture", "picture-heat"):
        picture = folder / f"{character}.png"
        picture_of(ink).save(str(picture))
        window.open_picture(picture)
        wait_until(lambda: window.candidates.candidates)
        if scene == "picture-heat":
            window.actions_table.heat_map.trigger()
            wait_until(lambda: window.canvas.heat_map)
    elif scene == "page":
        from PIL import Image

        from tools.written_page import written_page

        picture = folder / "静夜思.png"
        Image.fromarray(written_page(("床前明月光", "疑是地上霜"))).save(picture)
        window.open_picture(picture)
        wait_until(lambda: window.actions_table.take_text.isEnabled())
        wait(2000)
    elif scene == "folder":
        # Read by its name alone, so that no path of this machine is in the picture.
        os.chdir(folder)
        write_folder(Path("手稿"))
        window.actions_table.batch.trigger()
        window.findChild(QDialog, "folder_dialog").close()
        shown = batch = window.pictures.batch.dialog
        batch.read("手稿")
        wait_until(lambda: batch.model.rowCount() == 6 and not batch._service.is_running)
        batch.table.selectRow(2)
        batch.table.setFocus()
    elif scene == "unsure":
        chance = random.Random(4)
        lines = [[(chance.random(), chance.random()) for _ in range(15)] for _ in range(3)]
        window.canvas.show_ink(Ink.from_coordinates(lines))
        wait_until(lambda: window.candidates.candidates)
    elif scene in ("settings", "settings-pad", "settings-window", "settings-privacy", "large-settings"):
        if scene == "large-settings":
            window.apply_settings(Settings(text_percent=200))
        window.show_settings()
        page = {"settings-pad": 1, "settings-window": 2, "settings-privacy": 4, "large-settings": 4}.get(scene, 0)
        window.findChild(QTabWidget).setCurrentIndex(page)
    elif scene == "history":
        window.actions_table.history.trigger()
        wait_until(lambda: not house.history.dialog._model.undescribed)
    elif scene == "privacy":
        window.apply_settings(Settings(candidate_count=9))
        window.actions_table.privacy.trigger()
    elif scene == "shortcuts":
        window.actions_table.shortcuts.trigger()
    elif scene in ("learned", "learned-none"):
        learned = []
        learning.learned.connect(learned.append)
        chance = random.Random(6)
        for name, instead in (("鲍", "鸵"), ("行", "竹"), ("大", None), ("绿", "缘"), ("我", None), ("着", "看")):
            if scene == "learned":
                lines = [[(chance.random(), chance.random()) for _ in range(3)] for _ in range(6)]
                learning.learn(Lesson(name, ink if name == character else Ink.from_coordinates(lines), instead))
        wait_until(lambda: scene == "learned-none" or len(learned) == 6)
        window.actions_table.learned.trigger()
        dialog = window.findChild(QDialog, "learned_dialog")
        wait_until(lambda: dialog.view.placeholder if scene == "learned-none" else dialog.model.index(5).data(INK_ROLE))
    elif scene == "about":
        window.show_about()
        wait_until(lambda: window.findChild(QDialog, "about_dialog"))
    elif scene == "licences":
        window.show_about()
        window.findChild(QTabWidget).setCurrentIndex(1)
    elif scene != "empty":
        square = window.canvas.paper_rect()
        window.status.clear_message()
        for stroke in ink.strokes:
            places = [square.topLeft() + QPointF(p.x, p.y) * square.width() for p in stroke.points]
            QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=places[0].toPoint())
            for place in places[1:]:
                QTest.mouseMove(window.canvas, place.toPoint())
            QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=places[-1].toPoint())
        wait_until(lambda: window.candidates.candidates and "13" in window.status.facts)
        # Once more by itself: the strokes above came faster than any hand's, and the time shown is of a crowd.
        answered = []
        service.recognized.connect(answered.append)
        window.canvas.undo()
        wait_until(lambda: len(answered) == 1)
        window.canvas.redo()
        wait_until(lambda: len(answered) == 2)
        if scene == "copied":
            window.pick(0)
        elif scene == "taught":
            window.pick(1)
            wait_until(lambda: window.learning.notice.text)
        elif scene == "teach":
            window.actions_table.teach.trigger()
            window.findChild(QDialog, "teach_dialog").field.insert("鰻")
        elif scene == "left-handed":
            for verb in ("left_handed", "guide_tian", "canvas_smaller", "canvas_smaller", "eraser"):
                getattr(window.actions_table, verb).trigger()
        elif scene == "large":
            window.apply_settings(Settings(text_percent=200))
            window.pick(1)
            window.canvas.undo()
            wait_until(lambda: window.candidates.candidates)
        elif scene in ("details", "search", "left-details", "large-details"):
            if scene == "large-details":
                window.apply_settings(Settings(text_percent=150))
            if scene == "left-details":
                window.actions_table.left_handed.trigger()
            window.actions_table.details.trigger()
            pane = window.readings.pane
            wait_until(lambda: pane.details)
            pane.stroke_order.show_moment(0.55)
            pane.stroke_order._timer.stop()  # a moment in the middle, the same in every picture
            if scene == "search":
                window.actions_table.find_pinyin.trigger()
                QTest.keyClicks(pane.search, "bao4")
                wait_until(lambda: pane.found_characters)
        elif scene == "heat":
            window.actions_table.heat_map.trigger()
            wait_until(lambda: window.canvas.heat_map)
        elif scene == "opened":
            window.pick(0)
            window.compose.line.add_text("鱼")
            window.actions_table.edit_text.trigger()
            QTest.keyClick(window.compose.line, Qt.Key.Key_Home)
            wait_until(lambda: window.candidates.candidates)
    wait(150)
    window.screen().grabWindow(0, shown.x(), shown.y(), shown.width(), shown.height()).save(str(file))
    for dialog in window.findChildren(QDialog):
        dialog.close()
    window.close()
    return 0


def write_folder(folder: Path) -> None:
    """Pictures as a user may have them: characters, lines, one on its side and one that is none."""
    import numpy as np
    from PIL import Image

    from tools.written_page import written_page

    folder.mkdir()
    for name, lines, quarter_turns in (
        ("1 静夜思", ("床前明月光", "疑是地上霜"), 0),
        ("2 春晓", ("春眠不觉晓",), 0),
        ("3 白日依山尽", ("白日依山尽", "黄河入海流"), 0),
        ("4 江雪", ("千山鸟飞绝",), 1),
        ("5 鲍", ("鲍",), 0),
    ):
        Image.fromarray(np.rot90(written_page(lines), quarter_turns)).save(folder / f"{name}.png")
    (folder / "6 damaged.png").write_bytes(b"no picture")


if __name__ == "__main__":
    raise SystemExit(main())
