"""A bug is logged in full, said in plain words, and stops nobody."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, QtMsgType
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from bmdesk.ui.crash import CrashDialog, CrashReporter, log_qt_message
from bmdesk.ui.display import NoDisplay


@pytest.fixture
def reporter(dressed: QApplication, tmp_path: Path) -> Iterator[CrashReporter]:
    made = CrashReporter(tmp_path / "bmdesk.log")
    before = sys.excepthook, threading.excepthook
    yield made
    sys.excepthook, threading.excepthook = before
    if made.dialog is not None:
        made.dialog.close()


def test_a_bug_is_said_once_with_where_the_log_lies(
    reporter: CrashReporter, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL):
        reporter.report(ValueError("<b>odd</b>"))
        reporter.report(ValueError("again"))
        qtbot.waitUntil(lambda: reporter.dialog is not None)
    dialog = reporter.dialog
    assert dialog is not None
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "ValueError: <b>odd</b>" in said
    assert "bmdesk.log" in said
    assert len([record for record in caplog.records if record.name == "bmdesk.crash"]) == 2


def test_a_bug_in_a_thread_is_caught_too(reporter: CrashReporter, qtbot: QtBot) -> None:
    threading.excepthook = reporter._on_thread_exception
    thread = threading.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert reporter.dialog is not None
    assert "ZeroDivisionError" in reporter.dialog.findChildren(QPlainTextEdit)[0].toPlainText()


def test_a_failure_that_nobody_caught_is_still_no_crash(reporter: CrashReporter, qtbot: QtBot) -> None:
    with qtbot.waitSignal(reporter.failure) as said:
        reporter.report(NoDisplay())
    assert isinstance(said.args[0], NoDisplay)
    assert reporter.dialog is None


def test_work_goes_on_behind_the_dialog(reporter: CrashReporter, qtbot: QtBot) -> None:
    ticks: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(1)
    reporter.report(RuntimeError("x"))
    qtbot.waitUntil(lambda: reporter.dialog is not None and len(ticks) > 3)


def test_the_report_can_be_copied(dressed: QApplication, qtbot: QtBot) -> None:
    dialog = CrashDialog(RuntimeError("copy me, ana@phones.example, token=Xc4Rw8Qz2Lp0Vn6T"))
    qtbot.addWidget(dialog)
    buttons = [button for button in dialog.children() if button.inherits("QPushButton")]
    buttons[0].click()  # type: ignore[attr-defined]
    copied = QApplication.clipboard().text()
    assert "copy me" in copied and "ana@" not in copied and "Xc4Rw8Qz" not in copied


def test_words_of_qt_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    class Context:
        category = "qt.test"

    with caplog.at_level(logging.WARNING):
        log_qt_message(QtMsgType.QtWarningMsg, Context(), "a font is missing")  # type: ignore[arg-type]
    assert "a font is missing" in caplog.text
