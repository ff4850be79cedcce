"""What was seen of serials at Odoo: their lots as they are now, and what happened to their pieces last. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Value = str | int | None
"""Of a field of a lot. None is empty: Odoo has no empty number, so 0 % of battery is not told from none."""

GRADE_FIELD = "x_bm_grade"
BATTERY_FIELD = "x_bm_battery"
HOLD_FIELD = "x_bm_hold"
"""The fields of a lot that count here like an entry at the bench."""

CUSTOMER, SUPPLIER, INTERNAL, INVENTORY, TRANSIT = "customer", "supplier", "internal", "inventory", "transit"
"""Odoo's words for what a location is for."""


@dataclass(frozen=True, slots=True)
class ProductSeen:
    """Whose lot it is. `barcode`, `code` (default_code): "" for none. `by_serial`: each piece has a lot of its own."""

    id: int
    name: str
    barcode: str
    code: str
    by_serial: bool


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """A location of the house. `path`: the ids of those around it and its own, from the outermost."""

    id: int
    name: str
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SaleSeen:
    """The sale that a delivery was for. `reference`: the customer's, "" for none."""

    id: int
    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class MoveSeen:
    """The last movement of the lot's piece. `id`: of the move's line, it grows. `came_from`, `went_to`: what these
    locations are for, in Odoo's words. `transfer`: its name, "" where it was no transfer. `by`: who did it. `changed`:
    when, by Odoo's clock; None where that was not asked.
    """

    id: int
    came_from: str
    went_to: str
    transfer: str
    by: str
    scrapped: bool = False
    sale: SaleSeen | None = None
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class LotSeen:
    """A lot as it is now. `values`: bmdesk's own fields by name, those that this Odoo has, and the seller's own
    place for the grade, GradeKept.key. `place`: where in the house its pieces are, of which there are `pieces`; None:
    nowhere. `of_unit`: the unit's id that bmdesk made it for, or "". `by`: who changed it last.
    """

    id: int
    name: str
    product: ProductSeen
    values: Mapping[str, Value]
    place: PlaceSeen | None
    pieces: int
    last: MoveSeen | None
    of_unit: str
    by: str
