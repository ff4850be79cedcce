"""Orders in lists: narrowed, searched, counted, paged; and what one order's page shows besides its own rows.

Who bought stands in tables.customers; it is read here for people's eyes and goes nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal_column, or_, select

from bmdesk.domain.orders import NOT_PACKED, OPEN, LineState, Remote
from bmdesk.domain.parcels import ParcelState
from bmdesk.store.queries import odoo_sold
from bmdesk.store.queries.allocations import RESERVED
from bmdesk.store.queries.customers import SHIPPING
from bmdesk.store.tables import catalogue, listings
from bmdesk.store.tables import customers as c
from bmdesk.store.tables import figures as f
from bmdesk.store.tables import orders as t
from bmdesk.store.tables import parcels as p
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Row
from bmdesk.store.words import holds

Condition: TypeAlias = ColumnElement[bool]
"""What narrows a list of orders."""

_OPEN = [one.value for one in OPEN]
_LAST = "\uffff"  # sorts behind every character a number or a name can have
_LARGEST = 2**63 - 1


class After(NamedTuple):
    """Where a page goes on: the moment that its list is sorted by, and the order."""

    at: datetime | None
    id: str


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """An order's row in a list."""

    id: str
    account_id: str
    number: int
    market: str
    state: str
    remote_state: int
    created_at: datetime | None
    ship_by: datetime | None
    customer: str
    title: str
    lines: int
    pieces: int
    price_minor: int | None
    currency: str
    conflicts: int
    tracking: str
    ours: bool
    is_backship: bool


_O = t.customer_order.c
_L = t.orderline.c
_S = f.sale.c


def page(
    connection: Connection,
    conditions: Sequence[Condition],
    after: After | None,
    limit: int,
    *,
    urgent: bool,
) -> list[ListedOrder]:
    """The next orders: by the moment at which they must leave (`urgent`), else the newest first."""
    at = _O.ship_by if urgent else _O.created_at
    query = select(_O.id).where(*conditions)
    if urgent:
        if after is not None and after.at is not None:
            query = query.where(or_(at > after.at, and_(at == after.at, _O.id > after.id), at.is_(None)))
        elif after is not None:
            query = query.where(at.is_(None), _O.id > after.id)
        query = query.order_by(at.asc().nulls_last(), _O.id)
    else:
        if after is not None and after.at is not None:
            query = query.where(or_(at < after.at, and_(at == after.at, _O.id < after.id), at.is_(None)))
        elif after is not None:
            query = query.where(at.is_(None), _O.id < after.id)
        query = query.order_by(at.desc().nulls_last(), _O.id.desc())
    return rows(connection, list(connection.execute(query.limit(limit)).scalars()))


def count(connection: Connection, conditions: Sequence[Condition]) -> int:
    """How many orders these leave."""
    return int(
        connection.execute(select(func.count()).select_from(t.customer_order).where(*conditions)).scalar_one()
    )


def rows(connection: Connection, order_ids: Sequence[str]) -> list[ListedOrder]:
    """The orders with these ids (at most 500), in this order."""
    order = t.customer_order
    person, place, parcel = c.customer.c, c.order_address.c, p.parcel.c
    joined = (
        order.outerjoin(c.customer, _O.customer_id == person.id)
        .outerjoin(c.order_address, and_(place.order_id == _O.id, place.kind == SHIPPING))
        .outerjoin(p.parcel, and_(parcel.order_id == _O.id, parcel.state != ParcelState.UNDONE.value))
    )
    columns = (order, person.name, place.first_name, place.last_name, place.company, parcel.number)
    query = select(*columns).select_from(joined).where(_O.id.in_(order_ids))
    width = len(order.c)
    lines = _lines(connection, order_ids)
    found: dict[str, ListedOrder] = {}
    for row in connection.execute(query):
        one = dict(zip((column.name for column in order.c), row[:width], strict=True))
        name, first, last, firm, number = row[width:]
        mine = lines.get(one["id"], [])
        found[one["id"]] = ListedOrder(
            id=one["id"],
            account_id=one["account_id"],
            number=one["remote_id"],
            market=one["market"],
            state=one["state"],
            remote_state=one["remote_state"],
            created_at=one["created_at"],
            ship_by=one["ship_by"],
            customer=f"{first or ''} {last or ''}".strip() or firm or name or "",
            title=mine[0][1] if mine else "",
            lines=len(mine),
            pieces=sum(line[2] for line in mine),
            price_minor=one["price_minor"],
            currency=one["currency"],
            conflicts=one["conflicts"],
            tracking=number or one["tracking_number"],
            ours=any(line[3] for line in mine),
            is_backship=one["is_backship"],
        )
    return [found[one] for one in order_ids if one in found]


