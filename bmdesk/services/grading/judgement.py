"""Asking the gate about a unit: gathers the facts in one snapshot, keeps the answer as rows, moves the unit.

The only place that writes blockers. `judge` runs inside the transaction of whatever changed the unit.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from bmdesk.domain import gate, grading, unit
from bmdesk.domain.unit import State
from bmdesk.domain.working_time import local_day
from bmdesk.services.policies import Policies
from bmdesk.store.engine import Connection
from bmdesk.store.queries import inspections, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row, Tx

SELLABLE = (grading.PREMIUM, grading.EXCELLENT, grading.GOOD, grading.FAIR)


def facts(connection: Connection, policies: Policies, row: UnitRow) -> gate.UnitFacts:
    """All that the gate may look at, as it stands in this snapshot. Only a unit that arrived is judged."""
    checklist = policies.checklist(row.category)
    stay = units.stay(connection, row.id, row.stay_number)
    assert stay is not None, "a unit in the house has a stay"
    stay_id = stay["id"]
    looked = inspections.last_inspection(connection, stay_id)
    tests = inspections.tests(connection, looked["id"]) if looked else ()
    battery = inspections.battery(connection, stay_id)
    newest = max((t.at for t in tests), default=None)
    return gate.UnitFacts(
        category=row.category,
        has_model=row.variant_id is not None,
        identifiers=units.identifiers(connection, row.id),
        checklist=checklist,
        grade=row.grade or None,
        inspected=bool(looked and looked["closed_at"]) or bool(stay["earlier_evidence"]),
        tests=tests,
        tested_on=local_day(newest, policies.timezone) if newest else None,
        battery=battery,
        battery_on=local_day(battery.at, policies.timezone) if battery else None,
        parts=inspections.parts(connection, stay_id),
        locks=inspections.locks(connection, stay_id),
        erasure=inspections.erasure(connection, stay_id),
        accessories=inspections.accessories(connection, stay_id),
        photos=inspections.photo_count(connection, stay_id),
        hold_reason=row.hold_reason or None,
        second_check=_second_check(connection, looked),
        work_order_open=inspections.open_order(connection, row.id) is not None,
        earlier_evidence=bool(stay["earlier_evidence"]),
    )


def judge(tx: Tx, policies: Policies, unit_id: str) -> list[gate.Blocker]:
    """Ask the gate now, keep its answer, and return it. Does not move the unit: `settle` does."""
    row = units.unit(tx.connection, unit_id)
    if State(row.state) not in unit.JUDGED:
        units.note_judgement(tx, unit_id, policies.stamp, None, [])
        return []
    today = local_day(tx.now, policies.timezone)
    known = facts(tx.connection, policies, row)
    found = gate.blockers(known, policies.gate, today)
    again = gate.recheck_on(known, policies.gate, today)
    recheck_at = None
    if again is not None:
        recheck_at = datetime.combine(again, time(), policies.timezone).astimezone(UTC)
    if [row["code"] for row in units.blockers(tx.connection, unit_id)] != [b.code for b in found]:
        tx.told.add(unit_id)  # by time alone, no line is written into its history
    units.note_judgement(tx, unit_id, policies.stamp, recheck_at, [_row(b) for b in found])
    return found


def settle(tx: Tx, unit_id: str, found: list[gate.Blocker]) -> State:
    """Move a ready or held unit to where the gate's answer puts it; the state it is in now."""
    before = State(units.unit(tx.connection, unit_id).state)
    if before not in (State.READY, State.HELD):
        return before
    after = State.HELD if stops(found) else State.READY
    if after is not before:
        units.set_unit(tx, unit_id, state=unit.move(before, after).value)
    return after


def stops(found: list[gate.Blocker]) -> bool:
    """Whether these blockers keep the unit from being listed."""
    return any(b.level is gate.Level.REQUIRED for b in found)


def stored_blockers(connection: Connection, unit_id: str) -> list[gate.Blocker]:
    """The gate's last answer."""
    return [from_row(row) for row in units.blockers(connection, unit_id)]


def from_row(row: Row) -> gate.Blocker:
    """A stored blocker as the domain's value."""
    return gate.Blocker(row["code"], gate.Level(row["level"]), tuple(sorted(row["params"].items())))


def _row(blocker: gate.Blocker) -> Row:
    return {"code": blocker.code, "level": blocker.level.value, "params": dict(blocker.params)}


def _second_check(connection: Connection, looked: Row | None) -> gate.SecondCheck:
    asked = inspections.check(connection, looked["id"]) if looked else None
    if asked is None:
        return gate.SecondCheck.NOT_DUE
    return gate.SecondCheck.DUE if asked["agreed"] is None else gate.SecondCheck.DONE
