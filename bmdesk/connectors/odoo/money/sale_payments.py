"""An invoice is paid, a credit note paid back, through the journal that a person chose for the way of paying; once.

Whoever has paid or booked already is believed: only what is wholly open is paid here.
"""

from __future__ import annotations

from bmdesk.connectors.odoo.money.invoice_doubts import PaymentUnclear
from bmdesk.connectors.odoo.money.sale_ledger import money, name_of, total
from bmdesk.connectors.odoo.records import Records, Row, id_of
from bmdesk.connectors.odoo.sales.sale_run import SaleRun
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.choices import OTHERS
from bmdesk.services.odoo.sales.orders_there import Billed, OrderThere, SaleChoices
from bmdesk.texts import msg

OPEN = "not_paid"
_VOID = ["cancel", "canceled", "rejected"]


class SalePayments:
    """Raises RemoteFailure."""

    def __init__(self, records: Records, dialect: Dialect, choices: SaleChoices) -> None:
        self._records = records
        self._dialect = dialect
        self._choices = choices

    def journal(self, order: OrderThere) -> int:
        """Where such payments are booked; 0 where nobody said."""
        journals = self._choices.journals
        return journals.get(order.payment_method) or journals.get(OTHERS) or 0

    def pay(self, run: SaleRun, order: OrderThere, move: Row) -> bool:
        """Pay this invoice or credit note, which is posted and wholly open; whether it was tried."""
        journal = self.journal(order)
        if not journal:
            way = order.payment_method or "-"
            said = msg("odoo.invoice.no_journal", order=order.number, invoice=name_of(move), method=way)
            run.say(order, f"no_journal.{move['id']}", said)
            run.at(order).billed = Billed.UNPAID
            return False
        memo = f"{name_of(move)} {order.number}"
        unclear = PaymentUnclear(order=order.number, invoice=name_of(move), amount=str(total(move)))
        known = [
            ("company_id", "=", self._records.company),
            (self._dialect.payment_memo, "=", memo),
            ("state", "not in", _VOID),
        ]
        if total(move) != money(move["amount_residual"]) or self._records.count("account.payment", known):
            run.doubt(order, unclear)
            return False
        return run.act(order, lambda: self._register(run, order, move, journal, memo, unclear))

    def _register(
        self, run: SaleRun, order: OrderThere, move: Row, journal: int, memo: str, unclear: PaymentUnclear
    ) -> None:
        """By Odoo's own window, which is read before it is confirmed: a journal may have a currency of its own."""
        about = {"active_model": "account.move", "active_ids": [move["id"]]}
        values = {"journal_id": journal, "communication": memo}
        [window] = self._records.create("account.payment.register", [values], context=about)
        rows = self._records.rows(
            "account.payment.register", [("id", "=", window)], ["amount", "currency_id"], context=about
        )
        same = rows and money(rows[0]["amount"]) == total(move)
        if same and id_of(rows[0]["currency_id"]) == id_of(move["currency_id"]):
            self._records.call("account.payment.register", "action_create_payments", [window], context=about)
        else:
            run.doubt(order, unclear)
