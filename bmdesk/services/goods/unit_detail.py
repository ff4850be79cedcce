"""Everything known of one unit, in one snapshot: who it is, where it stands, and all that was ever recorded.

Frozen values for the screen, the command line and labels; changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bmdesk.domain import history as chain
from bmdesk.domain.battery import BatteryReading
from bmdesk.domain.gate import Blocker
from bmdesk.domain.identifiers import Identifier
from bmdesk.domain.inspection import AccessoryRecord, Defect, Erasure, LockRecord, TestResult
from bmdesk.domain.money import Money
from bmdesk.services.grading import judgement
from bmdesk.services.shipping import warranties
from bmdesk.services.shipping.warranties import Warranty
from bmdesk.store.engine import Connection
from bmdesk.store.queries import batches, inspections, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row
from bmdesk.texts import Text, msg


@dataclass(frozen=True, slots=True)
class Stay:
    """One time through the house. `cost` as paid, None when nobody said; `batch` is the batch's code."""

    id: str
    number: int
    batch: str
    source: str
    supplier: str
    cost: Money | None
    vat_scheme: str
    arrived_at: datetime
    left_at: datetime | None
    new_battery: bool
    earlier_evidence: str
    labour_minutes: int


@dataclass(frozen=True, slots=True)
class SecondCheck:
    """A second person's look. `agreed` None: still to come."""

    first_operator: str
    first_grade: str
    second_operator: str
    second_grade: str
    agreed: bool | None
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """One look at the device. `suggested` by the rules, `grade` by a person, `reason` where the two differ."""

    number: int
    stay: int
    opened_at: datetime
    closed_at: datetime | None
    operator: str
    checklist: str
    checklist_version: int
    suggested: str
    grade: str
    own_grade: str
    reason: str
    graded_by: str
    tests: tuple[TestResult, ...]
    defects: tuple[Defect, ...]
    second_check: SecondCheck | None


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture; the file is `desk.photos.path(sha256)`. `name` comes from outside."""

    sha256: str
    name: str
    media_type: str
    size: int
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """A part that was put in. `cost` None: nobody said."""

    code: str
    cost: Money | None
    genuine: bool | None
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """The refurbishment that is open."""

    id: str
    state: str
    fault: str
    technician: str
    waiting_for: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of the unit's life, linked to the one before by its hash."""

    seq: int
    at: datetime
    operator: str
    station: str
    code: str
    what: Text
    hash: str


@dataclass(frozen=True, slots=True)
class UnitDetail:
    """All of one unit. Tests, defects, locks and the like are those of the present stay."""

    row: UnitRow
    identifiers: tuple[Identifier, ...]
    battery: BatteryReading | None
    blockers: tuple[Blocker, ...]
    stays: tuple[Stay, ...]
    inspections: tuple[Inspection, ...]
    locks: tuple[LockRecord, ...]
    erasure: Erasure | None
    accessories: tuple[AccessoryRecord, ...]
    parts: tuple[Part, ...]
    photos: tuple[Photo, ...]
    work_order: WorkOrder | None
    history: tuple[HistoryLine, ...]
    warranties: tuple[Warranty, ...]
    """Of each sale, the newest first."""
    breaks: tuple[chain.ChainBreak, ...]
    """Where the history was tampered with; empty when the chain holds."""

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def stay(self) -> Stay | None:
        """The present stay; None for a unit that never arrived."""
        return next((s for s in self.stays if s.number == self.row.stay_number), None)

    @property
    def last_inspection(self) -> Inspection | None:
        """The newest look during the present stay."""
        mine = [i for i in self.inspections if i.stay == self.row.stay_number]
        return mine[-1] if mine else None


def read(connection: Connection, unit_id: str, today: date) -> UnitDetail:
    """Everything of this unit, which must exist. `today` is a day of the company's zone."""
    row = units.unit(connection, unit_id)
    stay_rows = units.stays(connection, unit_id)
    numbers = {s["id"]: s["number"] for s in stay_rows}
    stay_id = next((s["id"] for s in stay_rows if s["number"] == row.stay_number), "")
    order = inspections.open_order(connection, unit_id)
    entries = units.entries(connection, [unit_id])[unit_id]
    return UnitDetail(
        row=row,
        identifiers=units.identifiers(connection, unit_id),
        battery=inspections.battery(connection, stay_id),
        blockers=tuple(judgement.stored_blockers(connection, unit_id)),
        stays=tuple(_stay(connection, s) for s in stay_rows),
        inspections=tuple(
            _inspection(connection, i, numbers.get(i["stay_id"], 0))
            for i in inspections.inspections(connection, unit_id)
        ),
        locks=inspections.locks(connection, stay_id),
        erasure=inspections.erasure(connection, stay_id),
        accessories=inspections.accessories(connection, stay_id),
        parts=tuple(_part(p) for p in inspections.part_rows(connection, stay_id)),
        photos=tuple(
            Photo(p["sha256"], p["name"], p["media_type"], p["size"], p["operator"], p["at"])
            for p in inspections.photos(connection, unit_id)
        ),
        work_order=_order(order) if order else None,
        history=tuple(_history_line(h) for h in units.history(connection, unit_id)),
        warranties=warranties.of_unit(connection, unit_id, today),
        breaks=tuple(chain.verify(unit_id, entries, row.history_head, row.history_seq)),
    )


def _stay(connection: Connection, row: Row) -> Stay:
    return Stay(
        id=row["id"],
        number=row["number"],
        batch=batches.batch(connection, row["batch_id"])["code"] if row["batch_id"] else "",
        source=row["source"],
        supplier=row["supplier"],
        cost=_money(row),
        vat_scheme=row["vat_scheme"],
        arrived_at=row["arrived_at"],
        left_at=row["left_at"],
        new_battery=row["new_battery"],
        earlier_evidence=row["earlier_evidence"],
        labour_minutes=row["labour_minutes"],
    )


def _inspection(connection: Connection, row: Row, stay: int) -> Inspection:
    check = inspections.check(connection, row["id"])
    return Inspection(
        number=row["number"],
        stay=stay,
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        operator=row["operator"],
        checklist=row["checklist"],
        checklist_version=row["checklist_version"],
        suggested=row["suggested"],
        grade=row["grade"],
        own_grade=row["own_grade"],
        reason=row["grade_reason"],
        graded_by=row["graded_by"],
        tests=inspections.tests(connection, row["id"]),
        defects=tuple(defect for _, defect in inspections.defects(connection, row["id"])),
        second_check=_check(check) if check else None,
    )


def _check(row: Row) -> SecondCheck:
    return SecondCheck(
        row["first_operator"],
        row["first_grade"],
        row["second_operator"],
        row["second_grade"],
        row["agreed"],
        row["asked_at"],
        row["answered_at"],
    )


def _part(row: Row) -> Part:
    return Part(row["code"], _money(row), row["genuine"], row["operator"], row["at"])


def _order(row: Row) -> WorkOrder:
    return WorkOrder(
        row["id"], row["state"], row["fault"], row["technician"], row["waiting_for"], row["opened_at"]
    )


def _history_line(row: Row) -> HistoryLine:
    try:
        what = chain.what(row["canonical"])
    except (ValueError, KeyError, TypeError):
        what = msg("units.history_unreadable")
    return HistoryLine(row["seq"], row["at"], row["operator"], row["station"], what.code, what, row["hash"])


def _money(row: Row) -> Money | None:
    if row["cost_minor"] is None or not row["cost_currency"]:
        return None
    return Money(row["cost_minor"], row["cost_currency"])
