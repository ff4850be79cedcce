"""What a lot says of its unit, in bmdesk's own fields, and whose word counts where both sides differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bmdesk.connectors.odoo.failures import OdooUnreadable
from bmdesk.connectors.odoo.lot_fields import LOT_FIELDS, PREFIX
from bmdesk.connectors.odoo.records import Records, Row
from bmdesk.services.odoo.units_there import Base, UnitThere

Value = str | int | None
"""None is empty: Odoo has no empty number, so 0 % of battery is not told from none."""

_NEEDED = tuple(field.name for field in LOT_FIELDS)
_OWN_GRADE = f"{PREFIX}own_grade"
"""The set-up does not make it; a seller who did sees it filled."""

_NUMBERS = {"integer", "float"}


@dataclass(frozen=True, slots=True)
class LotFields:
    """The fields of this Odoo's lots that bmdesk fills, and their types; `name` is the first. `absent`: those of
    LOT_FIELDS that are not there."""

    types: Mapping[str, str]
    absent: tuple[str, ...]

    @classmethod
    def read(cls, records: Records) -> LotFields:
        """Raises RemoteFailure."""
        asked = ["name", *_NEEDED, _OWN_GRADE]
        told = records.call("stock.lot", "fields_get", asked, ["type"])
        if not isinstance(told, dict):
            raise _unreadable(records)
        types = {name: str(told[name].get("type")) for name in asked if isinstance(told.get(name), dict)}
        return cls(types, tuple(name for name in _NEEDED if name not in types))

    def ours(self, unit: UnitThere) -> dict[str, Value]:
        """What must stand there, by field."""
        said: dict[str, str | int | date | None] = {
            "name": unit.identifier,
            f"{PREFIX}grade": unit.grade,
            _OWN_GRADE: unit.own_grade,
            f"{PREFIX}battery": unit.battery_percent,
            f"{PREFIX}inspected_on": unit.inspected_on,
            f"{PREFIX}second_identifier": unit.second_identifier,
            f"{PREFIX}source": unit.source,
            f"{PREFIX}blockers": "; ".join(unit.blockers),
            f"{PREFIX}warranty_start": unit.warranty_start,
            f"{PREFIX}warranty_end": unit.warranty_end,
        }
        return {name: _value(said[name], kind) for name, kind in self.types.items()}

    def theirs(self, row: Row) -> dict[str, Value]:
        """What stands there, by field."""
        return {name: _value(row.get(name), kind) for name, kind in self.types.items()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about one lot's values: `write` these, `agreed` they are then, `theirs` a person there changed."""

    write: Mapping[str, Value]
    agreed: Mapping[str, Value]
    theirs: Mapping[str, Value]


def compare(
    ours: Mapping[str, Value], theirs: Mapping[str, Value], base: Base | None, *, made_here: bool
) -> Verdict:
    """By field: theirs is changed where it is what we left there. Where nobody remembers what that was, where it is
    empty, or the lot was made from here (an answer was lost)."""
    before = values_of(base)
    write: dict[str, Value] = {}
    agreed: dict[str, Value] = {}
    kept: dict[str, Value] = {}
    for name, value in ours.items():
        there = theirs.get(name)
        if there == value:
            agreed[name] = value
        elif (there == before[name]) if name in before else (there is None or made_here):
            write[name] = agreed[name] = value
        else:
            kept[name] = there
            if name in before:
                agreed[name] = before[name]
    return Verdict(write, agreed, kept)


def values_of(base: Base | None) -> dict[str, Value]:
    """The values that a base holds."""
    kept = base.get("values") if base is not None else None
    return dict(kept) if isinstance(kept, Mapping) else {}


def cell(value: Value) -> str:
    """The value for `load`; empty empties."""
    return "" if value is None else str(value)


def _value(said: object, kind: str) -> Value:
    if said is None or said is False or said == "":
        return None
    if kind in _NUMBERS:
        number = float(str(said))
        return (int(number) if number.is_integer() else str(number)) if number else None
    return said.isoformat() if isinstance(said, date) else str(said)


def _unreadable(records: Records) -> OdooUnreadable:
    return records.unreadable("stock.lot.fields_get")
