"""Batches and their expected lines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, insert, or_, select, update

from bmdesk.domain.identifiers import Identifier, sku_key
from bmdesk.store.tables import batches as t
from bmdesk.store.tables import catalogue as c
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Row, Tx


def batch(connection: Connection, batch_id: str) -> Row:
    """The batch with this id; it must exist."""
    return dict(connection.execute(select(t.batch).where(t.batch.c.id == batch_id)).mappings().one())


def find(connection: Connection, company_id: str, batch_id: str) -> Row | None:
    """The batch with this id in this company, or None."""
    query = select(t.batch).where(t.batch.c.company_id == company_id, t.batch.c.id == batch_id)
    found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def by_code(connection: Connection, company_id: str, code: str) -> Row | None:
    """The batch with this code, compared by its case-folded key."""
    query = select(t.batch).where(t.batch.c.company_id == company_id, t.batch.c.code_key == sku_key(code))
    found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def batches(connection: Connection, company_id: str) -> list[Row]:
    """All batches, newest first, with their counts (`arrived`, `expected`, `found`)."""
    arrived = select(func.count()).where(u.stay.c.batch_id == t.batch.c.id).scalar_subquery()
    expected = select(func.count()).where(t.expected_line.c.batch_id == t.batch.c.id).scalar_subquery()
    found = _found(t.batch.c.id).scalar_subquery()
    query = select(t.batch, arrived.label("arrived"), expected.label("expected"), found.label("found"))
    query = query.where(t.batch.c.company_id == company_id).order_by(t.batch.c.id.desc())
    return [dict(row) for row in connection.execute(query).mappings()]


def save_batch(tx: Tx, batch_id: str | None, **values: Any) -> str:
    """Make a batch (None) or change it; the id."""
    if "code" in values:
        values["code_key"] = sku_key(values["code"])
    if batch_id is None:
        batch_id = tx.new_id()
        tx.connection.execute(
            insert(t.batch).values(id=batch_id, company_id=tx.company, opened_at=tx.now, **values)
        )
    else:
        tx.connection.execute(update(t.batch).where(t.batch.c.id == batch_id).values(**values))
    return batch_id


def expected_line(connection: Connection, batch_id: str, values: list[str]) -> Row | None:
    """The first line of this batch that names one of these identifiers."""
    e = t.expected_line
    query = select(e).where(e.c.batch_id == batch_id, e.c.identifier.in_(values)).order_by(e.c.line).limit(1)
    found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def add_expected(tx: Tx, **values: Any) -> None:
    """One more promised line."""
    tx.connection.execute(insert(t.expected_line).values(id=tx.new_id(), **values))


def lines_of(connection: Connection, batch_id: str, values: list[str]) -> dict[str, list[Row]]:
    """The lines of this batch that name these identifiers (at most 500), by identifier, first to last."""
    e = t.expected_line
    query = select(e).where(e.c.batch_id == batch_id, e.c.identifier.in_(values)).order_by(e.c.line, e.c.id)
    found: dict[str, list[Row]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["identifier"], []).append(dict(row))
    return found


def set_expected(tx: Tx, line_id: str, **values: Any) -> None:
    """Change a promised line; remembered for UNDO."""
    tx.put(t.expected_line, {"id": line_id}, **values)


def lines_to(connection: Connection, unit_id: str) -> list[Row]:
    """The promised lines that name this unit."""
    query = select(t.expected_line).where(t.expected_line.c.unit_id == unit_id)
    return [dict(row) for row in connection.execute(query.order_by(t.expected_line.c.id)).mappings()]


def let_go_of(tx: Tx, identifier: Identifier) -> None:
    """A unit that was only promised gives its number to the device that carries it; remembered for UNDO."""
    tx.drop(u.identifier, company_id=tx.company, kind=identifier.kind.value, value=identifier.value)


def matched_lines(connection: Connection, company_id: str, batch_id: str) -> list[Row]:
    """All lines of a list in their order, each with `here`: the unit of it that came with this batch, or None.

    Matched by identifier and not by the line's own unit: a device may be bound to its other number at the bench.
    """
    e, i = t.expected_line, u.identifier
    same = (i.c.company_id == company_id) & (i.c.value == e.c.identifier)
    came = (u.stay.c.unit_id == i.c.unit_id) & (u.stay.c.batch_id == batch_id)
    query = (
        select(e, u.stay.c.unit_id.label("here"))
        .select_from(e.outerjoin(i.join(u.stay, came), same))
        .where(e.c.batch_id == batch_id)
        .order_by(e.c.line, e.c.id)
    )
    found: dict[str, Row] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["id"], dict(row))
    return list(found.values())


def arrived_units(connection: Connection, batch_id: str) -> list[Row]:
    """The units that came with a batch, first to last: unit_id, arrived_at, identifier and the words of the title."""
    first = (
        select(func.min(u.identifier.c.value))
        .where(u.identifier.c.unit_id == u.stay.c.unit_id)
        .scalar_subquery()
    )
    query = (
        select(
            u.stay.c.unit_id,
            u.stay.c.arrived_at,
            first.label("identifier"),
            c.product.c.brand,
            c.product.c.model,
            c.variant.c.storage,
            c.variant.c.colour,
        )
        .select_from(
            u.stay.join(u.unit, u.stay.c.unit_id == u.unit.c.id)
            .outerjoin(c.variant, u.unit.c.variant_id == c.variant.c.id)
            .outerjoin(c.product, c.variant.c.product_id == c.product.c.id)
        )
        .where(u.stay.c.batch_id == batch_id)
        .order_by(u.stay.c.arrived_at, u.stay.c.id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def lacking(connection: Connection, batch_id: str, *, source: bool, cost: bool, limit: int) -> list[Row]:
    """Stays of this batch that came before somebody said its source (`source`) or cost (`cost`), oldest first."""
    wanted = []
    if source:
        wanted.append(u.stay.c.source == "")
    if cost:
        wanted.append(u.stay.c.cost_minor.is_(None))
    if not wanted:
        return []
    query = select(u.stay).where(u.stay.c.batch_id == batch_id, or_(*wanted))
    return [dict(row) for row in connection.execute(query.order_by(u.stay.c.id).limit(limit)).mappings()]


def counts(connection: Connection, batch_id: str) -> tuple[int, int, int]:
    """How many units came with a batch, how many were promised, and how many of those that came were promised."""
    came = select(func.count()).where(u.stay.c.batch_id == batch_id)
    promised = select(func.count()).where(t.expected_line.c.batch_id == batch_id)
    arrived, expected, found = (
        connection.execute(q).scalar_one() for q in (came, promised, _found(batch_id))
    )
    return arrived, expected, found


def _found(batch_id: Any) -> Select[int]:
    """As `matched_lines` matches: by identifier, because a device may be bound to its other number at the bench."""
    e, i, s = t.expected_line, u.identifier, u.stay.c
    promised = e.join(i, (e.c.identifier == i.c.value) & (e.c.batch_id == s.batch_id))
    named = select(i.c.unit_id).select_from(promised).where(i.c.unit_id == s.unit_id)
    return select(func.count()).select_from(u.stay).where(s.batch_id == batch_id, named.exists())
