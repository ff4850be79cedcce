"""Warranties of sold units: kept one a sale, found by identifier, customer or order, and those near their end."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from bmdesk.store.queries import accounts
from bmdesk.store.tables import catalogue, customers, orders
from bmdesk.store.tables import parcels as t
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class WarrantyRow:
    """The warranty of one sale of a unit. All columns of its table but the company."""

    id: str
    unit_id: str
    stay_id: str
    line_id: str
    order_id: str
    begins: str
    months: int
    starts_on: str
    ends_on: str
    void: str


@dataclass(frozen=True, slots=True)
class ShownWarranty:
    """A warranty with whose and what it is. `order` is Back Market's number."""

    row: WarrantyRow
    identifier: str
    title: str
    grade: str
    order: int
    market: str
    customer_id: str | None
    customer: str


_W = t.warranty.c
_COLUMNS = tuple(_W[f.name] for f in fields(WarrantyRow))


def of_stay(connection: Connection, stay_id: str) -> WarrantyRow | None:
    """The warranty of this sale, or None."""
    row = connection.execute(select(*_COLUMNS).where(_W.stay_id == stay_id)).first()
    return WarrantyRow(*row) if row else None


def of_order(connection: Connection, order_id: str) -> list[WarrantyRow]:
    """The warranties of an order's units."""
    query = select(*_COLUMNS).where(_W.order_id == order_id).order_by(_W.id)
    return [WarrantyRow(*row) for row in connection.execute(query)]


def of_unit(connection: Connection, unit_id: str) -> list[WarrantyRow]:
    """All that this unit ever had, the newest first."""
    query = select(*_COLUMNS).where(_W.unit_id == unit_id).order_by(_W.starts_on.desc(), _W.id.desc())
    return [WarrantyRow(*row) for row in connection.execute(query)]


def add(tx: Tx, **values: Any) -> None:
    """The warranty of a sale. One a stay (a constraint)."""
    tx.told.add(values["unit_id"])
    row = {"id": tx.new_id(), "company_id": tx.company, "at": tx.now, "void": ""}
    tx.connection.execute(insert(t.warranty), {**row, **values})


def change(tx: Tx, warranty_id: str, **values: Any) -> None:
    """Change a warranty's row."""
    tx.told.update(tx.connection.execute(select(_W.unit_id).where(_W.id == warranty_id)).scalars())
    tx.connection.execute(update(t.warranty).where(_W.id == warranty_id).values(**values))


def void_line(tx: Tx, line_id: str, why: str) -> int:
    """The sale of this line was taken back: none of its warranties runs; how many did."""
    here = and_(_W.line_id == line_id, _W.void == "")
    tx.told.update(tx.connection.execute(select(_W.unit_id).where(here)).scalars())
    return tx.connection.execute(update(t.warranty).where(here).values(void=why)).rowcount


def page(
    connection: Connection,
    company_id: str,
    *,
    words: str = "",
    name: str = "",
    ends_from: str = "",
    ends_before: str = "",
    running: bool = True,
    after: tuple[str, str] | None = None,
    limit: int = 200,
) -> list[ShownWarranty]:
    """Warranties by the day they end, the soonest first, from the one after (day, id) on.

    `words`: an identifier, an order's number, or part of a customer's e-mail address; `name`: part of a customer's name
    as domain.customers.keys writes it, where the words may be one. `ends_from`: not those
    that ended before this day; `ends_before`: only those that end before it. `running`: none that is void.
    """
    o, c = orders.customer_order.c, customers.customer.c
    first = (
        select(func.min(u.identifier.c.value))
        .where(u.identifier.c.unit_id == _W.unit_id, u.identifier.c.kind == "imei")
        .scalar_subquery()
    )
    other = (
        select(func.min(u.identifier.c.value)).where(u.identifier.c.unit_id == _W.unit_id).scalar_subquery()
    )
    v, p = catalogue.variant.c, catalogue.product.c
    query = (
        select(
            *_COLUMNS,
            func.coalesce(first, other, ""),
            p.brand,
            p.model,
            v.storage,
            v.colour,
            u.unit.c.grade,
            o.remote_id,
            o.market,
            o.customer_id,
            func.coalesce(c.name, ""),
        )
        .select_from(
            t.warranty.join(orders.customer_order, _W.order_id == o.id)
            .join(u.unit, _W.unit_id == u.unit.c.id)
            .outerjoin(catalogue.variant, u.unit.c.variant_id == v.id)
            .outerjoin(catalogue.product, v.product_id == p.id)
            .outerjoin(customers.customer, o.customer_id == c.id)
        )
        .where(_W.company_id == company_id)
        .order_by(_W.ends_on, _W.id)
    )
    if running:
        query = query.where(_W.void == "")
    if ends_from:
        query = query.where(_W.ends_on >= ends_from)
    if ends_before:
        query = query.where(_W.ends_on < ends_before)
    if after is not None:
        query = query.where(or_(_W.ends_on > after[0], and_(_W.ends_on == after[0], _W.id > after[1])))
    if words.strip():
        query = query.where(_bears(company_id, words.strip()[:100], name))
    rows = connection.execute(query.limit(limit))
    size = len(_COLUMNS)
    return [
        ShownWarranty(
            WarrantyRow(*r[:size]), r[size], " ".join(x for x in r[size + 1 : size + 5] if x), *r[size + 5 :]
        )
        for r in rows
    ]


def _bears(company_id: str, words: str, name: str) -> ColumnElement[bool]:
    """Each way is looked up on its own, not tested for every warranty there is."""
    o, c, i = orders.customer_order.c, customers.customer.c, u.identifier.c
    devices = select(i.unit_id).where(i.company_id == company_id, i.value == words.upper())
    by_mail = c.email_key.contains(words.casefold(), autoescape=True)
    by_name = or_(by_mail, c.name_key.contains(name, autoescape=True)) if name else by_mail
    people = select(c.id).where(c.company_id == company_id, by_name)
    sold = select(o.id).where(o.customer_id.in_(people))
    found = [_W.unit_id.in_(devices), _W.order_id.in_(sold), _W.unit_id == words.upper()]
    if words.isdecimal() and len(words) <= 18:
        numbered = select(o.id).where(
            o.account_id.in_(accounts.ids_of(company_id)), o.remote_id == int(words)
        )
        found.append(_W.order_id.in_(numbered))
    return or_(*found)


def sku_months(connection: Connection, sku_id: str) -> int | None:
    """What the seller promises for this SKU; None: nothing beyond the setting."""
    sku = catalogue.sku.c
    return connection.execute(select(sku.warranty_months).where(sku.id == sku_id)).scalar()


def set_sku_months(tx: Tx, sku_id: str, months: int | None) -> None:
    """From now on this is promised for this SKU."""
    sku = catalogue.sku
    tx.connection.execute(update(sku).where(sku.c.id == sku_id).values(warranty_months=months))
