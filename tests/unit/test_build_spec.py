"""The recipe of the frozen program, run with PyInstaller faked: what it asks for on each system."""

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.conftest import REPOSITORY

Calls = dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]]


def packages_with_pyinstaller(folder: Path) -> Path:
    """Only the environment of the bundle has PyInstaller."""
    licences = folder / "packages" / "pyinstaller-6.22.3.dist-info" / "licenses"
    licences.mkdir(parents=True)
    (licences / "COPYING.txt").write_text("GPL with an exception")
    (folder / "packages" / "PyInstaller").mkdir()
    (folder / "packages" / "PyInstaller" / "__init__.py").write_text("")
    return folder / "packages"


def run_spec(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, *binaries: str, needs: Sequence[str] = ()
) -> Calls:
    calls: Calls = {}

    def fake(name: str, answer: object = None):
        def call(*values: object, **named: object) -> object:
            calls.setdefault(name, []).append((values, named))
            return answer

        return call

    entries = [(name, name, "BINARY") for name in binaries]
    analysis = SimpleNamespace(pure=[], scripts=[], binaries=entries, datas=entries)
    modules = {
        "PyInstaller.building.api": {"COLLECT": fake("COLLECT", "folder"), "EXE": fake("EXE"), "PYZ": fake("PYZ")},
        "PyInstaller.building.build_main": {"Analysis": fake("Analysis", analysis)},
        "PyInstaller.building.osx": {"BUNDLE": fake("BUNDLE")},
        "PyInstaller.depend.bindepend": {"get_imports": fake("get_imports", [(name, name) for name in needs])},
        "PyInstaller.utils.hooks": {"copy_metadata": fake("copy_metadata", [])},
    }
    for name, content in modules.items():
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(sys, "path", [str(packages_with_pyinstaller(tmp_path)), *sys.path])
    spec = (REPOSITORY / "build.spec").read_text("utf-8")
    code = compile(spec, "build.spec", "exec")
    monkeypatch.setattr("subprocess.run", fake("run"))
    monkeypatch.setattr(sys, "platform", platform)
    exec(code, {"SPECPATH": str(REPOSITORY), "workpath": str(tmp_path)})
    return calls


def test_linux_gets_a_folder_with_two_programs_and_no_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls = run_spec(monkeypatch, tmp_path, "linux")
    assert [named["name"] for _, named in calls["EXE"]] == ["hccr-desktop", "hccr"]
    assert all(named["icon"] is None and named["version"] is None for _, named in calls["EXE"])
    assert "BUNDLE" not in calls
    assert "run" not in calls


def test_windows_gets_icon_and_version_and_the_runtime_before_qt(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = run_spec(monkeypatch, tmp_path, "win32")
    for _, named in calls["EXE"]:
        assert named["icon"] == str(tmp_path / "platform" / "hccr-desktop.ico")
        assert named["version"] == str(tmp_path / "platform" / f"{named['name']}-version.txt")
    assert [named["console"] for _, named in calls["EXE"]] == [False, True]
    hooks = calls["Analysis"][0][1]["runtime_hooks"]
    assert [(REPOSITORY / hook).is_file() for hook in hooks] == [True]
    (command,), _ = calls["run"][0]
    assert (REPOSITORY / command[1]).is_file()
    assert "BUNDLE" not in calls


def test_macos_gets_an_application_with_icon_and_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls = run_spec(monkeypatch, tmp_path, "darwin")
    values, named = calls["BUNDLE"][0]
    assert values == ("folder",)
    assert named["name"] == "HCCR Desktop.app"
    assert named["icon"] == str(tmp_path / "platform" / "hccr-desktop.icns")
    assert named["version"].count(".") == 2
    # PyInstaller would start the command line where one opens the application, and keep it out of the Dock.
    assert named["info_plist"]["CFBundleExecutable"] == "hccr-desktop"
    assert named["info_plist"]["LSBackgroundOnly"] is False
    assert all(named["version"] is None for _, named in calls["EXE"])


@pytest.mark.parametrize(
    ("platform", "wanted", "unwanted"),
    [
        (
            "darwin",
            "PySide6/Qt/lib/QtWidgets.framework/Versions/A/QtWidgets",
            "PySide6/Qt/lib/QtQuick.framework/Versions/A/Resources/Info.plist",
        ),
        ("win32", "cv2/cv2.pyd", "cv2/opencv_videoio_ffmpeg5000_64.dll"),
    ],
)
def test_what_the_window_does_not_need_is_left_out_whole(
    platform: str, wanted: str, unwanted: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = run_spec(monkeypatch, tmp_path, platform, wanted, unwanted)
    values, _ = calls["COLLECT"][0]
    collected = [[name for name, *_ in entries] for entries in values[2:]]
    assert len(collected) == 4
    assert all(set(names) == {wanted} for names in collected[:3])
    assert collected[3] == []


def test_notices_of_python_packages_and_loader_are_taken_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls = run_spec(monkeypatch, tmp_path, "linux")
    datas = {target: Path(source) for source, target in calls["Analysis"][0][1]["datas"]}
    notices = {
        target.removeprefix("third-party-notices/"): file for target, file in datas.items() if "notices" in target
    }
    assert set(notices) == {"onnxruntime", "cv2", "PyInstaller", "python"}
    assert all(file.is_file() for file in notices.values())
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in notices["python"].read_text("utf-8")


def test_notices_of_the_systems_libraries_are_asked_for_those_that_go_into_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[list[str]] = []

    def answer(libraries: list[str], scratch: Path) -> list[tuple[str, str, str]]:
        asked.append(libraries)
        return [("third-party-notices/system-libraries.txt", str(scratch), "DATA")]

    monkeypatch.setattr("tools.system_notices.system_notices", answer)
    (tmp_path / "system").mkdir()
    (tmp_path / "system" / "libpython3.11.so.1.0").write_bytes(b"")
    monkeypatch.chdir(tmp_path / "system")
    # libz.so.1 is of the system; nothing asks for libreadline.so.8; libpython has another notice, Qt came in a wheel.
    calls = run_spec(
        monkeypatch,
        tmp_path,
        "linux",
        "libz.so.1",
        "libreadline.so.8",
        "libpython3.11.so.1.0",
        "PySide6/Qt/lib/libQt6Core.so.6",
        needs=["libz.so.1"],
    )
    assert asked == [["libz.so.1"] * 2]
    assert [name for name, *_ in calls["COLLECT"][0][0][-1]] == ["third-party-notices/system-libraries.txt"]
    assert "readline" in calls["Analysis"][0][1]["excludes"]


def test_hook_loads_the_runtime_without_qt() -> None:
    source = (REPOSITORY / "tools" / "import_runtime_first.py").read_text("utf-8")
    assert "from hccr_desktop import gui" in source
    assert "PySide6" not in (REPOSITORY / "hccr_desktop" / "gui" / "__init__.py").read_text("utf-8")
