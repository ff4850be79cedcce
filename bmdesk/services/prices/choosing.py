"""What a person says against the rules: this price here; and whose price counts where somebody else wrote one.

A choice stays until it is given back. Floors, ceilings and the greatest change a day hold for it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import PriceOf
from bmdesk.domain.money import Money
from bmdesk.domain.prices.facts import Decision
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.prices import applying, facts
from bmdesk.services.prices.applying import NewPrice
from bmdesk.services.prices.simulation import Why, foreign_of
from bmdesk.services.prices.wanted import NO_CHOICE, day_values
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.wants import want
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listings, prices, sync_log
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg


class BelowFloor(Failure):
    """The price is below the floor. Params: `price`, `floor`, `sku`, `market`."""

    code = "prices.below_floor"


class AboveTop(Failure):
    """The price is above the ceiling or the marketplace's maximum. Params: `price`, `top`, `sku`, `market`."""

    code = "prices.above_top"


class OursBelowFloor(BelowFloor):
    """Our own price is below the floor by now. Params: as BelowFloor."""

    code = "prices.ours_below_floor"


class OursAboveTop(AboveTop):
    """Our own price is above what is allowed by now. Params: as AboveTop."""

    code = "prices.ours_above_top"


class FloorUnknown(Failure):
    """Nobody knows the floor, so no price goes there against a competitor. Params: `sku`, `market`, `reason`."""

    code = "prices.floor_unknown"


class NoPriceHere(Failure):
    """The rules allow no price here at all. Params: `sku`, `market`, `reason` (a Text)."""

    code = "prices.no_price_here"


class NotOurPrice(Failure):
    """bmdesk does not manage this listing's price, or no such listing sells a SKU of ours. Params: `sku`."""

    code = "prices.not_our_price"


class OtherCurrency(Failure):
    """The price is in another currency than the market's. Params: `price`, `currency`, `market`."""

    code = "prices.other_currency"


