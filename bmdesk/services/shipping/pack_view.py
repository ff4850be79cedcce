"""What the packing place shows: the order in hand piece by piece, what the place waits for, what was refused and why.

Read-only and frozen; one snapshot. It comes from the store alone, so a place that is opened again after a crash shows
what was proven before it. No customer's name or address: the label carries them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bmdesk.domain.packing import Refusal
from bmdesk.domain.working_time import is_overdue
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.seating import Seat
from bmdesk.services.shipping import pack_facts, pack_label, pack_lines, packing
from bmdesk.services.shipping.pack_lines import Contents
from bmdesk.services.shipping.pack_result import Stage
from bmdesk.services.shipping.parcel_closing import Closing
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, allocations, backship, order_progress, orders, people, units
from bmdesk.store.queries import packing as places
from bmdesk.store.queries.allocations import RESERVED
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.packing import PackSeat, Proven
from bmdesk.store.queries.people import OperatorRow
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class PackPiece:
    """One piece of the order. `identifier`: of the unit that was proven, or of the one that is reserved and lies at
    `where`; empty where none is (counted goods, or no unit left). `override_by`: the supervisor who let it through.
    """

    line_id: str
    title: str
    sku: str
    grade: str
    proven: bool
    unit_id: str | None = None
    identifier: str = ""
    where: str = ""
    counted: bool = False
    override_by: str = ""


@dataclass(frozen=True, slots=True)
class PackOrder:
    """The order in hand. `label`: the number on the label that was made for it already, by Back Market (`backship`) or
    by a carrier's tool; empty where there is none.
    """

    id: str
    number: int
    account: str
    market: str
    ship_by: datetime | None
    overdue: bool
    backship: bool
    label: str
    shipper: str
    conflicts: int
    pieces: tuple[PackPiece, ...]

    @property
    def missing(self) -> int:
        """Pieces that still have to be proven."""
        return sum(not piece.proven for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class PackRefused:
    """The unit that was refused last, with every reason that still holds; `unit_id` empty: the order in hand, for want
    of its label. `reason`: why it is to leave all the same.
    """

    unit_id: str
    identifier: str
    reasons: tuple[Refusal, ...]
    reason: str

    @property
    def may_override(self) -> bool:
        """Whether a supervisor's word is enough."""
        return bool(self.reasons) and all(one.may_override for one in self.reasons)


@dataclass(frozen=True, slots=True)
class PackView:
    """The packing place of one seat. `registered`: the identifiers that CONFIRM sends and that stand for ever; those of
    a line of several pieces are kept here only, because Back Market has no place for them.
    """

    operator: OperatorRow | None
    stage: Stage
    order: PackOrder | None = None
    refused: PackRefused | None = None
    number: str = ""
    shipper: str = ""
    registered: tuple[str, ...] = ()


def view(desk: Desk, seat: Seat) -> PackView:
    """What this seat has before it."""

    def work(connection: Connection) -> PackView:
        # Only read: the rules of the place are asked with the same words as while it packs.
        return _shown(Tx(connection, desk.company, desk.clock.now()), desk, seat)

    return desk.read(work)


def _shown(tx: Tx, desk: Desk, seat: Seat) -> PackView:
    sitting = people.seat(tx.connection, tx.company, desk.station, seat.name)
    operator = sitting.operator if sitting is not None else None
    kept = places.seat(tx.connection, tx.company, desk.station, seat.name)
    inside = pack_lines.contents(tx, kept.order_id)
    place, _ = pack_lines.still(tx, kept, inside)  # what the marketplace took back is not shown as proven
    stage = packing.stage_of(place, inside)
    refused = _refused(tx, desk, place)
    if place.order_id is None:
        return PackView(operator, stage, refused=refused)
    told: tuple[str, ...] = ()
    if stage is Stage.CONFIRM:
        policies = desk.policies(tx.connection)
        sent = replace(place, proven=_sent(tx, place))
        told = tuple(Closing(tx, policies, Actor("", "", desk.station), inside.order, sent).registered())
    return PackView(operator, stage, _order(tx, inside, place), refused, place.number, place.shipper, told)


def _order(tx: Tx, inside: Contents, place: PackSeat) -> PackOrder:
    order = inside.order
    label = backship.label_of_order(tx.connection, order["account_id"], order["remote_id"])
    return PackOrder(
        id=order["id"],
        number=order["remote_id"],
        account=accounts.account(tx.connection, order["account_id"]).name,
        market=order["market"],
        ship_by=order["ship_by"],
        overdue=is_overdue(order["ship_by"], tx.now),
        backship=order["is_backship"],
        label=label,
        shipper=order["shipper"],
        conflicts=order["conflicts"],
        pieces=tuple(piece for line in inside.going for piece in _pieces(tx, line, place)),
    )


def _sent(tx: Tx, place: PackSeat) -> tuple[Proven, ...]:
    lines = {one.line_id: orders.line(tx.connection, one.line_id) for one in place.proven}
    return tuple(
        one for one in place.proven if (line := lines[one.line_id]) is not None and line.quantity == 1
    )


def _pieces(tx: Tx, line: LineRow, place: PackSeat) -> list[PackPiece]:
    """One for each piece of the line: those that were proven first, then those whose unit is to be fetched."""
    promised = pack_facts.promised(tx, line)
    title = line.title or promised.sku_text
    proven = [one for one in place.proven if one.line_id == line.id]
    found = [
        _piece(tx, line, title, promised.sku_text, promised.grade, one.unit_id, one.override_by)
        for one in proven
    ]
    known = {one.unit_id for one in proven}
    reserved = [
        one.unit_id
        for one in allocations.of_lines(tx.connection, [line.id])
        if one.state == RESERVED and one.unit_id not in known
    ]
    counted = pack_lines.is_counted(tx, line)
    for number in range(max(0, line.quantity - len(proven))):
        unit_id = reserved[number] if number < len(reserved) else None
        name, where = _named(tx, unit_id)
        found.append(
            PackPiece(
                line.id,
                title,
                promised.sku_text,
                promised.grade,
                proven=False,
                unit_id=unit_id,
                identifier=name,
                where=where,
                counted=counted,
            )
        )
    return found


def _piece(
    tx: Tx, line: LineRow, title: str, sku: str, grade: str, unit_id: str | None, by: str
) -> PackPiece:
    name, where = _named(tx, unit_id)
    return PackPiece(line.id, title, sku, grade, True, unit_id, name, where, unit_id is None, by)


def _named(tx: Tx, unit_id: str | None) -> tuple[str, str]:
    if unit_id is None:
        return "", ""
    found = units.identifiers(tx.connection, unit_id)
    return (found[0].value if found else ""), units.unit(tx.connection, unit_id).location


def _refused(tx: Tx, desk: Desk, place: PackSeat) -> PackRefused | None:
    if place.refused is None:
        return None
    if pack_label.is_meant(place.refused):
        if place.order_id is None or not (missing := pack_label.reasons(tx, place)):
            return None
        number = order_progress.order(tx.connection, place.order_id)["remote_id"]
        return PackRefused("", f"#{number}", missing, place.refused.reason)
    line = orders.line(tx.connection, place.refused.line_id)
    if line is None:
        return None
    policies = desk.policies(tx.connection)
    reasons = pack_facts.refusals(tx, policies, place.refused.unit_id, line)
    name, _ = _named(tx, place.refused.unit_id)
    return PackRefused(place.refused.unit_id, name, reasons, place.refused.reason)
