"""What stands where nothing is yet: a picture, a sentence, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from bmdesk.ui.theme import mark, set_pixmap
from bmdesk.ui.widgets.label import PlainLabel


class EmptyState(QWidget):
    """Centred icon, sentence, optional note and action button."""

    def __init__(
        self,
        icon: str,
        sentence: str,
        *,
        note: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        mark(self, kind="clear")
        picture = QLabel()
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_pixmap(picture, icon, "muted", 44)
        self.sentence = PlainLabel(sentence, "heading", wrap=True)
        self.note = PlainLabel(note, "note", wrap=True)
        for label in (self.sentence, self.note):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton(action)
        mark(self.button, kind="primary")
        # Never shown here: without a parent yet, it would be a window of its own for a moment and take the keyboard.
        for widget, words in ((self.button, action), (self.note, note)):
            if not words:
                widget.hide()
        if on_action is not None:
            self.button.clicked.connect(on_action)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        column.addWidget(picture)
        column.addWidget(self.sentence)
        column.addWidget(self.note)
        column.addSpacing(4)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def set_words(self, sentence: str, note: str = "") -> None:
        """Change what it says."""
        self.sentence.setText(sentence)
        self.note.setText(note)
        self.note.setVisible(bool(note))