class NoSecondWriter(Failure):
    """Nobody else's price waits here. Params: `sku`, `market`."""

    code = "prices.no_second_writer"


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, and what shall stand there now: less far away where the greatest change a day holds it."""

    price: Money
    now: Money
    notes: tuple[Text, ...]
    run_id: str
    changes: frozenset[Change] = frozenset({Change.LISTINGS})


class _Here(NamedTuple):
    row: ListingRow
    cell: MarketRow | None
    decision: Decision


def choose(
    desk: Desk, actor: Actor, account_id: str, listing_id: str, market: str, price: Money, why: Why
) -> Choice:
    """Let this price stand there instead of what the rules say, until `release`.

    By hand it also settles a second writer: this price counts. Where nobody knows the floor it is a person's word,
    which `notes` says; the price to win is not taken then.
    Raises BelowFloor, AboveTop, FloorUnknown, NoPriceHere, NotOurPrice, OtherCurrency, UnknownMarket, NotAllowed.
    """
    rights.require(desk, Right.PRICES, actor)
    here = desk.read(lambda c: _look(c, desk, account_id, listing_id, market, price))
    _refuse(here, market, price)
    unknown = here.decision.unknown
    if unknown is not None and why is Why.BACKBOX:
        raise FloorUnknown(sku=here.row.sku_text, market=market, reason=unknown)
    now = here.decision.price
    assert now is not None, "refused above"
    choice: Row = {
        "chosen_minor": price.minor,
        "chosen_currency": price.currency,
        "chosen_why": why.value,
        "chosen_at": desk.clock.now(),
        "chosen_by": actor.code,
    }
    wanted = NewPrice(listing_id, market, now, here.decision.min_price, choice)
    run_id = _write(desk, actor, account_id, here, why.value, wanted, settles=why is Why.HAND)
    notes = [msg("prices.goes_in_steps", price=price, now=now)] if now != price else []
    if unknown is not None:
        notes.append(msg("prices.warn_unknown_cost", reason=unknown))
    return Choice(price, now, tuple(notes), run_id)


def release(desk: Desk, actor: Actor, account_id: str, listing_id: str, market: str) -> Choice | None:
    """Let the rules count again, and their price stand there, whoever else wrote one.

    None: nothing was chosen here, and nobody else wrote. Raises NoPriceHere, NotOurPrice, NotAllowed.
    """
    rights.require(desk, Right.PRICES, actor)
    here = desk.read(lambda c: _look(c, desk, account_id, listing_id, market, None))
    if here.cell is None or (here.cell.chosen_minor is None and foreign_of(here.cell) is None):
        return None
    now = here.decision.price
    if now is None:
        # Nothing to write, and yet the choice goes: what the rules cannot price is theirs to say.
        desk.write(lambda tx: listings.set_market(tx, listing_id, market, **NO_CHOICE))
        raise NoPriceHere(sku=here.row.sku_text, market=market, reason=here.decision.reason or "-")
    wanted = NewPrice(listing_id, market, now, here.decision.min_price, NO_CHOICE)
    return Choice(now, now, (), _write(desk, actor, account_id, here, "release", wanted, settles=True))


def theirs(desk: Desk, actor: Actor, account_id: str, listing_id: str, market: str) -> Choice:
    """Somebody else's price counts: it stays there, and the rules leave it alone until `release`.

    Raises BelowFloor where it is below the floor (say that ours counts, choose another one, let the rules count, or
    hand the price back), NoSecondWriter and as `choose`.
    """
    rights.require(desk, Right.PRICES, actor)
    here, foreign = _with_foreign(desk, account_id, listing_id, market)
    here = desk.read(lambda c: _look(c, desk, account_id, listing_id, market, foreign))
    _refuse(here, market, foreign)
    choice: Row = {
        "chosen_minor": foreign.minor,
        "chosen_currency": foreign.currency,
        "chosen_why": Why.THEIRS.value,
        "chosen_at": desk.clock.now(),
        "chosen_by": actor.code,
    }
    wanted = NewPrice(listing_id, market, foreign, _lowest(here.decision, foreign), choice)
    run_id = _write(desk, actor, account_id, here, Why.THEIRS.value, wanted, settles=True, ours=False)
    return Choice(foreign, foreign, (), run_id)


def ours(desk: Desk, actor: Actor, account_id: str, listing_id: str, market: str) -> None:
    """Our price counts: it is written again.

    Raises OursBelowFloor, OursAboveTop where the rules forbid it by now (choose another one, or let the rules count),
    NoSecondWriter, NotOurPrice, NotAllowed.
    """
    rights.require(desk, Right.PRICES, actor)
    here, foreign = _with_foreign(desk, account_id, listing_id, market)
    _refuse_ours(here, market)

    def work(tx: Tx) -> None:
        _settle(tx, actor, account_id, here, market, foreign, ours=True)
        cell = listings.market(tx.connection, listing_id, market)
        floor = here.decision.floor
        if cell is None or (cell.wanted_minor, cell.chosen_minor) != _standing(here.cell):
            raise NoPriceHere(
                sku=here.row.sku_text, market=market, reason=msg("prices.changed_since", market=market)
            )
        if floor is not None and cell.wanted_min_minor is not None and cell.wanted_min_minor < floor.minor:
            listings.set_market(tx, listing_id, market, wanted_min_minor=floor.minor)
        if cell.wanted_minor is not None:
            # Confirmed once more; what counts of this day's change began with ours, not with what somebody put over it.
            day = day_values(tx, cell, cell.wanted_minor)
            listings.set_market(tx, listing_id, market, wanted_at=tx.now, **day)
        want(tx, PriceOf(listing_id, market))

    desk.write(work)


def _write(
    desk: Desk,
    actor: Actor,
    account_id: str,
    here: _Here,
    why: str,
    wanted: NewPrice,
    *,
    settles: bool,
    ours: bool = True,
) -> str:
    """Set this price as a run of its own, with it whose price counts (`settles`); the run's id. Raises NoPriceHere."""
    foreign = foreign_of(here.cell) if settles else None
    version = desk.read(desk.policies).pricing.version

    def work(tx: Tx) -> str:
        if foreign is not None:
            _settle(tx, actor, account_id, here, wanted.market, foreign, ours=ours)
        done = applying.set_in(tx, account_id, actor.code, why, version, [wanted])
        if done.problems:
            raise NoPriceHere(sku=here.row.sku_text, market=wanted.market, reason=done.problems[0][1])
        return done.run_id

    return desk.write(work)


