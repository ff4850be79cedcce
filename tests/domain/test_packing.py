"""The pack gate: what it refuses, what a supervisor may overrule, and what nobody may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.gate import Blocker, Level
from bmdesk.domain.grading import SCALE
from bmdesk.domain.identifiers import Identifier, IdentifierKind
from bmdesk.domain.inspection import Outcome, TestResult
from bmdesk.domain.packing import InHand, PackRules, Promised, best_grade, refusals, sent_identifier
from bmdesk.texts.catalogue import codes

TODAY = date(2026, 3, 2)
IMEI = Identifier(IdentifierKind.IMEI, "356938035643809")
SERIAL = Identifier(IdentifierKind.SERIAL, "F2LXK0AAHG7F")
GOOD_BOOT = TestResult("BOOT", Outcome.PASS, None, datetime(2026, 3, 1, tzinfo=UTC))
UNIT = InHand(
    state_ready=True,
    variant_id="V",
    grade="EXCELLENT",
    new_battery=False,
    identifiers=(IMEI, SERIAL),
    needs_imei=True,
    has_boot=True,
    boot=GOOD_BOOT,
    boot_on=TODAY - timedelta(days=1),
    reserved_for="L",
    parcel="",
    gate=(),
    product="Apple iPhone 13",
    vat_scheme="margin",
)
LINE = Promised("L", "1001", "IP13-EXCELLENT", "V", "EXCELLENT", new_battery=False, product="Apple iPhone 13")
RULES = PackRules(boot_days=30)


def found(unit: InHand = UNIT, line: Promised = LINE, rules: PackRules = RULES) -> dict[str, bool]:
    """Code -> may it be overruled."""
    return {one.code: one.may_override for one in refusals(unit, line, rules, TODAY)}


def test_the_reserved_unit_leaves() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("unit", "line", "code", "may"),
    [
        (replace(UNIT, parcel="1002"), LINE, "on_other_parcel", False),
        (replace(UNIT, parcel="1001"), LINE, "packed_already", False),
        (replace(UNIT, identifiers=(SERIAL,)), LINE, "no_imei", False),
        (replace(UNIT, identifiers=(), needs_imei=False), LINE, "no_identifier", False),
        (UNIT, replace(LINE, registered="353918057223451"), "other_identifier", False),
        (replace(UNIT, reserved_for="M"), LINE, "reserved_elsewhere", False),
        (replace(UNIT, state_ready=False), LINE, "not_ready", False),
        (replace(UNIT, variant_id="W"), LINE, "other_model", False),
        (replace(UNIT, variant_id="W", reserved_for=""), LINE, "other_model", False),
        (replace(UNIT, variant_id="W", chosen=True), LINE, "other_model", True),
        (replace(UNIT, variant_id="W", chosen=True, product="Apple iPad 9"), LINE, "other_product", False),
        (replace(UNIT, grade="GOOD"), LINE, "grade_below", True),
        (replace(UNIT, grade=""), LINE, "grade_below", True),
        (replace(UNIT, grade="PREMIUM", reserved_for=""), LINE, "grade_above", True),
        (replace(UNIT, reserved_for=""), replace(LINE, variant_id=""), "goods_unknown", False),
        (replace(UNIT, reserved_for=""), replace(LINE, vat_scheme="regular"), "other_vat", False),
        (replace(UNIT, reserved_for="", serves=False), LINE, "other_account", True),
        (UNIT, replace(LINE, new_battery=True), "no_new_battery", True),
        (replace(UNIT, boot=None), LINE, "boot_missing", True),
        (replace(UNIT, boot=replace(GOOD_BOOT, outcome=Outcome.FAIL)), LINE, "boot_failed", False),
        (replace(UNIT, boot=replace(GOOD_BOOT, outcome=Outcome.NA)), LINE, "boot_missing", True),
        (replace(UNIT, boot_on=TODAY - timedelta(days=31)), LINE, "boot_old", True),
        (replace(UNIT, gate=(Blocker("lock_sim_on", Level.WARNING),)), LINE, "gate", True),
        (replace(UNIT, gate=(Blocker("tests_old", Level.WARNING),)), LINE, "gate", True),
        (replace(UNIT, gate=(Blocker("lock_mdm", Level.REQUIRED),)), LINE, "gate", False),
        (replace(UNIT, gate=(Blocker("erasure", Level.REQUIRED),)), LINE, "gate", False),
        (replace(UNIT, gate=(Blocker("photos", Level.REQUIRED),)), LINE, "gate", True),
    ],
)
def test_each_trouble_has_its_name_and_its_weight(unit: InHand, line: Promised, code: str, may: bool) -> None:
    assert found(unit, line)[code] is may
    assert {f"pack.{code}.title", f"pack.{code}.action"} <= codes().keys(), "each has words"


def test_without_swaps_only_the_reserved_unit_leaves() -> None:
    assert found(replace(UNIT, reserved_for=""), rules=PackRules(swaps=False)) == {"not_the_reserved": True}


def test_a_word_for_one_reason_of_the_quality_gate_is_not_for_another() -> None:
    both = (Blocker("photos", Level.REQUIRED), Blocker("battery", Level.REQUIRED))
    about = [one.about for one in refusals(replace(UNIT, gate=both), LINE, RULES, TODAY)]
    assert about == ["gate:photos", "gate:battery"]


UNITS = st.builds(
    replace,
    st.just(UNIT),
    state_ready=st.booleans(),
    variant_id=st.sampled_from(("V", "W", "")),
    grade=st.sampled_from((*SCALE, "")),
    identifiers=st.sampled_from(((IMEI,), (SERIAL,), (IMEI, SERIAL), ())),
    reserved_for=st.sampled_from(("L", "M", "")),
    parcel=st.sampled_from(("", "1001", "1002")),
    vat_scheme=st.sampled_from(("margin", "regular")),
)
LINES = st.builds(
    replace,
    st.just(LINE),
    variant_id=st.sampled_from(("V", "")),
    grade=st.sampled_from((*SCALE, "")),
    vat_scheme=st.sampled_from(("margin", "regular", "")),
)


@given(UNITS, LINES, st.integers(0, 3))
def test_nothing_below_its_promise_or_of_another_order_leaves_unsaid(
    unit: InHand, line: Promised, better: int
) -> None:
    said = refusals(unit, line, PackRules(better=better), TODAY)
    assert all(not one.may_override or later.may_override for one, later in pairwise(said)), "gravest first"
    if said:
        return
    assert line.grade not in SCALE or SCALE.index(unit.grade) <= SCALE.index(line.grade)
    assert line.variant_id in ("", unit.variant_id)
    assert unit.reserved_for in ("", "L")
    assert not unit.parcel
    assert sent_identifier(unit.identifiers, needs_imei=True) == IMEI
    assert unit.reserved_for == "L" or (line.variant_id and line.vat_scheme in ("", unit.vat_scheme))


@given(st.sampled_from((*SCALE, "")), st.sampled_from((*SCALE, "")))
def test_of_two_promises_the_better_one_binds(one: str, other: str) -> None:
    best = best_grade(one, other)
    assert best == best_grade(other, one)
    assert best in (one, other)
    assert all(not grade or SCALE.index(best) <= SCALE.index(grade) for grade in (one, other))


def test_a_phone_is_never_sent_with_its_serial_alone() -> None:
    assert sent_identifier([SERIAL], needs_imei=True) is None
    assert sent_identifier([SERIAL], needs_imei=False) == SERIAL
    assert sent_identifier([SERIAL, IMEI], needs_imei=False) == IMEI
    assert sent_identifier([Identifier(IdentifierKind.IMEI, "356938035643808")], needs_imei=True) is None
