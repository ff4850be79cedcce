"""The quality gate: why a unit may not be listed, in words, with what clears it.

Pure: callers bring the facts, the policy and the day. A unit may be listed when no blocker of level
`required` is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bmdesk.domain.battery import BatteryPolicy, BatteryReading, needed, retest_due
from bmdesk.domain.grading import NOT_FOR_SALE
from bmdesk.domain.identifiers import Identifier, IdentifierKind, luhn_holds
from bmdesk.domain.inspection import (
    AccessoryRecord,
    Checklist,
    Erasure,
    LockKind,
    LockRecord,
    Outcome,
    PartRecord,
    TestResult,
)
from bmdesk.texts import Text, msg


class Level(StrEnum):
    """How a requirement counts."""

    REQUIRED = "required"
    WARNING = "warning"
    OFF = "off"


class SecondCheck(StrEnum):
    """Where a second person's check of this inspection stands."""

    NOT_DUE = "not_due"
    DUE = "due"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """All that the gate may look at. Times are aware UTC; the *_on dates are days of the company's zone,
    made by the caller.

    `grade` is one of grading.SCALE (a seller's own name is resolved before). Of two records of one thing (a
    test done again, a lock seen twice) the later in the tuple counts.
    """

    category: str | None
    has_model: bool
    identifiers: tuple[Identifier, ...]
    checklist: Checklist | None
    grade: str | None
    inspected: bool
    tests: tuple[TestResult, ...]
    tested_on: date | None
    battery: BatteryReading | None
    battery_on: date | None
    parts: tuple[PartRecord, ...]
    locks: tuple[LockRecord, ...]
    erasure: Erasure | None
    accessories: tuple[AccessoryRecord, ...]
    photos: int
    hold_reason: str | None
    second_check: SecondCheck
    work_order_open: bool
    earlier_evidence: bool


@dataclass(frozen=True, slots=True)
class CategoryPolicy:
    """The gate of one category. `levels` maps a requirement's code (see REQUIREMENTS) to its level; absent
    means off.
    """

    levels: Mapping[str, Level]
    battery: BatteryPolicy
    test_max_age_days: int
    photos_minimum: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """One version of the whole gate: a policy by category, "*" for a category without its own."""

    version: int
    categories: Mapping[str, CategoryPolicy]

    def of(self, category: str | None) -> CategoryPolicy:
        """The policy for this category."""
        return self.categories.get(category or "*", self.categories["*"])


REQUIREMENTS = (
    "model",
    "identifier",
    "tests_missing",
    "battery_missing",
    "new_battery",
    "lock_activation",
    "lock_mdm",
    "lock_sim",
    "lock_blacklist",
    "erasure",
    "accessories",
    "photos",
    "grade",
    "inspection",
    "tests_old",
    "battery_old",
    "second_check",
    "tests_failed",
    "battery_low",
    "repair",
    "hold",
    "not_for_sale",
    "earlier_evidence",
)
"""The codes a policy may set a level for, in the order in which blockers are shown: first what one scan at
the bench clears.
"""

_LOCKS = tuple(f"lock_{kind.value.lower()}" for kind in LockKind)
_FURTHER = {
    "identifier": ("identifier_imei",),
    "tests_missing": ("tests_no_checklist",),
    "new_battery": ("new_battery_low",),
    **{lock: (f"{lock}_on",) for lock in _LOCKS},
}

ALWAYS_REQUIRED = frozenset({"hold", "repair", "not_for_sale"})
"""A person's own word against selling: no policy can switch these off."""


def requirement_text(requirement: str) -> Text:
    """What one of REQUIREMENTS asks, in words (for the settings)."""
    return msg(f"requirement.{requirement}")


def codes_of(requirement: str) -> tuple[str, ...]:
    """Every code under which blockers of this requirement are kept; of any other code, itself."""
    return (requirement, *_FURTHER.get(requirement, ()))


def level_text(level: Level) -> Text:
    """The level in words."""
    return msg(f"level.{level.value}")


