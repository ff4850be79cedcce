"""Sales figures follow the orders: each transaction that changes orders ends here, and its figures commit with it.

What an order adds is compared with what it added before, so it does not matter who changed what, how often, or whether
it was taken back. Days are of the company's time zone. Making all of them anew is in `rebuilding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bmdesk.domain.working_time import local_day
from bmdesk.store.queries import sales
from bmdesk.store.queries.sales import Key, Ordered, SaleRow, Sum
from bmdesk.store.transaction import Tx

_PAGE = 250


def follow(tx: Tx, zone: ZoneInfo) -> None:
    """The end of each transaction: the figures follow the orders that were written in it."""
    for page in _pages(sorted(tx.sold_lines)):
        tx.sold.update(sales.orders_of(tx.connection, page))
    tx.sold_lines.clear()
    for page in _pages(sorted(tx.sold)):
        count(tx, page, zone)
    tx.sold.clear()


def count(tx: Tx, order_ids: Sequence[str], zone: ZoneInfo) -> None:
    """These orders (at most 500) add what they add now, and no more what they added before."""
    now: dict[str, SaleRow] = {}
    moved: list[tuple[SaleRow | None, SaleRow]] = []
    for order in sales.ordered(tx.connection, order_ids):
        adds = _adds(order, zone)
        if adds is not None and adds != order.counted:
            now[order.id] = adds
            moved.append((order.counted, adds))
    sales.keep(tx, now)
    sales.add(tx, difference(moved))


def difference(moved: Iterable[tuple[SaleRow | None, SaleRow | None]]) -> dict[Key, Sum]:
    """By how much the sums change when these rows (before, after) do."""
    found: dict[Key, Sum] = {}
    for before, after in moved:
        for row, sign in ((before, -1), (after, 1)):
            if row is None:
                continue
            key = Key(row.account_id, row.day, row.market, row.currency, row.state)
            sum_ = found.get(key, Sum())
            found[key] = Sum(
                sum_.orders + sign,
                sum_.sold + (sign if row.pieces else 0),
                sum_.pieces + sign * row.pieces,
                sum_.revenue_minor + sign * row.revenue_minor,
            )
    return found


def _adds(order: Ordered, zone: ZoneInfo) -> SaleRow | None:
    """None for an order of which nobody knows when it was made, and that has no lines."""
    if order.at is None:
        return None
    day = _day(order.at, zone).toordinal()
    buyer = order.customer_id if order.pieces else None
    return SaleRow(
        order.account_id,
        day,
        order.market,
        order.currency,
        order.state,
        buyer,
        order.pieces,
        order.revenue_minor,
    )


def _day(at: datetime, zone: ZoneInfo) -> date:
    try:
        return local_day(at, zone)
    except OverflowError:  # a date from outside at the end of all calendars
        return at.astimezone(UTC).date()


def _pages(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE))
