"""What all steps of an order share: one order at a time, looked at and kept before anything is done.

Whatever an order shows is kept like any reading, and what is to be done is decided in that same transaction: so lines
stand where Back Market has them before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.import_orders import save_page
from bmdesk.connectors.backmarket.wire_orders import OrderWire
from bmdesk.connectors.base import Later, Outcome, Parked, Planned
from bmdesk.connectors.failures import GoneAtRemote
from bmdesk.domain.effects import Fault, backoff
from bmdesk.services.desk import Desk
from bmdesk.store.queries import accounts, order_progress
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure

T = TypeVar("T")


class NotInThisState(Failure):
    """The order is not where this step begins. Params: order, state (a Text)."""

    code = "order.not_in_this_state"


class NotTaken(Failure):
    """The marketplace said yes, and shows the order as it was before. Params: order."""

    code = "order.step_not_taken"


class OrderExporter:
    """One step of one order at a time."""

    batch = 1

    def __init__(self, desk: Desk, client: BackMarket, account_id: str) -> None:
        self._desk, self._client, self._account = desk, client, account_id

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        """Who must ship first goes first."""
        ids = sorted({e.order_id for e in effects if e.order_id})
        due = self._desk.read(lambda c: order_progress.ship_by(c, ids))

        def rank(effect: EffectRow) -> tuple[bool, datetime | str, str]:
            at = due.get(effect.order_id or "")
            return (True, "", effect.id) if at is None else (False, at, effect.id)

        return sorted(effects, key=rank)

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        return {effect.id: self._guarded(effect) for effect in effects}

    def plan(self, effect: EffectRow) -> Planned | None:
        raise NotImplementedError

    def _perform(self, effect: EffectRow) -> Outcome:
        raise NotImplementedError

    def _guarded(self, effect: EffectRow) -> Outcome:
        try:
            return self._perform(effect)
        except GoneAtRemote as gone:
            return Parked(Fault.GONE, gone)

    # ---------------------------------------------------------------- parts

    def _look(self, effect: EffectRow, then: Callable[[Tx], T]) -> T:
        """The order as it is there now, kept; and what follows of it, decided in the same transaction."""
        return self._keep(self._client.order(self._number(effect)), then)

    def _keep(self, wire: OrderWire, then: Callable[[Tx], T]) -> T:
        def save(tx: Tx) -> T:
            since = accounts.account(tx.connection, self._account).orders_since
            save_page(tx, self._desk.policies(tx.connection), self._account, since, [wire])
            return then(tx)

        return self._desk.write(save)

    def _row(self, effect: EffectRow) -> Row:
        assert effect.order_id is not None, "a step belongs to an order"
        order_id = effect.order_id
        return self._desk.read(lambda c: order_progress.order(c, order_id))

    def _number(self, effect: EffectRow) -> int:
        return int(self._row(effect)["remote_id"])

    def _not_taken(self, effect: EffectRow) -> Later:
        """It is looked at again, less and less often; never sent again without that."""
        at = self._desk.clock.now() + backoff(effect.attempts + 1, 0.5)
        return Later(at, NotTaken(order=str(self._number(effect))), failed=True)
