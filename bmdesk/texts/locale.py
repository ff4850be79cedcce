"""How people of each language write numbers, money, days and times; one function each, for all that is shown.

What a program reads (files, JSON, the store) never passes here. A small table instead of Babel: a handful of habits,
against 32 MB of data in an installed bmdesk. A language without a line here is written the English way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from bmdesk.texts.choice import language

__all__ = ["clock", "day", "moment", "money", "number", "read_day", "short_day"]


@dataclass(frozen=True, slots=True)
class Habits:
    """The habits of one language; days as `strftime` forms, `short_day` with {day} and {month}."""

    decimal: str
    group: str
    day: str
    short_day: str
    months: tuple[str, ...]


# English is read in countries that write 3/4 for different days: the ISO form is the one nobody misreads.
_ENGLISH = Habits(
    decimal=".",
    group=",",
    day="%Y-%m-%d",
    short_day="{day} {month}",
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_HABITS = {
    "en": _ENGLISH,
    "de": Habits(
        decimal=",",
        group=".",
        day="%d.%m.%Y",
        short_day="{day}. {month}",
        months=(
            "Jan.",
            "Feb.",
            "März",
            "Apr.",
            "Mai",
            "Juni",
            "Juli",
            "Aug.",
            "Sept.",
            "Okt.",
            "Nov.",
            "Dez.",
        ),
    ),
}


def number(value: int | float | Decimal, places: int | None = None) -> str:
    """This number with its thousands apart, rounded to `places` where given: 1,234.5 or 1.234,5."""
    plain = f"{value:,}" if isinstance(value, int) and places is None else ""
    if not plain:
        plain = f"{value:,.{places}f}" if places is not None else f"{Decimal(str(value)):,f}"
    habits = _habits()
    return plain.translate({ord(","): habits.group, ord("."): habits.decimal})


def money(amount: Decimal, currency: str) -> str:
    """This amount as people write it, with its currency: 1,234.50 EUR or 1.234,50 EUR."""
    return f"{number(amount)} {currency}"


def day(value: date, zone: tzinfo | None = None) -> str:
    """This day in figures: 2026-03-01 or 01.03.2026. A moment is taken in this zone, else in this computer's."""
    return _local(value, zone).strftime(_habits().day)


def short_day(value: date) -> str:
    """Day and month without the year, for what is near: 1 Mar or 1. März."""
    at, habits = _local(value), _habits()
    return habits.short_day.format(day=at.day, month=habits.months[at.month - 1])


def clock(value: datetime, zone: tzinfo | None = None) -> str:
    """The time of day, in this zone or on this computer: 12:05."""
    return f"{_local(value, zone):%H:%M}"


def moment(value: datetime, zone: tzinfo | None = None) -> str:
    """Day and time, in this zone or on this computer: 2026-03-01 12:05 or 01.03.2026 12:05."""
    return f"{day(value, zone)} {clock(value, zone)}"


def read_day(typed: str) -> date:
    """The day that a person typed, as the language writes it or as ISO does. Raises ValueError."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return datetime.strptime(typed.strip(), _habits().day).date()  # noqa: DTZ007 - a day has no zone


def _local(value: date, zone: tzinfo | None = None) -> date:
    return value.astimezone(zone) if isinstance(value, datetime) else value


def _habits() -> Habits:
    return _HABITS.get(language(), _ENGLISH)
