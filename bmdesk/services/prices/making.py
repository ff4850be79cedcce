"""A run of prices in the making: page by page, each with its effects; what moved meanwhile is left out and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import PriceOf
from bmdesk.domain.money import Money
from bmdesk.services.desk import Desk
from bmdesk.services.prices.facts import present_of
from bmdesk.services.prices.simulation import PriceRow
from bmdesk.services.prices.wanted import wanted_values
from bmdesk.services.wants import want
from bmdesk.store.queries import listing_lists, listings, prices, sync_log
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg

_CHOICE = ("chosen_minor", "chosen_currency", "chosen_why", "chosen_by")
"""The columns of a choice, which an undo brings back too."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a simulation saw when it made a price: the SKU's text, what was wanted and what was chosen, in coins."""

    sku: str
    wanted: int | None
    chosen: int | None

    @classmethod
    def of(cls, row: PriceRow) -> Seen:
        """What this row was made from."""
        chosen = row.chosen.price.minor if row.chosen is not None else None
        return cls(row.our_sku, row.wanted.minor if row.wanted is not None else None, chosen)

    @classmethod
    def there(cls, sku: str, cell: MarketRow | None) -> Seen:
        """The same of a SKU's market as the store has it."""
        return cls(sku, None, None) if cell is None else cls(sku, cell.wanted_minor, cell.chosen_minor)


@dataclass(frozen=True, slots=True)
class NewPrice:
    """The price that a listing shall have in a market. `chosen`: columns of a choice that changes with it.

    `seen`: what it was made from; where something else holds by now it is left out.
    """

    listing_id: str
    market: str
    price: Money | None
    minimum: Money | None = None
    chosen: Row | None = None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: the run (empty where nothing changed), how many prices; what was left out: (SKU, reason).

    `notes`: what to know of what was done.
    """

    run_id: str
    count: int
    problems: tuple[tuple[str, Text], ...] = ()
    notes: tuple[Text, ...] = ()
    stopped: bool = False
    changes: frozenset[Change] = frozenset({Change.LISTINGS})


class Making:
    """A run in the making: its row is written with the first price that is set.

    `undoing`: the run that it takes back, and how many prices are to be tried; with the last one it is undone.
    """

    def __init__(
        self,
        desk: Desk,
        account_id: str,
        by: str,
        why: str,
        rules_version: int,
        undoing: tuple[str, int] | None = None,
    ) -> None:
        self._desk, self._account, self._by, self._why = desk, account_id, by, why
        self._version, self._undoing = rules_version, undoing
        self._id, self._count, self._tried = "", 0, 0
        self._problems: list[tuple[str, Text]] = []

    def add(self, wanted: Sequence[NewPrice]) -> None:
        """One page in one transaction."""
        tried = self._tried + len(wanted)

        def work(tx: Tx) -> tuple[str, int, list[tuple[str, Text]]]:
            done, problems = set_rows(tx, self._account, wanted)
            run_id = self._id
            if done:
                run_id = run_id or prices.add_run(
                    tx, self._account, by=self._by, why=self._why, rules_version=self._version
                )
                prices.add_changes(tx, run_id, done)
            if run_id and self._undoing is not None and tried == self._undoing[1]:
                prices.mark_undone(tx, self._undoing[0], run_id)
            return run_id, len(done), problems

        self._id, count, problems = self._desk.write(work)
        self._tried = tried
        self._count += count
        self._problems += problems

    def done(
        self, *, stopped: bool, problems: Sequence[tuple[str, Text]] = (), notes: tuple[Text, ...] = ()
    ) -> Applied:
        """What became of it, said in the log too."""
        if self._count:
            said = msg(
                "prices.log_run",
                count=self._count,
                why=msg(f"prices.run.{self._why}"),
                operator=self._by or msg("prices.by_rules"),
            )
            self._desk.write(lambda tx: sync_log.log(tx, self._account, "info", said))
        left_out = (*problems, *self._problems)
        return Applied(self._id, self._count, left_out, notes if self._count else (), stopped)


def set_rows(tx: Tx, account_id: str, wanted: Sequence[NewPrice]) -> tuple[list[Row], list[tuple[str, Text]]]:
    """Set these; what changed (for its run), and what was left out."""
    ids = sorted({one.listing_id for one in wanted})
    rows = {row.id: row for row in listing_lists.chosen(tx.connection, account_id, ids)}
    skus = listing_lists.skus(tx.connection, {row.sku_id for row in rows.values() if row.sku_id})
    known = {
        (one.listing_id, one.market): one
        for many in listings.markets(tx.connection, ids).values()
        for one in many
    }
    problems: list[tuple[str, Text]] = []
    done: list[Row] = []
    for one in wanted:
        row, old = rows.get(one.listing_id), known.get((one.listing_id, one.market))
        sku = skus.get(row.sku_id or "") if row is not None else None
        said = refusal(row, old) or _moved(one, sku.text if sku is not None else "", old)
        if row is None or said is not None:
            problems.append((row.sku_text if row is not None else one.listing_id, said or msg("prices.gone")))
            continue
        values = wanted_values(tx, row, old, one.price, one.minimum) | (one.chosen or {})
        listings.set_market(tx, row.id, one.market, **values)
        done.append(_change(one, old))
        if one.price is not None:
            want(tx, PriceOf(row.id, one.market))
    return done, problems


def _moved(one: NewPrice, sku: str, old: MarketRow | None) -> Text | None:
    """Why a price that was made from something else is not true any more, or None."""
    seen = one.seen
    if seen is None:
        return None
    if sku != seen.sku:
        return msg("linking.changed_since")
    return msg("prices.changed_since", market=one.market) if Seen.there(sku, old) != seen else None


def refusal(row: ListingRow | None, old: MarketRow | None) -> Text | None:
    """Why no price is set here, or None."""
    if row is None or row.missing_since is not None:
        return msg("prices.gone")
    if not row.manage_price:
        return msg("prices.not_managed")
    if old is not None and old.foreign_minor is not None:
        return msg("prices.second_writer_waits", market=old.market)
    return None


def _change(one: NewPrice, old: MarketRow | None) -> Row:
    before: dict[str, Any] = {}
    if old is not None:
        at = old.chosen_at.isoformat() if old.chosen_at is not None else None
        before = {name: getattr(old, name) for name in _CHOICE} | {"chosen_at": at}
    price = old.wanted_minor if old is not None and old.wanted_minor is not None else None
    present = present_of(old) if old is not None else None
    currency = one.price.currency if one.price is not None else (old.currency if old is not None else "")
    if price is None and present is not None and present.currency == currency:
        price = present.minor  # taking it back gives the market the price that stood there
    return {
        "listing_id": one.listing_id,
        "market": one.market,
        "currency": currency,
        "before_minor": price,
        "before_min_minor": old.wanted_min_minor if old is not None else None,
        "before": before,
        "after_minor": one.price.minor if one.price is not None else None,
        "after_min_minor": one.minimum.minor if one.minimum is not None else None,
    }
