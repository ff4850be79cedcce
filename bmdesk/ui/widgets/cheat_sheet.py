"""F1: every key that works here and now. F1 once more leads to help."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from bmdesk.texts import t
from bmdesk.ui.shortcuts import BoundKey, in_force
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.overlay import Overlay

_COLUMN = 290  # pixels that keys and their meaning want
_MOST_COLUMNS = 4
_BETWEEN = 28
_SCROLLS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class CheatSheet(Overlay):
    """An overlay over `window`; any key but the arrows, or a click, closes it. Keys are read each time it opens.

    `help_asked` when it is opened while it is open, or its button is pressed.
    """

    help_asked = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("veil")
        self.setAccessibleName(t("window.keys.title"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._card: Card | None = None
        self._area: QScrollArea | None = None
        self._before: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 24, 24, 24)

    def open(self) -> None:
        """Show the keys in force now; where they are shown already, more than keys is wanted."""
        if self.isVisible():
            self._ask_help()
            return
        window = self.over.window()
        lines = together(in_force(window))
        if self._card is not None:
            self._column.removeWidget(self._card)
            self._card.hide()
            self._card.deleteLater()
        self._card = self._made(lines)
        self._column.addWidget(self._card, 0, Qt.AlignmentFlag.AlignCenter)
        self._before = window.focusWidget()
        self.cover()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_sheet(self) -> None:
        """Close it and give the focus back."""
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._before = None

    def _ask_help(self) -> None:
        self.close_sheet()
        self.help_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self._area.verticalScrollBar() if self._area is not None else None
        if bar is not None and bar.maximum() > 0 and event.key() in _SCROLLS:
            step = bar.pageStep() if event.key() in _SCROLLS[2:] else 3 * bar.singleStep()
            bar.setValue(bar.value() + (step if event.key() in _SCROLLS[1::2] else -step))
        else:
            self.close_sheet()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close_sheet()

    def _made(self, lines: list[BoundKey]) -> Card:
        room = max(self.over.width() - 120, px(_COLUMN))
        columns = max(1, min(_MOST_COLUMNS, room // px(_COLUMN + _BETWEEN), -(-len(lines) // 6)))
        rows = -(-len(lines) // columns)
        grid = QWidget()
        mark(grid, kind="clear")
        beside = QHBoxLayout(grid)
        beside.setContentsMargins(4, 4, 12, 4)
        beside.setSpacing(_BETWEEN)
        for first in range(0, len(lines), max(rows, 1)):
            beside.addLayout(_column(lines[first : first + rows]), 1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(grid)
        wanted = grid.sizeHint()
        self._area.setMinimumWidth(min(wanted.width() + 16, self.over.width() - 90))
        self._area.setMinimumHeight(min(wanted.height() + 2, self.over.height() - 160))
        card = Card(t("window.keys.title"))
        card.add(self._area, 1)
        more = QPushButton(t("window.help.here"))
        more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        more.clicked.connect(self._ask_help)
        foot = QHBoxLayout()
        foot.addWidget(PlainLabel(t("window.keys.help_again"), "note", wrap=True), 1)
        foot.addWidget(more)
        card.add(foot)
        return card


def together(lines: list[BoundKey]) -> list[BoundKey]:
    """One line a meaning: keys that do the same stand beside each other, two of them at most."""
    keys: dict[str, list[str]] = {}
    for line in lines:
        keys.setdefault(line.meaning, []).append(line.keys)
    return [BoundKey("\n".join(same[:2]), meaning) for meaning, same in keys.items()]


def _column(lines: list[BoundKey]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    for row, line in enumerate(lines):
        held = QHBoxLayout()
        held.setSpacing(4)
        for keys in line.keys.split("\n"):
            held.addWidget(PlainLabel(keys, "key"))
        held.addStretch()
        grid.addLayout(held, row, 0, Qt.AlignmentFlag.AlignTop)
        meaning = PlainLabel(line.meaning, wrap=True)
        meaning.setMinimumWidth(min(meaning.fontMetrics().horizontalAdvance(line.meaning) + 4, px(168)))
        grid.addWidget(meaning, row, 1)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(len(lines), 1)
    return grid
