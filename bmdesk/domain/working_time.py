"""Days and hours of the seller: the calendar day of a moment, and by when an order must have left the house.

Pure: callers bring the zone and the holidays. Hours of delay are counted on working days only, a day being 24 hours:
an order paid on Friday noon with a delay of 24 hours is due on Monday noon.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LONGEST_DELAY = timedelta(days=60)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a house works. `weekdays`: Monday is 0; without any, hours are counted on every day."""

    zone: ZoneInfo
    weekdays: AbstractSet[int] = frozenset({0, 1, 2, 3, 4})
    holidays: AbstractSet[date] = field(default_factory=frozenset)

    def works(self, day: date) -> bool:
        """Whether anybody ships on this day."""
        return day.weekday() in self.weekdays and day not in self.holidays


def ship_by(
    calendar: Calendar, expected: datetime | None, paid: datetime | None, delay: timedelta | None
) -> datetime | None:
    """By when it must have left (aware UTC): the earlier of Back Market's own date and payment plus delay in working
    time. None while neither is known.
    """
    found = [expected] if expected is not None else []
    if paid is not None and delay is not None and timedelta(0) < delay <= _LONGEST_DELAY:
        found.append(after_working(calendar, paid, delay))
    return min(found, default=None)


def after_working(calendar: Calendar, start: datetime, delay: timedelta) -> datetime:
    """The moment at which `delay` of working days' time has passed since `start` (aware), in UTC.

    Counted by the clock on the wall, so a day with a change of the clocks is a day like others.
    """
    at = start.astimezone(calendar.zone).replace(tzinfo=None)
    left = delay
    for _ in range(3660):  # a calendar without working days must not hold the caller
        if not calendar.works(at.date()):
            at = datetime.combine(at.date() + _DAY, time())
            continue
        midnight = datetime.combine(at.date() + _DAY, time())
        if left <= midnight - at:
            return (at + left).replace(tzinfo=calendar.zone).astimezone(_UTC)
        left -= midnight - at
        at = midnight
    return start + delay


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day of this moment in this time zone."""
    return at.astimezone(zone).date()


def is_overdue(due: datetime | None, now: datetime) -> bool:
    """Whether it should have left by now."""
    return due is not None and due < now


_UTC = ZoneInfo("UTC")
