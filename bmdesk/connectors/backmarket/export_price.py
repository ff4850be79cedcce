"""A listing's price in one market, with comment and warranty where the market has none: read, decide, write, read back.

Only the price that a person confirmed is ever written. A price that somebody else set since is no echo of ours: it
parks, and a person says whose counts. Comment and warranty are the seller's own documents: they go along with the
first write of a market as they stand then, although a preview may have shown an older text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.import_listings import minor, note_read
from bmdesk.connectors.backmarket.wire_listings import ListingWire
from bmdesk.connectors.base import Done, Dropped, Later, Outcome, Parked, Planned
from bmdesk.connectors.failures import GoneAtRemote
from bmdesk.domain.content import Content
from bmdesk.domain.effects import REPLAY, Fault, Kind, backoff
from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money
from bmdesk.services.desk import Desk
from bmdesk.services.selling import pricing
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue, listings
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure


class PricedElsewhere(Failure):
    """Somebody else changed the price since it was confirmed. Params: market, remote, ours."""

    code = "price.changed_elsewhere"


class PriceNotTaken(Failure):
    """The marketplace took the price and shows another one. Params: market, sent, remote."""

    code = "price.not_taken"


@dataclass(frozen=True, slots=True)
class _Wish:
    """What this market should have, as far as it is not there yet. None: leave it."""

    price: Money | None
    comment: str | None
    warranty: int | None

    @property
    def nothing(self) -> bool:
        return self.price is None and self.comment is None and self.warranty is None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is to be done, decided in one transaction with what was read."""

    wish: _Wish
    clash: PricedElsewhere | None
    base: int | None
    """What both sides have once the wish is there."""


