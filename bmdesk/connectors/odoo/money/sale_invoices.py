"""The invoice of an order that has left: made from its sale order, compared with what was sold, posted, paid.

It is Odoo's own invoice, so it has the sale order's prices and taxes; nothing is posted that comes to another amount.
Odoo dates it on the day on which it is posted: an earlier one may lie in a period that is closed there. What somebody
there invoiced, paid or credited is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from bmdesk.connectors.failures import Rejected
from bmdesk.connectors.odoo.money.invoice_doubts import (
    InvoiceBegun,
    InvoiceCancelled,
    InvoiceDiffers,
    PaymentUnclear,
    SeveralInvoices,
)
from bmdesk.connectors.odoo.money.invoice_papers import InvoicePapers
from bmdesk.connectors.odoo.money.sale_credits import SaleCredits
from bmdesk.connectors.odoo.money.sale_ledger import (
    DRAFT,
    POSTED,
    SETTLED,
    Billing,
    SaleLedger,
    money,
    name_of,
    total,
)
from bmdesk.connectors.odoo.money.sale_payments import OPEN, SalePayments
from bmdesk.connectors.odoo.records import Records, apart, id_of
from bmdesk.connectors.odoo.sales.sale_doubts import SaleAsksBack
from bmdesk.connectors.odoo.sales.sale_run import SaleRun
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.sales.orders_there import Billed, OrderThere, SaleChoices
from bmdesk.texts import msg

_WINDOW = "sale.advance.payment.inv"


class SaleInvoices:
    """Raises RemoteFailure."""

    def __init__(self, records: Records, dialect: Dialect, choices: SaleChoices) -> None:
        self._records = records
        self._ledger = SaleLedger(records)
        self._payments = SalePayments(records, dialect, choices)
        self._credits = SaleCredits(records, self._ledger, self._payments)
        self._papers = InvoicePapers(records, dialect)

    def make_right(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """Of these orders, which have left, those that want it are invoiced, paid, and credited where the money was
        given back; or they are in doubt.
        """
        orders = [order for order in orders if order.invoiced and order.is_whole]
        try:
            self._make_right(run, orders)
        except Rejected as failure:  # reading it was: the user may not
            for order in orders:
                run.refuse(order, failure)

    def take_back(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """None of these is sold any more: what was invoiced from here is not owed."""
        orders = [order for order in orders if order.invoiced and run.at(order).sale_id]
        try:
            there = self._ledger.read(run, orders)
            self._credits.take_back(run, orders, there)
        except Rejected as failure:
            for order in orders:
                run.refuse(order, failure)

    # ---------------------------------------------------------------- made and posted

    def _make_right(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        there = self._ledger.read(run, orders)
        new = [order for order in orders if self._is_to_make(run, order, there[order.order_id])]
        for order in new:
            run.act(order, partial(self._create, run.at(order).sale_id))
        there |= self._ledger.read(run, [order for order in new if run.is_clear(order)])
        for order in new:
            if run.is_clear(order) and not there[order.order_id].invoices:
                name = run.at(order).name
                run.doubt(order, SaleAsksBack(order=order.number, what=name, asked="create_invoices"))
        orders = [order for order in orders if run.is_clear(order) and there[order.order_id].invoices]
        for order in orders:
            self._compare(run, order, there[order.order_id])
        self._post(run, [order for order in orders if run.is_clear(order)], there)
        orders = [order for order in orders if run.is_clear(order)]
        for order in orders:
            self._note(run, order, there[order.order_id])
        self._pay(run, orders, there)
        self._papers.fetch(run, [order for order in orders if run.is_clear(order)], there)
        self._credits.make_right(run, [order for order in orders if run.is_clear(order)], there)

    def _is_to_make(self, run: SaleRun, order: OrderThere, there: Billing) -> bool:
        """What was never invoiced and is owed still. One that was cancelled there is nobody's to make anew."""
        if there.invoices or not order.is_owed:
            return False
        if there.was_cancelled:
            run.doubt(order, InvoiceCancelled(order=order.number, sale=run.at(order).name))
            return False
        return True

    def _create(self, sale: int) -> None:
        values = {"advance_payment_method": "delivered", "sale_order_ids": [(6, 0, [sale])]}
        window = self._records.create(_WINDOW, [values])
        self._records.call(_WINDOW, "create_invoices", window)

    def _compare(self, run: SaleRun, order: OrderThere, there: Billing) -> None:
        """Nothing is posted or paid that is not what was sold, nor what somebody there has only begun."""
        invoices, sale = there.invoices, run.at(order).name
        if len(invoices) > 1:
            whole = sum(total(row) for row in invoices) == order.total
            if not whole or any(row["state"] != POSTED for row in invoices):
                found = ", ".join(name_of(row) for row in invoices[:5])
                run.doubt(order, SeveralInvoices(order=order.number, sale=sale, found=found))
            return
        [row] = invoices
        if row["state"] == DRAFT and not self._ledger.is_ours(run, order, row):
            run.doubt(order, InvoiceBegun(order=order.number, sale=sale))
        here = (order.total, money(there.sale["amount_tax"]), id_of(there.sale["currency_id"]))
        if here != (total(row), money(row["amount_tax"]), id_of(row["currency_id"])):
            run.doubt(
                order,
                InvoiceDiffers(
                    order=order.number,
                    invoice=name_of(row) if row["name"] else sale,
                    here=f"{here[0]} ({here[1]})",
                    there=f"{total(row)} ({money(row['amount_tax'])})",
                    currency=order.currency,
                ),
            )

    def _post(self, run: SaleRun, orders: Sequence[OrderThere], there: dict[str, Billing]) -> None:
        """A draft is posted, or cancelled where all its money was given back meanwhile."""
        drafts = [order for order in orders if there[order.order_id].invoices[0]["state"] == DRAFT]
        void = [order for order in drafts if not order.is_owed]
        posting = [order for order in drafts if order not in void]
        for method, some in (("button_cancel", void), ("action_post", posting)):
            apart(some, partial(self._do, run, there, method), run.refuse)
        there |= self._ledger.read(run, [order for order in drafts if run.is_clear(order)])
        for order in drafts:
            name, left = run.at(order).name, there[order.order_id].invoices
            if run.is_clear(order) and left and left[0]["state"] == DRAFT:
                run.doubt(order, SaleAsksBack(order=order.number, what=name, asked="action_post"))
        for order in void:
            if run.is_clear(order):
                run.done(order)

    def _do(
        self, run: SaleRun, there: Mapping[str, Billing], method: str, orders: Sequence[OrderThere]
    ) -> None:
        ids = [there[order.order_id].invoices[0]["id"] for order in orders]
        self._records.call("account.move", method, ids)
        for order in orders:
            run.at(order).changed = True

    def _note(self, run: SaleRun, order: OrderThere, there: Billing) -> None:
        for row in there.invoices:
            run.say(order, f"invoice.{row['id']}", msg("order.event.odoo_invoice", name=name_of(row)))
            run.at(order).agreed["invoice"] = row["id"]
        run.at(order).billed = Billed.DONE

    # ---------------------------------------------------------------- paid

    def _pay(self, run: SaleRun, orders: Sequence[OrderThere], there: dict[str, Billing]) -> None:
        tried = []
        for order in orders:
            invoices = there[order.order_id].invoices
            if len(invoices) != 1 or not order.is_owed or not self._ledger.is_ours(run, order, invoices[0]):
                continue
            # A credit note of somebody there may be meant to settle it.
            is_open = invoices[0]["payment_state"] == OPEN and not there[order.order_id].credits
            if is_open and self._payments.pay(run, order, invoices[0]):
                tried.append(order)
        there |= self._ledger.read(run, [order for order in tried if run.is_clear(order)])
        for order in tried:
            row = there[order.order_id].invoices[0]
            if run.is_clear(order) and row["payment_state"] not in SETTLED:
                left = str(money(row["amount_residual"]))
                run.doubt(order, PaymentUnclear(order=order.number, invoice=name_of(row), amount=left))
