"""What was recorded of a unit during its stay, read as the domain's values and written step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from bmdesk.domain.battery import BatteryReading
from bmdesk.domain.inspection import (
    AccessoryRecord,
    Defect,
    Erasure,
    LockKind,
    LockRecord,
    Outcome,
    PartRecord,
    TestResult,
)
from bmdesk.store.tables import inspections as t
from bmdesk.store.tables import repairs as r
from bmdesk.store.transaction import Row, Tx

# What the gate reads with every scan, so built once: building a statement takes longer than running it.
_INSPECTION: BindParameter[str] = bindparam("inspection")
_STAY: BindParameter[str] = bindparam("stay")
_UNIT: BindParameter[str] = bindparam("unit")
_i, _b, _l, _e = t.inspection.c, t.battery_reading.c, t.lock_record.c, t.erasure.c
_t, _a, _p, _w = t.test_result.c, t.accessory.c, r.part.c, r.work_order.c
_LAST_INSPECTION = select(t.inspection).where(_i.stay_id == _STAY).order_by(_i.number.desc()).limit(1)
_TESTS = select(_t.code, _t.outcome, _t.value, _t.at).where(_t.inspection_id == _INSPECTION).order_by(_t.code)
_BATTERY = (
    select(_b.percent, _b.cycles, _b.method, _b.at, _b.design_mah, _b.full_mah)
    .where(_b.stay_id == _STAY, _b.withdrawn.is_(False))
    .order_by(_b.at.desc(), _b.id.desc())
    .limit(1)
)
_LOCKS = select(_l.kind, _l.is_on, _l.method, _l.at).where(_l.stay_id == _STAY).order_by(_l.kind)
_ERASURE = select(_e.method, _e.certificate, _e.at).where(_e.stay_id == _STAY)
_ACCESSORIES = select(_a.code, _a.present).where(_a.stay_id == _STAY).order_by(_a.code)
_PARTS = select(_p.code, _p.genuine, _p.at).where(_p.stay_id == _STAY, _p.removed.is_(False)).order_by(_p.id)
_CHECK = select(t.second_check).where(t.second_check.c.inspection_id == _INSPECTION)
_PHOTO_COUNT = select(func.count()).where(t.photo.c.stay_id == _STAY, t.photo.c.removed.is_(False))
_OPEN_ORDER = select(r.work_order).where(_w.unit_id == _UNIT, _w.state != "closed")


def last_inspection(connection: Connection, stay_id: str) -> Row | None:
    """The newest inspection of this stay, open or closed."""
    found = connection.execute(_LAST_INSPECTION, {"stay": stay_id}).mappings().first()
    return dict(found) if found else None


def inspections(connection: Connection, unit_id: str) -> list[Row]:
    """All inspections of a unit, first to last."""
    query = select(t.inspection).where(t.inspection.c.unit_id == unit_id).order_by(t.inspection.c.number)
    return [dict(row) for row in connection.execute(query).mappings()]


def next_number(connection: Connection, unit_id: str) -> int:
    """The number of a unit's next inspection."""
    query = select(func.max(t.inspection.c.number)).where(t.inspection.c.unit_id == unit_id)
    return (connection.execute(query).scalar() or 0) + 1


def set_inspection(tx: Tx, inspection_id: str, **values: Any) -> None:
    """Make or change an inspection; remembered for UNDO."""
    tx.put(t.inspection, {"id": inspection_id}, **values)


def tests(connection: Connection, inspection_id: str) -> tuple[TestResult, ...]:
    """The results of one inspection by code."""
    rows = connection.execute(_TESTS, {"inspection": inspection_id})
    return tuple(TestResult(row[0], Outcome(row[1]), row[2], row[3]) for row in rows)


def set_test(tx: Tx, inspection_id: str, code: str, **values: Any) -> None:
    """Record one result (the newest counts); remembered for UNDO."""
    tx.put(t.test_result, {"inspection_id": inspection_id, "code": code}, **values)


def add_tests(tx: Tx, inspection_id: str, codes: list[str], **values: Any) -> None:
    """Record one result for each of these codes, which have none yet; remembered for UNDO."""
    keys = [{"inspection_id": inspection_id, "code": code} for code in codes]
    tx.add(t.test_result, [({**key, **values}, key) for key in keys])


def defects(connection: Connection, inspection_id: str) -> list[tuple[str, Defect]]:
    """The standing defects of one inspection as (id, defect), oldest first."""
    c = t.defect.c
    query = select(c.id, c.zone, c.kind, c.severity).where(
        c.inspection_id == inspection_id, c.removed.is_(False)
    )
    return [(row[0], Defect(row[1], row[2], row[3])) for row in connection.execute(query.order_by(c.id))]


def set_defect(tx: Tx, defect_id: str, **values: Any) -> None:
    """Make a defect or take it away (`removed=True`); remembered for UNDO."""
    tx.put(t.defect, {"id": defect_id}, **values)


def battery(connection: Connection, stay_id: str) -> BatteryReading | None:
    """The newest battery reading of a stay."""
    row = connection.execute(_BATTERY, {"stay": stay_id}).first()
    return BatteryReading(*row) if row else None


def set_battery(tx: Tx, reading_id: str, **values: Any) -> None:
    """Record a reading; remembered for UNDO."""
    tx.put(t.battery_reading, {"id": reading_id}, **values)


