"""All of one order, read in one snapshot: its lines with units, conflicts and steps, its papers, its timeline.

Reads only. Which way out of a conflict there is, and what may be done with a line, says domain.orders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bmdesk.domain.effects import EffectState, Fault
from bmdesk.domain.money import Money
from bmdesk.domain.orders import (
    TO_FULFIL,
    WAYS,
    Conflict,
    LineState,
    Step,
    Way,
    line_actions,
    reason_text,
    step_text,
)
from bmdesk.domain.parcels import ParcelState, parcel_text
from bmdesk.domain.working_time import is_overdue
from bmdesk.services.desk import Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.orders import order_at_odoo, order_doubts, order_effects
from bmdesk.services.orders.order_board import sku_sold
from bmdesk.services.orders.order_shown import (
    ConflictShown,
    DocumentShown,
    LineDetail,
    OrderDetail,
    OrderRow,
    ParcelShown,
    StepShown,
    UnitOfLine,
)
from bmdesk.services.orders.order_timeline import timeline
from bmdesk.services.syncing import outbox
from bmdesk.store.engine import Connection
from bmdesk.store.kept import text_of
from bmdesk.store.queries import (
    accounts,
    allocations,
    customers,
    order_lists,
    order_progress,
    orders,
    outbox_orders,
    parcels,
    units,
    warranties,
)
from bmdesk.store.queries.allocations import AllocationRow
from bmdesk.store.queries.customers import BILLING, SHIPPING
from bmdesk.store.queries.order_lists import ListedOrder
from bmdesk.store.queries.order_progress import ConflictRow, StepRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.queries.parcels import ParcelRow
from bmdesk.store.queries.warranties import WarrantyRow
from bmdesk.store.transaction import Row
from bmdesk.texts import msg

_SENT = (EffectState.IN_FLIGHT.value, EffectState.UNCERTAIN.value)


class UnknownOrder(Refusal):
    """No order has this number or id. Params: `given`."""

    code = "order.unknown"


def detail(desk: Desk, order_id: str) -> OrderDetail:
    """All of one order. Raises UnknownOrder."""

    def work(connection: Connection) -> tuple[OrderDetail, list[EffectRow]]:
        names = account_names(connection, desk.company)
        listed = order_lists.rows(connection, [order_id])
        if not listed or listed[0].account_id not in names:
            raise UnknownOrder(given=order_id[:40])
        waiting = outbox_orders.unfinished(connection, order_id)
        shown = _detail(connection, row_of(listed[0], names, desk.clock.now()), waiting)
        odoo = order_at_odoo.read(connection, desk.company, order_id, shown.row.number)
        return replace(shown, odoo=odoo), waiting

    found, waiting = desk.read(work)
    return replace(found, effects=tuple(outbox.shown(desk, one.id) for one in waiting))


def account_names(connection: Connection, company: str) -> dict[str, str]:
    """The names of the company's accounts at marketplaces, by id."""
    return {a.id: a.name for a in accounts.sellers(connection, company)}


def row_of(one: ListedOrder, names: Mapping[str, str], now: datetime) -> OrderRow:
    """An order as it stands in a list. `names`: of the accounts, by id."""
    state = LineState(one.state)
    return OrderRow(
        id=one.id,
        number=one.number,
        account=names[one.account_id],
        market=one.market,
        state=state,
        remote_state=one.remote_state,
        created_at=one.created_at,
        ship_by=one.ship_by,
        overdue=state in TO_FULFIL and is_overdue(one.ship_by, now),
        customer=one.customer,
        title=one.title,
        lines=one.lines,
        pieces=one.pieces,
        price=_money(one.price_minor, one.currency),
        conflicts=one.conflicts,
        tracking=one.tracking,
        ours=one.ours,
        backship=one.is_backship,
    )


# ---------------------------------------------------------------- one order


def _detail(connection: Connection, row: OrderRow, waiting: Sequence[EffectRow]) -> OrderDetail:
    order = order_progress.order(connection, row.id)
    conflicts = [conflict_shown(one) for one in order_progress.conflicts(connection, [row.id])]
    parcel = parcels.of_order(connection, row.id)
    lines = orders.of_order(connection, row.id)
    return OrderDetail(
        row=row,
        account_id=order["account_id"],
        currency=order["currency"],
        shipping_price=_money(order["shipping_minor"], order["currency"]),
        payment_method=order["payment_method"],
        paid_at=order["paid_at"],
        shipped_at=order["shipped_at"],
        shipper=order["shipper"],
        read_at=order["read_at"],
        lines=_lines(connection, order, lines, conflicts, {one.key: one for one in waiting}),
        conflicts=tuple(conflicts),
        parcel=_parcel(parcel) if parcel is not None else None,
        documents=tuple(_document(one) for one in order_lists.documents(connection, row.id)),
        shipping=customers.address(connection, row.id, SHIPPING),
        billing=customers.address(connection, row.id, BILLING),
        customer_id=order["customer_id"],
        erased_at=order["erased_at"],
        effects=(),
        timeline=timeline(order, lines, order_progress.timeline(connection, row.id)),
    )


def conflict_shown(one: ConflictRow) -> ConflictShown:
    """A conflict in words."""
    given = {str(name): _said(value) for name, value in (one.params or {}).items()}
    return ConflictShown(
        id=one.id,
        code=one.code,
        line_id=one.line_id,
        at=one.at,
        title=msg(f"conflict.{one.code}.title", **given),
        happened=msg(f"conflict.{one.code}.happened", **given),
        todo=msg(f"conflict.{one.code}.todo", **given),
        ways=_ways(one),
    )


