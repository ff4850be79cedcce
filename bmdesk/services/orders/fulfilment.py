"""How an order goes on: after each reading and each step its lines stand where they are, units are reserved or given
back, and what needs a person is said. All in the transaction of whatever changed it.

Writes to no marketplace: what it must hear is announced as a want (services.wants).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from bmdesk.domain import allocation as choice
from bmdesk.domain.allocation import Wanted
from bmdesk.domain.effects import Kind, StepOf
from bmdesk.domain.gate import Blocker, Level, blockers
from bmdesk.domain.orders import (
    OPEN,
    TO_FULFIL,
    Conflict,
    Handling,
    LineState,
    line_state,
    order_state,
)
from bmdesk.domain.unit import State
from bmdesk.domain.working_time import local_day, ship_by
from bmdesk.services import wants
from bmdesk.services.grading import judgement
from bmdesk.services.orders import (
    addresses,
    line_news,
    order_effects,
    order_news,
    order_rules,
    reservation,
)
from bmdesk.services.orders.order_board import ASKS_FOR_UNITS, Board, LineNow, lay_out, sku_of
from bmdesk.services.policies import Policies
from bmdesk.services.selling import account_settings
from bmdesk.store.queries import (
    accounts,
    allocations,
    order_progress,
    orders,
    outbox_orders,
    parcels,
    stock,
    units,
)
from bmdesk.store.queries.allocations import RESERVED, SHIPPED, AllocationRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg

_PAGE = 100
_LAST = datetime.max.replace(tzinfo=UTC)


def settle(
    tx: Tx, policies: Policies, order_ids: Iterable[str], before: Mapping[str, LineRow] | None = None
) -> None:
    """Bring these orders to where their lines are now, who paid first before the others.

    `before`: what lines that were just read had been, by id.
    """
    ids = list(dict.fromkeys(order_ids))
    for begin in range(0, len(ids), _PAGE):
        _settle_page(tx, policies, ids[begin : begin + _PAGE], before or {})


def follow(tx: Tx, policies: Policies) -> None:
    """The end of each transaction: a unit that became ready goes to the most urgent line that waits for one."""
    ready = {unit_id for unit_id in tx.moved if _became_ready(tx, unit_id)}
    if not ready:
        return
    mine = [a.id for a in accounts.sellers(tx.connection, tx.company)]
    if not mine:
        return
    by_variant: dict[str, set[str]] = {}
    for unit_id in ready:
        variant_id = units.unit(tx.connection, unit_id).variant_id
        if variant_id:
            by_variant.setdefault(variant_id, set()).add(unit_id)
    for variant_id, free in sorted(by_variant.items()):
        for line_id in allocations.short_lines(tx.connection, tx.company, mine, variant_id):
            line = orders.line(tx.connection, line_id)
            if line is not None and line.named < line.quantity:
                settle(tx, policies, [line.order_id])
                free = {one for one in free if _is_ready(tx, one)}
            if not free:
                break


def may_accept(tx: Tx, line: LineRow) -> bool:
    """Whether this paid line is ours, has all its units (or is of counted goods), and waits for nobody's decision."""
    if not line.ours or line.state != LineState.TO_ACCEPT.value:
        return False
    if any(one.line_id == line.id for one in order_progress.conflicts(tx.connection, [line.order_id])):
        return False
    if line.id in order_progress.asked_lines(tx.connection, [line.order_id]):
        return False
    if line.named >= line.quantity:
        return True
    sku = sku_of(tx, line)
    return sku is not None and sku.pieces is not None


def acceptable(tx: Tx, order_id: str) -> list[str]:
    """The SKUs of this order, as Back Market writes them, that may be accepted now: it accepts all paid lines of a SKU
    together, so each of them must be fit for it.
    """
    paid: dict[str, list[LineRow]] = {}
    for line in orders.of_order(tx.connection, order_id):
        if line.state == LineState.TO_ACCEPT.value:
            paid.setdefault(line.sku_key, []).append(line)
    return [rows[0].sku_text for rows in paid.values() if all(may_accept(tx, row) for row in rows)]


