"""What was decided stands: on the word of whoever saw the device, and on records that are still there."""

from __future__ import annotations

from pathlib import Path

import pytest

from bmdesk.domain.unit import GoneReason
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import receiving, units_actions, units_import
from bmdesk.services.goods.receiving import BatchForm
from bmdesk.services.grading import bench, bench_view, repairs
from bmdesk.store.queries import units
from bmdesk.store.queries.units import UnitRow
from tests.desks import IMEIS, PHONE, Bench
from tests.wholeness import assert_whole

OWNER = Actor("OWNER", "owner", "office")


def graded_elsewhere(desk: Desk, folder: Path, grade: str = "FAIR", battery: int = 92) -> str:
    """A unit of a file; its id."""
    file = folder / "stock.csv"
    file.write_text(f"identifier,model,grade,battery\n{IMEIS[0]},{PHONE},{grade},{battery}\n", "utf-8")
    assert units_import.import_units(desk, OWNER, file).ready == 1
    unit_id = desk.read(lambda c: units.by_identifier(c, desk.company, IMEIS[0]))
    assert unit_id is not None
    return unit_id


def unit(desk: Desk, unit_id: str) -> UnitRow:
    return desk.read(lambda c: units.unit(c, unit_id))


@pytest.mark.parametrize(
    "steps", [(), ("BMD:ACC:BOX:YES",), ("BMD:DEFECT:BACK:SCRATCH:1",), ("BMD:HOLD:look",)]
)
def test_a_grade_given_elsewhere_is_not_raised_by_looking(
    at_bench: Bench, tmp_path: Path, steps: tuple[str, ...]
) -> None:
    unit_id = graded_elsewhere(at_bench.desk, tmp_path)
    at_bench.good(IMEIS[0], *steps)
    at_bench.good(*([IMEIS[0]] if "BMD:HOLD:look" in steps else []), "BMD:DONE")
    row = unit(at_bench.desk, unit_id)
    assert (row.grade, row.state, row.sku) == ("FAIR", "ready", f"{PHONE}-FAIR")
    assert_whole(at_bench.desk)


def test_a_grade_given_elsewhere_falls_with_a_defect_seen_here(at_bench: Bench, tmp_path: Path) -> None:
    unit_id = graded_elsewhere(at_bench.desk, tmp_path, "EXCELLENT")
    at_bench.good(IMEIS[0], "BMD:DEFECT:SCREEN:CRACK:3", "BMD:DONE")
    assert unit(at_bench.desk, unit_id).grade not in {"PREMIUM", "EXCELLENT"}


def test_after_a_repair_nothing_that_was_seen_elsewhere_counts(at_bench: Bench, tmp_path: Path) -> None:
    unit_id = graded_elsewhere(at_bench.desk, tmp_path)
    order = repairs.send_to_repair(at_bench.desk, OWNER, unit_id, "no sound")
    repairs.close_order(at_bench.desk, OWNER, order.id, "new speaker")
    assert at_bench.good(IMEIS[0], "BMD:DONE").code == "bench.held"
    codes = {b["code"] for b in at_bench.desk.read(lambda c: units.blockers(c, unit_id))}
    assert {"tests_missing", "erasure"} <= codes


def test_a_further_defect_does_not_raise_a_grade_that_a_person_lowered(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:GRADE:FAIR:worn all over")
    unit_id = at_bench.good("BMD:DEFECT:BACK:SCRATCH:2", "BMD:DONE").unit or ""
    assert unit(at_bench.desk, unit_id).grade == "FAIR"


def test_undo_comes_too_late_when_a_colleague_finished_the_unit(at_bench: Bench, anna: Bench) -> None:
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF")
    at_bench.good("BMD:ERASED:BLANCCO", "BMD:DEFECT:BACK:SCRATCH:3")
    seen = bench_view.view(at_bench.desk, at_bench.seat).unit
    assert seen is not None
    assert bench.remove_defect(at_bench.desk, at_bench.seat, seen.defects[0][0]).ok
    unit_id = anna.good(IMEIS[0], "BMD:DONE").unit or ""
    before = unit(anna.desk, unit_id)
    assert at_bench.scan("BMD:UNDO").code == "refused.undo_too_late.happened"
    assert unit(anna.desk, unit_id) == before, "the defect would be back under a grade that never saw it"
    anna.good("BMD:UNDO")
    at_bench.good("BMD:UNDO")


def test_a_unit_that_left_is_not_put_into_a_bin(at_bench: Bench) -> None:
    unit_id = at_bench.ready_unit()
    units_actions.mark_gone(at_bench.desk, OWNER, [unit_id], GoneReason.SCRAPPED)
    assert at_bench.scan("BMD:BIN:MAIN/A-1").code == "refused.unit_not_here.happened"
    assert unit(at_bench.desk, unit_id).location == ""


def test_a_batch_closed_in_the_office_takes_nothing_from_the_bench(at_bench: Bench) -> None:
    saved = receiving.open_batch(at_bench.desk, BatchForm("B1", "purchase"))
    at_bench.good("BMD:BATCH:B1")
    receiving.close_batch(at_bench.desk, saved.id)
    refused = at_bench.scan(IMEIS[0])
    assert (refused.code, refused.unit) == ("refused.batch_closed.happened", None)
    receiving.reopen_batch(at_bench.desk, saved.id)
    at_bench.good(IMEIS[0])


def test_undo_does_not_reach_into_a_stay_that_is_over(at_bench: Bench, anna: Bench) -> None:
    unit_id = at_bench.ready_unit()
    at_bench.good(IMEIS[0], "BMD:LABOUR:15")
    units_actions.mark_gone(at_bench.desk, OWNER, [unit_id], GoneReason.SOLD_ELSEWHERE)
    anna.good(IMEIS[0])
    assert at_bench.scan("BMD:UNDO").code == "refused.undo_too_late.happened"
    first = at_bench.desk.read(lambda c: units.stay(c, unit_id, 1))
    assert first is not None and first["labour_minutes"] == 15
