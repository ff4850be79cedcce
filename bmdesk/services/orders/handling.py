"""What a person does with orders: accept, take over, name a unit, cancel, refund, settle a conflict.

Each call is one transaction, and ends with the order settled. Nothing is sent here: what the marketplace must hear is
wanted, and an effect tells it. Cancelling and refunding is handling_steps, conflicts are conflicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import Kind
from bmdesk.domain.orders import NOT_PACKED, Handling, LineState, state_text
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services import settings as setting_service
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.orders import fulfilment, order_refusals, reservation
from bmdesk.services.orders.conflicts import resolve
from bmdesk.services.orders.handling_steps import (
    cancel,
    did_not_happen,
    effect_of_cancel,
    happened,
    refund,
    withdraw,
)
from bmdesk.services.orders.order_detail import conflict_shown
from bmdesk.services.orders.order_effects import OF_A_LINE
from bmdesk.services.orders.order_hands import (
    CHANGES,
    Handled,
    give_unit,
    line_to_handle,
    make_ours,
    not_only_read,
    the_account,
    the_order,
    want_accepted,
)
from bmdesk.services.selling import accounts
from bmdesk.services.setting_table import account_setting
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import (
    allocations,
    order_lists,
    order_progress,
    orders,
    outbox_orders,
    sync_log,
    units,
)
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

__all__ = [
    "Handled", "OpenLine", "accept", "assign", "cancel", "did_not_happen", "effect_of_cancel", "happened", "open_lines",
    "refund", "resolve", "set_handling", "still_sent", "take_over", "unassign", "withdraw",
]  # fmt: skip

_PAGE = 50


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line that nobody fulfils here yet. `linked`: its listing sells a SKU of ours; `managed`: its stock is ours too.
    `suggested`: it would have been bmdesk's, had it come now.
    """

    line_id: str
    order_id: str
    order_number: int
    number: int
    sku_text: str
    our_sku: str
    title: str
    quantity: int
    state: LineState
    ship_by: datetime | None
    created_at: datetime | None
    linked: bool
    managed: bool

    @property
    def suggested(self) -> bool:
        return self.linked and self.managed


def open_lines(desk: Desk, account: str = "") -> tuple[OpenLine, ...]:
    """The open lines of this account (name or id; empty: of all) that bmdesk could take over, most urgent first."""

    def work(connection: Connection) -> tuple[OpenLine, ...]:
        mine = [a.id for a in account_rows.sellers(connection, desk.company) if account in ("", a.id, a.name)]
        found = order_lists.to_take_over(connection, desk.company, mine)
        return tuple(OpenLine(**{**row, "state": LineState(row["state"])}) for row in found)

    return desk.read(work)


def take_over(desk: Desk, actor: Actor, account: str, line_ids: Sequence[str]) -> Handled:
    """These open lines are bmdesk's from now on: they get their units, or a conflict says why not.

    Lines that have ended meanwhile are left out. Raises UnknownAccount, OnlyRead.
    """
    rights.require(desk, Right.ORDER_HANDLING, actor)

    def work(tx: Tx) -> Handled:
        row = the_account(tx, desk, account)
        not_only_read(tx, row)
        taken: list[LineRow] = []
        for line_id in line_ids:
            line = orders.line(tx.connection, line_id)
            if (
                line is None
                or line.account_id != row.id
                or line.ours
                or LineState(line.state) not in NOT_PACKED
            ):
                continue
            make_ours(tx, actor, line)
            taken.append(line)
        fulfilment.settle(tx, desk.policies(tx.connection), [line.order_id for line in taken])
        return Handled(
            taken[0].order_id if taken else "", msg("order.taken_over", count=len(taken)), len(taken)
        )

    return desk.write(work)


def still_sent(desk: Desk, account: str) -> int:
    """Of how many steps that people asked for, and parcels packed here, the marketplace still hears also where orders
    of this account are only read. Raises UnknownAccount.
    """
    found = accounts.the_account(desk, account)
    told = (Kind.SHIP, *OF_A_LINE)
    return desk.read(lambda c: outbox_orders.count_of_account(c, found.id, told))


