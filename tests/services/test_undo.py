"""UNDO takes back the last step, whatever it was, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bmdesk.services.grading import bench, bench_view
from bmdesk.services.grading.bench import Seat
from bmdesk.store.queries import units
from tests.desks import IMEIS, PHONE, Bench, run_sql
from tests.photo_files import jpeg
from tests.wholeness import Dump, assert_legal, assert_whole, dump, states

NOT_THE_STEP = ("scan_log", "seat", "history", "step", "location", "sku", "batch", "unit", "blocker")
"""What a step leaves behind for good: the record of itself, and names that were used once."""

IN_WORK = (IMEIS[0], f"BMD:MODEL:{PHONE}")


def about_units(at_bench: Bench) -> Dump:
    """All that is recorded of units, and their rows but for the history's head and the time of the last change."""
    everything = dump(at_bench.desk)
    found = {name: rows for name, rows in everything.items() if name not in NOT_THE_STEP}
    found["blocker"] = everything["blocker"]
    ids = [row[0] for row in everything["unit"]]
    rows = at_bench.desk.read(lambda c: [units.unit(c, unit_id) for unit_id in ids])
    found["unit"] = [
        (r.id, r.state, r.grade, r.own_grade, r.stay_number, r.battery_percent, r.hold_reason, r.variant_id,
         r.sku_id, r.bin)
        for r in rows
    ]  # fmt: skip
    return found


COMMANDS = (
    f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:TEST:BOOT:FAIL", "BMD:TEST:WEIGHT:PASS:174", "BMD:BATTERY:88:210",
    "BMD:DEFECT:BACK:SCRATCH:2", "BMD:ACC:BOX:YES", "BMD:ERASED:BLANCCO:C-1", "BMD:LOCK:ALL:OFF",
    "BMD:LOCK:SIM:ON:SIM_TRIED", "BMD:PART:BATTERY:24.90", "BMD:LABOUR:15", "BMD:GRADE:GOOD:looks worn",
    "BMD:BIN:MAIN/A-1", "BMD:HOLD:customer calls back", "BMD:DONE",
)  # fmt: skip


WITHOUT_MODEL = ("MODEL", "BATTERY", "ERASED", "LOCK", "LABOUR", "GRADE", "BIN", "HOLD", "DONE")


def test_undo_of_a_first_step_leaves_the_unit_as_it_arrived(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0])
    before, moved = about_units(at_bench), states(at_bench.desk)
    for command in (c for c in COMMANDS if c.split(":")[1] in WITHOUT_MODEL):
        at_bench.good(command)
        after = states(at_bench.desk)
        at_bench.good("BMD:UNDO")
        assert about_units(at_bench) == before, command
        assert_legal(after, states(at_bench.desk))
        assert states(at_bench.desk) == moved, command
        assert_whole(at_bench.desk)


@pytest.mark.parametrize(
    "earlier", [(), ("BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF", "BMD:ERASED:NSYS", "BMD:LABOUR:5")]
)
def test_undo_of_any_step_leaves_the_unit_as_it_was(at_bench: Bench, earlier: tuple[str, ...]) -> None:
    at_bench.good(*IN_WORK, *earlier)
    before = about_units(at_bench)
    for command in COMMANDS:
        at_bench.good(command)
        assert at_bench.good("BMD:UNDO").code == "bench.undone"
        assert about_units(at_bench) == before, command
        assert_whole(at_bench.desk)


def test_undo_of_a_photo_takes_it_off_the_unit_and_keeps_the_file(at_bench: Bench, tmp_path: Path) -> None:
    at_bench.good(*IN_WORK)
    before = about_units(at_bench)
    at_bench.good(f"BMD:PHOTO:{jpeg(tmp_path / 'a.jpg')}", "BMD:UNDO")
    assert about_units(at_bench) == before
    assert len([p for p in at_bench.desk.photos.folder.rglob("*") if p.is_file()]) == 1


def test_undo_of_all_steps_one_by_one_ends_before_the_arrival(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], "BMD:UNDO")  # first seen: who the device is stays known
    before = about_units(at_bench)
    seen = []
    scans = (
        *IN_WORK,
        *(c for c in COMMANDS if c not in {"BMD:DONE", "BMD:HOLD:customer calls back"}),
        "BMD:DONE",
    )
    for text in scans:
        seen.append(about_units(at_bench))
        at_bench.good(text)
        assert_whole(at_bench.desk)
    for expected in reversed(seen):
        at_bench.good("BMD:UNDO")
        assert about_units(at_bench) == expected
    assert about_units(at_bench) == before
    assert at_bench.scan("BMD:UNDO").code == "refused.nothing_to_undo.happened"


def test_undo_of_an_arrival_leaves_an_expected_unit_and_an_empty_hand(at_bench: Bench) -> None:
    unit = at_bench.good(IMEIS[0]).unit
    at_bench.good("BMD:UNDO")
    assert states(at_bench.desk) == {unit: "expected"}
    assert bench_view.view(at_bench.desk, at_bench.seat).unit is None
    assert at_bench.good(IMEIS[0]).unit == unit, "the same device is the same unit"


def test_undo_after_done_reopens_and_done_again_gives_the_same_answer(at_bench: Bench) -> None:
    unit = at_bench.ready_unit()
    at_bench.good("BMD:UNDO")
    assert states(at_bench.desk) == {unit: "inspecting"}
    assert at_bench.good("BMD:DONE").code == "bench.ready"
    assert_whole(at_bench.desk)


