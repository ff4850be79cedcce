"""What a person asked of one line: cancelled, or money given back. Sent once for each time that a person says so.

Back Market moves all lines of a SKU together, so a line beside another of its SKU goes by the refund call, which names
the very line. What cannot be read back (a part of the money) is never repeated by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal

from bmdesk.connectors.backmarket.export_step import NotInThisState, OrderExporter
from bmdesk.connectors.base import Done, Dropped, Outcome, Parked, Planned
from bmdesk.connectors.failures import RemoteFailure
from bmdesk.domain.effects import REPLAY, Fault, Kind
from bmdesk.domain.money import Money
from bmdesk.domain.orders import (
    REASONS,
    TAKEN_BACK,
    TARGET,
    LineState,
    Remote,
    Step,
    state_text,
    step_text,
)
from bmdesk.services.orders import order_effects
from bmdesk.store.engine import Connection
from bmdesk.store.queries import order_progress, orders, outbox
from bmdesk.store.queries.order_progress import StepRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure

_FROM = {
    Step.CANCEL: Remote.PAID,
    Step.REFUND_BEFORE: Remote.ACCEPTED,
    Step.REFUND_AFTER: Remote.SHIPPED,
    Step.REFUND_PART: Remote.SHIPPED,
}


class NotKnownToHaveHappened(Failure):
    """It was sent, no answer came, and Back Market does not show it. Params: order."""

    code = "order.step_in_doubt"


class CancelExporter(OrderExporter):
    """Cancelled before it was accepted, refunded before or (all of it) after shipping."""

    kind = Kind.CANCEL
    replay = REPLAY[Kind.CANCEL]

    def _perform(self, effect: EffectRow) -> Outcome:
        step = self._desk.read(lambda c: order_progress.step(c, effect.key))
        if step is None or step.state not in (order_progress.ASKED, order_progress.DONE):
            return Dropped()
        if step.state == order_progress.DONE:
            return Done(found=True)
        what, number = Step(step.kind), self._number(effect)
        lines = self._look(effect, lambda tx: orders.of_order(tx.connection, step.order_id))
        line = _of(lines, step)
        if line.remote_state in TAKEN_BACK and what is not Step.REFUND_PART:
            return self._finish(step, line, found=True)  # whoever did it, and however: the money is back
        doubt = effect.fault == Fault.AMBIGUOUS and not effect.forced
        if line.remote_state != _FROM[what] and not (doubt and what is Step.REFUND_PART):
            return self._went_on(effect, step, line)
        if doubt:
            return Parked(Fault.AMBIGUOUS, NotKnownToHaveHappened(order=str(number)))
        with self._once(effect):
            if what is Step.REFUND_PART or self._by_line(line, lines):
                self._refund(effect, step, line)
                return self._finish(step, line)
            wire = self._client.move_lines(
                number,
                line.sku_text,
                TARGET[what],
                reason=REASONS[step.reason],
                message=step.message if what is Step.REFUND_AFTER else "",
            )
        after = _of(self._keep(wire, lambda tx: orders.of_order(tx.connection, step.order_id)), step)
        if after.remote_state != TARGET[what]:  # an answer that says nothing of the line is no proof
            return self._looked_again(effect, step)
        return self._finish(step, after)

    def plan(self, effect: EffectRow) -> Planned | None:
        order = self._row(effect)
        wire = self._client.order(order["remote_id"])

        def asked(connection: Connection) -> tuple[StepRow | None, Sequence[LineRow]]:
            step = order_progress.step(connection, effect.key)
            return step, orders.of_order(connection, order["id"])

        step, lines = self._desk.read(asked)
        if step is None or step.state != order_progress.ASKED:
            return None
        line, target = _of(lines, step), TARGET.get(Step(step.kind), Remote.REFUNDED_AFTER)
        now = next((one.state for one in wire.lines if one.id == line.remote_id), line.remote_state)
        if now in TAKEN_BACK:
            return None
        amount = _amount(step, order)
        new = str(target) if amount is None else f"{target} {amount}"
        kind = Kind(effect.kind)
        return Planned(kind, line.sku_text, order["market"], str(now), new, order_id=order["id"])

    # ---------------------------------------------------------------- sending

    def _went_on(self, effect: EffectRow, step: StepRow, line: LineRow) -> Dropped:
        """The line is elsewhere by now, and nothing was sent: whoever asked must say anew what is meant."""
        if line.remote_state in TAKEN_BACK:  # all of the money is back: no part of it is given once more
            self._desk.write(lambda tx: order_effects.given_up(tx, effect, ""))
            return Dropped()
        self._desk.write(lambda tx: order_progress.end_step(tx, step.id, order_progress.FAILED))
        number = str(self._number(effect))
        if line.remote_state == Remote.SHIPPED:
            return Dropped(order_effects.TooLate(order=number, step=step_text(Step(step.kind))))
        return Dropped(NotInThisState(order=number, state=state_text(LineState(line.state))))

    def _by_line(self, line: LineRow, lines: Sequence[LineRow]) -> bool:
        """Whether only the refund call means this line alone."""
        return any(one.id != line.id and one.sku_key == line.sku_key for one in lines)

    @contextmanager
    def _once(self, effect: EffectRow) -> Iterator[None]:
        """A person's word sends it once, and a crash before this sent nothing: both are noted before it goes out."""

        def about_to_send(tx: Tx) -> None:
            outbox.set_effect(tx, effect.id, forced=False, change={"sent": True})

        def surely_not(tx: Tx) -> None:
            outbox.set_effect(tx, effect.id, forced=effect.forced, change=None)

        self._desk.write(about_to_send)
        try:
            yield
        except RemoteFailure as failure:
            if failure.fault is not Fault.AMBIGUOUS:
                self._desk.write(surely_not)
            raise

    def _refund(self, effect: EffectRow, step: StepRow, line: LineRow) -> None:
        """By the call that names the line. It happened once it answered, whatever is read afterwards."""
        kind = TARGET.get(Step(step.kind), Remote.REFUNDED_AFTER)
        self._client.refund(line.remote_id, kind, _amount(step, self._row(effect)))
        self._desk.write(lambda tx: order_effects.finish(tx, step))
        with suppress(RemoteFailure):
            self._look(effect, lambda tx: None)

    def _looked_again(self, effect: EffectRow, step: StepRow) -> Outcome:
        try:
            lines = self._look(effect, lambda tx: orders.of_order(tx.connection, step.order_id))
        except RemoteFailure:
            lines = []
        line = next((one for one in lines if one.id == step.line_id), None)
        if line is not None and line.remote_state == TARGET.get(Step(step.kind)):
            return self._finish(step, line)
        return Parked(Fault.AMBIGUOUS, NotKnownToHaveHappened(order=str(self._number(effect))))

    def _finish(self, step: StepRow, line: LineRow, *, found: bool = False) -> Outcome:
        self._desk.write(lambda tx: order_effects.finish(tx, step))
        return Done(None if found else {"old": step.kind, "new": line.sku_text}, found=found)


class RefundExporter(CancelExporter):
    """What only the refund call can say: a part of the money, or one of two lines of a SKU."""

    kind = Kind.REFUND
    replay = REPLAY[Kind.REFUND]

    def _by_line(self, line: LineRow, lines: Sequence[LineRow]) -> bool:
        return True


def _of(lines: Sequence[LineRow], step: StepRow) -> LineRow:
    return next(one for one in lines if one.id == step.line_id)


def _amount(step: StepRow, order: Row) -> Decimal | None:
    """Only said after shipping, and where it is not all of it."""
    if step.amount_minor is None or step.kind not in (Step.REFUND_PART, Step.REFUND_AFTER):
        return None
    return Money(step.amount_minor, order["currency"]).amount