def set_handling(desk: Desk, actor: Actor, account: str, how: Handling) -> Handled:
    """What bmdesk does with the orders of this account from now on.

    Switched to reading, everything that is not packed yet is given back, and its lines are another tool's; what was
    packed here, and what people asked for before, is still told (`still_sent`). Raises UnknownAccount.
    """
    rights.require(desk, Right.ORDER_HANDLING, actor)

    def switch(tx: Tx) -> tuple[str, list[str]]:
        row = the_account(tx, desk, account)
        setting_service.put_in(tx, account_setting(row.name, "orders"), how.value)
        words = {"operator": actor.code, "how": msg(f"order.handling.{how.value}")}
        sync_log.log(tx, row.id, "info", msg("order.log_handling", **words))
        return row.name, order_lists.fulfilled(tx.connection, row.id)

    name, ids = desk.write(switch)
    for begin in range(0, len(ids), _PAGE):
        page = ids[begin : begin + _PAGE]
        desk.write(lambda tx, p=page: fulfilment.settle(tx, desk.policies(tx.connection), p))  # type: ignore[misc]
    said = msg("order.handling_set", account=name, how=msg(f"order.handling.{how.value}"))
    return Handled("", said, len(ids), changes=CHANGES | {Change.SETTINGS, Change.ACCOUNTS})


def accept(desk: Desk, actor: Actor, order_id: str, line_ids: Sequence[str] | None = None) -> Handled:
    """Accept the order: lines that are not bmdesk's become so, and those that have all their units are accepted.

    What has none is a conflict, and `waits` says so; it is accepted when a person asks again. `line_ids` (None: all)
    names lines to take over; the effect accepts whatever of the order is ready. Raises UnknownOrder, OnlyRead,
    NothingToAccept.
    """

    def work(tx: Tx) -> Handled:
        order = the_order(tx, desk, order_id)
        not_only_read(tx, account_rows.account(tx.connection, order["account_id"]))
        lines = [
            one
            for one in orders.of_order(tx.connection, order_id)
            if one.state == LineState.TO_ACCEPT.value and (line_ids is None or one.id in line_ids)
        ]
        if not lines:
            state = state_text(LineState(order["state"]))
            raise order_refusals.NothingToAccept(order=str(order["remote_id"]), state=state)
        for line in lines:
            if not line.ours:
                make_ours(tx, actor, line)
        fulfilment.settle(tx, desk.policies(tx.connection), [order_id])
        again = [one for line in lines if (one := orders.line(tx.connection, line.id)) is not None]
        ready = [line for line in again if fulfilment.may_accept(tx, line)]
        if ready:
            want_accepted(tx, actor, order_id)
        said = msg("order.accept_asked", order=str(order["remote_id"]), count=len(ready))
        waits = _waits(tx, order_id, {line.id for line in again} - {line.id for line in ready})
        return Handled(order_id, said, len(ready), waits)

    return desk.write(work)


def assign(desk: Desk, actor: Actor, line_id: str, unit_id: str) -> Handled:
    """This unit is for this line: a person chose it. Instead of the one reserved last, where the line has all its own.

    Another model or colour is the person's word (the pack gate asks a supervisor); a grade below what was sold never.
    Raises UnknownLine, OnlyRead, NotInThatState, UnknownUnit, UnitNotFree, UnitTooBad, OtherVat, AllPacked.
    """

    def work(tx: Tx) -> Handled:
        line, order = line_to_handle(tx, desk, line_id)
        give_unit(tx, desk, actor, line, order, unit_id)
        fulfilment.settle(tx, desk.policies(tx.connection), [order["id"]])
        name = reservation.name_of(tx, unit_id)
        return Handled(order["id"], msg("order.assigned", unit=name, order=str(order["remote_id"])))

    return desk.write(work)


def unassign(desk: Desk, actor: Actor, line_id: str, unit_id: str, reason: str = "") -> Handled:
    """Not this unit: it is put on hold until somebody has looked at it, and the line gets another one.

    Raises UnknownLine, OnlyRead, NotReserved.
    """

    def work(tx: Tx) -> Handled:
        line, order = line_to_handle(tx, desk, line_id)
        number = order["remote_id"]
        live = allocations.live_of_unit(tx.connection, unit_id)
        if live is None or live.line_id != line_id or live.state != allocations.RESERVED:
            raise order_refusals.NotReserved(unit=unit_id[:40], order=str(number))
        units.set_unit(tx, unit_id, hold_reason=(reason.strip() or f"#{number}")[:200])
        policies = desk.policies(tx.connection)
        reservation.release(tx, policies, number, line, live, actor.code, actor.station)
        fulfilment.settle(tx, policies, [order["id"]])
        name = reservation.name_of(tx, unit_id)
        return Handled(order["id"], msg("order.unassigned", unit=name, order=str(number)))

    return desk.write(work)


# ---------------------------------------------------------------- parts


def _waits(tx: Tx, order_id: str, line_ids: set[str]) -> tuple[Text, ...]:
    """Why these lines are not accepted now."""
    found = order_progress.conflicts(tx.connection, [order_id])
    return tuple(conflict_shown(one).title for one in found if one.line_id in line_ids)
