"""Stock that was graded elsewhere comes in by a file: identifier, model, grade, battery, cost, bin.

Such a stay carries `earlier_evidence` and the gate says so. The same file again changes nothing; a changed value of a
unit that still stands on earlier evidence is taken over. What was inspected here, is promised or has left is refused,
line by line. Its steps are lines of the history; they cannot be undone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bmdesk.domain import unit as life
from bmdesk.domain.changes import Change
from bmdesk.domain.money import Money
from bmdesk.domain.unit import State
from bmdesk.domain.working_time import local_day
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.units_file import BadLine, UnitLine, UnitsFile, Wanted, read_units, wanted_of
from bmdesk.services.grading import judgement
from bmdesk.services.grading.arrivals import begin_stay, first_seen
from bmdesk.services.grading.finishing import sku_of
from bmdesk.services.lines import (
    UNITS_PAGE,
    LineError,
    LineErrors,
    Progress,
    gathered,
    in_pages,
)
from bmdesk.services.policies import Policies
from bmdesk.store.engine import Connection
from bmdesk.store.queries import inspections, people, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import msg

__all__ = [
    "Action",
    "PlannedUnit",
    "UnitLine",
    "UnitsFile",
    "UnitsPlan",
    "UnitsReport",
    "apply_units",
    "import_units",
    "preview",
    "read_units",
]

EVIDENCE_METHOD = "earlier evidence"


class Action(StrEnum):
    """What a line would do."""

    ADD = "add"
    CHANGE = "change"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """What a line would do to a unit; `changes` as (what, before, after), empty for a new one."""

    line: int
    identifier: str
    action: Action
    changes: tuple[tuple[str, str, str], ...]
    source: UnitLine


@dataclass(frozen=True, slots=True)
class UnitsPlan:
    """What a file would do. Nothing is written yet."""

    file: str
    planned: tuple[PlannedUnit, ...]
    unchanged: int
    errors: LineErrors
    ignored: tuple[str, ...] = ()

    @property
    def to_add(self) -> int:
        return sum(one.action is Action.ADD for one in self.planned)

    @property
    def to_change(self) -> int:
        return sum(one.action is Action.CHANGE for one in self.planned)


@dataclass(frozen=True, slots=True)
class UnitsReport:
    """What an import did. `ready` and `held`: where the gate put the units that were added or changed."""

    added: int
    changed: int
    unchanged: int
    ready: int
    held: int
    errors: LineErrors
    ignored: tuple[str, ...] = ()
    cancelled: bool = False
    changes: frozenset[Change] = field(default_factory=frozenset)


def preview(desk: Desk, file: UnitsFile) -> UnitsPlan:
    """What each line would do, compared with the store; changes nothing."""

    def work(connection: Connection) -> UnitsPlan:
        policies = desk.policies(connection)
        planned: list[PlannedUnit] = []
        errors: list[LineError] = []
        unchanged = 0
        seen: dict[str, int] = {}
        for line in file.lines:
            try:
                wanted = wanted_of(connection, desk.company, policies, line)
                _once(seen, wanted.identifier.value, line.line)
                one = _plan(connection, desk.company, line, wanted)
            except BadLine as bad:
                errors.append(bad.error)
                continue
            if one.action is Action.NOTHING:
                unchanged += 1
            else:
                planned.append(one)
        return UnitsPlan(file.file, tuple(planned), unchanged, gathered(errors), file.ignored)

    return desk.read(work)


def apply_units(desk: Desk, actor: Actor, plan: UnitsPlan, progress: Progress | None = None) -> UnitsReport:
    """Write what is planned, some lines a transaction, each unit judged by the gate. Doing it again changes nothing."""
    done: Counter[str] = Counter()
    errors: list[LineError] = []

    def page(rows: Sequence[PlannedUnit]) -> None:
        def work(tx: Tx) -> tuple[list[str], list[LineError]]:
            policies = desk.policies(tx.connection)
            did: list[str] = []
            bad: list[LineError] = []
            for row in rows:
                try:
                    wanted = wanted_of(tx.connection, tx.company, policies, row.source)
                    one = _plan(tx.connection, tx.company, row.source, wanted)
                except BadLine as refused:  # somebody took the unit up since the file was compared
                    bad.append(refused.error)
                    continue
                did += _write(tx, policies, actor, plan.file, one, wanted)
            tx.touched.clear()
            return did, bad

        did, bad = desk.write(work)
        done.update(did)
        errors.extend(bad)

    finished = in_pages(plan.planned, page, progress, UNITS_PAGE)
    touched = done["added"] + done["changed"]
    return UnitsReport(
        added=done["added"],
        changed=done["changed"],
        unchanged=plan.unchanged + done["unchanged"],
        ready=done[State.READY.value],
        held=done[State.HELD.value],
        errors=gathered(plan.errors.shown, errors, more=plan.errors.more),
        ignored=plan.ignored,
        cancelled=not finished,
        changes=frozenset({Change.UNITS}) if touched else frozenset(),
    )


def import_units(desk: Desk, actor: Actor, path: Path, progress: Progress | None = None) -> UnitsReport:
    """Read, compare and write in one go, for the command line. Raises what `read_units` raises."""
    return apply_units(desk, actor, preview(desk, read_units(path)), progress)


def _once(seen: dict[str, int], identifier: str, line: int) -> None:
    if identifier in seen:
        reason = msg("units_import.listed_twice", identifier=identifier, line=seen[identifier])
        raise BadLine(LineError(line, reason, "identifier"))
    seen[identifier] = line


def _plan(connection: Connection, company: str, line: UnitLine, wanted: Wanted) -> PlannedUnit:
    """Add, change or nothing. Raises BadLine for a unit that a file may not touch."""
    unit_id = units.by_identifier(connection, company, wanted.identifier.value)
    row = units.unit(connection, unit_id) if unit_id else None
    if row is None or State(row.state) is State.EXPECTED:
        return PlannedUnit(line.line, wanted.identifier.value, Action.ADD, (), line)
    stay = units.stay(connection, row.id, row.stay_number)
    if State(row.state) not in (State.READY, State.HELD) or stay is None:
        reason = msg("units_import.not_now", state=life.state_text(State(row.state)))
        raise BadLine(LineError(line.line, reason, "identifier"))
    if not stay["earlier_evidence"] or inspections.last_inspection(connection, stay["id"]) is not None:
        raise BadLine(LineError(line.line, msg("units_import.inspected_here"), "identifier"))
    changes = _changes(row, stay, wanted)
    action = Action.CHANGE if changes else Action.NOTHING
    return PlannedUnit(line.line, wanted.identifier.value, action, changes, line)


def _changes(row: UnitRow, stay: Row, wanted: Wanted) -> tuple[tuple[str, str, str], ...]:
    minor, currency = stay["cost_minor"], stay["cost_currency"]
    cost = str(Money(minor, currency)) if minor is not None and currency else ""
    battery = "" if row.battery_percent is None else str(row.battery_percent)
    pairs = (
        ("model", row.model_code or "", wanted.variant.model_code if wanted.variant else ""),
        ("grade", row.own_grade, wanted.grade.code if wanted.grade else ""),
        ("battery", battery, "" if wanted.battery is None else str(wanted.battery)),
        ("cost", cost, str(wanted.cost) if wanted.cost else ""),
        ("bin", row.location, "/".join(wanted.place) if wanted.place else ""),
    )
    return tuple((name, before, after) for name, before, after in pairs if after and after != before)


def _write(
    tx: Tx, policies: Policies, actor: Actor, file: str, one: PlannedUnit, wanted: Wanted
) -> list[str]:
    """Write one line; what became of it and where the gate put the unit."""
    if one.action is Action.NOTHING:
        return ["unchanged"]
    evidence = f"{file[:400]}, {local_day(tx.now, policies.timezone).isoformat()}"
    params: dict[str, str | int] = {"file": file[:400]}
    if one.action is Action.ADD:
        unit_id, stay_id = _arrive(tx, policies, actor, wanted, evidence)
        code = "history.imported"
        facts = (
            wanted.variant.model_code if wanted.variant else "",
            wanted.grade.code if wanted.grade else "",
            f"{wanted.battery} %" if wanted.battery is not None else "",
            str(wanted.cost) if wanted.cost else "",
        )
        params["facts"] = ", ".join(fact for fact in facts if fact) or "-"
    else:
        unit_id = units.by_identifier(tx.connection, tx.company, wanted.identifier.value) or ""
        row = units.unit(tx.connection, unit_id)
        stay = units.stay(tx.connection, unit_id, row.stay_number)
        assert stay is not None, "only units with a stay are changed"
        stay_id = stay["id"]
        units.set_stay(tx, stay_id, earlier_evidence=evidence)
        code = "history.import_changed"
        params["facts"] = ", ".join(
            f"{name} {before or '-'} > {after}" for name, before, after in one.changes
        )
    _take_values(tx, actor, unit_id, stay_id, wanted)
    units.append_history(tx, unit_id, actor.code, actor.station, code, params)
    state = judgement.settle(tx, unit_id, judgement.judge(tx, policies, unit_id))
    return ["added" if one.action is Action.ADD else "changed", state.value]


def _arrive(tx: Tx, policies: Policies, actor: Actor, wanted: Wanted, evidence: str) -> tuple[str, str]:
    """The unit and its new stay, held until the gate has looked."""
    settings = policies.settings
    unit_id = units.by_identifier(tx.connection, tx.company, wanted.identifier.value)
    if unit_id is None:
        unit_id = first_seen(tx, wanted.identifier, actor.code, actor.station)
    bought: Row = {
        "batch_id": None,
        "source": "",
        "supplier": "",
        "cost_minor": None,
        "cost_currency": policies.currency,
        "vat_scheme": settings["receiving.vat_scheme"],
        "earlier_evidence": evidence,
        "labour_minutes": 0,
    }
    place = people.location_id(tx, settings["receiving.warehouse"], settings["receiving.bin"])
    row = units.unit(tx.connection, unit_id)
    return unit_id, begin_stay(tx, row, State.HELD, bought, location_id=place)


def _take_values(tx: Tx, actor: Actor, unit_id: str, stay_id: str, wanted: Wanted) -> None:
    """What the line says, and the SKU that follows from it."""
    values: Row = {}
    row = units.unit(tx.connection, unit_id)
    if wanted.variant is not None:
        values["variant_id"] = wanted.variant.id
    if wanted.grade is not None:
        values |= {"grade": wanted.grade.maps_to, "own_grade": wanted.grade.code}
    if wanted.battery is not None and wanted.battery != row.battery_percent:
        values |= {"battery_percent": wanted.battery, "battery_at": tx.now}
        inspections.set_battery(
            tx,
            tx.new_id(),
            unit_id=unit_id,
            stay_id=stay_id,
            percent=wanted.battery,
            cycles=None,
            design_mah=None,
            full_mah=None,
            method=EVIDENCE_METHOD,
            withdrawn=False,
            operator=actor.code,
            at=tx.now,
        )
    if wanted.cost is not None:
        units.set_stay(tx, stay_id, cost_minor=wanted.cost.minor, cost_currency=wanted.cost.currency)
    if wanted.place is not None:
        values["location_id"] = people.location_id(tx, *wanted.place)
    grade = values.get("grade", row.grade)
    variant_id = values.get("variant_id", row.variant_id)
    values["sku_id"] = sku_of(tx, variant_id, grade, new_battery=False)
    units.set_unit(tx, unit_id, **values)
