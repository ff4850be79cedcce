"""What the marketplace says of a line, and what follows for its units: given back, gone, or a question for a person.

Each answer may be read a hundred times: what was done is not done again, and what a person decided stays decided.
"""

from __future__ import annotations

from datetime import timedelta

from bmdesk.domain.orders import OPEN, Conflict, LineState, Remote, Step
from bmdesk.domain.parcels import UNDER_WAY, ParcelState
from bmdesk.domain.unit import IN_HOUSE, PROMISED, State
from bmdesk.services.orders import reservation
from bmdesk.services.orders.order_board import ASKS_FOR_UNITS, Board, LineNow
from bmdesk.services.shipping import warranty_cover
from bmdesk.store.queries import order_progress, parcels, units
from bmdesk.store.queries.allocations import SHIPPED, AllocationRow

_ON_ITS_WAY = timedelta(days=14)
"""A parcel of which nothing else is known has arrived after this."""

_ARRIVED = frozenset(
    {"withdrawal", "faulty_on_arrival", "faulty_first_use", "faulty_in_warranty", "not_as_described"}
)
"""Reasons for which money is given back after the device was in the customer's hands."""

_BEFORE_IT_LEFT = (*ASKS_FOR_UNITS, Conflict.WENT_BACK, Conflict.CHANGED, Conflict.UNIT_UNFIT)
_OF_ANOTHER_SYSTEM = (Conflict.DELIVERED_THERE, Conflict.CANCELLED_THERE)


def follow(board: Board, line: LineNow) -> None:
    """Do what the marketplace's state of this line asks for."""
    if not line.row.ours:
        return
    match line.row.remote_state:
        case Remote.CANCELLED | Remote.REFUNDED_BEFORE | Remote.UNPAID:
            _give_back(board, line)
        case Remote.SHIPPED:
            _has_left(board, line)
        case Remote.REFUNDED_AFTER:
            _has_left(board, line)
            _came_undone(board, line)
        case _:
            _goes_on(board, line)


def _give_back(board: Board, line: LineNow) -> None:
    """Cancelled, refunded or unpaid: its units are for sale again, but for those that lie in a closed parcel."""
    for one in line.reserved:
        board.release(line, one)
    if line.packed:
        board.raise_(line, Conflict.GONE_WHILE_PACKED, unit=_names(board, line.packed))
    elif board.counted_inside(line):
        if not board.was_decided(line, Conflict.GONE_WHILE_PACKED, unit=line.row.sku_text):
            board.raise_(line, Conflict.GONE_WHILE_PACKED, unit=line.row.sku_text)
    else:
        board.close(line, Conflict.GONE_WHILE_PACKED)
    board.close(line, *_BEFORE_IT_LEFT, Conflict.OTHER_IDENTIFIER, Conflict.CANCELLED_THERE)


def _has_left(board: Board, line: LineNow) -> None:
    """Back Market says shipped. What was packed here left with it; else another tool shipped it."""
    theirs = (line.row.imei or line.row.serial).upper()
    own = {one.unit_id: _values(board, one.unit_id) for one in line.live}
    # A line of several pieces has a place for one identifier only: it names one of them.
    known = not theirs or any(theirs in values for values in own.values())
    for one in line.packed:
        if known or board.was_decided(line, Conflict.OTHER_IDENTIFIER, theirs=theirs):
            board.leave(line, one.unit_id, "history.shipped")
        else:
            ours = min(own[one.unit_id], default="-")
            board.raise_(line, Conflict.OTHER_IDENTIFIER, theirs=theirs, ours=ours)
    for one in line.reserved:
        if theirs and theirs in own[one.unit_id]:
            board.leave(line, one.unit_id, "history.sold_with_line")
    if line.reserved and line.row.quantity == 1 and theirs and not known:
        _another_left(board, line, theirs)
    if line.reserved:
        unit = _names(board, line.reserved)
        board.raise_(line, Conflict.SHIPPED_ELSEWHERE, theirs=theirs or "-", unit=unit)
    elif not line.live:
        board.close(line, Conflict.SHIPPED_ELSEWHERE, Conflict.OTHER_IDENTIFIER)
    board.close(line, *_BEFORE_IT_LEFT, Conflict.GONE_WHILE_PACKED, *_OF_ANOTHER_SYSTEM)


