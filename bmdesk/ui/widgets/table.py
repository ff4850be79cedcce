"""A table for reading and choosing, keyboard first: 34-pixel rows, no grid, identifiers never cut."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
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
from bmdesk.ui.models.paged_model import PagedModel
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.theme import colour, px
from bmdesk.ui.widgets.kept_choice import KeptChoice
from bmdesk.ui.widgets.pill import PillDelegate

ROW_HEIGHT = 34
_WIDEST_IDENTIFIER = "0" * 17
_LEAST_ROWS = 3
_LEAST_STRETCH = 120
_TITLE_ROOM = 16  # around the title of a column: less would cut it
_Index = QModelIndex | QPersistentModelIndex


class DataTable(QTableView):
    """Shows a RowsModel or a PagedModel. Enter or double click: `opened(row number)`; something else under the
    keyboard: `current_changed(row number)`, -1 where it left the list. What is chosen are things, not lines.
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
        rows.setDefaultSectionSize(px(ROW_HEIGHT))
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(44)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self._fill_menu: Callable[[QMenu], object] | None = None
        self._empty: QWidget | None = None
        self._kept: KeptChoice | None = None

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Also lays the columns out as the model's `columns` say."""
        super().setModel(model)
        if not isinstance(model, (RowsModel, PagedModel)):
            return
        self._kept = KeptChoice(self, model)
        self._kept.changed.connect(self.current_changed)
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(self._show_or_hide_empty)
        self._lay_out(model.columns)
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
        return self._kept.chosen_numbers() if self._kept is not None else []

    @property
    def chosen_count(self) -> int:
        """How many rows are chosen, loaded or not."""
        return self._kept.chosen_count if self._kept is not None else 0

    def chosen(self) -> list[Any]:
        """The chosen rows themselves, as far as the model has them here."""
        rows = (self._here(number) for number in self.chosen_rows())
        return [row for row in rows if row is not None]

    def chosen_unread(self) -> list[int]:
        """The numbers of the chosen rows that the model does not have here."""
        return [number for number in self.chosen_rows() if self._here(number) is None]

    @property
    def has_left(self) -> bool:
        """Whether what a person had chosen left the list: until they choose again, no key may act on anything."""
        return self._kept is not None and self._kept.has_left

    def under_keyboard(self) -> Any | None:
        """The row that a key acts on; None where it left the list and nobody went elsewhere since."""
        return None if self.has_left else self._row(self.currentIndex().row())

    def go_on_after(self, keys: Iterable[Hashable]) -> None:
        """A person deals with these. When the one under the keyboard leaves the list for that, the next is chosen."""
        if self._kept is not None:
            self._kept.go_on_after(keys)

    def stay(self) -> None:
        """Nothing came of it: the keyboard goes nowhere by itself."""
        if self._kept is not None:
            self._kept.stay()

    def title_width(self, number: int) -> int:
        """What the title of this column needs, so that it is not cut."""
        header = self.horizontalHeader()
        words = str(self.model().headerData(number, Qt.Orientation.Horizontal) or "")
        return header.fontMetrics().horizontalAdvance(words) + _TITLE_ROOM if words else 0

    def choose_row(self, number: int) -> None:
        """Go to this row, whatever keys are held."""
        model = self.model()
        if self._kept is not None and model is not None and 0 <= number < model.rowCount():
            self._kept.choose(number)

    @property
    def is_fresh(self) -> bool:
        """Whether nobody has chosen anything of this list yet."""
        return self._kept is not None and self._kept.is_fresh

    def choose_first(self) -> None:
        """Go to the first row, unless somebody has chosen something in this list."""
        if self.is_fresh:
            self.choose_row(0)

    def minimumSizeHint(self) -> QSize:
        """High enough for some rows, or for what is said where there is none."""
        least = self.horizontalHeader().sizeHint().height() + _LEAST_ROWS * px(ROW_HEIGHT)
        return QSize(super().minimumSizeHint().width(), least)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open_current()
        elif event.key() == Qt.Key.Key_Menu:
            self._open_menu(self.visualRect(self.currentIndex()).bottomLeft())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys of the room, not a search through a million rows in the GUI thread."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_titles()
        if self._empty is not None:
            self._empty.setGeometry(self.viewport().rect())

    def _row(self, number: int) -> Any | None:
        model = self.model()
        return model.row(number) if isinstance(model, (RowsModel, PagedModel)) else None

    def _here(self, number: int) -> Any | None:
        model = self.model()
        return model.here(number) if isinstance(model, (RowsModel, PagedModel)) else None

    def _open_current(self) -> None:
        number = self.currentIndex().row()
        if self.has_left:
            self.choose_row(number)  # it is not what a person went to: first they see what it is
        else:
            self.opened.emit(number)

    def _lay_out(self, columns: tuple[Column, ...]) -> None:
        header = self.horizontalHeader()
        metrics = QFontMetrics(self.font())
        for number, column in enumerate(columns):
            if column.stretch:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
                continue
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
            least = max(px(column.width), self.title_width(number)) if column.width else 0
            width = least or metrics.horizontalAdvance(column.title) + 44
            if column.identifier:
                width = max(width, metrics.horizontalAdvance(_WIDEST_IDENTIFIER) + 26)
            header.resizeSection(number, width)

    def _keep_titles(self) -> None:
        """A column that takes what is left takes as much as its title needs, and the rest of the table scrolls."""
        model, header = self.model(), self.horizontalHeader()
        if not isinstance(model, (RowsModel, PagedModel)):
            return
        shown = [n for n in range(len(model.columns)) if not self.isColumnHidden(n)]
        open_ended = [n for n in shown if model.columns[n].stretch]
        left = self.viewport().width() - sum(header.sectionSize(n) for n in shown if n not in open_ended)
        fits = left >= sum(self.title_width(n) for n in open_ended)
        mode = QHeaderView.ResizeMode
        for number in open_ended:
            if fits and header.sectionResizeMode(number) != mode.Stretch:
                header.setSectionResizeMode(number, mode.Stretch)
            elif not fits:
                header.setSectionResizeMode(number, mode.Interactive)
                header.resizeSection(number, max(self.title_width(number), px(_LEAST_STRETCH)))

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
