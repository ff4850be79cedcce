"""The bench as stories: what an operator scans, and what becomes of the unit."""

from __future__ import annotations

from bmdesk.services.grading import bench_view
from bmdesk.store.queries import units
from tests.desks import IMEIS, PHONE, Bench


def test_a_clean_phone_is_ready_after_six_scans_when_the_batch_knows_the_rest(at_bench: Bench) -> None:
    at_bench.good("BMD:BATCH:B1", f"BMD:MODEL:{PHONE}")
    scans = (
        IMEIS[0], "BMD:ALLPASS", "BMD:BATTERY:88", "BMD:LOCK:ALL:OFF", "BMD:ERASED:BLANCCO", "BMD:DONE",
    )  # fmt: skip
    assert at_bench.good(*scans).code == "bench.ready"
    assert len(scans) == 6


def test_done_names_every_blocker_that_holds_a_unit(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:ALLPASS")
    done = at_bench.good("BMD:DONE")
    assert done.code == "bench.held"
    unit = at_bench.desk.read(lambda c: units.unit(c, done.unit or ""))
    assert unit.state == "held"


def test_another_device_is_refused_while_the_one_in_hand_is_open(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:TEST:BOOT:PASS")
    refused = at_bench.scan(IMEIS[1])
    assert not refused.ok
    assert bench_view.view(at_bench.desk, at_bench.seat).unit is not None


def test_undo_after_done_takes_the_unit_back_into_the_hand(at_bench: Bench) -> None:
    unit_id = at_bench.ready_unit()
    at_bench.good("BMD:UNDO")
    seen = bench_view.view(at_bench.desk, at_bench.seat).unit
    assert seen is not None
    assert (seen.row.id, seen.row.state) == (unit_id, "inspecting")


def test_a_unit_done_twice_stands_once_among_the_recent_ones(at_bench: Bench) -> None:
    unit_id = at_bench.ready_unit()
    at_bench.good("BMD:UNDO", "BMD:DONE", IMEIS[0], "BMD:DEFECT:BACK:SCRATCH:2", "BMD:DONE")
    assert [unit.id for unit in bench_view.recent(at_bench.desk)] == [unit_id]
