"""Pages of a list that only goes forward by its cursor, for a table that also jumps. Reader threads only.

Remembers where pages began, so that a jump to a known place costs one page. Knows no service.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bmdesk.ui.models.paged_model import PAGE, Ask, Page


class Walk:
    """`read(query, after, limit)` answers some rows (fewer than asked where it looked long enough) and what follows."""

    def __init__(self, read: Callable[[Any, Any | None, int], Page]) -> None:
        self._read = read
        self._query: Any = None
        self._forgets = False
        self._starts: dict[int, Any] = {}

    def fetch(self, ask: Ask) -> Page:
        """The page that a PagedModel asks for."""
        self._turn_to(ask.query)
        if ask.after is not None:
            self._starts[ask.offset] = ask.after
        elif ask.offset and ask.offset not in self._starts and not self._go_to(ask.offset):
            return Page(())
        page = self._gather(self._starts.get(ask.offset), ask.limit)
        if page.cursor is not None:
            self._starts[ask.offset + len(page.rows)] = page.cursor
        return page

    def at(self, query: Any, numbers: Sequence[int]) -> list[Any]:
        """The rows that stand in these lines now."""
        wanted: dict[int, list[int]] = {}
        for number in numbers:
            wanted.setdefault(number // PAGE, []).append(number % PAGE)
        found: list[Any] = []
        for page, places in wanted.items():
            rows = self.fetch(Ask(query, page * PAGE, PAGE)).rows
            found += [rows[place] for place in places if place < len(rows)]
        return found

    def forget(self) -> None:
        """What stands in the list has changed: places are looked for anew. Any thread."""
        self._forgets = True

    def _turn_to(self, query: Any) -> None:
        if self._forgets or query != self._query:
            self._query, self._forgets = query, False
            self._starts = {}

    def _go_to(self, offset: int) -> bool:
        """Walk on from the nearest known place; False where the list ends before."""
        here = max((known for known in self._starts if known < offset), default=0)
        while here < offset:
            page = self._gather(self._starts.get(here), min(PAGE, offset - here))
            if page.cursor is None:
                return False
            here += len(page.rows)
            self._starts[here] = page.cursor
        return True

    def _gather(self, after: Any | None, limit: int) -> Page:
        rows: list[Any] = []
        while True:
            part = self._read(self._query, after, limit - len(rows))
            rows += part.rows
            after = part.cursor
            if after is None or len(rows) >= limit:
                return Page(tuple(rows), after, part.is_cut)