def _another_left(board: Board, line: LineNow, theirs: str) -> None:
    """The other tool took another unit of ours from the shelf: it left, and the reserved one is for sale again."""
    tx = board.tx
    unit_id = units.by_identifier(tx.connection, tx.company, theirs)
    row = units.find_unit(tx.connection, tx.company, unit_id) if unit_id else None
    if row is None or State(row.state) not in IN_HOUSE - PROMISED:
        return
    stay = units.stay(tx.connection, row.id, row.stay_number)
    if stay is None or stay["arrived_at"] > line.row.first_read_at:
        return  # it came back since: that is not how it left
    for one in line.reserved:
        board.release(line, one)
    board.leave(line, row.id, "history.sold_with_line")


def _came_undone(board: Board, line: LineNow) -> None:
    """Refunded after shipping, read for the first time: where is the parcel? What arrived comes back as a return."""
    board.close(line, Conflict.TOO_LATE)
    if line.before is None or line.before.remote_state == Remote.REFUNDED_AFTER:
        return
    gone = [one for one in line.units if one.state == SHIPPED]
    warranty_cover.void_line(board.tx, line.row.id)
    if gone and _is_under_way(board, line):
        board.raise_(line, Conflict.GONE_IN_TRANSIT, unit=_names(board, gone))


def _is_under_way(board: Board, line: LineNow) -> bool:
    tx = board.tx
    for step in order_progress.steps(tx.connection, board.order["id"]):
        if step.line_id == line.row.id and step.kind == Step.REFUND_AFTER and step.reason in _ARRIVED:
            return False
    parcel = parcels.of_order(tx.connection, board.order["id"])
    if parcel is not None and ParcelState(parcel.state) not in UNDER_WAY | {ParcelState.PACKED}:
        return False
    since = (parcel.handed_at or parcel.packed_at) if parcel is not None else board.order["shipped_at"]
    return since is None or tx.now - since <= _ON_ITS_WAY


def _goes_on(board: Board, line: LineNow) -> None:
    """Still to be fulfilled, or not paid yet."""
    now, before = line.row, line.before
    if before is not None and (before.remote_state, now.remote_state) == (Remote.ACCEPTED, Remote.PAID):
        board.raise_(line, Conflict.WENT_BACK)
    elif now.remote_state == Remote.ACCEPTED:
        board.close(line, Conflict.WENT_BACK)
    board.close(line, Conflict.GONE_WHILE_PACKED)
    _fits_still(board, line)
    theirs = (now.imei or now.serial).upper()
    if not line.packed or any(theirs in _values(board, one.unit_id) for one in line.packed):
        board.close(line, Conflict.OTHER_IDENTIFIER)


def _fits_still(board: Board, line: LineNow) -> None:
    """Fewer pieces than were reserved: the newest go back. More than were packed, or other goods: a person looks."""
    surplus = line.row.named - line.row.quantity
    for one in reversed(line.reserved[:]):
        if surplus > 0:
            board.release(line, one)
            surplus -= 1
    before = line.before
    other_goods = before is not None and bool(line.live) and before.sku_key != line.row.sku_key
    grown = line.short > 0 and (bool(line.packed) or board.counted_inside(line))
    now = {"pieces": line.row.quantity, "sku": line.row.sku_text}
    too_many = surplus > 0 and not board.was_decided(line, Conflict.CHANGED, **now)
    if too_many or other_goods or grown:
        board.raise_(line, Conflict.CHANGED, **now)
    elif not line.live:
        board.close(line, Conflict.CHANGED)


def hand_back(board: Board) -> None:
    """Orders are only read from now on: what is not packed yet is nobody's here. What was packed is still told."""
    for line in board.lines:
        if not line.row.ours or line.state not in OPEN or line.packed or line.state is LineState.PACKED:
            continue
        for one in line.reserved:
            board.release(line, one)
        order_progress.set_line(board.tx, line.row.id, ours=False)
        board.close(line, *_BEFORE_IT_LEFT)
        board.reload(line)


def _values(board: Board, unit_id: str) -> set[str]:
    return {one.value.upper() for one in units.identifiers(board.tx.connection, unit_id)}


def _names(board: Board, gone: list[AllocationRow]) -> str:
    return ", ".join(reservation.name_of(board.tx, one.unit_id) for one in gone)