def _lines(connection: Connection, order_ids: Sequence[str]) -> dict[str, list[tuple[str, str, int, bool]]]:
    words = func.coalesce(func.nullif(_L.title, ""), _L.sku_text)
    query = select(_L.order_id, words, _L.quantity, _L.ours).where(_L.order_id.in_(order_ids))
    found: dict[str, list[tuple[str, str, int, bool]]] = {}
    for order_id, title, quantity, ours in connection.execute(query.order_by(_L.remote_id)):
        found.setdefault(order_id, []).append((order_id, title, quantity, ours))
    return found


# ---------------------------------------------------------------- what narrows


def of_accounts(account_ids: Sequence[str]) -> Condition:
    """Orders of these accounts."""
    return _O.account_id == account_ids[0] if len(account_ids) == 1 else _O.account_id.in_(account_ids)


def in_states(*states: str) -> Condition:
    """Orders that stand in one of these states."""
    return _O.state == states[0] if len(states) == 1 else _O.state.in_(states)


def in_market(market: str) -> Condition:
    """Orders of this market."""
    return _O.market == market


def counted_in(first: int, last: int) -> Condition:
    """Orders that the figures count in these days (both included), whatever became of them."""
    return exists().where(_S.order_id == _O.id, _S.day.between(first, last))


def in_conflict() -> Condition:
    """Orders about which a person must decide something."""
    # A bound value would not find the index of those that have some.
    return _O.conflicts > literal_column("0")


def due_before(at: datetime) -> Condition:
    """Orders that had to leave before this moment."""
    return _O.ship_by < at


def fulfilled_here() -> Condition:
    """Orders of which bmdesk fulfils at least one line."""
    return exists().where(_L.order_id == _O.id, _L.ours.is_(True))


def to_pick() -> Condition:
    """Orders with a reserved unit that nobody has taken from its place yet."""
    a, i = t.allocation.c, p.pick_item.c
    picked = exists().where(i.line_id == a.line_id, i.unit_id == a.unit_id, i.picked_at.is_not(None))
    return exists().where(
        _L.order_id == _O.id,
        _L.state == LineState.ACCEPTED.value,
        a.line_id == _L.id,
        a.state == RESERVED,
        ~picked,
    )


def to_pack() -> Condition:
    """Orders with accepted lines that have all their pieces, or of counted goods, and no parcel yet."""
    short = exists().where(
        _L.order_id == _O.id,
        _L.state == LineState.ACCEPTED.value,
        _L.ours.is_(True),
        _L.named < _L.quantity,
        exists().where(t.conflict.c.line_id == _L.id, t.conflict.c.closed_at.is_(None)),
    )
    ours = exists().where(_L.order_id == _O.id, _L.state == LineState.ACCEPTED.value, _L.ours.is_(True))
    return and_(ours, ~short)


def said(connection: Connection, company_id: str, account_ids: Sequence[str], words: str) -> Condition:
    """Orders that these words name: the number of the order or of a line, a tracking number, an identifier (of a unit
    of ours, as the marketplace has it, or as Odoo delivered it), the name of who bought or where it went, an e-mail
    address.

    A number that leads to an order is nobody's name: then no name is looked at, which is what takes long.
    """
    numbered = _numbered(company_id, account_ids, words)
    delivered = odoo_sold.of_serial(connection, company_id, _compact(words))
    if delivered:
        numbered = or_(numbered, _O.id.in_([one.order_id for one in delivered]))
    if words.strip().isdigit():
        return numbered
    if len(words) >= _SHORTEST_NUMBER and any(sign.isdigit() for sign in words):
        known = select(_O.id).where(of_accounts(account_ids), numbered).limit(1)
        if connection.execute(known).first() is not None:
            return numbered
    return or_(numbered, _called(company_id, words))


_SHORTEST_NUMBER = 6
"""What is shorter may well begin a number and be a part of a name."""


def _numbered(company_id: str, account_ids: Sequence[str], words: str) -> Condition:
    """Orders with this number, or an identifier or a tracking number that begins so: all through an index."""
    text = words.strip()
    compact = _compact(text)
    mine = _L.account_id.in_(account_ids)
    a, i, parcel = t.allocation.c, u.identifier.c, p.parcel.c
    ways: list[Any] = [
        select(_L.order_id).where(mine, or_(_L.imei == compact, _L.serial == compact)),
        select(_L.order_id)
        .select_from(
            t.orderline.join(t.allocation, a.line_id == _L.id).join(u.identifier, i.unit_id == a.unit_id)
        )
        .where(i.company_id == company_id, _begins(i.value, compact)),
        select(parcel.order_id).where(parcel.account_id.in_(account_ids), _begins(parcel.number, compact)),
    ]
    if _is_number(text):
        ways.append(select(_L.order_id).where(mine, _L.remote_id == int(text)))
    tests: list[Condition] = [_O.id.in_(way) for way in ways]
    tests.append(_begins(_O.tracking_number, compact))
    if _is_number(text):
        tests.append(_O.remote_id == int(text))
    return or_(*tests)


