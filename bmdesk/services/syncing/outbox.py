"""What waits to be sent, as people look at it and decide: again now, not now, not at all.

Sending is the engine's business. Here a person says what becomes of an effect; each one is done or refused for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import SURELY_ENDED, EffectState, Fault, Kind
from bmdesk.domain.orders import Handling
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.odoo.units import diverged, units_in
from bmdesk.services.orders import order_effects
from bmdesk.services.selling import account_settings, content_changes, price_writers
from bmdesk.services.syncing.outbox_shown import (
    Action,
    Shown,
    actions_of,
    code_of,
    refusal_of,
    shown_of,
    what_of,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listings, outbox, outbox_lists, outbox_orders, parcels, sync_log
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

__all__ = [
    "Action",
    "AmbiguousEffect",
    "Handled",
    "Page",
    "Shown",
    "UnknownEffect",
    "again",
    "cancel",
    "listed",
    "of_listing",
    "of_order",
    "park",
    "retry",
    "shown",
]

SHORTEST_PART = 6
"""So many signs of an id's beginning or end are needed to mean it."""

_MOST = 500


class UnknownEffect(Refusal):
    """Nothing in the outbox has this id. Params: `given`."""

    code = "outbox.unknown"


class AmbiguousEffect(UnknownEffect):
    """Several ids begin or end so. Params: `given`."""

    code = "outbox.ambiguous"


class ParkedByHand(Failure):
    """A person said: not now. Params: `operator`."""

    code = "outbox.parked_by_hand"


class ParkedUncertain(Failure):
    """A person said: not now, while it was not known whether it had happened. Params: `operator`."""

    code = "outbox.parked_uncertain"


