"""What is to be done about one price, whether it goes alone or in a CSV: judged with what was just read, in the
transaction that keeps the reading. Nothing is sent here.

Whoever confirmed a price and whenever: below the floor as it is now nothing goes out, and no min_price either. What was
confirmed on an earlier day, or where nobody had read a price, keeps to the greatest change of the day on which it is
sent, too; what a person says today is that person's word, and where it may not move so far that was said then.

A price below the min_price that stands at the marketplace, with none of ours to go along, is not written. That limit is
the seller's own word, given there or by another tool; from an account without the BackPricer the marketplace takes no
min_price with which ours could replace it; and a price below its min_price is one that the marketplace may move up or
put offline. So it stands aside, and a person lifts one of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bmdesk.connectors.backmarket.csv_calls import LOOK_AGAIN, LOOK_UP_FOR
from bmdesk.connectors.backmarket.import_listings import note_read
from bmdesk.connectors.backmarket.price_read import minor, seen, shown, standing_of
from bmdesk.connectors.backmarket.wire_listings import ListingWire
from bmdesk.connectors.base import Done, Dropped, Later, Outcome, Parked
from bmdesk.domain.effects import Fault, PriceOf
from bmdesk.domain.money import Money
from bmdesk.domain.price_standing import Standing, counts_from, is_there
from bmdesk.domain.working_time import local_day
from bmdesk.services import wants
from bmdesk.services.desk import Desk
from bmdesk.services.prices import lifting
from bmdesk.services.prices.floors import BelowFloorNow, BeyondDay, Floors, below
from bmdesk.services.selling import content, content_changes
from bmdesk.services.selling.account_settings import AccountSettings
from bmdesk.services.selling.content import Said
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listings, outbox, outbox_calls
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure

_MOST_SENT = 20


class PricedElsewhere(Failure):
    """Somebody else changed the price since it was confirmed. Params: market, remote, ours."""

    code = "price.changed_elsewhere"


class AboveMaximum(Failure):
    """The marketplace takes no price above its maximum for this listing. Params: market, price, most."""

    code = "price.above_maximum"


class MinAbovePrice(Failure):
    """The lowest price that was confirmed lies above the price itself. Params: market, price, least."""

    code = "price.min_above_price"


class BelowMinThere(Failure):
    """The min_price that stands at the marketplace lies above the price. Params: market, price, least."""

    code = "price.below_min_there"


class LookingUpPrice(Failure):
    """It is not known yet whether the price of a CSV was taken. Params: market, price."""

    code = "price.looking_up"


class PriceNeverCame(Failure):
    """Half an hour after a CSV its price is still not there, and nobody said why. Params: market, price."""

    code = "price.never_came"


@dataclass(frozen=True, slots=True)
class Wish:
    """What this market should have, as far as it is not there yet. None: leave it. `minimum` goes with a price."""

    price: Money | None
    minimum: Money | None
    comment: str | None
    warranty: int | None

    @property
    def nothing(self) -> bool:
        return self.price is None and self.comment is None and self.warranty is None

    @property
    def words(self) -> tuple[str, ...]:
        """What of the content is bmdesk's own."""
        said = ((content_changes.COMMENT, self.comment), (content_changes.WARRANTY, self.warranty))
        return tuple(part for part, value in said if value is not None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done. `problem`: why nothing is written, and with which fault it stands aside."""

    row: ListingRow
    wish: Wish
    old: str
    problem: Failure | None
    fault: Fault
    base: int | None
    """What both sides have once the wish is there."""
    first: int | None
    """The price from which this day's greatest change counts."""

    @property
    def change(self) -> Row:
        """Old and new price, as the effect keeps them."""
        return {"old": self.old, "new": str(self.wish.price) if self.wish.price is not None else self.old}


class PriceJudge:
    """Judges prices of one account."""

    def __init__(self, desk: Desk, settings: AccountSettings) -> None:
        self._desk, self._backpricer = desk, settings.backpricer

    def floors(self, connection: Connection, effects: Sequence[EffectRow]) -> Floors:
        """The floors as they are now, for judging all of these; at least one, all of one account."""
        rows = [listings.listing(connection, effect.listing_id or "") for effect in effects]
        return Floors(connection, self._desk, rows[0].account_id, (row.sku_id for row in rows))

    def rows(self, connection: Connection, effect: EffectRow) -> tuple[ListingRow, MarketRow | None]:
        """The listing, and its price in the effect's market."""
        row = listings.listing(connection, effect.listing_id or "")
        return row, listings.market(connection, row.id, effect.market)

    def judged(self, connection: Connection, effect: EffectRow, wire: ListingWire) -> Verdict | None:
        """What would be done. None: nothing is wanted any more."""
        row, cell = self.rows(connection, effect)
        if not is_wanted(row, cell):
            return None
        floors = self.floors(connection, [effect])
        return self._verdict(connection, effect, row, cell, wire, floors)

    def judge(
        self, tx: Tx, effect: EffectRow, wire: ListingWire, floors: Floors | None = None
    ) -> Verdict | None:
        """Decide by what people want now: while the listing was read, it may have been handed back, paused or priced
        anew. What is about to be sent is noted. None: nothing is wanted any more. `floors`: those of this transaction,
        where many are judged in it.
        """
        row, cell = self.rows(tx.connection, effect)
        verdict = None
        if is_wanted(row, cell):
            known = floors or self.floors(tx.connection, [effect])
            verdict = self._verdict(tx.connection, effect, row, cell, wire, known)
        note_read(tx, row.id, effect.market, wire)
        if verdict is None:
            return None
        if verdict.wish.nothing:
            self.settled(tx, effect, verdict.base)
        elif verdict.wish.price is not None and verdict.problem is None:
            sent = [*(cell.sent if cell else []), verdict.wish.price.minor]
            values: Row = {"sent": sent[-_MOST_SENT:]}
            if verdict.wish.minimum is not None:
                values["wanted_min_minor"] = verdict.wish.minimum.minor  # a floor may have lifted it
            values |= self._day(tx, cell, verdict.first)
            listings.set_market(tx, row.id, effect.market, **values)
        return verdict

    def is_there(self, wire: ListingWire, wish: Wish) -> bool:
        """Whether what was written was read back."""
        if wish.price is None:
            return True
        least = wish.minimum.minor if wish.minimum is not None else None
        return is_there(wish.price.minor, least, seen(wire, wish.price.currency), backpricer=self._backpricer)

    def settled(self, tx: Tx, effect: EffectRow, base: int | None, *, wrote: str | None = None) -> None:
        """Both sides have this price: a second writer's, if there was one, is over. `wrote`: it was written, and this
        stood there before, as the effect keeps it.
        """
        _, cell = self.rows(tx.connection, effect)
        values: Row = {"base_minor": base, "sent": [], "foreign_minor": None, "foreign_at": None}
        if wrote is not None and (cell is None or cell.written_at is None):
            values["written_at"] = tx.now
        old = _kept(wrote or "")
        if cell is not None and old is not None and old.currency == cell.currency:
            # Sent before midnight, there after it: it is this day's change.
            values |= self._day(tx, cell, old.minor or None)
        listings.set_market(tx, effect.listing_id or "", effect.market, **values)
        lifting.arrived(tx, effect.account_id, effect.listing_id or "")

    def looked_up(
        self,
        tx: Tx,
        effect: EffectRow,
        wire: ListingWire,
        *,
        refused: Failure | None = None,
        problem: Failure | None = None,
    ) -> Outcome:
        """What became of a price that went in a CSV; it is never sent again by itself. `refused`: the marketplace said
        so of this row; `problem`: why its report does not tell.
        """
        row, cell = self.rows(tx.connection, effect)
        found = (
            standing_of(cell, wire, backpricer=self._backpricer)
            if cell is not None and cell.wanted_minor is not None
            else Standing.KNOWN
        )
        note_read(tx, row.id, effect.market, wire)
        if cell is None or cell.wanted_minor is None or not is_wanted(row, cell):
            return Dropped()
        ours = Money(cell.wanted_minor, cell.wanted_currency)
        sent = _sent_with(effect) or ours
        old = str((effect.change or {}).get("old", ""))
        change = {"old": old, "new": str(sent)}
        waits = tx.now - _sent_at(tx.connection, effect, tx.now) < LOOK_UP_FOR
        # What is wanted stands there; but where the CSV carried another price, that one may still come.
        if found is Standing.THERE and (sent == ours or refused is not None or not waits):
            self.settled(tx, effect, ours.minor, wrote=old)
            return Done(change, found=True)
        if minor(wire.price, sent.currency) == sent.minor and wire.currency in ("", sent.currency):
            # It was taken; meanwhile another price, or another min_price, is wanted.
            self.settled(tx, effect, sent.minor, wrote=old)
            wants.want(tx, PriceOf(row.id, effect.market))
            return Done(change, found=True)
        if found is Standing.FOREIGN:
            elsewhere = PricedElsewhere(market=effect.market, remote=shown(wire, effect.market), ours=ours)
            return Parked(Fault.DIVERGED, elsewhere, change)
        if refused is not None:
            outbox.set_effect(tx, effect.id, call_id=None)
            return Parked(Fault.REJECTED, refused, change)
        if waits:
            looking = problem or LookingUpPrice(market=effect.market, price=sent)
            return Later(tx.now + LOOK_AGAIN, looking, uncertain=True)
        return Parked(Fault.AMBIGUOUS, PriceNeverCame(market=effect.market, price=sent), change)

    def _verdict(
        self,
        connection: Connection,
        effect: EffectRow,
        row: ListingRow,
        cell: MarketRow | None,
        wire: ListingWire,
        floors: Floors,
    ) -> Verdict:
        price, least, floor, first, found = None, None, None, None, Standing.KNOWN
        if row.manage_price and cell is not None and cell.wanted_minor is not None:
            found = standing_of(cell, wire, backpricer=self._backpricer)
            first = self._first(connection, effect, cell, wire, found)
            if found is not Standing.THERE:
                price = Money(cell.wanted_minor, cell.wanted_currency)
                floor = floors.of(row.sku_id, effect.market)
            if cell.wanted_min_minor is not None:
                least = Money(cell.wanted_min_minor, cell.wanted_currency)
                if below(least, floor):
                    least = floor
        said = self._content(connection, row, cell)
        wish = Wish(
            price,
            least if self._backpricer else None,
            # What the seller wrote stays; only an empty market gets bmdesk's words.
            said.comment if said and said.comment and not wire.comment.strip() else None,
            said.warranty_months if said and not wire.warranty_delay else None,
        )
        problem, fault = None, Fault.REJECTED
        if price is not None:
            problem = _bounds_broken(effect.market, price, least, floor, wire)
            if problem is None and wish.minimum is None:
                problem = _below_min_there(effect.market, price, wire)
            if problem is None and found is Standing.FOREIGN and not effect.forced:
                remote = shown(wire, effect.market)
                problem = PricedElsewhere(market=effect.market, remote=remote, ours=price)
                fault = Fault.DIVERGED
            if problem is None:
                problem = self._too_far(connection, row, cell, price, first, wire, floors)
        base = cell.wanted_minor if cell is not None else None
        return Verdict(row, wish, str(shown(wire, effect.market)), problem, fault, base, first)

    def _first(
        self,
        connection: Connection,
        effect: EffectRow,
        cell: MarketRow,
        wire: ListingWire,
        found: Standing,
    ) -> int | None:
        """The price from which this day's change counts: the one that stood there before the day's first write, not a
        second writer's that ours replaces.
        """
        if cell.day_on == self._today(connection, self._desk.clock.now()):
            return cell.day_minor
        if found is Standing.FOREIGN:
            return cell.base_minor
        there = seen(wire, cell.wanted_currency)
        if not there.same_currency:
            return minor(wire.price, shown(wire, effect.market).currency)
        return counts_from(there.price, there.minimum, cell.base_minor, backpricer=self._backpricer)

    def _too_far(
        self,
        connection: Connection,
        row: ListingRow,
        cell: MarketRow | None,
        price: Money,
        first: int | None,
        wire: ListingWire,
        floors: Floors,
    ) -> Failure | None:
        """Whether a price is too great a change for this day: one confirmed on an earlier day, or while nobody had read
        what stands there.
        """
        if cell is None or first is None or wire.currency not in ("", price.currency):
            return None
        today = self._today(connection, self._desk.clock.now())
        said_today = cell.wanted_at is not None and self._today(connection, cell.wanted_at) == today
        if said_today and cell.base_minor is not None:
            return None
        began = Money(first, price.currency)
        most = minor(wire.max_price, price.currency)
        known = Money(most, price.currency) if most else None
        day = floors.day(row.sku_id, cell.market, began, known)
        if day is None or day[0].minor <= price.minor <= day[1].minor:
            return None
        return BeyondDay(market=cell.market, price=price, first=began, low=day[0], high=day[1])

    def _day(self, tx: Tx, cell: MarketRow | None, old: int | None) -> Row:
        """The price from which this day's greatest change counts: the one that stood there before the day's first
        write, whenever that was confirmed. Nothing where a write of this day set it before.
        """
        today = self._today(tx.connection, tx.now)
        return {} if cell is not None and cell.day_on == today else {"day_on": today, "day_minor": old}

    def _today(self, connection: Connection, at: datetime) -> str:
        return local_day(at, self._desk.policies(connection).timezone).isoformat()

    def _content(self, connection: Connection, row: ListingRow, cell: MarketRow | None) -> Said | None:
        if not row.manage_content or row.sku_id is None or (cell is not None and cell.written_at is not None):
            return None
        account, market = (
            accounts.account(connection, row.account_id),
            cell.market if cell is not None else "",
        )
        return content.of_sku(connection, self._desk.policies(connection), account, row.sku_id, market)


def is_wanted(row: ListingRow, cell: MarketRow | None) -> bool:
    """Handed back, paused or never confirmed: nothing is written."""
    if cell is None or cell.paused:
        return False
    return (row.manage_price and cell.wanted_minor is not None) or row.manage_content


def _bounds_broken(
    market: str, price: Money, least: Money | None, floor: Money | None, wire: ListingWire
) -> Failure | None:
    """Why this price must not be written whatever anybody says."""
    if below(price, floor):
        return BelowFloorNow(market=market, price=price, floor=floor)
    if least is not None and least.minor > price.minor:
        return MinAbovePrice(market=market, price=price, least=least)
    most = minor(wire.max_price, price.currency) if wire.currency in ("", price.currency) else None
    if most and price.minor > most:
        return AboveMaximum(market=market, price=price, most=Money(most, price.currency))
    return None


def _below_min_there(market: str, price: Money, wire: ListingWire) -> Failure | None:
    """Whether the min_price that stands there forbids this price, with which none of ours goes along."""
    least = minor(wire.min_price, price.currency) if wire.currency in ("", price.currency) else None
    if least and price.minor < least:
        return BelowMinThere(market=market, price=price, least=Money(least, price.currency))
    return None


def _sent_with(effect: EffectRow) -> Money | None:
    """The price that the effect's CSV carried."""
    return _kept(str((effect.change or {}).get("new", "")) if isinstance(effect.change, dict) else "")


def _kept(text: str) -> Money | None:
    """A price as an effect keeps it; None where it keeps none."""
    amount, _, currency = text.partition(" ")
    return Money.parse(amount, currency) if currency else None


def _sent_at(connection: Connection, effect: EffectRow, now: datetime) -> datetime:
    """Since when its price should be there: the end of the call that carried it (now, while its task is just read to
    have ended), or its beginning where bmdesk was stopped before the answer.
    """
    call = outbox_calls.call(connection, effect.call_id or "")
    return call.ended_at or (now if call.state == "running" else call.started_at)
