"""Goods without units: SKUs whose pieces a person counts, and the order lines that take from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, update

from bmdesk.domain.stock import SHIPPED_STATES
from bmdesk.domain.unit import State
from bmdesk.store.queries.catalogue import SkuRow
from bmdesk.store.tables import accounts as a
from bmdesk.store.tables import catalogue as t
from bmdesk.store.tables import listings, orders
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Tx

_L = orders.orderline.c


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A SKU that is sold by counted pieces, with its product's code and words."""

    sku: SkuRow
    model_code: str
    title: str


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """A counted line that was shipped, and how many of its pieces no unit is named for."""

    id: str
    remote_id: int
    account_id: str
    listing_id: str | None
    sku_id: str
    open: int


_SKU = tuple(t.sku.c[f.name] for f in fields(SkuRow))
_ANY_COUNTED = select(t.sku.c.id).where(t.sku.c.pieces.is_not(None)).limit(1)


def skus_of_variant(connection: Connection, variant_id: str) -> list[SkuRow]:
    """The SKUs of this variant, counted or not."""
    query = select(*_SKU).where(t.sku.c.variant_id == variant_id)
    return [SkuRow(*row) for row in connection.execute(query)]


def all_counted(connection: Connection, company_id: str, limit: int = 10_000) -> list[CountedRow]:
    """Every SKU that is sold by counted pieces, by its text."""
    v, p = t.variant.c, t.product.c
    query = (
        select(*_SKU, v.model_code, p.brand, p.model, v.storage, v.colour)
        .select_from(t.sku.join(t.variant, t.sku.c.variant_id == v.id).join(t.product))
        .where(t.sku.c.company_id == company_id, t.sku.c.pieces.is_not(None))
    )
    rows = connection.execute(query.order_by(t.sku.c.text_key).limit(limit)).all()
    return [CountedRow(SkuRow(*r[:6]), r[6], " ".join(word for word in r[7:] if word)) for r in rows]


def set_pieces(tx: Tx, sku_id: str, pieces: int | None) -> None:
    """So many lie there; None: sold by units."""
    tx.connection.execute(update(t.sku).where(t.sku.c.id == sku_id).values(pieces=pieces))


def units_of_variant(connection: Connection, variant_id: str) -> int:
    """Units of this variant, of whatever grade, that are in the house, expected, or may be sold from here."""
    away = [State.SHIPPED.value, State.GONE.value]
    query = select(func.count()).where(u.unit.c.variant_id == variant_id, u.unit.c.state.not_in(away))
    return connection.execute(query).scalar_one()


def accounts_offering(connection: Connection, sku_id: str) -> list[str]:
    """The accounts that have a listing of this SKU."""
    q = listings.listing.c
    query = select(q.account_id).where(q.sku_id == sku_id).distinct().order_by(q.account_id)
    return list(connection.execute(query).scalars())


def shipped_lines_of(connection: Connection, company_id: str, sku_id: str) -> list[ShippedLine]:
    """Lines of this SKU that were shipped and still come off its quantity, whatever it is sold by."""
    mine = select(a.account.c.id).where(a.account.c.company_id == company_id)
    here = and_(_L.account_id.in_(mine), t.sku.c.id == sku_id)
    return _shipped(connection, here)


def shipped_lines(
    connection: Connection, account_id: str, line_ids: Sequence[str] | None = None
) -> list[ShippedLine]:
    """Lines of counted SKUs that were shipped and still come off the quantity; of these lines, or of all."""
    if connection.execute(_ANY_COUNTED).scalar() is None:
        return []
    here = and_(_L.account_id == account_id, t.sku.c.pieces.is_not(None))
    return _shipped(connection, here if line_ids is None else and_(here, _L.id.in_(line_ids)))


def name_pieces(tx: Tx, line_id: str, pieces: int) -> None:
    """So many pieces of this line are accounted for: they come off the quantity no more."""
    tx.connection.execute(
        update(orders.orderline).where(_L.id == line_id).values(named=_L.named + pieces, changed_at=tx.now)
    )
    tx.ordered_lines.add(line_id)


def _shipped(connection: Connection, narrowed: ColumnElement[bool]) -> list[ShippedLine]:
    """By the link of the line's listing, and for lines without a listing by the text of the SKU."""
    q = listings.listing.c
    columns = (_L.id, _L.remote_id, _L.account_id, _L.listing_id, t.sku.c.id, _L.quantity - _L.named)
    open_ = and_(
        _L.counts.is_(True),
        _L.remote_state.in_(sorted(SHIPPED_STATES)),
        _L.named < _L.quantity,
    )
    by_link: Select[Any] = (
        select(*columns)
        .select_from(
            t.sku.join(listings.listing, q.sku_id == t.sku.c.id).join(orders.orderline, _L.listing_id == q.id)
        )
        .where(open_)
    )
    mine = select(a.account.c.id).where(a.account.c.company_id == t.sku.c.company_id)
    by_text: Select[Any] = (
        select(*columns)
        .select_from(t.sku.join(orders.orderline, _L.sku_key == t.sku.c.text_key))
        .where(open_, _L.listing_id.is_(None), _L.account_id.in_(mine))
    )
    both = (by_link.where(narrowed), by_text.where(narrowed))
    found = [ShippedLine(*row) for query in both for row in connection.execute(query)]
    return sorted(found, key=lambda line: line.remote_id)
