"""Refurbishment: a work order per unit, from the fault to the day it is tested and graded anew.

Parts and minutes are recorded at the bench (PART and LABOUR cards work while the order is open). Each call is one step
of the unit's history and can be undone like a scan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bmdesk.domain import unit as life
from bmdesk.domain.changes import Change
from bmdesk.domain.money import Money
from bmdesk.domain.unit import State
from bmdesk.domain.working_time import local_day
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.units import UnitLine, UnknownUnit, line_of
from bmdesk.services.grading.bench import ScanResult, Seat
from bmdesk.services.grading.bench import step as bench_step
from bmdesk.services.grading.hand import NOBODY, Hand, changeable, new_inspection
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.lines import one_line
from bmdesk.store.engine import Connection
from bmdesk.store.queries import inspections, people, repairs, unit_lists, units
from bmdesk.store.queries.unit_lists import ListRow
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg

OPEN, WAITING, CLOSED = "open", "waiting", "closed"
MOST = 500
"""Orders that one look at the queue shows."""


class WordsNeeded(Refusal):
    """A work order without its words helps nobody. Params: `what` (a Text)."""

    code = "repairs.words_needed"


class UnknownOrder(Refusal):
    """No work order of this company has this id, or it is closed. No params."""

    code = "repairs.unknown_order"


@dataclass(frozen=True, slots=True)
class RepairSaved:
    """A work order was opened, changed or closed."""

    id: str
    unit_id: str
    changes: frozenset[Change] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class RepairLine:
    """One work order of the queue. `part_codes`: put in since it was opened; `parts_cost`: their sum by currency."""

    id: str
    unit: UnitLine
    state: str
    fault: str
    technician: str
    waiting_for: str
    outcome: str
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    age_days: int
    part_codes: tuple[str, ...]
    parts_cost: tuple[Money, ...]
    labour_minutes: int

    @property
    def parts(self) -> int:
        """How many parts were put in."""
        return len(self.part_codes)


def send_to_repair(desk: Desk, actor: Actor, unit_id: str, fault: str, technician: str = "") -> RepairSaved:
    """Open a work order: the unit is in repair, and in nobody's hand.

    Raises UnknownUnit, WordsNeeded, UnitPromised, UnitNotHere, UnitInRepair.
    """

    def work(tx: Tx) -> RepairSaved:
        row = units.find_unit(tx.connection, tx.company, unit_id)
        if row is None:
            raise UnknownUnit(given=unit_id[:40])
        hand = Hand(tx, desk.policies(tx.connection), actor, NOBODY)
        order_id = _open(hand, changeable(tx.connection, row), fault, technician)
        people.empty_other_hands(tx, row.id, "", "")
        return RepairSaved(order_id, row.id, _changes(tx))

    return desk.write(work)


def send_in_hand_to_repair(desk: Desk, seat: Seat, fault: str, technician: str = "") -> ScanResult:
    """The unit in hand goes to repair, and the hand is empty. What is refused comes back with `ok` False."""

    def step(hand: Hand) -> Text:
        row = hand.changeable()
        _open(hand, row, fault, technician)
        people.empty_other_hands(hand.tx, row.id, hand.actor.station, hand.actor.seat)
        hand.take(None, last_unit_id=row.id)
        hand.tx.changes.add(Change.REPAIRS)
        return msg("bench.sent_to_repair", fault=one_line(fault, 500))

    return bench_step(desk, seat, "repair", step)


def assign(desk: Desk, actor: Actor, order_id: str, technician: str) -> RepairSaved:
    """This technician repairs it. Raises UnknownOrder, WordsNeeded."""
    name = _needed(technician, 80, "repairs.word_technician")
    return _change(desk, actor, order_id, {"technician": name}, "history.repair_assigned", technician=name)


def wait_for_part(desk: Desk, actor: Actor, order_id: str, part: str) -> RepairSaved:
    """The order waits for this part. Raises UnknownOrder, WordsNeeded."""
    name = _needed(part, 200, "repairs.word_part")
    return _change(
        desk, actor, order_id, {"state": WAITING, "waiting_for": name}, "history.repair_waits", part=name
    )


def part_arrived(desk: Desk, actor: Actor, order_id: str) -> RepairSaved:
    """The part is here; the order goes on. Raises UnknownOrder."""
    return _change(desk, actor, order_id, {"state": OPEN, "waiting_for": ""}, "history.repair_goes_on")


def close_order(desk: Desk, actor: Actor, order_id: str, outcome: str) -> RepairSaved:
    """The repair is over: a new inspection begins, so tests and grade are done anew; the unit waits for the bench.

    Raises UnknownOrder, WordsNeeded.
    """
    said = _needed(outcome, 500, "repairs.word_outcome")

    def work(tx: Tx) -> RepairSaved:
        order = _order(tx, order_id)
        hand = Hand(tx, desk.policies(tx.connection), actor, NOBODY)
        row = units.unit(tx.connection, order["unit_id"])
        inspections.set_order(tx, order["id"], state=CLOSED, waiting_for="", outcome=said, closed_at=tx.now)
        stay = hand.stay(row)
        # What was seen elsewhere was seen before the repair: it proves nothing of the device as it is now.
        units.set_stay(tx, stay["id"], earlier_evidence="")
        new_inspection(tx, hand.policies, actor, row, stay)
        after = life.move(State(row.state), State.INSPECTING)
        units.set_unit(tx, row.id, state=after.value, grade="", own_grade="", sku_id=None)
        hand.close_step(row.id, "history.repair_closed", outcome=said)
        return RepairSaved(order["id"], row.id, _changes(tx))

    return desk.write(work)


def queue(desk: Desk, state: str = "") -> tuple[RepairLine, ...]:
    """The work orders in this state (open, waiting or closed); empty: all that are not closed, oldest first."""
    states = [state] if state else [OPEN, WAITING]

    def work(connection: Connection) -> tuple[RepairLine, ...]:
        orders = repairs.orders(connection, desk.company, states, MOST)
        parts = repairs.parts_of(connection, [order["stay_id"] for order in orders])
        lines = {
            row.unit.id: row for row in unit_lists.rows(connection, [order["unit_id"] for order in orders])
        }
        policies = desk.policies(connection)
        today = local_day(desk.clock.now(), policies.timezone)
        return tuple(
            _line(
                order,
                lines[order["unit_id"]],
                [part for part in parts.get(order["stay_id"], []) if part["at"] >= order["opened_at"]],
                ((today - local_day(order["opened_at"], policies.timezone)).days),
            )
            for order in orders
        )

    return desk.read(work)


def _open(hand: Hand, row: UnitRow, fault: str, technician: str) -> str:
    said, name = _needed(fault, 500, "repairs.word_fault"), one_line(technician, 80)
    order_id = hand.tx.new_id()
    inspections.set_order(
        hand.tx,
        order_id,
        company_id=hand.tx.company,
        unit_id=row.id,
        stay_id=hand.stay(row)["id"],
        state=OPEN,
        fault=said,
        technician=name,
        waiting_for="",
        outcome="",
        opened_by=hand.actor.code,
        opened_at=hand.tx.now,
        closed_at=None,
    )
    units.set_unit(hand.tx, row.id, state=life.move(State(row.state), State.IN_REPAIR).value)
    hand.close_step(row.id, "history.repair_opened", fault=said, technician=name)
    return order_id


def _change(
    desk: Desk, actor: Actor, order_id: str, values: dict[str, str], code: str, **params: str | int
) -> RepairSaved:
    def work(tx: Tx) -> RepairSaved:
        order = _order(tx, order_id)
        inspections.set_order(tx, order["id"], **values)
        hand = Hand(tx, desk.policies(tx.connection), actor, NOBODY)
        hand.close_step(order["unit_id"], code, **params)
        return RepairSaved(order["id"], order["unit_id"], _changes(tx))

    return desk.write(work)


def _order(tx: Tx, order_id: str) -> Row:
    order = repairs.order(tx.connection, tx.company, order_id)
    if order is None or order["state"] == CLOSED:
        raise UnknownOrder
    return order


def _changes(tx: Tx) -> frozenset[Change]:
    return frozenset(tx.changes | {Change.UNITS, Change.REPAIRS, Change.SEAT})


def _needed(text: str, longest: int, what: str) -> str:
    said = one_line(text, longest)
    if not said:
        raise WordsNeeded(what=Text(what))
    return said


def _line(order: Row, unit: ListRow, parts: list[Row], age_days: int) -> RepairLine:
    cost: dict[str, int] = {}
    for part in parts:
        if part["cost_minor"] is not None:
            cost[part["cost_currency"]] = cost.get(part["cost_currency"], 0) + part["cost_minor"]
    return RepairLine(
        id=order["id"],
        unit=line_of(unit),
        state=order["state"],
        fault=order["fault"],
        technician=order["technician"],
        waiting_for=order["waiting_for"],
        outcome=order["outcome"],
        opened_by=order["opened_by"],
        opened_at=order["opened_at"],
        closed_at=order["closed_at"],
        age_days=max(0, age_days),
        part_codes=tuple(part["code"] for part in parts),
        parts_cost=tuple(Money(minor, currency) for currency, minor in sorted(cost.items())),
        labour_minutes=order["labour_minutes"],
    )
