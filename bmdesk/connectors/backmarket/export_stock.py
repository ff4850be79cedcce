"""A listing's quantity: read there, decide, write, read back. Absolute: repeating it can only make it right.

The value is computed when it is sent, after asking the gate about units whose answer is due, and after orders were read
(the engine sees to that). What domain.stock decides is done here, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.import_listings import note_read
from bmdesk.connectors.backmarket.wire_listings import ListingWire
from bmdesk.connectors.base import Done, Dropped, Later, Outcome, Parked, Planned
from bmdesk.connectors.failures import GoneAtRemote
from bmdesk.domain.effects import REPLAY, Fault, Kind, backoff
from bmdesk.domain.stock import Clash, Decision, Hold, Seen, Send, Settled, Verdict, decide
from bmdesk.services import wants
from bmdesk.services.desk import Desk
from bmdesk.services.grading import judgement
from bmdesk.services.prices import lifting
from bmdesk.services.prices.lifting import WaitsForPrice
from bmdesk.services.selling import stock
from bmdesk.services.selling.account_settings import AccountSettings
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listing_lists, listings, orders, outbox, sync_log, units
from bmdesk.store.queries import stock as stock_queries
from bmdesk.store.queries.listings import ListingRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, msg

_SOON = timedelta(seconds=30)
_PRICE_COMES = timedelta(minutes=5)
"""When to look again whether a price may still come; as soon as it stands there, what waits for it goes at once."""


class SaleNotReadYet(Failure):
    """Back Market shows less than was confirmed, and no order explains it yet. Params: remote, ours, until."""

    code = "stock.sale_not_read_yet"


class LoweredElsewhere(Failure):
    """Somebody else set a lower quantity. Params: remote, ours."""

    code = "stock.lowered_elsewhere"


class NotTaken(Failure):
    """The marketplace took the quantity and shows another one. Params: sent, remote."""

    code = "stock.not_taken"


@dataclass(frozen=True, slots=True)
class _Decided:
    """What is to be done about one listing, as computed in one transaction."""

    row: ListingRow
    ours: int
    verdict: Verdict
    waiting: tuple[str, ...]
    """Units that count for another SKU as soon as this listing was read without them."""
    too_low: bool = False
    """More would be offered at a price below its floor."""
    awaited: WaitsForPrice | None = None
    """The price that must stand there before more is offered."""

    @property
    def decision(self) -> Decision:
        return self.verdict.decision


class StockExporter:
    """Makes quantities right."""

    kind = Kind.STOCK
    replay = REPLAY[Kind.STOCK]
    batch = 1

    def __init__(self, desk: Desk, client: BackMarket, account_id: str, settings: AccountSettings) -> None:
        self._desk, self._client, self._account, self._settings = desk, client, account_id, settings

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        """Zeros first: whatever else waits, what is gone must not be sold."""

        def work(connection: Connection) -> Mapping[str, int]:
            ids = sorted({e.listing_id for e in effects if e.listing_id})
            pages = (ids[start : start + stock.MOST] for start in range(0, len(ids), stock.MOST))
            rows = [row for page in pages for row in listing_lists.chosen(connection, self._account, page)]
            return {id_: offer.quantity for id_, offer in self._offers(connection, rows).items()}

        quantities = self._desk.read(work)
        return sorted(effects, key=lambda e: (quantities.get(e.listing_id or "", 0) > 0, e.id))

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        return {effect.id: self._perform(effect) for effect in effects}

    def plan(self, effect: EffectRow) -> Planned | None:
        if not self._is_managed(effect):
            return None
        wire = self._read(effect)
        decided = self._desk.read(lambda c: self._decide(c, effect, wire, self._desk.clock.now()))
        if isinstance(decided.decision, Settled):
            return None
        problem = None
        if isinstance(decided.decision, Hold):
            problem = _hold(decided, wire).happened
        elif isinstance(decided.decision, Clash):
            problem = _clash(decided, wire).happened
        elif decided.awaited is not None:
            problem = decided.awaited.happened
        return Planned(
            Kind.STOCK,
            decided.row.sku_text,
            "",
            str(decided.row.quantity if wire.quantity is None else wire.quantity),
            str(decided.decision.quantity if isinstance(decided.decision, Send) else decided.ours),
            problem,
            decided.row.id,
        )

    # ---------------------------------------------------------------- one listing

    def _perform(self, effect: EffectRow) -> Outcome:
        if not self._is_managed(effect):
            self._desk.write(lambda tx: wants.let_go(tx, effect.listing_id or ""))
            return Dropped()
        self._ask_the_gate(effect)
        try:
            wire = self._read(effect)
        except GoneAtRemote as gone:
            self._desk.write(lambda tx: _gone(tx, effect.listing_id or ""))
            return Parked(Fault.GONE, gone)
        decided = self._desk.write(lambda tx: self._note(tx, effect, wire))
        if decided is not None and decided.too_low and decided.awaited is None:
            lifting.lift(self._desk, decided.row)
            decided = self._desk.write(lambda tx: self._note(tx, effect, wire, lifted=True))
        if decided is None:
            return Dropped()
        decision = decided.decision
        if decided.awaited is not None:
            return Later(self._desk.clock.now() + _PRICE_COMES, decided.awaited)
        if isinstance(decision, Settled):
            return Done()
        if isinstance(decision, Hold):
            return Later(decision.until, _hold(decided, wire))
        if isinstance(decision, Clash):
            return Parked(Fault.DIVERGED, _clash(decided, wire), {"old": wire.quantity, "new": decided.ours})
        return self._write(effect, decided, decision, wire)

    def _write(self, effect: EffectRow, decided: _Decided, decision: Send, before: ListingWire) -> Outcome:
        self._client.change_listing(
            decided.row.remote_id, self._settings.primary_market, quantity=decision.quantity
        )
        after = self._read(effect)
        change = {"old": before.quantity, "new": decision.quantity}

        def confirm(tx: Tx) -> bool:
            note_read(tx, decided.row.id, self._settings.primary_market, after)
            if after.quantity is None or after.quantity > decision.quantity:
                return False
            # Read lower than sent: sold in this very moment. Both sides had what was sent.
            _settled(tx, decided, decision.quantity)
            if after.quantity < decision.quantity:
                wants.want_listing(tx, [listings.listing(tx.connection, decided.row.id)])
            if decision.foreign:
                _tell_foreign(tx, effect, decided, before)
            if decided.verdict.vanished and decided.ours > decision.quantity:
                self._look_again(tx, effect, decided)
            return True

        if self._desk.write(confirm):
            return Done(change)
        problem = NotTaken(sent=decision.quantity, remote=str(after.quantity))
        return Later(self._desk.clock.now() + backoff(effect.attempts + 1, 0.5), problem, failed=True)

    def _look_again(self, tx: Tx, effect: EffectRow, decided: _Decided) -> None:
        """Less is offered than there is, for the pieces that vanished: at the end of the hold somebody looks."""
        key = (effect.account_id, Kind.STOCK.value, decided.row.id)
        waits = outbox.pending(tx.connection, *key)
        wants.want_listing(tx, [listings.listing(tx.connection, decided.row.id)])
        made = outbox.pending(tx.connection, *key)
        if waits is None and made is not None and decided.verdict.vanished_at is not None:
            end = decided.verdict.vanished_at + timedelta(minutes=self._settings.hold_minutes)
            outbox.set_effect(tx, made.id, next_at=max(tx.now + _SOON, end))

    def _note(self, tx: Tx, effect: EffectRow, wire: ListingWire, *, lifted: bool = False) -> _Decided | None:
        """Keep what was read, decide, and note what is about to be sent: all before it is sent.

        None: it was handed back while it was read. Where more would be offered below the floor, nothing is sent before
        somebody tried to lift the price (`lifted`), nor while one is on its way.
        """
        assert effect.listing_id is not None, "stock belongs to a listing"
        note_read(tx, effect.listing_id, self._settings.primary_market, wire)
        if not listings.listing(tx.connection, effect.listing_id).manage_stock:
            wants.let_go(tx, effect.listing_id)
            return None
        decided = self._decide(tx.connection, effect, wire, tx.now)
        decision, row, verdict = decided.decision, decided.row, decided.verdict
        sent = row.sent
        if verdict.rebase:  # what was sent before is settled by what was read
            sent = []
            listings.set_listing(tx, row.id, base_quantity=row.quantity, base_at=tx.now, sent=sent)
        listings.set_listing(tx, row.id, vanished=verdict.vanished, vanished_at=verdict.vanished_at)
        if isinstance(decision, Settled):
            _settled(tx, decided, decided.ours)
        elif decided.awaited is not None or (decided.too_low and not lifted):
            pass
        elif isinstance(decision, Send):
            listings.set_listing(tx, row.id, sent=[*sent, decision.quantity][-20:])
        elif isinstance(decision, Clash):
            listings.set_listing(tx, row.id, foreign_at=tx.now, foreign_value=row.quantity)
        return decided

    def _decide(
        self, connection: Connection, effect: EffectRow, wire: ListingWire, now: datetime
    ) -> _Decided:
        assert effect.listing_id is not None, "stock belongs to a listing"
        row = listings.listing(connection, effect.listing_id)
        ours = self._offers(connection, [row])[row.id].quantity
        sold, freed = orders.moved_since(connection, row.id, row.base_at) if row.base_at else (0, 0)
        seen = Seen(
            remote=row.quantity if wire.quantity is None else wire.quantity,
            base=row.base_quantity,
            sent=set(row.sent),
            sold_since=sold,
            freed_since=freed,
            vanished=row.vanished,
            vanished_at=row.vanished_at,
            sold_since_vanished=orders.moved_since(connection, row.id, row.vanished_at)[0]
            if row.vanished_at
            else 0,
        )
        hold = timedelta(minutes=self._settings.hold_minutes)
        waiting = tuple(listings.waiting_for(connection, row.id))
        decided = _Decided(row, ours, decide(ours, seen, now, hold, forced=effect.forced), waiting)
        if not isinstance(decided.decision, Send) or decided.decision.quantity <= seen.remote:
            return decided
        floors = lifting.too_low(connection, self._desk, row)
        return replace(decided, too_low=bool(floors), awaited=lifting.awaited(connection, row, floors))

    def _offers(self, connection: Connection, rows: Sequence[ListingRow]) -> Mapping[str, stock.Offer]:
        account = accounts.account(connection, self._account)
        return stock.offers(
            connection, self._desk.policies(connection), account, rows, self._desk.clock.now()
        )

    def _read(self, effect: EffectRow) -> ListingWire:
        row = self._desk.read(lambda c: listings.listing(c, effect.listing_id or ""))
        return self._client.listing(row.remote_id, self._settings.primary_market)

    def _is_managed(self, effect: EffectRow) -> bool:
        row = self._desk.read(lambda c: listings.find(c, self._account, effect.listing_id or ""))
        return row is not None and row.manage_stock

    def _ask_the_gate(self, effect: EffectRow) -> None:
        """Units of this SKU whose answer is due, by date or by a changed policy, are judged before they are offered."""
        now = self._desk.clock.now()

        def due(connection: Connection) -> list[str]:
            row = listings.listing(connection, effect.listing_id or "")
            if row.sku_id is None:
                return []
            stamp = self._desk.policies(connection).stamp
            return stock_queries.due_of_skus(connection, self._desk.company, [row.sku_id], stamp, now)

        def judge(tx: Tx, unit_id: str) -> None:
            found = judgement.judge(tx, self._desk.policies(tx.connection), unit_id)
            before = units.unit(tx.connection, unit_id).state
            if judgement.settle(tx, unit_id, found).value != before:
                reasons = ",".join(b.code for b in found)
                params: dict[str, str | int] = {"reasons": reasons}
                units.append_history(tx, unit_id, "", self._desk.station, "history.gate_held", params)

        for unit_id in self._desk.read(due):
            self._desk.write(lambda tx, u=unit_id: judge(tx, u))  # type: ignore[misc]


def _settled(tx: Tx, decided: _Decided, value: int) -> None:
    """Both sides have this quantity: the base for all that comes; units that waited for it count elsewhere now."""
    listings.set_listing(
        tx,
        decided.row.id,
        base_quantity=value,
        base_at=tx.now,
        sent=[],
        foreign_at=None,
        foreign_value=None,
    )
    wants.released(tx, decided.row.id, decided.waiting)
    row = decided.row
    if not row.carries and (row.base_quantity or row.quantity or row.sent):
        _wake_the_carrier(tx, row)


def _wake_the_carrier(tx: Tx, row: ListingRow) -> None:
    """What this listing offered is the carrying one's now."""
    if row.sku_id is not None:
        wants.want_listing(tx, listings.of_sku(tx.connection, row.sku_id, row.account_id)[:1])


