"""What becomes of an order when one of its steps at the marketplace is refused, in doubt, moot, or went through.

A stuck step is a conflict that a person sees with the order. What a person says about it is order_doubts;
sending is the engine's.
"""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.domain.effects import EffectState, Fault, Kind, kind_text
from bmdesk.domain.money import Money
from bmdesk.domain.orders import TAKEN_BACK, TO_FULFIL, Conflict, LineState, Remote, Step, step_text
from bmdesk.domain.stock import SHIPPED_STATES
from bmdesk.store.kept import failure_of, keep_text
from bmdesk.store.queries import order_progress, orders, outbox, outbox_orders
from bmdesk.store.queries.order_progress import ConflictRow, StepRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

OF_A_LINE = (Kind.CANCEL, Kind.REFUND)
"""Kinds whose effect is a step that a person asked of one line; its key is the step's id."""

_STUCK = (Conflict.REFUSED, Conflict.UNCERTAIN)
_OF = "effect"
"""The conflict's param that names the parked effect for which it stands: it goes with it, however that ends."""
_KIND = "kind"


class TooLate(Failure):
    """The line was shipped before it could be taken back. Params: order, step (a Text)."""

    code = "order.too_late"


def stuck(tx: Tx, effect: EffectRow, fault: Fault, problem: Failure) -> None:
    """This step of an order needs a person: said where they look at the order. Nothing for what is no step of one."""
    if effect.order_id is None or effect.kind == Kind.SALE.value:
        return
    doubt = fault is Fault.AMBIGUOUS
    step = _step(tx, effect)
    number = str(order_progress.order(tx.connection, effect.order_id)["remote_id"])
    params: Row = {"order": number, "step": keep_text(what(effect, step))}
    params["reason"] = keep_text(problem.happened)
    params[_KIND] = effect.kind
    now = outbox.effect(tx.connection, effect.id)
    if now is not None and now.state == EffectState.PARKED.value:
        params[_OF] = effect.id
    code, event = Conflict.REFUSED, "order.event.refused"
    if isinstance(problem, TooLate):
        code, event = Conflict.TOO_LATE, "order.event.too_late"
    elif doubt:
        code, event = Conflict.UNCERTAIN, "order.event.in_doubt"
    line_id = step.line_id if step is not None else None
    if order_progress.raise_conflict(tx, effect.order_id, line_id, code.value, params):
        order_progress.tell(tx, effect.order_id, msg(event, step=what(effect, step)), line_id=line_id)
    recount(tx, effect.order_id)


def ended(tx: Tx, effect: EffectRow, by: str = "") -> None:
    """This step needs nobody any more: it went through, was withdrawn, or is tried again."""
    if effect.order_id is None or effect.kind == Kind.SALE.value:
        return
    step = _step(tx, effect)
    line_id = step.line_id if step is not None else None
    for one in order_progress.conflicts(tx.connection, [effect.order_id]):
        # Of the order as a whole each kind has its own: an invoice that arrived accepts nothing.
        mine = line_id is not None or (one.params or {}).get(_KIND, effect.kind) == effect.kind
        if one.line_id == line_id and one.code in _STUCK and mine:
            _close(tx, one, by, but=effect.id)


def given_up(tx: Tx, effect: EffectRow, by: str) -> None:
    """A person drops it: what was asked of a line is withdrawn with it."""
    step = _step(tx, effect)
    if step is not None:
        order_progress.end_step(tx, step.id, order_progress.WITHDRAWN)
        said = msg("order.event.withdrawn", step=what(effect, step))
        order_progress.tell(tx, step.order_id, said, line_id=step.line_id, operator=by)
    ended(tx, effect, by)