class PriceExporter:
    """Makes confirmed prices right."""

    kind = Kind.PRICE
    replay = REPLAY[Kind.PRICE]
    batch = 1

    def __init__(self, desk: Desk, client: BackMarket, account_id: str) -> None:
        self._desk, self._client, self._account = desk, client, account_id

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        return effects

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        return {effect.id: self._perform(effect) for effect in effects}

    def plan(self, effect: EffectRow) -> Planned | None:
        row, cell = self._desk.read(lambda c: self._rows(c, effect))
        if not _is_wanted(row, cell):
            return None
        wire = self._client.listing(row.remote_id, effect.market)
        wish = self._desk.read(lambda c: self._wish(c, row, cell, wire))
        if wish.nothing:
            return None
        clash = self._clash(effect, cell, wire, wish)
        old = str(_shown(wire, effect.market))
        new = str(wish.price) if wish.price is not None else old
        problem = clash.happened if clash is not None else None
        return Planned(Kind.PRICE, row.sku_text, effect.market, old, new, problem, row.id)

    def _perform(self, effect: EffectRow) -> Outcome:
        row, cell = self._desk.read(lambda c: self._rows(c, effect))
        if not _is_wanted(row, cell):
            return Dropped()
        try:
            wire = self._client.listing(row.remote_id, effect.market)
        except GoneAtRemote as gone:
            return Parked(Fault.GONE, gone)
        verdict = self._desk.write(lambda tx: self._judge(tx, effect, wire))
        if verdict is None:
            return Dropped()
        wish = verdict.wish
        if wish.nothing:
            return Done()
        old = str(_shown(wire, effect.market))
        change = {"old": old, "new": str(wish.price or old)}
        if verdict.clash is not None:
            return Parked(Fault.DIVERGED, verdict.clash, change)
        self._client.change_listing(
            row.remote_id,
            effect.market,
            price=wish.price.amount if wish.price else None,
            currency=wish.price.currency if wish.price else None,
            comment=wish.comment,
            warranty_months=wish.warranty,
        )
        after = self._client.listing(row.remote_id, effect.market)

        def confirm(tx: Tx) -> bool:
            note_read(tx, row.id, effect.market, after)
            if wish.price is not None and not _is_there(after, wish.price):
                return False
            _, now = self._rows(tx.connection, effect)
            self._settled(tx, effect, now, verdict.base, wrote=True)
            return True

        if self._desk.write(confirm):
            return Done(change)
        problem = PriceNotTaken(market=effect.market, sent=wish.price, remote=after.price or "-")
        return Later(self._desk.clock.now() + backoff(effect.attempts + 1, 0.5), problem, failed=True)

    def _judge(self, tx: Tx, effect: EffectRow, wire: ListingWire) -> _Verdict | None:
        """Decide by what people want now: while the listing was read, it may have been handed back, paused or priced
        anew. None: nothing is wanted any more."""
        row, cell = self._rows(tx.connection, effect)
        note_read(tx, row.id, effect.market, wire)
        if not _is_wanted(row, cell):
            return None
        wish = self._wish(tx.connection, row, cell, wire)
        clash = self._clash(effect, cell, wire, wish)
        base = cell.wanted_minor if cell is not None else None
        if wish.nothing:
            self._settled(tx, effect, cell, base)
        elif wish.price is not None and clash is None:
            sent = [*(cell.sent if cell else []), wish.price.minor]
            listings.set_market(tx, row.id, effect.market, sent=sent[-20:])
        return _Verdict(wish, clash, base)

    def _rows(self, connection: Connection, effect: EffectRow) -> tuple[ListingRow, MarketRow | None]:
        row = listings.listing(connection, effect.listing_id or "")
        return row, listings.market(connection, row.id, effect.market)

    def _wish(
        self, connection: Connection, row: ListingRow, cell: MarketRow | None, wire: ListingWire
    ) -> _Wish:
        price = None
        if row.manage_price and cell is not None and cell.wanted_minor is not None:
            wanted = Money(cell.wanted_minor, cell.wanted_currency)
            price = None if _is_there(wire, wanted) else wanted
        content = self._content(connection, row, cell)
        return _Wish(
            price,
            # What the seller wrote stays; only an empty market gets bmdesk's words.
            content.comment if content and content.comment and not wire.comment.strip() else None,
            content.warranty_months if content and not wire.warranty_delay else None,
        )

    def _content(self, connection: Connection, row: ListingRow, cell: MarketRow | None) -> Content | None:
        if not row.manage_content or row.sku_id is None or (cell is not None and cell.written_at is not None):
            return None
        grade = catalogue.sku(connection, row.sku_id).grade
        market = cell.market if cell is not None else ""
        return pricing.content_of(self._desk.policies(connection), grade, market)

    def _clash(
        self, effect: EffectRow, cell: MarketRow | None, wire: ListingWire, wish: _Wish
    ) -> PricedElsewhere | None:
        """Somebody else's price: neither what both sides last had, nor one that we sent."""
        if wish.price is None or cell is None or cell.base_minor is None or effect.forced:
            return None
        remote = minor(wire.price, wish.price.currency)
        if remote is None or remote in {cell.base_minor, *cell.sent}:
            return None
        return PricedElsewhere(market=effect.market, remote=_shown(wire, effect.market), ours=wish.price)

    def _settled(
        self, tx: Tx, effect: EffectRow, cell: MarketRow | None, base: int | None, *, wrote: bool = False
    ) -> None:
        values: Row = {"base_minor": base, "sent": []}
        if wrote and (cell is None or cell.written_at is None):
            values["written_at"] = tx.now
        listings.set_market(tx, effect.listing_id or "", effect.market, **values)


def _is_wanted(row: ListingRow, cell: MarketRow | None) -> bool:
    """Handed back, paused or never confirmed: nothing is written."""
    if cell is None or cell.paused:
        return False
    return (row.manage_price and cell.wanted_minor is not None) or row.manage_content


def _is_there(wire: ListingWire, price: Money) -> bool:
    """500.00 EUR are not 500.00 GBP. Where no currency is said, it is the market's."""
    return minor(wire.price, price.currency) == price.minor and wire.currency in ("", price.currency)


def _shown(wire: ListingWire, market: str) -> Money | str:
    currency = wire.currency or currency_of(market)
    amount = minor(wire.price if wire.price is not None else Decimal(0), currency)
    return Money(amount or 0, currency)
