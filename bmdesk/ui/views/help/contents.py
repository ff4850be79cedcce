"""The list at the left of help: all pages, or what a search has found.

A model of its own instead of a list of items: what it held before is gone with it, whoever still looks at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QListView

from bmdesk.ui.theme import Theme, icon, px

_HEIGHT = 38
_SMALL = 32
_INDENT = " " * 8
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. Without an address it leads nowhere; without a picture it belongs to the line above."""

    words: str
    address: str = ""
    picture: str = ""


class Contents(QListView):
    """`chosen(address)` when a person goes to a line."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lines = _Lines(self)
        self.setModel(self._lines)
        self.selectionModel().currentChanged.connect(self._current)
        Theme.now().changed.connect(self.viewport().update)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What it shows."""
        return self._lines.lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines; none of them is chosen."""
        self._lines.show(lines)

    def choose(self, address: str) -> None:
        """Show which line is open, if one of them is; nobody is told."""
        at = next((at for at, line in enumerate(self.lines) if line.address == address), -1)
        if at >= 0:
            self.selectionModel().blockSignals(True)
            self.setCurrentIndex(self._lines.index(at))
            self.selectionModel().blockSignals(False)
            self.viewport().update()

    def go_to_first(self) -> None:
        """Go to the first line that leads somewhere."""
        at = next((at for at, line in enumerate(self.lines) if line.address), -1)
        if at >= 0:
            self.setCurrentIndex(self._lines.index(at))

    def _current(self, index: QModelIndex) -> None:
        if index.isValid() and self.lines[index.row()].address:
            self.chosen.emit(self.lines[index.row()].address)


class _Lines(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()

    def show(self, lines: Sequence[Line]) -> None:
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        below = bool(line.address) and not line.picture
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{_INDENT}{line.words}" if below else line.words
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return line.words
            case Qt.ItemDataRole.DecorationRole if line.picture:
                return icon(line.picture, "muted")
            case Qt.ItemDataRole.SizeHintRole:
                return QSize(0, px(_SMALL if below else _HEIGHT))
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and self.lines[index.row()].address:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags
