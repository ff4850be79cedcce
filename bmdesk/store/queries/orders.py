"""Orders as a marketplace shows them, the lines that come off our stock, and which unit left with which line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, case, func, insert, or_, select, update

from bmdesk.domain.orders import OPEN, Remote
from bmdesk.domain.stock import SHIPPED_STATES, UNCOUNTED_STATES, UNPAID_STATES
from bmdesk.store.queries import sales
from bmdesk.store.tables import accounts, listings
from bmdesk.store.tables import catalogue as c
from bmdesk.store.tables import orders as t
from bmdesk.store.transaction import Row, Tx
from bmdesk.store.types import bounded, canonical

MOST_NAMELESS = 200
"""Records without a number that are kept of one kind and account."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """An orderline, all columns of its table."""

    id: str
    order_id: str
    account_id: str
    remote_id: int
    listing_number: int | None
    sku_text: str
    sku_key: str
    title: str
    condition: int | None
    grade: str
    product_number: int | None
    quantity: int
    remote_state: int
    state: str
    ours: bool
    price_minor: int | None
    shipping_minor: int | None
    fee_minor: int | None
    refunded_minor: int
    delay_hours: int | None
    imei: str
    serial: str
    listing_id: str | None
    counts: bool
    named: int
    first_read_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class UnnamedLine:
    """A line that left, or leaves, by another tool's hand, and nobody said yet which unit."""

    line: LineRow
    order_remote_id: int
    market: str
    sku_id: str | None
    our_sku: str


_O = t.customer_order.c
_L = t.orderline.c
_LINE = select(*(_L[f.name] for f in fields(LineRow)))
_CHANGE_ORDER = update(t.customer_order).where(_O.id == bindparam("key_id"))
_CHANGE_LINE = update(t.orderline).where(_L.id == bindparam("key_id"))

# What is asked for every page of a long history is built once: building it takes longer than running it.
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_ORDERS = select(t.customer_order).where(_O.account_id == bindparam("account"), _O.remote_id.in_(_SOME))
_LINES = _LINE.where(_L.account_id == bindparam("account"), _L.remote_id.in_(_SOME))
_OF_ORDERS = _LINE.where(_L.order_id.in_(_SOME)).order_by(_L.remote_id)
_OF_ORDER = _LINE.where(_L.order_id == bindparam("order")).order_by(_L.remote_id)
_BY_ID = _LINE.where(_L.id == bindparam("line"))
_BY_NUMBER = (
    select(_O.id)
    .join(accounts.account, _O.account_id == accounts.account.c.id)
    .where(accounts.account.c.company_id == bindparam("company"), _O.remote_id == bindparam("number"))
    .order_by(case((_O.state.in_([one.value for one in OPEN]), 0), else_=1), _O.id.desc())
    .limit(1)
)
_NUMBERED = select(listings.listing.c.listing_number, listings.listing.c.id).where(
    listings.listing.c.account_id == bindparam("account"), listings.listing.c.listing_number.in_(_SOME)
)
_RELEASE = t.quarantined.delete().where(
    t.quarantined.c.account_id == bindparam("account"),
    t.quarantined.c.kind == bindparam("which"),
    t.quarantined.c.remote_id.in_(_SOME),
)

_COUNTED = and_(_L.counts.is_(True), _L.remote_state.not_in(sorted(UNCOUNTED_STATES)))
"""The line's pieces come off the quantity, as far as no unit is named for them."""


def orders(connection: Connection, account_id: str, remote_ids: Sequence[int]) -> dict[int, Row]:
    """The orders with these numbers (at most 500) as rows, by number."""
    rows = connection.execute(_ORDERS, {"account": account_id, "some": remote_ids})
    return {row["remote_id"]: dict(row) for row in rows.mappings()}


def unpaid(connection: Connection, account_id: str, read_before: datetime, limit: int) -> list[int]:
    """Numbers of orders that were not paid yet when they were last read, before this moment; longest ago first."""
    query = select(_O.remote_id).where(
        _O.account_id == account_id, _O.remote_state.in_(sorted(UNPAID_STATES)), _O.read_at <= read_before
    )
    return list(connection.execute(query.order_by(_O.read_at).limit(limit)).scalars())


def unfinished(connection: Connection, account_id: str, read_before: datetime, limit: int) -> list[int]:
    """Numbers of orders with something still to be done that were not read since then, longest ago first."""
    query = select(_O.remote_id).where(
        _O.account_id == account_id,
        _O.state.in_([one.value for one in OPEN]),
        _O.read_at < read_before,
    )
    return list(connection.execute(query.order_by(_O.read_at, _O.id).limit(limit)).scalars())


