"""Sentences for the user, and what keeps them translatable."""

import gc
import weakref
from pathlib import Path

import pytest

from hccr_desktop.errors import HccrError, ModelFileError, Sentence
from tests.conftest import REPOSITORY
from tools.sentences import UntranslatableError, sentences


def test_sentence_is_its_english_text() -> None:
    sentence = Sentence("{name} is empty.", name="a.png")
    assert sentence == "a.png is empty."
    assert sentence.template == "{name} is empty."


def test_sentence_without_values_may_hold_braces() -> None:
    sentence = Sentence("{}.png is empty.")
    assert sentence == "{}.png is empty."
    assert sentence.told_by(lambda template: template) == sentence


def test_sentence_is_told_in_another_language_with_those_within_it() -> None:
    words = {"{what}: {reason}.": "{what}：{reason}。", "the disk is full": "磁盘已满"}
    sentence = Sentence("{what}: {reason}.", what="a.db", reason=Sentence("the disk is full"))
    assert sentence.told_by(lambda template: words.get(template, template)) == "a.db：磁盘已满。"


@pytest.mark.parametrize("error", [HccrError("{name} is empty.", name="{0}.png"), ModelFileError("{0}.png is empty.")])
def test_error_message_is_a_sentence(error: HccrError) -> None:
    assert error.message == "{0}.png is empty."
    assert str(error) == error.message
    assert isinstance(error.message, Sentence)


def test_error_may_name_a_field_message() -> None:
    assert HccrError("{name}: {message}", name="a", message="b").message == "a: b"


def test_error_lets_go_of_what_the_calls_held() -> None:
    class Picture:
        pass

    held: list[weakref.ref[Picture]] = []

    def decode() -> None:
        picture = Picture()
        held.append(weakref.ref(picture))
        try:
            raise MemoryError
        except MemoryError as error:
            raise HccrError("There is not enough memory.") from error

    with pytest.raises(HccrError) as caught:
        decode()
    error = caught.value
    assert held[0]() is not None
    del caught
    assert error.without_frames() is error
    gc.collect()
    assert held[0]() is None
    assert isinstance(error.__cause__, MemoryError)


def package(folder: Path, source: str) -> Path:
    (folder / "part.py").write_text(source, encoding="utf-8")
    return folder


def test_collector_finds_errors_of_every_class_and_sentences(tmp_path: Path) -> None:
    source = """
class DiskError(HccrError): pass
class FullDiskError(errors.DiskError): pass
raise FullDiskError("{path} is on a full disk.", path=path)
NOTE = Sentence("b")
raise HccrError(Sentence("a"))
raise HccrError(NOTE)
raise ValueError(f"{never} shown")
"""
    assert sentences(package(tmp_path, source)) == ["a", "b", "{path} is on a full disk."]


@pytest.mark.parametrize("message", ['f"{name} is empty."', '"a" + name', '"{} is empty.".format(name)'])
def test_collector_refuses_what_nobody_can_translate(tmp_path: Path, message: str) -> None:
    with pytest.raises(UntranslatableError, match=r"part\.py:1"):
        sentences(package(tmp_path, f"raise HccrError({message})"))


def test_collector_leaves_the_command_lines_own_messages_alone(tmp_path: Path) -> None:
    (tmp_path / "cli.py").write_text('raise HccrError(f"{name} is empty.")', encoding="utf-8")
    assert sentences(tmp_path) == []


def test_every_sentence_of_the_program_can_be_translated() -> None:
    assert "{name} is damaged or cut off." in sentences(REPOSITORY / "hccr_desktop")
