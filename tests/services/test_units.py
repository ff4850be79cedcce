"""Looking for units, and looking at one."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.goods import units
from bmdesk.services.goods.units import UnitFilter, UnknownState, UnknownUnit
from tests.desks import IMEIS, PHONE, TABLET, Bench


def found(desk: Desk, **chosen: Any) -> list[str]:
    return [line.id for line in units.list_units(desk, UnitFilter(**chosen)).lines]


def plan(desk: Desk, sql: str, values: Any) -> list[str]:
    """How SQLite would answer."""

    def ask(connection: Connection) -> list[str]:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]

    return desk.read(ask)


def test_the_newest_unit_stands_first_and_pages_meet_without_a_gap(at_bench: Bench) -> None:
    made = [at_bench.ready_unit(imei) for imei in IMEIS[:4]]
    first = units.list_units(at_bench.desk, limit=3)
    rest = units.list_units(at_bench.desk, after=first.next, limit=3)
    assert [line.id for line in (*first.lines, *rest.lines)] == made[::-1]
    assert (rest.next, units.count_units(at_bench.desk)) == ("", 4)
    assert [line.id for line in units.list_units(at_bench.desk, offset=2).lines] == made[1::-1]


def test_a_device_is_found_by_its_last_digits_its_sku_and_its_name(at_bench: Bench) -> None:
    phone = at_bench.ready_unit(IMEIS[0])
    tablet = at_bench.ready_unit(IMEIS[1], TABLET)
    desk = at_bench.desk
    assert found(desk, search=IMEIS[0][-4:]) == found(desk, search=IMEIS[0][:6]) == [phone]
    assert found(desk, search=f"{PHONE}-ex") == found(desk, search="iphone midnight") == [phone]
    assert found(desk, search=TABLET.lower()) == [tablet]
    assert found(desk, search=phone) == [phone]
    assert found(desk, search="nothing like it") == []


def test_filters_narrow_together(at_bench: Bench) -> None:
    at_bench.good("BMD:BATCH:B7")
    phone = at_bench.ready_unit(IMEIS[0])
    at_bench.good(IMEIS[1], f"BMD:MODEL:{PHONE}")
    held = at_bench.good("BMD:DONE").unit
    desk = at_bench.desk
    assert found(desk, state="held") == found(desk, blocker="erasure") == [held]
    assert found(desk, state="ready", category="phone", batch="b7", bin="MAIN/-") == [phone]
    assert found(desk, state="ready", blocker="erasure") == found(desk, category="audio") == []
    assert found(desk, state="listed") == found(desk, batch="none") == found(desk, bin="nowhere") == []
    assert units.count_units(desk, UnitFilter(state="held", category="phone")) == 1
    with pytest.raises(UnknownState):
        units.list_units(desk, UnitFilter(state="sold"))


def test_many_units_are_walked_the_same_way_as_few(at_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [at_bench.ready_unit(imei) for imei in IMEIS[:3]]
    monkeypatch.setattr("bmdesk.store.queries.unit_lists.FEW", 0)
    desk = at_bench.desk
    every: tuple[dict[str, Any], ...] = (
        {"state": "ready"},
        {"search": "iphone"},
        {"category": "phone"},
        {"bin": "MAIN/-"},
    )
    for chosen in every:
        assert found(desk, **chosen) == made[::-1]
        assert units.count_units(desk, UnitFilter(**chosen)) == 3
    assert found(desk, search=IMEIS[1][-5:], state="ready") == [made[1]]


@pytest.mark.sqlite_only
def test_no_list_walks_the_whole_table_of_units(at_bench: Bench) -> None:
    at_bench.ready_unit(IMEIS[0])
    desk = at_bench.desk
    asked: list[tuple[str, Any]] = []
    engine = desk.store.database._reader
    event.listen(engine, "before_cursor_execute", lambda c, cur, sql, values, *_: asked.append((sql, values)))
    for chosen in (
        UnitFilter(), UnitFilter(state="ready"), UnitFilter(grade="GOOD"), UnitFilter(blocker="photos"),
        UnitFilter(search="3569"), UnitFilter(bin="MAIN/-"), UnitFilter(category="phone"), UnitFilter(retest=True),
    ):  # fmt: skip
        units.list_units(desk, chosen)
    plans = [(sql, plan(desk, sql, values)) for sql, values in asked[:] if sql.startswith("SELECT")]
    assert len(plans) >= 8, "no question was heard"
    walked = [(sql, row) for sql, rows in plans for row in rows if row in {"SCAN unit", "SCAN identifier"}]
    assert walked == []


def test_everything_recorded_is_shown(at_bench: Bench) -> None:
    at_bench.ready_unit(IMEIS[0])
    shown = units.show_unit(at_bench.desk, f"IMEI: {IMEIS[0]}")
    assert (shown.row.state, shown.row.grade, shown.blockers) == ("ready", "EXCELLENT", ())
    looked = shown.last_inspection
    assert looked is not None and looked.tests and shown.erasure is not None and len(shown.locks) == 4
    assert shown.battery is not None and shown.battery.percent == 92
    assert [line.seq for line in shown.history] == list(range(1, len(shown.history) + 1))
    assert shown.breaks == ()
    with pytest.raises(UnknownUnit):
        units.show_unit(at_bench.desk, "nothing")


def test_an_export_is_a_table_that_runs_no_formula(at_bench: Bench, tmp_path: Path) -> None:
    at_bench.ready_unit(IMEIS[0])
    assert units.export_units(at_bench.desk, tmp_path / "u.csv") == 1
    with (tmp_path / "u.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["imei"], row["state"], row["battery"]) == (IMEIS[0], "ready", "92")
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_old_readings_of_dear_devices_are_read_again_oldest_first(at_bench: Bench) -> None:
    first = at_bench.ready_unit(IMEIS[0])
    at_bench.clock.advance(timedelta(days=1))
    second = at_bench.ready_unit(IMEIS[1])
    desk = at_bench.desk
    days = desk.read(lambda c: desk.policies(c).battery("phone").retest_days)
    assert days > 0 and units.retest_list(desk) == ()
    at_bench.clock.advance(timedelta(days=days - 1))
    assert [line.unit.id for line in units.retest_list(desk)] == [first]
    at_bench.clock.advance(timedelta(days=1))
    assert [line.unit.id for line in units.retest_list(desk)] == [first, second]
    assert units.count_units(desk, UnitFilter(retest=True)) == 2
    settings.put(desk, "battery.retest_above", "900")  # these cost 800 when new
    assert units.retest_list(desk) == ()


def test_only_the_chosen_units_of_a_list_are_exported(at_bench: Bench, tmp_path: Path) -> None:
    made = [at_bench.ready_unit(imei) for imei in IMEIS[:3]]
    file = tmp_path / "units.csv"
    assert units.export_units(at_bench.desk, file, only=[made[0], made[2], "0" * 26]) == 2
    with file.open(encoding="utf-8-sig", newline="") as lines:
        assert [row["id"] for row in csv.DictReader(lines)] == [made[2], made[0]]
    assert units.export_units(at_bench.desk, file, UnitFilter(state="held"), only=made) == 0


def test_a_requirement_finds_every_unit_it_blocks(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:LOCK:MDM:ON")
    on = at_bench.good("BMD:DONE").unit
    at_bench.good(IMEIS[1], f"BMD:MODEL:{PHONE}")
    unchecked = at_bench.good("BMD:DONE").unit
    assert set(found(at_bench.desk, blocker="lock_mdm")) == {on, unchecked}
    assert found(at_bench.desk, blocker="lock_mdm_on") == [on]