def with_identifier(
    connection: Connection, account_id: str, value: str, but: str, since: datetime | None
) -> int | None:
    """The number of an order of another line that stands with this identifier at Back Market: to be shipped, or shipped
    and ordered since then; None where there is none. A device that came back is sold again, with right.
    """
    o = t.customer_order.c
    shipped = _L.remote_state == Remote.SHIPPED
    if since is not None:
        shipped = and_(shipped, or_(o.created_at.is_(None), o.created_at >= since))
    query = (
        select(o.remote_id)
        .select_from(t.orderline.join(t.customer_order, _L.order_id == o.id))
        .where(
            _L.account_id == account_id,
            or_(_L.imei == value, _L.serial == value),
            _L.id != but,
            or_(_L.remote_state == Remote.ACCEPTED, shipped),
        )
    )
    return connection.execute(query.limit(1)).scalar()


def note_asked(tx: Tx, account_id: str, remote_id: int) -> None:
    """This order was asked for and is not to be had: not again for a while."""
    o = t.customer_order
    here = and_(o.c.account_id == account_id, o.c.remote_id == remote_id)
    tx.connection.execute(update(o).where(here).values(read_at=tx.now))


def lines(connection: Connection, account_id: str, remote_ids: Sequence[int]) -> dict[int, LineRow]:
    """The lines with these numbers (at most 500), by number."""
    rows = connection.execute(_LINES, {"account": account_id, "some": remote_ids})
    return {row.remote_id: row for row in (LineRow(*r) for r in rows)}


def line(connection: Connection, line_id: str) -> LineRow | None:
    """The line with this id, or None."""
    row = connection.execute(_BY_ID, {"line": line_id}).first()
    return LineRow(*row) if row else None


def by_number(connection: Connection, company_id: str, number: int) -> str | None:
    """The order of this number in any of the company's accounts, or None; of several the one that is not finished."""
    if number > 2**63 - 1:
        return None
    return connection.execute(_BY_NUMBER, {"company": company_id, "number": number}).scalar()


def of_order(connection: Connection, order_id: str) -> list[LineRow]:
    """The lines of an order, by Back Market's number."""
    return [LineRow(*row) for row in connection.execute(_OF_ORDER, {"order": order_id})]


def of_orders(connection: Connection, order_ids: Sequence[str]) -> list[LineRow]:
    """The lines of these orders (at most 500), by Back Market's number."""
    return [LineRow(*row) for row in connection.execute(_OF_ORDERS, {"some": order_ids})]


def lines_by_remote(connection: Connection, account_ids: Sequence[str], remote_id: int) -> list[LineRow]:
    """The lines with this number, at most one in each of these accounts: a number is unique in its account only."""
    query = _LINE.where(_L.remote_id == remote_id, _L.account_id.in_(account_ids)).order_by(_L.account_id)
    return [LineRow(*row) for row in connection.execute(query)]


def ordered_at(connection: Connection, line_id: str) -> datetime | None:
    """When the line's customer ordered, by the marketplace's clock; None where it does not say."""
    o = t.customer_order
    query = (
        select(o.c.created_at).select_from(t.orderline.join(o, _L.order_id == o.c.id)).where(_L.id == line_id)
    )
    return connection.execute(query).scalar()


def add_orders(tx: Tx, rows: Sequence[Row]) -> None:
    """New orders, each with its id; all rows have the same columns."""
    if rows:
        tx.connection.execute(insert(t.customer_order), sales.noted_orders(tx, rows, "id"))


def save_orders(tx: Tx, changed: Sequence[Row]) -> None:
    """Change many orders; every row has `key_id` and the same columns."""
    if changed:
        tx.connection.execute(_CHANGE_ORDER, sales.noted_orders(tx, changed))


def note_read(tx: Tx, order_ids: Sequence[str]) -> None:
    """These orders were read, and are what they were."""
    if order_ids:
        rows = [{"key_id": order_id, "read_at": tx.now} for order_id in order_ids]
        tx.connection.execute(_CHANGE_ORDER, rows)


def add_lines(tx: Tx, rows: Sequence[Row]) -> None:
    """New lines, each with its id; all rows have the same columns."""
    if rows:
        tx.connection.execute(insert(t.orderline), sales.noted_orders(tx, rows, "order_id"))


def save_lines(tx: Tx, changed: Sequence[Row]) -> None:
    """Change many lines; every row has `key_id` and the same columns."""
    if changed:
        tx.connection.execute(_CHANGE_LINE, sales.noted_lines(tx, changed))


