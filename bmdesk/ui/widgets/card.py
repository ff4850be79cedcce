"""The white sheet that everything lies on."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.label import PlainLabel


class Card(QFrame):
    """A bordered surface with an optional title. Put widgets into `body` (a vertical layout); actions go
    right of the title.
    """

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(8)
        self._head = QHBoxLayout()
        self._head.setSpacing(6)
        self.title = PlainLabel(title, "heading")
        self.title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._head.addWidget(self.title, 1)
        column.addLayout(self._head)
        self.title.setVisible(bool(title))
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column.addLayout(self.body, 1)

    def set_title(self, title: str) -> None:
        """Change or, with "", hide the title."""
        self.title.setText(title)
        self.title.setVisible(bool(title))

    def add(self, what: QWidget | QLayout, stretch: int = 0) -> None:
        """Append a widget or a layout to the card."""
        if isinstance(what, QWidget):
            self.body.addWidget(what, stretch)
        else:
            self.body.addLayout(what, stretch)

    def add_action(self, widget: QWidget) -> None:
        """Put a small button to the right of the title."""
        self._head.addWidget(widget)
