"""bmdesk's own fields of a lot: what they are called, of which type they are, what people read above them.

They are made once, by an administrator, without a module of ours in Odoo; who works with lots may write them.
"""

from __future__ import annotations

from dataclasses import dataclass

from bmdesk.domain.grading import SCALE
from bmdesk.services.odoo.units.units_seen import BATTERY_FIELD, GRADE_FIELD, HOLD_FIELD
from bmdesk.texts import Text, msg

MODEL = "stock.lot"
PREFIX = "x_bm_"
HOLD_GRADES = frozenset({"selection", "char"})
"""Types of a seller's own fields and properties that can hold a grade."""


@dataclass(frozen=True, slots=True)
class LotField:
    """One field. `values`: what a selection may hold, with what people read."""

    name: str
    type: str
    label: Text
    values: tuple[tuple[str, Text], ...] = ()


LOT_FIELDS = (
    LotField(
        GRADE_FIELD,
        "selection",
        msg("odoo.field.grade"),
        tuple((one, msg(f"grade.{one.lower()}")) for one in SCALE),
    ),
    LotField(BATTERY_FIELD, "integer", msg("odoo.field.battery")),
    LotField(HOLD_FIELD, "char", msg("odoo.field.hold")),
    LotField(f"{PREFIX}inspected_on", "date", msg("odoo.field.inspected_on")),
    LotField(f"{PREFIX}second_identifier", "char", msg("odoo.field.second_identifier")),
    LotField(f"{PREFIX}source", "char", msg("odoo.field.source")),
    LotField(f"{PREFIX}blockers", "text", msg("odoo.field.blockers")),
    LotField(f"{PREFIX}warranty_start", "date", msg("odoo.field.warranty_start")),
    LotField(f"{PREFIX}warranty_end", "date", msg("odoo.field.warranty_end")),
)

ALL_FIELDS = (
    *LOT_FIELDS,
    # Of a sale from here, so these are told and never taken over.
    LotField(f"{PREFIX}warranty_order", "char", msg("odoo.field.warranty_order")),
    LotField(f"{PREFIX}warranty_customer", "char", msg("odoo.field.warranty_customer")),
)
