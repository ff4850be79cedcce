"""The first thing after a crash: that bmdesk ended unexpectedly, that nothing is lost, and the report to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bmdesk.system import crashes
from bmdesk.system.crashes import Report
from bmdesk.texts import t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import moment


class LastCrashDialog(QDialog):
    """Told once: whoever closes it has seen it. The reports stay until somebody deletes them."""

    def __init__(self, folder: Path, reports: Sequence[Report], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("window.ended.title"))
        self.setMinimumWidth(px(560))
        self._folder = folder
        self._reports = tuple(reports)
        text = "\n\n".join(report.text.strip() for report in reports)
        self.details = QPlainTextEdit(text)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(t("window.crash.details"))
        self.details.setMinimumHeight(px(220))
        self.details.hide()
        self.show_button = QPushButton(t("window.ended.show"))
        self.show_button.setCheckable(True)
        self.show_button.toggled.connect(self._show_details)
        self.copy_button = QPushButton(t("window.crash.copy"))
        self.copy_button.clicked.connect(lambda: QApplication.clipboard().setText(text))
        self.delete_button = QPushButton(t("window.ended.delete"))
        self.delete_button.clicked.connect(self._delete)
        self.close_button = QPushButton(t("window.ended.close"))
        mark(self.close_button, kind="primary")
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for button in (self.show_button, self.copy_button, self.delete_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        last = reports[0]
        column.addWidget(PlainLabel(t("window.ended.title"), "heading", wrap=True))
        column.addWidget(PlainLabel(t("window.ended.happened", at=moment(last.at)), wrap=True))
        column.addWidget(PlainLabel(t("window.ended.todo", folder=str(folder)), "note", wrap=True))
        column.addWidget(self.details, 1)
        column.addSpacing(6)
        column.addLayout(buttons)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finished.connect(lambda _code: crashes.told(self._folder))

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.show_button.setText(t("window.ended.hide") if shown else t("window.ended.show"))
        self.adjustSize()

    def _delete(self) -> None:
        for report in self._reports:
            crashes.delete(report)
        self.accept()
