"""What orders add to the dashboard's figures, and the figures: `sale` keeps what an order adds now, `sales_day` the
sums of that. Written by `services.figures.sales`; whoever changes an order or a line says so here (`noted_*`), for the
figures and for what else follows orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, case, delete, func, select, text, update

from bmdesk.domain.figures import STANDING
from bmdesk.store.tables.accounts import account
from bmdesk.store.tables.customers import customer
from bmdesk.store.tables.figures import sale, sales_day
from bmdesk.store.tables.orders import customer_order, orderline
from bmdesk.store.tables.people import company
from bmdesk.store.transaction import Row, Tx

_OF_ORDERS = frozenset({"market", "currency", "state", "customer_id", "created_at", "paid_at"})
_OF_LINES = frozenset({"state", "quantity", "price_minor", "refunded_minor"})
# What is seen of an order elsewhere. Its own state follows its lines.
_TOLD_OF_ORDERS = frozenset(
    {"market", "currency", "payment_method", "created_at", "customer_id", "tracking_number"}
)
_TOLD_OF_LINES = _OF_LINES | {"ours", "remote_state", "title", "sku_key", "listing_id", "named"}


@dataclass(frozen=True, slots=True)
class SaleRow:
    """What an order adds. All columns of its table but the order's id."""

    account_id: str
    day: int
    market: str
    currency: str
    state: str
    customer_id: str | None
    pieces: int
    revenue_minor: int


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order as far as the figures are made of it. `at`: when it was made; None where nothing says so.

    `counted`: what it adds as it was written last.
    """

    id: str
    account_id: str
    market: str
    currency: str
    state: str
    customer_id: str | None
    at: datetime | None
    pieces: int
    revenue_minor: int
    counted: SaleRow | None


@dataclass(frozen=True, slots=True)
class Key:
    """Which row of `sales_day`."""

    account_id: str
    day: int
    market: str
    currency: str
    state: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What such a row says, or by how much it changes."""

    orders: int = 0
    sold: int = 0
    pieces: int = 0
    revenue_minor: int = 0


@dataclass(frozen=True, slots=True)
class Making:
    """The time zone by whose days the company's figures are made, and the order up to which; None: all of them."""

    zone: str
    after: str | None


_O, _L, _S, _D, _C = customer_order.c, orderline.c, sale.c, sales_day.c, company.c
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_STANDS = _L.state.in_(sorted(state.value for state in STANDING))
_PRICE = func.coalesce(_L.price_minor, 0)
# What was given back of the shipping is not given back of the price.
_LEFT = case((_L.refunded_minor < _PRICE, _PRICE - _L.refunded_minor), else_=0)
_COUNTED = tuple(_S[f.name] for f in fields(SaleRow))
_ORDERED = (
    select(
        _O.id,
        _O.account_id,
        _O.market,
        _O.currency,
        _O.state,
        func.coalesce(customer.c.merged_into, _O.customer_id),
        func.coalesce(_O.created_at, _O.paid_at, func.min(_L.first_read_at)),
        func.coalesce(func.sum(case((_STANDS, _L.quantity), else_=0)), 0),
        func.coalesce(func.sum(case((_STANDS, _LEFT), else_=0)), 0),
        *_COUNTED,
    )
    .select_from(
        customer_order.outerjoin(orderline, _L.order_id == _O.id)
        .outerjoin(customer, _O.customer_id == customer.c.id)
        .outerjoin(sale, _S.order_id == _O.id)
    )
    .where(_O.id.in_(_SOME))
    .group_by(_O.id, customer.c.id, _S.order_id)
)
_ORDERS_OF = select(_L.order_id).where(_L.id.in_(_SOME)).distinct()
_FORGET = delete(sale).where(_S.order_id.in_(_SOME))

