"""The program: makes QApplication and everything else, and hands each part what it needs."""

import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from hccr_desktop import __version__, paths
from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui import IMPORTED_AT, command_line, icons
from hccr_desktop.gui.composition import CompositionFile, default_composition_path
from hccr_desktop.gui.crash_notes import CrashNotes, enable_on_standard_error
from hccr_desktop.gui.crash_report import LINE_FORMAT, CrashReports, LogTail
from hccr_desktop.gui.display import NO_DISPLAY_STATUS, DisplayGuard, display_problem, tell
from hccr_desktop.gui.error_report import ErrorReporter
from hccr_desktop.gui.fonts import load_character_family
from hccr_desktop.gui.housekeeping import Housekeeping
from hccr_desktop.gui.languages import Languages
from hccr_desktop.gui.learning_service import LearningService, default_memory_path
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.pad_application import PadApplication
from hccr_desktop.gui.pick_history import PickHistory
from hccr_desktop.gui.recognition_jobs import OpenRecognizer, RecognizerFactory
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.recovery import Recovery
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.single_instance import Request, SingleInstance, instance_name
from hccr_desktop.gui.summons import TOKEN_VARIABLE, Summons
from hccr_desktop.gui.text_size import TextSize
from hccr_desktop.gui.theme import Theme
from hccr_desktop.gui.user_data import CRASH, DRAWING, UserData, stores
from hccr_desktop.gui.user_folder import CRASH_FILE, DRAWING_FILE, HISTORY_FILE, user_folder

logger = logging.getLogger(__name__)

Part = TypeVar("Part", bound=QObject)

LOG_LEVEL_VARIABLE: Final = "HCCR_LOG_LEVEL"
"""Environment variable: DEBUG adds timings. Standard error is the only place the log goes to."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window and stay until it is closed.

    Args:
        arguments: with the program's name first; those of the process by default.

    Returns:
        The exit status; usage errors exit with 2 on their own.
    """
    words = list(sys.argv if arguments is None else arguments)
    tail = configure_logging()
    if {"-h", "--help", "--version"} & set(words[1:]):
        command_line.parse(words[1:])  # prints and exits, with no need of a display
    if "--self-test" in words:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    problem = display_problem(words, os.environ)
    if problem is not None:
        tell(problem)
        return NO_DISPLAY_STATUS
    words, replaced = command_line.words_for_qt(words)
    application = make_application(words)
    options = command_line.parse([replaced.get(word, word) for word in application.arguments()[1:]])
    if options.is_self_test:
        from hccr_desktop.gui.self_test import run_self_test

        return run_self_test(recognizer_factory(options.applied_to(Settings())))
    instance = SingleInstance(instance_name(user_folder()), application)
    if not options.is_new_window and instance.hand_over(_request(options)):
        return 0
    # A window beside another keeps nothing for the next start, and so leaves the other's notes alone.
    notes = None if options.is_new_window else CrashNotes(user_folder() / CRASH_FILE)
    reports = CrashReports(tail)
    reporter = ErrorReporter(application, reports)
    reporter.install()
    return _run(application, options, instance, reports, notes)


def _request(options: command_line.Options) -> Request:
    picture = "" if options.picture is None else str(options.picture.absolute())
    return Request(picture, options.is_toggle, os.environ.pop(TOKEN_VARIABLE, ""))


