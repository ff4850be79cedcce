"""What a lot says of its unit, in bmdesk's fields or the seller's own, and whose word counts where the sides differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bmdesk.connectors.odoo.failures import OdooUnreadable
from bmdesk.connectors.odoo.records import Records, Row
from bmdesk.connectors.odoo.units import lot_properties
from bmdesk.connectors.odoo.units.lot_fields import ALL_FIELDS, HOLD_GRADES, PREFIX
from bmdesk.connectors.odoo.units.lot_properties import FIELD
from bmdesk.domain.identifiers import identify
from bmdesk.services.odoo.units.units_seen import BATTERY_FIELD, GRADE_FIELD, HOLD_FIELD, Value
from bmdesk.services.odoo.units.units_there import Base, GradeKept, UnitThere, was_sent
from bmdesk.texts import Failure

_NEEDED = tuple(field.name for field in ALL_FIELDS)
_OWN_GRADE = f"{PREFIX}own_grade"
"""The set-up does not make it; a seller who did sees it filled."""

_NUMBERS = {"integer", "float"}
_IMEI = 15
_IMEI_GROUPS = ((2, 8, 14), (6, 8, 14), (8, 14))
"""Where its groups end, as IMEIs are printed."""


@dataclass(frozen=True, slots=True)
class LotFields:
    """The fields of this Odoo's lots that bmdesk fills, and their types; `name` is the first. `absent`: those that are
    needed and not there. `kept`: where the seller keeps the grade; `grade_property`: what that property is called in
    values and bases, "" where it is none.
    """

    types: Mapping[str, str]
    absent: tuple[str, ...]
    kept: GradeKept | None = None
    grade_property: str = ""

    @classmethod
    def read(cls, records: Records, kept: GradeKept | None = None) -> LotFields:
        """Raises RemoteFailure."""
        needed = [name for name in _NEEDED if kept is None or name != GRADE_FIELD]
        place = "" if kept is None else (FIELD if kept.is_property else kept.name)
        asked = ["name", *needed, _OWN_GRADE, *([place] if place else [])]
        told = records.call("stock.lot", "fields_get", asked, ["type"])
        if not isinstance(told, dict):
            raise _unreadable(records)
        types = {name: str(told[name].get("type")) for name in asked if isinstance(told.get(name), dict)}
        absent = [name for name in needed if name not in types]
        if kept is not None and kept.is_property and types.pop(FIELD, ""):
            return cls(types, tuple(absent), kept, kept.key)
        if place and types.get(place) not in HOLD_GRADES:
            types.pop(place, None)
            absent.append(place)
        return cls(types, tuple(absent), kept)

    def to_read(self) -> list[str]:
        """What must be read of a lot for `theirs`."""
        return [*self.types, *([FIELD] if self.grade_property else [])]

    def has_name_for(self, unit: UnitThere) -> bool:
        """Whether its grade can be said there."""
        return self.kept is None or not unit.grade or unit.grade in self.kept.values

    def ours(self, unit: UnitThere) -> dict[str, Value]:
        """What must stand there, by field. A grade that has no name there is left out."""
        said: dict[str, str | int | date | None] = {
            "name": unit.identifier,
            GRADE_FIELD: unit.grade,
            _OWN_GRADE: unit.own_grade,
            BATTERY_FIELD: unit.battery_percent,
            HOLD_FIELD: unit.hold_reason,
            f"{PREFIX}inspected_on": unit.inspected_on,
            f"{PREFIX}second_identifier": unit.second_identifier,
            f"{PREFIX}source": unit.source,
            f"{PREFIX}blockers": "; ".join(unit.blockers),
            f"{PREFIX}warranty_order": unit.warranty_order,
            f"{PREFIX}warranty_customer": unit.warranty_customer,
            f"{PREFIX}warranty_start": unit.warranty_start,
            f"{PREFIX}warranty_end": unit.warranty_end,
        }
        if self.kept is not None and self.has_name_for(unit):
            said[self.grade_property or self.kept.name] = self.kept.values.get(unit.grade, "")
        return {name: _value(said[name], kind) for name, kind in self._types().items() if name in said}

    def theirs(self, row: Row) -> dict[str, Value]:
        """What stands there, by field. What the product of the lot lacks is empty."""
        found = {name: _value(row.get(name), kind) for name, kind in self.types.items()}
        if self.kept is not None and self.grade_property:
            found[self.grade_property] = lot_properties.value_of(row, self.kept.name)
        return found

    def writable(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Those of the values that are fields of a lot: a property is written otherwise."""
        return {name: values[name] for name in self.types if name in values}

    def as_written(self, values: Mapping[str, Value]) -> dict[str, object]:
        """These values for `write`; what is empty is emptied."""
        return {name: _as_written(value, self.types[name]) for name, value in values.items()}

    def _types(self) -> Mapping[str, str]:
        return {**self.types, self.grade_property: "char"} if self.grade_property else self.types


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about one lot's values: `write` these, `agreed` they are then, `theirs` a person there changed."""

    write: Mapping[str, Value]
    agreed: Mapping[str, Value]
    theirs: Mapping[str, Value]


