"""What the bench shows: the seat, the unit in hand with all that was recorded, the suggestion, what still blocks it.

Read-only and frozen; one snapshot. The screen redraws from it after each scan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bmdesk.domain import gate
from bmdesk.domain.battery import BatteryReading, needed
from bmdesk.domain.grading import Suggestion
from bmdesk.domain.identifiers import Identifier
from bmdesk.domain.inspection import (
    AccessoryRecord,
    Checklist,
    Defect,
    Erasure,
    LockRecord,
    TestResult,
)
from bmdesk.domain.working_time import local_day
from bmdesk.services.desk import Desk
from bmdesk.services.grading import finishing, judgement
from bmdesk.services.grading.bench import Seat
from bmdesk.services.policies import Policies
from bmdesk.store.engine import Connection
from bmdesk.store.queries import batches, inspections, people, unit_lists, units
from bmdesk.store.queries.people import OperatorRow
from bmdesk.store.queries.unit_lists import ListRow
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row


@dataclass(frozen=True, slots=True)
class BatchInHand:
    """The batch that received units join, as the header shows it."""

    id: str
    code: str
    source: str
    arrived: int
    expected: int
    found: int

    @property
    def unexpected(self) -> int:
        """Units that came though the list does not name them; without a list nothing is unexpected."""
        return self.arrived - self.found if self.expected else 0


@dataclass(frozen=True, slots=True)
class UnitInHand:
    """The unit in hand and everything recorded of it in its present stay. `grade` is what somebody confirmed."""

    row: UnitRow
    identifiers: tuple[Identifier, ...]
    checklist: Checklist | None
    tests: tuple[TestResult, ...]
    defects: tuple[tuple[str, Defect], ...]
    battery: BatteryReading | None
    battery_needed: int
    locks: tuple[LockRecord, ...]
    erasure: Erasure | None
    accessories: tuple[AccessoryRecord, ...]
    photos: tuple[str, ...]
    labour_minutes: int
    new_battery: bool
    suggestion: Suggestion
    grade: str
    own_grade: str
    blockers: tuple[gate.Blocker, ...]
    waits_for_second_person: bool


@dataclass(frozen=True, slots=True)
class RecentUnit:
    """One line of the list of units done last."""

    id: str
    identifier: str
    title: str
    grade: str
    state: str
    battery: int | None
    at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class Pace:
    """Today in the company's time zone: units done, by hour and grade, median time; yesterday until now."""

    done: int
    yesterday_by_now: int
    per_hour: tuple[tuple[int, int], ...]
    grades: tuple[tuple[str, int], ...]
    seconds_per_unit: int | None
    target_per_hour: int


@dataclass(frozen=True, slots=True)
class BenchView:
    """The whole bench of one seat."""

    operator: OperatorRow | None
    batch: BatchInHand | None
    next_model: str
    binding: bool
    unit: UnitInHand | None
    last_unit_id: str | None


def view(desk: Desk, seat: Seat) -> BenchView:
    """What this seat has before it."""

    def work(connection: Connection) -> BenchView:
        sitting = people.seat(connection, desk.company, desk.station, seat.name)
        if sitting is None:
            return BenchView(None, None, "", binding=False, unit=None, last_unit_id=None)
        policies = desk.policies(connection)
        unit = _unit(connection, policies, sitting.unit_id) if sitting.unit_id else None
        batch = _batch(connection, sitting.batch_id) if sitting.batch_id else None
        return BenchView(
            sitting.operator, batch, sitting.variant_id or "", sitting.binding, unit, sitting.last_unit_id
        )

    return desk.read(work)


def recent(desk: Desk, limit: int = 50) -> tuple[RecentUnit, ...]:
    """The units done last, newest first."""

    def work(connection: Connection) -> tuple[RecentUnit, ...]:
        looks = inspections.closed_last(connection, desk.company, limit)
        done = unit_lists.rows(connection, [looked["unit_id"] for looked in looks])
        return tuple(_recent(row, looked) for row, looked in zip(done, looks, strict=True))

    return desk.read(work)


