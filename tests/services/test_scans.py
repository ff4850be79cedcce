"""A scan does what it says or changes nothing, and it is kept either way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bmdesk.domain.changes import Change
from bmdesk.domain.scanned import Kind
from bmdesk.services import company
from bmdesk.services import settings as company_settings
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench, bench_view, refusals
from bmdesk.services.grading.bench import Seat
from bmdesk.services.grading.hand import Hand
from bmdesk.store.queries import people, units
from bmdesk.system.clock import FixedClock
from bmdesk.texts import Text, msg, render
from tests.desks import IMEIS, PHONE, TABLET, Bench, run_sql
from tests.wholeness import assert_whole, dump, scanned, states

REFUSED_WITHOUT_A_UNIT = (
    "BMD:ALLPASS", "BMD:TEST:BOOT:PASS", "BMD:BATTERY:90", "BMD:DEFECT:BACK:SCRATCH:1", "BMD:ACC:BOX:YES",
    "BMD:ERASED:BLANCCO", "BMD:LOCK:ALL:OFF", "BMD:PART:BATTERY", "BMD:LABOUR:5", "BMD:GRADE:GOOD", "BMD:ALSO",
    "BMD:DONE", "BMD:HOLD:why", "BMD:UNDO", "BMD:BIN:MAIN/A-1",
)  # fmt: skip

NOTHING_OF_OURS = (
    "BMD:NEXT", "BMD:CONFIRM", "BMD:OVERRIDE:because", "BMD:OP:NOBODY", "BMD:BATTERY:101", "BMD:NONSENSE", "BMD:",
    "BMD:MODEL:UNKNOWN-1", "356938035643808", "356938035643809356938035643809", "\x00\x01", "x" * 600,
    "RR123456785FR", "BMD:LABOUR:5BMD:LABOUR:5", "BMD:PHOTO:/nowhere/x.jpg", "4006381333931",
)  # fmt: skip


def refused_unchanged(at_bench: Bench, text: str) -> None:
    before, log = dump(at_bench.desk, "scan_log", "seat"), len(scanned(at_bench.desk))
    view = bench_view.view(at_bench.desk, at_bench.seat)
    result = at_bench.scan(text)
    assert not result.ok, text
    assert render(result.message)
    assert result.todo is None or render(result.todo)
    assert dump(at_bench.desk, "scan_log", "seat") == before, text
    assert bench_view.view(at_bench.desk, at_bench.seat) == view, text
    assert len(scanned(at_bench.desk)) == log + 1


def test_a_scan_refused_with_empty_hands_changes_nothing_but_the_log(at_bench: Bench) -> None:
    for text in (*REFUSED_WITHOUT_A_UNIT, *NOTHING_OF_OURS):
        refused_unchanged(at_bench, text)


def test_a_scan_refused_at_work_changes_nothing_but_the_log(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:TEST:BOOT:PASS")
    for text in (
        *NOTHING_OF_OURS,
        IMEIS[1],
        "BMD:TEST:NONE:PASS",
        "BMD:TEST:WEIGHT:PASS:heavy",
        "BMD:DEFECT:NOWHERE:SCRATCH:1",
        "BMD:DEFECT:BACK:NOTHING:1",
        "BMD:ACC:SADDLE:YES",
        "BMD:PART:ENGINE",
        "BMD:GRADE:SHINY",
        "BMD:GRADE:FAIR",
        "BMD:ERASED",
    ):
        refused_unchanged(at_bench, text)


def test_what_a_step_had_begun_when_it_was_refused_is_taken_back(at_bench: Bench) -> None:
    # Most refusals come before anything is written; the promise holds for the others too.
    unit = at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}").unit or ""
    before = dump(at_bench.desk, "scan_log", "seat")

    def begin_and_refuse(hand: Hand) -> Text:
        units.set_unit(hand.tx, unit, battery_percent=12, battery_at=hand.tx.now)
        hand.take(None)
        hand.close_step(unit, "history.battery", percent=12)
        raise refusals.Unreadable(reason=msg("bench.also"))

    refused = bench.step(at_bench.desk, at_bench.seat, "begun", begin_and_refuse)
    assert (refused.ok, refused.unit, refused.changes) == (False, unit, frozenset({Change.SEAT}))
    assert dump(at_bench.desk, "scan_log", "seat") == before
    seen = bench_view.view(at_bench.desk, at_bench.seat).unit
    assert seen is not None and seen.row.id == unit
    at_bench.good("BMD:LABOUR:5", "BMD:UNDO")
    assert_whole(at_bench.desk)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.one_of(
        st.text(max_size=40),
        st.text("BMD:0123456789ALSOTEPK/-", max_size=30).map("BMD:".__add__),
        st.text("0123456789", min_size=8, max_size=22),
    )
)
def test_whatever_is_scanned_is_answered_and_kept(at_bench: Bench, text: str) -> None:
    log = len(scanned(at_bench.desk))
    result = at_bench.scan(text)
    assert render(result.message)
    assert len(scanned(at_bench.desk)) == log + 1


def test_without_a_badge_nothing_is_done(at_bench: Bench) -> None:
    at_bench.seat = Seat("scanner-2")
    refused = at_bench.scan(IMEIS[0])
    assert (refused.ok, refused.code) == (False, "refused.not_signed_in.happened")
    assert states(at_bench.desk) == {}
    at_bench.good("BMD:OP:OWNER", IMEIS[0])


def test_a_badge_that_was_taken_away_works_no_more(at_bench: Bench, anna: Bench) -> None:
    anna.seat = Seat("scanner-2")
    anna.good("BMD:OP:ANNA", IMEIS[0])
    company.change_operator(at_bench.desk, "ANNA", "Anna", "operator", active=False)
    assert anna.scan("BMD:LABOUR:5").code == "refused.not_signed_in.happened"
    assert anna.scan("BMD:OP:ANNA").code == "refused.unknown_badge.happened"


def test_signing_out_leaves_the_unit_to_the_next_badge(at_bench: Bench, anna: Bench) -> None:
    at_bench.seat = Seat("")
    at_bench.good("BMD:OP:OWNER", IMEIS[0], f"BMD:MODEL:{PHONE}")
    bench.sign_out(at_bench.desk, at_bench.seat)
    assert at_bench.scan("BMD:LABOUR:5").code == "refused.not_signed_in.happened"
    unit = at_bench.good("BMD:OP:ANNA", "BMD:LABOUR:5").unit or ""
    last = at_bench.desk.read(lambda c: units.history(c, unit))[-1]
    assert last["operator"] == "ANNA"


def test_the_same_code_within_a_moment_counts_once(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0])
    at_bench.good("BMD:LABOUR:5")
    at_bench.clock.advance(milliseconds=300)
    again = bench.scan(at_bench.desk, at_bench.seat, "bmd:labour:5")
    assert (again.ok, again.code) == (False, "refused.scanned_again.happened")
    at_bench.clock.advance(milliseconds=700)
    assert bench.scan(at_bench.desk, at_bench.seat, "BMD:LABOUR:5").ok, "later it is a second wish"


def test_another_scanner_may_read_the_same_code_at_the_same_moment(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0])
    other = Bench(at_bench.desk, at_bench.clock, Seat("other", script=True, fallback="OWNER"))
    other.good(IMEIS[1])
    results = [bench.scan(b.desk, b.seat, "BMD:LABOUR:5").ok for b in (at_bench, other)]
    assert results == [True, True]


def test_the_moment_is_a_setting_and_zero_lets_everything_pass(at_bench: Bench) -> None:
    company_settings.put(at_bench.desk, "bench.repeat_ms", "0")
    at_bench.good(IMEIS[0], "BMD:LABOUR:5")
    at_bench.clock.advance(milliseconds=1)
    assert bench.scan(at_bench.desk, at_bench.seat, "BMD:LABOUR:5").ok


def test_an_unclear_scan_is_asked_about_and_settled_by_what_was_meant(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0])
    # Twelve digits whose last one happens to check: a UPC on a box, or a serial number.
    unclear = at_bench.scan("036000291452")
    assert (unclear.ok, unclear.kind) == (False, Kind.AMBIGUOUS)
    assert set(unclear.kinds) == {Kind.SERIAL, Kind.EAN}
    assert len(states(at_bench.desk)) == 1
    at_bench.clock.advance(seconds=2)
    settled = bench.scan(at_bench.desk, at_bench.seat, "036000291452", meant=Kind.SERIAL)
    assert (settled.ok, settled.kind) == (True, Kind.SERIAL)
    at_bench.good(IMEIS[0])
    assert at_bench.good("036000291452").kind is Kind.SERIAL, "once known it is no longer unclear"


def test_an_ean_names_the_model(at_bench: Bench) -> None:
    unit = at_bench.good(IMEIS[0], "0194252707227").unit
    assert at_bench.desk.read(lambda c: units.unit(c, unit or "")).model_code == PHONE


def test_also_binds_the_next_identifier_to_the_unit_in_hand(at_bench: Bench) -> None:
    unit = at_bench.good(IMEIS[0]).unit or ""
    at_bench.good("BMD:ALSO", IMEIS[1], "BMD:ALSO", "F2LXK0ABCD12")
    kinds = {i.kind.value: i.value for i in at_bench.desk.read(lambda c: units.identifiers(c, unit))}
    assert kinds == {"imei": IMEIS[0], "imei2": IMEIS[1], "serial": "F2LXK0ABCD12"}
    at_bench.good("BMD:HOLD:later")
    for code in kinds.values():
        assert at_bench.good(code).unit == unit
        at_bench.good("BMD:DONE")
    assert_whole(at_bench.desk)


def test_also_does_not_take_an_identifier_from_another_unit(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], IMEIS[1], "BMD:ALSO")
    before = dump(at_bench.desk, "scan_log", "seat")
    assert at_bench.scan(IMEIS[0]).code == "refused.identifier_taken.happened"
    assert dump(at_bench.desk, "scan_log", "seat") == before
    at_bench.good(IMEIS[2])  # the card still counts: the wrong label was scanned
    assert len(states(at_bench.desk)) == 2


def test_a_unit_that_was_only_looked_at_may_be_laid_aside_for_the_next(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], IMEIS[1], IMEIS[0], IMEIS[1])
    assert set(states(at_bench.desk).values()) == {"received"}


def test_a_unit_is_in_one_hand_at_a_time(at_bench: Bench, anna: Bench) -> None:
    at_bench.good(IMEIS[0])
    anna.good(IMEIS[0])
    assert at_bench.scan("BMD:LABOUR:5").code == "refused.no_unit_in_hand.happened"
    anna.good("BMD:LABOUR:5")


def test_a_unit_that_was_shipped_and_comes_back_opens_a_new_stay(at_bench: Bench) -> None:
    unit = at_bench.ready_unit()
    run_sql(at_bench.desk.store.database, "UPDATE unit SET state = 'shipped'")
    at_bench.good("BMD:BATCH:RETURNS")
    back = at_bench.good(IMEIS[0])
    assert (back.unit, back.code) == (unit, "bench.received_again")
    row = at_bench.desk.read(lambda c: units.unit(c, unit))
    assert (row.state, row.stay_number, row.grade, row.battery_percent, row.sku) == (
        "received",
        2,
        "",
        None,
        None,
    )
    assert row.model_code == PHONE, "what the device is has not changed"
    # Nothing of the first stay counts for the second one; all of it is still there.
    codes = {b["code"] for b in at_bench.desk.read(lambda c: units.blockers(c, unit))}
    assert {"tests_missing", "battery_missing", "erasure", "lock_activation", "grade"} <= codes
    assert len(dump(at_bench.desk)["battery_reading"]) == 1
    done = at_bench.good(
        "BMD:ALLPASS", "BMD:BATTERY:81", "BMD:LOCK:ALL:OFF", "BMD:ERASED:BLANCCO", "BMD:DONE"
    )
    assert done.code == "bench.ready"
    assert len(at_bench.desk.read(lambda c: units.stays(c, unit))) == 2
    assert_whole(at_bench.desk)


def test_undo_of_a_second_arrival_sends_it_back_to_where_it_was(at_bench: Bench) -> None:
    unit = at_bench.ready_unit()
    run_sql(at_bench.desk.store.database, "UPDATE unit SET state = 'gone', gone_reason = 'sold_elsewhere'")
    at_bench.good(IMEIS[0], "BMD:UNDO")
    row = at_bench.desk.read(lambda c: units.unit(c, unit))
    assert (row.state, row.stay_number, row.battery_percent) == ("gone", 1, 92)
    assert_whole(at_bench.desk)


@pytest.mark.parametrize("state", ["reserved", "packed"])
def test_a_promised_unit_may_be_looked_at_and_not_changed(at_bench: Bench, state: str) -> None:
    at_bench.ready_unit()
    run_sql(at_bench.desk.store.database, f"UPDATE unit SET state = '{state}'")
    at_bench.good(IMEIS[0])
    for text in (
        "BMD:BATTERY:50",
        "BMD:ALLPASS",
        "BMD:HOLD:no",
        "BMD:GRADE:FAIR:no",
        "BMD:DONE",
        "BMD:LABOUR:5",
    ):
        refused_unchanged(at_bench, text)


def test_a_new_battery_makes_another_sku_and_asks_for_a_reading_of_ninety(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:BATTERY:71", "BMD:LOCK:ALL:OFF")
    at_bench.good("BMD:ERASED:BLANCCO", "BMD:PART:BATTERY:24.90")
    unit = at_bench.good("BMD:DONE").unit or ""

    def codes() -> list[str]:
        return [b["code"] for b in at_bench.desk.read(lambda c: units.blockers(c, unit))]

    assert codes() == ["new_battery"], "the old battery's reading says nothing of the new one"
    at_bench.good(IMEIS[0], "BMD:BATTERY:89", "BMD:DONE")
    assert codes() == ["new_battery_low"]
    at_bench.good(IMEIS[0], "BMD:BATTERY:90", "BMD:DONE")
    row = at_bench.desk.read(lambda c: units.unit(c, unit))
    assert (row.state, row.sku) == ("ready", f"{PHONE}-EXCELLENT-NB")
    assert_whole(at_bench.desk)


def test_the_newest_reading_counts_when_the_clock_has_jumped_back(at_bench: Bench) -> None:
    unit = at_bench.ready_unit()
    at_bench.clock.advance(days=-3)
    at_bench.good(IMEIS[0], "BMD:BATTERY:60", "BMD:DONE")
    row = at_bench.desk.read(lambda c: units.unit(c, unit))
    assert (row.state, row.battery_percent) == ("held", 60)
    at_bench.clock.advance(days=-3)
    at_bench.good(IMEIS[0], "BMD:PART:BATTERY", "BMD:DONE")
    assert [b["code"] for b in at_bench.desk.read(lambda c: units.blockers(c, unit))] == ["new_battery"]
    at_bench.clock.advance(days=-3)
    at_bench.good(IMEIS[0], "BMD:BATTERY:99", "BMD:DONE")
    assert at_bench.desk.read(lambda c: units.unit(c, unit)).state == "ready"
    assert_whole(at_bench.desk)


def test_a_clock_that_jumps_back_loses_nothing_and_breaks_no_order(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:LABOUR:5")
    before = len(scanned(at_bench.desk))
    at_bench.clock.advance(timedelta(days=-400))
    at_bench.good("BMD:LABOUR:5", "BMD:LABOUR:6")  # the same card as the last one, and no double read
    unit = at_bench.good("BMD:UNDO").unit or ""
    lines = at_bench.desk.read(lambda c: units.history(c, unit))
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert len(scanned(at_bench.desk)) == before + 3
    stay = at_bench.desk.read(lambda c: units.stays(c, unit))[0]
    assert stay["labour_minutes"] == 10
    assert_whole(at_bench.desk)
    # What tells people so: a scan that was kept later than now.
    last = at_bench.desk.read(lambda c: people.last_scan_at(c, at_bench.desk.company))
    assert last is not None and last > at_bench.clock.now()


def test_a_double_read_is_told_after_a_jump_back_too(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0])
    at_bench.clock.advance(hours=-5)
    at_bench.good("BMD:LABOUR:5")
    assert not bench.scan(at_bench.desk, at_bench.seat, "BMD:LABOUR:5").ok


def test_a_crash_gives_the_unit_in_hand_back(
    at_bench: Bench, open_desk: Callable[..., Desk], clock: FixedClock
) -> None:
    unit = at_bench.good("BMD:BATCH:B1", IMEIS[0], f"BMD:MODEL:{PHONE}").unit
    again = Bench(open_desk("bench-1"), clock)
    seen = bench_view.view(again.desk, again.seat)
    assert seen.unit is not None and seen.unit.row.id == unit
    assert seen.batch is not None and seen.batch.code == "B1"
    assert again.good("BMD:LABOUR:5").unit == unit


def test_a_model_may_be_said_before_the_devices_come(at_bench: Bench) -> None:
    at_bench.good(f"BMD:MODEL:{TABLET}")
    for serial in ("SERIAL000001", "SERIAL000002"):
        unit = at_bench.good(serial).unit or ""
        assert at_bench.desk.read(lambda c, u=unit: units.unit(c, u)).model_code == TABLET  # type: ignore[misc]


def test_put_away_after_done_moves_the_unit_just_done(at_bench: Bench) -> None:
    unit = at_bench.ready_unit()
    assert at_bench.good("BMD:BIN:MAIN/A-7").unit == unit
    row = at_bench.desk.read(lambda c: units.unit(c, unit))
    assert (row.location, row.state) == ("MAIN/A-7", "ready")


def test_the_watched_photo_needs_a_unit_in_hand(at_bench: Bench, tmp_path: Path) -> None:
    from tests.photo_files import jpeg

    refused = bench.attach_photo(at_bench.desk, at_bench.seat, jpeg(tmp_path / "a.jpg"))
    assert refused.code == "refused.no_unit_in_hand.happened"


def test_also_is_for_the_very_next_scan(at_bench: Bench) -> None:
    first = at_bench.good(
        IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:ALSO", "BMD:TEST:BOOT:PASS", "BMD:HOLD:box"
    ).unit
    assert at_bench.good(IMEIS[1]).unit != first


def test_a_third_imei_is_the_next_phone_and_not_bound(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], "BMD:ALSO", IMEIS[1], "BMD:ALSO")
    refused = at_bench.scan(IMEIS[2])
    assert refused.code == "refused.too_many_imeis.happened"
