"""The grade that defects allow, by the rules a fresh store starts with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.battery import BatteryReading
from bmdesk.domain.grading import (
    SCALE,
    CapRule,
    GradeMap,
    GradingRules,
    OwnGrade,
    Suggestion,
    grade_text,
    suggest,
)
from bmdesk.domain.inspection import Defect, PartRecord
from bmdesk.domain.policy import read_checklist, read_grading
from bmdesk.texts import render

RESOURCES = Path(__file__).parents[2] / "resources"
RULES = read_grading(json.loads((RESOURCES / "policies/grading.json").read_text("utf-8")))
PHONE = read_checklist(json.loads((RESOURCES / "checklists/phone.json").read_text("utf-8")))
CONSOLE = read_checklist(json.loads((RESOURCES / "checklists/console.json").read_text("utf-8")))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

zones = st.sampled_from([zone.code for zone in PHONE.zones])
kinds = st.sampled_from([kind.code for kind in PHONE.defects])
defects = st.builds(Defect, zones, kinds, st.integers(1, 3))
any_rules = st.builds(
    GradingRules,
    st.just(1),
    st.lists(
        st.builds(
            CapRule,
            st.one_of(st.just("*"), zones),
            st.one_of(st.just("*"), kinds),
            st.integers(1, 3),
            st.sampled_from(SCALE),
            st.integers(1, 4),
        ),
        max_size=12,
    ).map(tuple),
    st.integers(0, 100),
)


def battery(percent: int) -> BatteryReading:
    return BatteryReading(percent, 120, "PHONE", NOON)


def graded(*found: Defect, percent: int = 95, parts: tuple[PartRecord, ...] = ()) -> Suggestion:
    return suggest(found, battery(percent), parts, RULES, PHONE)


def rank(suggestion: Suggestion) -> tuple[int, bool]:
    return SCALE.index(suggestion.grade), not suggestion.premium_possible


def test_a_flawless_phone_is_excellent_and_may_be_made_premium_by_a_person() -> None:
    assert graded() == Suggestion("EXCELLENT", premium_possible=True, reasons=())


@pytest.mark.parametrize(
    ("zone", "kind", "severity", "grade"),
    [
        ("BACK", "SCRATCH", 1, "EXCELLENT"),
        ("BACK", "SCRATCH", 2, "GOOD"),
        ("BACK", "SCRATCH", 3, "FAIR"),
        ("SCREEN", "SCRATCH", 1, "GOOD"),
        ("SCREEN", "SCRATCH", 2, "FAIR"),
        ("SCREEN", "SCRATCH", 3, "NOT_FOR_SALE"),
        ("EDGE_LEFT", "DENT", 1, "GOOD"),
        ("EDGE_LEFT", "DENT", 3, "FAIR"),
        ("BACK", "CRACK", 1, "NOT_FOR_SALE"),
        ("SCREEN", "DEAD_PIXEL", 1, "NOT_FOR_SALE"),
        ("SCREEN", "BURN_IN", 1, "GOOD"),
        ("SCREEN", "BURN_IN", 3, "NOT_FOR_SALE"),
    ],
)
def test_one_defect_has_the_grade_of_the_marketplaces_rules(
    zone: str, kind: str, severity: int, grade: str
) -> None:
    found = graded(Defect(zone, kind, severity))
    assert found.grade == grade
    assert not found.premium_possible
    assert [render(grade_text(grade)) in render(reason) for reason in found.reasons] == [True]


def test_many_micro_scratches_are_no_longer_excellent() -> None:
    scratches = [Defect("BACK", "SCRATCH", 1)] * 8
    assert [graded(*scratches[:number]).grade for number in (3, 4, 8)] == ["EXCELLENT", "GOOD", "FAIR"]


def test_the_reasons_say_what_lies_where_worst_first() -> None:
    found = graded(Defect("BACK", "SCRATCH", 1), Defect("SCREEN", "CRACK", 2), Defect("EDGE_TOP", "DENT", 1))
    assert [render(reason) for reason in found.reasons] == [
        "Screen: Crack, visible: Not for sale at best",
        "Top edge: Dent, light: Good at best",
        "Back: Scratch, light: Excellent at best",
    ]


def test_one_defect_is_explained_once_though_many_rules_meet_it() -> None:
    assert len(graded(Defect("SCREEN", "SCRATCH", 3)).reasons) == 1


def test_premium_wants_a_strong_battery_and_says_so() -> None:
    weak = graded(percent=88)
    assert (weak.grade, weak.premium_possible) == ("EXCELLENT", False)
    assert [render(reason) for reason in weak.reasons] == [
        "Premium needs a battery of 90 %, this one has 88 %"
    ]
    unread = suggest((), None, (), RULES, PHONE)
    assert not unread.premium_possible
    assert render(unread.reasons[0])


def test_a_device_without_a_battery_can_be_premium() -> None:
    assert suggest((), None, (), RULES, CONSOLE).premium_possible


def test_premium_wants_genuine_parts() -> None:
    assert graded(parts=(PartRecord("SCREEN", True, NOON),)).premium_possible
    for genuine in (False, None):
        found = graded(parts=(PartRecord("SCREEN", genuine, NOON),))
        assert not found.premium_possible
        assert "Screen" in render(found.reasons[0])


def test_an_unknown_zone_or_kind_is_shown_by_its_code() -> None:
    assert "HANDLE: RUST" in render(graded(Defect("HANDLE", "RUST", 1)).reasons[0])


@given(st.lists(defects, max_size=10), defects, any_rules, st.integers(0, 100))
def test_a_further_defect_never_raises_the_grade(
    found: list[Defect], further: Defect, rules: GradingRules, percent: int
) -> None:
    for by in (RULES, rules):
        before = suggest(found, battery(percent), (), by, PHONE)
        assert rank(suggest([*found, further], battery(percent), (), by, PHONE)) >= rank(before)


@given(st.lists(defects, min_size=1, max_size=10), any_rules, st.data())
def test_a_heavier_defect_never_raises_the_grade(
    found: list[Defect], rules: GradingRules, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(found) - 1))
    one = found[at]
    heavier = [*found[:at], Defect(one.zone, one.kind, min(3, one.severity + 1)), *found[at + 1 :]]
    for by in (RULES, rules):
        assert rank(suggest(heavier, battery(95), (), by)) >= rank(suggest(found, battery(95), (), by))


@given(st.lists(defects, max_size=6), any_rules, st.randoms())
def test_the_order_in_which_defects_are_scanned_does_not_matter(
    found: list[Defect], rules: GradingRules, random: Random
) -> None:
    other = list(found)
    random.shuffle(other)
    for by in (RULES, rules):
        assert rank(suggest(found, None, (), by)) == rank(suggest(other, None, (), by))


@given(st.lists(defects, max_size=8), any_rules)
def test_whatever_lowers_the_grade_is_said(found: list[Defect], rules: GradingRules) -> None:
    for by in (RULES, rules):
        suggestion = suggest(found, battery(100), (), by, PHONE)
        assert suggestion.premium_possible is (not suggestion.reasons)
        assert all(render(reason) for reason in suggestion.reasons)
        if suggestion.grade != "EXCELLENT":
            assert render(grade_text(suggestion.grade)) in render(suggestion.reasons[0])


OWN = GradeMap(
    1,
    None,
    (
        OwnGrade("A", "A-Ware", "EXCELLENT"),
        OwnGrade("POOR", "Poor", "NOT_FOR_SALE"),
        OwnGrade("GOOD", "B", "FAIR"),
    ),
)


def test_a_sellers_own_name_goes_before_the_marketplaces() -> None:
    assert OWN.resolve("good") == OwnGrade("GOOD", "B", "FAIR")


def test_the_marketplaces_names_are_known_to_every_seller() -> None:
    found = OWN.resolve("not for sale")
    assert found == OwnGrade("NOT_FOR_SALE", "Not for sale", "NOT_FOR_SALE")


def test_a_name_that_nobody_knows_is_no_grade() -> None:
    assert OWN.resolve("STALLONE") is None
    assert OWN.resolve("") is None