def _settle(
    tx: Tx, actor: Actor, account_id: str, here: _Here, market: str, foreign: Money, *, ours: bool
) -> None:
    """What stands there is what both sides know now; the other writer is heard. Raises NoSecondWriter."""
    if foreign_of(listings.market(tx.connection, here.row.id, market)) != foreign:
        raise NoSecondWriter(sku=here.row.sku_text, market=market)
    listings.set_market(
        tx,
        here.row.id,
        market,
        base_minor=foreign.minor,
        price_minor=foreign.minor,
        currency=foreign.currency,
        foreign_minor=None,
        foreign_at=None,
    )
    code = "prices.log_ours" if ours else "prices.log_theirs"
    said = msg(code, listing=here.row.sku_text, market=market, price=foreign, operator=actor.code)
    sync_log.log(tx, account_id, "info", said, listing_id=here.row.id, market=market)


def _with_foreign(desk: Desk, account_id: str, listing_id: str, market: str) -> tuple[_Here, Money]:
    here = desk.read(lambda c: _look(c, desk, account_id, listing_id, market, None))
    foreign = foreign_of(here.cell)
    if foreign is None:
        raise NoSecondWriter(sku=here.row.sku_text, market=market)
    return here, foreign


def _look(
    connection: Connection, desk: Desk, account_id: str, listing_id: str, market: str, taken: Money | None
) -> _Here:
    """The listing as it stands, and what the rules say of it with this price taken (None: with none)."""
    rows = prices.linked(connection, account_id, [listing_id])
    if not rows or not rows[0].manage_price:
        known = listings.find(connection, account_id, listing_id)
        raise NotOurPrice(sku=known.sku_text if known is not None else listing_id[:40])
    row = rows[0]
    view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
    known_facts = facts.load(connection, view, [row.sku_id or ""])
    cell = listings.market(connection, row.id, market)
    offer = known_facts.offer(market, cell)
    decision = known_facts.pricer.decide(
        known_facts.goods[row.sku_id or ""],
        type(offer)(offer.market, offer.present, offer.first_today, offer.max_price, taken),
    )
    return _Here(row, cell, decision)


def _standing(cell: MarketRow | None) -> tuple[int | None, int | None]:
    return (None, None) if cell is None else (cell.wanted_minor, cell.chosen_minor)


def _lowest(decision: Decision, price: Money) -> Money | None:
    """How low the marketplace may go from this price: not above it, not below the floor.

    The decision's own belongs to its price, which the greatest change a day may hold elsewhere.
    """
    lowest, floor = decision.min_price, decision.floor
    if lowest is None:
        return None
    bound = max(lowest.minor, floor.minor) if floor is not None else lowest.minor
    return Money(min(bound, price.minor), price.currency)


def _refuse_ours(here: _Here, market: str) -> None:
    cell, decision, sku = here.cell, here.decision, here.row.sku_text
    if cell is None or cell.wanted_minor is None:
        return
    price = Money(cell.wanted_minor, cell.wanted_currency or decision.currency)
    if price.currency != decision.currency:
        raise OtherCurrency(price=price, currency=decision.currency, market=market)
    if decision.floor is not None and price.minor < decision.floor.minor:
        raise OursBelowFloor(price=price, floor=decision.floor, sku=sku, market=market)
    if decision.top is not None and price.minor > decision.top.minor:
        raise OursAboveTop(price=price, top=decision.top, sku=sku, market=market)


def _refuse(here: _Here, market: str, price: Money) -> None:
    decision, sku = here.decision, here.row.sku_text
    if price.currency != decision.currency:
        raise OtherCurrency(price=price, currency=decision.currency, market=market)
    if decision.floor is not None and price.minor < decision.floor.minor:
        raise BelowFloor(price=price, floor=decision.floor, sku=sku, market=market)
    if decision.top is not None and price.minor > decision.top.minor:
        raise AboveTop(price=price, top=decision.top, sku=sku, market=market)
    if decision.reason is not None or decision.price is None:
        raise NoPriceHere(sku=sku, market=market, reason=decision.reason or "-")
