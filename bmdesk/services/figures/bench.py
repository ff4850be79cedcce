"""How the bench works, at one moment: a frozen picture of a period, read in one snapshot from the roll-ups; beside it
what stands in the way now, and how long the devices in the house have been here. Knows no screen and no file.

A unit counts where its inspection ended last, for whoever began it. An hour is counted as worked where somebody ended
an inspection in it: two people in one hour are two hours. One person's figures are those inspections alone, what went
on sale after them, and the held units that this person inspected last; the table of people and the age of the stock are
always those of the house.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bmdesk.domain import figures
from bmdesk.domain.figures import Period
from bmdesk.domain.gate import REQUIREMENTS, codes_of
from bmdesk.domain.grading import SCALE
from bmdesk.domain.rights import Right
from bmdesk.domain.unit import IN_HOUSE, State
from bmdesk.domain.working_time import local_day
from bmdesk.services import company, rights
from bmdesk.services.desk import Desk
from bmdesk.services.figures import rebuilding
from bmdesk.store.engine import Connection
from bmdesk.store.queries import bench_answers, people
from bmdesk.store.queries.bench_answers import Worked
from bmdesk.store.queries.bench_figures import Done
from bmdesk.texts import Text, msg

AGES = (7, 30, 60, 90)
"""Where the ages of the stock are cut, in days."""

_TENTH = Decimal("0.1")
_SHARE = Decimal("0.001")


class Figure(StrEnum):
    """The cards, in their order."""

    UNITS = "units"
    PER_HOUR = "units_an_hour"
    TIME = "time_a_unit"
    LISTING = "receipt_to_listing"
    HELD = "held"


SECONDS = frozenset({Figure.TIME, Figure.LISTING})
"""Cards in seconds; HELD is a share from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure, what it was in the equal period before, and the change as a share of that.

    None: nothing to say (nothing was done, nothing before to compare with).
    """

    figure: Figure
    value: Decimal | None
    before: Decimal | None
    change: Decimal | None


@dataclass(frozen=True, slots=True)
class Point:
    """The work of some days; `listing`: mean seconds from receipt to listing of what went on sale in them."""

    period: Period
    units: int
    an_hour: Decimal | None
    listing: int | None


@dataclass(frozen=True, slots=True)
class HourLine:
    """An hour of the day (0 to 23): units ended in it on an average day on which somebody did."""

    hour: int
    units: Decimal


@dataclass(frozen=True, slots=True)
class GradeLine:
    """How many inspections ended with this grade."""

    grade: str
    units: int


@dataclass(frozen=True, slots=True)
class OperatorLine:
    """What one person did. `name` is the code of a badge that nobody has any more."""

    code: str
    name: str
    units: int
    hours: int
    an_hour: Decimal | None
    seconds: int | None
    held: int


@dataclass(frozen=True, slots=True)
class BlockerLine:
    """A requirement that keeps so many held units from being listed now (`blocker_text` names it)."""

    requirement: str
    units: int


@dataclass(frozen=True, slots=True)
class AgeLine:
    """Units in the house for `first` to `last` days (None: and more), and how many of them may be sold or are held."""

    first: int
    last: int | None
    units: int
    ready: int
    held: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the page shows. `by_hour` has no gaps between the first and the last hour.

    `building`: the figures are being made anew, and not all inspections are in them yet. `timed`: how many units'
    time is known; the others were laid aside. `operator`: whose figures these are, a badge's code, "" for everybody's;
    `operators` and `ages` are of the house, and `held_now` is this person's as `blockers` are.
    """

    period: Period
    timezone: str
    cards: tuple[Card, ...]
    trend: tuple[Point, ...]
    by_hour: tuple[HourLine, ...]
    grades: tuple[GradeLine, ...]
    operators: tuple[OperatorLine, ...]
    blockers: tuple[BlockerLine, ...]
    held_now: int
    ages: tuple[AgeLine, ...]
    timed: int
    listed: int
    building: bool
    read_at: datetime
    operator: str = ""
    operator_name: str = ""

    def card(self, figure: Figure) -> Card:
        """The card of this figure."""
        return next(card for card in self.cards if card.figure is figure)

    @property
    def in_house(self) -> int:
        """Units in the house now."""
        return sum(line.units for line in self.ages)


