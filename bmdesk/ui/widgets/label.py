"""A label that shows plain text and nothing else, whatever the text came from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark


class PlainLabel(QLabel):
    """Plain text only. `kind` is one of title, heading, big, huge, caption, note, code, error, or "" for
    body text.
    """

    def __init__(
        self,
        words: str = "",
        kind: str = "",
        *,
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setText(words)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if kind:
            mark(self, kind=kind)

    def set_tone(self, tone: Tone | None) -> None:
        """Colour the words; None gives them their ordinary colour back."""
        mark(self, tone=str(tone) if tone else "")