NEW_BATTERY_PART = "BATTERY"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason. `params` fill the catalogue templates `blocker.<code>.title` and `blocker.<code>.action`.

    Blockers are stored as rows, so params hold text and whole numbers only, and nothing that changes from
    day to day.
    """

    code: str
    level: Level
    params: tuple[tuple[str, str | int], ...] = ()

    @property
    def title(self) -> Text:
        return msg(f"blocker.{self.code}.title", **dict(self.params))

    @property
    def action(self) -> Text:
        return msg(f"blocker.{self.code}.action", **dict(self.params))


def blockers(unit: UnitFacts, policy: GatePolicy, today: date) -> list[Blocker]:
    """Why this unit may not be listed (required) or should be looked at (warning); empty means it may.

    Required ones first; within a level, first what the operator can clear at once. A unit with earlier
    evidence is not asked for records that were made elsewhere, but what is known to be bad counts all the
    same.
    """
    rules = policy.of(unit.category)
    found = [
        Blocker(code, level, tuple(sorted(params.items())))
        for requirement, code, params in _found(unit, rules, today)
        if (level := _level(requirement, rules)) is not Level.OFF
    ]
    return sorted(found, key=lambda blocker: blocker.level is not Level.REQUIRED)


def recheck_on(unit: UnitFacts, policy: GatePolicy, today: date) -> date | None:
    """The earliest day after today on which `blockers` answers differently with the same facts, or None."""
    rules = policy.of(unit.category)
    present = blockers(unit, policy, today)
    days = {_battery_due(unit, rules), _tests_due(unit, rules)}
    return next(
        (day for day in sorted(d for d in days if d and d > today) if blockers(unit, policy, day) != present),
        None,
    )


_Finding = tuple[str, str, dict[str, str | int]]
"""The requirement that asks, the blocker's code, its parameters."""


def _level(requirement: str, rules: CategoryPolicy) -> Level:
    return Level.REQUIRED if requirement in ALWAYS_REQUIRED else rules.levels.get(requirement, Level.OFF)


def _found(unit: UnitFacts, rules: CategoryPolicy, today: date) -> Iterator[_Finding]:
    """Every finding, in the order of REQUIREMENTS."""
    found = [
        *_identity(unit),
        *_tests(unit, rules, today),
        *_battery(unit, rules, today),
        *_locks(unit),
        *_other_records(unit, rules),
        *_decisions(unit),
    ]
    yield from sorted(found, key=lambda finding: REQUIREMENTS.index(finding[0]))


def _identity(unit: UnitFacts) -> Iterator[_Finding]:
    if not unit.has_model:
        yield "model", "model", {}
    if unit.checklist is not None and unit.checklist.needs_imei:
        # Back Market wants the IMEI of every smartphone, and one that was registered can never be corrected.
        if not any(_is_imei(identifier) for identifier in unit.identifiers):
            yield "identifier", "identifier_imei", {}
    elif not unit.identifiers:
        yield "identifier", "identifier", {}


def _is_imei(identifier: Identifier) -> bool:
    digits = identifier.value
    if identifier.kind is not IdentifierKind.IMEI or len(digits) != 15:
        return False
    return digits.isascii() and digits.isdecimal() and luhn_holds(digits)


def _tests(unit: UnitFacts, rules: CategoryPolicy, today: date) -> Iterator[_Finding]:
    if unit.checklist is None:
        if unit.has_model and not unit.earlier_evidence:
            yield "tests_missing", "tests_no_checklist", {"category": unit.category or "-"}
        return
    results = {result.code: result for result in unit.tests}
    asked = [test for test in unit.checklist.tests if test.applies_to(unit.grade)]
    missing = [test.title for test in asked if test.required and test.code not in results]
    if missing and not unit.earlier_evidence:
        yield "tests_missing", "tests_missing", {"tests": ", ".join(missing), "count": len(missing)}
    for test in asked:
        if test.code in results and results[test.code].outcome is Outcome.FAIL:
            yield "tests_failed", "tests_failed", {"test": test.title, "test_code": test.code}
    due = _tests_due(unit, rules)
    if due is not None and due <= today:
        yield "tests_old", "tests_old", _age(unit.tested_on, rules.test_max_age_days)