def _compact(words: str) -> str:
    return "".join(words.upper().split())


def _called(company_id: str, words: str) -> Condition:
    """Orders of people, or to people, in whose name, firm or e-mail address each of these words stands."""
    place, person = c.order_address.c, c.customer.c
    every = words.split()[:6]
    written = (place.first_name, place.last_name, place.company, place.email)
    sent = select(place.order_id).where(*(or_(*(holds(each, one) for each in written)) for one in every))
    known = (or_(holds(person.name, one), holds(person.email, one)) for one in every)
    people = select(person.id).where(person.company_id == company_id, *known)
    return or_(_O.id.in_(sent), _O.customer_id.in_(people))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= _LARGEST


def _begins(column: ColumnElement[str], prefix: str) -> Condition:
    # A range, not LIKE: it goes through the index on every database.
    return and_(column >= prefix, column < prefix + _LAST)


# ---------------------------------------------------------------- one order


def named(connection: Connection, account_ids: Sequence[str], text: str) -> list[str]:
    """The orders (at most one an account) that somebody means by their id or by the marketplace's number."""
    tests: list[Condition] = [_O.id == text.upper()]
    if _is_number(text):
        tests.append(_O.remote_id == int(text))
    query = select(_O.id).where(_O.account_id.in_(account_ids), or_(*tests)).order_by(_O.id)
    return list(connection.execute(query.limit(20)).scalars())


def documents(connection: Connection, order_id: str) -> list[Row]:
    """The papers of an order, without what stands in them, oldest first."""
    d = p.document.c
    columns = (d.id, d.kind, d.name, d.size, d.state, d.blob, d.problem, d.at)
    query = select(*columns).where(d.order_id == order_id).order_by(d.id)
    return [dict(row) for row in connection.execute(query).mappings()]


# ---------------------------------------------------------------- handling


def fulfilled(connection: Connection, account_id: str) -> list[str]:
    """The account's open orders of which bmdesk fulfils a line."""
    query = select(_O.id).where(_O.account_id == account_id, _O.state.in_(_OPEN), fulfilled_here())
    return list(connection.execute(query.order_by(_O.id)).scalars())


def to_take_over(
    connection: Connection, company_id: str, account_ids: Sequence[str], limit: int = 500
) -> list[Row]:
    """Open lines that bmdesk does not fulfil, with what their listing is to us; the most urgent first."""
    q, sku = listings.listing.c, catalogue.sku.c
    by_text = and_(_L.listing_id.is_(None), sku.company_id == company_id, sku.text_key == _L.sku_key)
    columns = (
        _L.id.label("line_id"),
        _L.order_id,
        _O.remote_id.label("order_number"),
        _L.remote_id.label("number"),
        _L.sku_text,
        func.coalesce(sku.text, "").label("our_sku"),
        _L.title,
        _L.quantity,
        _L.state,
        _O.ship_by,
        _O.created_at,
        sku.id.is_not(None).label("linked"),
        func.coalesce(q.manage_stock, False).label("managed"),
    )
    query = (
        select(*columns)
        .select_from(
            t.orderline.join(t.customer_order, _L.order_id == _O.id)
            .outerjoin(listings.listing, _L.listing_id == q.id)
            .outerjoin(catalogue.sku, or_(q.sku_id == sku.id, by_text))
        )
        .where(
            _L.account_id.in_(account_ids),
            _L.ours.is_(False),
            _L.state.in_([one.value for one in NOT_PACKED]),
        )
        .order_by(_O.ship_by.asc().nulls_last(), _O.remote_id, _L.remote_id)
    )
    found = [dict(row) for row in connection.execute(query.limit(limit)).mappings()]
    return [{**row, "linked": bool(row["linked"]), "managed": bool(row["managed"])} for row in found]


def cancelled_lately(connection: Connection, account_id: str, since: datetime) -> tuple[int, int]:
    """Lines of orders made since this moment, and how many of them were cancelled or refunded before shipping."""
    taken_back = case((_L.remote_state.in_([Remote.CANCELLED, Remote.REFUNDED_BEFORE]), 1), else_=0)
    query = (
        select(func.count(), func.coalesce(func.sum(taken_back), 0))
        .select_from(t.orderline.join(t.customer_order, _L.order_id == _O.id))
        .where(_O.account_id == account_id, _O.created_at >= since)
    )
    lines, cancelled = connection.execute(query).one()
    return int(lines), int(cancelled)
