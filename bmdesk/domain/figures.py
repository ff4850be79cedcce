"""Figures of the dashboard: periods and their parts, changes, and amounts brought into one currency.

Pure: callers bring the day, the sums and the rates. What an order adds is `store.queries.sales`, by STANDING here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from bmdesk.domain.money import Money
from bmdesk.domain.orders import TO_FULFIL, LineState
from bmdesk.texts import Failure

STANDING = TO_FULFIL | {LineState.SHIPPED}
"""Lines that count as sold: paid, and neither cancelled nor given back. A part given back is less revenue."""

LONGEST_DAYS = 3660
MOST_POINTS = 30
"""Points of a card's small line."""

LAID_ASIDE = timedelta(hours=2)
"""A device whose inspection took longer was laid aside meanwhile, or taken up again: it says nothing of the work."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when something is for sale of which nobody knows."""

_BY_DAY, _BY_WEEK = 45, 200
_DAY = timedelta(days=1)


class BadPeriod(Failure):
    """No period is called so, or its days are in no order. Params: `given`, `known`."""

    code = "dashboard.bad_period"


class Span(StrEnum):
    """Periods that end with today. Stored and typed as their value."""

    TODAY = "today"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "year"


DAYS = {Span.TODAY: 1, Span.WEEK: 7, Span.MONTH: 30, Span.QUARTER: 90, Span.YEAR: 365}


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the company's calendar, both ends included."""

    first: date
    last: date

    @classmethod
    def until(cls, today: date, span: Span) -> Period:
        """The days of this span that end with today; a year is 365 days, so that it compares with the one before."""
        return cls(today - (DAYS[span] - 1) * _DAY, today)

    @classmethod
    def between(cls, first: date, last: date) -> Period:
        """From one day to another. Raises BadPeriod where they are in no order, or too far apart.

        So near to either end of the calendar that the days before or after it are none: that is no period either.
        """
        period = cls(first, last)
        near_an_end = min(first.toordinal(), date.max.toordinal() - last.toordinal()) <= 2 * LONGEST_DAYS
        if not 1 <= period.days <= LONGEST_DAYS or near_an_end:
            raise BadPeriod(given=f"{first} - {last}"[:60], known=", ".join(Span))
        return period

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """As many days right before it."""
        return Period(self.first - self.days * _DAY, self.first - _DAY)

    def parts(self) -> tuple[Period, ...]:
        """The trend's points: days, weeks from Monday, or months, by its length; the first and last may be shorter."""
        if self.days <= _BY_DAY:
            return self.chunks(1)
        return tuple(self._cut(by_month=self.days > _BY_WEEK))

    def chunks(self, width: int) -> tuple[Period, ...]:
        """Pieces of so many days; the last may be shorter."""
        starts = (self.first + step * _DAY for step in range(0, self.days, width))
        return tuple(Period(start, min(start + (width - 1) * _DAY, self.last)) for start in starts)

    @property
    def chunk(self) -> int:
        """How many days a point of a card's line holds."""
        return -(-self.days // MOST_POINTS)

    def _cut(self, *, by_month: bool) -> Iterator[Period]:
        start = self.first
        while start <= self.last:
            if by_month:
                end = (start.replace(day=1) + 32 * _DAY).replace(day=1) - _DAY
            else:
                end = start + (6 - start.weekday()) * _DAY
            yield Period(start, min(end, self.last))
            start = end + _DAY


def change(value: Decimal | None, before: Decimal | None) -> Decimal | None:
    """By which share it grew, to a tenth of a per cent; None where there was nothing before."""
    if value is None or before is None or before <= 0:
        return None
    return ((value - before) / before).quantize(Decimal("0.001"), ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class DatedRate:
    """So much of the currency is one unit of the company's own, since then."""

    rate: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class UsedRate:
    """A rate that amounts of these days were converted at. `early`: some are from before it was given."""

    currency: str
    rate: Decimal
    at: datetime
    first: date
    last: date
    early: bool


class Exchange:
    """Brings amounts into one currency at the rate in force when their day ended, and remembers which it used.

    Before the first rate the first counts. A currency without a rate is left out, and named in `missing`.
    """

    def __init__(self, currency: str, rates: Mapping[str, Sequence[DatedRate]]) -> None:
        self.currency = currency
        self.missing: set[str] = set()
        self._rates = {name: sorted(given, key=lambda one: one.at) for name, given in rates.items() if given}
        self._moments = {name: [one.at for one in given] for name, given in self._rates.items()}
        self._step = Decimal(1).scaleb(-_decimals(currency))
        self._used: dict[tuple[str, DatedRate], UsedRate] = {}

    def minor(self, amount: int, currency: str, day: date, ended: datetime) -> int | None:
        """The amount of this day in minor units of the one currency, rounded half to even; None without a rate."""
        if currency == self.currency:
            return amount
        if currency not in self._rates:
            if amount:
                self.missing.add(currency)
            return None if amount else 0
        rate = self._in_force(currency, day, ended)
        own = (Money(amount, currency).amount / rate.rate).quantize(self._step, ROUND_HALF_EVEN)
        return int(own / self._step)

    def used(self) -> tuple[UsedRate, ...]:
        """The rates in the order of their currencies and dates."""
        return tuple(sorted(self._used.values(), key=lambda one: (one.currency, one.at)))

    def _in_force(self, currency: str, day: date, ended: datetime) -> DatedRate:
        known = bisect_left(self._moments[currency], ended)
        rate = self._rates[currency][max(known - 1, 0)]
        seen = self._used.get((currency, rate))
        first, last = (min(seen.first, day), max(seen.last, day)) if seen else (day, day)
        early = not known or (seen is not None and seen.early)
        self._used[currency, rate] = UsedRate(currency, rate.rate, rate.at, first, last, early)
        return rate


def worked_seconds(opened: datetime, closed: datetime) -> int | None:
    """How long somebody worked on a device; None where it was laid aside meanwhile, or the clock jumped back."""
    seconds = seconds_between(opened, closed)
    return None if seconds is None or seconds > LAID_ASIDE.total_seconds() else seconds


def seconds_between(before: datetime, after: datetime) -> int | None:
    """Whole seconds; None where they are in no order."""
    passed = after - before
    return None if passed < timedelta() else int(passed.total_seconds())


def total(amounts: Iterable[int | None]) -> int:
    """The sum of what could be converted."""
    return sum(amount for amount in amounts if amount is not None)


def _decimals(currency: str) -> int:
    exponent = Money(1, currency).amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
