"""Older orders by their date of creation: some pages at a time, so that whatever is urgent goes in between.

Where it stands is kept with each page, in the same transaction: after a crash it goes on with the page that follows.
The list runs from the newest to the oldest; new orders push it down, so that a page may show again what was had. What
is missing in the end, by the marketplace's own count, is looked for once more from the beginning, and then said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from bmdesk.connectors.backmarket.client import MOST_ON_A_PAGE, BackMarket
from bmdesk.connectors.backmarket.import_orders import Saved, Saver
from bmdesk.connectors.backmarket.paging import WIDEST
from bmdesk.connectors.backmarket.reading import Drift
from bmdesk.connectors.backmarket.wire import Page
from bmdesk.connectors.backmarket.wire_orders import OrderWire
from bmdesk.connectors.base import KeepGoing
from bmdesk.connectors.failures import GoneAtRemote, RemoteFailure
from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_failure
from bmdesk.store.queries import history_import
from bmdesk.store.queries.history_import import DONE, RUNNING, HistoryRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure

LEAST_PAGES = 5
"""So many are read in any case before others go first."""

JUST_NOW = timedelta(minutes=1)
"""Of a range that ends so recently nothing is skipped: to ask what is newer costs as much as a page."""

_PageOf: TypeAlias = Page[OrderWire]


class OrdersMissing(Failure):
    """Back Market counts more orders in the range than it showed, twice. Params: `count`, `here`."""

    code = "history_import.missing"


@dataclass(frozen=True, slots=True)
class Slice:
    """What some pages brought. `more`: there is more to read, when others had their turn."""

    pages: int
    saved: Saved
    more: bool
    drift: tuple[Drift, ...] = ()


class _Stopped(Exception):
    """A person paused the reading or gave it up; the page just read is not kept."""


def pull(
    desk: Desk,
    client: BackMarket,
    account_id: str,
    width: int,
    keep_going: KeepGoing,
    others_wait: Callable[[], bool] = lambda: False,
) -> Slice | None:
    """Go on with the account's reading until it ends, `others_wait`, or it is stopped; None where there is none.

    Raises RemoteFailure; it then stands before the page that failed.
    """
    row = desk.read(lambda c: history_import.under_way(c, account_id))
    if row is None:
        return None
    reading = _Reading(desk, client, row, min(max(width, 1), WIDEST))
    try:
        if row.pages == 0 and row.next_page == 1 and row.until < desk.clock.now() - JUST_NOW:
            reading.skip_what_is_newer()
        return reading.run(keep_going, others_wait)
    except RemoteFailure as failure:
        problem = keep_failure(failure)
        desk.write(lambda tx: history_import.set_history(tx, row.id, problem=problem))
        raise


class _Reading:
    def __init__(self, desk: Desk, client: BackMarket, row: HistoryRow, width: int) -> None:
        self._desk, self._client, self._row, self._width = desk, client, row, width
        self._saver = Saver(desk, row.account_id)
        self._drift: set[Drift] = set()
        self._next = row.next_page
        self._pages = 0
        self._newer = 0

    def skip_what_is_newer(self) -> None:
        """Nothing that was made after the range need be read: their number says on which page the range begins."""
        self._newer = self._count_newer()
        self._next = max(1, self._newer // MOST_ON_A_PAGE)

    def run(self, keep_going: KeepGoing, others_wait: Callable[[], bool]) -> Slice:
        with closing(self._following()) as pages:
            for number, page, ended in pages:
                try:
                    self._keep(number, page)
                except _Stopped:
                    return self._slice(more=False)
                if ended:
                    return self._slice(more=self._finish(number, page))
                if not keep_going() or (self._pages >= LEAST_PAGES and others_wait()):
                    return self._slice(more=True)
        return self._slice(more=True)

    def _slice(self, *, more: bool) -> Slice:
        return Slice(self._pages, self._saver.saved, more, tuple(sorted(self._drift)))

    # ---------------------------------------------------------------- fetching

    def _following(self) -> Generator[tuple[int, _PageOf, bool], None, None]:
        """Pages in order from where it stands, each with whether it is the last; some are fetched ahead."""
        number = self._next
        page = self._fetch(number)
        with ThreadPoolExecutor(self._width, thread_name_prefix="history") as pool:
            flying: deque[Future[_PageOf]] = deque()
            try:
                while True:
                    # The newest count: orders that come meanwhile push the oldest onto a page of its own.
                    last = -(-(page.count or 0) // MOST_ON_A_PAGE)
                    while len(flying) < self._width and number + len(flying) < last:
                        flying.append(pool.submit(self._fetch, number + len(flying) + 1))
                    ended = not flying and not (page.has_next and (page.results or page.bad))
                    yield number, page, ended
                    if ended:
                        return
                    number += 1
                    page = flying.popleft().result() if flying else self._fetch(number)
            finally:
                for one in flying:
                    one.cancel()

    def _fetch(self, number: int) -> _PageOf:
        """One page; an empty one where the list has become shorter than that."""
        row = self._row
        try:
            return self._client.orders_created(number, since=row.since, state=row.order_state)
        except GoneAtRemote:
            if number == 1:
                raise
            return Page((), (), None, has_next=False, drift=())

    def _count_newer(self) -> int:
        if self._row.until >= self._desk.clock.now():
            return 0
        page = self._client.orders_created(1, since=self._row.until, state=self._row.order_state, page_size=1)
        return page.count or 0

    # ---------------------------------------------------------------- keeping

    def _keep(self, number: int, page: _PageOf) -> None:
        self._drift.update(page.drift)
        mine = [wire for wire in page.results if _is_inside(wire.created, self._row)]
        count = max(0, (page.count or 0) - self._newer)

        def also(tx: Tx, saved: Saved) -> None:
            row = history_import.history(tx.connection, tx.company, self._row.id)
            if row is None or row.state != RUNNING:
                raise _Stopped
            history_import.set_history(
                tx,
                row.id,
                next_page=number + 1,
                pages=row.pages + 1,
                count=row.count or count,
                seen=row.seen + saved.seen,
                new=row.new + saved.new,
                updated=row.updated + saved.updated,
                quarantined=row.quarantined + saved.quarantined,
                problem=None,
            )

        self._saver.save(_distinct(mine), page.bad, also)
        self._pages += 1

    def _finish(self, number: int, page: _PageOf) -> bool:
        """The end of the list was reached: done, or once more from the beginning where some are missing."""
        missing = None
        if self._row.order_state is None and page.count is not None:
            row, here = self._desk.read(self._standing)
            count = page.count
            if here + row.quarantined < count:  # it counts those made after the range too
                count -= self._count_newer()
            if here + row.quarantined < count:
                if row.pages <= number * 3 // 2:
                    self._desk.write(lambda tx: history_import.set_history(tx, row.id, next_page=1))
                    return True
                missing = keep_failure(OrdersMissing(count=count, here=here))
        self._desk.write(
            lambda tx: history_import.move(
                tx, self._row.id, (RUNNING,), DONE, ended_at=tx.now, problem=missing
            )
        )
        return False

    def _standing(self, connection: Connection) -> tuple[HistoryRow, int]:
        """The reading now, and how many orders of its range the store has."""
        row = history_import.history(connection, self._desk.company, self._row.id) or self._row
        return row, history_import.count_orders(connection, row.account_id, row.since, row.until)


def _is_inside(created: datetime | None, row: HistoryRow) -> bool:
    return created is None or row.since <= created < row.until


def _distinct(wires: Sequence[OrderWire]) -> list[OrderWire]:
    return list({wire.order_id: wire for wire in wires}.values())
