"""Cancelling and refunding lines: what a person asks for, how the marketplace hears it, and what nobody can look up.

A whole line is taken back by its SKU, which moves all lines of that SKU; where that would be more than one, and for a
part of the money, there is another call that can be asked for once and not be read back: a person says what became of
it. At most one step of a line is under way.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bmdesk.domain.effects import Kind, StepOf
from bmdesk.domain.money import Money
from bmdesk.domain.orders import (
    REASONS,
    TAKEN_BACK,
    Conflict,
    LineState,
    Step,
    reason_text,
    state_text,
    step_text,
    undoing,
)
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.orders import fulfilment, order_doubts, order_refusals
from bmdesk.services.orders.order_hands import Handled, line_to_handle, the_line
from bmdesk.services.wants import want
from bmdesk.store.engine import Connection
from bmdesk.store.queries import order_lists, order_progress, orders, parcels
from bmdesk.store.queries.order_progress import StepRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg

_WEEK = timedelta(days=7)
_LONGEST = 500


def effect_of_cancel(desk: Desk, line_id: str) -> Text:
    """What cancelling this line does to the seller's figures: its share of the last week's lines, before and after.

    Raises UnknownLine.
    """

    def work(connection: Connection) -> Text:
        line = orders.line(connection, line_id)
        if line is None:
            raise order_refusals.UnknownLine(given=line_id[:40])
        since = desk.clock.now() - _WEEK
        lines, cancelled = order_lists.cancelled_lately(connection, line.account_id, since)
        made = order_progress.order(connection, line.order_id)["created_at"]
        counted = made is not None and made >= since
        before = f"{100 * cancelled / lines:.1f}" if lines else "0.0"
        after = f"{100 * (cancelled + 1) / max(1, lines + (not counted)):.1f}"
        return msg("order.cancel_counts", cancelled=cancelled, lines=lines, before=before, after=after)

    return desk.read(work)


def cancel(desk: Desk, actor: Actor, line_id: str, reason: str, message: str = "") -> Handled:
    """The customer gets nothing: cancelled before it is accepted, refunded before it is shipped after that.

    Raises UnknownLine, OnlyRead, UnknownReason, NotInThatState, AskedAlready, BeingFoundOut, ParcelOnItsWay.
    """
    rights.require(desk, Right.CANCEL, actor)

    def work(tx: Tx) -> Handled:
        line, order = line_to_handle(tx, desk, line_id)
        step = undoing(LineState(line.state))
        if step not in (Step.CANCEL, Step.REFUND_BEFORE):
            raise _not_there(order, line)
        return _ask(tx, desk, actor, line, order, step, reason, message, None)

    return desk.write(work)


def refund(
    desk: Desk, actor: Actor, line_id: str, reason: str, amount: Money | None = None, message: str = ""
) -> Handled:
    """Give the money back: all of it, or this amount of a line that was shipped.

    Raises UnknownLine, OnlyRead, UnknownReason, NotInThatState, AskedAlready, BeingFoundOut, BadAmount, ParcelOnItsWay,
    NotAllowed.
    """
    rights.require(desk, Right.CANCEL, actor)

    def work(tx: Tx) -> Handled:
        line, order = line_to_handle(tx, desk, line_id)
        left = _left(line, order)
        minor = _checked(amount, left, order) if amount is not None else None
        if minor is None and line.refunded_minor and left is not None:
            minor = _checked(left, left, order)  # the rest of what was given back in parts
        whole = minor is None or (left is not None and minor == left.minor and not line.refunded_minor)
        step = undoing(LineState(line.state), whole=whole)
        if step is None or step is Step.CANCEL:
            raise _not_there(order, line)
        return _ask(tx, desk, actor, line, order, step, reason, message, None if whole else minor)

    return desk.write(work)


def withdraw(desk: Desk, actor: Actor, step_id: str) -> Handled:
    """Never mind: it is not sent, or not sent again. Raises StepOver, BeingSent, NotAllowed."""
    rights.require(desk, Right.CANCEL, actor)
    return desk.write(lambda tx: answer(tx, desk, actor, step_id, order_doubts.withdraw))


def happened(desk: Desk, actor: Actor, step_id: str) -> Handled:
    """A person has looked: the step in doubt happened.

    Raises StepOver, BeingSent, BeingFoundOut, NotInDoubt, NotAllowed.
    """
    rights.require(desk, Right.CANCEL, actor)
    return desk.write(lambda tx: answer(tx, desk, actor, step_id, order_doubts.happened))


def did_not_happen(desk: Desk, actor: Actor, step_id: str) -> Handled:
    """A person has looked: it did not happen, and is asked for once more.

    Raises StepOver, BeingSent, BeingFoundOut, NotInDoubt, NotAllowed.
    """
    rights.require(desk, Right.CANCEL, actor)
    return desk.write(lambda tx: answer(tx, desk, actor, step_id, order_doubts.did_not_happen))


def answer(tx: Tx, desk: Desk, actor: Actor, step_id: str, says: Callable[[Tx, Actor, str], None]) -> Handled:
    """What a person says of a step, and what follows for its order. Raises StepOver, and what `says` raises."""
    step = order_progress.step(tx.connection, step_id)
    if step is None:
        raise order_doubts.StepOver
    _, order = the_line(tx, desk, step.line_id)
    says(tx, actor, step_id)
    fulfilment.settle(tx, desk.policies(tx.connection), [order["id"]])
    return Handled(order["id"], msg("order.said", step=_title(step), order=str(order["remote_id"])))


# ---------------------------------------------------------------- parts


def _ask(
    tx: Tx,
    desk: Desk,
    actor: Actor,
    line: LineRow,
    order: Row,
    step: Step,
    reason: str,
    message: str,
    amount: int | None,
) -> Handled:
    number = str(order["remote_id"])
    if reason not in REASONS:
        raise order_refusals.UnknownReason(given=reason[:40], known=", ".join(REASONS))
    before = order_progress.asked_step(tx.connection, line.id)
    if before is not None:
        order_doubts.only_waits(tx.connection, before)
        raise order_refusals.AskedAlready(order=number, step=_title(before))
    if step is not Step.REFUND_AFTER and step is not Step.REFUND_PART:
        _stop_shipping(tx, order)
    kind = Kind.CANCEL if amount is None and _is_alone(tx, line) else Kind.REFUND
    order_progress.close_conflicts(tx, line.id, [Conflict.TOO_LATE.value], actor.code)
    step_id = order_progress.ask(
        tx, order["id"], line.id, step.value, reason, message.strip()[:_LONGEST], amount, actor.code
    )
    want(tx, StepOf(order["id"], kind, step_id))
    said = msg("order.event.asked", step=step_text(step), reason=reason_text(reason))
    order_progress.tell(tx, order["id"], said, line_id=line.id, operator=actor.code, station=actor.station)
    fulfilment.settle(tx, desk.policies(tx.connection), [order["id"]])
    return Handled(order["id"], msg("order.asked", step=step_text(step), order=number))


def _is_alone(tx: Tx, line: LineRow) -> bool:
    """Whether no other line of the order would be moved with this one: they go by their SKU."""
    same = [one for one in orders.of_order(tx.connection, line.order_id) if one.sku_key == line.sku_key]
    return not any(one.id != line.id and one.remote_state not in TAKEN_BACK for one in same)


def _stop_shipping(tx: Tx, order: Row) -> None:
    """A packed order of which nobody was told yet waits. Raises ParcelOnItsWay where somebody is, or was."""
    parcel = parcels.of_order(tx.connection, order["id"])
    if parcel is None:
        return
    if parcel.told_at is not None or not order_doubts.can_reopen(tx.connection, order["id"]):
        raise order_refusals.ParcelOnItsWay(order=str(order["remote_id"]))
    order_doubts.reopened(tx, order["id"])


def _not_there(order: Row, line: LineRow) -> order_refusals.NotInThatState:
    return order_refusals.NotInThatState(
        order=str(order["remote_id"]), state=state_text(LineState(line.state))
    )


def _left(line: LineRow, order: Row) -> Money | None:
    if line.price_minor is None or not order["currency"]:
        return None
    return Money(line.price_minor + (line.shipping_minor or 0) - line.refunded_minor, order["currency"])


def _checked(amount: Money, left: Money | None, order: Row) -> int:
    same = amount.currency == order["currency"]
    if not same or amount.minor <= 0 or (left is not None and amount.minor > left.minor):
        raise order_refusals.BadAmount(given=amount, most=left if left is not None else "-")
    return amount.minor


def _title(step: StepRow) -> Text:
    return step_text(Step(step.kind))
