"""Parcels after they were packed: told to the marketplace, handed to the driver, followed until they arrive.

What closed a parcel is services.shipping.parcel_closing. A parcel is opened again only while nothing was sent to the
marketplace: what it was told can never be corrected there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import Kind
from bmdesk.domain.orders import Conflict, Remote, Step
from bmdesk.domain.parcels import MOVES, UNDER_WAY, ParcelState, parcel_text
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.orders import fulfilment, order_doubts, reservation
from bmdesk.services.policies import Policies
from bmdesk.services.shipping import parcel_closing, warranty_cover
from bmdesk.store.queries import allocations, order_progress, orders, outbox_orders, parcel_lists, parcels
from bmdesk.store.queries.allocations import PACKED
from bmdesk.store.queries.order_progress import ConflictRow
from bmdesk.store.queries.parcel_lists import Manifest, ShownParcel
from bmdesk.store.queries.parcels import ParcelRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

__all__ = [
    "AlreadySent", "ForeignParcel", "Manifest", "Moved", "NotThere", "ShownParcel", "UnknownParcel", "arrived", "back",
    "delivered", "find", "hand_over", "late", "left", "lost", "manifests", "of_manifest", "open_again", "rows",
    "to_hand_over", "told",
]  # fmt: skip

LATE = timedelta(days=7)
"""Under way for longer than this: somebody asks the carrier."""

_CHANGES = frozenset({Change.ORDERS, Change.PACKING})


class UnknownParcel(Refusal):
    """No parcel has this number or id. Params: `given`."""

    code = "parcel.unknown"


class NotThere(Refusal):
    """The parcel is not where this step begins. Params: `number`, `state`, `wanted` (texts)."""

    code = "parcel.not_there"


class AlreadySent(Refusal):
    """Back Market was told, or may have been: the parcel cannot be opened again. Params: `number`."""

    code = "parcel.already_sent"


class ForeignParcel(Refusal):
    """Its order was taken back or changed while it was packed: it must not leave. Params: `number`, `order`."""

    code = "parcel.must_not_leave"


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of a step: the parcels as they are now, and refusals of single ones as (number, failure)."""

    parcels: tuple[ParcelRow, ...]
    manifests: tuple[Manifest, ...] = ()
    refused: tuple[tuple[str, Refusal], ...] = ()
    changes: frozenset[Change] = field(default_factory=lambda: _CHANGES)


# ---------------------------------------------------------------- lists


def rows(
    desk: Desk, *states: ParcelState, after: str = "", limit: int = 200, account: str = ""
) -> tuple[ShownParcel, ...]:
    """Parcels in these states (none: all that were not undone), newest first, from the one after this id on."""
    wanted = states or tuple(one for one in ParcelState if one is not ParcelState.UNDONE)
    return desk.read(
        lambda c: tuple(
            parcel_lists.shown(c, desk.company, [s.value for s in wanted], after, limit, account=account)
        )
    )


def to_hand_over(desk: Desk) -> tuple[ShownParcel, ...]:
    """Packed parcels that no driver has yet, by carrier. Told long ago, one has left unnoticed or is `late`."""
    since = desk.clock.now() - LATE
    found = rows(desk, ParcelState.PACKED, ParcelState.TOLD, limit=2000)
    here = [one for one in found if one.row.state == ParcelState.PACKED.value or one.row.packed_at > since]
    return tuple(sorted(here, key=lambda one: (one.shipper, one.number)))


def late(desk: Desk, limit: int = 500) -> tuple[ShownParcel, ...]:
    """Parcels that left long ago and of which nobody heard that they arrived; the oldest first."""
    before = desk.clock.now() - LATE
    states = [one.value for one in UNDER_WAY]
    return desk.read(
        lambda c: tuple(parcel_lists.shown(c, desk.company, states, "", limit, left_before=before))
    )


def find(desk: Desk, given: str) -> ParcelRow:
    """The parcel with this id, parcel number or order number; of several the newest. Raises UnknownParcel."""
    found = desk.read(lambda c: parcel_lists.find(c, desk.company, given.strip()[:60]))
    if found is None:
        raise UnknownParcel(given=given[:60])
    return found


def manifests(desk: Desk, limit: int = 50) -> tuple[Manifest, ...]:
    """What drivers took, newest first."""
    return desk.read(lambda c: tuple(parcel_lists.manifests(c, desk.company, limit)))


def of_manifest(desk: Desk, manifest_id: str) -> tuple[ShownParcel, ...]:
    """The parcels that one driver took, by number."""
    return desk.read(lambda c: tuple(parcel_lists.of_manifest(c, desk.company, manifest_id)))


