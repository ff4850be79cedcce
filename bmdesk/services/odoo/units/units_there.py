"""What must be at Odoo for units that are here, what is remembered of it, and what became of it. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from bmdesk.texts import Failure, Text

PRODUCT, LOT = "product", "lot"
"""Kinds of records at Odoo. Stored so."""

PROPERTIES = "lot_properties"
"""The field of a lot that holds what a product's own properties say of it."""

IN_HOUSE = "in_house"
SCRAPPED = "scrapped"
SOLD = "sold"

Base: TypeAlias = Mapping[str, object]
"""What both sides had when they last agreed, to be kept as JSON and given back unread."""

_SENT = "sent"


def with_sent(base: Base, values: Mapping[str, object]) -> dict[str, object]:
    """The base while these values are on their way: should no answer come, whoever sees them there knows that they are
    ours. What is agreed next is a base without them.
    """
    before = base.get(_SENT)
    sent = dict(before) if isinstance(before, Mapping) else {}
    for name, value in values.items():
        if not was_sent(base, name, value):
            sent[name] = [*sent.get(name, ()), value]
    return {**base, _SENT: sent}


def was_sent(base: Base | None, name: str, value: object) -> bool:
    """Whether this value was on its way there, and nobody knows whether it came."""
    sent = base.get(_SENT) if base is not None else None
    return isinstance(sent, Mapping) and value in sent.get(name, ())


def without_sent(base: Base) -> dict[str, object]:
    return {name: value for name, value in base.items() if name != _SENT}


class ReceiveBy(StrEnum):
    """How units come into Odoo's stock."""

    PICKING = "picking"
    INVENTORY = "inventory"


@dataclass(frozen=True, slots=True)
class ProductThere:
    """What the unit is one of. `barcode`: "" for none. `category`: as it may be called in Odoo. `service`: nothing of
    it lies anywhere.
    """

    variant_id: str
    model_code: str
    barcode: str
    name: str
    category: str
    service: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """One line for the lot's chatter, plain text. `number` grows with each note of the unit and is never used again."""

    number: int
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of the unit. `checksum_sha1`: in lower-case hexadecimal, of the file as it lies there."""

    checksum_sha1: str
    path: Path
    name: str
    mimetype: str


@dataclass(frozen=True, slots=True)
class UnitThere:
    """One unit as it must be there.

    `identifier` names its lot. `grade`: Back Market's code, "" for none. `state`: only what is IN_HOUSE is received and
    moved, what is SCRAPPED is scrapped there; what is SOLD left with an order whose delivery there is still to come,
    and is received for it where it never was; of any other only the values are kept right. `batch`, `bin`: "" for none.
    `cost` is what was paid, in `currency`.
    """

    unit_id: str
    identifier: str
    second_identifier: str
    product: ProductThere
    grade: str
    own_grade: str
    battery_percent: int | None
    inspected_on: date | None
    source: str
    batch: str
    blockers: tuple[str, ...]
    held: bool
    retest_due: bool
    warehouse: str
    bin: str
    state: str
    cost: Decimal | None
    currency: str
    warranty_start: date | None
    warranty_end: date | None
    notes: tuple[Note, ...] = ()
    photos: tuple[Photo, ...] = ()
    hold_reason: str = ""
    """Why a person set it aside; "" where nobody did."""
    warranty_order: str = ""
    """The number of the order that the warranty is of; "" where none runs."""
    warranty_customer: str = ""
    """The customer's contact there, as Odoo refers to a record ("res.partner,57"); "" where it is not known. It names
    nobody, and stays right when the contact is renamed."""


@dataclass(frozen=True, slots=True)
class Places:
    """Which location of Odoo a warehouse is, by its code; `default` for those that nobody chose one for."""

    default: int
    by_warehouse: Mapping[str, int] = field(default_factory=dict)
    receive_by: ReceiveBy = ReceiveBy.PICKING

    def of(self, warehouse: str) -> int:
        return self.by_warehouse.get(warehouse, self.default)


@dataclass(frozen=True, slots=True)
class GradeKept:
    """The seller's own place for the grade on a lot: a field, or a property of lots by what people call it. `values`:
    what stands there for a grade of Back Market (in a property of choices, what people read); a grade without one has
    no name there.
    """

    name: str
    is_property: bool = False
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it is called among the values of a lot."""
        return f"{PROPERTIES}:{self.name}" if self.is_property else self.name

    def grade(self, there: object) -> str:
        """The grade of Back Market that stands there, the first of that name; "" for none that has one."""
        return next((one for one, said in self.values.items() if said == there), "")


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered. `products`: ids there by variant; `lots`: ids there by unit; `bases`: by unit."""

    products: Mapping[str, int] = field(default_factory=dict)
    lots: Mapping[str, int] = field(default_factory=dict)
    bases: Mapping[str, Base] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Right:
    """All of it is there. `changed`: something was written. `notes`: what a person may want to know."""

    lot_id: int
    product_id: int
    base: Base
    changed: bool
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Differs:
    """Somebody changed `fields` there and not to what is here: theirs were kept, everything else is right.

    `theirs`: what stands there, by field; "place" is the id of a location. `base` holds the old value of these fields.
    """

    fields: tuple[str, ...]
    theirs: Mapping[str, object]
    lot_id: int
    product_id: int
    base: Base
    changed: bool
    notes: tuple[Text, ...] = ()
    said: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By field what is here and what is there, as people read it."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A person must look before this unit can be right; nothing was guessed."""

    failure: Failure


UnitResult: TypeAlias = Right | Differs | Doubt
