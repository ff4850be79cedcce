from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bmdesk.system.clock import Clock, FixedClock, SystemClock


def test_the_systems_clock_speaks_utc() -> None:
    clock: Clock = SystemClock()

    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_held_clock_stands_still_until_moved() -> None:
    clock = FixedClock(datetime(2026, 1, 15, 10, 0, tzinfo=timezone(timedelta(hours=1))))

    assert clock.now() == clock.now() == datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
    assert clock.advance(minutes=5) == datetime(2026, 1, 15, 9, 5, tzinfo=UTC)
    assert clock.advance(timedelta(hours=-1)) == datetime(2026, 1, 15, 8, 5, tzinfo=UTC)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 1, 15, 9, 0))  # noqa: DTZ001 - that is the point
