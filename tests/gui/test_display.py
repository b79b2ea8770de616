"""What Qt says before there is a window."""

import logging

import pytest
from PySide6.QtCore import QLoggingCategory, qCWarning, qWarning

from hccr_desktop.gui.display import DisplayGuard


@pytest.mark.qt_no_exception_capture
def test_what_qt_says_meanwhile_reaches_the_log_afterwards(qtlog, caplog: pytest.LogCaptureFixture) -> None:
    with qtlog.disabled(), caplog.at_level(logging.WARNING):
        with DisplayGuard():
            qWarning("from Qt itself")
            qCWarning(QLoggingCategory("hccr.test"), "of a category")
            assert not caplog.records
        messages = [record.getMessage() for record in caplog.records]
    assert messages == ["default: from Qt itself", "hccr.test: of a category"]
