"""A file of units graded elsewhere, read line by line against catalogue, grade map and places.

Knows what a cell means; what a line would do to a unit is units_import's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bmdesk.domain.grading import OwnGrade
from bmdesk.domain.identifiers import Identifier, identify
from bmdesk.domain.money import Money
from bmdesk.services.lines import BadCell, LineError, amount, plain, whole
from bmdesk.services.policies import Policies
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.system.tabular import ColumnsMissing, read_table
from bmdesk.system.tabular import Row as TableRow
from bmdesk.texts import Failure, msg

COLUMNS = ("identifier", "model_code", "model", "grade", "battery", "cost", "currency", "bin")
_EXPORTED = ("imei", "imei2", "serial", "model_code", "grade", "own_grade", "warehouse", "bin")


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One line as it was written. Empty: not said."""

    line: int
    identifier: str
    model: str = ""
    grade: str = ""
    battery: str = ""
    cost: str = ""
    currency: str = ""
    bin: str = ""


@dataclass(frozen=True, slots=True)
class UnitsFile:
    """A file as it was read. `ignored`: columns that nobody reads."""

    file: str
    lines: tuple[UnitLine, ...]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line read against catalogue, grade map and places. None: not said."""

    identifier: Identifier
    variant: VariantRow | None
    grade: OwnGrade | None
    battery: int | None
    cost: Money | None
    place: tuple[str, str] | None


class BadLine(Exception):
    """One line cannot be taken; caught inside the import."""

    def __init__(self, error: LineError) -> None:
        super().__init__(error.line)
        self.error = error


def read_units(path: Path) -> UnitsFile:
    """Read a file of units (CSV or XLSX; column identifier, and any of COLUMNS), or one that `units export` wrote.

    Raises TableUnreadable, TableTooLarge or ColumnsMissing when the file as such cannot be trusted.
    """
    try:
        rows = list(read_table(path, required=("identifier",)))
    except ColumnsMissing as missing:
        try:
            rows = [_as_imported(row) for row in read_table(path, required=_EXPORTED)]
        except ColumnsMissing:
            raise missing from None
    ignored = tuple(column[:60] for column in (rows[0].cells if rows else ()) if column not in COLUMNS)
    return UnitsFile(path.name, tuple(_line(row) for row in rows), ignored)


def wanted_of(connection: Connection, company: str, policies: Policies, line: UnitLine) -> Wanted:
    """What a line says, as values of this company. Raises BadLine with the column and the reason."""
    column = "identifier"
    try:
        if not line.identifier:
            raise BadCell(msg("import.empty"))
        identifier = identify(line.identifier)
        column = "model"
        variant = _variant(connection, company, line.model)
        column = "grade"
        grade = _grade(policies, line.grade)
        column = "battery"
        battery = whole(line.battery, 0, 100) if line.battery else None
        column = "cost"
        cost = amount(line.cost, line.currency or policies.currency) if line.cost else None
        column = "bin"
        return Wanted(identifier, variant, grade, battery, cost, _place(policies, line.bin))
    except BadCell as bad:
        raise BadLine(LineError(line.line, bad.reason, column)) from None
    except Failure as refused:
        raise BadLine(LineError(line.line, refused.happened, column)) from None


def _variant(connection: Connection, company: str, model: str) -> VariantRow | None:
    if not model:
        return None
    found = catalogue.by_model_code(connection, company, model)
    if found is None:
        raise BadCell(msg("receiving.unknown_model", model_code=plain(model, 120)[:64]))
    return found


def _grade(policies: Policies, grade: str) -> OwnGrade | None:
    if not grade:
        return None
    found = policies.grade_map.resolve(grade)
    if found is None:
        known = ", ".join(own.code for own in policies.grade_map.grades)
        raise BadCell(msg("units_import.unknown_grade", given=plain(grade, 200)[:40], known=known))
    return found


def _place(policies: Policies, given: str) -> tuple[str, str] | None:
    if not given:
        return None
    place = policies.place(given)
    if place is None:
        raise BadCell(msg("scan.bad_bin"))
    return place


def _as_imported(row: TableRow) -> TableRow:
    """A line of an export, which has a column for each kind of identifier, with what an import reads beside it."""
    said = row.cells
    at = said["bin"] if "/" in said["bin"] or not said["warehouse"] else f"{said['warehouse']}/{said['bin']}"
    identifier = said["imei"] or said["imei2"] or said["serial"]
    grade = said["own_grade"] or said["grade"]
    return TableRow(
        row.line, {**said, "identifier": identifier, "grade": grade, "bin": at if said["bin"] else ""}
    )


def _line(row: TableRow) -> UnitLine:
    cells = {name: row.cells.get(name, "") for name in COLUMNS}
    model = cells.pop("model_code") or cells["model"]
    return UnitLine(row.line, **{**cells, "model": model})