# ---------------------------------------------------------------- steps


def hand_over(desk: Desk, actor: Actor, parcel_ids: Sequence[str]) -> Moved:
    """A driver took these: one manifest a carrier. One whose order was cancelled meanwhile stays, and is named.

    One that a driver has already is named too.
    """

    def work(tx: Tx) -> Moved:
        refused: list[tuple[str, Refusal]] = []
        by_shipper: dict[str, list[ParcelRow]] = {}
        for one in dict.fromkeys(parcel_ids):
            parcel = parcel_lists.parcel(tx.connection, tx.company, one)
            if parcel is None:
                refused.append((one[:60], UnknownParcel(given=one[:60])))
            elif (no := _must_stay(tx, parcel)) is not None:
                refused.append((parcel.number, no))
            else:
                by_shipper.setdefault(parcel.shipper, []).append(parcel)
        made, taken = [], []
        for shipper, found in sorted(by_shipper.items()):
            manifest = parcel_lists.add_manifest(tx, shipper, len(found), actor.code)
            made.append(manifest)
            for parcel in found:
                state = ParcelState.HANDED.value
                parcels.set_parcel(tx, parcel.id, state=state, handed_at=tx.now, manifest_id=manifest.id)
                _tell(tx, actor, parcel, msg("order.event.handed", number=parcel.number, shipper=shipper))
                taken.append(_again(tx, parcel))
        return Moved(tuple(taken), tuple(made), tuple(refused))

    return desk.write(work)


def delivered(desk: Desk, actor: Actor, parcel_id: str, at: datetime | None = None) -> Moved:
    """It arrived, now or at that moment. A warranty from the delivery begins anew. Raises UnknownParcel, NotThere."""
    return desk.write(lambda tx: arrived(tx, desk.policies(tx.connection), actor, parcel_id, at))


def arrived(tx: Tx, policies: Policies, actor: Actor, parcel_id: str, at: datetime | None = None) -> Moved:
    """`delivered` within a transaction, for whoever reads of it (Backship)."""
    parcel = _parcel(tx, parcel_id)
    when = max(min(at or tx.now, tx.now), parcel.packed_at)
    # Back Market says so even where nobody noted the driver.
    _may_move(parcel, ParcelState.DELIVERED)
    if parcel.state == ParcelState.DELIVERED.value and parcel.delivered_at is not None:
        return Moved((parcel,))
    parcels.set_parcel(tx, parcel.id, state=ParcelState.DELIVERED.value, delivered_at=when)
    _tell(tx, actor, parcel, msg("order.event.delivered", number=parcel.number))
    warranty_cover.delivery_known(tx, policies, parcel.order_id, when)
    return Moved((_again(tx, parcel),))


def told(tx: Tx, order_id: str, theirs: str = "") -> None:
    """Back Market knows that the order's parcel has left, or (`theirs`) one that another tool told of."""
    parcel = parcels.of_order(tx.connection, order_id)
    if parcel is None or parcel.told_at is not None:
        return
    state = ParcelState.TOLD.value if parcel.state == ParcelState.PACKED.value else parcel.state
    parcels.set_parcel(tx, parcel.id, state=state, told_at=tx.now)
    order_progress.tell(tx, order_id, msg("order.event.told", number=theirs or parcel.number))


def left(tx: Tx, actor: Actor, order_id: str) -> None:
    """The order's parcel was out of the house before anybody noted the driver."""
    parcel = parcels.of_order(tx.connection, order_id)
    if parcel is None or ParcelState.HANDED not in MOVES[ParcelState(parcel.state)]:
        return
    parcels.set_parcel(tx, parcel.id, state=ParcelState.HANDED.value, handed_at=tx.now)
    _tell(tx, actor, parcel, msg("order.event.handed", number=parcel.number, shipper=parcel.shipper))


def lost(desk: Desk, actor: Actor, parcel_id: str) -> Moved:
    """The carrier lost it. Raises UnknownParcel, NotThere."""
    return _move(desk, actor, parcel_id, ParcelState.LOST, lambda n: msg("order.event.lost", number=n))


def back(desk: Desk, actor: Actor, parcel_id: str) -> Moved:
    """It comes, or came, back to the sender. Raises UnknownParcel, NotThere."""
    return _move(desk, actor, parcel_id, ParcelState.BACK, lambda n: msg("order.event.back", number=n))


