"""What is told to Odoo of many units at once is what each unit's own page says of it."""

from __future__ import annotations

from sqlalchemy import event

from bmdesk.domain.inspection import Outcome
from bmdesk.services.desk import Desk
from bmdesk.services.goods import unit_detail
from bmdesk.services.goods.unit_detail import UnitDetail
from bmdesk.services.odoo.units import units_truth
from bmdesk.services.odoo.units.units_there import UnitThere
from bmdesk.store.engine import Connection
from bmdesk.store.queries import units
from bmdesk.system.clock import FixedClock
from tests.desks import IMEIS, PHONE, Bench


def told(desk: Desk, *unit_ids: str) -> dict[str, UnitThere]:
    return desk.read(lambda c: units_truth.read(c, desk, unit_ids))


def detail(desk: Desk, unit_id: str) -> UnitDetail:
    def work(connection: Connection) -> UnitDetail:
        return unit_detail.read(connection, unit_id, desk.today(desk.policies(connection), desk.clock.now()))

    return desk.read(work)


def test_a_batch_is_told_as_each_unit_is(desk: Desk, clock: FixedClock) -> None:
    bench = Bench(desk, clock)
    bench.good("BMD:BATCH:B-7")
    clean = bench.ready_unit(IMEIS[0])
    bench.good(IMEIS[1], f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:TEST:BOOT:FAIL", "BMD:BATTERY:71")
    bench.good("BMD:LOCK:ALL:OFF", "BMD:DEFECT:BACK:SCRATCH:2")
    worn = bench.good("BMD:DONE").unit
    assert worn is not None
    bench.good(IMEIS[0], "BMD:DEFECT:SCREEN:SCRATCH:1", "BMD:GRADE:FAIR:worn", "BMD:DONE")
    found = told(desk, clean, worn)
    assert list(found) == [clean, worn]
    for unit_id, there in found.items():
        seen = detail(desk, unit_id)
        assert seen.stay is not None and seen.last_inspection is not None
        assert there.identifier == seen.identifiers[0].value
        assert (there.grade, there.own_grade) == (seen.row.grade, seen.row.own_grade)
        assert (there.product.variant_id, there.product.name) == (seen.row.variant_id, seen.row.title)
        assert (there.source, there.batch) == (seen.stay.source, seen.stay.batch) and there.batch == "B-7"
        assert there.blockers == tuple(one.code.replace("_", " ") for one in seen.blockers)
        closed = [look for look in seen.inspections if look.closed_at is not None]
        assert [note.at for note in there.notes] == [look.closed_at for look in closed]
        for note, look in zip(there.notes, closed, strict=True):
            failed = [test.code for test in look.tests if test.outcome is Outcome.FAIL]
            assert f"{len(look.tests)} tests, {len(failed)} failed" in note.body
            assert all(f"{one.zone} {one.kind} {one.severity}" in note.body for one in look.defects)
    assert "1 failed (BOOT)" in found[worn].notes[0].body
    assert "SCREEN SCRATCH 1" in found[clean].notes[-1].body


def test_who_is_not_known_or_not_there_yet_is_left_out(desk: Desk, clock: FixedClock) -> None:
    bench = Bench(desk, clock)
    unnamed = bench.good(IMEIS[0]).unit
    ready = bench.ready_unit(IMEIS[1])
    expected = bench.ready_unit(IMEIS[2])
    desk.write(lambda tx: units.set_unit(tx, expected, state="expected"))
    assert unnamed is not None
    assert list(told(desk, unnamed, expected, ready)) == [ready]


def test_as_many_statements_for_five_as_for_one(desk: Desk, clock: FixedClock) -> None:
    bench = Bench(desk, clock)
    ids = [bench.ready_unit(imei) for imei in IMEIS]

    def asked(some: list[str]) -> int:
        def work(connection: Connection) -> int:
            seen: list[str] = []

            def note(_c: object, _k: object, statement: str, *_: object) -> None:
                seen.append(statement)

            event.listen(connection.engine, "before_cursor_execute", note)
            try:
                units_truth.read(connection, desk, some)
            finally:
                event.remove(connection.engine, "before_cursor_execute", note)
            return len(seen)

        return desk.read(work)

    assert asked(ids) == asked(ids[:1]) == 10
