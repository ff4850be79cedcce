"""A room that is a search over a long list; and such a room with the sheet of what is open beside the list.

Knows no service: what is asked for, how it is read and what is said of it are methods of the room.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent

from bmdesk.texts import Text
from bmdesk.ui.models.columns import Column, own_id
from bmdesk.ui.models.paged_model import Page, PagedModel
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.widgets.detail_sheet import DetailSheet
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.fresh_page import FreshPage
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.workplace import Workplace

_FOLLOWS_AFTER_MS = 120  # whoever runs down the list opens nothing on the way


class ListRoom(FreshPage):
    """Lists what `_asks` says, and reads it again when the store changes: at once, or when somebody comes.

    A room names itself in `room`, puts itself together and then calls `_connect`. Its methods are those that are not
    implemented here.
    """

    room: str
    search_key: Text

    def __init__(
        self, workplace: Workplace, search: SearchBox, table: DataTable, columns: Sequence[Column], fit: Fit
    ) -> None:
        super().__init__(workplace)
        self.header_status = ""
        self._query: Any = None
        self.run = LongRun(workplace)
        self._walk = Walk(self._read)
        self.model = self._paged(columns)
        self.search, self.table = search, table
        table.setModel(self.model)
        for number, width in enumerate(fit.widths.values()):
            table.horizontalHeader().resizeSection(number, width)
        Fitting(table, fit)

    # -- what a room says

    def _asks(self) -> Any | None:
        """What the search and the filters ask for; None while there is nothing to ask."""
        raise NotImplementedError

    def _read(self, query: Any, after: Any | None, limit: int) -> Page:
        """Some rows, and what follows them. Reader threads only."""
        raise NotImplementedError

    def _count(self, query: Any) -> int:
        """How many rows there are. Reader threads only."""
        raise NotImplementedError

    def _key(self, row: Any) -> Hashable:
        """What this row is, wherever it stands."""
        return own_id(row)

    def _say_status(self) -> None:
        """Something else is asked for, or the rows are counted: say so, also where there is no row."""
        raise NotImplementedError

    def _open_row(self, number: int) -> None:
        """Enter or a double click on this line."""
        raise NotImplementedError

    def _moved(self) -> None:
        """Another line is under the keyboard."""
        raise NotImplementedError

    # -- the list

    def _paged(self, columns: Sequence[Column]) -> PagedModel:
        return PagedModel(self.run.beside, columns, self._walk.fetch, self._count, self, key=self._key)

    def _search_anew(self) -> None:
        asked = self._asks()
        if asked is None:
            return
        if asked != self._query:
            self._query = asked
            self.table.clearSelection()
            self.model.reset(asked)
        self._say_status()

    def _loaded(self) -> None:
        self.table.choose_first()

    def _say(self, words: str) -> None:
        self.header_status = words
        if self.workplace.window.current_room == self.room:
            self.workplace.window.set_header_status(words)

    def _redraw(self) -> None:
        super()._redraw()
        self.model.refresh()

    def _connect(self) -> None:
        self.search.searched.connect(lambda _: self._search_anew())
        self.model.counted.connect(lambda _: self._say_status())
        self.model.loaded.connect(self._loaded)
        self.model.failed.connect(self.workplace.window.show_failure)
        self.table.opened.connect(self._open_row)
        self.table.current_changed.connect(lambda _: self._moved())
        for keys in ("/", "Ctrl+F"):
            bind(self, keys, self.search_key, self._to_search)

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


class SheetRoom(ListRoom):
    """What is open stands on a sheet beside the list, or over it where there is no room for both, and follows the
    keyboard. The room puts `detail` and `_sides` together.
    """

    detail: DetailSheet
    _sides: SideBySide

    def __init__(
        self, workplace: Workplace, search: SearchBox, table: DataTable, columns: Sequence[Column], fit: Fit
    ) -> None:
        super().__init__(workplace, search, table, columns, fit)
        self._follow = QTimer(self, singleShot=True, interval=_FOLLOWS_AFTER_MS)
        self._follow.timeout.connect(self._follow_row)

    def close_detail(self) -> None:
        """Only the list."""
        self._sides.close_detail()
        self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.detail.isVisible():
            self.close_detail()
        else:
            super().keyPressEvent(event)

    def _open(self, row: Any) -> None:
        """Show this row on the sheet."""
        raise NotImplementedError

    def _open_row(self, number: int) -> None:
        row = self.model.row(number)
        if row is not None:
            self._open(row)

    def _loaded(self) -> None:
        if self.detail.isHidden():
            super()._loaded()
        elif self.table.is_fresh:
            self._go_to_open()

    def _go_to_open(self) -> None:
        """The line of what is open, where the list has it; no other is opened in its place."""
        self._follow.stop()  # the list was moved before: what is asked for now counts
        for number in self.model.numbers_of({self.detail.open_id}):
            if number != self.table.currentIndex().row():
                self.table.choose_row(number)

    def _moved(self) -> None:
        self._follow.start()

    def _follow_row(self) -> None:
        if self.detail.isVisible():
            row = self.table.under_keyboard()
            if row is not None:
                self._open(row)

    def _search_anew(self) -> None:
        if not self._sides.is_wide:
            self._sides.close_detail()  # what was searched for is behind it
        super()._search_anew()

    def _redraw(self) -> None:
        super()._redraw()
        if not self.detail.isHidden():
            self.detail.refresh()

    def _connect(self) -> None:
        self.detail.closed.connect(self.close_detail)
        super()._connect()
