"""Time passes and policies change: the gate is asked again, in pages, and the listing follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bmdesk.services import policy_documents
from bmdesk.services import settings as company_settings
from bmdesk.services.desk import Actor
from bmdesk.services.grading import bench, judgement
from bmdesk.store.queries import units
from tests.desks import IMEIS, PHONE, Bench
from tests.wholeness import assert_legal, assert_whole, dump, states

OWNER = Actor("OWNER", "owner", "bench-1")


def blockers(at_bench: Bench, unit: str) -> list[tuple[str, str]]:
    found = at_bench.desk.read(lambda c: judgement.stored_blockers(c, unit))
    return [(b.code, b.level.value) for b in found]


def gate_says(at_bench: Bench, category: str = "phone", **levels: str) -> None:
    """The seller sets these levels."""
    body: dict[str, Any] = policy_documents.document(at_bench.desk, "gate")
    body["categories"][category]["levels"].update(levels)
    policy_documents.save_document(at_bench.desk, OWNER, "gate", body)


def many_ready(at_bench: Bench, count: int) -> list[str]:
    at_bench.good(f"BMD:MODEL:{PHONE}")
    work = ("BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF", "BMD:ERASED:BLANCCO", "BMD:DONE")
    found = []
    for n in range(count):
        imei = f"35693803564{n:03}"
        odd = sum(sum(divmod(int(d) * (2 if at % 2 else 1), 10)) for at, d in enumerate(imei))
        found.append(at_bench.good(f"{imei}{-odd % 10}", *work).unit or "")
    return found


def test_an_old_reading_warns_on_its_day_and_not_before(at_bench: Bench) -> None:
    unit = at_bench.ready_unit()
    at_bench.clock.advance(days=89)
    assert bench.reassess(at_bench.desk).looked_at == 0
    assert blockers(at_bench, unit) == []
    at_bench.clock.advance(days=1)
    assert bench.reassess(at_bench.desk).looked_at == 1
    assert blockers(at_bench, unit) == [("battery_old", "warning")]
    assert states(at_bench.desk) == {unit: "ready"}, "a warning holds nothing"
    assert_whole(at_bench.desk)
    assert bench.reassess(at_bench.desk).looked_at == 0


def test_an_old_reading_holds_where_the_seller_says_so_and_a_new_one_frees(at_bench: Bench) -> None:
    gate_says(at_bench, battery_old="required")
    unit = at_bench.ready_unit()
    at_bench.clock.advance(days=90)
    before = states(at_bench.desk)
    done = bench.reassess(at_bench.desk)
    assert (done.looked_at, done.moved) == (1, 1)
    assert_legal(before, states(at_bench.desk))
    assert states(at_bench.desk) == {unit: "held"}
    last = at_bench.desk.read(lambda c: units.history(c, unit))[-1]
    assert '"history.gate_held"' in last["canonical"] and "battery_old" in last["canonical"]
    assert_whole(at_bench.desk)
    assert at_bench.good(IMEIS[0], "BMD:BATTERY:91", "BMD:DONE").code == "bench.ready"
    assert_whole(at_bench.desk)


def test_tests_age_too_each_on_its_own_day(at_bench: Bench) -> None:
    unit = at_bench.ready_unit()
    at_bench.clock.advance(days=180)
    bench.reassess(at_bench.desk)
    assert {code for code, _ in blockers(at_bench, unit)} == {"battery_old", "tests_old"}
    assert_whole(at_bench.desk)


def test_a_day_ends_at_midnight_of_the_company_and_not_of_greenwich(at_bench: Bench) -> None:
    company_settings.put(at_bench.desk, "company.timezone", "Asia/Tokyo")
    unit = at_bench.ready_unit()  # 15 January 18:00 over there
    at_bench.clock.advance(days=89)
    bench.reassess(at_bench.desk)
    assert blockers(at_bench, unit) == []
    at_bench.clock.advance(hours=6)  # past midnight over there, still the day before in Greenwich
    bench.reassess(at_bench.desk)
    assert blockers(at_bench, unit) == [("battery_old", "warning")]
    assert_whole(at_bench.desk)


def test_a_changed_policy_judges_every_unit_in_pages_until_none_is_left(at_bench: Bench) -> None:
    made = many_ready(at_bench, 7)
    assert set(states(at_bench.desk).values()) == {"ready"}
    gate_says(at_bench, photos="required")
    pages = []
    while (page := bench.reassess(at_bench.desk, limit=3)).looked_at:
        pages.append((page.looked_at, page.moved))
        if not page.more:
            break
    assert pages == [(3, 3), (3, 3), (1, 1)]
    assert {states(at_bench.desk)[unit] for unit in made} == {"held"}
    assert {blockers(at_bench, unit)[0] for unit in made} == {("photos", "required")}
    assert_whole(at_bench.desk)
    gate_says(at_bench, photos="off")
    assert bench.reassess(at_bench.desk).moved == 7
    assert set(states(at_bench.desk).values()) == {"ready"}
    assert_whole(at_bench.desk)


def test_a_policy_that_changes_nothing_moves_nothing(at_bench: Bench) -> None:
    at_bench.ready_unit()
    lines = len(dump(at_bench.desk)["history"])
    policy_documents.reset_document(at_bench.desk, OWNER, "gate")
    done = bench.reassess(at_bench.desk)
    assert (done.looked_at, done.moved) == (1, 0)
    assert len(dump(at_bench.desk)["history"]) == lines
    assert bench.reassess(at_bench.desk).looked_at == 0


def test_a_scan_after_a_changed_policy_is_judged_by_the_new_one(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:BATTERY:84", "BMD:LOCK:ALL:OFF")
    body: dict[str, Any] = policy_documents.document(at_bench.desk, "gate")
    body["categories"]["phone"]["battery"]["minimum"]["*"] = 85
    policy_documents.save_document(at_bench.desk, OWNER, "gate", body)
    assert at_bench.good("BMD:ERASED:BLANCCO", "BMD:DONE").code == "bench.held"
    assert_whole(at_bench.desk)


def test_a_person_who_held_a_unit_is_not_overruled_by_time(at_bench: Bench) -> None:
    unit = at_bench.ready_unit()
    at_bench.good(IMEIS[0], "BMD:HOLD:owner wants to see it")
    for days in (90, 90, 300):
        at_bench.clock.advance(days=days)
        bench.reassess(at_bench.desk)
        assert states(at_bench.desk) == {unit: "held"}
        assert ("hold", "required") in blockers(at_bench, unit)


def test_warning_and_required_are_the_sellers_choice_per_category(at_bench: Bench) -> None:
    gate_says(at_bench, erasure="warning")
    done = at_bench.good(
        IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF", "BMD:DONE"
    )
    assert done.code == "bench.ready"
    assert blockers(at_bench, done.unit or "") == [("erasure", "warning")]


def test_own_grade_names_count_as_what_they_map_to(at_bench: Bench) -> None:
    grades = [
        {"code": "TOP", "title": "Top", "maps_to": "EXCELLENT"},
        {"code": "OK", "title": "Still fine", "maps_to": "GOOD"},
        {"code": "POOR", "title": "Poor", "maps_to": "NOT_FOR_SALE"},
    ]
    body = {**policy_documents.shipped("grade_map"), "grades": grades}
    policy_documents.save_document(at_bench.desk, OWNER, "grade_map", body)
    work = (f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:BATTERY:85", "BMD:LOCK:ALL:OFF", "BMD:ERASED:NSYS")
    for imei, scans, grade, own, state in (
        (IMEIS[0], ("BMD:GRADE:TOP",), "EXCELLENT", "TOP", "ready"),
        (IMEIS[1], ("BMD:GRADE:OK:dull frame",), "GOOD", "OK", "ready"),
        (IMEIS[2], ("BMD:GRADE:POOR:water",), "NOT_FOR_SALE", "POOR", "held"),
        (IMEIS[3], (), "EXCELLENT", "TOP", "ready"),
    ):
        unit = at_bench.good(imei, *work, *scans, "BMD:DONE").unit or ""
        row = at_bench.desk.read(lambda c, u=unit: units.unit(c, u))  # type: ignore[misc]
        assert (row.grade, row.own_grade, row.state) == (grade, own, state)
    assert ("not_for_sale", "required") in [b for u in states(at_bench.desk) for b in blockers(at_bench, u)]
    assert_whole(at_bench.desk)


def test_ageing_is_the_same_whoever_asks(at_bench: Bench, anna: Bench) -> None:
    gate_says(at_bench, battery_old="required")
    at_bench.ready_unit()
    at_bench.clock.advance(days=91)
    assert [bench.reassess(b.desk).moved for b in (anna, at_bench)] == [1, 0]


def test_a_clock_that_was_ahead_for_a_moment_is_forgiven(at_bench: Bench) -> None:
    gate_says(at_bench, battery_old="required")
    unit = at_bench.ready_unit()
    at_bench.clock.advance(days=200)
    bench.reassess(at_bench.desk)
    assert states(at_bench.desk) == {unit: "held"}
    at_bench.clock.advance(days=-200)
    at_bench.good(IMEIS[0], "BMD:BATTERY:92", "BMD:DONE")
    assert states(at_bench.desk) == {unit: "ready"}
    assert_whole(at_bench.desk)


def test_a_grade_map_holds_from_its_day_on(at_bench: Bench) -> None:
    tomorrow = (at_bench.clock.now() + timedelta(days=1)).date().isoformat()
    body = policy_documents.document(at_bench.desk, "grade_map")
    top = {"code": "TOP", "title": "Top", "maps_to": "EXCELLENT"}
    dated = {**body, "valid_from": tomorrow, "grades": [*body["grades"], top]}
    policy_documents.save_document(at_bench.desk, OWNER, "grade_map", dated)
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}")
    assert at_bench.scan("BMD:GRADE:TOP").code == "refused.unknown_grade.happened"
    at_bench.clock.advance(days=1)
    assert at_bench.scan("BMD:GRADE:TOP").ok


def test_a_unit_still_on_the_bench_is_judged_by_the_new_policy_too(at_bench: Bench) -> None:
    unit_id = at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:TEST:BOOT:PASS").unit
    gate = policy_documents.document(at_bench.desk, "gate")
    gate["categories"]["phone"]["levels"]["erasure"] = "off"
    policy_documents.save_document(at_bench.desk, OWNER, "gate", gate)
    bench.reassess(at_bench.desk)
    left = at_bench.desk.read(lambda c: [b["code"] for b in units.blockers(c, unit_id or "")])
    assert "erasure" not in left and "tests_missing" in left
