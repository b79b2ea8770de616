import pytest
from pytestqt.qtbot import QtBot

from hccr_desktop.gui.status_line import StatusLine


@pytest.fixture
def status(qtbot: QtBot) -> StatusLine:
    status = StatusLine()
    qtbot.addWidget(status)
    return status


def test_status_line_news_goes_by_itself(status: StatusLine, qtbot: QtBot) -> None:
    status._timer.setInterval(1)
    status.tell("Copied 鲍")
    assert status.message == "Copied 鲍"
    qtbot.waitUntil(lambda: status.message == "")


def test_status_line_problem_stays_until_something_replaces_it(status: StatusLine, qtbot: QtBot) -> None:
    status._timer.setInterval(1)
    status.tell("news")
    status.warn("no model")
    assert not status._timer.isActive()
    assert status.message == "no model"
    status.tell("other news")
    assert status.message == "other news"


def test_status_line_joins_the_facts_there_are(status: StatusLine) -> None:
    status.show_facts(["Melnyk-Net", "", "CPU"])
    assert status.facts == "Melnyk-Net · CPU"
