"""Customers, the addresses of their orders, and doubts about who is who.

A record that turned out to be another one's person points to it (`merged_into`, never further than one step); what is
asked of a customer is asked of all its records together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from bmdesk.domain.customers import Keys, Person
from bmdesk.store.tables import customers as t
from bmdesk.store.tables import orders, parcels
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Row, Tx

SHIPPING, BILLING, GIVEN_OUT = "shipping", "billing", "given_out"
SAME, OTHER = "same", "other"
_MOST_ALIKE = 250


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer, all columns of its table but the company's."""

    id: str
    name: str
    email: str
    phone: str
    country: str
    email_key: str
    proof_key: str
    name_key: str
    postcode_key: str
    phone_key: str
    merged_into: str | None
    created_at: datetime
    changed_at: datetime
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A customer in a list. `last_at`: the newest of its orders."""

    row: CustomerRow
    orders: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """Two records that may be one person, the older first."""

    customer_id: str
    other_id: str
    at: datetime


_C = t.customer.c
_CUSTOMER = select(*(_C[f.name] for f in fields(CustomerRow)))
_A = t.order_address.c
_ADDRESS = select(*(_A[f.name] for f in fields(Person)))
_ADDRESS_OF = _ADDRESS.where(_A.order_id == bindparam("order"), _A.kind == bindparam("which"))
_D = t.customer_doubt.c
_O = orders.customer_order.c

# What is asked for every page of a long history is built once: building it takes longer than running it.
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_MINE = _C.company_id == bindparam("company")
_ADDRESSES = select(_A.order_id, _A.kind, *(_A[f.name] for f in fields(Person))).where(_A.order_id.in_(_SOME))
_OWNERS = select(_O.id, _O.customer_id, _O.created_at).where(_O.id.in_(_SOME))
_OWN = update(orders.customer_order).where(_O.id == bindparam("key_id"))
_WITH_EMAIL = _CUSTOMER.where(_MINE, _C.email_key.in_(_SOME))
_WITH_PROOF = _CUSTOMER.where(_MINE, _C.proof_key.in_(_SOME))
_ROWS = _CUSTOMER.where(_MINE, _C.id.in_(_SOME)).order_by(_C.id)
_NEWEST = (
    select(_O.customer_id, func.max(_O.created_at))
    .where(_O.customer_id.in_(_SOME), _O.created_at.is_not(None))
    .group_by(_O.customer_id)
)
_NAMESAKES = (
    select(_C.id, _C.email_key, _C.name_key, _C.postcode_key, _C.phone_key)
    .where(
        _MINE,
        # The names go through the index; who is meant say the pairs.
        _C.name_key.in_(bindparam("names", expanding=True)),
        or_(
            tuple_(_C.name_key, _C.postcode_key).in_(bindparam("homes", expanding=True)),
            tuple_(_C.name_key, _C.phone_key).in_(bindparam("phones", expanding=True)),
        ),
        # Not `IS NULL`: SQLite takes that for a few rows, and would look at every customer instead.
        func.coalesce(_C.merged_into, "") == "",
    )
    .order_by(_C.id)
    .limit(_MOST_ALIKE)
)


def address(connection: Connection, order_id: str, kind: str) -> Person | None:
    """Where this order goes (`shipping`) or is billed to (`billing`), where a carrier's tool was told last that it goes
    (`given_out`), or None.
    """
    row = connection.execute(_ADDRESS_OF, {"order": order_id, "which": kind}).first()
    return Person(*row) if row else None


def addresses(connection: Connection, order_ids: Sequence[str]) -> dict[tuple[str, str], Person]:
    """The addresses of these orders (at most 500), by order and kind."""
    rows = connection.execute(_ADDRESSES, {"some": order_ids})
    return {(row[0], row[1]): Person(*row[2:]) for row in rows}


def add_addresses(tx: Tx, rows: Sequence[tuple[str, str, Person]]) -> None:
    """Addresses that are not there yet: order, kind, person."""
    if rows:
        tx.ordered.update(order_id for order_id, kind, _ in rows if kind != GIVEN_OUT)
        values = [{"order_id": order_id, "kind": kind, **_plain(one)} for order_id, kind, one in rows]
        tx.connection.execute(insert(t.order_address), values)


def set_address(tx: Tx, order_id: str, kind: str, person: Person) -> None:
    """Change an address of an order."""
    here = and_(_A.order_id == order_id, _A.kind == kind)
    tx.connection.execute(update(t.order_address).where(here).values(**_plain(person)))
    if kind != GIVEN_OUT:
        tx.ordered.add(order_id)


def owners(connection: Connection, order_ids: Sequence[str]) -> dict[str, tuple[str | None, datetime | None]]:
    """Whose these orders (at most 500) are, and when they were made."""
    rows = connection.execute(_OWNERS, {"some": order_ids})
    return {row[0]: (row[1], row[2]) for row in rows}


def set_owners(tx: Tx, owned: Mapping[str, str]) -> None:
    """Say whose these orders are: customer by order."""
    if owned:
        tx.sold.update(owned)
        tx.ordered.update(owned)
        values = [{"key_id": order_id, "customer_id": one} for order_id, one in owned.items()]
        tx.connection.execute(_OWN, values)


def with_proof(
    connection: Connection, company_id: str, emails: Sequence[str], proofs: Sequence[str]
) -> list[CustomerRow]:
    """Customers with any of these e-mail or proof keys (at most 50 of each), oldest first."""
    found: dict[str, CustomerRow] = {}
    for query, values in ((_WITH_EMAIL, emails), (_WITH_PROOF, proofs)):
        if values:
            some = connection.execute(query, {"company": company_id, "some": values})
            found |= {row[0]: CustomerRow(*row) for row in some}
    return sorted(found.values(), key=lambda row: row.id)


def namesakes(
    connection: Connection,
    company_id: str,
    homes: Sequence[tuple[str, str]],
    phones: Sequence[tuple[str, str]],
) -> dict[str, Keys]:
    """The keys of customers (by id) with one of these names and postcodes, or names and telephones (at most 50 of
    each); a bounded number, the oldest first.
    """
    if not homes and not phones:
        return {}
    names = sorted({name for name, _ in (*homes, *phones)})
    given = {"company": company_id, "names": names, "homes": homes, "phones": phones}
    return {row[0]: Keys(*row[1:]) for row in connection.execute(_NAMESAKES, given)}


def rows(connection: Connection, company_id: str, ids: Sequence[str]) -> list[CustomerRow]:
    """The customers with these ids (at most 500)."""
    if not ids:
        return []
    some = connection.execute(_ROWS, {"company": company_id, "some": ids})
    return [CustomerRow(*row) for row in some]


def customer(connection: Connection, company_id: str, customer_id: str) -> CustomerRow | None:
    """The customer with this id, whoever it was merged into; None where there is none."""
    row = _one(connection, company_id, _C.id == customer_id)
    if row is not None and row.merged_into is not None:
        return _one(connection, company_id, _C.id == row.merged_into)
    return row


def by_key(connection: Connection, company_id: str, column: str, value: str) -> CustomerRow | None:
    """The customer with this `email_key` or `proof_key`: the oldest of them; None for an empty value."""
    row = _one(connection, company_id, _C[column] == value) if value else None
    return customer(connection, company_id, row.id) if row is not None else None


def add_many(tx: Tx, new: Sequence[CustomerRow]) -> None:
    """New customers of the transaction's company."""
    if new:
        tx.connection.execute(insert(t.customer), [{"company_id": tx.company, **_plain(row)} for row in new])


