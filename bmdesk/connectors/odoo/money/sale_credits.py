"""What was given back is credited: the lines whose whole money went back, by a credit note of the order's invoice.

Only what is certain is booked. A part of a line's money has no tax that anybody here could know, so that credit note is
a person's, and the order is in doubt until it is there. A credit note that is there already is never made again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

from bmdesk.connectors.odoo.money.invoice_doubts import (
    CreditUnclear,
    InvoiceBegun,
    InvoiceDiffers,
    InvoiceStands,
)
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
from bmdesk.connectors.odoo.records import Records, Row, id_of
from bmdesk.connectors.odoo.sales.sale_doubts import SaleAsksBack
from bmdesk.connectors.odoo.sales.sale_run import SaleRun, sold_lines
from bmdesk.services.odoo.sales.orders_there import OrderThere
from bmdesk.texts import msg

_WINDOW = "account.move.reversal"


class SaleCredits:
    """Raises RemoteFailure."""

    def __init__(self, records: Records, ledger: SaleLedger, payments: SalePayments) -> None:
        self._records = records
        self._ledger = ledger
        self._payments = payments

    def make_right(self, run: SaleRun, orders: Sequence[OrderThere], there: Mapping[str, Billing]) -> None:
        """What was given back of these is credited, or they are in doubt."""
        for order in orders:
            lines = {line.line_id: line.price for line in sold_lines(order) if line.refunded}
            owed = sum(lines.values(), Decimal(0)) + order.given_back
            if owed:
                known = run.at(order).lines  # shipping may be in the price there
                wanted = {known[one]["id"]: price for one, price in lines.items() if one in known}
                self._credit(run, order, there[order.order_id], wanted, owed)

    def take_back(self, run: SaleRun, orders: Sequence[OrderThere], there: Mapping[str, Billing]) -> None:
        """None of these is sold any more. A draft goes with its sale order, or is cancelled where that one stays."""
        for order in orders:
            for row in there[order.order_id].invoices:
                self._take_back(run, order, there[order.order_id], row)

    def _take_back(self, run: SaleRun, order: OrderThere, there: Billing, invoice: Row) -> None:
        ours = self._ledger.is_ours(run, order, invoice)
        if invoice["state"] == DRAFT:
            if ours:
                run.act(order, lambda: self._records.call("account.move", "button_cancel", [invoice["id"]]))
        elif there.credited >= sum((total(row) for row in there.invoices), Decimal(0)):
            self._settle(run, order, there, invoice)
        elif not ours or len(there.invoices) > 1:
            run.doubt(order, InvoiceStands(order=order.number, invoice=name_of(invoice)))
        else:
            wanted = {
                sale_line: money(row["price_total"])
                for row in there.lines.get(invoice["id"], ())
                for sale_line in row["sale_line_ids"]
            }
            self._credit(run, order, there, wanted, total(invoice))

    # ---------------------------------------------------------------- one credit note

    def _credit(
        self, run: SaleRun, order: OrderThere, there: Billing, wanted: Mapping[int, Decimal], owed: Decimal
    ) -> None:
        """`wanted`: what must be credited, by line of the sale order; `owed`: that, and what a person must credit."""
        invoice = there.invoices[0]
        done = {one for row in there.credits if row["state"] == POSTED for one in there.sale_lines(row)}
        missing = {line: price for line, price in wanted.items() if line not in done}
        if len(there.invoices) == 1 and missing:
            there = self._made(run, order, there, missing)
        if run.is_clear(order) and there.credited != owed:
            run.doubt(
                order,
                CreditUnclear(
                    order=order.number,
                    invoice=name_of(invoice),
                    here=str(owed),
                    there=str(there.credited),
                    currency=order.currency,
                ),
            )
        if run.is_clear(order):
            self._settle(run, order, there, there.invoices[0])

    def _made(
        self, run: SaleRun, order: OrderThere, there: Billing, missing: Mapping[int, Decimal]
    ) -> Billing:
        """A posted credit note of exactly these lines; or the order is in doubt."""
        if not _drafts(there):
            invoice = there.invoices[0]
            run.act(order, lambda: self._reverse(order, invoice))
            there = self._again(run, order, there)
        drafts = _drafts(there)
        sale = run.at(order).name
        if not run.is_clear(order) or not drafts:
            run.doubt(order, SaleAsksBack(order=order.number, what=sale, asked="refund_moves"))
            return there
        if len(drafts) > 1 or not self._ledger.is_ours(run, order, drafts[0]):
            run.doubt(order, InvoiceBegun(order=order.number, sale=sale))
            return there
        credit = drafts[0]["id"]
        # A reversal has all lines of the invoice, those too that were not given back.
        extra = [
            row["id"] for row in there.lines.get(credit, ()) if not missing.keys() & set(row["sale_line_ids"])
        ]
        if extra:
            less = {"invoice_line_ids": [(2, one) for one in extra]}
            run.act(order, lambda: self._records.call("account.move", "write", [credit], less))
            there = self._again(run, order, there)
        here, found = sum(missing.values(), Decimal(0)), total(_drafts(there)[0])
        if here != found:
            differs = InvoiceDiffers(
                order=order.number, invoice=sale, here=str(here), there=str(found), currency=order.currency
            )
            run.doubt(order, differs)
        if run.is_clear(order) and run.act(
            order, lambda: self._records.call("account.move", "action_post", [credit])
        ):
            there = self._again(run, order, there)
            if _drafts(there):
                run.doubt(order, SaleAsksBack(order=order.number, what=sale, asked="action_post"))
        return there

    def _reverse(self, order: OrderThere, invoice: Row) -> None:
        about = {"active_model": "account.move", "active_ids": [invoice["id"]]}
        values = {
            "move_ids": [(6, 0, [invoice["id"]])],
            "journal_id": id_of(invoice["journal_id"]),
            "reason": f"Back Market {order.number}",
        }
        window = self._records.create(_WINDOW, [values], context=about)
        self._records.call(_WINDOW, "refund_moves", window, context=about)

    # ---------------------------------------------------------------- paid back

    def _settle(self, run: SaleRun, order: OrderThere, there: Billing, invoice: Row) -> None:
        """What was paid is paid back; what is open is settled with the invoice."""
        for credit in there.credits:
            if credit["state"] != POSTED:
                continue
            said = msg("order.event.odoo_credit", name=name_of(credit))
            run.say(order, f"credit.{credit['id']}", said)
            if credit["payment_state"] != OPEN or not self._ledger.is_ours(run, order, credit):
                continue
            if invoice["payment_state"] in SETTLED:
                self._payments.pay(run, order, credit)
            else:
                run.act(order, partial(self._assign, invoice, credit))

    def _assign(self, invoice: Row, credit: Row) -> None:
        domain = [
            ("move_id", "=", credit["id"]),
            ("account_id.account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
        ]
        for row in self._records.rows("account.move.line", domain, ["move_id"]):
            self._records.call("account.move", "js_assign_outstanding_line", [invoice["id"]], row["id"])

    def _again(self, run: SaleRun, order: OrderThere, there: Billing) -> Billing:
        return self._ledger.read(run, [order]).get(order.order_id, there)


def _drafts(there: Billing) -> list[Row]:
    return [row for row in there.credits if row["state"] == DRAFT]
