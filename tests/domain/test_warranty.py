"""The term of a warranty: never shorter than twelve months, whatever the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.warranty import Begins, term

DAYS = st.dates(date(2015, 1, 1), date(2050, 12, 31))


@given(DAYS, st.integers(0, 5), st.integers(0, 9), st.integers(0, 100), st.sampled_from(Begins))
def test_it_lasts_whole_months_and_at_least_a_year(
    sold: date, until: int, way: int, months: int, begins: Begins
) -> None:
    left = sold + timedelta(days=until)
    came = left + timedelta(days=way)
    found = term(begins, sold=sold, dispatched=left, delivered=came, months=months)
    assert found.starts == {Begins.SALE: sold, Begins.DISPATCH: left, Begins.DELIVERY: came}[begins]
    assert found.runs(found.starts)
    assert found.runs(found.ends)
    assert not found.runs(found.ends + timedelta(days=1))
    assert found.days_left(found.ends) == 1
    assert (found.ends - found.starts).days >= 364
    assert abs((found.ends - found.starts).days - 30.44 * min(max(months, 12), 60)) < 4


def test_until_the_delivery_is_known_the_dispatch_stands_in() -> None:
    day = date(2026, 2, 28)
    found = term(Begins.DELIVERY, sold=day, dispatched=day, delivered=None, months=12)
    assert (found.starts, found.ends) == (day, date(2027, 2, 27))


def test_a_leap_day_ends_on_the_last_of_february() -> None:
    day = date(2028, 2, 29)
    assert term(Begins.SALE, sold=day, dispatched=day, delivered=None, months=12).ends == date(2029, 2, 28)
