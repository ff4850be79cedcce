"""Orders as a marketplace shows them, the lines that come off our stock, and which unit left with which line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, insert, select, update

from bmdesk.domain.stock import SHIPPED_STATES, UNCOUNTED_STATES, UNPAID_STATES
from bmdesk.store.tables import catalogue as c
from bmdesk.store.tables import listings
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
    quantity: int
    remote_state: int
    price_minor: int | None
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


_L = t.orderline.c
_LINE = select(*(_L[f.name] for f in fields(LineRow)))
_CHANGE_ORDER = update(t.customer_order).where(t.customer_order.c.id == bindparam("key_id"))
_CHANGE_LINE = update(t.orderline).where(_L.id == bindparam("key_id"))

_COUNTED = and_(_L.counts.is_(True), _L.remote_state.not_in(sorted(UNCOUNTED_STATES)))
"""The line's pieces come off the quantity, as far as no unit is named for them."""


def orders(connection: Connection, account_id: str, remote_ids: Sequence[int]) -> dict[int, Row]:
    """The orders with these numbers (at most 500) as rows, by number."""
    o = t.customer_order
    query = select(o).where(o.c.account_id == account_id, o.c.remote_id.in_(remote_ids))
    return {row["remote_id"]: dict(row) for row in connection.execute(query).mappings()}


def unpaid(connection: Connection, account_id: str, read_before: datetime, limit: int) -> list[int]:
    """Numbers of orders that were not paid yet when they were last read, before this moment; longest ago first."""
    o = t.customer_order.c
    query = select(o.remote_id).where(
        o.account_id == account_id, o.remote_state.in_(sorted(UNPAID_STATES)), o.read_at <= read_before
    )
    return list(connection.execute(query.order_by(o.read_at).limit(limit)).scalars())


def note_asked(tx: Tx, account_id: str, remote_id: int) -> None:
    """This order was asked for and is not to be had: not again for a while."""
    o = t.customer_order
    here = and_(o.c.account_id == account_id, o.c.remote_id == remote_id)
    tx.connection.execute(update(o).where(here).values(read_at=tx.now))


def lines(connection: Connection, account_id: str, remote_ids: Sequence[int]) -> dict[int, LineRow]:
    """The lines with these numbers (at most 500), by number."""
    query = _LINE.where(_L.account_id == account_id, _L.remote_id.in_(remote_ids))
    return {row.remote_id: row for row in (LineRow(*r) for r in connection.execute(query))}


def line(connection: Connection, line_id: str) -> LineRow | None:
    """The line with this id, or None."""
    row = connection.execute(_LINE.where(_L.id == line_id)).first()
    return LineRow(*row) if row else None


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
        tx.connection.execute(insert(t.customer_order), list(rows))


def save_orders(tx: Tx, changed: Sequence[Row]) -> None:
    """Change many orders; every row has `key_id` and the same columns."""
    if changed:
        tx.connection.execute(_CHANGE_ORDER, list(changed))


def add_lines(tx: Tx, rows: Sequence[Row]) -> None:
    """New lines, each with its id; all rows have the same columns."""
    if rows:
        tx.connection.execute(insert(t.orderline), list(rows))


def save_lines(tx: Tx, changed: Sequence[Row]) -> None:
    """Change many lines; every row has `key_id` and the same columns."""
    if changed:
        tx.connection.execute(_CHANGE_LINE, list(changed))


def listing_numbers(connection: Connection, account_id: str, numbers: Sequence[int]) -> dict[int, str]:
    """Which listings (ids) carry these numbers."""
    q = listings.listing.c
    query = select(q.listing_number, q.id).where(q.account_id == account_id, q.listing_number.in_(numbers))
    return {row[0]: row[1] for row in connection.execute(query)}


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


def name_unit(tx: Tx, line_id: str, unit_id: str, stay_id: str, operator: str) -> None:
    """This unit, in this stay, left with this line. A stay leaves once (a constraint)."""
    tx.put(
        t.line_unit,
        {"line_id": line_id, "unit_id": unit_id},
        stay_id=stay_id,
        operator=operator,
        at=tx.now,
    )
    known = tx.get(t.orderline, id=line_id)
    assert known is not None, "the line was read before"
    tx.put(t.orderline, {"id": line_id}, named=known["named"] + 1, changed_at=tx.now)


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
    q = t.quarantined.c
    if remote_ids:
        here = and_(q.account_id == account_id, q.kind == kind, q.remote_id.in_(remote_ids))
        tx.connection.execute(t.quarantined.delete().where(here))


def quarantined(connection: Connection, account_ids: Sequence[str], limit: int = 100) -> list[Row]:
    """Records that could not be taken, newest first, without their bodies."""
    q = t.quarantined.c
    query = select(q.account_id, q.kind, q.remote_id, q.reason, q.at).where(q.account_id.in_(account_ids))
    return [dict(r) for r in connection.execute(query.order_by(q.at.desc()).limit(limit)).mappings()]
