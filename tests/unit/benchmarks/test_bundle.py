"""The comparison of the bundle's start with the source tree's, but for the starts."""

import subprocess
from pathlib import Path

import pytest

from benchmarks import bundle


def test_the_launcher_becomes_the_program_and_drops_what_follows(tmp_path: Path) -> None:
    program = tmp_path / "程序 one"
    program.write_text('#!/bin/sh\necho "$# $$"\n', "utf-8")
    program.chmod(0o755)
    with subprocess.Popen([*bundle.launcher(program), "python", "-m", "hccr_desktop"], stdout=subprocess.PIPE) as begun:
        said, _ = begun.communicate(timeout=30)
    assert said.decode().split() == ["0", str(begun.pid)]


def test_no_bundle_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = tmp_path / "hccr-desktop"
    monkeypatch.setattr("sys.argv", ["bundle", "--bundle", str(missing)])
    with pytest.raises(SystemExit, match=r"There is no bundle at .*hccr-desktop; `make build` makes it"):
        bundle.main()
