"""Which units are reserved for which pieces of order lines, and which units could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from bmdesk.domain.allocation import Candidate, Rules, Wanted
from bmdesk.domain.grading import SCALE
from bmdesk.domain.orders import LineState
from bmdesk.domain.unit import State
from bmdesk.store.queries.stock import Pool, at_home
from bmdesk.store.tables import catalogue as c
from bmdesk.store.tables import listings
from bmdesk.store.tables import orders as t
from bmdesk.store.tables import people as p
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Tx

RESERVED, PACKED, SHIPPED = "reserved", "packed", "shipped"


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """A unit that a piece of a line gets, or left with. All columns of its table."""

    line_id: str
    unit_id: str
    stay_id: str
    state: str
    operator: str
    at: datetime
    parcel_id: str | None
    override_reason: str
    override_by: str


_A = t.allocation.c
_ALLOCATION = select(*(_A[f.name] for f in fields(AllocationRow)))
# Asked with every scan or page of a long history, so they are built once.
_OF_LINES = _ALLOCATION.where(_A.line_id.in_(bindparam("some", expanding=True))).order_by(_A.at, _A.unit_id)
_LIVE_OF_UNIT = _ALLOCATION.where(_A.unit_id == bindparam("unit"), _A.state != SHIPPED)
_CHANGE = update(t.allocation).where(_A.line_id == bindparam("key_line"), _A.unit_id == bindparam("key_unit"))


def of_lines(connection: Connection, line_ids: Sequence[str]) -> list[AllocationRow]:
    """All units of these lines (at most 500), in the order in which they were reserved."""
    return [AllocationRow(*row) for row in connection.execute(_OF_LINES, {"some": line_ids})]


def live_of_unit(connection: Connection, unit_id: str) -> AllocationRow | None:
    """The line that this unit is promised to now, or None."""
    row = connection.execute(_LIVE_OF_UNIT, {"unit": unit_id}).first()
    return AllocationRow(*row) if row else None


def of_stay(connection: Connection, stay_id: str) -> AllocationRow | None:
    """The line with which this stay of a unit leaves or left, or None."""
    row = connection.execute(_ALLOCATION.where(_A.stay_id == stay_id)).first()
    return AllocationRow(*row) if row else None


def add(tx: Tx, line_id: str, unit_id: str, stay_id: str, state: str, operator: str) -> None:
    """This unit is for this line. One line a stay, one live line a unit (constraints)."""
    row = {"line_id": line_id, "unit_id": unit_id, "stay_id": stay_id, "state": state}
    tx.connection.execute(insert(t.allocation), {**row, "operator": operator, "at": tx.now})
    _count(tx, line_id, 1)


def change(tx: Tx, line_id: str, unit_id: str, **values: Any) -> None:
    """Change an allocation's row."""
    tx.connection.execute(_CHANGE, {"key_line": line_id, "key_unit": unit_id, **values})
    tx.ordered_lines.add(line_id)


def drop(tx: Tx, line_id: str, unit_id: str) -> None:
    """This unit is not for this line after all."""
    here = and_(_A.line_id == line_id, _A.unit_id == unit_id)
    if tx.connection.execute(delete(t.allocation).where(here)).rowcount:
        _count(tx, line_id, -1)


def scheme(connection: Connection, stay_id: str) -> str:
    """How the unit was bought in this stay, for VAT; empty where nobody said."""
    query = select(u.stay.c.vat_scheme).where(u.stay.c.id == stay_id)
    return connection.execute(query).scalar() or ""


def candidates(
    connection: Connection, where: Pool, wanted: Wanted, rules: Rules, now: datetime, most: int
) -> list[Candidate]:
    """Units of this pool that could be reserved for this, of each VAT scheme the `most` that come first by the rules:
    exact grade, without a new battery that nobody asked for, by warehouse, the oldest stay.

    Ready, their answer of the gate not due, promised to nobody. One that an old listing still offers may be taken: the
    order that took it there has been read, or is on its way as another line.
    """
    place = p.location.alias("place")
    n, s, w = u.unit.c, u.stay.c, place.c
    promised = exists(select(_A.unit_id).where(_A.stay_id == s.id))
    best = SCALE.index(wanted.grade) if wanted.grade in SCALE else -1
    if best < 0:
        return []
    grades = SCALE[max(0, best - rules.better) : best + 1]
    grade_turn = case({grade: best - SCALE.index(grade) for grade in grades}, value=n.grade, else_=99)
    warehouse = func.coalesce(w.warehouse, "")
    known = {name: turn for turn, name in enumerate(rules.warehouses)}
    warehouse_turn = case(known, value=warehouse, else_=len(known)) if known else literal(0)
    asked = (grade_turn, s.new_battery) if not wanted.new_battery else (grade_turn,)
    order = (*asked, warehouse_turn, s.arrived_at, n.id)
    turn = func.row_number().over(partition_by=s.vat_scheme, order_by=order)
    query = (
        select(
            n.id,
            n.sku_id,
            n.variant_id,
            n.grade,
            s.new_battery,
            warehouse,
            s.arrived_at,
            s.vat_scheme,
            turn.label("turn"),
        )
        .select_from(
            u.unit.join(u.stay, and_(s.unit_id == n.id, s.number == n.stay_number)).outerjoin(
                place, n.location_id == w.id
            )
        )
        .where(
            n.variant_id == wanted.variant_id,
            n.state == State.READY.value,
            n.grade.in_(grades),
            n.sku_id.is_not(None),
            or_(n.recheck_at.is_(None), n.recheck_at > now),
            ~promised,
            at_home(where),
        )
    )
    if wanted.new_battery:
        query = query.where(s.new_battery.is_(True))
    ranked = query.subquery()
    rows = connection.execute(select(ranked).where(ranked.c.turn <= most).order_by(ranked.c.arrived_at))
    return [Candidate(*row[:8]) for row in rows]


def short_lines(
    connection: Connection, company_id: str, account_ids: Sequence[str], variant_id: str
) -> list[str]:
    """Lines that bmdesk fulfils and that wait for a unit of this variant; the most urgent first."""
    line, order, q = t.orderline.c, t.customer_order.c, listings.listing.c
    sku = c.sku.alias("wanted")
    # A line whose listing nobody has read goes by the text of its SKU.
    by_text = and_(line.listing_id.is_(None), sku.c.company_id == company_id, sku.c.text_key == line.sku_key)
    query = (
        select(line.id)
        .select_from(
            t.orderline.join(t.customer_order, line.order_id == order.id)
            .outerjoin(listings.listing, line.listing_id == q.id)
            .join(sku, or_(q.sku_id == sku.c.id, by_text))
        )
        .where(
            line.account_id.in_(account_ids),
            line.ours.is_(True),
            line.state.in_([LineState.TO_ACCEPT.value, LineState.ACCEPTED.value]),
            line.named < line.quantity,
            sku.c.variant_id == variant_id,
            sku.c.pieces.is_(None),
        )
        .order_by(order.ship_by.is_(None), order.ship_by, order.paid_at, line.remote_id)
    )
    return list(connection.execute(query.limit(50)).scalars())


def _count(tx: Tx, line_id: str, pieces: int) -> None:
    line = t.orderline
    named = update(line).where(line.c.id == line_id).values(named=line.c.named + pieces, changed_at=tx.now)
    tx.connection.execute(named)
    tx.named[line_id] = tx.named.get(line_id, 0) + pieces
    tx.ordered_lines.add(line_id)
