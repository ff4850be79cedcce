"""What one scan works with: the transaction, the policies, who scans, and the unit in hand. Lives for one scan.

Every recording step goes through here: it opens the inspection, checks that the unit may be changed, and closes the
step with a history line, the rows for UNDO, and a fresh answer of the gate.
"""

from __future__ import annotations

from dataclasses import dataclass

from bmdesk.domain import unit as life
from bmdesk.domain.changes import Change
from bmdesk.domain.gate import Blocker
from bmdesk.domain.inspection import Checklist
from bmdesk.domain.unit import State
from bmdesk.services.desk import Actor
from bmdesk.services.grading import judgement
from bmdesk.services.grading.refusals import (
    ModelNeeded,
    NoUnitInHand,
    UnitInRepair,
    UnitNotHere,
    UnitPromised,
)
from bmdesk.services.policies import Policies
from bmdesk.store.engine import Connection
from bmdesk.store.queries import inspections, people, units
from bmdesk.store.queries.people import SeatRow
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row, Tx

NOBODY = SeatRow(None, None, None, None, None, binding=False, last_text="", last_at=None)
"""A seat with nothing in hand and nobody at it: one that was never used, or work that is done at no seat."""


@dataclass(slots=True)
class Hand:
    """The hand of one operator during one scan."""

    tx: Tx
    policies: Policies
    actor: Actor
    seat: SeatRow
    scripted: bool = False
    about: str | None = None  # the unit this scan turned out to be about
    seated: bool = True
    """False: nobody sits anywhere. What came from elsewhere is recorded as at the bench, and no seat has it in hand."""

    def unit(self) -> UnitRow:
        """The unit in hand. Raises NoUnitInHand."""
        if self.seat.unit_id is None:
            raise NoUnitInHand
        return units.unit(self.tx.connection, self.seat.unit_id)

    def take(self, unit_id: str | None, **more: object) -> None:
        """This unit is in hand now (None: the hand is empty)."""
        if not self.seated:
            return
        if unit_id is not None:
            self.about = unit_id
            people.empty_other_hands(self.tx, unit_id, self.actor.station, self.actor.seat)
        people.set_seat(self.tx, self.actor.station, self.actor.seat, unit_id=unit_id, binding=False, **more)

    def stay(self, row: UnitRow) -> Row:
        """The unit's present stay."""
        stay = units.stay(self.tx.connection, row.id, row.stay_number)
        assert stay is not None, "a unit in the house has a stay"
        return stay

    def checklist(self, row: UnitRow) -> Checklist:
        """What the bench asks about this unit. Raises ModelNeeded before anybody said what it is."""
        checklist = self.policies.checklist(row.category)
        if checklist is None:
            raise ModelNeeded
        return checklist

    def changeable(self, *, repair: bool = False) -> UnitRow:
        """The unit in hand, when the bench may change it. `repair`: also while its work order is open.

        Raises NoUnitInHand, UnitPromised, UnitNotHere, UnitInRepair.
        """
        return changeable(self.tx.connection, self.unit(), repair=repair)

    def working(self) -> tuple[UnitRow, Row, Row]:
        """The unit in hand with its stay and its open inspection, which is opened or reopened where needed."""
        row = self.changeable()
        stay = self.stay(row)
        looked = inspections.last_inspection(self.tx.connection, stay["id"])
        if State(row.state) is not State.INSPECTING:
            units.set_unit(self.tx, row.id, state=life.move(State(row.state), State.INSPECTING).value)
        if looked is None or looked["closed_at"] is not None:
            looked = self._open_inspection(row, stay, looked)
        return row, stay, looked

    def close_step(
        self, unit_id: str, code: str, ends: str | None = None, /, **params: str | int
    ) -> list[Blocker]:
        """End a step: history line, rows for UNDO, and the gate's answer. `ends`: the inspection that ends with it."""
        self.about = unit_id
        seq = units.append_history(self.tx, unit_id, self.actor.code, self.actor.station, code, dict(params))
        found = judgement.judge(self.tx, self.policies, unit_id)
        judgement.settle(self.tx, unit_id, found)
        if ends is not None:
            inspections.set_inspection(self.tx, ends, held=judgement.stops(found))
        units.add_step(self.tx, unit_id, seq, self.actor.code, self.actor.station, self.actor.seat)
        self.tx.changes |= {Change.UNITS, Change.SEAT}
        return found

    def _open_inspection(self, row: UnitRow, stay: Row, before: Row | None) -> Row:
        if before is not None:  # the same look at the device goes on; what was recorded stays
            inspections.set_inspection(self.tx, before["id"], closed_at=None, held=None)
            return {**before, "closed_at": None, "held": None}
        return new_inspection(self.tx, self.policies, self.actor, row, stay)


def changeable(connection: Connection, row: UnitRow, *, repair: bool = False) -> UnitRow:
    """The unit, when its record may be changed. `repair`: also while its work order is open.

    Raises UnitPromised, UnitNotHere, UnitInRepair.
    """
    state = State(row.state)
    if state in life.PROMISED:
        raise UnitPromised(state=life.state_text(state))
    if state not in life.IN_HOUSE:
        raise UnitNotHere(state=life.state_text(state))
    if state is State.IN_REPAIR and not repair:
        order = inspections.open_order(connection, row.id)
        raise UnitInRepair(fault=order["fault"] if order else "")
    return row


def new_inspection(tx: Tx, policies: Policies, actor: Actor, row: UnitRow, stay: Row) -> Row:
    """Begin a fresh look: nothing that was tested or graded before counts for it."""
    checklist = policies.checklist(row.category)
    inspection_id = tx.new_id()
    values = {
        "company_id": tx.company,
        "unit_id": row.id,
        "stay_id": stay["id"],
        "number": inspections.next_number(tx.connection, row.id),
        "opened_at": tx.now,
        "closed_at": None,
        "held": None,
        "operator": actor.code,
        "checklist": checklist.category if checklist else "",
        "checklist_version": checklist.version if checklist else 0,
        "suggested": "",
        "grade": "",
        "own_grade": "",
        "grade_reason": "",
        "graded_by": "",
    }
    inspections.set_inspection(tx, inspection_id, **values)
    return {"id": inspection_id, **values}