def listing_numbers(connection: Connection, account_id: str, numbers: Sequence[int]) -> dict[int, str]:
    """Which listings (ids) carry these numbers."""
    rows = connection.execute(_NUMBERED, {"account": account_id, "some": numbers})
    return {row[0]: row[1] for row in rows}


def adoptable(
    connection: Connection, account_id: str, after: str, limit: int = 50
) -> tuple[dict[str, str], str]:
    """Lines that were read before their listing was, and that listing; and where the next page begins, "" at the end.

    By the listing's number; a line that has none goes by its SKU.
    """
    q = listings.listing.c
    query = select(_L.id, _L.listing_number, _L.sku_key).where(
        _L.account_id == account_id, _L.listing_id.is_(None), _L.id > after
    )
    page = connection.execute(query.order_by(_L.id).limit(limit)).all()
    by_number = listing_numbers(connection, account_id, [row[1] for row in page if row[1] is not None])
    keys = sorted({row[2] for row in page if row[1] is None and row[2]})
    same = select(q.sku_key, func.min(q.id)).where(q.account_id == account_id, q.sku_key.in_(keys))
    by_key = {row[0]: row[1] for row in connection.execute(same.group_by(q.sku_key))}
    found = {row[0]: by_key.get(row[2]) if row[1] is None else by_number.get(row[1]) for row in page}
    ended = len(page) < limit
    return {line: one for line, one in found.items() if one is not None}, "" if ended else page[-1][0]


def adopt(tx: Tx, found: Mapping[str, str]) -> list[str]:
    """Tie these lines to their listings (at most 500); the SKUs that those sell."""
    save_lines(tx, [{"key_id": line_id, "listing_id": listing_id} for line_id, listing_id in found.items()])
    q = listings.listing.c
    mine = and_(q.id.in_(sorted(set(found.values()))), q.sku_id.is_not(None))
    return sorted(set(tx.connection.execute(select(q.sku_id).where(mine)).scalars()))


def moved_since(connection: Connection, listing_id: str, since: datetime) -> tuple[int, int]:
    """Pieces of this listing sold, and pieces given back, as far as they were read since this moment."""
    counted = and_(_L.listing_id == listing_id, _L.counts.is_(True))
    gone = sorted(UNCOUNTED_STATES)
    query = select(
        func.coalesce(func.sum(case((_L.first_read_at > since, _L.quantity), else_=0)), 0),
        func.coalesce(
            func.sum(case((and_(_L.changed_at > since, _L.remote_state.in_(gone)), _L.quantity), else_=0)), 0
        ),
    ).where(counted)
    sold, freed = connection.execute(query).one()
    return int(sold), int(freed)


def sold_pieces(connection: Connection, account_id: str, sku_ids: Sequence[str]) -> dict[str, int]:
    """Pieces of counted lines without a named unit, by SKU (at most 500): by their listing's link, else by SKU text."""
    q = listings.listing.c
    # A line may shrink below the units named for it; what it has too many is no piece of another line.
    open_pieces = func.sum(case((_L.quantity > _L.named, _L.quantity - _L.named), else_=0))
    by_link = (
        select(q.sku_id, open_pieces)
        .select_from(t.orderline.join(listings.listing, _L.listing_id == q.id))
        .where(_L.account_id == account_id, _COUNTED, q.sku_id.in_(sku_ids))
        .group_by(q.sku_id)
    )
    by_text = (
        select(c.sku.c.id, open_pieces)
        .select_from(t.orderline.join(c.sku, _L.sku_key == c.sku.c.text_key))
        .where(_L.account_id == account_id, _COUNTED, _L.listing_id.is_(None), c.sku.c.id.in_(sku_ids))
        .group_by(c.sku.c.id)
    )
    found: dict[str, int] = {}
    for query in (by_link, by_text):
        for sku_id, pieces in connection.execute(query):
            found[sku_id] = found.get(sku_id, 0) + int(pieces)
    return found


