"""The quality gate: why a unit may not be listed, in words, with what clears it.

Pure: callers bring the facts, the policy and the day. A unit may be listed when no blocker of level `required` is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bmdesk.domain.battery import BatteryPolicy, BatteryReading
from bmdesk.domain.identifiers import Identifier
from bmdesk.domain.inspection import (
    AccessoryRecord,
    Checklist,
    Erasure,
    LockRecord,
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
    """All that the gate may look at. Times are aware UTC; `zone` days are computed by the caller into the *_on dates."""

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
    """The gate of one category. `levels` maps a requirement's code (see REQUIREMENTS) to its level; absent means off."""

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
    "hold",
    "repair",
    "inspection",
    "tests_missing",
    "tests_failed",
    "tests_old",
    "battery_missing",
    "battery_low",
    "battery_old",
    "new_battery",
    "lock_activation",
    "lock_mdm",
    "lock_sim",
    "lock_blacklist",
    "erasure",
    "accessories",
    "photos",
    "grade",
    "not_for_sale",
    "second_check",
    "earlier_evidence",
)
"""The codes a policy may set a level for. `not_for_sale`, `hold` and `repair` cannot be switched off."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason. `params` fill the catalogue templates `blocker.<code>.title` and `blocker.<code>.action`."""

    code: str
    level: Level
    params: tuple[tuple[str, object], ...] = ()

    @property
    def title(self) -> Text:
        return msg(f"blocker.{self.code}.title", **dict(self.params))

    @property
    def action(self) -> Text:
        return msg(f"blocker.{self.code}.action", **dict(self.params))


def blockers(unit: UnitFacts, policy: GatePolicy, today: date) -> list[Blocker]:
    """Why this unit may not be listed (required) or should be looked at (warning); empty means it may.

    Order: what the operator can clear first.
    """
    raise NotImplementedError


def recheck_on(unit: UnitFacts, policy: GatePolicy, today: date) -> date | None:
    """The earliest day after today on which `blockers` can answer differently with the same facts, or None."""
    raise NotImplementedError