def set_customer(tx: Tx, customer_id: str, **values: Any) -> None:
    """Change a customer's row."""
    here = update(t.customer).where(_C.id == customer_id)
    tx.connection.execute(here.values(changed_at=tx.now, **values))
    tx.buyers.add(customer_id)


def newest_orders(connection: Connection, customer_ids: Sequence[str]) -> dict[str, datetime]:
    """When the newest order of each of these records was made, as far as it was read."""
    found: dict[str, datetime] = {}
    for begin in range(0, len(customer_ids), 500):
        rows = connection.execute(_NEWEST, {"some": customer_ids[begin : begin + 500]})
        found |= {row[0]: row[1] for row in rows}
    return found


# ---------------------------------------------------------------- doubts


def doubt(tx: Tx, pairs: Sequence[tuple[str, str]]) -> None:
    """Two of each pair (the lesser id first) may be one person: asked once."""
    for begin in range(0, len(pairs), 200):
        some = pairs[begin : begin + 200]
        asked = select(_D.customer_id, _D.other_id).where(_D.customer_id.in_([first for first, _ in some]))
        known = {(row[0], row[1]) for row in tx.connection.execute(asked)}
        new_doubts(tx, [pair for pair in some if pair not in known])


def new_doubts(tx: Tx, pairs: Sequence[tuple[str, str]]) -> None:
    """The same of pairs that nobody can have asked about: one of each is new."""
    if pairs:
        values = [{"customer_id": one, "other_id": other, "at": tx.now, "answer": ""} for one, other in pairs]
        tx.connection.execute(insert(t.customer_doubt), values)