def pieces_before(connection: Connection, account_id: str, sku_id: str, line: LineRow) -> int:
    """Open pieces of this SKU in the account's lines that were read, or else numbered, before this one."""
    q = listings.listing.c
    open_pieces = func.coalesce(func.sum(case((_L.quantity > _L.named, _L.quantity - _L.named), else_=0)), 0)
    earlier = or_(
        _L.first_read_at < line.first_read_at,
        and_(_L.first_read_at == line.first_read_at, _L.remote_id < line.remote_id),
    )
    here = and_(_L.account_id == account_id, _COUNTED, earlier)
    by_link = (
        select(open_pieces)
        .select_from(t.orderline.join(listings.listing, _L.listing_id == q.id))
        .where(here, q.sku_id == sku_id)
    )
    by_text = (
        select(open_pieces)
        .select_from(t.orderline.join(c.sku, _L.sku_key == c.sku.c.text_key))
        .where(here, _L.listing_id.is_(None), c.sku.c.id == sku_id)
    )
    return sum(int(connection.execute(query).scalar_one()) for query in (by_link, by_text))


def unnamed(
    connection: Connection, account_ids: Sequence[str], *, after: int = 0, limit: int = 200
) -> list[UnnamedLine]:
    """Counted lines that were shipped without a named unit, oldest first: "which unit left?".

    Not of goods that have no units: what was shipped of them comes off their counted pieces.
    """
    q, o = listings.listing.c, t.customer_order.c
    query = (
        select(
            *(_L[f.name] for f in fields(LineRow)),
            o.remote_id.label("order_number"),
            o.market,
            q.sku_id,
            func.coalesce(c.sku.c.text, ""),
        )
        .select_from(
            t.orderline.join(t.customer_order, _L.order_id == o.id)
            .outerjoin(listings.listing, _L.listing_id == q.id)
            .outerjoin(c.sku, q.sku_id == c.sku.c.id)
        )
        .where(
            _L.account_id.in_(account_ids),
            _COUNTED,
            _L.remote_state.in_(sorted(SHIPPED_STATES)),
            _L.named < _L.quantity,
            _L.remote_id > after,
            c.sku.c.pieces.is_(None),
        )
    )
    rows = connection.execute(query.order_by(_L.remote_id).limit(limit))
    return [UnnamedLine(LineRow(*r[:-4]), r[-4], r[-3], r[-2], r[-1]) for r in rows]


def quarantine(tx: Tx, account_id: str, kind: str, remote_id: str, reason: Row, body: Any) -> None:
    """Keep a record that could not be taken, once; a newer reading of it replaces the older.

    One without a number (`remote_id` empty) is known by what it says; only the newest of those are kept.
    """
    q = t.quarantined.c
    plain = bounded(body)
    if not remote_id:
        remote_id = "?" + hashlib.sha256(canonical(plain).encode()).hexdigest()[:12]
        _make_room(tx, account_id, kind)
    here = and_(q.account_id == account_id, q.kind == kind, q.remote_id == remote_id)
    values = {"reason": reason, "body": "" if plain is None else plain, "at": tx.now}
    if tx.connection.execute(update(t.quarantined).where(here).values(**values)).rowcount == 0:
        key = {"account_id": account_id, "kind": kind, "remote_id": remote_id}
        tx.connection.execute(insert(t.quarantined).values(**key, **values))


def _make_room(tx: Tx, account_id: str, kind: str) -> None:
    q = t.quarantined.c
    nameless = and_(q.account_id == account_id, q.kind == kind, q.remote_id.startswith("?"))
    query = select(q.remote_id).where(nameless).order_by(q.at.desc(), q.remote_id).offset(MOST_NAMELESS - 1)
    oldest = tx.connection.execute(query.limit(500)).scalars().all()
    if oldest:
        tx.connection.execute(t.quarantined.delete().where(nameless, q.remote_id.in_(oldest)))


def release_quarantined(tx: Tx, account_id: str, kind: str, remote_ids: Sequence[str]) -> None:
    """These records were taken after all."""
    if remote_ids:
        tx.connection.execute(_RELEASE, {"account": account_id, "which": kind, "some": remote_ids})


def quarantined_body(connection: Connection, account_id: str, kind: str, remote_id: str) -> Row | None:
    """The record of this id that could not be taken, with its reason and body; None where there is none."""
    q = t.quarantined.c
    query = select(q.reason, q.body, q.at).where(
        q.account_id == account_id, q.kind == kind, q.remote_id == remote_id
    )
    row = connection.execute(query).mappings().first()
    return dict(row) if row is not None else None


def quarantined(connection: Connection, account_ids: Sequence[str], limit: int = 100) -> list[Row]:
    """Records that could not be taken, newest first, without their bodies."""
    q = t.quarantined.c
    query = select(q.account_id, q.kind, q.remote_id, q.reason, q.at).where(q.account_id.in_(account_ids))
    return [dict(r) for r in connection.execute(query.order_by(q.at.desc()).limit(limit)).mappings()]