# One statement a row, whether it is there or not; both databases say it in these words.
_KEEP = text(
    "INSERT INTO sale (order_id, account_id, day, market, currency, state, customer_id, pieces, revenue_minor)"
    " VALUES (:order_id, :account_id, :day, :market, :currency, :state, :customer_id, :pieces, :revenue_minor)"
    " ON CONFLICT (order_id) DO UPDATE SET account_id = excluded.account_id, day = excluded.day,"
    " market = excluded.market, currency = excluded.currency, state = excluded.state,"
    " customer_id = excluded.customer_id, pieces = excluded.pieces, revenue_minor = excluded.revenue_minor"
)
_ADD = text(
    "INSERT INTO sales_day (account_id, day, market, currency, state, orders, sold, pieces, revenue_minor)"
    " VALUES (:account_id, :day, :market, :currency, :state, :orders, :sold, :pieces, :revenue_minor)"
    " ON CONFLICT (account_id, day, market, currency, state) DO UPDATE SET"
    " orders = sales_day.orders + excluded.orders, sold = sales_day.sold + excluded.sold,"
    " pieces = sales_day.pieces + excluded.pieces,"
    " revenue_minor = sales_day.revenue_minor + excluded.revenue_minor"
)
_EMPTY = delete(sales_day).where(
    *(_D[f.name] == bindparam(f"key_{f.name}") for f in fields(Key)), _D.orders == 0
)


def noted_orders(tx: Tx, rows: Sequence[Row], name: str = "key_id") -> list[Row]:
    """These rows are written; the orders named by this column may add something else now. All have the same columns."""
    if name != "key_id" or not _OF_ORDERS.isdisjoint(rows[0]):
        tx.sold.update(row[name] for row in rows)
    if name != "key_id" or not _TOLD_OF_ORDERS.isdisjoint(rows[0]):
        tx.ordered.update(row[name] for row in rows)
    return list(rows)


def noted_lines(tx: Tx, rows: Sequence[Row]) -> list[Row]:
    """The same of changed lines, by their `key_id`."""
    if not _OF_LINES.isdisjoint(rows[0]):
        tx.sold_lines.update(row["key_id"] for row in rows)
    if not _TOLD_OF_LINES.isdisjoint(rows[0]):
        tx.ordered_lines.update(row["key_id"] for row in rows)
    return list(rows)


def orders_of(connection: Connection, line_ids: Sequence[str]) -> list[str]:
    """The orders of these lines (at most 500)."""
    return list(connection.execute(_ORDERS_OF, {"some": line_ids}).scalars())


def ordered(connection: Connection, order_ids: Sequence[str]) -> list[Ordered]:
    """These orders (at most 500), and what is counted of each."""
    found = []
    for row in connection.execute(_ORDERED, {"some": order_ids}):
        counted = SaleRow(*row[9:]) if row[9] is not None else None
        pieces, revenue = int(row[7]), int(row[8])  # PostgreSQL sums large numbers as decimals
        found.append(
            Ordered(row[0], row[1], row[2], row[3], row[4], row[5], row[6], pieces, revenue, counted)
        )
    return found


def keep(tx: Tx, rows: dict[str, SaleRow]) -> None:
    """What these orders add from now on."""
    names = [f.name for f in fields(SaleRow)]
    if rows:
        tx.connection.execute(
            _KEEP,
            [
                {"order_id": one, **dict(zip(names, astuple(row), strict=True))}
                for one, row in sorted(rows.items())
            ],
        )


def add(tx: Tx, sums: dict[Key, Sum]) -> None:
    """Change the sums by these; a row that is left without an order goes."""
    moved = [(key, one) for key, one in sums.items() if one != Sum()]
    moved.sort(key=lambda pair: astuple(pair[0]))  # stations that write side by side take rows in one order
    if moved:
        names = [f.name for f in (*fields(Key), *fields(Sum))]
        rows = [dict(zip(names, (*astuple(key), *astuple(one)), strict=True)) for key, one in moved]
        tx.connection.execute(_ADD, rows)
    if less := [key for key, one in moved if one.orders < 0]:
        keys = [f"key_{f.name}" for f in fields(Key)]
        tx.connection.execute(_EMPTY, [dict(zip(keys, astuple(key), strict=True)) for key in less])


