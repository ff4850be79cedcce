"""How many units of a SKU are there to be sold, in the pool of one account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, or_, select

from bmdesk.domain.markets import SYSTEM
from bmdesk.domain.unit import State
from bmdesk.store.tables import accounts as a
from bmdesk.store.tables import catalogue as c
from bmdesk.store.tables import listings
from bmdesk.store.tables import people as p
from bmdesk.store.tables import units as t


@dataclass(frozen=True, slots=True)
class Pool:
    """Which warehouses an account sells from: those given to it; the first account sells all that nobody else does."""

    account_id: str
    mine: tuple[str, ...]
    others: tuple[str, ...]
    rest: bool


@dataclass(frozen=True, slots=True)
class SkuStock:
    """The units of a SKU in a pool, by what they are to its listing."""

    sku_id: str
    text: str
    grade: str
    pieces: int | None
    listable: int
    leaving: int
    held: int


# Asked with every scan at packing, so built once: building a statement takes longer than running it.
_WAREHOUSES = select(a.warehouse_account.c.warehouse, a.warehouse_account.c.account_id).where(
    a.warehouse_account.c.company_id == bindparam("company")
)
_FIRST_ACCOUNT = select(func.min(a.account.c.id)).where(
    a.account.c.company_id == bindparam("company"), a.account.c.system == SYSTEM
)


def pool(connection: Connection, company_id: str, account_id: str) -> Pool:
    """The warehouses of this account."""
    rows = connection.execute(_WAREHOUSES, {"company": company_id}).all()
    first = connection.execute(_FIRST_ACCOUNT, {"company": company_id}).scalar()
    mine = tuple(row[0] for row in rows if row[1] == account_id)
    others = tuple(row[0] for row in rows if row[1] != account_id)
    return Pool(account_id, mine, others, rest=first == account_id)


def skus(connection: Connection, where: Pool, sku_ids: Sequence[str], now: datetime) -> dict[str, SkuStock]:
    """The stock of these SKUs (at most 500) in this pool. A unit whose answer of the gate is due counts as held."""
    leaving = _offered_elsewhere(where)
    ready = t.unit.c.state == State.READY.value
    fresh = or_(t.unit.c.recheck_at.is_(None), t.unit.c.recheck_at > now)
    query = (
        select(
            c.sku.c.id,
            c.sku.c.text,
            c.sku.c.grade,
            c.sku.c.pieces,
            func.coalesce(func.sum(case((ready & fresh & ~leaving, 1), else_=0)), 0),
            func.coalesce(func.sum(case((ready & fresh & leaving, 1), else_=0)), 0),
            func.coalesce(
                func.sum(case(((t.unit.c.state == State.HELD.value) | (ready & ~fresh), 1), else_=0)), 0
            ),
        )
        .select_from(c.sku.outerjoin(t.unit, (t.unit.c.sku_id == c.sku.c.id) & at_home(where)))
        .where(c.sku.c.id.in_(sku_ids))
        .group_by(c.sku.c.id, c.sku.c.text, c.sku.c.grade, c.sku.c.pieces)
    )
    return {row[0]: SkuStock(*row[:4], *(int(n) for n in row[4:])) for row in connection.execute(query)}


def offerable(connection: Connection, where: Pool, company_id: str, now: datetime) -> list[str]:
    """Every SKU of which this pool holds at least one listable unit, or counted pieces."""
    ready = t.unit.c.state == State.READY.value
    fresh = or_(t.unit.c.recheck_at.is_(None), t.unit.c.recheck_at > now)
    by_unit = (
        select(t.unit.c.sku_id)
        .where(t.unit.c.company_id == company_id, ready, fresh, t.unit.c.sku_id.is_not(None), at_home(where))
        .distinct()
    )
    counted = select(c.sku.c.id).where(c.sku.c.company_id == company_id, c.sku.c.pieces > 0)
    found = set(connection.execute(by_unit).scalars())
    if where.rest:
        found |= set(connection.execute(counted).scalars())
    return sorted(found)


def managed_of_grade(connection: Connection, company_id: str, grade: str) -> list[str]:
    """Every SKU of this grade of which some listing's quantity is bmdesk's to set."""
    offered = listings.listing.c
    query = (
        select(c.sku.c.id)
        .where(c.sku.c.company_id == company_id, c.sku.c.grade == grade)
        .where(select(offered.id).where(offered.sku_id == c.sku.c.id, offered.manage_stock).exists())
    )
    return list(connection.execute(query.order_by(c.sku.c.id)).scalars())


def due_of_skus(
    connection: Connection, company_id: str, sku_ids: Sequence[str], stamp: int, now: datetime
) -> list[str]:
    """Ready units of these SKUs about which the gate must be asked again before they are offered."""
    query = select(t.unit.c.id).where(
        t.unit.c.company_id == company_id,
        t.unit.c.sku_id.in_(sku_ids),
        t.unit.c.state == State.READY.value,
        or_(t.unit.c.recheck_at <= now, t.unit.c.policy_stamp < stamp),
    )
    return list(connection.execute(query).scalars())


def _offered_elsewhere(where: Pool) -> ColumnElement[bool]:
    """A listing that is not its SKU's own in this account may still offer the unit."""
    so, li = listings.still_offered.c, listings.listing.c
    other = or_(
        li.account_id != where.account_id,
        li.sku_id.is_(None),
        li.sku_id != t.unit.c.sku_id,
        li.carries.is_(False),
    )
    waits = select(so.unit_id).join(listings.listing, li.id == so.listing_id)
    return waits.where(so.unit_id == t.unit.c.id, other).exists()


def at_home(where: Pool) -> ColumnElement[bool]:
    """The unit lies in a warehouse of this pool."""
    warehouse = (
        select(p.location.c.warehouse).where(p.location.c.id == t.unit.c.location_id).scalar_subquery()
    )
    if where.rest:
        return or_(t.unit.c.location_id.is_(None), warehouse.not_in(where.others))
    return warehouse.in_(where.mine)


def is_inside(connection: Connection, where: Pool, location_id: object) -> bool:
    """Whether a place belongs to this pool."""
    if location_id is None:
        return where.rest
    named = select(p.location.c.warehouse).where(p.location.c.id == location_id)
    warehouse = connection.execute(named).scalar()
    return warehouse not in where.others if where.rest else warehouse in where.mine
