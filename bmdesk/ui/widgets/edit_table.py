"""A table whose cells are typed in: rows of a policy document, with adding, removing and moving, by keyboard too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bmdesk.texts import msg, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px, tint
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton

_Index = QModelIndex | QPersistentModelIndex
_VALUE = int(Qt.ItemDataRole.UserRole) + 1
_ROW_HEIGHT = 34
_LEAST_WIDTH = 200


@dataclass(frozen=True, slots=True)
class EditColumn:
    """One column. `choices` makes it a list to choose from, `flag` a tick; else it is typed."""

    key: str
    title: str
    width: int = 0  # 0: takes what is left, and never less than a title needs
    choices: tuple[tuple[str, str], ...] = ()
    flag: bool = False
    hint: str = ""


class EditTable(QWidget):
    """Rows are dictionaries of texts and flags by column key; keys without a column are carried along unseen."""

    changed = Signal()

    def __init__(self, name: str, columns: Sequence[EditColumn], fresh: dict[str, Any]) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.columns = tuple(columns)
        self._fresh = fresh
        self._filling = False
        self._hidden: list[dict[str, Any]] = []
        self.table = _Table(len(self.columns), [column.width for column in self.columns])
        self.table.setAccessibleName(name)
        self._dress()
        self.table.itemChanged.connect(self._edited)
        self.add_button = ShortcutButton(msg("settings.table.add"), icon="plus")
        self.remove_button = ShortcutButton(msg("settings.table.remove"), icon="trash")
        self.up_button = ShortcutButton(msg("settings.table.up"), icon="chevron-up")
        self.down_button = ShortcutButton(msg("settings.table.down"), icon="chevron-down")
        for button, keys, meaning, slot in (
            (self.add_button, "Ins", msg("settings.table.add"), self.add),
            (self.remove_button, "Ctrl+Del", msg("settings.table.remove"), self.remove),
            (self.up_button, "Alt+Up", msg("settings.table.up"), lambda: self.move_by(-1)),
            (self.down_button, "Alt+Down", msg("settings.table.down"), lambda: self.move_by(1)),
        ):
            button.clicked.connect(slot)
            button.setToolTip(keys)
            bind(self, keys, meaning, slot, local=True)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.add_button, self.remove_button, self.up_button, self.down_button):
            row.addWidget(button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        self.setFocusProxy(self.table)

    def set_rows(self, rows: Sequence[dict[str, Any]]) -> None:
        """Replace all rows."""
        self._filling = True
        self._hidden = [dict(row) for row in rows]
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            self._fill(number, row)
        self._filling = False

    def rows(self) -> list[dict[str, Any]]:
        """What stands there now."""
        return [self._row(number) for number in range(self.table.rowCount())]

    def add(self) -> None:
        """A fresh row below the current one; its first cell waits to be typed."""
        at = self.table.currentRow() + 1 if self.table.currentRow() >= 0 else self.table.rowCount()
        self._filling = True
        self.table.insertRow(at)
        self._hidden.insert(at, dict(self._fresh))
        self._fill(at, self._fresh)
        self._filling = False
        self.table.setCurrentCell(at, 0)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        first = self.table.item(at, 0)
        if first is not None:
            self.table.editItem(first)
        self.changed.emit()

    def remove(self) -> None:
        """Take the current row out."""
        at = self.table.currentRow()
        if at >= 0:
            self.table.removeRow(at)
            del self._hidden[at]
            self.changed.emit()

    def move_by(self, step: int) -> None:
        """Move the current row up or down."""
        at, column = self.table.currentRow(), max(self.table.currentColumn(), 0)
        to = at + step
        if at < 0 or not 0 <= to < self.table.rowCount():
            return
        rows = self.rows()
        rows[at], rows[to] = rows[to], rows[at]
        self.set_rows(rows)
        self.table.setCurrentCell(to, column)
        self.changed.emit()

    def show_wrong(self, row: int, key: str) -> None:
        """Mark this cell and go there."""
        at = next((n for n, column in enumerate(self.columns) if column.key == key), 0)
        item = self.table.item(row, at)
        if item is not None:
            self._filling = True
            item.setBackground(QBrush(tint(Tone.BAD)))
            self._filling = False
            self.table.setCurrentItem(item)
            self.table.scrollToItem(item)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- inside

    def _fill(self, number: int, row: dict[str, Any]) -> None:
        for at, column in enumerate(self.columns):
            value = row.get(column.key, False if column.flag else "")
            item = QTableWidgetItem()
            if column.flag:
                item.setFlags(
                    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
                )
                item.setCheckState(Qt.CheckState.Checked if value else Qt.CheckState.Unchecked)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, column.title)
            else:
                item.setData(_VALUE, str(value))
                item.setText(_words(column, str(value)))
                item.setToolTip(column.hint)
            self.table.setItem(number, at, item)

    def _row(self, number: int) -> dict[str, Any]:
        found = dict(self._hidden[number])
        for at, column in enumerate(self.columns):
            item = self.table.item(number, at)
            if item is None:
                continue
            if column.flag:
                found[column.key] = item.checkState() == Qt.CheckState.Checked
            elif column.choices:
                found[column.key] = str(item.data(_VALUE))
            else:
                found[column.key] = item.text().strip()
        return found

    def _edited(self, item: QTableWidgetItem) -> None:
        if self._filling:
            return
        self._filling = True
        item.setData(Qt.ItemDataRole.BackgroundRole, None)
        self._filling = False
        self.changed.emit()

    def _dress(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([column.title for column in self.columns])
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(px(_ROW_HEIGHT))
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setWordWrap(False)
        table.setFrameShape(QTableWidget.Shape.NoFrame)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, column in enumerate(self.columns):
            if column.choices:
                table.setItemDelegateForColumn(at, _ChoiceDelegate(column, table))


class _Table(QTableWidget):
    """Columns as wide as they are told; those without a width share what is left."""

    def __init__(self, columns: int, widths: Sequence[int]) -> None:
        super().__init__(0, columns)
        self._widths = tuple(widths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        widths = [
            max(px(width), self._title_width(at)) if width else 0 for at, width in enumerate(self._widths)
        ]
        left = self.viewport().width() - sum(widths)
        for at, width in enumerate(widths):
            self.setColumnWidth(at, width or max(px(_LEAST_WIDTH), left // widths.count(0)))

    def _title_width(self, at: int) -> int:
        title = self.horizontalHeaderItem(at)
        metrics = self.horizontalHeader().fontMetrics()
        return metrics.horizontalAdvance(title.text()) + 16 if title is not None else 0


class _ChoiceDelegate(QStyledItemDelegate):
    """A cell that is chosen from a list."""

    def __init__(self, column: EditColumn, parent: QTableWidget) -> None:
        super().__init__(parent)
        self._column = column

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        box = ChoiceBox(self._column.title, list(self._column.choices), parent)
        box.activated.connect(lambda _: self.commitData.emit(box))
        return box

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        if isinstance(editor, ChoiceBox):
            editor.set_value(str(index.data(_VALUE)))

    def setModelData(self, editor: QWidget, model: Any, index: _Index) -> None:
        if isinstance(editor, ChoiceBox) and editor.value() != index.data(_VALUE):
            model.setData(index, editor.value(), _VALUE)
            model.setData(index, editor.currentText(), Qt.ItemDataRole.EditRole)


def _words(column: EditColumn, value: str) -> str:
    return dict(column.choices).get(value, value) if column.choices else value


def empty_hint() -> str:
    """What a table says under itself about its keys."""
    return t("settings.table.keys")
