from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.settings_store import APPLICATION, ORGANIZATION, WHOLE_FILE, SettingsStore


def settings_file(folder: Path, text: str) -> None:
    path = folder / ORGANIZATION / f"{APPLICATION}.ini"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def test_store_without_a_file_gives_the_defaults() -> None:
    assert SettingsStore().load() == (Settings(), ())


def test_store_writes_below_the_folder_it_was_given(isolated_settings: Path) -> None:
    store = SettingsStore()
    assert store.save("threads", 2)
    assert store.path == isolated_settings / ORGANIZATION / f"{APPLICATION}.ini"
    assert store.path.is_file()


def test_store_reads_back_every_type_after_a_restart() -> None:
    store = SettingsStore()
    saved = {
        "copy_on_pick": False,
        "clear_on_pick": True,
        "threads": 3,
        "provider": "cpu",
        "last_directory": "/a,b/汉 字",
    }
    assert all(store.save(name, value) for name, value in saved.items())
    del store
    assert SettingsStore().load() == (Settings(**saved), ())


def test_store_replaces_damaged_values_and_names_them(isolated_settings: Path) -> None:
    settings_file(
        isolated_settings,
        "[settings]\nthreads=many\nprovider=tpu\ncopy_on_pick=perhaps\ncandidate_count=0\nclear_on_pick=false\n",
    )
    settings, rejected = SettingsStore().load()
    assert settings == Settings(clear_on_pick=False)
    assert set(rejected) == {"threads", "provider", "copy_on_pick", "candidate_count"}


@pytest.mark.parametrize(
    "text", ["\x00\x01\x02" * 50, "[settings\nthreads", "]]]]====", "[settings]\nthreads=@Variant(x)"]
)
def test_store_survives_a_file_of_rubbish(isolated_settings: Path, text: str) -> None:
    settings_file(isolated_settings, text)
    settings, _ = SettingsStore().load()
    assert settings == Settings()


def test_store_survives_a_folder_in_place_of_its_file(isolated_settings: Path) -> None:
    (isolated_settings / ORGANIZATION / f"{APPLICATION}.ini").mkdir(parents=True)
    store = SettingsStore()
    assert store.load() == (Settings(), (WHOLE_FILE,))
    assert not store.save("threads", 2)
    assert not store.save_geometry(QByteArray(b"x"))


def test_store_keeps_geometry_apart_from_settings() -> None:
    store = SettingsStore()
    assert store.load_geometry().isEmpty()
    assert store.save_geometry(QByteArray(b"\x01\xd9\x00"))
    del store
    again = SettingsStore()
    assert again.load_geometry().data() == b"\x01\xd9\x00"
    assert again.load() == (Settings(), ())
