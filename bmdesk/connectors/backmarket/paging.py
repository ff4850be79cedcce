"""Follows a paged list to its end, although it shifts meanwhile, and says whether everything was seen.

Generic: what a page holds and what is done with it are the caller's. Pages may be fetched together, but are handed
over strictly in order, on the calling thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from bmdesk.connectors.backmarket.reading import BadRecord, Drift
from bmdesk.connectors.backmarket.wire import Page

T = TypeVar("T")

WIDEST = 8
_SPARE_PAGES = 20  # beyond what the count promised: a remote that always has a next page must end too
_MOST_PAGES = 20_000  # where nothing was promised


@dataclass(frozen=True, slots=True)
class Scan:
    """How reading a list ended. Only a complete one says what is not there any more.

    `count`: what the remote said last; `seen`: distinct records handed over, bad ones included; `pages`: fetched.
    """

    complete: bool
    count: int
    seen: int
    pages: int
    bad: tuple[BadRecord, ...]
    drift: tuple[Drift, ...]


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

    `width` > 1 fetches up to so many pages together (at most 8), in threads that have ended when this returns. If
    fewer distinct records came than the remote counts, the list is read once more. An exception of a page, or of
    `each`, comes out after the pages before it were handed over. Not complete: stopped by `keep_going`, still short,
    or without an end.
    """
    reading = _Reading(fetch, each, key, page_size, min(max(width, 1), WIDEST), keep_going)
    for again in (False, True):
        if not reading.to_the_end(again=again):
            return reading.result(complete=False)
        if reading.seen >= reading.count:
            return reading.result(complete=True)
    return reading.result(complete=False)


@dataclass(slots=True)
class _Reading(Generic[T]):
    fetch: Callable[[int], Page[T]]
    each: Callable[[Page[T]], None]
    key: Callable[[T], Hashable]
    page_size: int
    width: int
    keep_going: Callable[[], bool]
    count: int = 0
    pages: int = 0
    keys: set[Hashable] = field(default_factory=set)
    bad: dict[Hashable, BadRecord] = field(default_factory=dict)
    drift: set[Drift] = field(default_factory=set)

    @property
    def seen(self) -> int:
        return len(self.keys) + len(self.bad)

    def to_the_end(self, *, again: bool) -> bool:
        """From page 1 to the end once; False if it was stopped or finds no end."""
        if not self.keep_going():
            return False
        number, page = 1, self.fetch(1)
        spare = _MOST_PAGES if page.count is None else _SPARE_PAGES
        last = -(-(page.count or 0) // self.page_size)
        self._hand_over(1, page, again=again)
        # Closed by hand: the traceback of an exception would keep the generator alive, and with it its threads.
        with closing(self._counted(last)) as following:
            for number, page in following:
                if not self.keep_going():
                    return False
                self._hand_over(number, page, again=again)
        # The count is page 1's; what came meanwhile may have made another page.
        fresh, end = True, number + spare
        while fresh and page.has_next and (page.results or page.bad):
            if number >= end or not self.keep_going():
                return False
            number += 1
            page = self.fetch(number)
            fresh = self._hand_over(number, page, again=again)
        return True

    def result(self, *, complete: bool) -> Scan:
        bad, drift = tuple(self.bad.values()), tuple(sorted(self.drift))
        return Scan(complete, self.count, self.seen, self.pages, bad, drift)

    def _hand_over(self, number: int, page: Page[T], *, again: bool) -> bool:
        """New records only: one that slid onto the next page came already. Answers whether there was a new one."""
        self.pages += 1
        if page.count is not None:
            self.count = page.count
        self.drift.update(page.drift)
        fresh: list[T] = []
        for record in page.results:
            name = self.key(record)
            if name not in self.keys:
                self.keys.add(name)
                fresh.append(record)
        fresh_bad: list[BadRecord] = []
        for bad in page.bad:
            # Without any id a record is known by its place alone, so a second reading cannot tell it from the first.
            place: Hashable = bad.remote_id or (number, bad.index)
            if place not in self.bad and (bad.remote_id or not again):
                self.bad[place] = bad
                fresh_bad.append(bad)
        self.each(replace(page, results=tuple(fresh), bad=tuple(fresh_bad)))
        return bool(fresh or fresh_bad)

    def _counted(self, last: int) -> Generator[tuple[int, Page[T]], None, None]:
        """Pages 2..last in order."""
        if self.width > 1 and last > 2:
            yield from self._together(last)
            return
        for number in range(2, last + 1):
            page = self.fetch(number)
            yield number, page
            if not page.results and not page.bad:
                return  # the list became shorter

    def _together(self, last: int) -> Generator[tuple[int, Page[T]], None, None]:
        """At most `width` pages on their way or waiting to be handed over."""
        halted = threading.Event()

        def unless_halted(number: int) -> Page[T] | None:
            return None if halted.is_set() else self.fetch(number)

        with ThreadPoolExecutor(self.width, thread_name_prefix="page") as pool:
            flying: list[tuple[int, Future[Page[T] | None]]] = []
            following = 2
            try:
                while flying or following <= last:
                    while following <= last and len(flying) < self.width:
                        flying.append((following, pool.submit(unless_halted, following)))
                        following += 1
                    number, future = flying.pop(0)
                    page = future.result()
                    if page is not None:
                        yield number, page
            finally:
                halted.set()
