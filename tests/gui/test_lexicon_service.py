import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from hccr_desktop.errors import LexiconError
from hccr_desktop.gui.lexicon_service import Details, LexiconService, OpenLexicon
from hccr_desktop.lexicon.entry import Entry
from hccr_desktop.lexicon.lexicon import Lexicon
from hccr_desktop.lexicon.stroke_order import StrokeOrder


@pytest.fixture
def service(qtbot: QtBot) -> Iterator[LexiconService]:
    service = LexiconService()
    yield service
    service.stop()


def made(open_lexicon: OpenLexicon) -> LexiconService:
    return LexiconService(open_lexicon)


def test_service_starts_no_thread_before_it_is_asked(service: LexiconService) -> None:
    assert not service._thread.isRunning()


def test_service_describes_characters_and_leaves_out_what_it_does_not_know(
    service: LexiconService, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(service.described) as described:
        service.describe("鲍A行")
    (entries,) = described.args
    assert list(entries) == ["鲍", "行"]
    assert entries["鲍"].readings == ("bào",)


def test_service_looks_up_entry_and_stroke_order(service: LexiconService, qtbot: QtBot) -> None:
    with qtbot.waitSignal(service.looked_up) as looked_up:
        service.look_up("鲍")
    details: Details = looked_up.args[0]
    assert details.entry.traditional == ("鮑",)
    assert len(details.stroke_order.strokes) == details.entry.stroke_count == 13
    assert details.problem is None


def test_service_searches_by_pinyin(service: LexiconService, qtbot: QtBot) -> None:
    with qtbot.waitSignal(service.found) as found:
        service.search("bao4")
    assert "鲍" in [entry.character for entry in found.args[0].entries]


class SlowLexicon:
    """Holds the first look-up until a test opens the gate, and remembers what it was asked."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.is_asked = threading.Event()
        self.asked: list[str] = []

    def entry(self, character: str) -> Entry | None:
        self.asked.append(character)
        self.is_asked.set()
        assert self.gate.wait(10), "the test never opened the gate"
        return None

    def stroke_order(self, character: str) -> StrokeOrder | None:
        return None


def test_service_answers_the_last_of_several_look_ups_alone(qtbot: QtBot) -> None:
    lexicon = SlowLexicon()
    service = made(lambda: lexicon)  # type: ignore[arg-type, return-value]
    answers: list[str] = []
    service.looked_up.connect(lambda details: answers.append(details.character))
    service.look_up("一")
    assert lexicon.is_asked.wait(10)
    for character in "二三四":
        service.look_up(character)
    with qtbot.waitSignal(service.looked_up):
        lexicon.gate.set()
    service.stop()
    assert answers == ["四"]
    assert lexicon.asked == ["一", "四"]


def test_service_without_a_dictionary_says_so_once(qtbot: QtBot) -> None:
    def fail() -> Lexicon:
        raise LexiconError("dictionary.bin cannot be read.")

    service = made(fail)
    with qtbot.waitSignal(service.failed) as failed:
        service.describe("鲍")
    assert failed.args[0].message == "dictionary.bin cannot be read."
    with qtbot.assertNotEmitted(service.failed):
        service.look_up("鲍")
        service.search("bao")
        service.stop()


def test_service_unexpected_failure_becomes_a_sentence(qtbot: QtBot) -> None:
    service = made(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    with qtbot.waitSignal(service.failed) as failed:
        service.describe("鲍")
    assert failed.args[0].message == "The dictionary cannot be read."
    service.stop()


def test_service_tells_the_readings_where_the_strokes_are_damaged(qtbot: QtBot) -> None:
    class Half(Lexicon):
        def stroke_order(self, character: str) -> StrokeOrder | None:
            raise LexiconError("strokes.bin is damaged.")

    def opened() -> Lexicon:
        whole = Lexicon.open()
        return Half(whole._dictionary, whole._strokes_path)

    service = made(opened)
    with qtbot.waitSignal(service.looked_up) as looked_up:
        service.look_up("鲍")
    details: Details = looked_up.args[0]
    assert details.entry is not None
    assert details.stroke_order is None
    assert details.problem.message == "strokes.bin is damaged."
    service.stop()
