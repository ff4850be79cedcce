"""What is looked at on a device and what was found: checklists, test results, defects, locks, erasure,
accessories.

Pure values. Whether they suffice is the gate's question; what grade they suggest is grading's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from bmdesk.texts import Failure, Text, msg


class Outcome(StrEnum):
    """The result of one test."""

    PASS = "PASS"
    FAIL = "FAIL"
    NA = "NA"


def outcome_text(outcome: Outcome) -> Text:
    """The outcome in words."""
    return msg(f"outcome.{outcome.value.lower()}")


class LockKind(StrEnum):
    """A lock or a list that keeps a device from being sold; each is a record of its own."""

    ACTIVATION = "ACTIVATION"
    MDM = "MDM"
    SIM = "SIM"
    BLACKLIST = "BLACKLIST"


def lock_text(kind: LockKind) -> Text:
    """The lock in words."""
    return msg(f"lock.{kind.value.lower()}")


@dataclass(frozen=True, slots=True)
class Test:
    """One step of a checklist. `grades` empty: for every grade; else only for units of these grades."""

    __test__: ClassVar[bool] = False  # pytest takes every class called Test... for its own
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


class ValueUnreadable(Failure):
    """A measured value that is no number. Params: `given`."""

    code = "inspection.value_unreadable"


class ValueMissing(Failure):
    """A measured test passed without its value. Params: `test`, `test_code`."""

    code = "inspection.value_missing"


class ValueNotAsked(Failure):
    """A value for a test that measures nothing. Params: `test`, `test_code`."""

    code = "inspection.value_not_asked"


class ValueOutOfRange(Failure):
    """A value that cannot pass. Params: `test`, `test_code`, `value`, `unit`, `limits` (a Text)."""

    code = "inspection.value_out_of_range"


def parse_value(text: str) -> Decimal:
    """Reads a measured value, `12.5` or `12,5`. Raises ValueUnreadable."""
    cleaned = text.strip().replace(",", ".")
    # Plain digits only: Decimal would also take "1e9", "Infinity", "1_0" and foreign digits.
    if not re.fullmatch(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?", cleaned):
        raise ValueUnreadable(given=text[:40])
    return Decimal(cleaned)


def judge(test: Test, outcome: Outcome | None, value: Decimal | None) -> Outcome:
    """The outcome that stands. None asks for the verdict of the limits alone.

    Raises ValueMissing and ValueOutOfRange for a pass that the value does not carry, ValueNotAsked for a
    value that nobody asked for. A fail needs no value, and a good value does not forbid it: the operator
    saw more than the number.
    """
    if value is not None and not test.measured:
        raise ValueNotAsked(test=test.title, test_code=test.code)
    if outcome in (Outcome.FAIL, Outcome.NA):
        return outcome
    if not test.measured and outcome is not None:
        return outcome
    if value is None:
        raise ValueMissing(test=test.title, test_code=test.code)
    if _inside(test, value):
        return Outcome.PASS
    if outcome is None:
        return Outcome.FAIL
    raise ValueOutOfRange(
        test=test.title, test_code=test.code, value=value, unit=test.unit, limits=limits_text(test)
    )


def limits_text(test: Test) -> Text:
    """What a measured test allows, in words."""
    if test.minimum is not None and test.maximum is not None:
        return msg("inspection.limits_between", low=test.minimum, high=test.maximum, unit=test.unit)
    if test.minimum is not None:
        return msg("inspection.limits_at_least", low=test.minimum, unit=test.unit)
    if test.maximum is not None:
        return msg("inspection.limits_at_most", high=test.maximum, unit=test.unit)
    return msg("inspection.limits_none")


def _inside(test: Test, value: Decimal) -> bool:
    above = test.minimum is None or value >= test.minimum
    return above and (test.maximum is None or value <= test.maximum)


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the device's surface. `outline`: points in a unit square, for the picture of its `side`
    (front | back | edge), where a later zone lies on an earlier one.
    """

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

    __test__: ClassVar[bool] = False
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
