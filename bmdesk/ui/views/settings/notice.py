"""Words that stay where they belong: a coloured frame inside a card, with title, what happened and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, set_pixmap
from bmdesk.ui.widgets.label import PlainLabel

_ICONS = {Tone.OK: "check", Tone.INFO: "info", Tone.NEUTRAL: "info"}


class Notice(QFrame):
    """Hidden until `show_words`; nobody can dismiss it, because it tells what is so."""

    def __init__(self) -> None:
        super().__init__()
        self.words: tuple[str, ...] = ()
        self._picture = QLabel()
        self._title = PlainLabel("", "heading", wrap=True)
        self._lines = [PlainLabel("", wrap=True, selectable=True) for _ in range(2)]
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        for line in self._lines:
            words.addWidget(line)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.hide()

    def show_words(self, tone: Tone, title: str, *lines: str) -> None:
        """Say this; at most two lines below the title."""
        self.words = (title, *lines)
        mark(self, kind="banner", tone=str(tone))
        set_pixmap(self._picture, _ICONS.get(tone, "warning"), str(tone), 20)
        self._title.setText(title)
        for number, label in enumerate(self._lines):
            label.setText(lines[number] if number < len(lines) else "")
            label.setVisible(number < len(lines))
        self.setAccessibleName(" ".join(self.words))
        self.show()

    def clear(self) -> None:
        """Say nothing any more."""
        self.words = ()
        self.hide()