def snapshot(desk: Desk, period: Period, operator: str = "") -> Snapshot:
    """The bench in this period, or one person there (the code of a badge). Raises NotAllowed."""
    rights.require(desk, Right.FIGURES)
    now = desk.clock.now()
    return desk.read(lambda connection: _read(connection, desk.company, period, operator, now))


def operator_named(desk: Desk, given: str) -> str:
    """The code of the badge that a person names, of whoever works or worked here; "" for nothing.

    Raises UnknownOperator.
    """
    code = given.strip().upper()
    if code and not desk.read(lambda connection: bench_answers.has_worked(connection, desk.company, code)):
        return company.operator(desk, code).code
    return code


def card_text(figure: Figure) -> Text:
    """The figure's name."""
    return msg(f"bench_figures.card.{figure.value}")


def blocker_text(requirement: str) -> Text:
    """What keeps a unit from sale where this requirement is not met, without the particulars of one unit."""
    return msg(f"bench_figures.blocker.{requirement}")


@dataclass(frozen=True, slots=True)
class _Work:
    """Sums over days and people, and over first listings."""

    done: Done
    hours: int
    listed: int
    listing_seconds: int

    @classmethod
    def of(cls, rows: Sequence[Worked], listings: Sequence[tuple[int, int, int]] = ()) -> _Work:
        done = Done()
        for row in rows:
            done = done.plus(row.done)
        hours = sum(row.hours for row in rows)
        return cls(done, hours, sum(one[1] for one in listings), sum(one[2] for one in listings))

    @property
    def an_hour(self) -> Decimal | None:
        return _over(self.done.units, self.hours, _TENTH)

    def value(self, figure: Figure) -> Decimal | None:
        """What its card says."""
        match figure:
            case Figure.UNITS:
                return Decimal(self.done.units)
            case Figure.PER_HOUR:
                return self.an_hour
            case Figure.TIME:
                return _over(self.done.seconds, self.done.timed)
            case Figure.LISTING:
                return _over(self.listing_seconds, self.listed)
            case Figure.HELD:
                return _over(self.done.held, self.done.units, _SHARE)


def _read(connection: Connection, company_id: str, period: Period, operator: str, now: datetime) -> Snapshot:
    row = people.company(connection, company_id)
    zone = ZoneInfo(row.timezone)
    first, last = _days(period)
    days = bench_answers.worked(connection, company_id, first, last, "day", operator)
    hours = bench_answers.worked(connection, company_id, first, last, "hour", operator)
    listings = bench_answers.listings_of(connection, company_id, first, last, operator)
    work = _Work.of(days, listings)
    grades = bench_answers.grades(connection, company_id, first, last, operator)
    before = _Work.of(
        bench_answers.worked(connection, company_id, *_days(period.before), operator=operator),
        bench_answers.listings_of(connection, company_id, *_days(period.before), operator=operator),
    )
    names = {one.code: one.name for one in people.operators(connection, company_id)}
    by_operator = bench_answers.worked(connection, company_id, first, last, "operator")
    states = bench_answers.ages(connection, company_id, sorted(IN_HOUSE), _since(local_day(now, zone), zone))
    return Snapshot(
        period=period,
        timezone=row.timezone,
        cards=tuple(_card(figure, work, before) for figure in Figure),
        trend=_trend(period, days, listings),
        by_hour=_by_hour(hours, len(days)),
        grades=tuple(GradeLine(grade, grades[grade]) for grade in sorted(grades, key=_place)),
        operators=_operators(names, by_operator),
        blockers=_blockers(bench_answers.blockers(connection, company_id, operator)),
        held_now=bench_answers.held(connection, company_id, operator),
        ages=_ages(states),
        timed=work.done.timed,
        listed=work.listed,
        building=rebuilding.bench_is_behind(connection, company_id),
        read_at=now,
        operator=operator,
        operator_name=names.get(operator, operator),
    )


