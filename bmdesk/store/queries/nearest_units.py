"""Units that come nearest to a SKU that has none left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, or_, select

from bmdesk.domain.grading import SCALE
from bmdesk.domain.unit import State
from bmdesk.store.queries.catalogue import SkuRow
from bmdesk.store.queries.stock import Pool, at_home
from bmdesk.store.tables import catalogue as c
from bmdesk.store.tables import orders as t
from bmdesk.store.tables import people as p
from bmdesk.store.tables import units as u

_MOST = 50
_COMING = (
    State.EXPECTED, State.RECEIVED, State.INSPECTING, State.IN_REPAIR, State.RETURNED, State.HELD,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Near:
    """A unit with what it is, where it lies and what it cost."""

    unit_id: str
    identifier: str
    title: str
    grade: str
    state: str
    location: str
    cost_minor: int | None
    cost_currency: str
    arrived_at: datetime | None


def better(connection: Connection, where: Pool, sku: SkuRow, now: datetime) -> list[Near]:
    """The same variant in the same or a better grade, free to be sold, the nearest grade first."""
    best = SCALE.index(sku.grade) if sku.grade in SCALE else 0
    grades = SCALE[: best + 1]
    query = _free(where, now).where(u.unit.c.variant_id == sku.variant_id, u.unit.c.grade.in_(grades))
    return _rows(connection, query)


def other_colour(connection: Connection, where: Pool, sku: SkuRow, now: datetime) -> list[Near]:
    """The same product and storage in another colour, in the grade that was sold or better, free to be sold."""
    best = SCALE.index(sku.grade) if sku.grade in SCALE else 0
    query = _free(where, now).where(
        u.unit.c.variant_id.in_(_siblings(sku)), u.unit.c.grade.in_(SCALE[: best + 1])
    )
    return _rows(connection, query)


def incoming(connection: Connection, where: Pool, sku: SkuRow) -> list[Near]:
    """Units of the variant that are expected, or not ready yet; those that were graded too low are left out."""
    best = SCALE.index(sku.grade) if sku.grade in SCALE else 0
    n = u.unit.c
    query = _select().where(
        n.variant_id == sku.variant_id,
        n.state.in_([state.value for state in _COMING]),
        or_(n.grade == "", n.grade.in_(SCALE[: best + 1])),
        or_(n.state == State.EXPECTED.value, at_home(where)),
    )
    return _rows(connection, query)


def _siblings(sku: SkuRow) -> Select[Any]:
    v = c.variant.c
    mine = c.variant.alias("mine").c
    same = and_(v.product_id == mine.product_id, v.storage == mine.storage, v.id != mine.id)
    return select(v.id).where(mine.id == sku.variant_id, same)


def _free(where: Pool, now: datetime) -> Select[Any]:
    n, s = u.unit.c, u.stay.c
    promised = exists(select(t.allocation.c.unit_id).where(t.allocation.c.stay_id == s.id))
    return _select().where(
        n.state == State.READY.value,
        or_(n.recheck_at.is_(None), n.recheck_at > now),
        ~promised,
        at_home(where),
    )


def _select() -> Select[Any]:
    n, s, v, product = u.unit.c, u.stay.c, c.variant.c, c.product.c
    shelf = p.location.alias("shelf")  # the pool asks for the location itself
    place = shelf.c
    i = u.identifier.c
    name = select(func.min(i.value)).where(i.unit_id == n.id).correlate(u.unit).scalar_subquery()
    columns = (
        n.id, name, product.brand, product.model, v.storage, v.colour, n.grade, n.state, place.warehouse, place.bin,
        s.cost_minor, s.cost_currency, s.arrived_at,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(
            u.unit.join(u.stay, and_(s.unit_id == n.id, s.number == n.stay_number))
            .join(c.variant, n.variant_id == v.id)
            .join(c.product, v.product_id == product.id)
            .outerjoin(shelf, n.location_id == place.id)
        )
        .order_by(s.arrived_at, n.id)
        .limit(_MOST)
    )


def _rows(connection: Connection, query: Select[Any]) -> list[Near]:
    found = []
    for row in connection.execute(query):
        unit_id, name, brand, model, storage, colour, grade, state, warehouse, bin_, cost, currency, at = row
        title = " ".join(word for word in (brand, model, storage, colour) if word)
        location = f"{warehouse}/{bin_}" if warehouse else ""
        found.append(Near(unit_id, name or "", title, grade, state, location, cost, currency or "", at))
    return found
