"""What an office does to many units at once: each for itself, each with its line in the history."""

from __future__ import annotations

from pathlib import Path

import pytest

from bmdesk.domain import history
from bmdesk.domain.unit import GoneReason
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import units_actions
from bmdesk.services.goods.units_actions import BadCost, BadPlace, HoldReasonNeeded, UnknownPhoto
from bmdesk.services.grading import bench, bench_view, repairs
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.store.queries import inspections, units
from bmdesk.store.queries.units import UnitRow
from tests.desks import IMEIS, Bench
from tests.photo_files import png

CLERK = Actor("CLEO", "operator", "office")
OWNER = Actor("OWNER", "owner", "office")


def unit(desk: Desk, unit_id: str) -> UnitRow:
    return desk.read(lambda c: units.unit(c, unit_id))


def last_line(desk: Desk, unit_id: str) -> str:
    return history.what(desk.read(lambda c: units.history(c, unit_id))[-1]["canonical"]).code


def test_one_refused_unit_does_not_stop_the_others(at_bench: Bench) -> None:
    desk = at_bench.desk
    first, second = at_bench.ready_unit(IMEIS[0]), at_bench.ready_unit(IMEIS[1])
    repairs.send_to_repair(desk, CLERK, second, "screen")
    outcome = units_actions.hold(desk, CLERK, [second, "NOBODY", first], "customer asked")
    assert outcome.done == (first,)
    assert [(r.unit_id, r.reason.code) for r in outcome.refused] == [
        (second, "refused.unit_in_repair.happened"), ("NOBODY", "units.unknown.happened"),
    ]  # fmt: skip
    assert (unit(desk, first).state, unit(desk, second).state) == ("held", "in_repair")


def test_a_released_unit_is_ready_again_only_if_the_gate_says_so(at_bench: Bench) -> None:
    desk = at_bench.desk
    clean = at_bench.ready_unit(IMEIS[0])
    poor = at_bench.good(IMEIS[1], "BMD:MODEL:IP13-128-BLK", "BMD:DONE").unit or ""
    units_actions.hold(desk, CLERK, [clean, poor], "look again")
    assert units_actions.release(desk, CLERK, [clean, poor]).done == (clean, poor)
    assert (unit(desk, clean).state, unit(desk, poor).state) == ("ready", "held")
    again = units_actions.release(desk, CLERK, [clean])
    assert [r.reason.code for r in again.refused] == ["units_actions.not_on_hold.happened"]


def test_a_unit_held_from_the_office_is_in_nobodys_hand(at_bench: Bench) -> None:
    unit_id = at_bench.good(IMEIS[0], "BMD:MODEL:IP13-128-BLK", "BMD:TEST:BOOT:PASS").unit or ""
    units_actions.hold(at_bench.desk, CLERK, [unit_id], "stolen?")
    assert bench_view.view(at_bench.desk, at_bench.seat).unit is None
    with pytest.raises(HoldReasonNeeded):
        units_actions.hold(at_bench.desk, CLERK, [unit_id], " ")


def test_units_are_moved_by_the_hundred(at_bench: Bench) -> None:
    desk = at_bench.desk
    unit_id = at_bench.ready_unit()
    assert units_actions.move_to_bin(desk, CLERK, [unit_id] * 250, "b-07").done == (unit_id,)
    assert unit(desk, unit_id).location == "MAIN/B-07"
    units_actions.move_to_bin(desk, CLERK, [unit_id], "shop/1")
    assert unit(desk, unit_id).location == "SHOP/1"
    with pytest.raises(BadPlace):
        units_actions.move_to_bin(desk, CLERK, [unit_id], "shelf number four")


def test_only_a_supervisor_marks_a_unit_as_gone_and_its_order_ends_with_it(at_bench: Bench) -> None:
    desk = at_bench.desk
    unit_id = at_bench.ready_unit()
    repairs.send_to_repair(desk, CLERK, unit_id, "screen")
    with pytest.raises(NotAllowed):
        units_actions.mark_gone(desk, CLERK, [unit_id], GoneReason.SCRAPPED)
    assert units_actions.mark_gone(desk, OWNER, [unit_id], GoneReason.SCRAPPED).done == (unit_id,)
    row = unit(desk, unit_id)
    assert (row.state, row.gone_reason, row.location) == ("gone", "scrapped", "")
    assert not repairs.queue(desk)
    assert last_line(desk, unit_id) == "history.gone"
    at_bench.good(IMEIS[0])  # it turns up again: a new stay
    assert (unit(desk, unit_id).state, unit(desk, unit_id).stay_number) == ("received", 2)


def test_only_the_owner_corrects_what_was_paid(at_bench: Bench) -> None:
    desk = at_bench.desk
    unit_id = at_bench.ready_unit()
    with pytest.raises(NotAllowed):
        units_actions.correct_cost(desk, CLERK, unit_id, "180")
    units_actions.correct_cost(desk, OWNER, unit_id, "180,50")
    stay = desk.read(lambda c: units.stay(c, unit_id, 1))
    assert stay is not None and (stay["cost_minor"], stay["cost_currency"]) == (18050, "EUR")
    assert last_line(desk, unit_id) == "history.cost"
    with pytest.raises(BadCost):
        units_actions.correct_cost(desk, OWNER, unit_id, "-1")


def test_a_removed_photo_stays_in_the_history(at_bench: Bench, tmp_path: Path) -> None:
    desk = at_bench.desk
    unit_id = at_bench.good(IMEIS[0], "BMD:MODEL:IP13-128-BLK").unit or ""
    assert bench.attach_photo(desk, at_bench.seat, png(tmp_path / "front.png")).ok
    (photo,) = desk.read(lambda c: inspections.photos(c, unit_id))
    units_actions.remove_photo(desk, CLERK, unit_id, photo["sha256"])
    assert not desk.read(lambda c: inspections.photos(c, unit_id))
    assert last_line(desk, unit_id) == "history.photo_removed"
    with pytest.raises(UnknownPhoto):
        units_actions.remove_photo(desk, CLERK, unit_id, photo["id"])
