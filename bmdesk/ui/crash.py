"""What happens when bmdesk itself is wrong: the log gets everything, the person gets a plain dialog, nothing
raises.

A Failure is never a crash; it has its own words and its own place (the banner).
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bmdesk.system import crashes
from bmdesk.system.logs import masked
from bmdesk.texts import Failure, t
from bmdesk.ui.theme import mark, set_pixmap

_log = logging.getLogger("bmdesk.crash")
_qt_log = logging.getLogger("bmdesk.qt")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashReporter(QObject):
    """Catches what nobody caught. `install()` once; `report(error)` may be connected to `Bridge.crashed`."""

    failure = Signal(object)  # a Failure that reached a hook: the window shows it as a banner
    _seen = Signal(object)

    def __init__(
        self, log_file: Path | None = None, parent: QObject | None = None, *, folder: Path | None = None
    ) -> None:
        super().__init__(parent)
        self.log_file = log_file
        self.folder = folder  # bugs are written down there, for the next start
        self.dialog: CrashDialog | None = None
        self._seen.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over sys.excepthook, threading.excepthook and Qt's messages."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(log_qt_message)

    def uninstall(self) -> None:
        """Give the hooks back (tests, and the end of the application)."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def report(self, error: BaseException) -> None:
        """Log this bug and tell the person, from any thread. Never raises."""
        try:
            if self.folder is not None and not isinstance(error, Failure):
                crashes.keep(self.folder, error)
            _log.critical("a bug: %s", error, exc_info=error)
            self._seen.emit(error)
        except Exception:  # noqa: BLE001 - the last resort must not raise
            traceback.print_exc()

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
        else:
            self.report(error.with_traceback(trace))

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_value)

    def _show(self, error: BaseException) -> None:
        try:
            if isinstance(error, Failure):
                self.failure.emit(error)
                return
            if self.dialog is not None and self.dialog.isVisible():
                return  # one dialog is enough; the log has the rest
            self.dialog = CrashDialog(error, self.log_file, QApplication.activeWindow())
            self.dialog.open()
        except Exception:  # noqa: BLE001 - the last resort must not raise
            _log.exception("the crash dialog itself failed")


class CrashDialog(QDialog):
    """Says what is safe, what went wrong, and what to send to whom. Plain text; the report can be copied."""

    def __init__(
        self, error: BaseException, log_file: Path | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("window.crash.title"))
        self.setMinimumWidth(620)
        trace = masked("".join(traceback.format_exception(error))[-20_000:])
        picture = QLabel()
        set_pixmap(picture, "warning", "bad", 28)
        title = _plain(t("window.crash.title"), "heading")
        happened = _plain(
            t("window.crash.happened", kind=type(error).__name__, said=masked(str(error))[:300])
        )
        todo = _plain(
            t("window.crash.todo", file=str(log_file)) if log_file else t("window.crash.todo_no_file"), "note"
        )
        details = QPlainTextEdit(trace)
        details.setReadOnly(True)
        details.setAccessibleName(t("window.crash.details"))
        details.setMinimumHeight(180)
        copy = QPushButton(t("window.crash.copy"))
        copy.clicked.connect(lambda: QApplication.clipboard().setText(trace))
        go_on = QPushButton(t("window.crash.go_on"))
        mark(go_on, kind="primary")
        go_on.setDefault(True)
        go_on.clicked.connect(self.accept)
        top = QHBoxLayout()
        top.addWidget(picture)
        top.addWidget(title, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch()
        buttons.addWidget(go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(happened)
        column.addWidget(todo)
        column.addWidget(details, 1)
        column.addLayout(buttons)
        go_on.setFocus()


def log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's own messages go to the log, with their category."""
    _qt_log.log(_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category or "qt", message)


def _plain(words: str, kind: str = "") -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if kind:
        mark(label, kind=kind)
    return label
