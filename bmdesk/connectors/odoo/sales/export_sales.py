"""Orders at Odoo: each as it is here when it is sent, after the units that are sold with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bmdesk.connectors.base import Done, Dropped, Later, Outcome, Parked, Planned
from bmdesk.domain.effects import REPLAY, EffectState, Fault, Kind, UnitOf
from bmdesk.services import wants
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.sales import orders_agreed, orders_truth
from bmdesk.services.odoo.sales.orders_agreed import Agreed
from bmdesk.services.odoo.sales.orders_there import (
    OrderDoubt,
    OrderKnown,
    OrderResult,
    OrderRight,
    OrderThere,
    OrderWaits,
    SaleChoices,
    Stage,
    UnitsInDoubt,
)
from bmdesk.services.odoo.units.units_there import LOT, PRODUCT
from bmdesk.services.orders import documents
from bmdesk.store.engine import Connection
from bmdesk.store.photos import Blob
from bmdesk.store.queries import odoo, odoo_orders, order_progress
from bmdesk.store.queries.odoo_orders import CUSTOMER, SALE
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, msg

_SOON, _LATER = timedelta(minutes=1), timedelta(minutes=30)
_PATIENCE = timedelta(minutes=15)
"""What its units have not done by then they will not do in a minute."""


class UnitsNotThere(Failure):
    """The units of this order are on their way to Odoo. Params: `order`, `serials`."""

    code = "odoo.order_waits"


class SaleOfAnotherOrder(Failure):
    """The sale order that was found there stands for another order of ours. Params: `order`."""

    code = "odoo.sale_of_another"


class SalesThere(Protocol):
    """Makes orders right at Odoo; outside of any transaction. Raises RemoteFailure, which then holds for all."""

    def make_right(self, orders: Sequence[OrderThere], known: OrderKnown) -> Mapping[str, OrderResult]: ...


Opened = Callable[[Mapping[str, int], SaleChoices], SalesThere]
"""Begins the work there, given the locations of warehouses by their code, and what a person chose."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    orders: Mapping[str, OrderThere]
    known: OrderKnown
    by_warehouse: Mapping[str, int]
    chosen: SaleChoices


