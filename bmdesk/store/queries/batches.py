"""Batches and their expected lines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from bmdesk.domain.identifiers import sku_key
from bmdesk.store.tables import batches as t
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Row, Tx


def batch(connection: Connection, batch_id: str) -> Row:
    """The batch with this id; it must exist."""
    return dict(connection.execute(select(t.batch).where(t.batch.c.id == batch_id)).mappings().one())


def by_code(connection: Connection, company_id: str, code: str) -> Row | None:
    """The batch with this code, compared by its case-folded key."""
    query = select(t.batch).where(t.batch.c.company_id == company_id, t.batch.c.code_key == sku_key(code))
    found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def batches(connection: Connection, company_id: str) -> list[Row]:
    """All batches, newest first, with how many units came (`arrived`) and how many were promised (`expected`)."""
    arrived = select(func.count()).where(u.stay.c.batch_id == t.batch.c.id).scalar_subquery()
    expected = select(func.count()).where(t.expected_line.c.batch_id == t.batch.c.id).scalar_subquery()
    query = select(t.batch, arrived.label("arrived"), expected.label("expected"))
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


def expected_lines(connection: Connection, batch_id: str) -> list[Row]:
    """All lines of a batch's list in their order."""
    query = (
        select(t.expected_line).where(t.expected_line.c.batch_id == batch_id).order_by(t.expected_line.c.line)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def add_expected(tx: Tx, **values: Any) -> None:
    """One more promised line."""
    tx.connection.execute(insert(t.expected_line).values(id=tx.new_id(), **values))


def arrived(connection: Connection, batch_id: str) -> list[Row]:
    """The units that came with this batch: unit_id, arrived_at."""
    query = select(u.stay.c.unit_id, u.stay.c.arrived_at).where(u.stay.c.batch_id == batch_id)
    return [dict(row) for row in connection.execute(query.order_by(u.stay.c.arrived_at)).mappings()]


def counts(connection: Connection, batch_id: str) -> tuple[int, int]:
    """How many units came with a batch, and how many were promised."""
    came = select(func.count()).where(u.stay.c.batch_id == batch_id)
    promised = select(func.count()).where(t.expected_line.c.batch_id == batch_id)
    return connection.execute(came).scalar_one(), connection.execute(promised).scalar_one()