# ---------------------------------------------------------------- making them anew


def making(connection: Connection, company_id: str) -> Making:
    """How far the company's figures are made."""
    query = select(_C.figures_zone, _C.figures_after).where(_C.id == company_id)
    return Making(*connection.execute(query).one())


def set_making(tx: Tx, zone: str, after: str | None) -> None:
    """So far they are made."""
    here = update(company).where(_C.id == tx.company)
    tx.connection.execute(here.values(figures_zone=zone, figures_after=after))


def next_orders(connection: Connection, company_id: str, after: str, limit: int) -> list[str]:
    """The company's orders after this id."""
    mine = _O.account_id.in_(_accounts(company_id))
    query = select(_O.id).where(mine, _O.id > after).order_by(_O.id).limit(limit)
    return list(connection.execute(query).scalars())


def forget_some(tx: Tx, limit: int) -> list[SaleRow]:
    """Forget what some orders add; what that was. Fewer than `limit`: now nothing is kept of any order."""
    query = select(_S.order_id, *_COUNTED).where(_S.account_id.in_(_accounts(tx.company))).limit(limit)
    rows = tx.connection.execute(query).all()
    if rows:
        tx.connection.execute(_FORGET, {"some": [row[0] for row in rows]})
    return [SaleRow(*row[1:]) for row in rows]


def forget_sums(tx: Tx) -> None:
    """Forget the sums."""
    tx.connection.execute(delete(sales_day).where(_D.account_id.in_(_accounts(tx.company))))


def _accounts(company_id: str) -> Any:
    return select(account.c.id).where(account.c.company_id == company_id)


# ---------------------------------------------------------------- asking them


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day in one market and currency."""

    day: int
    market: str
    currency: str
    sum: Sum


def days(connection: Connection, account_ids: Sequence[str], first: int, last: int) -> list[DayRow]:
    """The sums of these days (both included), by day, market and currency."""
    sums = (func.sum(_D[f.name]) for f in fields(Sum))
    query = select(_D.day, _D.market, _D.currency, *sums).where(_within(_D, account_ids, first, last, None))
    rows = connection.execute(query.group_by(_D.day, _D.market, _D.currency).order_by(_D.day, _D.market))
    return [DayRow(row[0], row[1], row[2], Sum(*(int(n) for n in row[3:]))) for row in rows]


def states(
    connection: Connection, account_ids: Sequence[str], first: int, last: int, market: str | None = None
) -> dict[str, int]:
    """How many orders of these days are in each state now."""
    query = select(_D.state, func.sum(_D.orders)).where(_within(_D, account_ids, first, last, market))
    return {row[0]: int(row[1]) for row in connection.execute(query.group_by(_D.state))}


def buyers(
    connection: Connection, account_ids: Sequence[str], first: int, last: int, market: str | None = None
) -> int:
    """How many people bought something in these days."""
    there = and_(_within(_S, account_ids, first, last, market), _S.customer_id.is_not(None))
    # Sorted, not collected: over 400,000 orders SQLite takes 0.16 s for this and 1.2 s for count(DISTINCT ...).
    each = select(_S.customer_id).where(there).group_by(_S.customer_id).subquery()
    return connection.execute(select(func.count()).select_from(each)).scalar_one()


def buyers_by(
    connection: Connection,
    account_ids: Sequence[str],
    first: int,
    last: int,
    width: int,
    market: str | None = None,
) -> dict[int, int]:
    """The same for every `width` days of them, by their place in the row."""
    place = ((_S.day - first) // width).label("place")
    query = select(place, func.count(_S.customer_id.distinct())).where(
        _within(_S, account_ids, first, last, market)
    )
    # By its name: PostgreSQL takes the same words with other parameters for something else.
    return {int(row[0]): row[1] for row in connection.execute(query.group_by("place"))}


def _within(columns: Any, account_ids: Sequence[str], first: int, last: int, market: str | None) -> Any:
    there = and_(columns.account_id.in_(account_ids), columns.day.between(first, last))
    return there if market is None else and_(there, columns.market == market)