def _became_ready(tx: Tx, unit_id: str) -> bool:
    before = tx.moved[unit_id]
    ready = State.READY.value
    # Put into a warehouse of another account it is new there, though it was ready before.
    moved = before is not None and before["location_id"] != (_placing(tx, unit_id) or {}).get("location_id")
    return _is_ready(tx, unit_id) and (before is None or before["state"] != ready or moved)


def _is_ready(tx: Tx, unit_id: str) -> bool:
    now = _placing(tx, unit_id)
    return now is not None and now["state"] == State.READY.value


def _placing(tx: Tx, unit_id: str) -> Row | None:
    return units.placing(tx.connection, unit_id)


# ---------------------------------------------------------------- a page of orders


def _settle_page(tx: Tx, policies: Policies, ids: Sequence[str], before: Mapping[str, LineRow]) -> None:
    """All of a page is read at once: the history of years goes through here."""
    connection = tx.connection
    found = order_progress.orders(connection, ids)
    lines: dict[str, list[LineRow]] = {one: [] for one in ids}
    for row in orders.of_orders(connection, ids):
        lines[row.order_id].append(row)
    allocated: dict[str, list[AllocationRow]] = {one: [] for one in ids}
    order_of = {row.id: row.order_id for rows in lines.values() for row in rows}
    for one in allocations.of_lines(connection, list(order_of)):
        allocated[order_of[one.line_id]].append(one)
    open_: dict[str, set[tuple[str | None, str]]] = {one: set() for one in ids}
    for conflict in order_progress.conflicts(connection, ids):
        open_[conflict.order_id].add((conflict.line_id, conflict.code))
    asked = order_progress.asked_lines(connection, ids)
    parked = outbox_orders.parked(connection, ids)
    handling: dict[str, Handling] = {}
    quiet: list[str] = []
    for order in sorted(found.values(), key=_turn):
        order_id = order["id"]
        live = any(one.state != SHIPPED for one in allocated[order_id])
        if not live and not open_[order_id] and not any(row.ours for row in lines[order_id]):
            quiet.append(order_id)
            continue
        account_id = order["account_id"]
        if account_id not in handling:
            name = accounts.account(connection, account_id).name
            handling[account_id] = account_settings.handling(connection, tx.company, name)
        board = lay_out(
            tx,
            policies,
            order,
            handling[account_id],
            before,
            lines[order_id],
            allocated[order_id],
            open_[order_id],
            asked,
        )
        _settle(board, parked=order_id in parked)
    _stand_quiet(tx, policies, [found[one] for one in quiet], lines, before)


def _turn(order: Row) -> tuple[datetime, int]:
    """Of several orders for the last unit the one that paid first gets it."""
    return order["paid_at"] or order["created_at"] or _LAST, order["remote_id"]


def _settle(board: Board, *, parked: bool) -> None:
    for line in board.lines:
        board.tell_other_goods(line)
        board.place(line)
    if board.handling is Handling.READ:
        order_news.hand_back(board)
    for line in board.lines:
        order_news.follow(board, line)
        board.place(line)
    if board.handling is not Handling.READ:
        _reserve(board)
        _check_reserved(board)
    for line in board.lines:
        board.place(line)
    _accept(board)
    _ship(board)
    if board.open_ or parked:
        order_effects.settled(board.tx, board.order["id"], [line.row for line in board.lines])
        addresses.settled(board.tx, board.order["id"], [one.state for one in board.lines if one.row.ours])
    _stand(board)


# ---------------------------------------------------------------- reserving


