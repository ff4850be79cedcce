"""By when an order must leave: hours of working days, whatever the clocks and the holidays do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.working_time import Calendar, after_working, is_overdue, local_day, ship_by

PARIS = ZoneInfo("Europe/Paris")
WEEK = Calendar(PARIS)
_HOURS = st.integers(min_value=1, max_value=24 * 20).map(lambda hours: timedelta(hours=hours))
_MOMENTS = st.integers(min_value=0, max_value=4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
_CALENDARS = st.builds(
    Calendar,
    st.sampled_from([PARIS, ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")]),
    st.sets(st.integers(min_value=0, max_value=6), min_size=1).map(frozenset),
    st.sets(st.dates(min_value=date(2024, 1, 1), max_value=date(2027, 12, 31)), max_size=20).map(frozenset),
)


def at(text: str) -> datetime:
    """A moment as the clock on the wall in Paris shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("paid", "hours", "due"),
    [
        ("2026-06-03 12:00", 24, "2026-06-04 12:00"),
        ("2026-06-05 12:00", 24, "2026-06-08 12:00"),  # Friday to Monday
        ("2026-06-06 12:00", 24, "2026-06-09 00:00"),  # Saturday: Monday is the first day
        ("2026-06-03 12:00", 48, "2026-06-05 12:00"),
        ("2026-03-27 12:00", 24, "2026-03-30 12:00"),  # the clocks go forward on Sunday
    ],
)
def test_hours_of_delay_are_counted_on_working_days(paid: str, hours: int, due: str) -> None:
    assert after_working(WEEK, at(paid), timedelta(hours=hours)) == at(due)


def test_a_holiday_is_no_working_day() -> None:
    free = Calendar(PARIS, holidays=frozenset({date(2026, 7, 14)}))
    assert after_working(free, at("2026-07-13 12:00"), timedelta(hours=24)) == at("2026-07-15 12:00")


def test_the_earlier_of_the_two_promises_counts_and_neither_is_none() -> None:
    paid, day = at("2026-06-03 12:00"), timedelta(hours=24)
    assert ship_by(WEEK, at("2026-06-03 18:00"), paid, day) == at("2026-06-03 18:00")
    assert ship_by(WEEK, at("2026-06-09 18:00"), paid, day) == at("2026-06-04 12:00")
    assert ship_by(WEEK, None, paid, None) is None
    assert ship_by(WEEK, at("2026-06-09 18:00"), None, day) == at("2026-06-09 18:00")
    assert ship_by(WEEK, None, paid, timedelta(days=400)) is None, "a delay of a year is a mistake"


@given(_CALENDARS, _MOMENTS, _HOURS)
def test_nothing_is_due_before_its_hours_have_passed(
    calendar: Calendar, paid: datetime, delay: timedelta
) -> None:
    # An hour of slack: where the clocks go forward a day has twenty-three.
    assert after_working(calendar, paid, delay) >= paid + delay - timedelta(hours=1)


@given(_CALENDARS, _MOMENTS, _HOURS)
def test_it_is_due_on_a_working_day_or_at_the_end_of_one(
    calendar: Calendar, paid: datetime, delay: timedelta
) -> None:
    due = after_working(calendar, paid, delay)
    assert calendar.works(local_day(due - timedelta(minutes=1), calendar.zone))


@given(_CALENDARS, _MOMENTS, _HOURS, _HOURS)
def test_a_longer_delay_is_due_later(
    calendar: Calendar, paid: datetime, delay: timedelta, more: timedelta
) -> None:
    assert after_working(calendar, paid, delay) < after_working(calendar, paid, delay + more)


@given(_CALENDARS, _MOMENTS, _MOMENTS, _HOURS)
def test_who_paid_earlier_is_not_due_later(
    calendar: Calendar, one: datetime, other: datetime, delay: timedelta
) -> None:
    first, second = sorted((one, other))
    # The hour that the clocks put back is there twice.
    assert after_working(calendar, first, delay) <= after_working(calendar, second, delay) + timedelta(
        hours=1
    )


def test_a_calendar_without_a_working_day_does_not_hold_anybody() -> None:
    never = Calendar(PARIS, frozenset())
    assert after_working(never, at("2026-06-03 12:00"), timedelta(hours=24)) == at("2026-06-04 12:00")


def test_overdue_is_what_should_have_left() -> None:
    now = at("2026-06-03 12:00")
    assert is_overdue(now - timedelta(seconds=1), now)
    assert not is_overdue(now, now)
    assert not is_overdue(None, now)
