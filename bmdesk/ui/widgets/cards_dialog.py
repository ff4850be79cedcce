"""A window of cards that scroll where the screen is low: it tells how things stand, and has nothing to save."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bmdesk.texts import t
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import ScrollColumn


class CardsDialog(QDialog):
    """Subclasses give their cards to `show_cards`; what they add to `head` stands beside the title."""

    def __init__(self, parent: QWidget, title: str, width: int) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(width, screen.width() - 60), min(720, screen.height() - 60))
        self.head = QHBoxLayout()
        self.head.addWidget(PlainLabel(title, "title"), 1)

    def show_cards(self, *cards: QWidget) -> None:
        """One below the other; once."""
        area = ScrollColumn()
        for card in cards:
            area.column.addWidget(card)
        area.column.addStretch(1)
        close = QPushButton(t("orders_page.close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        end = QHBoxLayout()
        end.addStretch()
        end.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addLayout(self.head)
        column.addWidget(area, 1)
        column.addLayout(end)
