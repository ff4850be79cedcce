"""Which lines of an order go into its parcel, how many of their pieces are still to be proven, and whether what was
proven is still wanted: an order goes on at the marketplace while somebody packs it. Reads only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bmdesk.domain.orders import OPEN, LineState
from bmdesk.services.orders import order_board, reservation
from bmdesk.services.policies import Policies
from bmdesk.services.shipping import pack_facts
from bmdesk.services.shipping import pack_refusals as no
from bmdesk.store.queries import order_progress, orders, packing, parcels, units
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.packing import PackSeat, Proven
from bmdesk.store.transaction import Row, Tx


@dataclass(frozen=True, slots=True)
class Contents:
    """An order as it stands now. `going`: its lines that go into its parcel; none where that is closed already."""

    order_id: str | None = None
    order: Row = field(default_factory=dict)
    lines: tuple[LineRow, ...] = ()
    going: tuple[LineRow, ...] = ()

    @property
    def number(self) -> str:
        """The marketplace's number of the order."""
        return str(self.order["remote_id"])

    def missing(self, place: PackSeat) -> int:
        """Pieces that still have to be proven at this place, which has the order in hand."""
        return sum(open_pieces(line, place) for line in self.going)

    def held_up(self) -> LineRow | None:
        """A line that must be decided before the one parcel may be closed: not paid, not accepted, or not ours."""
        return next(
            (one for one in self.lines if LineState(one.state) in OPEN and one not in self.going), None
        )


def contents(tx: Tx, order_id: str | None) -> Contents:
    """This order, read once; nothing where no order is in hand."""
    if order_id is None:
        return Contents()
    order = order_progress.order(tx.connection, order_id)
    lines = tuple(orders.of_order(tx.connection, order_id))
    if parcels.of_order(tx.connection, order_id) is not None:
        return Contents(order_id, order, lines)
    # What somebody asked to cancel or refund does not go into a box.
    asked = order_progress.asked_lines(tx.connection, [order_id])
    going = (
        one for one in lines if one.ours and one.state == LineState.ACCEPTED.value and one.id not in asked
    )
    return Contents(order_id, order, lines, tuple(going))


def meant(tx: Tx, number: int) -> str | None:
    """The order of this number; each account has its own numbers, so of several the one that waits here.

    Raises SeveralOrders.
    """
    ours = packing.ours_with(tx.connection, tx.company, number)
    if len(ours) > 1:
        raise no.SeveralOrders(order=str(number))
    return ours[0] if ours else orders.by_number(tx.connection, tx.company, number)


def open_pieces(line: LineRow, place: PackSeat) -> int:
    """Pieces of this line that still have to be proven."""
    return max(0, line.quantity - sum(one.line_id == line.id for one in place.proven))


def still(tx: Tx, place: PackSeat, inside: Contents) -> tuple[PackSeat, tuple[Proven, ...]]:
    """The place as far as its order is still the one that was begun, and the pieces that must come out again.

    A unit that was refused is forgotten when nobody scanned for a while: the badge of who comes next only signs in.
    """
    if place.refused is not None and place.last_at is not None and tx.now - place.last_at > _WORD_WAITS:
        place = replace(place, refused=None)
    if place.order_id is None:
        return place, ()
    lines = {one.id: one for one in inside.going}
    taken: Counter[str] = Counter()
    kept: list[Proven] = []
    out: list[Proven] = []
    for piece in place.proven:
        line = lines.get(piece.line_id)
        fits = line is not None and taken[piece.line_id] < line.quantity
        taken[piece.line_id] += 1
        (kept if fits else out).append(piece)
    if not lines:
        return PackSeat(last_text=place.last_text, last_at=place.last_at), tuple(out)
    if not out:
        return place, ()
    return replace(place, proven=tuple(kept), number="", shipper="", refused=None), tuple(out)


def line_for(
    tx: Tx, policies: Policies, place: PackSeat, inside: Contents, unit_id: str, own: LineRow | None
) -> LineRow:
    """The line of the order in hand that this unit would leave with: its own; else one that it may leave for; else one
    of the same goods, to say what is wrong with it. Raises NotInThisOrder.
    """
    waiting = [one for one in inside.going if open_pieces(one, place) and not is_counted(tx, one)]
    if own is not None and own.order_id == inside.order_id:
        found = [one for one in waiting if one.id == own.id]
    else:
        variant = units.unit(tx.connection, unit_id).variant_id
        fits = [one for one in waiting if not pack_facts.refusals(tx, policies, unit_id, one)]
        same = [one for one in waiting if pack_facts.promised(tx, one).variant_id == variant]
        found = fits or same or waiting
    if not found:
        raise no.NotInThisOrder(unit=reservation.name_of(tx, unit_id), order=inside.number)
    return found[0]


_WORD_WAITS = timedelta(minutes=15)
"""So long a supervisor may take to come."""


def is_counted(tx: Tx, line: LineRow) -> bool:
    """Whether the line is of goods without units."""
    sku = order_board.sku_of(tx, line)
    return sku is not None and sku.pieces is not None
