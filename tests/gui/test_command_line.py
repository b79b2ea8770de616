from pathlib import Path

import pytest

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.command_line import Options, parse, words_for_qt


def test_parse_of_nothing_changes_no_setting() -> None:
    stored = Settings(threads=4, provider="cpu")
    assert parse([]).applied_to(stored) == stored


def test_parse_takes_a_picture_and_settings_of_this_run() -> None:
    options = parse(["汉 字.png", "--model", "m.onnx", "--provider", "cuda", "--threads", "2"])
    assert options == Options(Path("汉 字.png"), Path("m.onnx"), "cuda", 2)
    assert options.applied_to(Settings()) == Settings(model_path="m.onnx", provider="cuda", threads=2)


def test_parse_takes_what_is_asked_of_the_open_window() -> None:
    assert parse(["--toggle"]) == Options(is_toggle=True)
    assert parse(["--new-window", "a.png"]) == Options(Path("a.png"), is_new_window=True)


@pytest.mark.parametrize(
    "arguments",
    [["--threads", "0"], ["--threads", "65"], ["--threads", "x"], ["--provider", "tpu"], ["a", "b"], ["-x"]],
)
def test_parse_refuses_wrong_usage_with_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse(arguments)
    assert stopped.value.code == 2
    assert "usage: hccr-desktop" in capsys.readouterr().err


def test_words_that_qt_cannot_take_are_replaced_and_found_again() -> None:
    words = ["hccr-desktop", "-style", "\udcff.png", "鲍.png"]
    safe, replaced = words_for_qt(words)
    assert safe[:2] == words[:2]
    assert safe[3] == "鲍.png"
    safe[2].encode()
    assert [replaced.get(word, word) for word in safe] == words