class SaleExporter:
    """Implements connectors.base.Exporter for orders."""

    kind = Kind.SALE
    replay = REPLAY[Kind.SALE]
    batch = 50

    def __init__(self, desk: Desk, account_id: str, opened: Opened) -> None:
        self._desk, self._account, self._opened = desk, account_id, opened

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        wanted = self._desk.read(lambda c: self._wanted(c, [one.key for one in effects]))
        tried = {one.key for one in effects if _may_have_happened(one)}
        # What was cancelled before it was ever sent need not be made there to be cancelled there.
        going = {
            order_id: order
            for order_id, order in wanted.orders.items()
            if order.stage is not Stage.CANCELLED or order_id in wanted.known.sales or order_id in tried
        }
        if not going:
            return {one.id: Dropped() for one in effects}
        there = self._opened(wanted.by_warehouse, wanted.chosen)
        made = there.make_right(list(going.values()), wanted.known)
        since = {one.key: one.created_at for one in effects}
        papers = {order_id: blob for order_id, one in made.items() if (blob := self._paper(one)) is not None}
        outcomes = self._desk.write(lambda tx: self._keep(tx, going, since, made, papers))
        return {one.id: outcomes.get(one.key, Dropped()) for one in effects}

    def plan(self, effect: EffectRow) -> Planned | None:
        orders = self._desk.read(lambda c: orders_truth.read(c, self._desk, [effect.key]))
        order = orders.get(effect.key)
        if order is None:
            return None
        goods = ", ".join(line.product.model_code for line in order.lines if not line.shipping)[:200]
        return Planned(
            Kind.SALE,
            goods,
            order.market,
            "",
            f"#{order.number} {order.stage.value}",
            order_id=order.order_id,
        )

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        return effects

    # ---------------------------------------------------------------- what is wanted, and what is remembered

    def _wanted(self, connection: Connection, order_ids: Sequence[str]) -> _Wanted:
        orders = orders_truth.read(connection, self._desk, order_ids)
        sold = [unit.unit_id for one in orders.values() for line in one.lines for unit in line.serials]
        buyers = {one.customer.customer_id for one in orders.values()}
        sales = odoo.records(connection, self._account, SALE, orders)
        bases = {order_id: orders_agreed.read(row.base).base for order_id, row in sales.items()}
        known = OrderKnown(
            partners=_ids(odoo.records(connection, self._account, CUSTOMER, buyers)),
            sales=_ids(sales),
            products=_ids(odoo.of_kind(connection, self._account, PRODUCT)),
            lots=_ids(odoo.records(connection, self._account, LOT, sold)),
            bases={order_id: base for order_id, base in bases.items() if base is not None},
        )
        chosen = SaleChoices(
            taxes=self._choices(connection, choices.Kind.TAX),
            positions=self._choices(connection, choices.Kind.POSITION),
            carriers=self._choices(connection, choices.Kind.CARRIER),
            journals=self._choices(connection, choices.Kind.JOURNAL),
        )
        return _Wanted(orders, known, self._choices(connection, choices.Kind.LOCATION), chosen)

    def _choices(self, connection: Connection, kind: str) -> dict[str, int]:
        found = odoo.choices(connection, self._desk.company, kind)
        return {local: one.remote_id for local, one in found.items()}

    # ---------------------------------------------------------------- what became of it

    def _keep(
        self,
        tx: Tx,
        orders: Mapping[str, OrderThere],
        since: Mapping[str, datetime],
        results: Mapping[str, OrderResult],
        papers: Mapping[str, Blob],
    ) -> dict[str, Outcome]:
        """Remember what both sides have now, and say what becomes of each order's effect, by the order's id. `since`:
        when it was wanted.
        """
        outcomes: dict[str, Outcome] = {}
        for order_id, result in results.items():
            order = orders[order_id]
            match result:
                case OrderRight():
                    outcomes[order_id] = self._right(tx, order, result, papers.get(order_id))
                case OrderDoubt(failure, sale_id, partner_id):
                    self._know(tx, order, sale_id, partner_id)
                    outcomes[order_id] = Parked(Fault.REJECTED, failure)
                case OrderWaits(unit_ids):
                    outcomes[order_id] = self._waits(tx, order, unit_ids, since[order_id])
        return outcomes

    def _paper(self, result: OrderResult) -> Blob | None:
        """The PDF that came with it, as it is kept; None where none came. One that cannot be kept comes again."""
        paper = result.paper if isinstance(result, OrderRight) else None
        return self._desk.photos.keep_paper(paper.name, paper.content) if paper is not None else None

    def _right(self, tx: Tx, order: OrderThere, result: OrderRight, blob: Blob | None) -> Outcome:
        if not result.sale_id:  # it was cancelled, and never came there
            return Done(None, result.notes, found=True)
        if not self._know(tx, order, result.sale_id, result.partner_id):
            return Parked(Fault.REJECTED, SaleOfAnotherOrder(order=order.number))
        row = odoo.records(tx.connection, self._account, SALE, [order.order_id])[order.order_id]
        before = orders_agreed.read(row.base)
        lines = frozenset(line.line_id for line in order.lines)
        billed = result.billed or before.billed
        now = Agreed(result.name or before.name, lines | before.lines, result.base, before.invoice, billed)
        if now != before:
            odoo.agree(tx, self._account, SALE, order.order_id, result.sale_id, orders_agreed.write(now))
        if before.base is None and not before.lines:
            said = msg("order.event.at_odoo", name=now.name or f"#{order.number}")
            order_progress.tell(tx, order.order_id, said)
        for said in result.told:
            order_progress.tell(tx, order.order_id, said)
        if blob is not None and result.paper is not None:
            name = result.paper.name
            if documents.take_invoice(tx, order.order_id, blob, name):
                order_progress.tell(tx, order.order_id, msg("order.event.odoo_pdf", name=name))
        change = {"old": "", "new": f"#{order.number}"} if result.changed else None
        return Done(change, result.notes, found=not result.changed)

    def _know(self, tx: Tx, order: OrderThere, sale_id: int | None, partner_id: int | None) -> bool:
        """Remember which records there are meant, as far as something was made; whether the sale order is this one's.

        Two customers of ours may be one partner there, whom an address book knows better: only one is remembered.
        """
        if partner_id:
            customer_id = order.customer.customer_id
            partner = odoo.by_remote(tx.connection, self._account, CUSTOMER, [partner_id]).get(partner_id)
            if partner is None:
                odoo.agree(tx, self._account, CUSTOMER, customer_id, partner_id, None)
        if not sale_id:
            return True
        sale = odoo.by_remote(tx.connection, self._account, SALE, [sale_id]).get(sale_id)
        if sale is None:
            mine = odoo.records(tx.connection, self._account, SALE, [order.order_id]).get(order.order_id)
            # Another one than was remembered: that one is gone there, and what was agreed with it.
            kept = replace(orders_agreed.read(mine.base), base=None) if mine is not None else Agreed()
            odoo.agree(tx, self._account, SALE, order.order_id, sale_id, orders_agreed.write(kept))
        return sale is None or sale.local_id == order.order_id

    def _waits(self, tx: Tx, order: OrderThere, unit_ids: Sequence[str], since: datetime) -> Outcome:
        """Its units are to come first: asked for, but for those that a person must look at."""
        serials = {unit.unit_id: unit.identifier for line in order.lines for unit in line.serials}
        stuck = odoo_orders.parked(tx.connection, self._account, Kind.UNIT, unit_ids)
        wants.want(tx, *(UnitOf(one) for one in unit_ids if one not in stuck))
        named = ", ".join(serials.get(one, one) for one in (sorted(stuck) or unit_ids))[:200]
        if stuck:
            return Later(tx.now + _LATER, UnitsInDoubt(order=order.number, serials=named))
        wait = _SOON if tx.now - since < _PATIENCE else _LATER
        return Later(tx.now + wait, UnitsNotThere(order=order.number, serials=named))


def _ids(rows: Mapping[str, odoo.RecordRow]) -> dict[str, int]:
    return {local_id: row.remote_id for local_id, row in rows.items()}


def _may_have_happened(effect: EffectRow) -> bool:
    """Whether something of it may be there that nobody remembers: an attempt failed, or its answer was lost."""
    return effect.state == EffectState.UNCERTAIN.value or bool(effect.fault)
