"""Warranty cover: begun when a unit leaves with an order line, whoever shipped it; moved when the delivery is known
and the setting says that it begins there; void when the sale is taken back or the device is sold again.

Works within the caller's transaction; what people ask about warranties is in `warranties`.
"""

from __future__ import annotations

from datetime import datetime

from bmdesk.domain.orders import TAKEN_BACK
from bmdesk.domain.unit import State
from bmdesk.domain.warranty import LEAST_MONTHS, MOST_MONTHS, Begins, Term, term
from bmdesk.domain.working_time import local_day
from bmdesk.services.policies import Policies
from bmdesk.store.queries import allocations, listings, order_progress, orders, parcels, units, warranties
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Row, Tx

REFUNDED, RESOLD = "refunded", "resold"


def follow(tx: Tx, policies: Policies) -> None:
    """The end of each transaction: every unit that left with an order line in it has its warranty."""
    for unit_id in tx.moved:
        row = units.unit(tx.connection, unit_id)
        if row.state != State.SHIPPED.value:
            continue
        stay = units.stay(tx.connection, unit_id, row.stay_number)
        gone = allocations.of_stay(tx.connection, stay["id"]) if stay is not None else None
        line = orders.line(tx.connection, gone.line_id) if gone is not None else None
        if stay is not None and line is not None:
            _start(tx, policies, line, unit_id, stay["id"])


def delivery_known(tx: Tx, policies: Policies, order_id: str, at: datetime) -> None:
    """The order arrived then: its warranties that begin with the delivery begin on that day."""
    order = order_progress.order(tx.connection, order_id)
    for row in warranties.of_order(tx.connection, order_id):
        if row.begins != Begins.DELIVERY.value:
            continue
        runs = _term(policies, Begins.DELIVERY, row.months, order, at, at)
        warranties.change(tx, row.id, starts_on=runs.starts.isoformat(), ends_on=runs.ends.isoformat())


def void_line(tx: Tx, line_id: str) -> None:
    """The whole sale of this line was taken back after it had left: nothing runs any more."""
    warranties.void_line(tx, line_id, REFUNDED)


def _start(tx: Tx, policies: Policies, line: LineRow, unit_id: str, stay_id: str) -> None:
    """This unit left with this line: its warranty is kept, once a sale."""
    if warranties.of_stay(tx.connection, stay_id) is not None:
        return
    order = order_progress.order(tx.connection, line.order_id)
    parcel = parcels.of_order(tx.connection, line.order_id)
    begins = Begins(policies.settings["warranty.begins"])
    months = _months(tx, policies, line, order["market"])
    delivered = parcel.delivered_at if parcel is not None else None
    runs = _term(policies, begins, months, order, delivered, tx.now)
    warranties.add(
        tx,
        unit_id=unit_id,
        stay_id=stay_id,
        line_id=line.id,
        order_id=line.order_id,
        begins=begins.value,
        months=months,
        starts_on=runs.starts.isoformat(),
        ends_on=runs.ends.isoformat(),
        void=REFUNDED if line.remote_state in TAKEN_BACK else "",
    )
    # It came back from whoever had it before: now it is another's.
    for before in warranties.of_unit(tx.connection, unit_id):
        if before.stay_id != stay_id and not before.void:
            warranties.change(tx, before.id, void=RESOLD)


def _term(
    policies: Policies, begins: Begins, months: int, order: Row, delivered: datetime | None, left: datetime
) -> Term:
    zone = policies.timezone
    gone = order["shipped_at"] or left
    sold = min(order["created_at"] or order["paid_at"] or gone, gone)
    return term(
        begins,
        sold=local_day(sold, zone),
        dispatched=local_day(gone, zone),
        delivered=local_day(delivered, zone) if delivered is not None else None,
        months=months,
    )


def _months(tx: Tx, policies: Policies, line: LineRow, market: str) -> int:
    """The longest that was promised: by the setting, for the SKU, or to the customer in the listing of that market."""
    sku_id = listings.sku_sold(tx.connection, tx.company, line.listing_id, line.sku_key)
    of_sku = warranties.sku_months(tx.connection, sku_id) if sku_id is not None else None
    there = listings.market(tx.connection, line.listing_id, market) if line.listing_id else None
    shown = there.warranty_months if there is not None else None
    longest = max(int(policies.settings["warranty.months"]), of_sku or 0, shown or 0)
    return min(max(longest, LEAST_MONTHS), MOST_MONTHS)
