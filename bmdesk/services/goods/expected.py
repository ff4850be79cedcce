"""The supplier's list of a batch: read, kept, and held against what was scanned.

Each line becomes an expected unit that can be searched before it arrives. The same list may be imported again: lines
are matched by identifier and occurrence, so nothing doubles, and what changed is taken over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bmdesk.domain.changes import Change
from bmdesk.domain.identifiers import Identifier, identify
from bmdesk.domain.money import Money
from bmdesk.domain.unit import IN_HOUSE, State
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.arrivals import first_seen
from bmdesk.services.grading.refusals import BatchClosed, Refusal
from bmdesk.services.lines import (
    BadCell,
    LineError,
    LineErrors,
    Progress,
    amount,
    gathered,
    in_pages,
    plain,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries import batches, catalogue, units
from bmdesk.store.transaction import Row, Tx
from bmdesk.system.tabular import Row as TableRow
from bmdesk.system.tabular import read_table
from bmdesk.texts import Failure, Text, msg

LISTED_TWICE, IN_THE_HOUSE = "listed_twice", "in_house"


class UnknownBatch(Refusal):
    """No batch of this company has this code or id. Params: `given`."""

    code = "receiving.unknown_batch"


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """One line of a list. `occurrence` 2: the same identifier stood above already."""

    line: int
    identifier: Identifier
    model: str
    grade: str
    cost: str
    currency: str
    occurrence: int


@dataclass(frozen=True, slots=True)
class ExpectedPlan:
    """A list as it was read."""

    file: str
    rows: tuple[ExpectedRow, ...]
    errors: LineErrors

    @property
    def twice(self) -> int:
        """Lines whose identifier stood above already."""
        return sum(row.occurrence > 1 for row in self.rows)


@dataclass(frozen=True, slots=True)
class ExpectedReport:
    """What an import of a list did. `warnings`: lines that were taken although their model is not known here."""

    added: int
    changed: int
    unchanged: int
    duplicates: int
    errors: LineErrors
    warnings: LineErrors
    cancelled: bool = False
    changes: frozenset[Change] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class StateLine:
    """One promised line. `unit_id`: its unit, which may lie elsewhere; `why` says what is wrong with a duplicate."""

    line: int
    identifier: str
    model: str
    grade: str
    cost: Money | None
    unit_id: str | None
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class ArrivedUnit:
    """A unit that came although no line promised it."""

    unit_id: str
    identifier: str
    title: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class BatchState:
    """The list against the scans. Without a list (`listed` False) every unit that came stands under `unexpected`."""

    listed: bool
    found: tuple[StateLine, ...]
    missing: tuple[StateLine, ...]
    unexpected: tuple[ArrivedUnit, ...]
    duplicate: tuple[StateLine, ...]


def read_expected(path: Path) -> ExpectedPlan:
    """Read a list (CSV or XLSX; column identifier, and model_code or model, grade, cost, currency); changes nothing.

    Raises TableUnreadable, TableTooLarge or ColumnsMissing when the file as such cannot be trusted.
    """
    rows: list[ExpectedRow] = []
    errors: list[LineError] = []
    seen: Counter[str] = Counter()
    for row in read_table(path, required=("identifier",)):
        read = _read(row, errors)
        if read is not None:
            seen[read.identifier.value] += 1
            rows.append(replace(read, occurrence=seen[read.identifier.value]))
    return ExpectedPlan(path.name, tuple(rows), gathered(errors))


def import_expected(
    desk: Desk, batch_code: str, path: Path, *, actor: Actor | None = None, progress: Progress | None = None
) -> ExpectedReport:
    """Keep a list with its batch, 100 lines a transaction; good lines go in although others are bad. Repeatable.

    Raises UnknownBatch, BatchClosed, and what `read_expected` raises.
    """
    plan = read_expected(path)
    return apply_expected(desk, batch_code, plan, actor=actor, progress=progress)


def apply_expected(
    desk: Desk,
    batch_code: str,
    plan: ExpectedPlan,
    *,
    actor: Actor | None = None,
    progress: Progress | None = None,
) -> ExpectedReport:
    """Keep a list that was read and looked at. Raises UnknownBatch, BatchClosed."""
    desk.read(lambda connection: open_for_more(connection, desk.company, batch_code))
    done: Counter[str] = Counter()
    errors: list[LineError] = []
    warnings: list[LineError] = []

    def page(rows: Sequence[ExpectedRow]) -> None:
        def work(tx: Tx) -> tuple[list[str], list[LineError], list[LineError]]:
            batch = open_for_more(tx.connection, tx.company, batch_code)
            bad: list[LineError] = []
            odd: list[LineError] = []
            there = batches.lines_of(tx.connection, batch["id"], [row.identifier.value for row in rows])
            did = [_keep(tx, desk, batch, row, there, actor, bad, odd) for row in rows]
            tx.touched.clear()
            return did, bad, odd

        did, bad, odd = desk.write(work)
        done.update(did)
        errors.extend(bad)
        warnings.extend(odd)

    finished = in_pages(plan.rows, page, progress)
    doubted = done["listed_twice"] + done["in_house"]
    touched = done["added"] + done["changed"] + doubted
    return ExpectedReport(
        added=done["added"] + doubted,
        changed=done["changed"],
        unchanged=done["unchanged"],
        duplicates=doubted,
        errors=gathered(plan.errors.shown, errors, more=plan.errors.more),
        warnings=gathered(warnings),
        cancelled=not finished,
        changes=frozenset({Change.BATCHES, Change.UNITS}) if touched else frozenset(),
    )


def batch_state(desk: Desk, batch_id: str) -> BatchState:
    """What was found, what is missing, what came unexpected, and which lines cannot be met. Raises UnknownBatch."""

    def work(connection: Connection) -> BatchState:
        if batches.find(connection, desk.company, batch_id) is None:
            raise UnknownBatch(given=batch_id[:40])
        sorted_: dict[str, list[StateLine]] = {"found": [], "missing": [], "duplicate": []}
        promised = set()
        lines = batches.matched_lines(connection, desk.company, batch_id)
        for row in lines:
            promised.add(row["here"])
            if row["doubt"] == LISTED_TWICE:
                sorted_["duplicate"].append(_line(row, msg("receiving.listed_twice")))
            elif row["here"] is not None:
                sorted_["found"].append(_line(row))
            elif row["doubt"] == IN_THE_HOUSE:
                sorted_["duplicate"].append(_line(row, msg("receiving.in_house")))
            else:
                sorted_["missing"].append(_line(row))
        unexpected = tuple(
            _arrived(row)
            for row in batches.arrived_units(connection, batch_id)
            if row["unit_id"] not in promised
        )
        return BatchState(
            listed=bool(lines),
            found=tuple(sorted_["found"]),
            missing=tuple(sorted_["missing"]),
            unexpected=unexpected,
            duplicate=tuple(sorted_["duplicate"]),
        )

    return desk.read(work)


def open_for_more(connection: Connection, company: str, code: str) -> Row:
    """The open batch with this code. Raises UnknownBatch, BatchClosed."""
    row = batches.by_code(connection, company, code)
    if row is None:
        raise UnknownBatch(given=code[:40])
    if row["closed_at"] is not None:
        raise BatchClosed(batch=row["code"])
    return row


def _read(row: TableRow, errors: list[LineError]) -> ExpectedRow | None:
    cells = row.cells
    column = "identifier"
    try:
        if not cells["identifier"]:
            raise BadCell(msg("import.empty"))
        identifier = identify(cells["identifier"])
        column = "model_code" if cells.get("model_code") else "model"
        model = plain(cells.get("model_code") or cells.get("model", ""), 120)
        column = "grade"
        grade = plain(cells.get("grade", ""), 40)
        column = "cost"
        currency = cells.get("currency", "").upper()
        cost = cells.get("cost", "")
        if cost:
            amount(cost, currency or "EUR")
    except BadCell as bad:
        errors.append(LineError(row.line, bad.reason, column))
    except Failure as refused:
        errors.append(LineError(row.line, refused.happened, column))
    else:
        return ExpectedRow(row.line, identifier, model, grade, cost, currency, 1)
    return None


def _keep(
    tx: Tx,
    desk: Desk,
    batch: Row,
    row: ExpectedRow,
    there: dict[str, list[Row]],
    actor: Actor | None,
    errors: list[LineError],
    warnings: list[LineError],
) -> str:
    """Keep one line; what became of it."""
    try:
        cost = amount(row.cost, row.currency or batch["currency"]) if row.cost else None
    except BadCell as bad:  # the currency of the batch has fewer decimals than the file's amounts
        errors.append(LineError(row.line, bad.reason, "cost"))
        return "bad"
    variant = catalogue.by_model_code(tx.connection, tx.company, row.model) if row.model else None
    if row.model and variant is None:
        known = msg("receiving.unknown_model", model_code=row.model[:64])
        warnings.append(LineError(row.line, known, "model_code"))
    said: Row = {"model_code": variant.model_code if variant else row.model, "grade": row.grade}
    if cost is not None:
        said |= {"cost_minor": cost.minor, "currency": cost.currency}
    kept = there.setdefault(row.identifier.value, [])
    if len(kept) >= row.occurrence:
        line = kept[row.occurrence - 1]
        changed = {name: value for name, value in said.items() if value and line[name] != value}
        if not changed:
            return "unchanged"
        batches.set_expected(tx, line["id"], **changed)
        return "changed"
    unit_id, doubt = _promise(tx, desk, batch, row, variant.id if variant else None, actor)
    values = {"batch_id": batch["id"], "line": row.line, "identifier": row.identifier.value, "doubt": doubt}
    batches.add_expected(tx, **{"cost_minor": None, "currency": None, **said}, **values, unit_id=unit_id)
    kept.append({"id": "", **values, "cost_minor": None, "currency": None, **said})
    return doubt or "added"


def _promise(
    tx: Tx, desk: Desk, batch: Row, row: ExpectedRow, variant_id: str | None, actor: Actor | None
) -> tuple[str, str]:
    """The unit that this line names, made where nobody has seen it yet; and why the line cannot be met, if so."""
    who = (actor.code, actor.station) if actor else ("", desk.station)
    unit_id = units.by_identifier(tx.connection, tx.company, row.identifier.value)
    if unit_id is None:
        unit_id = first_seen(tx, row.identifier, *who)
    elif row.occurrence > 1:
        return unit_id, LISTED_TWICE
    unit = units.unit(tx.connection, unit_id)
    if variant_id is not None and unit.variant_id is None:
        units.set_unit(tx, unit_id, variant_id=variant_id)
    if State(unit.state) in IN_HOUSE:
        return unit_id, "" if unit.batch_id == batch["id"] else IN_THE_HOUSE
    units.append_history(tx, unit_id, *who, "history.expected", {"batch": batch["code"], "line": row.line})
    return unit_id, ""


def _line(row: Row, why: Text | None = None) -> StateLine:
    cost = Money(row["cost_minor"], row["currency"]) if row["cost_minor"] is not None else None
    unit_id = row["here"] or row["unit_id"]
    return StateLine(row["line"], row["identifier"], row["model_code"], row["grade"], cost, unit_id, why)


def _arrived(row: Row) -> ArrivedUnit:
    title = " ".join(row[name] for name in ("brand", "model", "storage", "colour") if row[name])
    return ArrivedUnit(row["unit_id"], row["identifier"] or "", title, row["arrived_at"])
