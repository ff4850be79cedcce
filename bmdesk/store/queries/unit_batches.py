"""Facts of many units at once, a statement each for up to 500 of them: for whoever tells of hundreds.

All by unit, or by inspection where it is said; what a unit has none of is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, and_, bindparam, select

from bmdesk.domain.identifiers import Identifier, IdentifierKind
from bmdesk.domain.inspection import Defect, Outcome
from bmdesk.store.queries.units import UNIT_COLUMNS, UNIT_FROM, UnitRow, in_order
from bmdesk.store.tables import batches, catalogue, inspections, orders, parcels
from bmdesk.store.tables import units as t
from bmdesk.store.transaction import Row


@dataclass(frozen=True, slots=True)
class Covered:
    """A warranty: its first and last day, in ISO's words, Back Market's number of the order, and who bought."""

    starts: str
    ends: str
    order: int
    customer_id: str | None


_AT_ONCE = 500
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


_o = orders.customer_order.c
_u, _s, _i, _w = t.unit.c, t.stay.c, inspections.inspection.c, parcels.warranty.c
_t, _d, _p = inspections.test_result.c, inspections.defect.c, inspections.photo.c
_UNITS = select(*UNIT_COLUMNS).select_from(UNIT_FROM).where(_u.id.in_(_IDS))
_IDENTIFIERS = select(t.identifier.c.unit_id, t.identifier.c.kind, t.identifier.c.value).where(
    t.identifier.c.unit_id.in_(_IDS)
)
_EANS = select(catalogue.variant.c.id, catalogue.variant.c.ean).where(catalogue.variant.c.id.in_(_IDS))
_STAYS = (
    select(_s.unit_id, _s.id, _s.source, _s.cost_minor, _s.cost_currency, batches.batch.c.code.label("batch"))
    .select_from(
        t.stay.join(t.unit, and_(_u.id == _s.unit_id, _u.stay_number == _s.number)).outerjoin(
            batches.batch, batches.batch.c.id == _s.batch_id
        )
    )
    .where(_s.unit_id.in_(_IDS))
)
_BLOCKERS = (
    select(t.blocker.c.unit_id, t.blocker.c.code)
    .where(t.blocker.c.unit_id.in_(_IDS))
    .order_by(t.blocker.c.unit_id, t.blocker.c.position)
)
_INSPECTIONS = (
    select(_i.unit_id, _i.id, _i.stay_id, _i.closed_at, _i.operator, _i.grade, _i.own_grade)
    .where(_i.unit_id.in_(_IDS))
    .order_by(_i.unit_id, _i.number)
)
_OUTCOMES = (
    select(_t.inspection_id, _t.code, _t.outcome)
    .where(_t.inspection_id.in_(_IDS))
    .order_by(_t.inspection_id, _t.code)
)
_DEFECTS = (
    select(_d.inspection_id, _d.zone, _d.kind, _d.severity)
    .where(_d.inspection_id.in_(_IDS), _d.removed.is_(False))
    .order_by(_d.inspection_id, _d.id)
)
_PHOTOS = (
    select(_p.unit_id, _p.sha256, _p.name, _p.media_type)
    .where(_p.unit_id.in_(_IDS), _p.removed.is_(False))
    .order_by(_p.unit_id, _p.id)
)
_WARRANTIES = (
    select(_w.unit_id, _w.starts_on, _w.ends_on, _o.remote_id, _o.customer_id)
    .join_from(parcels.warranty, orders.customer_order, _o.id == _w.order_id)
    .where(_w.unit_id.in_(_IDS), _w.void == "")
    .order_by(_w.unit_id, _w.starts_on.desc(), _w.id.desc())
)


def units(connection: Connection, unit_ids: Iterable[str]) -> dict[str, UnitRow]:
    """The units' own rows."""
    return {row[0]: UnitRow(*row) for row in _rows(connection, _UNITS, unit_ids)}


def identifiers(connection: Connection, unit_ids: Iterable[str]) -> dict[str, tuple[Identifier, ...]]:
    """All identifiers of each, IMEI first."""
    found: dict[str, list[Identifier]] = {}
    for unit_id, kind, value in _rows(connection, _IDENTIFIERS, unit_ids):
        found.setdefault(unit_id, []).append(Identifier(IdentifierKind(kind), value))
    return {unit_id: in_order(theirs) for unit_id, theirs in found.items()}


def eans(connection: Connection, variant_ids: Iterable[str]) -> dict[str, str]:
    """The EAN of each variant, "" for none."""
    return {row[0]: row[1] for row in _rows(connection, _EANS, variant_ids)}


def present_stays(connection: Connection, unit_ids: Iterable[str]) -> dict[str, Row]:
    """The present stay: id, source, cost_minor, cost_currency, batch (its code or None)."""
    return {unit_id: stay for unit_id, (stay,) in _grouped(_rows(connection, _STAYS, unit_ids)).items()}


def blockers(connection: Connection, unit_ids: Iterable[str]) -> dict[str, list[str]]:
    """The codes of the stored blockers in their order."""
    found: dict[str, list[str]] = {}
    for unit_id, code in _rows(connection, _BLOCKERS, unit_ids):
        found.setdefault(unit_id, []).append(code)
    return found


def inspections_of(connection: Connection, unit_ids: Iterable[str]) -> dict[str, list[Row]]:
    """All inspections, first to last: id, stay_id, closed_at, operator, grade, own_grade."""
    return _grouped(_rows(connection, _INSPECTIONS, unit_ids))


def outcomes(connection: Connection, inspection_ids: Iterable[str]) -> dict[str, list[tuple[str, Outcome]]]:
    """By inspection: each test's code and outcome, by code."""
    found: dict[str, list[tuple[str, Outcome]]] = {}
    for inspection_id, code, outcome in _rows(connection, _OUTCOMES, inspection_ids):
        found.setdefault(inspection_id, []).append((code, Outcome(outcome)))
    return found


def defects(connection: Connection, inspection_ids: Iterable[str]) -> dict[str, list[Defect]]:
    """By inspection: the standing defects, oldest first."""
    found: dict[str, list[Defect]] = {}
    for inspection_id, *defect in _rows(connection, _DEFECTS, inspection_ids):
        found.setdefault(inspection_id, []).append(Defect(*defect))
    return found


def photos(connection: Connection, unit_ids: Iterable[str]) -> dict[str, list[Row]]:
    """The standing photos, oldest first: sha256, name, media_type."""
    return _grouped(_rows(connection, _PHOTOS, unit_ids))


def warranties(connection: Connection, unit_ids: Iterable[str]) -> dict[str, Covered]:
    """The newest warranty that is not void."""
    found: dict[str, Covered] = {}
    for unit_id, *row in _rows(connection, _WARRANTIES, unit_ids):
        found.setdefault(unit_id, Covered(*row))
    return found


def _rows(connection: Connection, query: Select[Any], ids: Iterable[str]) -> Iterator[Any]:
    asked: Sequence[str] = list(ids)
    for start in range(0, len(asked), _AT_ONCE):
        yield from connection.execute(query, {"ids": asked[start : start + _AT_ONCE]})


def _grouped(rows: Iterable[Any]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(row._asdict())
    return found
