"""One batch of orders on its way to being right: what is known of each so far, and which of them cannot go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bmdesk.connectors.failures import GoneAtRemote, Rejected
from bmdesk.connectors.odoo.records import Row
from bmdesk.connectors.odoo.sales.buyer_words import unnamed
from bmdesk.connectors.odoo.sales.sale_doubts import SaleRefused
from bmdesk.services.odoo.sales.orders_there import (
    Billed,
    OrderDoubt,
    OrderKnown,
    OrderResult,
    OrderRight,
    OrderThere,
    OrderWaits,
    Paper,
    SaleLine,
)
from bmdesk.services.odoo.units.units_there import Base
from bmdesk.texts import Failure, Text


@dataclass(slots=True)
class SaleStanding:
    """What one order is there; 0 and "" for what is not known yet."""

    partner_id: int = 0
    invoice_id: int = 0
    """The contact that the invoice goes to."""
    shipping_id: int = 0
    sale_id: int = 0
    name: str = ""
    state: str = ""
    row: Row = field(default_factory=dict)
    """The sale order as it was read last."""
    products: dict[str, int] = field(default_factory=dict)
    """By line."""
    lines: dict[str, Row] = field(default_factory=dict)
    """The lines of the sale order, by line."""
    changed: bool = False
    agreed: dict[str, object] = field(default_factory=dict)
    """Becomes the base."""
    notes: list[Text] = field(default_factory=list)
    told: list[Text] = field(default_factory=list)
    """For the order's timeline."""
    paper: Paper | None = None
    """The invoice's PDF."""
    billed: Billed = Billed.NOT


class SaleRun:
    """The state of one batch; the steps change it one after the other."""

    def __init__(self, orders: Sequence[OrderThere], known: OrderKnown) -> None:
        self.known = known
        self._orders = {order.order_id: order for order in orders}
        self._done: dict[str, Failure | OrderWaits | None] = {}
        self._standing = {order_id: SaleStanding() for order_id in self._orders}
        for order_id, here in self._standing.items():
            here.agreed.update(known.bases.get(order_id, {}))

    def orders(self) -> list[OrderThere]:
        """Those that go on."""
        return [order for order in self._orders.values() if self.is_clear(order)]

    def is_clear(self, order: OrderThere) -> bool:
        """Whether it goes on: nothing speaks against it, and it is not done."""
        return order.order_id not in self._done

    def at(self, order: OrderThere) -> SaleStanding:
        return self._standing[order.order_id]

    def base(self, order: OrderThere) -> Base:
        """What both had when they last agreed; empty before the first time."""
        return self.known.bases.get(order.order_id, {})

    def lots(self, line: SaleLine) -> list[int]:
        """The lots of the line's serials."""
        return [self.known.lots[serial.unit_id] for serial in line.serials]

    def done(self, order: OrderThere) -> None:
        """Nothing is left to be looked at for it."""
        self._done.setdefault(order.order_id, None)

    def wait(self, order: OrderThere, unit_ids: Sequence[str]) -> None:
        self._done.setdefault(order.order_id, OrderWaits(tuple(unit_ids)))

    def doubt(self, order: OrderThere, failure: Failure) -> None:
        self._done.setdefault(order.order_id, failure)

    def refuse(self, order: OrderThere, failure: Rejected | GoneAtRemote) -> None:
        reason = failure.params.get("reason") or failure.params.get("detail", "")
        self.doubt(order, SaleRefused(order=order.number, reason=unnamed(order, reason)))

    def act(self, order: OrderThere, write: Callable[[], object]) -> bool:
        """Write something of this order alone; where Odoo refuses, the order is in doubt."""
        try:
            write()
        except (Rejected, GoneAtRemote) as failure:
            self.refuse(order, failure)
            return False
        self.at(order).changed = True
        return True

    def say(self, order: OrderThere, key: str, said: Text) -> None:
        """Tell this to those who look at the order here, once: `key` names it among what was told of the order."""
        here = self.at(order)
        known = here.agreed.get("said")
        before = [str(one) for one in known] if isinstance(known, list) else []
        if key not in before:
            here.agreed["said"] = [*before, key]
            here.told.append(said)

    def results(self) -> dict[str, OrderResult]:
        return {order_id: self._result(order_id) for order_id in self._orders}

    def _result(self, order_id: str) -> OrderResult:
        one, found = self._standing[order_id], self._done.get(order_id)
        if isinstance(found, OrderWaits):
            return found
        if found is not None:
            return OrderDoubt(found, one.sale_id or None, one.partner_id or None)
        return OrderRight(
            one.sale_id,
            one.partner_id,
            one.agreed,
            one.changed,
            tuple(one.notes),
            one.name,
            tuple(one.told),
            one.paper,
            one.billed,
        )


def sold_lines(order: OrderThere) -> list[SaleLine]:
    """Those that are not cancelled."""
    return [line for line in order.lines if not line.cancelled]
