"""What the bench's screen asks beside the unit in hand: what was said of late, what became of today's units."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from bmdesk.store.tables import inspections as i
from bmdesk.store.tables import people as t
from bmdesk.store.tables import units as u

_LOOK_BACK = 5_000  # lines: a bench's week; further back nobody remembers either


def last_said(connection: Connection, company_id: str, code: str, limit: int) -> list[str]:
    """The newest scans of this company that were answered with `code`, as they were scanned, newest first."""
    s = t.scan_log.c
    newest = connection.execute(select(func.max(s.id)).where(s.company_id == company_id)).scalar() or 0
    query = select(s.text).where(
        s.company_id == company_id, s.code == code, s.ok.is_(True), s.id > newest - _LOOK_BACK
    )
    return list(connection.execute(query.order_by(s.id.desc()).limit(limit)).scalars())


def closed_by_state(connection: Connection, company_id: str, since: datetime) -> dict[str, int]:
    """The units whose inspection was closed since then, counted by the state they are in now."""
    looked = i.inspection.c
    query = (
        select(u.unit.c.state, func.count(looked.unit_id.distinct()))
        .select_from(i.inspection.join(u.unit, u.unit.c.id == looked.unit_id))
        .where(looked.company_id == company_id, looked.closed_at >= since)
        .group_by(u.unit.c.state)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def others_went_on(connection: Connection, unit_id: str, step_id: int, operator: str) -> bool:
    """Whether a step of somebody else followed this one on its unit, and stands."""
    s = u.step.c
    query = select(s.id).where(
        s.unit_id == unit_id, s.id > step_id, s.operator != operator, s.undone.is_(False)
    )
    return connection.execute(query.limit(1)).first() is not None
