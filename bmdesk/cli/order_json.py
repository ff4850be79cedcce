"""An order as one JSON document, the same in every command that answers with one. Ids are Back Market's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bmdesk.domain.money import Money
    from bmdesk.services.orders.handling import Handled, OpenLine
    from bmdesk.services.orders.order_shown import ConflictShown, LineDetail, OrderDetail, OrderRow, StepShown
    from bmdesk.services.orders.substitutes import Substitute


def row(one: OrderRow, conflicts: Sequence[ConflictShown]) -> dict[str, Any]:
    """An order in a list."""
    return {
        "order_id": one.number,
        "account": one.account,
        "market": one.market,
        "state": one.state.value,
        "remote_state": one.remote_state,
        "created_at": one.created_at,
        "ship_by": one.ship_by,
        "overdue": one.overdue,
        "customer": one.customer,
        "title": one.title,
        "pieces": one.pieces,
        "price": _amount(one.price),
        "currency": one.price.currency if one.price else "",
        "tracking": one.tracking,
        "handled": one.ours,
        "backship": one.backship,
        "conflicts": [conflict(each) for each in conflicts],
    }


def detail(found: OrderDetail) -> dict[str, Any]:
    """All of one order; where it goes is for people with the right to see it, so only the name stands here."""
    parcel = found.parcel
    return {
        **row(found.row, found.conflicts),
        "id": found.row.id,
        "paid_at": found.paid_at,
        "shipped_at": found.shipped_at,
        "erased_at": found.erased_at,
        "shipping_price": _amount(found.shipping_price),
        "lines": [line(one) for one in found.lines],
        "parcel": None
        if parcel is None
        else {
            "number": parcel.number,
            "shipper": parcel.shipper,
            "state": parcel.state.value,
            "packed_at": parcel.packed_at,
            "told_at": parcel.told_at,
            "handed_at": parcel.handed_at,
        },
        "documents": [
            {"id": one.id, "kind": one.kind, "name": one.name, "state": one.state} for one in found.documents
        ],
        "outbox": [
            {"id": one.id, "kind": one.kind_code, "state": one.state_code.value, "title": one.title}
            for one in found.effects
        ],
        "odoo": None
        if found.odoo is None
        else {
            "name": found.odoo.name,
            "state": found.odoo.state.value,
            "what": found.odoo.words,
            "why": found.odoo.why,
        },
        "timeline": [
            {"at": one.at, "operator": one.operator, "code": one.what.code, "what": one.what}
            for one in found.timeline
        ],
    }


def line(one: LineDetail) -> dict[str, Any]:
    """A line with its units. `price` is the line's total."""
    return {
        "id": one.number,
        "sku": one.sku_text,
        "our_sku": one.our_sku,
        "title": one.title,
        "grade": one.grade,
        "quantity": one.quantity,
        "price": _amount(one.price),
        "currency": one.currency,
        "refunded": _amount(one.refunded),
        "state": one.state.value,
        "remote_state": one.remote_state,
        "handled": one.ours,
        "missing": one.missing,
        "units": [
            {
                "unit": unit.unit_id,
                "identifier": unit.identifier,
                "grade": unit.grade,
                "state": unit.state,
                "bin": unit.location,
                "warranty_until": unit.warranty_until,
                "override": unit.override or None,
            }
            for unit in one.units
        ],
        "steps": [step(each) for each in one.steps],
        "conflicts": [conflict(each) for each in one.conflicts],
        "actions": [action.value for action in one.actions],
    }


def conflict(one: ConflictShown) -> dict[str, Any]:
    """What a person must decide."""
    return {
        "id": one.id,
        "code": one.code,
        "title": one.title,
        "happened": one.happened,
        "todo": one.todo,
        "ways": [way.value for way in one.ways],
    }


def step(one: StepShown) -> dict[str, Any]:
    """What a person asked of a line."""
    return {
        "id": one.id,
        "kind": one.kind.value,
        "reason": one.reason,
        "amount": _amount(one.amount),
        "state": one.state,
        "in_doubt": one.in_doubt,
        "looked_for": one.looked_for,
        "asked_by": one.asked_by,
        "asked_at": one.asked_at,
    }


def open_line(one: OpenLine) -> dict[str, Any]:
    """A line that could be taken over."""
    return {
        "order_id": one.order_number,
        "line": one.number,
        "sku": one.sku_text,
        "our_sku": one.our_sku,
        "title": one.title,
        "quantity": one.quantity,
        "state": one.state.value,
        "ship_by": one.ship_by,
        "suggested": one.suggested,
    }


def substitute(one: Substitute) -> dict[str, Any]:
    """A unit that could stand in."""
    return {
        "kind": one.kind.value,
        "unit": one.unit_id,
        "identifier": one.identifier,
        "title": one.title,
        "grade": one.grade,
        "bin": one.where,
        "cost": _amount(one.cost),
        "margin": _amount(one.margin),
        "currency": one.margin.currency if one.margin else "",
        "may_take": one.may_take,
    }


def handled(number: int, done: Handled) -> dict[str, Any]:
    """What was done with an order."""
    return {"order_id": number, "count": done.count, "said": done.said, "waits": list(done.waits)}


def _amount(money: Money | None) -> str | None:
    return None if money is None else f"{money.amount:f}"