def _run(
    application: QApplication,
    options: command_line.Options,
    instance: SingleInstance,
    reports: CrashReports,
    notes: CrashNotes | None,
) -> int:
    left_by_crash = ""
    if notes is None:
        enable_on_standard_error()
    else:
        left_by_crash = notes.begin()
    store = SettingsStore()
    stored, rejected = store.load()
    settings = options.applied_to(stored)
    theme, languages = _part(application, Theme), _part(application, Languages)
    text_size = _part(application, TextSize)
    theme.use(settings.theme)
    languages.use(settings.language)
    text_size.use(settings.text_percent)

    family = load_character_family()
    learning = LearningService(default_memory_path(), parent=application)
    window = MainWindow(
        RecognitionService(recognizer_factory(settings), application),
        store,
        settings,
        character_family=family,
        composition_file=None if options.is_new_window else CompositionFile(default_composition_path()),
        learning=learning,
    )
    user_data = UserData(stores(store.path))
    picks = PickHistory(user_folder() / HISTORY_FILE, limit=settings.history_limit)
    housekeeping = Housekeeping(window, settings, store, picks, user_data, character_family=family)
    housekeeping.text_percent_changed.connect(text_size.use)
    if notes is not None:
        recovery = Recovery(window, user_folder() / DRAWING_FILE, reports=reports, notes=left_by_crash)
        user_data.add_keeper(DRAWING, recovery.forget)
        user_data.add_keeper(CRASH, lambda: _forget_crash(notes, recovery))
    instance.asked.connect(Summons(window).answer)
    application.aboutToQuit.connect(instance.close)
    window.theme_changed.connect(theme.use)
    window.language_changed.connect(languages.use)
    window.canvas.first_painted.connect(_log_first_paint)
    if rejected:
        window.tell_of_rejected_settings(rejected)
    window.show()
    if options.picture is not None:
        window.open_picture(options.picture)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own handler would wait for Qt to run Python again
    status = application.exec()
    if notes is not None:
        notes.end()
    return status


def _forget_crash(notes: CrashNotes, recovery: Recovery) -> None:
    notes.end()
    recovery.forget_notes()


def configure_logging() -> LogTail:
    """Log to standard error, at the level the environment asks for, and remember the last of it in full detail."""
    level = logging.getLevelNamesMapping().get(os.environ.get(LOG_LEVEL_VARIABLE, "").upper(), logging.WARNING)
    stream, tail = logging.StreamHandler(), LogTail()
    stream.setLevel(level)
    stream.setFormatter(logging.Formatter(LINE_FORMAT))
    logging.basicConfig(level=level, handlers=[stream, tail])
    logging.getLogger("hccr_desktop").setLevel(logging.DEBUG)
    logging.getLogger("PIL").setLevel(max(level, logging.INFO))  # it logs every chunk of a PNG
    return tail


def make_application(words: Sequence[str]) -> QApplication:
    """QApplication with the program's name, looks and languages."""
    with DisplayGuard():
        application = PadApplication(list(words))
    # Every position of a fast stroke is wanted, not the last one per frame. Set only now, since on X11 the
    # application's constructor sets the first of them.
    application.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application.setAttribute(Qt.ApplicationAttribute.AA_CompressTabletEvents, False)
    application.setApplicationName(command_line.PROGRAM)
    application.setApplicationDisplayName("HCCR Desktop")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(command_line.PROGRAM)
    application.setWindowIcon(icons.application_icon())
    Theme(application)
    Languages(application)
    TextSize(application)
    return application


def recognizer_factory(settings: Settings) -> RecognizerFactory:
    """What opens the model of these settings, to be called in the worker thread."""

    def open_recognizer() -> OpenRecognizer:
        import cv2

        # WORKAROUND(opencv-python 5.0): importing cv2 points these at a Qt 5 of its own, which would turn up in
        # the error texts of ours and be handed on to child processes.
        os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
        os.environ.pop("QT_QPA_FONTDIR", None)
        cv2.setNumThreads(1)  # the pictures are small, and a pool would only take the recognizer's cores

        from hccr_desktop.inference.allocator import give_back_freed_memory
        from hccr_desktop.inference.precision import open_model
        from hccr_desktop.personal.personal_recognizer import PersonalRecognizer

        path = Path(settings.model_path) if settings.model_path else paths.default_model()
        recognizer = open_model(
            path,
            provider=settings.provider,
            threads=settings.threads,
            precision=settings.precision,
            memo=paths.speed_memo(),
        )
        give_back_freed_memory()
        return PersonalRecognizer(recognizer, None)  # the window gives it a memory, once that is open

    return open_recognizer


def _part(application: QApplication, kind: type[Part]) -> Part:
    """What :func:`make_application` has given the application."""
    found = application.findChild(kind)
    if found is None:
        raise LookupError(f"the application has no {kind.__name__}")
    return found


def _log_first_paint() -> None:
    logger.debug("window drawable %.0f ms after the program's first import", (time.perf_counter() - IMPORTED_AT) * 1000)