def settled(tx: Tx, order_id: str, lines: Sequence[LineRow]) -> None:
    """The order was read: a parked step that happened another way, or cannot happen any more, ends by itself.

    Without this a refused step would keep the order's lane for ever, and one that a person put aside too.
    """
    for one in order_progress.conflicts(tx.connection, [order_id]):
        stands = stands_for(one) if one.code in _STUCK else None
        effect_now = outbox.effect(tx.connection, stands) if stands is not None else None
        if stands is not None and (effect_now is None or effect_now.state != EffectState.PARKED.value):
            _close(tx, one)
    for effect in outbox_orders.unfinished(tx.connection, order_id):
        if effect.state != EffectState.PARKED.value:
            continue
        match Kind(effect.kind):
            case Kind.ACCEPT if not any(one.ours and one.remote_state == Remote.PAID for one in lines):
                _moot(tx, effect, EffectState.DONE)
            case Kind.SHIP if any(one.remote_state in SHIPPED_STATES for one in lines):
                # Whether that was our parcel is seen when it is looked at.
                again = {"state": EffectState.PENDING.value, "next_at": tx.now, "attempts": 0}
                if outbox.pending(tx.connection, effect.account_id, effect.kind, effect.key) is None:
                    outbox.set_effect(tx, effect.id, **again)
                    ended(tx, effect)
                else:
                    _moot(tx, effect, EffectState.CANCELLED)
            case Kind.SHIP if all(LineState(one.state) not in TO_FULFIL for one in lines):
                _moot(tx, effect, EffectState.CANCELLED)
            case Kind.CANCEL | Kind.REFUND:
                _line_moved(tx, effect, lines)


def stands_for(conflict: ConflictRow) -> str | None:
    """The parked effect behind these words; None where it was dropped."""
    found = (conflict.params or {}).get(_OF)
    return str(found) if found is not None else None


def _close(tx: Tx, conflict: ConflictRow, by: str = "", but: str = "") -> None:
    """Nobody needs to look at this one; if another parked step of the order stood behind its words, they look at that.

    `but`: the effect that just ended.
    """
    order_progress.close_conflict(tx, conflict.id, by)
    recount(tx, conflict.order_id)
    if conflict.line_id is not None:
        return
    open_ = order_progress.conflicts(tx.connection, [conflict.order_id])
    if any(one.line_id is None and one.code in _STUCK for one in open_):
        return
    # Another device at the line has words of its own.
    asking = {Fault.REJECTED, Fault.GONE, Fault.DIVERGED}
    if any(one.code == Conflict.OTHER_IDENTIFIER for one in open_):
        asking.discard(Fault.DIVERGED)
    for other in outbox_orders.unfinished(tx.connection, conflict.order_id):
        problem = failure_of(other.problem)
        waits = other.state == EffectState.PARKED.value and other.fault in asking
        if waits and other.id != but and other.key == conflict.order_id and problem is not None:
            stuck(tx, other, Fault(other.fault), problem)


def _line_moved(tx: Tx, effect: EffectRow, lines: Sequence[LineRow]) -> None:
    step = _step(tx, effect)
    if step is None or step.kind == Step.REFUND_PART.value:
        return
    line = next((one for one in lines if one.id == step.line_id), None)
    if line is not None and line.remote_state in TAKEN_BACK:  # whoever did it, and however
        order_progress.end_step(tx, step.id, order_progress.DONE)
        _moot(tx, effect, EffectState.DONE)


def _moot(tx: Tx, effect: EffectRow, state: EffectState) -> None:
    outbox.end(tx, effect.id, state)
    ended(tx, effect)


def finish(tx: Tx, step: StepRow) -> None:
    """This step has happened: what it gave back is noted with its line. Once, whoever says so."""
    now = order_progress.step(tx.connection, step.id)
    if now is None or now.state != order_progress.ASKED:
        return
    order_progress.end_step(tx, step.id, order_progress.DONE)
    if step.kind == Step.REFUND_PART.value and step.amount_minor is not None:
        line = orders.line(tx.connection, step.line_id)
        given = (line.refunded_minor if line is not None else 0) + step.amount_minor
        order_progress.set_line(tx, step.line_id, refunded_minor=given)
        amount = Money(step.amount_minor, order_progress.order(tx.connection, step.order_id)["currency"])
        said = msg("order.event.given_back", amount=amount)
        order_progress.tell(tx, step.order_id, said, line_id=step.line_id)


def what(effect: EffectRow, step: StepRow | None) -> Text:
    """The step in words: what a person asked for says more than the kind of its effect."""
    return step_text(Step(step.kind)) if step is not None else kind_text(Kind(effect.kind))


def recount(tx: Tx, order_id: str) -> None:
    """How many conflicts the order has, for lists."""
    count = order_progress.count_conflicts(tx.connection, order_id)
    order_progress.set_order(tx, order_id, conflicts=count)


def _step(tx: Tx, effect: EffectRow) -> StepRow | None:
    return order_progress.step(tx.connection, effect.key) if effect.kind in OF_A_LINE else None