def _reserve(board: Board) -> None:
    """Give every paid piece that is ours to fulfil its unit, or say why it has none."""
    asking = [
        line
        for line in board.lines
        if line.row.ours and line.state in TO_FULFIL and line.short and not line.asked
    ]
    wanted: list[Wanted] = []
    for line in asking:
        sku = board.sku(line)
        if sku is None:
            board.raise_(line, Conflict.UNKNOWN_SKU, sku=line.row.sku_text)
        elif sku.pieces is None:
            wanted.append(Wanted(line.row.id, sku.variant_id, sku.grade, sku.new_battery, line.short))
        else:
            _ask_counted(board, line, sku.id, sku.pieces)
    plan = _plan(board, wanted) if wanted else choice.Plan({}, {})
    chosen = {one.line_id for one in wanted}
    for line in asking:
        for unit_id in plan.units.get(line.row.id, ()):
            reservation.reserve(board.tx, board.number, line.row, unit_id)
        if line.row.id not in chosen:
            continue
        board.reload(line)
        named = {"sku": line.row.sku_text, "pieces": plan.short.get(line.row.id, 0)}
        if line.row.id in plan.mixed_vat:
            board.raise_(line, Conflict.MIXED_VAT, **named)
            board.close(line, Conflict.NO_UNIT, Conflict.UNKNOWN_SKU)
        elif line.row.id in plan.short:
            board.raise_(line, Conflict.NO_UNIT, **named)
            board.close(line, Conflict.MIXED_VAT, Conflict.UNKNOWN_SKU)
        else:
            board.close(line, *ASKS_FOR_UNITS)
    for line in board.lines:
        if not line.row.ours or not line.short or line.state not in TO_FULFIL:
            board.close(line, *ASKS_FOR_UNITS)


def _ask_counted(board: Board, line: LineNow, sku_id: str, pieces: int) -> None:
    """Counted goods have no units to reserve: who came too late for the last piece has a conflict all the same."""
    tx, row = board.tx, line.row
    ahead = orders.pieces_before(tx.connection, row.account_id, sku_id, row)
    missing = min(line.short, ahead + line.short - pieces)
    if missing > 0:
        board.raise_(line, Conflict.NO_UNIT, sku=row.sku_text, pieces=missing)
        board.close(line, Conflict.UNKNOWN_SKU)
    else:
        board.close(line, *ASKS_FOR_UNITS)


def _plan(board: Board, wanted: Sequence[Wanted]) -> choice.Plan:
    tx = board.tx
    where = stock.pool(tx.connection, tx.company, board.order["account_id"])
    rules = order_rules.allocation(board.policies, board.order["market"])
    most = sum(one.pieces for one in wanted)
    found = {
        candidate.unit_id: candidate
        for one in wanted
        for candidate in allocations.candidates(tx.connection, where, one, rules, tx.now, most)
    }
    return choice.plan(wanted, list(found.values()), rules, _scheme(board))


def _scheme(board: Board) -> str:
    """The VAT scheme of units that the order has already, or empty."""
    for line in board.lines:
        for one in line.units if line.state not in (LineState.CANCELLED, LineState.UNPAID) else ():
            scheme = allocations.scheme(board.tx.connection, one.stay_id)
            if scheme:
                return scheme
    return ""


def _check_reserved(board: Board) -> None:
    """A reserved unit is asked again: its evidence may have become too old, or a rule changed."""
    for line in board.lines:
        if not line.row.ours or line.state not in (LineState.TO_ACCEPT, LineState.ACCEPTED):
            continue
        unfit = [(one, found) for one in line.reserved if (found := _unfit(board, one)) is not None]
        for one, found in unfit:
            if not board.was_decided(line, Conflict.UNIT_UNFIT, unit_id=one.unit_id):
                name = reservation.name_of(board.tx, one.unit_id)
                board.raise_(line, Conflict.UNIT_UNFIT, unit=name, unit_id=one.unit_id, reason=found.title)
                break
        else:
            board.close(line, Conflict.UNIT_UNFIT)


