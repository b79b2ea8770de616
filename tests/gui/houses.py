"""A window with everything that surrounds it, as the program has it."""

from pathlib import Path

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.housekeeping import Housekeeping
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.pick_history import PickHistory
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.user_data import UserData, stores
from hccr_desktop.gui.user_folder import HISTORY_FILE, user_folder


def housekeeping_of(window: MainWindow, settings: Settings | None = None, *, path: Path | None = None) -> Housekeeping:
    """Give a window its housekeeping, with a history in a file of the test's own."""
    settings = settings or Settings()
    store = window._store
    assert isinstance(store, SettingsStore)
    picks = PickHistory(path or user_folder() / HISTORY_FILE, limit=settings.history_limit)
    return Housekeeping(window, settings, store, picks, UserData(stores(store.path)))
