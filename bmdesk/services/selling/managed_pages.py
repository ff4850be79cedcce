"""Work over many managed listings: in pages, each a transaction; what came of it; its lines in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import StockOf
from bmdesk.services.desk import Desk
from bmdesk.store.queries import listings, sync_log
from bmdesk.store.queries.listings import ListingRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

Outcome = tuple[int, list[tuple[str, Text]]]
"""Of one page: how many listings were done; those that were not, by SKU, with the reason."""

PAGE = 40
"""Listings per transaction, each with an effect for every market: a scan at the bench waits no longer than that."""

SAID_ONE_BY_ONE = 20
"""Up to so many listings each has its own line in the log; more are counted in one."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: how many listings; what was left undone and why, as (listing's SKU, reason); what to know."""

    count: int
    problems: tuple[tuple[str, Text], ...] = ()
    notes: tuple[Text, ...] = ()
    stopped: bool = False
    changes: frozenset[Change] = frozenset({Change.LISTINGS})


class Pages:
    """Runs pages of work in transactions and adds up what came of them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._count = 0
        self._problems: list[tuple[str, Text]] = []
        self.notes: list[Text] = []

    def run(self, work: Callable[[Tx], Outcome]) -> None:
        """One page; `work` says how many were done, and why others were not."""
        count, problems = self._desk.write(work)
        self._count += count
        self._problems += problems

    def done(self, *, stopped: bool) -> Done:
        """All pages together."""
        return Done(self._count, tuple(self._problems[:500]), tuple(self.notes), stopped)


def meant(desk: Desk, account_id: str, selection: Sequence[str] | None) -> list[str]:
    """The listings meant: those chosen, or all that are managed in any way."""
    if selection is not None:
        return list(dict.fromkeys(selection))
    return [row.id for row in desk.read(lambda connection: listings.managed(connection, account_id))]


def stock_of(rows: Iterable[ListingRow], *, lower: bool = False) -> list[StockOf]:
    """The stock of the SKUs that these listings sell."""
    return [StockOf(sku_id, lower) for sku_id in sorted({row.sku_id for row in rows if row.sku_id})]


def log(
    tx: Tx, account_id: str, rows: Sequence[ListingRow], say: Callable[[Text], Text], market: str = ""
) -> None:
    """`say` makes the line of what it was done to: each listing its own, or how many there were."""
    if len(rows) > SAID_ONE_BY_ONE:
        sync_log.log(tx, account_id, "info", say(msg("management.log_many", count=len(rows))), market=market)
        return
    for row in rows:
        said = say(msg("management.log_one", listing=row.sku_text))
        sync_log.log(tx, account_id, "info", said, listing_id=row.id, market=market)