def _unfit(board: Board, one: AllocationRow) -> Blocker | None:
    row = units.unit(board.tx.connection, one.unit_id)
    if one.state != RESERVED or State(row.state) is not State.RESERVED:
        return None
    today = local_day(board.tx.now, board.policies.timezone)
    known = judgement.facts(board.tx.connection, board.policies, row)
    found = blockers(known, board.policies.gate, today)
    return next((each for each in found if each.level is Level.REQUIRED), None)


# ---------------------------------------------------------------- where the order stands


def _accept(board: Board) -> None:
    """Automatic: what is paid and has all its units is accepted. One that went back waits for a person."""
    if board.handling is not Handling.AUTOMATIC:
        return
    tx, order_id = board.tx, board.order["id"]
    if not acceptable(tx, order_id):
        return
    if not any(one.kind == Kind.ACCEPT for one in outbox_orders.unfinished(tx.connection, order_id)):
        order_progress.tell(tx, order_id, msg("order.event.accept_automatic"))
    wants.want(tx, StepOf(order_id, Kind.ACCEPT))


def _ship(board: Board) -> None:
    """A closed parcel that waited for a step of its order (a refund that was withdrawn, say) is told after all."""
    tx, order_id = board.tx, board.order["id"]
    if not any(line.state is LineState.PACKED for line in board.lines) or any(
        line.asked for line in board.lines
    ):
        return
    parcel = parcels.of_order(tx.connection, order_id)
    if parcel is None or parcel.told_at is not None or not order_progress.steps(tx.connection, order_id):
        return
    if not any(one.kind == Kind.SHIP.value for one in outbox_orders.unfinished(tx.connection, order_id)):
        wants.want(tx, StepOf(order_id, Kind.SHIP))


def _stand(board: Board) -> None:
    states = [line.state for line in board.lines]
    conflicts = order_progress.count_conflicts(board.tx.connection, board.order["id"])
    now = _whole(board.policies, board.order, [line.row for line in board.lines], states, conflicts)
    if now:
        order_progress.set_order(board.tx, board.order["id"], **now)


def _stand_quiet(
    tx: Tx,
    policies: Policies,
    quiet: Sequence[Row],
    lines: Mapping[str, Sequence[LineRow]],
    before: Mapping[str, LineRow],
) -> None:
    """Orders of which nothing is ours: they only stand where Back Market has them."""
    said: list[tuple[str, str | None, Text]] = []
    moved: list[Row] = []
    changed: list[Row] = []
    for order in quiet:
        states = []
        for row in lines[order["id"]]:
            state = line_state(row.remote_state, order_state=order["remote_state"])
            states.append(state)
            was = before.get(row.id)
            if (other := line_news.other_goods(was, row)) is not None:
                said.append((order["id"], row.id, other))
            if state.value != row.state:
                by_us = partial(order_progress.was_asked, tx.connection, row.id)
                if (new := line_news.news(was, row, state, by_us=by_us)) is not None:
                    said.append((order["id"], row.id, new))
                moved.append({"key_id": row.id, "state": state.value})
        now = _whole(policies, order, lines[order["id"]], states, 0)
        if now:
            names = ("state", "conflicts", "ship_by")  # many at once need the same columns
            changed.append({"key_id": order["id"], **{name: now.get(name, order[name]) for name in names}})
    orders.save_lines(tx, moved)
    orders.save_orders(tx, changed)
    order_progress.tell_many(tx, said)


def _whole(
    policies: Policies, order: Row, lines: Sequence[LineRow], states: Sequence[LineState], conflicts: int
) -> Row:
    """What changes in the order's own row."""
    now: Row = {"state": order_state(states).value, "conflicts": conflicts}
    open_ = [row for row, state in zip(lines, states, strict=True) if state in OPEN]
    if open_:  # of one that has left or ended it stays what it was
        delays = [row.delay_hours for row in open_ if row.delay_hours is not None]
        delay = timedelta(hours=min(delays)) if delays else None
        calendar = order_rules.calendar(policies)
        now["ship_by"] = ship_by(calendar, order["dispatch_at"], order["paid_at"], delay)
    return {name: value for name, value in now.items() if order[name] != value}
