"""Refurbishment as stories: from the fault to a unit that is tested and graded anew."""

from __future__ import annotations

import pytest

from bmdesk.domain import history
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.units import UnknownUnit
from bmdesk.services.grading import bench_view, repairs
from bmdesk.services.grading.refusals import UnitInRepair
from bmdesk.services.grading.repairs import UnknownOrder, WordsNeeded
from bmdesk.store.queries import units
from bmdesk.store.queries.units import UnitRow
from tests.desks import IMEIS, Bench

TECH = Actor("TINA", "operator", "repair")


def unit(desk: Desk, unit_id: str) -> UnitRow:
    return desk.read(lambda c: units.unit(c, unit_id))


def blockers(desk: Desk, unit_id: str) -> list[str]:
    return [b["code"] for b in desk.read(lambda c: units.blockers(c, unit_id))]


def test_a_repaired_unit_is_tested_and_graded_anew(at_bench: Bench) -> None:
    desk = at_bench.desk
    unit_id = at_bench.ready_unit()
    order = repairs.send_to_repair(desk, TECH, unit_id, "screen is dark", "Tina")
    assert unit(desk, unit_id).state == "in_repair"
    assert "repair" in blockers(desk, unit_id)
    repairs.close_order(desk, TECH, order.id, "new screen")
    row = unit(desk, unit_id)
    assert (row.state, row.grade, row.sku) == ("inspecting", "", None)
    assert at_bench.good(IMEIS[0], "BMD:DONE").code == "bench.held"
    assert "tests_missing" in blockers(desk, unit_id)
    assert at_bench.good(IMEIS[0], "BMD:ALLPASS", "BMD:DONE").code == "bench.ready"


def test_parts_and_minutes_are_recorded_while_the_order_is_open_and_nothing_else(at_bench: Bench) -> None:
    desk = at_bench.desk
    unit_id = at_bench.ready_unit()
    at_bench.clock.advance(hours=1)
    repairs.send_to_repair(desk, TECH, unit_id, "battery is worn")
    at_bench.good(IMEIS[0], "BMD:PART:BATTERY:18.50", "BMD:PART:SCREEN:40", "BMD:LABOUR:35")
    assert at_bench.scan("BMD:ALLPASS").code == "refused.unit_in_repair.happened"
    at_bench.clock.advance(days=3)
    (line,) = repairs.queue(desk)
    assert (line.part_codes, [str(m) for m in line.parts_cost]) == (("BATTERY", "SCREEN"), ["58.50 EUR"])
    assert (line.labour_minutes, line.age_days, line.fault) == (35, 3, "battery is worn")
    assert (line.unit.identifier, line.unit.row.title) == (IMEIS[0], "Apple iPhone 13 128 GB Midnight")
    repairs.close_order(desk, TECH, line.id, "battery changed")
    at_bench.good("BMD:ALLPASS", "BMD:DONE")
    assert "new_battery" in blockers(desk, unit_id)  # the reading is older than the part


def test_the_unit_in_hand_goes_to_repair_and_the_hand_is_empty(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], "BMD:MODEL:IP13-128-BLK", "BMD:TEST:BOOT:FAIL")
    sent = repairs.send_in_hand_to_repair(at_bench.desk, at_bench.seat, "does not start")
    assert sent.ok and sent.finished
    assert bench_view.view(at_bench.desk, at_bench.seat).unit is None
    at_bench.good(IMEIS[1])  # the next device may come
    refused = repairs.send_in_hand_to_repair(at_bench.desk, at_bench.seat, "  ")
    assert (refused.ok, refused.code) == (False, "repairs.words_needed.happened")


def test_sending_to_repair_is_taken_back_like_a_scan(at_bench: Bench) -> None:
    unit_id = at_bench.good(IMEIS[0], "BMD:MODEL:IP13-128-BLK", "BMD:TEST:BOOT:FAIL").unit or ""
    repairs.send_in_hand_to_repair(at_bench.desk, at_bench.seat, "does not start")
    at_bench.good("BMD:UNDO")
    assert unit(at_bench.desk, unit_id).state == "inspecting"
    assert not repairs.queue(at_bench.desk)


def test_the_queue_shows_who_waits_for_what(at_bench: Bench) -> None:
    desk = at_bench.desk
    first = repairs.send_to_repair(desk, TECH, at_bench.ready_unit(), "screen", "Tina")
    at_bench.clock.advance(minutes=5)
    second = repairs.send_to_repair(desk, TECH, at_bench.ready_unit(IMEIS[1]), "camera")
    repairs.assign(desk, TECH, second.id, "Ali")
    repairs.wait_for_part(desk, TECH, first.id, "screen, black")
    assert [(line.state, line.waiting_for, line.technician) for line in repairs.queue(desk)] == [
        ("waiting", "screen, black", "Tina"), ("open", "", "Ali"),
    ]  # fmt: skip
    assert [line.id for line in repairs.queue(desk, "waiting")] == [first.id]
    repairs.part_arrived(desk, TECH, first.id)
    assert not repairs.queue(desk, "waiting")
    repairs.close_order(desk, TECH, first.id, "changed")
    assert [line.outcome for line in repairs.queue(desk, "closed")] == ["changed"]
    told = desk.read(lambda c: units.history(c, first.unit_id))
    assert [history.what(line["canonical"]).code for line in told[-4:]] == [
        "history.repair_opened", "history.repair_waits", "history.repair_goes_on", "history.repair_closed",
    ]  # fmt: skip


def test_a_unit_has_one_work_order_at_a_time(at_bench: Bench) -> None:
    unit_id = at_bench.ready_unit()
    order = repairs.send_to_repair(at_bench.desk, TECH, unit_id, "screen")
    with pytest.raises(UnitInRepair):
        repairs.send_to_repair(at_bench.desk, TECH, unit_id, "camera")
    repairs.close_order(at_bench.desk, TECH, order.id, "done")
    with pytest.raises(UnknownOrder):
        repairs.close_order(at_bench.desk, TECH, order.id, "done")
    repairs.send_to_repair(at_bench.desk, TECH, unit_id, "camera")


def test_an_order_needs_its_words_and_its_unit(at_bench: Bench) -> None:
    unit_id = at_bench.ready_unit()
    with pytest.raises(WordsNeeded):
        repairs.send_to_repair(at_bench.desk, TECH, unit_id, " \n ")
    with pytest.raises(UnknownUnit):
        repairs.send_to_repair(at_bench.desk, TECH, "NO-SUCH", "screen")
    assert unit(at_bench.desk, unit_id).state == "ready"
