"""What is looked at on a device and what was found: checklists, test results, defects, locks, erasure, accessories.

Pure values. Whether they suffice is the gate's question; what grade they suggest is grading's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """The result of one test."""

    PASS = "PASS"
    FAIL = "FAIL"
    NA = "NA"


class LockKind(StrEnum):
    """A lock or a list that keeps a device from being sold; each is a record of its own."""

    ACTIVATION = "ACTIVATION"
    MDM = "MDM"
    SIM = "SIM"
    BLACKLIST = "BLACKLIST"


@dataclass(frozen=True, slots=True)
class Test:
    """One step of a checklist. `grades` empty: for every grade; else only for units of these grades."""

    code: str
    title: str
    required: bool = True
    measured: bool = False
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    grades: frozenset[str] = frozenset()
    key: str = ""

    def applies_to(self, grade: str | None) -> bool:
        """Whether a unit of this grade needs this step."""
        return not self.grades or (grade is not None and grade in self.grades)


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the device's surface. `outline`: points in a unit square, for the picture; `side` front | back | edge."""

    code: str
    title: str
    side: str
    outline: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its words: an accessory, a kind of defect, a part, an erasure method."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """Everything the bench asks about one category of device; versioned data, a seller may edit a copy."""

    category: str
    version: int
    tests: tuple[Test, ...]
    zones: tuple[Zone, ...]
    defects: tuple[Coded, ...]
    accessories: tuple[Coded, ...]
    parts: tuple[Coded, ...]
    erasure_methods: tuple[Coded, ...]
    locks: tuple[LockKind, ...]
    has_battery: bool
    needs_imei: bool
    own: bool = False

    def test(self, code: str) -> Test | None:
        """The step with this code, or None."""
        return next((t for t in self.tests if t.code == code), None)


@dataclass(frozen=True, slots=True)
class TestResult:
    """What one test gave. `value` only for measured tests."""

    code: str
    outcome: Outcome
    value: Decimal | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Defect:
    """A cosmetic fault: severity 1 (light) to 3 (heavy)."""

    zone: str
    kind: str
    severity: int


@dataclass(frozen=True, slots=True)
class LockRecord:
    """What was seen of one lock, how and when. `on` True means: it blocks."""

    kind: LockKind
    on: bool
    method: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Erasure:
    """Proof that the former owner's data are gone."""

    method: str
    certificate: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AccessoryRecord:
    """Whether an accessory came with the device."""

    code: str
    present: bool


@dataclass(frozen=True, slots=True)
class PartRecord:
    """A part put in during refurbishment. `genuine` None: not said."""

    code: str
    genuine: bool | None
    at: datetime
