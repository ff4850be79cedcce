"""A table of rows that all fit in memory: batches, operators, the last units of today."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from bmdesk.ui.models.columns import Column, cell, heading, own_id

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class RowsModel(QAbstractTableModel):
    """Holds any objects as rows; the columns know how to read them, and `key` what each of them is."""

    about_to_move = Signal()
    moved = Signal()

    def __init__(
        self,
        columns: Sequence[Column],
        parent: QObject | None = None,
        *,
        key: Callable[[Any], Hashable] = own_id,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._rows: list[Any] = []

    def reset(self, rows: Sequence[Any]) -> None:
        """Another list: nothing of it is chosen."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def set_rows(self, rows: Sequence[Any]) -> None:
        """The same list as it is now. What is chosen in a table stays the same thing, wherever it stands then."""
        self.about_to_move.emit()
        before, now = len(self._rows), len(rows)
        if now > before:
            self.beginInsertRows(_NOWHERE, before, now - 1)
            self._rows = list(rows)
            self.endInsertRows()
        elif now < before:
            self.beginRemoveRows(_NOWHERE, now, before - 1)
            self._rows = list(rows)
            self.endRemoveRows()
        else:
            self._rows = list(rows)
        self.moved.emit()
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(now - 1, len(self.columns) - 1))

    def row(self, number: int) -> Any | None:
        """The object shown in this line; None outside the table."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    here = row

    def key_of(self, number: int) -> Hashable | None:
        """What stands in this line; None outside the table."""
        return self._key(self._rows[number]) if 0 <= number < len(self._rows) else None

    def numbers_of(self, keys: Collection[Hashable]) -> list[int]:
        """The lines in which these stand, in order."""
        return [number for number, row in enumerate(self._rows) if self._key(row) in keys]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        return None if row is None else cell(self.columns[index.column()], row, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        return heading(self.columns, section, orientation, role)