def locks(connection: Connection, stay_id: str) -> tuple[LockRecord, ...]:
    """The lock records of a stay."""
    rows = connection.execute(_LOCKS, {"stay": stay_id})
    return tuple(LockRecord(LockKind(row[0]), row[1], row[2], row[3]) for row in rows)


def set_lock(tx: Tx, stay_id: str, kind: LockKind, **values: Any) -> None:
    """Record what was seen of one lock; remembered for UNDO."""
    tx.put(t.lock_record, {"stay_id": stay_id, "kind": kind.value}, **values)


def erasure(connection: Connection, stay_id: str) -> Erasure | None:
    """The erasure of a stay."""
    row = connection.execute(_ERASURE, {"stay": stay_id}).first()
    return Erasure(*row) if row else None


def set_erasure(tx: Tx, stay_id: str, **values: Any) -> None:
    """Record the erasure; remembered for UNDO."""
    tx.put(t.erasure, {"stay_id": stay_id}, **values)


def accessories(connection: Connection, stay_id: str) -> tuple[AccessoryRecord, ...]:
    """What came with the device."""
    rows = connection.execute(_ACCESSORIES, {"stay": stay_id})
    return tuple(AccessoryRecord(row[0], row[1]) for row in rows)


def set_accessory(tx: Tx, stay_id: str, code: str, **values: Any) -> None:
    """Record one accessory; remembered for UNDO."""
    tx.put(t.accessory, {"stay_id": stay_id, "code": code}, **values)


def parts(connection: Connection, stay_id: str) -> tuple[PartRecord, ...]:
    """The parts put in during a stay."""
    rows = connection.execute(_PARTS, {"stay": stay_id})
    return tuple(PartRecord(row[0], row[1], row[2]) for row in rows)


def part_rows(connection: Connection, stay_id: str) -> list[Row]:
    """The parts of a stay with their cost, for the screen."""
    query = (
        select(r.part).where(r.part.c.stay_id == stay_id, r.part.c.removed.is_(False)).order_by(r.part.c.id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def set_part(tx: Tx, part_id: str, **values: Any) -> None:
    """Put a part in or take it out (`removed=True`); remembered for UNDO."""
    tx.put(r.part, {"id": part_id}, **values)


def photos(connection: Connection, unit_id: str) -> list[Row]:
    """The standing photos of a unit, oldest first."""
    query = select(t.photo).where(t.photo.c.unit_id == unit_id, t.photo.c.removed.is_(False))
    return [dict(row) for row in connection.execute(query.order_by(t.photo.c.id)).mappings()]


def photo_count(connection: Connection, stay_id: str) -> int:
    """How many photos a stay has."""
    return connection.execute(_PHOTO_COUNT, {"stay": stay_id}).scalar_one()


def set_photo(tx: Tx, photo_id: str, **values: Any) -> None:
    """Attach a photo or take it away (`removed=True`); remembered for UNDO."""
    tx.put(t.photo, {"id": photo_id}, **values)


def check(connection: Connection, inspection_id: str) -> Row | None:
    """The second person's check of an inspection, asked or answered."""
    found = connection.execute(_CHECK, {"inspection": inspection_id}).mappings()
    row = found.first()
    return dict(row) if row else None


def set_check(tx: Tx, inspection_id: str, **values: Any) -> None:
    """Ask for or answer a second person's check; remembered for UNDO."""
    tx.put(t.second_check, {"inspection_id": inspection_id}, **values)


def drop_check(tx: Tx, inspection_id: str) -> None:
    """The check is asked for no more; remembered for UNDO."""
    tx.drop(t.second_check, inspection_id=inspection_id)


def open_order(connection: Connection, unit_id: str) -> Row | None:
    """The unit's work order that is not closed, or None."""
    found = connection.execute(_OPEN_ORDER, {"unit": unit_id}).mappings().first()
    return dict(found) if found else None


def set_order(tx: Tx, order_id: str, **values: Any) -> None:
    """Make or change a work order; remembered for UNDO."""
    tx.put(r.work_order, {"id": order_id}, **values)


def closed_between(connection: Connection, company_id: str, since: datetime, until: datetime) -> list[Row]:
    """Inspections closed in this span: unit, operator, opened, closed, grade; for the bench's pace."""
    i = t.inspection.c
    query = select(i.unit_id, i.operator, i.graded_by, i.opened_at, i.closed_at, i.grade).where(
        i.company_id == company_id, i.closed_at >= since, i.closed_at < until
    )
    return [dict(row) for row in connection.execute(query.order_by(i.closed_at)).mappings()]


def closed_last(connection: Connection, company_id: str, limit: int) -> list[Row]:
    """The units whose inspection was closed last, newest first, each once with its newest closing."""
    i = t.inspection.c
    query = select(i.unit_id, i.closed_at, i.graded_by).where(
        i.company_id == company_id, i.closed_at.is_not(None)
    )
    # A repaired unit was done twice today; a few rows more than asked for make up for those that fall away.
    rows = connection.execute(query.order_by(i.closed_at.desc()).limit(2 * limit + 20)).mappings()
    newest: dict[str, Row] = {}
    for row in rows:
        newest.setdefault(row["unit_id"], dict(row))
    return list(newest.values())[:limit]