def doubts(connection: Connection, company_id: str, limit: int = 200) -> list[DoubtRow]:
    """What nobody answered yet, oldest first; not of records that are one meanwhile."""
    one, other = t.customer.alias("one"), t.customer.alias("other")
    query = (
        select(_D.customer_id, _D.other_id, _D.at)
        .select_from(
            t.customer_doubt.join(one, _D.customer_id == one.c.id).join(other, _D.other_id == other.c.id)
        )
        .where(
            one.c.company_id == company_id,
            _D.answer == "",
            one.c.merged_into.is_(None),
            other.c.merged_into.is_(None),
        )
    )
    rows = connection.execute(query.order_by(_D.at, _D.customer_id, _D.other_id).limit(limit))
    return [DoubtRow(*row) for row in rows]


def answer(tx: Tx, one: str, other: str, said: str, by: str) -> bool:
    """What a person said of these two, `same` or `other`; False where nobody had asked."""
    here = _pair(*sorted((one, other)))
    values = {"answer": said, "answered_by": by, "answered_at": tx.now}
    return tx.connection.execute(update(t.customer_doubt).where(here).values(**values)).rowcount > 0


def merge(tx: Tx, gone: str, into: str) -> None:
    """`gone` and all that had become it are `into` from now on; what was asked about it is asked about `into`."""
    moved = or_(_C.id == gone, _C.merged_into == gone)
    theirs = select(_O.id).where(_O.customer_id.in_(select(_C.id).where(moved)))
    tx.sold.update(found := tx.connection.execute(theirs).scalars().all())
    tx.ordered.update(found)
    tx.connection.execute(update(t.customer).where(moved).values(merged_into=into, changed_at=tx.now))
    open_ = and_(_D.answer == "", or_(_D.customer_id == gone, _D.other_id == gone))
    for one, other in tx.connection.execute(select(_D.customer_id, _D.other_id).where(open_)).all():
        rest = other if one == gone else one
        if rest != into:
            doubt(tx, [(min(into, rest), max(into, rest))])


def _pair(first: str, second: str) -> ColumnElement[bool]:
    return and_(_D.customer_id == first, _D.other_id == second)


# ---------------------------------------------------------------- lists


