"""Periods, their parts, and amounts of other currencies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.figures import MOST_POINTS, BadPeriod, DatedRate, Exchange, Period, Span, change

DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))


@given(first=DAYS, days=st.integers(1, 3660))
def test_the_parts_of_a_period_are_all_of_its_days_once(first: date, days: int) -> None:
    period = Period.between(first, first + timedelta(days=days - 1))
    for parts in (period.parts(), period.chunks(period.chunk), (period.before, period)):
        assert all(one.last + timedelta(days=1) == then.first for one, then in pairwise(parts))
    assert period.parts()[0].first == first and period.parts()[-1].last == period.last
    assert len(period.chunks(period.chunk)) <= MOST_POINTS
    assert len(period.parts()) <= 125 and period.before.days == period.days


def test_periods_end_with_today_and_compare_with_as_many_days_before() -> None:
    today = date(2026, 3, 1)
    assert Period.until(today, Span.TODAY) == Period(today, today)
    assert Period.until(today, Span.MONTH) == Period(date(2026, 1, 31), today)
    assert Period.until(today, Span.WEEK).before == Period(date(2026, 2, 16), date(2026, 2, 22))
    with pytest.raises(BadPeriod):
        Period.between(today, today - timedelta(days=1))
    for end in (date.min, date.max):  # nothing can be compared there, and no day ends
        with pytest.raises(BadPeriod):
            Period.between(end, end)


def test_a_change_needs_something_before() -> None:
    assert change(Decimal(150), Decimal(100)) == Decimal("0.5")
    assert change(Decimal(0), Decimal(3)) == Decimal(-1)
    assert change(Decimal(3), Decimal(0)) is None
    assert change(None, Decimal(3)) is None


def test_an_amount_is_worth_what_its_day_says() -> None:
    first = datetime(2026, 1, 10, 12, tzinfo=UTC)
    exchange = Exchange(
        "EUR", {"JPY": [DatedRate(Decimal(160), first + timedelta(days=5)), DatedRate(Decimal(150), first)]}
    )

    def worth(amount: int, currency: str, day: int) -> int | None:
        return exchange.minor(amount, currency, date(2026, 1, day), datetime(2026, 1, day + 1, tzinfo=UTC))

    assert worth(123, "EUR", 9) == 123
    assert worth(1_500, "JPY", 10) == 1_000  # yen have no cents
    assert worth(1_600, "JPY", 15) == 1_000
    assert not any(used.early for used in exchange.used())
    assert worth(300, "JPY", 9) == 200  # before the first rate
    assert [(used.rate, used.first.day, used.last.day, used.early) for used in exchange.used()] == [
        (Decimal(150), 9, 10, True),
        (Decimal(160), 15, 15, False),
    ]
    assert worth(0, "SEK", 9) == 0 and not exchange.missing
    assert worth(1, "SEK", 9) is None and exchange.missing == {"SEK"}
