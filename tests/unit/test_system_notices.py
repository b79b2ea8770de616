"""Where the licence texts of the system's libraries come from."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import system_notices
from tools.system_notices import NoticeError, listing, packages_of, texts_of


def answer(monkeypatch: pytest.MonkeyPatch, output: str) -> list[list[str]]:
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        asked.append(command)
        return SimpleNamespace(stdout=output, returncode=1)

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_library_is_found_under_either_spelling_of_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer(monkeypatch, "zlib1g:amd64: /lib/x/libz.so.1\nlibx11-6:amd64: /usr/lib/x/libX11.so.6\n")
    assert packages_of(["/usr/lib/x/libz.so.1", "/lib/x/libX11.so.6"]) == {
        "/usr/lib/x/libz.so.1": "zlib1g",
        "/lib/x/libX11.so.6": "libx11-6",
    }
    assert {"/lib/x/libz.so.1", "/usr/lib/x/libX11.so.6"} <= set(asked[0])


def test_library_of_no_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "zlib1g:amd64: /lib/x/libz.so.1\n")
    with pytest.raises(NoticeError, match=r"^/usr/local/lib/libmine\.so: of no package"):
        packages_of(["/lib/x/libz.so.1", "/usr/local/lib/libmine.so"])


def test_system_without_dpkg_gives_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object, **__: object) -> None:
        raise FileNotFoundError("dpkg-query")

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(NoticeError, match="dpkg-query, which is missing"):
        packages_of(["/lib/libz.so.1"])


def test_texts_are_those_of_the_packages_and_the_common_ones_that_they_name(tmp_path: Path) -> None:
    documents, common = tmp_path / "doc", tmp_path / "common-licenses"
    (documents / "libglib2.0-0").mkdir(parents=True)
    (documents / "zlib1g").mkdir()
    common.mkdir()
    for name in ("LGPL-2.1", "GPL-3"):
        (common / name).write_text(name)
    text = "On Debian it is in /usr/share/common-licenses/LGPL-2.1.\nNot here: /usr/share/common-licenses/BSD."
    (documents / "libglib2.0-0" / "copyright").write_text(text)
    (documents / "zlib1g" / "copyright").write_bytes(b"(C) 1995 Jean-loup Gailly, caf\xe9")
    assert texts_of({"zlib1g", "libglib2.0-0"}, documents, common) == {
        "libglib2.0-0/copyright": documents / "libglib2.0-0" / "copyright",
        "zlib1g/copyright": documents / "zlib1g" / "copyright",
        "common-licenses/LGPL-2.1": common / "LGPL-2.1",
    }


def test_package_without_a_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoticeError, match=r"^The package zlib1g has no licence text"):
        texts_of({"zlib1g"}, tmp_path, tmp_path)


def test_listing_names_each_library_with_its_package_and_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        system_notices.platform, "freedesktop_os_release", lambda: {"PRETTY_NAME": "Debian GNU/Linux 12 (bookworm)"}
    )
    text = listing({"/lib/x/libz.so.1": "zlib1g", "/usr/lib/x/libX11.so.6": "libx11-6"})
    assert "Debian GNU/Linux 12 (bookworm)" in text
    assert text.splitlines()[-2:] == ["libX11.so.6  libx11-6", "libz.so.1  zlib1g"]


def test_what_is_listed_is_what_the_look_at_the_bundle_finds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer(monkeypatch, "zlib1g:amd64: /lib/x/libz.so.1\n")
    documents = tmp_path / "doc" / "zlib1g"
    documents.mkdir(parents=True)
    (documents / "copyright").write_text("zlib")
    monkeypatch.setattr(system_notices, "texts_of", lambda packages: texts_of(packages, tmp_path / "doc", tmp_path))
    entries = system_notices.system_notices(["/lib/x/libz.so.1"], tmp_path)
    bundle = tmp_path / "bundle"
    for name, source, kind in entries:
        assert kind == "DATA"
        (bundle / name).parent.mkdir(parents=True, exist_ok=True)
        (bundle / name).write_bytes(Path(source).read_bytes())
    (bundle / "libz.so.1").write_bytes(b"")
    assert system_notices.unnoticed(bundle) == []
    (bundle / "libnew.so.1").write_bytes(b"")
    assert system_notices.unnoticed(bundle) == ["libnew.so.1"]
