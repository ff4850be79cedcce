"""One number that matters, with what it is and how it compares."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.label import PlainLabel


class StatCard(QFrame):
    """Caption, big value, note; the note's tone says whether that is good."""

    def __init__(self, caption: str, value: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        self.caption = PlainLabel(caption, "caption")
        self.value = PlainLabel(value, "big")
        self.note = PlainLabel(note, "note")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(2)
        for label in (self.caption, self.value, self.note):
            column.addWidget(label)

    def show_value(self, value: str, note: str = "", tone: Tone | None = None) -> None:
        """Change the number and its note."""
        self.value.setText(value)
        self.note.setText(note)
        self.note.set_tone(tone)
        self.setAccessibleName(f"{self.caption.text()}: {value} {note}".strip())