def _days(period: Period) -> tuple[int, int]:
    return period.first.toordinal(), period.last.toordinal()


def _card(figure: Figure, work: _Work, before: _Work) -> Card:
    value, then = work.value(figure), before.value(figure)
    return Card(figure, value, then, figures.change(value, then))


def _trend(
    period: Period, days: Sequence[Worked], listings: Sequence[tuple[int, int, int]]
) -> tuple[Point, ...]:
    parts = period.parts()
    ends = [part.last.toordinal() for part in parts]
    done: list[list[Worked]] = [[] for _ in parts]
    listed: list[list[tuple[int, int, int]]] = [[] for _ in parts]
    for day in days:
        done[bisect_left(ends, day.key)].append(day)
    for one in listings:
        listed[bisect_left(ends, one[0])].append(one)
    found = []
    for part, worked, went in zip(parts, done, listed, strict=True):
        mine = _Work.of(worked, went)
        listing = mine.value(Figure.LISTING)
        found.append(Point(part, mine.done.units, mine.an_hour, None if listing is None else int(listing)))
    return tuple(found)


def _by_hour(rows: Sequence[Worked], days: int) -> tuple[HourLine, ...]:
    units = {row.key: row.done.units for row in rows}
    if not units:
        return ()
    hours = range(min(units), max(units) + 1)
    return tuple(HourLine(hour, _over(units.get(hour, 0), days, _TENTH) or Decimal(0)) for hour in hours)


def _operators(names: Mapping[str, str], rows: Iterable[Worked]) -> tuple[OperatorLine, ...]:
    """Who did most first."""
    found = []
    for row in rows:
        work = _Work.of([row])
        seconds = work.value(Figure.TIME)
        found.append(
            OperatorLine(
                code=row.key,
                name=names.get(row.key, row.key),
                units=work.done.units,
                hours=work.hours,
                an_hour=work.an_hour,
                seconds=None if seconds is None else int(seconds),
                held=work.done.held,
            )
        )
    return tuple(sorted(found, key=lambda line: (-line.units, line.code)))


def _blockers(by_code: dict[str, int]) -> tuple[BlockerLine, ...]:
    """The most frequent first."""
    found = [
        BlockerLine(one, units)
        for one in REQUIREMENTS
        if (units := sum(by_code.get(code, 0) for code in codes_of(one)))
    ]
    return tuple(sorted(found, key=lambda line: -line.units))


def _ages(states: dict[tuple[int, str], int]) -> tuple[AgeLine, ...]:
    found = []
    for place, first in enumerate((0, *AGES)):
        here = {state: count for (age, state), count in states.items() if age == place}
        last = AGES[place] - 1 if place < len(AGES) else None
        ready, held = here.get(State.READY.value, 0), here.get(State.HELD.value, 0)
        found.append(AgeLine(first, last, sum(here.values()), ready, held))
    return tuple(found)


def _since(today: date, zone: ZoneInfo) -> list[datetime]:
    """Since when a unit must be here to be as old as each line's youngest; the first line holds what came lately."""
    days = (today - timedelta(days=age - 1) for age in AGES)
    return [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]


def _place(grade: str) -> tuple[int, str]:
    return (SCALE.index(grade) if grade in SCALE else len(SCALE), grade)


def _over(amount: int, count: int, step: Decimal = Decimal(1)) -> Decimal | None:
    """The mean, rounded; None of nothing."""
    return (Decimal(amount) / count).quantize(step) if count else None
