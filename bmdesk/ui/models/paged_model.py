"""A table of a million rows that asks for a hundred at a time and never waits.

Pages come through the bridge's reader. The page after a known one is asked for by keyset (its cursor), a
jump by offset. What is not here yet is shown as a placeholder. The model knows no query: `fetch` and `count`
are given, and get back what `reset(query)` was given.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from bmdesk.texts import Failure
from bmdesk.ui.bridge import Bridge
from bmdesk.ui.models.columns import Column, cell, heading, own_id

PAGE = 100
_KEPT = 80  # pages in memory: 8,000 rows, a few megabytes
_PLACEHOLDER = "…"
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Ask:
    """One page wanted: `limit` rows after the cursor `after`, or, where it is None, from `offset` on."""

    query: Any
    offset: int
    limit: int
    after: Any | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The answer: rows in order, and the cursor that stands behind the last of them. `is_cut`: there may be more, but
    nobody looked further.
    """

    rows: Sequence[Any]
    cursor: Any | None = None
    is_cut: bool = False


@dataclass(slots=True)
class _Kept:
    page: Page
    fresh: bool


class PagedModel(QAbstractTableModel):
    """`fetch(ask) -> Page` and `count(query) -> int` run on the reader thread; everything else in the GUI
    thread.
    """

    counted = Signal(int)  # the number of rows is known
    loaded = Signal()  # the first page of a query is here
    failed = Signal(object)  # Failure while reading
    about_to_move = Signal()
    moved = Signal()  # things may stand in other lines than at `about_to_move`

    def __init__(
        self,
        bridge: Bridge,
        columns: Sequence[Column],
        fetch: Callable[[Ask], Page],
        count: Callable[[Any], int] | None = None,
        parent: QObject | None = None,
        *,
        key: Callable[[Any], Hashable] = own_id,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._bridge = bridge
        self._fetch = fetch
        self._count = count
        self._key = key
        self._query: Any = None
        self._round = 0
        self._rows = 0
        self._known: int | None = None
        self._pages: OrderedDict[int, _Kept] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._asking: int | None = None
        self._refreshes = 0
        self._asked_in = 0
        self._ask_soon = QTimer(self)
        self._ask_soon.setSingleShot(True)
        self._ask_soon.setInterval(0)
        self._ask_soon.timeout.connect(self._ask_next)

    # -- what a view calls

    def reset(self, query: Any) -> None:
        """Show another query from its beginning. Answers to the earlier one are dropped."""
        self._round += 1
        self.beginResetModel()
        self._query = query
        self._rows = 0
        self._known = None
        self._pages.clear()
        self._wanted.clear()
        self._asking = None
        self.endResetModel()
        self._want(0)
        self._ask_count()

    def refresh(self) -> None:
        """The same query, because something changed: what is on screen stays until the new answer is here."""
        if self._round == 0:
            return
        self._refreshes += 1
        for kept in self._pages.values():
            kept.fresh = False
        self._ask_count()
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(self._rows - 1, len(self.columns) - 1))
        else:
            self._want(0)

    def row(self, number: int) -> Any | None:
        """The row in this line if it is here; asks for it if it is not."""
        if not 0 <= number < self._rows:
            return None
        page, place = divmod(number, PAGE)
        kept = self._pages.get(page)
        if kept is None or not kept.fresh:
            self._want(page)
        if kept is None or place >= len(kept.page.rows):
            return None
        self._pages.move_to_end(page)
        return kept.page.rows[place]

    @property
    def total(self) -> int | None:
        """How many rows the query has; None while nobody knows."""
        return self._known

    def here(self, number: int) -> Any | None:
        """The row in this line as far as it is here. Asks for nothing."""
        page, place = divmod(number, PAGE)
        kept = self._pages.get(page)
        if kept is None or not 0 <= number < self._rows or place >= len(kept.page.rows):
            return None
        return kept.page.rows[place]

    def key_of(self, number: int) -> Hashable | None:
        """What stands in this line, as far as it is here. Asks for nothing."""
        row = self.here(number)
        return self._key(row) if row is not None else None

    def numbers_of(self, keys: Collection[Hashable]) -> list[int]:
        """The lines in which these stand, as far as they are here, in order. Where a page that was read again and one
        that was not both have it, the newer word counts.
        """
        found: dict[Hashable, int] = {}
        for page, kept in sorted(self._pages.items(), key=lambda one: not one[1].fresh):
            for number, row in enumerate(kept.page.rows, page * PAGE):
                if number < self._rows and (key := self._key(row)) in keys:
                    found.setdefault(key, number)
        return sorted(found.values())

    @property
    def is_cut(self) -> bool:
        """Whether there may be more rows than the list says."""
        return any(kept.page.is_cut for kept in self._pages.values())

    # -- what Qt calls

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row(index.row())
        if row is None:
            return _PLACEHOLDER if role == Qt.ItemDataRole.DisplayRole and index.column() == 0 else None
        return cell(self.columns[index.column()], row, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        return heading(self.columns, section, orientation, role)

    # -- asking

    def _want(self, page: int) -> None:
        if page == self._asking and self._asked_in == self._refreshes:
            return
        self._wanted[page] = None
        self._wanted.move_to_end(page)
        if self._asking is None and not self._ask_soon.isActive():
            self._ask_soon.start()

    def _ask_next(self) -> None:
        if self._asking is not None or not self._wanted:
            return
        # The page asked for last is the one on screen; what was scrolled past long ago is not worth a query.
        page, _ = self._wanted.popitem()
        while len(self._wanted) > 2:
            self._wanted.popitem(last=False)
        self._asking = page
        self._asked_in = self._refreshes
        before = self._pages.get(page - 1)
        after = before.page.cursor if before is not None and before.fresh else None
        ask = Ask(self._query, page * PAGE, PAGE, after)
        turn = self._round
        self._bridge.read(
            self._fetch,
            ask,
            then=lambda answer: self._take(turn, page, answer),
            failed=lambda failure: self._give_up(turn, failure),
            key=(id(self), "page"),
        )

    def _ask_count(self) -> None:
        if self._count is not None:
            turn = self._round
            self._bridge.read(
                self._count,
                self._query,
                then=lambda number: self._take_count(turn, number),
                failed=lambda failure: self._give_up(turn, failure),
                key=(id(self), "count"),
            )

    def _take(self, turn: int, page: int, answer: Page) -> None:
        if turn != self._round:
            return
        self._asking = None
        before = self._known
        self.about_to_move.emit()
        self._pages[page] = _Kept(answer, fresh=self._asked_in == self._refreshes)
        self._pages.move_to_end(page)
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        if answer.rows or page == 0:
            end = page * PAGE + len(answer.rows)
            if len(answer.rows) < PAGE:
                self._known = end  # the last page counts better than a count that is on its way
                self._resize(end)
            elif self._known is None and end >= self._rows:
                self._resize(end + 1)  # one more line than is known, so that scrolling on asks for it
        if self._known is not None and page >= self._known // PAGE:
            self._resize(min(self._rows, self._known))
        if self._known is not None and self._rows > self._known:
            self._want(self._known // PAGE)  # the page that says which lines left is still to be read
        self.moved.emit()
        if self._known is not None and self._known != before:
            self.counted.emit(self._known)
        first, last = page * PAGE, min(self._rows, (page + 1) * PAGE) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        if page == 0:
            self.loaded.emit()
        if self._wanted:
            self._ask_soon.start()

    def _take_count(self, turn: int, number: int) -> None:
        if turn != self._round:
            return
        changed = self._known != number
        self._known = number
        last = self._pages.get(number // PAGE)
        if number < self._rows and last is not None and not last.fresh:
            # Which ones left is known when this page is here: to take away the last ones would be a guess.
            self._want(number // PAGE)
        else:
            self.about_to_move.emit()
            self._resize(number)
            self.moved.emit()
        if changed:
            self.counted.emit(number)

    def _give_up(self, turn: int, failure: Failure) -> None:
        if turn == self._round:
            self._asking = None
            self.failed.emit(failure)

    def _resize(self, rows: int) -> None:
        if rows > self._rows:
            self.beginInsertRows(_NOWHERE, self._rows, rows - 1)
            self._rows = rows
            self.endInsertRows()
        elif rows < self._rows:
            self.beginRemoveRows(_NOWHERE, rows, self._rows - 1)
            self._rows = rows
            for page in [number for number in self._pages if number * PAGE >= rows]:
                del self._pages[page]
            self.endRemoveRows()
