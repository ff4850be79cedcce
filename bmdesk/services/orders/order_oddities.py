"""Says in an order's timeline what is odd about it, once, when it is read. Nothing is refused for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bmdesk.domain.customers import address_key
from bmdesk.domain.oddities import LineFacts, of_line, of_tracking
from bmdesk.domain.orders import Remote
from bmdesk.store.queries import customers, order_oddities, order_progress
from bmdesk.store.queries.customers import SHIPPING
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg


@dataclass(frozen=True, slots=True)
class NewTracking:
    """An order that shows this parcel number since now."""

    order_id: str
    number: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line that is new, or shows another identifier since now."""

    order_id: str
    line_id: str
    facts: LineFacts

    @property
    def identifier(self) -> str:
        """As Back Market has it, or empty."""
        return self.facts.imei or self.facts.serial


def tell(tx: Tx, account_id: str, parcels: Sequence[NewTracking], lines: Sequence[NewLine]) -> None:
    """Look at what a page of orders (at most 50) brought. The orders and lines are in the store already."""
    said: list[tuple[str, str | None, Text]] = []
    for parcel in parcels:
        odd = of_tracking(parcel.number)
        if odd is not None:
            said.append((parcel.order_id, None, odd))
    for line in lines:
        said += [(line.order_id, line.line_id, what) for what in of_line(line.facts)]
    order_progress.tell_many(tx, said)
    _same_tracking(tx, account_id, [one for one in parcels if one.number])
    _same_identifier(tx, account_id, [one for one in lines if one.identifier])


def _same_tracking(tx: Tx, account_id: str, parcels: Sequence[NewTracking]) -> None:
    """One number on orders to different addresses: one of them has the wrong one."""
    numbers = sorted({one.number for one in parcels})
    found = order_oddities.with_tracking(tx.connection, account_id, numbers) if numbers else {}
    shared = {number: rows for number, rows in found.items() if len(rows) > 1}
    ids = [order_id for rows in shared.values() for order_id, _ in rows][:500]
    people = customers.addresses(tx.connection, ids) if ids else {}
    where = {order_id: address_key(p) for (order_id, kind), p in people.items() if kind == SHIPPING}
    for one in parcels:
        for order_id, number in shared.get(one.number, ()):
            if order_id != one.order_id and where.get(order_id) != where.get(one.order_id):
                order_progress.tell(tx, one.order_id, msg("order.odd.tracking_shared", order=str(number)))
                break


def _same_identifier(tx: Tx, account_id: str, lines: Sequence[NewLine]) -> None:
    """A device that left with another order and did not come back by a refund."""
    values = sorted({one.identifier for one in lines})
    found = order_oddities.with_identifier(tx.connection, account_id, values) if values else {}
    for one in lines:
        for line_id, number, state in found.get(one.identifier, ()):
            if line_id != one.line_id and state != Remote.REFUNDED_AFTER:
                said = msg("order.odd.sold_twice", order=str(number))
                order_progress.tell(tx, one.order_id, said, line_id=one.line_id)
                break