def page(
    connection: Connection, company_id: str, words: str = "", after: str = "", limit: int = 100
) -> list[Listed]:
    """Customers, the newest first, after this id: all these words stand in name, e-mail or telephone."""
    query = _CUSTOMER.where(_C.company_id == company_id, _C.merged_into.is_(None), _C.erased_at.is_(None))
    if after:
        query = query.where(_C.id < after)
    query = query.where(*_fitting(words))
    rows = [CustomerRow(*row) for row in connection.execute(query.order_by(_C.id.desc()).limit(limit))]
    counted = _orders_of(connection, [row.id for row in rows])
    return [Listed(row, *counted.get(row.id, (0, None))) for row in rows]


def count(connection: Connection, company_id: str, words: str = "") -> int:
    """How many customers `page` would show in all."""
    mine = (_C.company_id == company_id, _C.merged_into.is_(None), _C.erased_at.is_(None))
    query = select(func.count()).where(*mine)
    return connection.execute(query.where(*_fitting(words))).scalar_one()


def records(connection: Connection, customer_id: str) -> list[str]:
    """The ids of all records that are this person."""
    query = select(_C.id).where(or_(_C.id == customer_id, _C.merged_into == customer_id))
    return list(connection.execute(query.order_by(_C.id)).scalars())


def orders_of(connection: Connection, customer_ids: Sequence[str], limit: int = 500) -> list[Row]:
    """The orders of these records as rows, newest first."""
    query = select(orders.customer_order).where(_O.customer_id.in_(customer_ids))
    ordered = query.order_by(_O.created_at.desc(), _O.id.desc()).limit(limit)
    return [dict(row) for row in connection.execute(ordered).mappings()]


def devices_of(connection: Connection, customer_ids: Sequence[str], limit: int = 500) -> list[Row]:
    """Units that were promised or sold to these records, newest first.

    unit_id, identifier, title, order_id, number, state, warranty_until (ISO day or None), void.
    """
    a, line, w = orders.allocation.c, orders.orderline.c, parcels.warranty.c
    identifier = (
        select(func.min(u.identifier.c.value))
        .where(u.identifier.c.unit_id == a.unit_id, u.identifier.c.kind.in_(["imei", "serial"]))
        .scalar_subquery()
    )
    query = (
        select(
            a.unit_id,
            identifier.label("identifier"),
            line.title,
            line.order_id,
            _O.remote_id.label("number"),
            a.state,
            w.ends_on.label("warranty_until"),
            w.void,
        )
        .select_from(
            orders.allocation.join(orders.orderline, a.line_id == line.id)
            .join(orders.customer_order, line.order_id == _O.id)
            .outerjoin(parcels.warranty, and_(w.unit_id == a.unit_id, w.line_id == a.line_id))
        )
        .where(_O.customer_id.in_(customer_ids))
        .order_by(a.at.desc(), a.unit_id)
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _plain(value: Person | CustomerRow) -> Row:
    """The columns of a flat value; `asdict` copies deeply, and takes longer than the insert."""
    return {name: getattr(value, name) for name in value.__slots__}


def _one(connection: Connection, company_id: str, what: ColumnElement[bool]) -> CustomerRow | None:
    query = _CUSTOMER.where(_C.company_id == company_id, what).order_by(_C.id).limit(1)
    row = connection.execute(query).first()
    return CustomerRow(*row) if row else None


def _fitting(words: str) -> list[ColumnElement[bool]]:
    sought = [word.casefold() for word in words.split()[:8]]
    columns = (_C.name_key, func.lower(_C.name), _C.email_key, _C.phone)
    return [or_(*(column.contains(word, autoescape=True) for column in columns)) for word in sought]


def _orders_of(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[int, datetime | None]]:
    """How many orders, and when the newest, by the record that stands for the person."""
    person = func.coalesce(_C.merged_into, _C.id)
    query = (
        select(person, func.count(_O.id), func.max(_O.created_at))
        .select_from(t.customer.join(orders.customer_order, _O.customer_id == _C.id))
        .where(or_(_C.id.in_(ids), _C.merged_into.in_(ids)))
        .group_by(person)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}
