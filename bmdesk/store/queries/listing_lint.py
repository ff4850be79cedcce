"""All listings of an account with what their mistakes are found by, in few statements; and what a person lets stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from bmdesk.domain.unit import State
from bmdesk.store.queries.listings import LISTING, ListingRow
from bmdesk.store.queries.stock import Pool, at_home
from bmdesk.store.tables import listings as t
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Tx


class MarketCell(NamedTuple):
    """A listing in a market in which it was read, as far as a mistake can lie there.

    A tuple, because there are tens of thousands.
    """

    listing_id: str
    market: str
    currency: str
    price_minor: int | None
    min_minor: int | None
    max_minor: int | None
    has_comment: bool
    publication_state: int | None
    paused: bool
    wanted_minor: int | None
    wanted_currency: str
    is_foreign: bool
    """A second writer's price stands there and waits for a person."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A mistake that a person lets stand."""

    listing_id: str
    code: str
    market: str
    reason: str
    by: str
    at: datetime
    digest: str


def all_of(
    connection: Connection, account_id: str, product_id: str | None = None, listing_id: str = ""
) -> list[ListingRow]:
    """Every listing of the account that is still at the marketplace, by its SKU; `product_id`: only those of this
    product, and this listing.
    """
    l = t.listing.c  # noqa: E741 - short, and nothing else is near
    query = LISTING.where(l.account_id == account_id, l.missing_since.is_(None))
    if product_id is not None:
        twins = func.lower(l.product_id) == product_id.lower()
        query = query.where((l.id == listing_id) | twins if product_id else l.id == listing_id)
    return [ListingRow(*row) for row in connection.execute(query.order_by(l.sku_key, l.id)).all()]


def cells(
    connection: Connection, account_id: str, only: Collection[str] | None = None
) -> dict[str, list[MarketCell]]:
    """The markets in which each listing of the account was read, or of these (at most 500), by listing."""
    m = t.listing_market.c
    query = (
        select(
            *(m.listing_id, m.market, m.currency, m.price_minor, m.min_minor, m.max_minor),
            func.trim(m.comment) != "",
            *(m.publication_state, m.paused, m.wanted_minor, m.wanted_currency),
            m.foreign_minor.is_not(None),
        )
        .join(t.listing, t.listing.c.id == m.listing_id)
        .where(t.listing.c.account_id == account_id, m.read_at.is_not(None))
        .order_by(m.listing_id, m.market)
    )
    if only is not None:
        query = query.where(m.listing_id.in_(only))
    found: dict[str, list[MarketCell]] = {}
    for row in connection.execute(query).all():
        found.setdefault(row[0], []).append(MarketCell._make(row))
    return found


def grades_there(connection: Connection, company_id: str, where: Pool) -> dict[str, dict[str, int]]:
    """Ready units in this pool by variant and grade."""
    n = u.unit.c
    query = (
        select(n.variant_id, n.grade, func.count())
        .where(
            n.company_id == company_id,
            n.state == State.READY.value,
            n.variant_id.is_not(None),
            n.grade != "",
            at_home(where),
        )
        .group_by(n.variant_id, n.grade)
    )
    found: dict[str, dict[str, int]] = {}
    for variant_id, grade, number in connection.execute(query):
        found.setdefault(variant_id, {})[grade] = number
    return found


def ignored(connection: Connection, account_id: str) -> dict[tuple[str, str, str], Ignored]:
    """What a person lets stand in this account, by listing, code and market."""
    i = t.lint_ignored
    query = (
        select(*(i.c[one.name] for one in fields(Ignored)))
        .join(t.listing, t.listing.c.id == i.c.listing_id)
        .where(t.listing.c.account_id == account_id)
    )
    rows = (Ignored(*row) for row in connection.execute(query))
    return {(row.listing_id, row.code, row.market): row for row in rows}


def ignore(tx: Tx, listing_id: str, code: str, market: str, *, reason: str, by: str, digest: str) -> None:
    """Let this mistake stand; what was said of it before is replaced."""
    i = t.lint_ignored
    key = {"listing_id": listing_id, "code": code, "market": market}
    values = {"reason": reason, "by": by, "at": tx.now, "digest": digest}
    here = (i.c.listing_id == listing_id, i.c.code == code, i.c.market == market)
    if tx.connection.execute(update(i).where(*here).values(**values)).rowcount == 0:
        tx.connection.execute(insert(i).values(**key, **values))


def heed(tx: Tx, listing_id: str, code: str, markets: Collection[str]) -> int:
    """Say these again; how many were let stand."""
    i = t.lint_ignored
    here = (i.c.listing_id == listing_id, i.c.code == code, i.c.market.in_(markets))
    return tx.connection.execute(delete(i).where(*here)).rowcount
