"""A search field that waits until the person has finished typing."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from bmdesk.texts import t
from bmdesk.ui.theme import Theme, icon, px

WAIT_MS = 180


class SearchBox(QLineEdit):
    """`searched(text)` fires 180 ms after the last key, at once on Enter; Esc empties it."""

    searched = Signal(str)

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint or t("ui.search.hint"))
        self.setAccessibleName(hint or t("ui.search.hint"))
        self.setToolTip(hint or t("ui.search.hint"))  # a narrow field shows only its beginning
        self.setClearButtonEnabled(False)
        self.setMaxLength(120)
        self.setMinimumWidth(px(240))
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._tell)
        self._told = ""
        self.textChanged.connect(self._wait_again)
        self.returnPressed.connect(self._tell)
        Theme.now().changed.connect(self._tint)
        self._tint()

    def put(self, words: str) -> None:
        """Show these words; who puts them there searches, so nothing is searched later."""
        self.setText(words)
        self._wait.stop()
        self._told = words.strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._tell()
        else:
            super().keyPressEvent(event)

    def _wait_again(self) -> None:
        self._wait.start()

    def _tell(self) -> None:
        self._wait.stop()
        text = self.text().strip()
        if text != self._told:
            self._told = text
            self.searched.emit(text)

    def _tint(self) -> None:
        self._glass.setIcon(icon("search", "muted"))
