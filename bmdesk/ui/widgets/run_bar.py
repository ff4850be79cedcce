"""A slim bar for what runs over many things: how far it is, and a button that stops it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from bmdesk.texts import Text
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton


class RunBar(QFrame):
    """Hidden until something runs. `stop` finishes the page under way and ends."""

    def __init__(self, stop: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        self._stop = False
        self.words = PlainLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        mark(self.bar, tone="accent")
        self.stop_button = ShortcutButton(stop, "Ctrl+.", icon="cross")
        self.stop_button.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self.words)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop_button)
        self.hide()

    def stop(self) -> None:
        """Finish the page under way, then stop."""
        self._stop = True
        self.stop_button.setEnabled(False)
