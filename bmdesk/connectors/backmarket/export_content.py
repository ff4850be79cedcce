"""What a listing says in one market (comment, warranty, ways to ship): read, decide, write in one call, read back.

Only what a person confirmed, or what was bmdesk's own before and changed with the units. Words that somebody else wrote
since are no echo of ours: it parks, and a person says whose count. A single call costs the same line of the hour's
2,000 as a row of a CSV would, and the contract's CSV has no column for a comment, so there is no task.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.import_listings import note_read, ways_of
from bmdesk.connectors.backmarket.wire_listings import ListingWire
from bmdesk.connectors.base import Done, Dropped, Later, Outcome, Parked, Planned
from bmdesk.connectors.failures import GoneAtRemote
from bmdesk.domain.effects import REPLAY, Fault, Kind, backoff
from bmdesk.domain.markets import currency_of
from bmdesk.services.desk import Desk
from bmdesk.services.selling import content_changes
from bmdesk.services.selling.content_changes import COMMENT, PARTS, WARRANTY, WAYS
from bmdesk.store.engine import Connection
from bmdesk.store.queries import listings
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure

_SENT = "sent"


class SaidElsewhere(Failure):
    """Somebody else changed the words since they were confirmed. Params: market, remote, ours."""

    code = "content.changed_elsewhere"


class ContentNotTaken(Failure):
    """The marketplace took the words and shows others. Params: market, said."""

    code = "content.not_taken"


class ContentExporter:
    """Makes confirmed content right."""

    kind = Kind.CONTENT
    replay = REPLAY[Kind.CONTENT]
    batch = 1

    def __init__(self, desk: Desk, client: BackMarket, account_id: str) -> None:
        self._desk, self._client, self._account = desk, client, account_id

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        return effects

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        return {effect.id: self._perform(effect) for effect in effects}

    def plan(self, effect: EffectRow) -> Planned | None:
        row, cell = self._desk.read(lambda c: _rows(c, effect))
        if not _is_wanted(row, cell) or cell is None:
            return None
        wire = self._client.listing(row.remote_id, effect.market)
        found = _found(wire, effect.market)
        wish = content_changes.differing(cell.wanted_content or {}, found)
        if not wish:
            return None
        clash = _clash(effect, cell, wish, found)
        old, new = _shown(found, wish, effect.market), _shown(wish, wish, effect.market)
        problem = clash.happened if clash is not None else None
        return Planned(Kind.CONTENT, row.sku_text, effect.market, old, new, problem, row.id)

    def _perform(self, effect: EffectRow) -> Outcome:
        row, cell = self._desk.read(lambda c: _rows(c, effect))
        if not _is_wanted(row, cell):
            return Dropped()
        try:
            wire = self._client.listing(row.remote_id, effect.market)
        except GoneAtRemote as gone:
            return Parked(Fault.GONE, gone)
        found = _found(wire, effect.market)
        decided = self._desk.write(lambda tx: self._decide(tx, effect, wire))
        if decided is None:
            return Dropped()
        wish, clash = decided
        if not wish:
            return Done()
        change = {"old": _shown(found, wish, effect.market), "new": _shown(wish, wish, effect.market)}
        if clash is not None:
            return Parked(Fault.DIVERGED, clash, change)
        answer = self._client.change_listing(
            row.remote_id,
            effect.market,
            comment=wish.get(COMMENT),
            warranty_months=wish.get(WARRANTY),
            ways=content_changes.ways_of(wish[WAYS]) if WAYS in wish else None,
            ways_before=len(found[WAYS]),
        )
        after = self._client.listing(row.remote_id, effect.market)

        def confirm(tx: Tx) -> bool:
            note_read(tx, row.id, effect.market, after)
            now = _found(after, effect.market)
            if content_changes.differing(wish, now):
                return False
            _settled(tx, effect, now)
            return True

        if self._desk.write(confirm):
            return Done(change)
        said = "; ".join(answer.shipping_said) or "-"
        problem = ContentNotTaken(market=effect.market, said=said)
        return Later(self._desk.clock.now() + backoff(effect.attempts + 1, 0.5), problem, failed=True)

    def _decide(
        self, tx: Tx, effect: EffectRow, wire: ListingWire
    ) -> tuple[dict[str, Any], SaidElsewhere | None] | None:
        """By what people want now; None: nothing any more. What is about to be sent is noted before it is."""
        row, cell = _rows(tx.connection, effect)
        note_read(tx, row.id, effect.market, wire)
        if not _is_wanted(row, cell) or cell is None:
            return None
        found = _found(wire, effect.market)
        wish = content_changes.differing(cell.wanted_content or {}, found)
        if not wish:
            _settled(tx, effect, found)
            return wish, None
        clash = _clash(effect, cell, wish, found)
        if clash is None:
            base = {**(cell.base_content or {}), _SENT: wish}
            listings.set_market(tx, row.id, effect.market, base_content=base)
        return wish, clash


def _rows(connection: Connection, effect: EffectRow) -> tuple[ListingRow, MarketRow | None]:
    row = listings.listing(connection, effect.listing_id or "")
    return row, listings.market(connection, row.id, effect.market)


def _is_wanted(row: ListingRow, cell: MarketRow | None) -> bool:
    """Handed back, paused there, or taken back: nothing is written."""
    return row.manage_content and cell is not None and not cell.paused and cell.wanted_content is not None


def _found(wire: ListingWire, market: str) -> dict[str, Any]:
    currency = wire.currency or currency_of(market)
    ways = [way.kept() for way in ways_of(wire, market, currency)]
    return {COMMENT: content_changes.plain(wire.comment), WARRANTY: wire.warranty_delay, WAYS: ways}


def _clash(
    effect: EffectRow, cell: MarketRow, wish: Mapping[str, Any], found: Mapping[str, Any]
) -> SaidElsewhere | None:
    """Somebody else's words: neither what both sides last had, nor what we sent."""
    base = cell.base_content
    if base is None or effect.forced:
        return None
    sent: Mapping[str, Any] = base.get(_SENT) or {}
    foreign = [
        part
        for part in wish
        if part in base
        and base[part] is not None
        and not content_changes.same(part, found[part], base[part])
        and not (part in sent and content_changes.same(part, found[part], sent[part]))
    ]
    if not foreign:
        return None
    only = {part: wish[part] for part in foreign}
    theirs, ours = _shown(found, only, effect.market), _shown(only, only, effect.market)
    return SaidElsewhere(market=effect.market, remote=theirs, ours=ours)


def _settled(tx: Tx, effect: EffectRow, found: Mapping[str, Any]) -> None:
    """Both sides have what was wanted. What else stands there is the seller's and stays out of it."""
    _, cell = _rows(tx.connection, effect)
    if cell is not None:
        ours = {part: found[part] for part in PARTS if part in (cell.wanted_content or {})}
        base = {k: v for k, v in {**(cell.base_content or {}), **ours}.items() if k != _SENT}
        listings.set_market(tx, cell.listing_id, cell.market, base_content=base)


def _shown(values: Mapping[str, Any], parts: Mapping[str, Any], market: str) -> str:
    """The parts that change, as one line."""
    said = []
    for part in PARTS:
        if part in parts:
            value = values.get(part)
            if part == WAYS:
                value = ", ".join(w.words(currency_of(market)) for w in content_changes.ways_of(value))
            said.append(str(value if value not in (None, "") else "-"))
    return " · ".join(said)[:300]
