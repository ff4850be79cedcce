"""A table for reading and choosing, keyboard first: 34-pixel rows, no grid, identifiers never cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from bmdesk.ui.models.columns import Column
from bmdesk.ui.theme import colour
from bmdesk.ui.widgets.pill import PillDelegate

ROW_HEIGHT = 34
_WIDEST_IDENTIFIER = "0" * 17
MOST_CHOSEN = 10_000
"""How many rows a person can choose at once."""
_Index = QModelIndex | QPersistentModelIndex


class DataTable(QTableView):
    """Shows a RowsModel or a PagedModel. Enter or double click: `opened(row number)`; moving:
    `current_changed(row number)`.
    """

    opened = Signal(int)
    current_changed = Signal(int)

    def __init__(self, name: str, *, multi: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if multi else mode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(CellDelegate(self))
        self.setFrameShape(QTableView.Shape.NoFrame)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(44)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self._fill_menu: Callable[[QMenu], object] | None = None
        self._empty: QWidget | None = None

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Also lays the columns out as the model's `columns` say."""
        super().setModel(model)
        if model is None:
            return
        self.selectionModel().currentRowChanged.connect(lambda now, _: self.current_changed.emit(now.row()))
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(self._show_or_hide_empty)
        self._lay_out(getattr(model, "columns", ()))
        self._show_or_hide_empty()

    def set_menu(self, fill: Callable[[QMenu], object] | None) -> None:
        """`fill` puts the actions for the chosen rows into the menu of the right button and the menu key."""
        self._fill_menu = fill

    def set_empty(self, widget: QWidget) -> None:
        """What stands there while the table has no row (an EmptyState)."""
        self._empty = widget
        widget.setParent(self.viewport())
        self._show_or_hide_empty()

    def chosen_rows(self) -> list[int]:
        """The numbers of the chosen rows, in order; at most MOST_CHOSEN, because nobody chooses more by hand."""
        numbers: list[int] = []
        model = self.selectionModel()
        if model is None:
            return numbers
        selection = model.selection()
        for number in range(selection.count()):
            span, room = selection.at(number), MOST_CHOSEN - len(numbers)
            numbers.extend(range(span.top(), min(span.bottom() + 1, span.top() + room)))
        return sorted(set(numbers))

    @property
    def chosen_count(self) -> int:
        """How many rows are chosen, loaded or not."""
        selection = self.selectionModel().selection()
        return sum(selection.at(number).height() for number in range(selection.count()))

    def chosen(self) -> list[Any]:
        """The chosen rows themselves, as far as the model has them here."""
        answer = getattr(self.model(), "row", None)
        rows = [answer(number) for number in self.chosen_rows()] if callable(answer) else []
        return [row for row in rows if row is not None]

    def choose_row(self, number: int) -> None:
        """Go to this row."""
        model = self.model()
        if model is not None and 0 <= number < model.rowCount():
            self.setCurrentIndex(model.index(number, 0))
            self.selectRow(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Menu:
            self._open_menu(self.visualRect(self.currentIndex()).bottomLeft())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys of the room, not a search through a million rows in the GUI thread."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._empty is not None:
            self._empty.setGeometry(self.viewport().rect())

    def _lay_out(self, columns: tuple[Column, ...]) -> None:
        header = self.horizontalHeader()
        metrics = QFontMetrics(self.font())
        for number, column in enumerate(columns):
            if column.stretch:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
                continue
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
            width = column.width or metrics.horizontalAdvance(column.title) + 44
            if column.identifier:
                width = max(width, metrics.horizontalAdvance(_WIDEST_IDENTIFIER) + 26)
            header.resizeSection(number, width)

    def _open_menu(self, where: QPoint) -> None:
        if self._fill_menu is None or not self.selectionModel().hasSelection():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_menu(menu)
        if not menu.isEmpty():
            menu.popup(self.viewport().mapToGlobal(where))

    def _show_or_hide_empty(self) -> None:
        if self._empty is not None:
            model = self.model()
            self._empty.setVisible(model is None or model.rowCount() == 0)
            self._empty.setGeometry(self.viewport().rect())


class CellDelegate(PillDelegate):
    """Pills, whole identifiers, and a bar that shows where the keyboard is."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        table = self.parent()
        if isinstance(table, DataTable) and table.hasFocus() and index.row() == table.currentIndex().row():
            line = QRect(option.rect)
            painter.fillRect(line.left(), line.bottom() - 1, line.width(), 2, colour("accent"))
            painter.fillRect(line.left(), line.top(), line.width(), 2, colour("accent"))
            if index.column() == 0:
                painter.fillRect(line.left(), line.top(), 3, line.height(), colour("accent"))

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        super().initStyleOption(option, index)
        columns: tuple[Column, ...] = getattr(index.model(), "columns", ())
        if index.column() < len(columns) and columns[index.column()].identifier:
            option.textElideMode = Qt.TextElideMode.ElideNone
