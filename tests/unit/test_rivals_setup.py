"""What `make rivals` installs."""

from collections.abc import Sequence

import pytest

from tests.conftest import REPOSITORY
from tools import bootstrap


def pinned(name: str) -> dict[str, str]:
    lines = bootstrap.pins((REPOSITORY / "requirements" / name).read_text("utf-8"))
    return dict(line.partition(" ")[0].split("==") for line in lines)


def test_every_rival_is_locked_at_the_version_asked_for() -> None:
    lines = (REPOSITORY / "requirements" / "rivals.in").read_text("utf-8").splitlines()
    asked = [line for line in lines if line and not line.startswith("#")]
    locked = pinned("rivals.txt")
    assert len(asked) == 6
    for line in asked:
        name, _, version = line.partition("==")
        assert locked[name] == (version or locked[name])


def test_rivals_run_on_the_runtime_that_this_project_runs_on() -> None:
    ours, theirs = pinned("app.txt"), pinned("rivals.txt")
    assert {name: theirs[name] for name in ("onnxruntime", "numpy", "pillow")} == {
        name: ours[name] for name in ("onnxruntime", "numpy", "pillow")
    }


def test_everything_of_the_rivals_is_hashed() -> None:
    text = (REPOSITORY / "requirements" / "rivals.txt").read_text("utf-8")
    assert text.count("--hash=sha256:") >= len(pinned("rivals.txt")) > 20


def test_rivals_of_debian_that_cannot_be_had_do_not_stop_the_set_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Sequence[str]] = []

    def refuse(packages: Sequence[str]) -> None:
        asked.append(packages)
        raise bootstrap.SetupError("HCCR Desktop needs libzinnia0")

    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "RIVAL_LIBRARIES", {"libnowhere.so.7": "libnowhere7"})
    monkeypatch.setattr(bootstrap, "RIVAL_FILES", {"/nowhere/model": "nowhere-model"})
    monkeypatch.setattr(bootstrap, "install_system_packages", refuse)
    bootstrap.ensure_rivals()
    assert asked == [["libnowhere7", "nowhere-model"]]
    assert capsys.readouterr().err == "HCCR Desktop needs libzinnia0\n"
