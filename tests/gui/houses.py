"""A window with everything that surrounds it, as the program has it."""

from pathlib import Path

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.crash_notes import CrashNotes
from hccr_desktop.gui.crash_report import CrashReports, LogTail
from hccr_desktop.gui.housekeeping import Housekeeping
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.pick_history import PickHistory
from hccr_desktop.gui.recovery import Recovery
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.user_data import CRASH, DRAWING, UserData, stores
from hccr_desktop.gui.user_folder import CRASH_FILE, DRAWING_FILE, HISTORY_FILE, user_folder


def housekeeping_of(window: MainWindow, settings: Settings | None = None, *, path: Path | None = None) -> Housekeeping:
    """Give a window its housekeeping, with a history in a file of the test's own."""
    settings = settings or Settings()
    store = window._store
    assert isinstance(store, SettingsStore)
    picks = PickHistory(path or user_folder() / HISTORY_FILE, limit=settings.history_limit)
    user_data = UserData(stores(store.path))
    house = Housekeeping(window, settings, store, picks, user_data)
    recovery = Recovery(window, user_folder() / DRAWING_FILE, reports=CrashReports(LogTail()))
    user_data.add_keeper(DRAWING, recovery.forget)
    user_data.add_keeper(CRASH, CrashNotes(user_folder() / CRASH_FILE).end)  # begun, it would take pytest's own place
    return house
