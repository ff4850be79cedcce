"""A warranty: when it begins, how long it lasts, whether it runs. Dates are days of the company's zone.

The law and the marketplace ask for twelve months at least; a listing may promise more.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LEAST_MONTHS = 12
MOST_MONTHS = 60


class Begins(StrEnum):
    """What starts it: the setting `warranty.begins`."""

    SALE = "sale"
    DISPATCH = "dispatch"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Term:
    """From `starts` to `ends`, both covered."""

    starts: date
    ends: date

    def runs(self, day: date) -> bool:
        """Whether a fault on this day is covered."""
        return self.starts <= day <= self.ends

    def days_left(self, day: date) -> int:
        """Days until it ends, that day included; 0 or less once it is over."""
        return (self.ends - day).days + 1


def term(begins: Begins, *, sold: date, dispatched: date, delivered: date | None, months: int) -> Term:
    """The term of one sale. Until the delivery is known, the dispatch stands in for it.

    `months` below twelve counts as twelve. Twelve months from 1 March end on the last day of February.
    """
    starts = {
        Begins.SALE: sold,
        Begins.DISPATCH: dispatched,
        Begins.DELIVERY: delivered or dispatched,
    }[begins]
    months = min(max(months, LEAST_MONTHS), MOST_MONTHS)
    return Term(starts, _last_day(starts, months))


def _last_day(first: date, months: int) -> date:
    """The day before the same day of a later month; where that month is too short, its last day."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    if first.day > longest:
        return date(year, month + 1, longest)
    return date(year, month + 1, first.day) - timedelta(days=1)
