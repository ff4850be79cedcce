"""A measured value decides together with the operator, never against the limits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.inspection import (
    LockKind,
    Outcome,
    Test,
    ValueMissing,
    ValueNotAsked,
    ValueOutOfRange,
    ValueUnreadable,
    judge,
    lock_text,
    outcome_text,
    parse_value,
)
from bmdesk.texts import Failure, render

WIFI = Test("WIFI", "Wi-Fi")
CURRENT = Test("CURRENT", "Current", measured=True, unit="mA", minimum=Decimal(400), maximum=Decimal(6000))
NOISE = Test("NOISE", "Noise", measured=True, unit="dB", maximum=Decimal(40))
WEIGHT = Test("WEIGHT", "Weight", measured=True, unit="g", minimum=Decimal(1))


def said(failure: Failure) -> str:
    return " ".join(render(text) for text in (failure.title, failure.happened, failure.todo))


def test_a_value_outside_the_limits_cannot_pass_and_the_limits_are_said() -> None:
    for test, value, limits in (
        (CURRENT, "100", "from 400 to 6,000 mA"),
        (NOISE, "41,5", "at most 40 dB"),
        (WEIGHT, "0", "at least 1 g"),
    ):
        with pytest.raises(ValueOutOfRange) as refused:
            judge(test, Outcome.PASS, parse_value(value))
        assert limits in said(refused.value)


def test_the_limits_alone_can_decide() -> None:
    assert judge(CURRENT, None, Decimal(400)) is Outcome.PASS
    assert judge(CURRENT, None, Decimal("6000.1")) is Outcome.FAIL


def test_a_measured_test_cannot_pass_without_its_value() -> None:
    with pytest.raises(ValueMissing) as refused:
        judge(CURRENT, Outcome.PASS, None)
    assert "Current" in said(refused.value)


def test_the_operator_may_fail_what_the_number_would_pass() -> None:
    assert judge(CURRENT, Outcome.FAIL, Decimal(900)) is Outcome.FAIL
    assert judge(CURRENT, Outcome.FAIL, None) is Outcome.FAIL
    assert judge(CURRENT, Outcome.NA, None) is Outcome.NA


def test_a_plain_test_takes_no_value() -> None:
    assert judge(WIFI, Outcome.PASS, None) is Outcome.PASS
    with pytest.raises(ValueNotAsked) as refused:
        judge(WIFI, Outcome.PASS, Decimal(5))
    assert "Wi-Fi" in said(refused.value)


def test_a_comma_and_a_point_both_mark_decimals() -> None:
    assert parse_value(" 12,5 ") == parse_value("12.5") == Decimal("12.5")


@given(st.text(max_size=20))
def test_any_other_text_is_refused_with_what_was_given(text: str) -> None:
    try:
        read = parse_value(text)
    except ValueUnreadable as refused:
        words = said(refused)
    else:
        words = f"{text} is {read}"
    assert text in words


def test_steps_for_premium_are_not_asked_of_others() -> None:
    step = Test("GENUINE", "Genuine parts", grades=frozenset({"PREMIUM"}))
    assert step.applies_to("PREMIUM")
    assert not step.applies_to("GOOD")
    assert not step.applies_to(None)


def test_outcomes_and_locks_have_words() -> None:
    assert len({render(outcome_text(outcome)) for outcome in Outcome}) == len(Outcome)
    assert len({render(lock_text(kind)) for kind in LockKind}) == len(LockKind)