def _gone(tx: Tx, listing_id: str) -> None:
    """The marketplace does not know it any more: it offers nothing."""
    row = listings.listing(tx.connection, listing_id)
    since = row.missing_since or tx.now
    listings.set_listing(tx, listing_id, quantity=0, base_quantity=0, sent=[], missing_since=since)
    wants.let_go(tx, listing_id)
    if not row.carries:
        _wake_the_carrier(tx, row)


def _tell_foreign(tx: Tx, effect: EffectRow, decided: _Decided, before: ListingWire) -> None:
    listings.set_listing(tx, decided.row.id, foreign_at=tx.now, foreign_value=before.quantity)
    text = msg(
        "stock.raised_elsewhere", sku=decided.row.sku_text, remote=str(before.quantity), ours=decided.ours
    )
    sync_log.log(tx, effect.account_id, "warning", text, listing_id=decided.row.id, effect_id=effect.id)


def _hold(decided: _Decided, wire: ListingWire) -> SaleNotReadYet:
    assert isinstance(decided.decision, Hold), "only a hold has an end"
    return SaleNotReadYet(remote=str(wire.quantity), ours=decided.ours, until=decided.decision.until)


def _clash(decided: _Decided, wire: ListingWire) -> LoweredElsewhere:
    return LoweredElsewhere(remote=str(wire.quantity), ours=decided.ours)
