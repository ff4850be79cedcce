"""From defects to a suggested grade, with the reasons. Rules are data (`GradingRules`); this module only applies them.

Monotone by construction: every rule can only lower the best possible grade, so a further defect never raises it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bmdesk.domain.battery import BatteryReading
from bmdesk.domain.inspection import Defect, PartRecord
from bmdesk.texts import Text

PREMIUM, EXCELLENT, GOOD, FAIR, NOT_FOR_SALE = "PREMIUM", "EXCELLENT", "GOOD", "FAIR", "NOT_FOR_SALE"
SCALE = (PREMIUM, EXCELLENT, GOOD, FAIR, NOT_FOR_SALE)
"""Back Market's grades from best to worst, and bmdesk's own word for what may not be sold."""


@dataclass(frozen=True, slots=True)
class CapRule:
    """A defect that matches allows `cap` at best. "*" matches anything; `count` defects of at least `severity` must match."""

    zone: str
    kind: str
    severity: int
    cap: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class GradingRules:
    """One version of the rules. `premium_battery`: percent below which Premium is out of reach."""

    version: int
    rules: tuple[CapRule, ...]
    premium_battery: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the rules allow at best.

    `grade` is what DONE would confirm; it is never Premium, because Premium is a promise that a person makes:
    `premium_possible` says that GRADE:PREMIUM needs no reason.
    """

    grade: str
    premium_possible: bool
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class OwnGrade:
    """A grade name of the seller and what it means at Back Market (one of SCALE)."""

    code: str
    title: str
    maps_to: str


@dataclass(frozen=True, slots=True)
class GradeMap:
    """The seller's grade names, valid from a day on."""

    version: int
    valid_from: date | None
    grades: tuple[OwnGrade, ...]

    def resolve(self, code: str) -> OwnGrade | None:
        """The seller's grade (or Back Market's own name) for a scanned code, or None when nobody knows it."""
        raise NotImplementedError


def suggest(
    defects: Sequence[Defect], battery: BatteryReading | None, parts: Sequence[PartRecord], rules: GradingRules
) -> Suggestion:
    """The best grade these defects allow, with one reason for each rule that lowered it (worst first)."""
    raise NotImplementedError