def pace(desk: Desk) -> Pace:
    """How today goes at all benches of the company."""
    now = desk.clock.now()

    def work(connection: Connection) -> Pace:
        policies = desk.policies(connection)
        zone = policies.timezone
        midnight = datetime.combine(local_day(now, zone), time(), zone)
        day_before = datetime.combine(local_day(now, zone) - timedelta(days=1), time(), zone)
        today = inspections.closed_between(connection, desk.company, midnight, now + timedelta(hours=1))
        # The same stretch of yesterday by the clock on the wall, also across a change of summer time.
        until = datetime.combine(day_before.date(), now.astimezone(zone).time(), zone)
        before = inspections.closed_between(connection, desk.company, day_before, until)
        hours: dict[int, int] = {}
        grades: dict[str, int] = {}
        for row in today:
            hour = row["closed_at"].astimezone(zone).hour
            hours[hour] = hours.get(hour, 0) + 1
            grades[row["grade"]] = grades.get(row["grade"], 0) + 1
        spans = sorted((row["closed_at"] - row["opened_at"]).total_seconds() for row in today)
        # The median: a unit that waited over lunch is no slower unit.
        middle = int(spans[len(spans) // 2]) if spans else None
        return Pace(
            done=len(today),
            yesterday_by_now=len(before),
            per_hour=tuple(sorted(hours.items())),
            grades=tuple(sorted(grades.items())),
            seconds_per_unit=middle,
            target_per_hour=policies.settings["bench.target_per_hour"],
        )

    return desk.read(work)


def _recent(done: ListRow, looked: Row) -> RecentUnit:
    row = done.unit
    return RecentUnit(
        row.id,
        done.identifiers[0].value if done.identifiers else "",
        row.title,
        row.grade,
        row.state,
        row.battery_percent,
        looked["closed_at"],
        looked["graded_by"],
    )


def _unit(connection: Connection, policies: Policies, unit_id: str) -> UnitInHand:
    row = units.unit(connection, unit_id)
    stay = units.stay(connection, unit_id, row.stay_number)
    stay_id = stay["id"] if stay else ""
    looked = inspections.last_inspection(connection, stay_id)
    looked_id = looked["id"] if looked else ""
    suggestion = finishing.suggest(connection, policies, row, stay_id, looked_id)
    confirmed = bool(looked and looked["grade"] and looked["suggested"] == suggestion.grade)
    check = inspections.check(connection, looked_id) if looked else None
    return UnitInHand(
        row=row,
        identifiers=units.identifiers(connection, unit_id),
        checklist=policies.checklist(row.category),
        tests=inspections.tests(connection, looked_id) if looked else (),
        defects=tuple(inspections.defects(connection, looked_id)) if looked else (),
        battery=inspections.battery(connection, stay_id),
        battery_needed=needed(policies.battery(row.category), row.grade or suggestion.grade),
        locks=inspections.locks(connection, stay_id),
        erasure=inspections.erasure(connection, stay_id),
        accessories=inspections.accessories(connection, stay_id),
        photos=tuple(p["sha256"] for p in inspections.photos(connection, unit_id)),
        labour_minutes=stay["labour_minutes"] if stay else 0,
        new_battery=bool(stay and stay["new_battery"]),
        suggestion=suggestion,
        grade=looked["grade"] if looked and confirmed else "",
        own_grade=looked["own_grade"] if looked and confirmed else "",
        blockers=tuple(judgement.stored_blockers(connection, unit_id)),
        waits_for_second_person=bool(check and check["agreed"] is None),
    )


def _batch(connection: Connection, batch_id: str) -> BatchInHand:
    row = batches.batch(connection, batch_id)
    return BatchInHand(row["id"], row["code"], row["source"], *batches.counts(connection, batch_id))
