"""What a person says about a step of an order that is stuck or in doubt: withdraw it, it happened, it did not, again.

Money is never sent twice by itself: after a lost answer only a person's word sends it again, and each word once.
"""

from __future__ import annotations

from bmdesk.domain.effects import EffectState, Fault, Kind
from bmdesk.domain.orders import Step, step_text
from bmdesk.services.desk import Actor
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.orders import order_effects
from bmdesk.services.syncing.outbox import ParkedUncertain
from bmdesk.services.syncing.outbox_shown import code_of
from bmdesk.store.engine import Connection
from bmdesk.store.queries import order_progress, outbox, outbox_orders
from bmdesk.store.queries.order_progress import StepRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg


class StepOver(Refusal):
    """Nobody waits for this step any more: it was done, withdrawn, or failed. No params."""

    code = "order.step_over"


class BeingSent(Refusal):
    """It goes out in this very moment. No params."""

    code = "order.step_being_sent"


class BeingFoundOut(Refusal):
    """No answer came. Until its call has surely ended nobody can tell; then bmdesk looks, or asks. Params: `step`."""

    code = "order.step_found_out"


class NotInDoubt(Refusal):
    """Nobody asks whether it happened: bmdesk sends it, or looks, by itself. No params."""

    code = "order.step_not_in_doubt"


def withdraw(tx: Tx, actor: Actor, step_id: str) -> None:
    """It is not sent any more. Where it is in doubt it may have happened all the same. Raises StepOver, BeingSent."""
    step = _asked(tx, step_id)
    effect = _effect(tx, step)
    order_progress.end_step(tx, step.id, order_progress.WITHDRAWN)
    for one in outbox_orders.unfinished(tx.connection, step.order_id):
        if one.key == step.id:
            doubt = Fault.AMBIGUOUS.value if in_doubt(one) else one.fault
            over = {"state": EffectState.CANCELLED.value, "ended_at": tx.now, "fault": doubt}
            outbox.set_effect(tx, one.id, **over)
    if effect is not None:
        order_effects.ended(tx, effect, actor.code)
    _tell(tx, actor, step, msg("order.event.withdrawn", step=step_text(Step(step.kind))))


def happened(tx: Tx, actor: Actor, step_id: str) -> None:
    """A person looked: it has happened. Raises StepOver, BeingSent, BeingFoundOut, NotInDoubt."""
    step = _asked(tx, step_id)
    effect = _doubted(tx, step)
    order_effects.finish(tx, step)
    outbox.end(tx, effect.id, EffectState.DONE, request_id=effect.request_id)
    order_effects.ended(tx, effect, actor.code)
    _tell(tx, actor, step, msg("order.event.it_happened", step=step_text(Step(step.kind))))


def did_not_happen(tx: Tx, actor: Actor, step_id: str) -> None:
    """A person looked: it has not happened, and is sent again, once.

    Raises StepOver, BeingSent, BeingFoundOut, NotInDoubt.
    """
    step = _asked(tx, step_id)
    effect = _doubted(tx, step)
    outbox.set_effect(
        tx,
        effect.id,
        state=EffectState.PENDING.value,
        next_at=tx.now,
        urgent=True,
        forced=True,
        attempts=0,
        fault=Fault.AMBIGUOUS.value,
    )
    order_effects.ended(tx, effect, actor.code)
    _tell(tx, actor, step, msg("order.event.did_not_happen", step=step_text(Step(step.kind))))


def again(tx: Tx, order_id: str, kind: Kind, *, by_hand: bool = False) -> None:
    """A person mended what was refused, or asks once more: what is parked of this kind gives way to what they want now;
    with `by_hand` also what a person had put aside. Announce the want afterwards.
    """
    for effect in outbox_orders.unfinished(tx.connection, order_id):
        aside = effect.state == EffectState.PARKED.value and effect.fault == Fault.BY_HAND
        if effect.kind == kind and (outbox_orders.gives_way(effect) or (by_hand and aside)):
            outbox.end(tx, effect.id, EffectState.CANCELLED, fault=effect.fault)
            order_effects.ended(tx, effect)


def can_reopen(connection: Connection, order_id: str) -> bool:
    """Whether a closed parcel may still be opened, as far as its telling goes: it is not on its way, and not in doubt.

    Where some of it was sent before the rest was refused, the pack gate knows which identifier a line has for ever.
    """
    ships = [e for e in outbox_orders.unfinished(connection, order_id) if e.kind == Kind.SHIP]
    return not any(e.state == EffectState.IN_FLIGHT.value or in_doubt(e) for e in ships)


def reopened(tx: Tx, order_id: str) -> None:
    """The parcel is open again: it is not told any more."""
    again(tx, order_id, Kind.SHIP)
    for effect in outbox_orders.unfinished(tx.connection, order_id):
        if effect.kind == Kind.SHIP and effect.state == EffectState.PENDING.value:
            over = {"state": EffectState.CANCELLED.value, "ended_at": tx.now}
            outbox.set_effect(tx, effect.id, **over)


def in_doubt(effect: EffectRow) -> bool:
    """Whether it may have happened, also where a person put it aside meanwhile."""
    aside = effect.state == EffectState.PARKED.value and code_of(effect) == ParkedUncertain.code
    return effect.state == EffectState.UNCERTAIN.value or effect.fault == Fault.AMBIGUOUS or aside


def is_looked_for(effect: EffectRow) -> bool:
    """Whether its answer was lost and nobody needs to be asked yet."""
    return effect.state == EffectState.UNCERTAIN.value


def only_waits(connection: Connection, step: StepRow) -> None:
    """Raises BeingFoundOut where nobody knows yet whether this step has happened."""
    effect = outbox_orders.of_key(connection, step.order_id, order_effects.OF_A_LINE, step.id)
    if effect is not None and is_looked_for(effect):
        raise BeingFoundOut(step=step_text(Step(step.kind)))


def _asked(tx: Tx, step_id: str) -> StepRow:
    step = order_progress.step(tx.connection, step_id)
    if step is None or step.state != order_progress.ASKED:
        raise StepOver
    return step


def _effect(tx: Tx, step: StepRow) -> EffectRow | None:
    effect = outbox_orders.of_key(tx.connection, step.order_id, order_effects.OF_A_LINE, step.id)
    if effect is not None and effect.state == EffectState.IN_FLIGHT.value:
        raise BeingSent
    return effect


def _doubted(tx: Tx, step: StepRow) -> EffectRow:
    """The effect that asks: it was looked at, as far as one can, after its call had surely ended."""
    effect = _effect(tx, step)
    only_waits(tx.connection, step)
    if effect is None or effect.state != EffectState.PARKED.value or effect.fault != Fault.AMBIGUOUS:
        raise NotInDoubt
    return effect


def _tell(tx: Tx, actor: Actor, step: StepRow, said: Text) -> None:
    order_progress.tell(
        tx, step.order_id, said, line_id=step.line_id, operator=actor.code, station=actor.station
    )
