"""What a person can tell the bench: the same for cards, keys, buttons and scripts.

Frozen values, bounds checked by whoever reads them (`domain.cards` for text). Refuses to know what a command
does: services.grading.bench answers that.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SetBatch:
    """BATCH:<code>: units received from now on belong to this batch. Compare by `identifiers.sku_key`."""

    code: str


@dataclass(frozen=True, slots=True)
class SetModel:
    """MODEL:<model code>: what the unit in hand is. Compare codes by `identifiers.sku_key`."""

    model_code: str


@dataclass(frozen=True, slots=True)
class PutAway:
    """BIN:<warehouse>/<bin>: the unit in hand lies there now."""

    warehouse: str
    bin: str


@dataclass(frozen=True, slots=True)
class AllPass:
    """ALLPASS: every test of the checklist that has no result yet passes."""


@dataclass(frozen=True, slots=True)
class RecordTest:
    """TEST:<code>:PASS|FAIL|NA[:value]."""

    code: str
    outcome: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class RecordBattery:
    """BATTERY:<percent>[:<cycles>]."""

    percent: int
    cycles: int | None = None


@dataclass(frozen=True, slots=True)
class AddDefect:
    """DEFECT:<zone>:<kind>:<1-3>."""

    zone: str
    kind: str
    severity: int


@dataclass(frozen=True, slots=True)
class RecordAccessory:
    """ACC:<code>:YES|NO."""

    code: str
    present: bool


@dataclass(frozen=True, slots=True)
class RecordErasure:
    """ERASED[:<method>[:<certificate>]]; without a method the one of the batch preset counts."""

    method: str | None = None
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class RecordLock:
    """LOCK:<kind|ALL>:ON|OFF[:<method>]; `kinds` is one kind or all four."""

    kinds: tuple[str, ...]
    on: bool
    method: str | None = None


@dataclass(frozen=True, slots=True)
class AddPart:
    """PART:<code>[:<cost>], the cost in the company's currency."""

    code: str
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AddLabour:
    """LABOUR:<minutes>."""

    minutes: int


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """PHOTO:<file>; scripts only, the path is the script's."""

    file: str


@dataclass(frozen=True, slots=True)
class SetGrade:
    """GRADE:<grade>[:<reason>]; a grade of bmdesk or one of the seller's own codes."""

    grade: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Also:
    """ALSO: the next identifier belongs to the unit in hand."""


@dataclass(frozen=True, slots=True)
class Done:
    """DONE: the inspection is finished."""


@dataclass(frozen=True, slots=True)
class Hold:
    """HOLD:<reason>."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undo:
    """UNDO: take back this operator's last step."""


@dataclass(frozen=True, slots=True)
class Override:
    """OVERRIDE:<reason>: at packing, for this parcel only, before a supervisor's badge."""

    reason: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """CONFIRM, a reserved word."""


@dataclass(frozen=True, slots=True)
class NextUnit:
    """NEXT, a reserved word."""


Command = (
    SetBatch
    | SetModel
    | PutAway
    | AllPass
    | RecordTest
    | RecordBattery
    | AddDefect
    | RecordAccessory
    | RecordErasure
    | RecordLock
    | AddPart
    | AddLabour
    | AddPhoto
    | SetGrade
    | Also
    | Done
    | Hold
    | Undo
    | Override
    | Confirm
    | NextUnit
)
