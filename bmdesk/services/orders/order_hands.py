"""What every hand laid on an order shares: whose it is, whether it may be touched, a unit by a person's word."""

from __future__ import annotations

from dataclasses import dataclass, field

from bmdesk.domain.allocation import steps_better
from bmdesk.domain.changes import Change
from bmdesk.domain.effects import Kind, StepOf
from bmdesk.domain.grading import grade_text
from bmdesk.domain.orders import Handling, LineState, state_text
from bmdesk.domain.unit import State
from bmdesk.domain.unit import state_text as unit_state_text
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.units import UnknownUnit
from bmdesk.services.grading import judgement
from bmdesk.services.orders import order_board, order_doubts, order_refusals, reservation
from bmdesk.services.orders.order_detail import UnknownOrder
from bmdesk.services.selling import account_settings, accounts
from bmdesk.services.wants import want
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import allocations, order_progress, orders, units
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg

CHANGES = frozenset({Change.ORDERS, Change.UNITS, Change.LISTINGS, Change.SYNC, Change.PACKING})


@dataclass(frozen=True, slots=True)
class Handled:
    """What was done with an order. `said`: in a sentence. `waits`: why something was not done yet."""

    order_id: str
    said: Text
    count: int = 1
    waits: tuple[Text, ...] = ()
    changes: frozenset[Change] = field(default=CHANGES)


def the_order(tx: Tx, desk: Desk, order_id: str) -> Row:
    """The order with this id, if it is the company's. Raises UnknownOrder."""
    found = order_progress.orders(tx.connection, [order_id]).get(order_id)
    if found is None or account_rows.account(tx.connection, found["account_id"]).company_id != desk.company:
        raise UnknownOrder(given=order_id[:40])
    return found


def the_line(tx: Tx, desk: Desk, line_id: str) -> tuple[LineRow, Row]:
    """The line with this id and its order. Raises UnknownLine."""
    line = orders.line(tx.connection, line_id)
    if line is None or account_rows.account(tx.connection, line.account_id).company_id != desk.company:
        raise order_refusals.UnknownLine(given=line_id[:40])
    return line, order_progress.order(tx.connection, line.order_id)


def line_to_handle(tx: Tx, desk: Desk, line_id: str) -> tuple[LineRow, Row]:
    """The same, where orders of its account are handled here. Raises UnknownLine, OnlyRead."""
    line, order = the_line(tx, desk, line_id)
    not_only_read(tx, account_rows.account(tx.connection, line.account_id))
    return line, order


def want_accepted(tx: Tx, actor: Actor, order_id: str) -> None:
    """A person says: accept what is ready. One that was put aside gives way: each try looks first."""
    order_doubts.again(tx, order_id, Kind.ACCEPT, by_hand=True)
    want(tx, StepOf(order_id, Kind.ACCEPT))
    said = msg("order.event.accept_asked")
    order_progress.tell(tx, order_id, said, operator=actor.code, station=actor.station)


def give_unit(tx: Tx, desk: Desk, actor: Actor, line: LineRow, order: Row, unit_id: str) -> None:
    """Reserve this unit for this line, without settling the order."""
    number = order["remote_id"]
    if line.state not in (LineState.TO_ACCEPT.value, LineState.ACCEPTED.value):
        raise order_refusals.NotInThatState(order=str(number), state=state_text(LineState(line.state)))
    row = units.find_unit(tx.connection, desk.company, unit_id)
    if row is None:
        raise UnknownUnit(given=unit_id[:40])
    live = allocations.live_of_unit(tx.connection, unit_id)
    if live is not None and live.line_id == line.id:
        allocations.change(tx, line.id, unit_id, operator=actor.code)  # now a person says so
        return
    name = reservation.name_of(tx, unit_id)
    policies = desk.policies(tx.connection)
    if live is None and State(row.state) is State.READY:
        judgement.settle(tx, unit_id, judgement.judge(tx, policies, unit_id))
        row = units.unit(tx.connection, unit_id)
    if live is not None or State(row.state) is not State.READY:
        raise order_refusals.UnitNotFree(unit=name, state=unit_state_text(State(row.state)))
    sku = order_board.sku_of(tx, line)
    sold = sku.grade if sku is not None else line.grade
    if sold and steps_better(row.grade, sold) < 0:
        raise order_refusals.UnitTooBad(unit=name, grade=grade_text(row.grade), sold=grade_text(sold))
    held = allocations.of_lines(tx.connection, [line.id])
    reserved = [one for one in held if one.state == allocations.RESERVED]
    if line.named >= line.quantity and not reserved:
        raise order_refusals.AllPacked(order=str(number))
    replaced = reserved[-1] if line.named >= line.quantity else None
    stay = units.stay(tx.connection, unit_id, row.stay_number)
    given_up = replaced.stay_id if replaced is not None else ""
    if stay is not None and _schemes(tx, order["id"], but=given_up) - {"", stay["vat_scheme"]}:
        raise order_refusals.OtherVat(unit=name, order=str(number))
    if not line.ours:
        make_ours(tx, actor, line)
    if replaced is not None:
        reservation.release(tx, policies, number, line, replaced, actor.code, actor.station)
    reservation.reserve(tx, number, line, unit_id, actor.code, actor.station)


def the_account(tx: Tx, desk: Desk, account: str) -> AccountRow:
    """The account of this name or id. Raises UnknownAccount."""
    known = account_rows.sellers(tx.connection, desk.company)
    found = next((a for a in known if account in (a.id, a.name)), None)
    if found is None:
        raise accounts.UnknownAccount(account=account[:40], known=", ".join(a.name for a in known))
    return found


def not_only_read(tx: Tx, account: AccountRow) -> None:
    """Raises OnlyRead where orders of this account are another tool's."""
    if account_settings.handling(tx.connection, tx.company, account.name) is Handling.READ:
        raise order_refusals.OnlyRead(account=account.name)


def make_ours(tx: Tx, actor: Actor, line: LineRow) -> None:
    """A person says that bmdesk fulfils this line from now on."""
    order_progress.set_line(tx, line.id, ours=True, counts=True)
    said = msg("order.event.taken_over")
    order_progress.tell(tx, line.order_id, said, line_id=line.id, operator=actor.code, station=actor.station)


def _schemes(tx: Tx, order_id: str, but: str) -> set[str]:
    ids = [line.id for line in orders.of_order(tx.connection, order_id)]
    stays = {one.stay_id for one in allocations.of_lines(tx.connection, ids)} - {but}
    return {allocations.scheme(tx.connection, stay_id) for stay_id in stays}