def open_again(desk: Desk, actor: Actor, parcel_id: str) -> Moved:
    """The closed parcel is opened: its units are reserved as before, or for sale where the line was taken back.

    What waits to be sent to Back Market is withdrawn. Raises UnknownParcel, NotThere, AlreadySent (it was sent, or may
    have been).
    """

    def work(tx: Tx) -> Moved:
        parcel = _parcel(tx, parcel_id)
        policies = desk.policies(tx.connection)
        if parcel.told_at is not None or parcel.state == ParcelState.TOLD.value:
            raise AlreadySent(number=parcel.number)
        _may_move(parcel, ParcelState.UNDONE)
        if not order_doubts.can_reopen(tx.connection, parcel.order_id):
            raise AlreadySent(number=parcel.number)
        lines = orders.of_order(tx.connection, parcel.order_id)
        if any(one.remote_state == Remote.SHIPPED for one in lines):
            raise AlreadySent(number=parcel.number)
        outbox_orders.withdraw_ship(tx, parcel.order_id)
        number = order_progress.order(tx.connection, parcel.order_id)["remote_id"]
        for line in lines:
            for one in allocations.of_lines(tx.connection, [line.id]):
                if one.state == PACKED:
                    reservation.unpack(tx, number, line, one, actor.code, actor.station)
            parcel_closing.put_back_counted(tx, line)
            order_progress.close_conflicts(tx, line.id, [Conflict.GONE_WHILE_PACKED.value], by=actor.code)
        parcels.set_parcel(tx, parcel.id, state=ParcelState.UNDONE.value)
        _tell(tx, actor, parcel, msg("order.event.opened_again", number=parcel.number))
        fulfilment.settle(tx, policies, [parcel.order_id])
        return Moved((_again(tx, parcel),), changes=_CHANGES | {Change.UNITS, Change.LISTINGS, Change.SYNC})

    return desk.write(work)


_MUST_STAY = frozenset(
    one.value
    for one in (
        Conflict.GONE_WHILE_PACKED,
        Conflict.GONE_IN_TRANSIT,
        Conflict.OTHER_IDENTIFIER,
        Conflict.CHANGED,
        Conflict.ADDRESS,
    )
)
"""With one of these open the parcel is not, or not so, what the customer is to get."""


# ---------------------------------------------------------------- parts


def _move(desk: Desk, actor: Actor, parcel_id: str, state: ParcelState, said: Callable[[str], Text]) -> Moved:
    def work(tx: Tx) -> Moved:
        parcel = _parcel(tx, parcel_id)
        _may_move(parcel, state)
        if parcel.state != state.value:
            parcels.set_parcel(tx, parcel.id, state=state.value)
            _tell(tx, actor, parcel, said(parcel.number))
        return Moved((_again(tx, parcel),))

    return desk.write(work)


def _parcel(tx: Tx, parcel_id: str) -> ParcelRow:
    found = parcel_lists.parcel(tx.connection, tx.company, parcel_id)
    if found is None:
        raise UnknownParcel(given=parcel_id[:60])
    return found


def _again(tx: Tx, parcel: ParcelRow) -> ParcelRow:
    return _parcel(tx, parcel.id)


def _may_move(parcel: ParcelRow, after: ParcelState) -> None:
    before = ParcelState(parcel.state)
    if after is not before and after not in MOVES[before]:
        raise NotThere(number=parcel.number, state=parcel_text(before), wanted=parcel_text(after))


def _must_stay(tx: Tx, parcel: ParcelRow) -> Refusal | None:
    """Why no driver may have this parcel, or None."""
    before = ParcelState(parcel.state)
    if before not in (ParcelState.PACKED, ParcelState.TOLD):
        wanted = parcel_text(ParcelState.HANDED)
        return NotThere(number=parcel.number, state=parcel_text(before), wanted=wanted)
    found = order_progress.conflicts(tx.connection, [parcel.order_id])
    if any(_keeps_it_here(one) for one in found) or _is_taken_back(tx, parcel.order_id):
        number = order_progress.order(tx.connection, parcel.order_id)["remote_id"]
        return ForeignParcel(number=parcel.number, order=str(number))
    return None


def _keeps_it_here(one: ConflictRow) -> bool:
    # Refused may mean: another tool told of another parcel. Then this would be a second one for one sale.
    of_shipping = one.code == Conflict.REFUSED.value and (one.params or {}).get("kind") == Kind.SHIP.value
    return one.code in _MUST_STAY or of_shipping


def _is_taken_back(tx: Tx, order_id: str) -> bool:
    """Whether somebody asked to give the money back, which has not happened yet."""
    steps = order_progress.steps(tx.connection, order_id)
    return any(one.state == order_progress.ASKED and one.kind != Step.REFUND_PART for one in steps)


def _tell(tx: Tx, actor: Actor, parcel: ParcelRow, said: Text) -> None:
    order_progress.tell(tx, parcel.order_id, said, operator=actor.code, station=actor.station)
