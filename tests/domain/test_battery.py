"""Battery readings age, and grades ask for different health."""

from __future__ import annotations

from datetime import date

from bmdesk.domain.battery import BatteryPolicy, needed, retest_due

PHONES = BatteryPolicy(minimum={"*": 80, "PREMIUM": 90}, new_minimum=90, retest_days=30)


def test_premium_asks_for_more_than_the_rest() -> None:
    assert needed(PHONES, "PREMIUM") == 90
    assert needed(PHONES, "FAIR") == needed(PHONES, None) == 80


def test_without_any_limit_every_reading_will_do() -> None:
    assert needed(BatteryPolicy(minimum={}, new_minimum=0, retest_days=0), "GOOD") == 0


def test_a_reading_counts_for_exactly_the_days_that_were_set() -> None:
    assert retest_due(date(2026, 1, 31), PHONES) == date(2026, 3, 2)


def test_where_readings_do_not_age_none_is_ever_due() -> None:
    ageless = BatteryPolicy(minimum={}, new_minimum=0, retest_days=0)
    assert retest_due(date(2020, 1, 1), ageless) is None
