"""Work orders: one by its id, and the queue with what each has taken so far. Written by inspections.set_order."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bmdesk.store.tables import repairs as t
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Row


def order(connection: Connection, company_id: str, order_id: str) -> Row | None:
    """The work order with this id in this company, or None."""
    w = t.work_order
    found = connection.execute(select(w).where(w.c.id == order_id, w.c.company_id == company_id)).mappings()
    row = found.first()
    return dict(row) if row else None


def orders(connection: Connection, company_id: str, states: list[str], limit: int) -> list[Row]:
    """Work orders in these states with the labour of their stay; oldest first, closed ones newest first."""
    w = t.work_order
    query = (
        select(w, u.stay.c.labour_minutes)
        .select_from(w.join(u.stay, w.c.stay_id == u.stay.c.id))
        .where(w.c.company_id == company_id, w.c.state.in_(states))
        .limit(limit)
    )
    order_by = (w.c.closed_at.desc(), w.c.id.desc()) if states == ["closed"] else (w.c.opened_at, w.c.id)
    return [dict(row) for row in connection.execute(query.order_by(*order_by)).mappings()]


def parts_of(connection: Connection, stay_ids: list[str]) -> dict[str, list[Row]]:
    """The parts put in during these stays (at most 500), by stay, first to last."""
    p = t.part
    query = select(p).where(p.c.stay_id.in_(stay_ids), p.c.removed.is_(False)).order_by(p.c.at, p.c.id)
    found: dict[str, list[Row]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["stay_id"], []).append(dict(row))
    return found
