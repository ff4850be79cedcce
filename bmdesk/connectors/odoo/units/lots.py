"""One lot for each unit, by the unit's own external id: looked for, then made or brought up to date by `load`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bmdesk.connectors.failures import Rejected
from bmdesk.connectors.odoo.failures import RecordGone, UnknownThere
from bmdesk.connectors.odoo.records import Records, Row, any_of, grouped, id_of, named
from bmdesk.connectors.odoo.units import lot_properties
from bmdesk.connectors.odoo.units.lot_values import (
    LotFields,
    Verdict,
    cell,
    compare,
    serial_of,
    spellings,
    values_of,
)
from bmdesk.connectors.odoo.units.unit_doubts import (
    LotGone,
    LotOfAnotherProduct,
    LotOfAnotherUnit,
    LotOfNoCompany,
    UnitRefused,
)
from bmdesk.connectors.odoo.units.unit_run import UnitRun
from bmdesk.services.odoo.units.units_seen import Value
from bmdesk.services.odoo.units.units_there import UnitThere
from bmdesk.texts import msg

_MINE = "bmdesk.unit_"
_ENOUGH_ALIKE = 50
"""Fewer take `load` no longer than a call of their own does; and however 500 units differ, there are ten more calls."""


def external_id(unit: UnitThere) -> str:
    """The name of the unit's lot in Odoo's list of external ids."""
    return f"{_MINE}{unit.unit_id.lower()}"


class Lots:
    """The company's lots. Raises RemoteFailure."""

    def __init__(self, records: Records, fields: LotFields) -> None:
        self._records = records
        self._fields = fields

    def make_right(self, run: UnitRun) -> None:
        """Each unit without a doubt has its lot, with its values, afterwards."""
        rows = self._look(run)
        properties = self._load_new(run, [unit for unit in run.units() if unit.unit_id not in rows])
        properties |= self._load_changed(run, rows)
        self._write_properties(run, properties)

    # ---------------------------------------------------------------- what is there

    def _look(self, run: UnitRun) -> dict[str, Row]:
        """The lots that are there, by unit; what speaks against one is that unit's doubt."""
        units = run.units()
        if not units:
            return {}
        lots = run.known.lots
        ids = [lots[unit.unit_id] for unit in units if unit.unit_id in lots]
        new = [unit for unit in units if unit.unit_id not in lots]
        names = [name for unit in new for name in spellings(unit.identifier)]
        fields = ["product_id", "company_id", "location_id", *self._fields.to_read()]
        ours = ("company_id", "in", [False, self._records.company])
        found = self._records.rows(
            "stock.lot", [ours, *any_of(("id", "in", ids), ("name", "in", names))], fields
        )
        by_id = {row["id"]: row for row in found}
        by_name = grouped((serial_of(str(row["name"])), row) for row in found)
        unsure = [row["id"] for row in found if row["id"] not in ids]
        unsure += [lots[unit.unit_id] for unit in units if unit.unit_id in lots and run.base(unit) is None]
        external = self._records.external_ids("stock.lot", [one for one in unsure if one in by_id])
        chosen: dict[str, Row] = {}
        for unit in units:
            if unit.unit_id not in lots:
                rows = by_name.get(unit.identifier, [])
                rows.sort(key=lambda row, exact=unit.identifier: row["name"] != exact)  # type: ignore[misc]
                row = self._by_name(run, unit, rows, external)
            elif (row := by_id.get(lots[unit.unit_id])) is None:
                run.doubt(unit, LotGone(serial=unit.identifier))
            elif id_of(row["product_id"]) != run.at(unit).product_id:
                run.doubt(unit, _other_product(unit, row))
            if row is not None:
                chosen[unit.unit_id] = row
                here = run.at(unit)
                here.lot_id = row["id"]
                here.made_here = external.get(row["id"], "") == external_id(unit)
        return chosen

    def _by_name(
        self, run: UnitRun, unit: UnitThere, rows: Sequence[Row], external: Mapping[int, str]
    ) -> Row | None:
        """The lot of this name that is, or may become, this unit's."""
        for row in rows:
            # Odoo allows one serial under several products: which of them this device is, is no guess of ours.
            if id_of(row["product_id"]) != run.at(unit).product_id:
                run.doubt(unit, _other_product(unit, row))
            owner = external.get(row["id"], "")
            if owner.startswith(_MINE) and owner != external_id(unit):
                run.doubt(unit, LotOfAnotherUnit(serial=unit.identifier))
            # Of a place that is not this company's nothing is seen.
            if not row["company_id"] and not row["location_id"]:
                run.doubt(unit, LotOfNoCompany(serial=unit.identifier))
        return rows[0] if rows else None

    # ---------------------------------------------------------------- what is made right

    def _load_new(self, run: UnitRun, units: Sequence[UnitThere]) -> dict[str, Value]:
        """What the grade's property must say of those that were made, by unit."""
        waiting = [unit for unit in units if run.is_clear(unit)]
        names = list(self._fields.types)
        columns = ["id", "product_id/.id", "company_id/.id", *names]
        company = str(self._records.company)
        rows = {}
        for unit in waiting:
            ours = self._fields.ours(unit)
            product = str(run.at(unit).product_id)
            rows[unit.unit_id] = [
                external_id(unit),
                product,
                company,
                *(cell(ours.get(name)) for name in names),
            ]
        properties: dict[str, Value] = {}
        for unit, lot in self._load(run, waiting, columns, rows):
            here = run.at(unit)
            here.lot_id, here.fresh, here.made_here, here.changed = lot, True, True, True
            here.agreed["values"] = ours = self._fields.ours(unit)
            if ours.get(self._fields.grade_property) is not None:
                properties[unit.unit_id] = ours[self._fields.grade_property]
        return properties

    def _load_changed(self, run: UnitRun, found: Mapping[str, Row]) -> dict[str, Value]:
        """What the grade's property must say of those where that changes, by unit."""
        verdicts: dict[str, Verdict] = {}
        for unit in run.units():
            if unit.unit_id in found:
                here = run.at(unit)
                theirs = self._fields.theirs(found[unit.unit_id])
                ours = self._fields.ours(unit)
                verdict = compare(ours, theirs, run.base(unit), made_here=here.made_here)
                verdicts[unit.unit_id] = verdict
                here.theirs.update(verdict.theirs)
                here.said.update(
                    {name: (cell(ours[name]), cell(there)) for name, there in verdict.theirs.items()}
                )
                here.agreed["values"] = dict(verdict.agreed)
        run.about_to((unit, verdicts[unit.unit_id].write) for unit in run.units() if unit.unit_id in verdicts)
        changes = {unit_id: self._fields.writable(one.write) for unit_id, one in verdicts.items()}
        waiting = [unit for unit in run.units() if changes.get(unit.unit_id)]
        waiting = self._write_alike(run, waiting, changes)
        # Only what changes is sent, and of a unit whose neighbour changes another field, what stands there anyway.
        names = [
            name for name in self._fields.types if any(name in changes[unit.unit_id] for unit in waiting)
        ]
        rows = {}
        for unit in waiting:
            values: dict[str, Value] = self._fields.theirs(found[unit.unit_id])
            values.update(changes[unit.unit_id])
            rows[unit.unit_id] = [str(run.at(unit).lot_id), *(cell(values[name]) for name in names)]
        for unit, _ in self._load(run, waiting, [".id", *names], rows):
            run.at(unit).changed = True
        place = self._fields.grade_property
        return {unit_id: one.write[place] for unit_id, one in verdicts.items() if place in one.write}

    def _write_alike(
        self, run: UnitRun, units: Sequence[UnitThere], changes: Mapping[str, Mapping[str, Value]]
    ) -> list[UnitThere]:
        """Write what many units have in common in one call for all of them: `load` writes record by record, and takes
        ten times as long. Those that are left; what Odoo refuses is among them, `load` tells of which unit and why.
        """
        alike = grouped((tuple(changes[unit.unit_id].items()), unit) for unit in units)
        left: list[UnitThere] = []
        for values, group in alike.items():
            if len(group) < _ENOUGH_ALIKE:
                left += group
                continue
            lots = [run.at(unit).lot_id for unit in group]
            try:
                self._records.call("stock.lot", "write", lots, self._fields.as_written(dict(values)))
            except (Rejected, UnknownThere, RecordGone):  # of none of them, then
                left += group
                continue
            for unit in group:
                run.at(unit).changed = True
        return left

    def _write_properties(self, run: UnitRun, said: Mapping[str, Value]) -> None:
        """The grade where the seller keeps it as a property; where a product has no place for it, nothing is agreed."""
        kept = self._fields.kept
        units = {run.at(unit).lot_id: unit for unit in run.units() if unit.unit_id in said}
        if not units or kept is None:
            return
        wanted = {
            lot: None if (one := said[unit.unit_id]) is None else str(one) for lot, unit in units.items()
        }
        lacking = lot_properties.write(
            self._records, kept.name, wanted, lambda lot, failure: run.refuse(units[lot], failure)
        )
        for lot, unit in units.items():
            run.at(unit).changed |= lot not in lacking
        without: set[tuple[str, str | None]] = set()
        for lot in lacking:
            here, product = run.at(units[lot]), units[lot].product.name
            here.agreed["values"] = {
                name: value
                for name, value in values_of(here.agreed).items()
                if name != self._fields.grade_property
            }
            if (product, wanted[lot]) not in without:
                without.add((product, wanted[lot]))
                here.notes.append(
                    msg("odoo.unit.grade_no_place", product=product, name=kept.name, value=wanted[lot] or "-")
                )

    def _load(
        self,
        run: UnitRun,
        units: Sequence[UnitThere],
        columns: Sequence[str],
        rows: Mapping[str, Sequence[str]],
    ) -> list[tuple[UnitThere, int]]:
        """The ids of those that Odoo took; the others are in doubt."""
        waiting = list(units)
        while waiting:
            loaded = self._records.load("stock.lot", columns, [rows[unit.unit_id] for unit in waiting])
            if loaded.ids:
                return list(zip(waiting, loaded.ids, strict=True))
            for number, reason in loaded.refused.items():
                run.doubt(waiting[number], UnitRefused(serial=waiting[number].identifier, reason=reason))
            waiting = [unit for number, unit in enumerate(waiting) if number not in loaded.refused]
        return []


def _other_product(unit: UnitThere, row: Row) -> LotOfAnotherProduct:
    found = named(row["product_id"])[1]
    return LotOfAnotherProduct(serial=unit.identifier, product=unit.product.name, found=found)
