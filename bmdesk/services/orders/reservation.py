"""A unit is promised to a piece of an order line, given back, packed, or leaves with it: always with its own state, its
history and the order's timeline, in one transaction.

Which unit is chosen is domain.allocation's business and fulfilment's; whether it may leave is the pack gate's.
"""

from __future__ import annotations

from bmdesk.domain import unit as life
from bmdesk.domain.unit import PROMISED, State
from bmdesk.services.grading import judgement
from bmdesk.services.policies import Policies
from bmdesk.store.queries import allocations, inspections, order_progress, people, units
from bmdesk.store.queries.allocations import PACKED, RESERVED, SHIPPED, AllocationRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import msg


def reserve(tx: Tx, order: int, line: LineRow, unit_id: str, operator: str = "", station: str = "") -> None:
    """This ready unit is for this line of the order of this number. Raises IllegalMove where it is not ready."""
    row = units.unit(tx.connection, unit_id)
    stay = units.stay(tx.connection, unit_id, row.stay_number)
    assert stay is not None, "a ready unit has a stay"
    units.set_unit(tx, unit_id, state=life.move(State(row.state), State.RESERVED).value)
    units.note_judgement(tx, unit_id, 0, None, [])
    people.empty_other_hands(tx, unit_id, "", "")
    allocations.add(tx, line.id, unit_id, stay["id"], RESERVED, operator)
    units.append_history(tx, unit_id, operator, station, "history.reserved", {"order": str(order)})
    said = msg("order.event.reserved", unit=name_of(tx, unit_id))
    order_progress.tell(tx, line.order_id, said, line_id=line.id, operator=operator, station=station)


def release(
    tx: Tx,
    policies: Policies,
    order: int,
    line: LineRow,
    one: AllocationRow,
    operator: str = "",
    station: str = "",
) -> None:
    """This unit is for this line no more: it goes back to where the gate puts it. Nothing for one that has left."""
    if one.state == SHIPPED:
        return
    allocations.drop(tx, line.id, one.unit_id)
    row = units.unit(tx.connection, one.unit_id)
    if State(row.state) in PROMISED:
        units.set_unit(tx, one.unit_id, state=life.move(State(row.state), State.READY).value)
        units.append_history(tx, one.unit_id, operator, station, "history.given_back", {"order": str(order)})
        judgement.settle(tx, one.unit_id, judgement.judge(tx, policies, one.unit_id))
    said = msg("order.event.released", unit=name_of(tx, one.unit_id))
    order_progress.tell(tx, line.order_id, said, line_id=line.id, operator=operator, station=station)


def pack(tx: Tx, order: int, line: LineRow, one: AllocationRow, operator: str, station: str) -> None:
    """The unit lies in a closed parcel."""
    row = units.unit(tx.connection, one.unit_id)
    units.set_unit(tx, one.unit_id, state=life.move(State(row.state), State.PACKED).value)
    allocations.change(tx, line.id, one.unit_id, state=PACKED)
    units.append_history(tx, one.unit_id, operator, station, "history.packed", {"order": str(order)})


def unpack(tx: Tx, order: int, line: LineRow, one: AllocationRow, operator: str, station: str) -> None:
    """The parcel was opened again: the unit is reserved as before."""
    row = units.unit(tx.connection, one.unit_id)
    units.set_unit(tx, one.unit_id, state=life.move(State(row.state), State.RESERVED).value)
    allocations.change(
        tx, line.id, one.unit_id, state=RESERVED, parcel_id=None, override_reason="", override_by=""
    )
    units.append_history(tx, one.unit_id, operator, station, "history.unpacked", {"order": str(order)})


def leave(
    tx: Tx, order: int, line: LineRow, unit_id: str, code: str, operator: str = "", station: str = ""
) -> None:
    """The unit is gone with this line, whatever state in the house it was in. `code`: of its line in the history."""
    row = units.unit(tx.connection, unit_id)
    stay = units.stay(tx.connection, unit_id, row.stay_number)
    assert stay is not None, "a unit in the house has a stay"
    before = State(row.state)
    if before is State.RESERVED:  # another tool put it into a parcel, and that left
        before = life.move(before, State.PACKED)
    after = life.move(before, State.SHIPPED)
    work = inspections.open_order(tx.connection, unit_id)
    if work is not None:
        closed = {"state": "closed", "waiting_for": "", "outcome": "sold", "closed_at": tx.now}
        inspections.set_order(tx, work["id"], **closed)
    units.set_stay(tx, stay["id"], left_at=tx.now)
    units.set_unit(tx, unit_id, state=after.value, hold_reason="", location_id=None)
    units.note_judgement(tx, unit_id, 0, None, [])
    people.empty_other_hands(tx, unit_id, "", "")
    promised = allocations.of_stay(tx.connection, stay["id"])
    assert promised is None or promised.line_id == line.id, "whoever it was promised to has been told before"
    if promised is None:
        allocations.add(tx, line.id, unit_id, stay["id"], SHIPPED, operator)
    else:
        allocations.change(tx, line.id, unit_id, state=SHIPPED)
    units.append_history(
        tx, unit_id, operator, station, code, {"line": str(line.remote_id), "order": str(order)}
    )
    said = msg("order.event.left", unit=name_of(tx, unit_id))
    order_progress.tell(tx, line.order_id, said, line_id=line.id, operator=operator, station=station)


def name_of(tx: Tx, unit_id: str) -> str:
    """What a unit is called in a timeline: its first identifier."""
    found = units.identifiers(tx.connection, unit_id)
    return found[0].value if found else unit_id