def _tests_due(unit: UnitFacts, rules: CategoryPolicy) -> date | None:
    if unit.tested_on is None or rules.test_max_age_days <= 0:
        return None
    return unit.tested_on + timedelta(days=rules.test_max_age_days)


def _battery(unit: UnitFacts, rules: CategoryPolicy, today: date) -> Iterator[_Finding]:
    if unit.checklist is not None and not unit.checklist.has_battery:
        return
    reading = _present_reading(unit)
    if reading is None:
        asks_new = _replaced(unit) is not None
        if asks_new:
            yield "new_battery", "new_battery", {"needed": rules.battery.new_minimum}
        # One reading answers both; where the stricter words are only a warning, the plain requirement still
        # stands.
        if unit.checklist is not None and not (asks_new and _level("new_battery", rules) is Level.REQUIRED):
            yield "battery_missing", "battery_missing", {}
        return
    if _replaced(unit) is not None and reading.percent < rules.battery.new_minimum:
        yield (
            "new_battery",
            "new_battery_low",
            {"percent": reading.percent, "needed": rules.battery.new_minimum},
        )
    least = needed(rules.battery, unit.grade)
    if reading.percent < least:
        yield "battery_low", "battery_low", {"percent": reading.percent, "needed": least}
    due = _battery_due(unit, rules)
    if due is not None and due <= today:
        yield "battery_old", "battery_old", _age(unit.battery_on, rules.battery.retest_days)


def _battery_due(unit: UnitFacts, rules: CategoryPolicy) -> date | None:
    return retest_due(unit.battery_on, rules.battery) if unit.battery_on is not None else None


def _replaced(unit: UnitFacts) -> PartRecord | None:
    """The newest battery that was put in, if any."""
    batteries = [part for part in unit.parts if part.code == NEW_BATTERY_PART]
    return max(batteries, key=lambda part: part.at, default=None)


def _present_reading(unit: UnitFacts) -> BatteryReading | None:
    """The reading, unless it was of a battery that is no longer inside."""
    part = _replaced(unit)
    if part is not None and unit.battery is not None and unit.battery.at < part.at:
        return None
    return unit.battery


def _locks(unit: UnitFacts) -> Iterator[_Finding]:
    records = {record.kind: record for record in unit.locks}
    asked = unit.checklist.locks if unit.checklist is not None else ()
    for kind in LockKind:
        requirement = f"lock_{kind.value.lower()}"
        record = records.get(kind)
        if record is None:
            if kind in asked and not unit.earlier_evidence:
                yield requirement, requirement, {}
        elif record.on:
            yield requirement, f"{requirement}_on", {}


def _other_records(unit: UnitFacts, rules: CategoryPolicy) -> Iterator[_Finding]:
    if unit.earlier_evidence:
        yield "earlier_evidence", "earlier_evidence", {}
        return
    if unit.erasure is None:
        yield "erasure", "erasure", {}
    if unit.checklist is not None:
        known = {record.code for record in unit.accessories}
        open_ = [item.title for item in unit.checklist.accessories if item.code not in known]
        if open_:
            yield "accessories", "accessories", {"accessories": ", ".join(open_), "count": len(open_)}
    wanted = rules.photos_minimum.get(unit.grade or "*", rules.photos_minimum.get("*", 0))
    if unit.photos < wanted:
        yield "photos", "photos", {"have": unit.photos, "needed": wanted}
    if not unit.inspected:
        yield "inspection", "inspection", {}
    if unit.second_check is SecondCheck.DUE:
        yield "second_check", "second_check", {}


def _decisions(unit: UnitFacts) -> Iterator[_Finding]:
    if unit.grade is None:
        yield "grade", "grade", {}
    elif unit.grade == NOT_FOR_SALE:
        yield "not_for_sale", "not_for_sale", {}
    if unit.work_order_open:
        yield "repair", "repair", {}
    if unit.hold_reason is not None:
        yield "hold", "hold", {"reason": unit.hold_reason}


def _age(on: date | None, days: int) -> dict[str, str | int]:
    # The day of the record and not its age: a blocker that changed daily would be written anew daily.
    return {"on": on.isoformat() if on else "-", "days": days}
