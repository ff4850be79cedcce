"""What was recorded of a unit during its stay, read as the domain's values and written step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

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


def last_inspection(connection: Connection, stay_id: str) -> Row | None:
    """The newest inspection of this stay, open or closed."""
    i = t.inspection
    query = select(i).where(i.c.stay_id == stay_id).order_by(i.c.number.desc()).limit(1)
    found = connection.execute(query).mappings().first()
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
    c = t.test_result.c
    query = select(c.code, c.outcome, c.value, c.at).where(c.inspection_id == inspection_id).order_by(c.code)
    return tuple(TestResult(row[0], Outcome(row[1]), row[2], row[3]) for row in connection.execute(query))


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
    c = t.battery_reading.c
    query = (
        select(c.percent, c.cycles, c.method, c.at, c.design_mah, c.full_mah)
        .where(c.stay_id == stay_id, c.withdrawn.is_(False))
        .order_by(c.at.desc(), c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return BatteryReading(*row) if row else None


def set_battery(tx: Tx, reading_id: str, **values: Any) -> None:
    """Record a reading; remembered for UNDO."""
    tx.put(t.battery_reading, {"id": reading_id}, **values)


def locks(connection: Connection, stay_id: str) -> tuple[LockRecord, ...]:
    """The lock records of a stay."""
    c = t.lock_record.c
    query = select(c.kind, c.is_on, c.method, c.at).where(c.stay_id == stay_id).order_by(c.kind)
    return tuple(LockRecord(LockKind(row[0]), row[1], row[2], row[3]) for row in connection.execute(query))


def set_lock(tx: Tx, stay_id: str, kind: LockKind, **values: Any) -> None:
    """Record what was seen of one lock; remembered for UNDO."""
    tx.put(t.lock_record, {"stay_id": stay_id, "kind": kind.value}, **values)


def erasure(connection: Connection, stay_id: str) -> Erasure | None:
    """The erasure of a stay."""
    c = t.erasure.c
    row = connection.execute(select(c.method, c.certificate, c.at).where(c.stay_id == stay_id)).first()
    return Erasure(*row) if row else None


def set_erasure(tx: Tx, stay_id: str, **values: Any) -> None:
    """Record the erasure; remembered for UNDO."""
    tx.put(t.erasure, {"stay_id": stay_id}, **values)


def accessories(connection: Connection, stay_id: str) -> tuple[AccessoryRecord, ...]:
    """What came with the device."""
    c = t.accessory.c
    query = select(c.code, c.present).where(c.stay_id == stay_id).order_by(c.code)
    return tuple(AccessoryRecord(row[0], row[1]) for row in connection.execute(query))


def set_accessory(tx: Tx, stay_id: str, code: str, **values: Any) -> None:
    """Record one accessory; remembered for UNDO."""
    tx.put(t.accessory, {"stay_id": stay_id, "code": code}, **values)


def parts(connection: Connection, stay_id: str) -> tuple[PartRecord, ...]:
    """The parts put in during a stay."""
    c = r.part.c
    query = select(c.code, c.genuine, c.at).where(c.stay_id == stay_id, c.removed.is_(False)).order_by(c.id)
    return tuple(PartRecord(row[0], row[1], row[2]) for row in connection.execute(query))


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
    query = select(func.count()).where(t.photo.c.stay_id == stay_id, t.photo.c.removed.is_(False))
    return connection.execute(query).scalar_one()


def set_photo(tx: Tx, photo_id: str, **values: Any) -> None:
    """Attach a photo or take it away (`removed=True`); remembered for UNDO."""
    tx.put(t.photo, {"id": photo_id}, **values)


def check(connection: Connection, inspection_id: str) -> Row | None:
    """The second person's check of an inspection, asked or answered."""
    found = connection.execute(
        select(t.second_check).where(t.second_check.c.inspection_id == inspection_id)
    ).mappings()
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
    query = select(r.work_order).where(r.work_order.c.unit_id == unit_id, r.work_order.c.state != "closed")
    found = connection.execute(query).mappings().first()
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
    """The inspections closed last, newest first."""
    i = t.inspection.c
    query = select(i.unit_id, i.closed_at, i.graded_by).where(
        i.company_id == company_id, i.closed_at.is_not(None)
    )
    return [
        dict(row) for row in connection.execute(query.order_by(i.closed_at.desc()).limit(limit)).mappings()
    ]