def test_undo_is_a_new_line_of_the_history_and_erases_none(at_bench: Bench) -> None:
    at_bench.good(*IN_WORK, "BMD:BATTERY:88")
    unit = at_bench.good("BMD:UNDO").unit or ""
    lines = at_bench.desk.read(lambda c: units.history(c, unit))
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert '"history.battery"' in lines[-2]["canonical"]
    assert '"history.undone"' in lines[-1]["canonical"]


def test_undo_twice_takes_back_two_steps_and_not_the_undo(at_bench: Bench) -> None:
    at_bench.good(*IN_WORK)
    before = about_units(at_bench)
    at_bench.good("BMD:BATTERY:88", "BMD:LABOUR:5", "BMD:UNDO", "BMD:UNDO")
    assert about_units(at_bench) == before


@pytest.mark.parametrize("state", ["reserved", "packed"])
def test_undo_is_refused_once_the_unit_is_promised(at_bench: Bench, state: str) -> None:
    at_bench.ready_unit()
    run_sql(at_bench.desk.store.database, f"UPDATE unit SET state = '{state}'")
    before = dump(at_bench.desk, "scan_log", "seat")
    assert at_bench.scan("BMD:UNDO").code == "refused.unit_promised.happened"
    assert dump(at_bench.desk, "scan_log", "seat") == before


def test_undo_is_refused_once_the_unit_has_left(at_bench: Bench) -> None:
    # The last step touched nothing that shipping changes; it is evidence all the same.
    at_bench.ready_unit()
    at_bench.good("BMD:BIN:MAIN/A-1")
    run_sql(at_bench.desk.store.database, "UPDATE unit SET state = 'shipped'")
    assert at_bench.scan("BMD:UNDO").code == "refused.unit_not_here.happened"
    assert states(at_bench.desk).popitem()[1] == "shipped"


def test_undo_takes_back_ones_own_step_and_never_a_colleagues(at_bench: Bench, anna: Bench) -> None:
    at_bench.good(*IN_WORK, "BMD:BATTERY:88")
    anna.good(IMEIS[1], f"BMD:MODEL:{PHONE}", "BMD:LABOUR:7")
    other = about_units(anna)
    at_bench.good("BMD:LABOUR:9", "BMD:UNDO")
    assert about_units(anna) == other


def test_undo_comes_too_late_after_somebody_else_changed_the_same(at_bench: Bench, anna: Bench) -> None:
    at_bench.good(*IN_WORK, "BMD:LOCK:SIM:ON")
    anna.good(IMEIS[0], "BMD:LOCK:SIM:OFF")
    before = dump(at_bench.desk, "scan_log", "seat")
    assert at_bench.scan("BMD:UNDO").code == "refused.undo_too_late.happened"
    assert dump(at_bench.desk, "scan_log", "seat") == before


def test_undo_comes_too_late_when_a_colleague_built_on_the_step(at_bench: Bench, anna: Bench) -> None:
    # The model opened the inspection in which Anna's tests stand; the arrival opened the stay.
    at_bench.good(*IN_WORK)
    anna.good(IMEIS[0], "BMD:ALLPASS")
    before = dump(at_bench.desk, "scan_log", "seat")
    refused = at_bench.scan("BMD:UNDO")
    assert refused.code == "refused.undo_too_late.happened"
    assert refused.todo is not None
    assert dump(at_bench.desk, "scan_log", "seat") == before


def test_undo_after_a_colleague_added_something_else_takes_back_only_ones_own(
    at_bench: Bench, anna: Bench
) -> None:
    at_bench.good(*IN_WORK, "BMD:ALLPASS", "BMD:LOCK:ALL:OFF")
    anna.good(IMEIS[0], "BMD:BATTERY:91")
    at_bench.good("BMD:UNDO")
    found = dump(at_bench.desk)
    assert found["lock_record"] == []
    assert len(found["battery_reading"]) == 1
    assert_whole(at_bench.desk)


def test_undo_of_a_new_battery_gives_the_unit_its_old_sku_back(at_bench: Bench) -> None:
    unit = at_bench.ready_unit()
    at_bench.good(IMEIS[0], "BMD:PART:BATTERY", "BMD:UNDO", "BMD:DONE")
    row = at_bench.desk.read(lambda c: units.unit(c, unit))
    assert row.state == "ready"
    assert row.sku is not None and not row.sku.endswith("-NB")


def test_undo_of_the_second_of_two_devices_leaves_the_other_in_the_hand_of_its_colleague(
    at_bench: Bench, anna: Bench
) -> None:
    at_bench.good(IMEIS[0])
    anna.good(IMEIS[0])  # handed over the table
    at_bench.good("BMD:UNDO")
    refused = anna.scan("BMD:BATTERY:90")
    assert refused.code == "refused.unit_not_here.happened"
    anna.good(IMEIS[0], "BMD:LABOUR:3")


def test_undo_through_a_button_is_the_same_as_through_the_card(at_bench: Bench) -> None:
    from bmdesk.domain.commands import Undo

    at_bench.good(*IN_WORK)
    before = about_units(at_bench)
    at_bench.good("BMD:LABOUR:9")
    at_bench.clock.advance(seconds=1)
    assert bench.perform(at_bench.desk, at_bench.seat, Undo()).ok
    assert about_units(at_bench) == before


def test_two_scripts_of_one_operator_take_back_their_own_steps(at_bench: Bench) -> None:
    other = Bench(at_bench.desk, at_bench.clock, Seat("script-2", script=True, fallback="OWNER"))
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:TEST:BOOT:PASS")
    other.good(IMEIS[1], f"BMD:MODEL:{PHONE}", "BMD:TEST:BOOT:FAIL")
    undone = at_bench.good("BMD:UNDO")
    assert undone.unit == at_bench.desk.read(
        lambda c: units.by_identifier(c, at_bench.desk.company, IMEIS[0])
    )
