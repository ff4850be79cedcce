"""F1: every key that works here and now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from bmdesk.texts import t
from bmdesk.ui.shortcuts import in_force
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.overlay import Overlay

_ROWS = 14


class CheatSheet(Overlay):
    """An overlay over `window`; any key or click closes it. Keys are read each time it opens."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("veil")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._card: Card | None = None
        self._before: QWidget | None = None
        self._column = QVBoxLayout(self)

    def open(self) -> None:
        """Show the keys in force now."""
        window = self.over.window()
        lines = in_force(window)
        if self._card is not None:
            self._column.removeWidget(self._card)
            self._card.deleteLater()
        card = Card(t("window.keys.title"))
        card.body.setContentsMargins(4, 6, 4, 4)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(7)
        for number, line in enumerate(lines):
            row, pair = number % _ROWS, number // _ROWS * 3
            grid.addWidget(PlainLabel(line.keys, "key"), row, pair, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(PlainLabel(line.meaning), row, pair + 1)
            grid.setColumnMinimumWidth(pair + 2, 24)
        card.add(grid)
        card.add(PlainLabel(t("window.keys.close"), "note"))
        self._card = card
        self._column.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        self._before = window.focusWidget()
        self.cover()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_sheet(self) -> None:
        """Close it and give the focus back."""
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._before = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.close_sheet()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close_sheet()