@dataclass(frozen=True, slots=True)
class Page:
    """Some effects, newest first. `next` goes into `before` for the page that follows; empty at the end."""

    rows: tuple[Shown, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of each: `done` as (id, what that means), `refused` as (id or what was given, why)."""

    done: tuple[tuple[str, Text], ...]
    refused: tuple[tuple[str, Text], ...]
    changes: frozenset[Change] = field(
        default_factory=lambda: frozenset({Change.SYNC, Change.LISTINGS, Change.ORDERS})
    )


def listed(
    desk: Desk,
    states: Sequence[EffectState] = (),
    account: str | None = None,
    before: str = "",
    limit: int = 200,
) -> Page:
    """Effects in these states (none: in all), of one account (its id) or of all."""
    most = max(1, min(limit, _MOST))

    def work(connection: Connection) -> Page:
        found = outbox_lists.shown(
            connection, desk.company, states=states, account_id=account, before=before, limit=most + 1
        )
        names = _names(connection, desk)
        rows = tuple(shown_of(row, names) for row in found[:most])
        return Page(rows, rows[-1].id if len(found) > most else "")

    return desk.read(work)


def shown(desk: Desk, given: str) -> Shown:
    """The effect with this id, or the only one whose id begins or ends so. Raises UnknownEffect, AmbiguousEffect."""

    def work(connection: Connection) -> Shown:
        found = outbox_lists.shown_one(connection, desk.company, _resolved(connection, desk.company, given))
        assert found is not None, "its id was just read"
        return shown_of(found, _names(connection, desk))

    return desk.read(work)


def of_listing(desk: Desk, listing_id: str) -> tuple[Shown, ...]:
    """What is unfinished for this listing, what needs a person first."""

    return desk.read(lambda c: _all(c, desk, [row.id for row in outbox_lists.unfinished(c, [listing_id])]))


def of_order(desk: Desk, order_id: str) -> tuple[Shown, ...]:
    """What is unfinished for this order, what needs a person first."""
    return desk.read(lambda c: _all(c, desk, [row.id for row in outbox_orders.unfinished(c, order_id)]))


def retry(desk: Desk, actor: Actor, ids: Sequence[str]) -> Handled:
    """Send these as soon as their lane is free. Where somebody else wrote the same thing, ours counts this once."""
    rights.require(desk, Right.QUEUE, actor)
    return _each(desk, ids, lambda tx, row: _retry(tx, actor, row))


def park(desk: Desk, actor: Actor, ids: Sequence[str]) -> Handled:
    """Put what waits aside, until a person says otherwise."""
    rights.require(desk, Right.QUEUE, actor)
    return _each(desk, ids, lambda tx, row: _park(tx, actor, row))


def cancel(desk: Desk, actor: Actor, ids: Sequence[str]) -> Handled:
    """Do not send these. Where somebody else set another price, theirs counts from now on."""
    rights.require(desk, Right.QUEUE, actor)
    return _each(desk, ids, lambda tx, row: _cancel(tx, actor, row))


# ---------------------------------------------------------------- one effect


class _NotNow(Exception):
    """This effect is in no state for that."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.code)
        self.reason = reason


def _each(desk: Desk, ids: Sequence[str], step: Callable[[Tx, EffectRow], Text]) -> Handled:
    done: list[tuple[str, Text]] = []
    refused: list[tuple[str, Text]] = []
    for given in ids:

        def work(tx: Tx, given: str = given) -> tuple[str, Text]:
            row = outbox.effect(tx.connection, _resolved(tx.connection, desk.company, given))
            assert row is not None, "its id was just read"
            return row.id, step(tx, row)

        try:
            done.append(desk.write(work))
        except UnknownEffect as unknown:
            refused.append((given, unknown.happened))
        except _NotNow as no:
            refused.append((given, no.reason))
    return Handled(tuple(done), tuple(refused))


def _retry(tx: Tx, actor: Actor, row: EffectRow) -> Text:
    if Action.RETRY not in actions_of(row):
        raise _NotNow(refusal_of(row))
    state = EffectState(row.state)
    if state is EffectState.PARKED and code_of(row) == ParkedUncertain.code:
        # It may have happened still: it is looked up first, as before a person put it aside.
        values: Row = {"state": EffectState.UNCERTAIN.value, "fault": Fault.AMBIGUOUS.value, "problem": None}
        outbox.set_effect(tx, row.id, **values, next_at=_looked_at(tx, row))
        said = msg("outbox.retried_uncertain", at=_looked_at(tx, row))
    elif state is EffectState.UNCERTAIN:
        outbox.set_effect(tx, row.id, next_at=_looked_at(tx, row))
        said = msg("outbox.retried_uncertain", at=_looked_at(tx, row))
    elif state is EffectState.PENDING:
        outbox.set_effect(tx, row.id, next_at=min(row.next_at, tx.now), urgent=True)
        said = msg("outbox.retried")
    else:
        said = again(tx, actor, row)
    _log(tx, row, msg("outbox.log_retried", what=what_of(row), operator=actor.code))
    return said


def again(tx: Tx, actor: Actor, row: EffectRow) -> Text:
    """A person says: send this parked one again; what that means. Only where somebody else wrote the same thing, or the
    answer was lost, it also says "ours counts" (once).
    """
    if diverged.is_one(row):
        diverged.ours_counts(tx, row)
    said = _unpark(tx, row)
    order_effects.ended(tx, row, actor.code)
    return said


def _unpark(tx: Tx, row: EffectRow) -> Text:
    ours = row.fault in {Fault.DIVERGED, Fault.AMBIGUOUS}
    said = _said_again(row)
    waiting = outbox.pending(tx.connection, row.account_id, row.kind, row.key)
    if waiting is not None:
        # One row for each key waits: the newer want goes, and with it the person's word.
        outbox.set_effect(tx, row.id, state=EffectState.CANCELLED.value, ended_at=tx.now)
        fault = Fault.AMBIGUOUS.value if row.fault == Fault.AMBIGUOUS else waiting.fault
        values: Row = {"next_at": tx.now, "urgent": True, "forced": ours or waiting.forced, "fault": fault}
        outbox.set_effect(tx, waiting.id, **values)
        return said
    lost = row.fault == Fault.AMBIGUOUS
    outbox.set_effect(
        tx,
        row.id,
        state=EffectState.PENDING.value,
        next_at=tx.now,
        urgent=True,
        forced=ours,
        attempts=0,
        # Whoever finds it at the marketplace must know that it may be ours; what was refused surely is not.
        fault=Fault.AMBIGUOUS.value if lost else "",
        call_id=row.call_id if lost else None,
        problem=row.problem if lost else None,
    )
    return said


def _said_again(row: EffectRow) -> Text:
    """What it means that a person sends this again."""
    if row.kind in order_effects.OF_A_LINE and row.fault == Fault.AMBIGUOUS:
        return msg("outbox.retried_step")
    if row.kind == Kind.SHIP.value and row.fault == Fault.DIVERGED:
        return msg("outbox.retried_ship")
    return msg("outbox.retried_ours") if row.fault == Fault.DIVERGED else msg("outbox.retried")


def _park(tx: Tx, actor: Actor, row: EffectRow) -> Text:
    if Action.PARK not in actions_of(row):
        raise _NotNow(refusal_of(row))
    return _aside(tx, actor, row)


def _aside(tx: Tx, actor: Actor, row: EffectRow) -> Text:
    uncertain = _in_doubt(row) or code_of(row) == ParkedUncertain.code
    problem = ParkedUncertain(operator=actor.code) if uncertain else ParkedByHand(operator=actor.code)
    outbox.end(
        tx, row.id, EffectState.PARKED, fault=Fault.BY_HAND.value, problem=problem, request_id=row.request_id
    )
    _log(tx, row, msg("outbox.log_parked", what=what_of(row), operator=actor.code))
    return msg("outbox.parked")


def _cancel(tx: Tx, actor: Actor, row: EffectRow) -> Text:
    if Action.CANCEL not in actions_of(row):
        raise _NotNow(refusal_of(row))
    if _is_automatic(tx, row):  # cancelled it would be wanted again at once
        order_effects.ended(tx, row, actor.code)
        return _aside(tx, actor, row)
    if _is_of_a_closed_parcel(tx, row):  # cancelled nobody would ever tell of it
        order_effects.ended(tx, row, actor.code)
        _aside(tx, actor, row)
        return msg("outbox.kept_ship")
    uncertain = _in_doubt(row) or code_of(row) == ParkedUncertain.code
    # A new listing may be there after all: the next want of its SKU finds the doubt here, and looks first.
    values: Row = {"fault": Fault.AMBIGUOUS.value if uncertain else row.fault, "ended_at": tx.now}
    outbox.set_effect(tx, row.id, state=EffectState.CANCELLED.value, **values)
    _log(tx, row, msg("outbox.log_cancelled", what=what_of(row), operator=actor.code))
    if row.fault == Fault.DIVERGED and row.kind == Kind.PRICE.value:
        return _theirs(tx, actor, row)
    if row.kind == Kind.CONTENT.value and row.listing_id is not None:
        content_changes.theirs(tx, row.listing_id, row.market)
        return msg("outbox.cancelled_content", market=row.market)
    if row.fault == Fault.DIVERGED and row.listing_id is not None:
        _theirs_for_now(tx, row)
        return msg("outbox.cancelled_theirs")
    if row.fault == Fault.DIVERGED and row.kind == Kind.UNIT.value and row.unit_id is not None:
        units_in.theirs_count(tx, row.account_id, row.unit_id)
        return msg("outbox.cancelled_unit")
    order_effects.given_up(tx, row, actor.code)
    return msg("outbox.cancelled_uncertain") if uncertain else msg("outbox.cancelled")


def _is_automatic(tx: Tx, row: EffectRow) -> bool:
    """Whether each reading of its order asks for it anew."""
    if row.kind != Kind.ACCEPT.value:
        return False
    name = accounts.account(tx.connection, row.account_id).name
    return account_settings.handling(tx.connection, tx.company, name) is Handling.AUTOMATIC


def _is_of_a_closed_parcel(tx: Tx, row: EffectRow) -> bool:
    """Whether this must still tell of a parcel that is closed. Opening the parcel again withdraws it."""
    if row.kind != Kind.SHIP.value or row.order_id is None:
        return False
    parcel = parcels.of_order(tx.connection, row.order_id)
    return parcel is not None and parcel.told_at is None


def _in_doubt(row: EffectRow) -> bool:
    return row.state == EffectState.UNCERTAIN.value or row.fault == Fault.AMBIGUOUS


def _theirs_for_now(tx: Tx, row: EffectRow) -> None:
    """The quantity that somebody else set is where both sides stand, until the stock changes again."""
    listing = listings.listing(tx.connection, row.listing_id or "")
    here: Row = {"base_quantity": listing.quantity, "base_at": tx.now, "sent": []}
    listings.set_listing(
        tx, listing.id, **here, vanished=0, vanished_at=None, foreign_at=None, foreign_value=None
    )


def _theirs(tx: Tx, actor: Actor, row: EffectRow) -> Text:
    """The price that somebody else set becomes the confirmed one, so that nothing writes over it."""
    cell = listings.market(tx.connection, row.listing_id or "", row.market)
    if cell is None:
        return msg("outbox.cancelled")
    price_writers.keep_theirs(tx, cell, actor.code)
    return msg("outbox.cancelled_price", market=cell.market)


def _looked_at(tx: Tx, row: EffectRow) -> datetime:
    """When an uncertain one may be looked at: not before its call has surely ended over there."""
    ended = row.claimed_at + SURELY_ENDED if row.claimed_at is not None else tx.now
    return max(tx.now, min(row.next_at, ended))


def _log(tx: Tx, row: EffectRow, said: Text) -> None:
    sync_log.log(
        tx,
        row.account_id,
        "info",
        said,
        listing_id=row.listing_id,
        order_id=row.order_id,
        effect_id=row.id,
        market=row.market,
    )


def _names(connection: Connection, desk: Desk) -> dict[str, str]:
    return {row.id: row.name for row in accounts.of_company(connection, desk.company)}


def _resolved(connection: Connection, company: str, given: str) -> str:
    part = given.strip().upper()
    if not (SHORTEST_PART <= len(part) <= 26 and part.isascii() and part.isalnum()):
        raise UnknownEffect(given=given[:40])
    found = outbox_lists.ids_like(connection, company, part)
    if not found:
        raise UnknownEffect(given=given[:40])
    if len(found) > 1:
        raise AmbiguousEffect(given=given[:40])
    return found[0]


def _all(connection: Connection, desk: Desk, ids: Sequence[str]) -> tuple[Shown, ...]:
    names = _names(connection, desk)
    found = [outbox_lists.shown_one(connection, desk.company, one) for one in ids]
    rows = [shown_of(row, names) for row in found if row is not None]
    return tuple(sorted(rows, key=lambda row: (row.state_code is not EffectState.PARKED, row.id)))
