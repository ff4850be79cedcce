"""Why a unit may not be listed: each reason appears, says what to do, and goes when that is done."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.battery import BatteryReading
from bmdesk.domain.gate import (
    ALWAYS_REQUIRED,
    REQUIREMENTS,
    GatePolicy,
    Level,
    SecondCheck,
    UnitFacts,
    blockers,
    level_text,
    recheck_on,
    requirement_text,
)
from bmdesk.domain.grading import SCALE
from bmdesk.domain.identifiers import Identifier, IdentifierKind
from bmdesk.domain.inspection import (
    AccessoryRecord,
    Checklist,
    Erasure,
    LockKind,
    LockRecord,
    Outcome,
    PartRecord,
    TestResult,
)
from bmdesk.domain.policy import read_checklist, read_gate
from bmdesk.texts import render

RESOURCES = Path(__file__).parents[2] / "resources"
POLICY = read_gate(json.loads((RESOURCES / "policies/gate.json").read_text("utf-8")))
CHECKLISTS = {
    path.stem: read_checklist(json.loads(path.read_text("utf-8")))
    for path in sorted((RESOURCES / "checklists").glob("*.json"))
}
PHONE = CHECKLISTS["phone"]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = NOON.date()


def battery(percent: int, at: datetime = NOON) -> BatteryReading:
    return BatteryReading(percent, 120, "PHONE", at)


def clean(checklist: Checklist, grade: str = "EXCELLENT") -> UnitFacts:
    """A unit of this category with every record made and good, as ALLPASS and LOCK ALL leave it."""
    return UnitFacts(
        category=checklist.category,
        has_model=True,
        identifiers=(Identifier(IdentifierKind.IMEI, "356938035643809"),),
        checklist=checklist,
        grade=grade,
        inspected=True,
        tests=tuple(
            TestResult(test.code, Outcome.PASS, None, NOON)
            for test in checklist.tests
            if test.required and test.applies_to(grade)
        ),
        tested_on=TODAY,
        battery=battery(88) if checklist.has_battery else None,
        battery_on=TODAY if checklist.has_battery else None,
        parts=(),
        locks=tuple(LockRecord(kind, on=False, method="SEEN", at=NOON) for kind in checklist.locks),
        erasure=Erasure("FACTORY_RESET", "", NOON),
        accessories=(),
        photos=0,
        hold_reason=None,
        second_check=SecondCheck.NOT_DUE,
        work_order_open=False,
        earlier_evidence=False,
    )


def every_level(level: Level) -> GatePolicy:
    """The shipped policy with each requirement at this level."""
    return GatePolicy(
        1,
        {
            name: replace(category, levels=dict.fromkeys(REQUIREMENTS, level))
            for name, category in POLICY.categories.items()
        },
    )


STRICT = every_level(Level.REQUIRED)
CLEAN = replace(
    clean(PHONE), photos=5, accessories=tuple(AccessoryRecord(item.code, True) for item in PHONE.accessories)
)


def codes(unit: UnitFacts, policy: GatePolicy = POLICY, today: date = TODAY) -> list[str]:
    return [blocker.code for blocker in blockers(unit, policy, today)]


@pytest.mark.parametrize("checklist", CHECKLISTS.values(), ids=CHECKLISTS.keys())
def test_a_clean_device_of_every_category_is_stopped_by_nothing(checklist: Checklist) -> None:
    assert codes(clean(checklist)) == []


def test_a_clean_phone_passes_even_the_strictest_gate() -> None:
    assert codes(CLEAN, STRICT) == []


def without_lock(kind: LockKind) -> dict[str, Any]:
    return {"locks": tuple(lock for lock in CLEAN.locks if lock.kind is not kind)}


def with_lock(kind: LockKind) -> dict[str, Any]:
    return {"locks": (*CLEAN.locks, LockRecord(kind, on=True, method="SEEN", at=NOON))}


LATER = NOON + timedelta(hours=1)
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("model", {"has_model": False}),
    ("identifier_imei", {"identifiers": (Identifier(IdentifierKind.SERIAL, "F2LX1234ABCD"),)}),
    ("identifier_imei", {"identifiers": (Identifier(IdentifierKind.IMEI, "356938035643808"),)}),
    ("tests_missing", {"tests": CLEAN.tests[1:]}),
    ("tests_failed", {"tests": (*CLEAN.tests, TestResult("WIFI", Outcome.FAIL, None, NOON))}),
    ("tests_old", {"tested_on": TODAY - timedelta(days=180)}),
    ("battery_missing", {"battery": None, "battery_on": None}),
    ("battery_low", {"battery": battery(79)}),
    ("battery_old", {"battery_on": TODAY - timedelta(days=90)}),
    ("new_battery", {"parts": (PartRecord("BATTERY", True, LATER),)}),
    ("new_battery_low", {"parts": (PartRecord("BATTERY", True, NOON),)}),
    *((f"lock_{kind.value.lower()}", without_lock(kind)) for kind in LockKind),
    *((f"lock_{kind.value.lower()}_on", with_lock(kind)) for kind in LockKind),
    ("erasure", {"erasure": None}),
    ("accessories", {"accessories": CLEAN.accessories[2:]}),
    ("photos", {"photos": 1}),
    ("grade", {"grade": None}),
    ("not_for_sale", {"grade": "NOT_FOR_SALE"}),
    ("inspection", {"inspected": False}),
    ("second_check", {"second_check": SecondCheck.DUE}),
    ("repair", {"work_order_open": True}),
    ("hold", {"hold_reason": "ask the supplier"}),
    ("earlier_evidence", {"earlier_evidence": True}),
]


@pytest.mark.parametrize(("code", "fault"), FAULTS, ids=[code for code, _ in FAULTS])
def test_each_fault_is_one_blocker_with_words_and_goes_when_it_is_cleared(
    code: str, fault: dict[str, Any]
) -> None:
    faulty = replace(CLEAN, **fault)
    found = blockers(faulty, STRICT, TODAY)
    assert [blocker.code for blocker in found] == [code]
    assert found[0].level is Level.REQUIRED
    assert render(found[0].title)
    assert render(found[0].action)
    assert json.loads(json.dumps(dict(found[0].params))) == dict(found[0].params)
    cleared = replace(faulty, **{name: getattr(CLEAN, name) for name in fault})
    assert blockers(cleared, STRICT, TODAY) == []


def test_every_requirement_can_fail_and_has_words() -> None:
    for requirement in REQUIREMENTS:
        assert any(code.startswith(requirement) for code, _ in FAULTS)
        assert render(requirement_text(requirement))
    assert len({render(level_text(level)) for level in Level}) == len(Level)


def test_a_lock_that_is_on_reads_differently_from_one_that_nobody_looked_at() -> None:
    for kind in LockKind:
        unseen, seen_on = (
            render(blockers(replace(CLEAN, **fault), STRICT, TODAY)[0].title)
            for fault in (without_lock(kind), with_lock(kind))
        )
        assert unseen != seen_on


def test_each_lock_is_a_blocker_of_its_own() -> None:
    found = codes(replace(CLEAN, locks=()), STRICT)
    assert found == ["lock_activation", "lock_mdm", "lock_sim", "lock_blacklist"]


def test_the_later_look_at_a_lock_and_the_later_test_count() -> None:
    again = LockRecord(LockKind.SIM, on=False, method="SEEN", at=LATER)
    assert codes(replace(CLEAN, locks=(*with_lock(LockKind.SIM)["locks"], again)), STRICT) == []
    failed = TestResult("WIFI", Outcome.FAIL, None, NOON)
    passed = TestResult("WIFI", Outcome.PASS, None, LATER)
    assert codes(replace(CLEAN, tests=(*CLEAN.tests, failed, passed)), STRICT) == []


def test_each_failed_test_is_named_and_the_missing_ones_stand_together() -> None:
    failed = [
        TestResult(result.code, Outcome.FAIL, None, NOON) if result.code in ("WIFI", "NFC") else result
        for result in CLEAN.tests[2:]
    ]
    found = blockers(replace(CLEAN, tests=tuple(failed)), STRICT, TODAY)
    assert [render(blocker.title) for blocker in found] == [
        "Tests not recorded: 2",
        "Test failed: Wi-Fi",
        "Test failed: NFC",
    ]
    assert PHONE.tests[0].title in render(found[0].action)


def test_not_applicable_is_an_answer() -> None:
    answered = tuple(replace(result, outcome=Outcome.NA) for result in CLEAN.tests)
    assert codes(replace(CLEAN, tests=answered), STRICT) == []


def test_a_step_of_premium_counts_for_premium_only() -> None:
    failed = TestResult("GENUINE_PARTS", Outcome.FAIL, None, NOON)
    assert codes(replace(CLEAN, tests=(*CLEAN.tests, failed))) == []
    assert codes(replace(CLEAN, grade="PREMIUM", battery=battery(95))) == ["tests_missing"]
    premium = replace(CLEAN, grade="PREMIUM", battery=battery(95), tests=(*CLEAN.tests, failed))
    assert codes(premium) == ["tests_failed"]


def test_premium_wants_a_stronger_battery_than_the_rest() -> None:
    assert codes(replace(CLEAN, battery=battery(80))) == []
    found = blockers(replace(clean(PHONE, "PREMIUM"), battery=battery(89)), POLICY, TODAY)
    assert [render(blocker.title) for blocker in found] == ["Battery 89 %, needed 90 %"]


def test_a_new_battery_wants_a_later_reading_of_ninety() -> None:
    replaced = replace(CLEAN, parts=(PartRecord("BATTERY", True, LATER),))
    assert codes(replaced) == ["new_battery"]
    read_again = LATER + timedelta(minutes=5)
    assert codes(replace(replaced, battery=battery(89, read_again))) == ["new_battery_low"]
    assert codes(replace(replaced, battery=battery(100, read_again))) == []


def test_a_reading_of_the_old_battery_does_not_count_for_the_new_one() -> None:
    """Even where the seller only warns of new batteries, some reading of the present one is needed."""
    levels = {**POLICY.of("phone").levels, "new_battery": Level.WARNING}
    lenient = GatePolicy(1, {"*": replace(POLICY.of("phone"), levels=levels)})
    replaced = replace(CLEAN, parts=(PartRecord("BATTERY", True, LATER),))
    assert codes(replaced, lenient) == ["battery_missing", "new_battery"]


def test_other_parts_ask_for_no_battery_reading() -> None:
    assert codes(replace(CLEAN, parts=(PartRecord("SCREEN", None, LATER),)), STRICT) == []


def test_devices_without_a_battery_are_not_asked_for_one() -> None:
    assert codes(replace(clean(CHECKLISTS["console"]), battery=None), every_level(Level.REQUIRED)) == [
        "accessories",
        "photos",
    ]


def test_other_devices_need_some_identifier_and_no_imei() -> None:
    serial = Identifier(IdentifierKind.SERIAL, "F2LX1234ABCD")
    laptop = clean(CHECKLISTS["laptop"])
    assert codes(replace(laptop, identifiers=(serial,))) == []
    assert codes(replace(laptop, identifiers=())) == ["identifier"]


def test_an_unknown_category_is_stopped_for_want_of_a_checklist() -> None:
    drone = replace(clean(CHECKLISTS["console"]), category="drone", checklist=None)
    assert codes(drone) == ["tests_no_checklist"]


def test_what_was_graded_elsewhere_is_taken_as_given_and_said_so() -> None:
    imported = replace(
        CLEAN,
        inspected=False,
        tests=(),
        tested_on=None,
        locks=(),
        erasure=None,
        accessories=(),
        photos=0,
        second_check=SecondCheck.DUE,
        earlier_evidence=True,
    )
    assert codes(imported, STRICT) == ["earlier_evidence"]
    found = blockers(imported, POLICY, TODAY)
    assert [(blocker.code, blocker.level) for blocker in found] == [("earlier_evidence", Level.WARNING)]


def test_earlier_evidence_does_not_outweigh_what_is_known_to_be_bad() -> None:
    imported = replace(CLEAN, earlier_evidence=True)
    faults = dict(FAULTS)
    for code in ("battery_low", "battery_missing", "battery_old", "grade", "hold", "repair", "not_for_sale"):
        assert codes(replace(imported, **faults[code]), STRICT) == [code, "earlier_evidence"]
    assert "lock_mdm_on" in codes(replace(imported, **with_lock(LockKind.MDM)))
    failed = (TestResult("WIFI", Outcome.FAIL, None, NOON),)
    assert "tests_failed" in codes(replace(imported, tests=failed))


def test_what_is_off_stops_nobody_but_a_persons_own_word_always_counts() -> None:
    off = every_level(Level.OFF)
    for code, fault in FAULTS:
        assert codes(replace(CLEAN, **fault), off) == ([code] if code in ALWAYS_REQUIRED else [])


def test_what_one_scan_clears_stands_before_what_takes_work() -> None:
    faults = dict(FAULTS)
    chosen = ("hold", "tests_failed", "battery_low", "erasure", "lock_sim", "identifier_imei")
    unit = CLEAN
    for code in chosen:
        unit = replace(unit, **faults[code])
    assert codes(unit, STRICT) == [
        "identifier_imei", "lock_sim", "erasure", "tests_failed", "battery_low", "hold",
    ]  # fmt: skip


def test_warnings_stand_after_what_is_required() -> None:
    unit = replace(
        clean(PHONE), tested_on=TODAY - timedelta(days=400), erasure=None, hold_reason="lost charger"
    )
    found = blockers(unit, POLICY, TODAY)
    assert [(blocker.code, blocker.level) for blocker in found] == [
        ("erasure", Level.REQUIRED),
        ("hold", Level.REQUIRED),
        ("tests_old", Level.WARNING),
    ]


def test_a_blocker_of_age_reads_the_same_tomorrow() -> None:
    """Else a million old units would be written anew every day."""
    old = replace(CLEAN, battery_on=TODAY - timedelta(days=200))
    assert blockers(old, POLICY, TODAY) == blockers(old, POLICY, TODAY + timedelta(days=1))
    assert "2025-08-13" in render(blockers(old, POLICY, TODAY)[0].title)


def test_the_day_of_the_next_look_is_the_day_the_first_record_grows_too_old() -> None:
    assert recheck_on(CLEAN, POLICY, TODAY) == TODAY + timedelta(days=90)
    assert recheck_on(replace(CLEAN, battery=None, battery_on=None), POLICY, TODAY) == TODAY + timedelta(
        days=180
    )
    assert recheck_on(CLEAN, every_level(Level.OFF), TODAY) is None


faults = st.lists(st.sampled_from([fault for _, fault in FAULTS]), max_size=4)
policies = st.sampled_from([POLICY, STRICT, every_level(Level.WARNING), every_level(Level.OFF)])
ages = st.one_of(st.none(), st.integers(-10, 400))


@given(faults, policies, st.sampled_from([None, *SCALE]), ages, ages)
def test_until_the_day_of_the_next_look_the_answer_stays_and_on_it_it_changes(
    found: list[dict[str, Any]], policy: GatePolicy, grade: str | None, tested: int | None, read: int | None
) -> None:
    unit = replace(CLEAN, grade=grade)
    for fault in found:
        unit = replace(unit, **fault)
    unit = replace(
        unit,
        tested_on=None if tested is None else TODAY - timedelta(days=tested),
        battery_on=None if read is None or unit.battery is None else TODAY - timedelta(days=read),
    )
    present = blockers(unit, policy, TODAY)
    day = recheck_on(unit, policy, TODAY)
    for later in range(1, 420):
        then = TODAY + timedelta(days=later)
        if then == day:
            assert blockers(unit, policy, then) != present
            break
        assert blockers(unit, policy, then) == present


@given(st.lists(st.sampled_from([fault for _, fault in FAULTS]), min_size=1, max_size=6))
def test_no_two_faults_hide_each_other(found: list[dict[str, Any]]) -> None:
    unit = CLEAN
    for fault in found:
        unit = replace(unit, **fault)
    assert blockers(unit, STRICT, TODAY)