def compare(
    ours: Mapping[str, Value], theirs: Mapping[str, Value], base: Base | None, *, made_here: bool
) -> Verdict:
    """By field: theirs is changed where it is what we left there, or were sending when an answer was lost. Where nobody
    remembers what that was, where it is empty, or the lot was made from here."""
    before = values_of(base)
    write: dict[str, Value] = {}
    agreed: dict[str, Value] = {}
    kept: dict[str, Value] = {}
    for name, value in ours.items():
        there = theirs.get(name)
        if there == value or (name == "name" and _is_same_serial(there, value)):
            agreed[name] = there
        elif was_sent(base, name, there) or (
            there == before[name] if name in before else (there is None or made_here)
        ):
            write[name] = agreed[name] = value
        else:
            kept[name] = there
            if name in before:
                agreed[name] = before[name]
    for name, left in before.items():
        # What we said once and cannot say any more would be wrong.
        if name not in ours and left is not None and theirs.get(name) == left:
            write[name] = agreed[name] = None
    return Verdict(write, agreed, kept)


def values_of(base: Base | None) -> dict[str, Value]:
    """The values that a base holds."""
    kept = base.get("values") if base is not None else None
    return dict(kept) if isinstance(kept, Mapping) else {}


def cell(value: Value) -> str:
    """The value for `load`; empty empties."""
    return "" if value is None else str(value)


def spellings(serial: str) -> list[str]:
    """How a serial of ours may have been typed there: a lot is looked for by its whole name, in its case."""
    found = [serial, serial.lower(), serial.capitalize(), f"{serial} ", f" {serial}"]
    if len(serial) == _IMEI and serial.isdigit():
        for ends in _IMEI_GROUPS:
            groups = [serial[begin:end] for begin, end in pairwise((0, *ends, _IMEI))]
            found += [separator.join(groups) for separator in "- "]
    return list(dict.fromkeys(found))


def serial_of(name: str) -> str:
    """The serial that a lot of this name stands for, as it is called here; its name where it is none."""
    try:
        return identify(name).value
    except Failure:
        return name


def _is_same_serial(there: Value, ours: Value) -> bool:
    """Whether both write the same serial, each in its own way: whoever typed it there need not see it changed."""
    return serial_of(str(there or "")) == ours


def _value(said: object, kind: str) -> Value:
    if said is None or said is False or said == "":
        return None
    if kind in _NUMBERS:
        number = float(str(said))
        return (int(number) if number.is_integer() else str(number)) if number else None
    return said.isoformat() if isinstance(said, date) else str(said)


def _as_written(value: Value, kind: str) -> object:
    if value is None:
        return False
    if kind in _NUMBERS:
        return value if isinstance(value, int) else float(value)
    return value


def _unreadable(records: Records) -> OdooUnreadable:
    return records.unreadable("stock.lot.fields_get")
