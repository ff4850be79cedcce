"""Follows a paged list to its end, although it shifts meanwhile, and says whether everything was seen.

Generic: what a page holds and what is done with it are the caller's. Pages may be fetched together, but are handed over
strictly in order, on the calling thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from bmdesk.connectors.backmarket.reading import BadRecord, Drift
from bmdesk.connectors.backmarket.wire import Page

T = TypeVar("T")

WIDEST = 8
_READINGS = 2  # a list that shifted is read once more from its start
_SPARE_PAGES = 20  # beyond what the count promised; a remote that always has a next page must end too
_MOST_BAD = 1_000


@dataclass(frozen=True, slots=True)
class Scan:
    """How reading a list ended. Only a complete one says what is not there any more.

    `count`: what the remote said last; `seen`: distinct records handed over, the bad ones included; `pages`: fetched.
    """

    complete: bool
    count: int
    seen: int
    pages: int
    bad: tuple[BadRecord, ...]
    drift: tuple[Drift, ...]


@dataclass(slots=True)
class _Tally(Generic[T]):
    each: Callable[[Page[T]], None]
    key: Callable[[T], Hashable]
    page_size: int
    count: int = 0
    pages: int = 0
    keys: set[Hashable] = field(default_factory=set)
    bad: dict[Hashable, BadRecord] = field(default_factory=dict)
    drift: set[Drift] = field(default_factory=set)

    @property
    def seen(self) -> int:
        return len(self.keys) + len(self.bad)

    def hand_over(self, number: int, page: Page[T], reading: int) -> None:
        """New records only: a record that slid onto the next page came already."""
        self.pages += 1
        if page.count is not None:
            self.count = page.count
        self.drift.update(page.drift)
        fresh = []
        for record in page.results:
            name = self.key(record)
            if name not in self.keys:
                self.keys.add(name)
                fresh.append(record)
        bad = []
        for record in page.bad:
            # Without an id a record is known by its place alone, and only in the first reading: no place is counted
            # twice.
            name = record.remote_id or (number, record.index)
            if name not in self.bad and (record.remote_id or reading == 0) and len(self.bad) < _MOST_BAD:
                self.bad[name] = record
                bad.append(record)
        self.each(replace(page, results=tuple(fresh), bad=tuple(bad)))


def scan(
    fetch: Callable[[int], Page[T]],
    each: Callable[[Page[T]], None],
    *,
    width: int = 1,
    key: Callable[[T], Hashable],
    page_size: int = 50,
    keep_going: Callable[[], bool] = lambda: True,
) -> Scan:
    """Reads all pages. `each` gets them in order, without the records it has had.

    `width` > 1 fetches up to so many pages together (at most 8), in threads that have ended when this returns. If fewer
    distinct records came than the remote counts, the list is read once more. An exception of a page, or of `each`, comes
    out after the pages before it were handed over. Not complete: stopped by `keep_going`, or still short.
    """
    tally = _Tally(each, key, page_size)
    for reading in range(_READINGS):
        if not _read_through(fetch, tally, min(max(width, 1), WIDEST), reading, keep_going):
            return _result(tally, complete=False)
        if tally.seen >= tally.count:
            return _result(tally, complete=True)
    return _result(tally, complete=False)


def _read_through(
    fetch: Callable[[int], Page[T]],
    tally: _Tally[T],
    width: int,
    reading: int,
    keep_going: Callable[[], bool],
) -> bool:
    """One reading from page 1 to the end; False if it was stopped."""
    if not keep_going():
        return False
    first = fetch(1)
    last = _pages_of(first.count, tally.page_size)
    tally.hand_over(1, first, reading)
    if not first.has_next and last <= 1:
        return True
    number = 1
    page = first
    for number, page in _pages(fetch, 2, last, width):
        tally.hand_over(number, page, reading)
        if not keep_going():
            return False
    # The count is of page 1; orders that came meanwhile may have made another page.
    for number in range(number + 1, number + 1 + _SPARE_PAGES):
        if not page.has_next or not (page.results or page.bad):
            break
        if not keep_going():
            return False
        page = fetch(number)
        tally.hand_over(number, page, reading)
    return True


def _pages_of(count: int | None, page_size: int) -> int:
    return 1 if not count else -(-count // page_size)


def _pages(
    fetch: Callable[[int], Page[T]], start: int, last: int, width: int
) -> Iterator[tuple[int, Page[T]]]:
    """Pages start..last in order, at most `width` of them on their way or waiting to be handed over."""
    if width == 1 or start >= last:
        for number in range(start, last + 1):
            page = fetch(number)
            yield number, page
            if not page.results and not page.bad:
                return  # the list became shorter
        return
    halted = threading.Event()

    def unless_halted(number: int) -> Page[T] | None:
        return None if halted.is_set() else fetch(number)

    with ThreadPoolExecutor(width, thread_name_prefix="page") as pool:
        flying: list[tuple[int, Future[Page[T] | None]]] = []
        following = start
        try:
            while flying or following <= last:
                while following <= last and len(flying) < width:
                    flying.append((following, pool.submit(unless_halted, following)))
                    following += 1
                number, future = flying.pop(0)
                page = future.result()
                if page is None:
                    return
                yield number, page
        finally:
            halted.set()


def _result(tally: _Tally[T], *, complete: bool) -> Scan:
    return Scan(
        complete,
        tally.count,
        tally.seen,
        tally.pages,
        tuple(tally.bad.values()),
        tuple(sorted(tally.drift)),
    )