def _ways(one: ConflictRow) -> tuple[Way, ...]:
    """Tried again can only be what still stands aside: a step that was dropped is asked for anew, at its line. Let pass
    can only be what a supervisor may overrule at the packing place, too.
    """
    ways = WAYS[Conflict(one.code)]
    closed = set()
    if one.code == Conflict.REFUSED.value and order_effects.stands_for(one) is None:
        closed.add(Way.RETRY)
    if not (one.params or {}).get("let"):
        closed.add(Way.LEFT_SO)
    return tuple(way for way in ways if way not in closed)


def _said(value: object) -> object:
    """A parameter as it was kept: a text may be among them."""
    return text_of(value) or value if isinstance(value, dict) else value


def _lines(
    connection: Connection,
    order: Row,
    rows: Sequence[LineRow],
    conflicts: Sequence[ConflictShown],
    waiting: Mapping[str, EffectRow],
) -> tuple[LineDetail, ...]:
    of_line: dict[str, list[AllocationRow]] = {}
    for one in allocations.of_lines(connection, [line.id for line in rows]):
        of_line.setdefault(one.line_id, []).append(one)
    until = {one.stay_id: one for one in warranties.of_order(connection, order["id"])}
    asked = order_progress.steps(connection, order["id"])
    steps = [_step(one, order["currency"], waiting.get(one.id)) for one in asked]
    return tuple(
        _line(connection, order, line, of_line.get(line.id, []), until, conflicts, steps) for line in rows
    )


def _line(
    connection: Connection,
    order: Row,
    line: LineRow,
    allocated: Sequence[AllocationRow],
    until: Mapping[str, WarrantyRow],
    conflicts: Sequence[ConflictShown],
    steps: Sequence[StepShown],
) -> LineDetail:
    company = accounts.account(connection, line.account_id).company_id
    sku = sku_sold(connection, company, line)
    state = LineState(line.state)
    mine = tuple(one for one in steps if one.line_id == line.id)
    return LineDetail(
        id=line.id,
        number=line.remote_id,
        sku_text=line.sku_text,
        our_sku=sku.text if sku is not None else "",
        title=line.title,
        grade=sku.grade if sku is not None else line.grade,
        quantity=line.quantity,
        price=_money(line.price_minor, order["currency"]),
        refunded=_money(line.refunded_minor, order["currency"]) if line.refunded_minor else None,
        currency=order["currency"],
        state=state,
        remote_state=line.remote_state,
        ours=line.ours,
        missing=max(0, line.quantity - line.named),
        remote_identifier=line.imei or line.serial,
        listing_id=line.listing_id,
        counted=sku is not None and sku.pieces is not None,
        units=tuple(_unit(connection, one, until.get(one.stay_id)) for one in allocated),
        conflicts=tuple(one for one in conflicts if one.line_id == line.id),
        steps=mine,
        actions=line_actions(state, asked=any(one.state == order_progress.ASKED for one in mine)),
    )


def _unit(connection: Connection, one: AllocationRow, warranty: WarrantyRow | None) -> UnitOfLine:
    row = units.unit(connection, one.unit_id)
    names = units.identifiers(connection, one.unit_id)
    return UnitOfLine(
        unit_id=one.unit_id,
        identifier=names[0].value if names else "",
        title=row.title or row.model_code or "",
        grade=row.grade,
        state=one.state,
        location=row.location,
        warranty_until=warranty.ends_on if warranty is not None and not warranty.void else None,
        override=one.override_reason,
        override_by=one.override_by,
    )


def _step(one: StepRow, currency: str, effect: EffectRow | None) -> StepShown:
    kind = Step(one.kind)
    doubt = one.state == order_progress.ASKED and effect is not None and _in_doubt(effect)
    flying = effect is not None and effect.state in _SENT
    return StepShown(
        id=one.id,
        line_id=one.line_id,
        kind=kind,
        title=step_text(kind),
        reason=reason_text(one.reason),
        amount=_money(one.amount_minor, currency),
        message=one.message,
        state=one.state,
        asked_by=one.asked_by,
        asked_at=one.asked_at,
        ended_at=one.ended_at,
        in_doubt=doubt,
        looked_for=effect is not None and order_doubts.is_looked_for(effect),
        sent=doubt or flying,
    )


def _in_doubt(effect: EffectRow) -> bool:
    """Whether it may have happened, and only a person can say."""
    return effect.state == EffectState.PARKED.value and effect.fault == Fault.AMBIGUOUS.value


def _parcel(row: ParcelRow) -> ParcelShown:
    state = ParcelState(row.state)
    return ParcelShown(
        id=row.id,
        number=row.number,
        shipper=row.shipper,
        url=row.url,
        state=state,
        words=parcel_text(state),
        packed_at=row.packed_at,
        packed_by=row.packed_by,
        station=row.station,
        told_at=row.told_at,
        handed_at=row.handed_at,
        delivered_at=row.delivered_at,
    )


def _document(row: Row) -> DocumentShown:
    return DocumentShown(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        size=row["size"],
        state=row["state"],
        problem=text_of(row["problem"]),
        at=row["at"],
    )


def _money(minor: int | None, currency: str) -> Money | None:
    return Money(minor, currency) if minor is not None and currency else None
