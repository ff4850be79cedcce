"""The PDF of a posted invoice, as Odoo keeps it with the invoice; made there by its own window where nobody did.

That window could send mails and electronic documents too: it is told to send nothing. An Odoo without the program that
makes PDFs says so before it is asked. One whose program hangs is not waited for again and again: all else of the orders
is done by then, and must not be held up by a paper, which is asked for with the next change of its order.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence

from bmdesk.connectors.failures import AnswerLost, GoneAtRemote, Rejected
from bmdesk.connectors.odoo.money.sale_ledger import POSTED, Billing, name_of, total
from bmdesk.connectors.odoo.records import Records, Row, id_of
from bmdesk.connectors.odoo.sales.buyer_words import unnamed
from bmdesk.connectors.odoo.sales.sale_run import SaleRun
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.sales.orders_there import MOST_OF_A_PAPER, OrderThere, Paper
from bmdesk.texts import Text, msg

_FIELD = "invoice_pdf_report_id"
_CANNOT = frozenset({"install", "broken"})
_MOST_LOST = 2
"""So many PDFs are waited for in vain in a run."""


class InvoicePapers:
    """Raises RemoteFailure."""

    def __init__(self, records: Records, dialect: Dialect) -> None:
        self._records = records
        self._dialect = dialect
        self._can_make: bool | None = None
        self._lost = 0

    def fetch(self, run: SaleRun, orders: Sequence[OrderThere], there: Mapping[str, Billing]) -> None:
        """Those of these orders that want it have the PDF of their invoice, or why there is none."""
        for order in orders:
            billing = there[order.order_id]
            invoices = [row for row in billing.invoices if row["state"] == POSTED]
            if order.wants_paper and len(invoices) == 1 and billing.credited < total(invoices[0]):
                found = self._fetch(invoices[0])
                if isinstance(found, Paper):
                    run.at(order).paper = found
                else:
                    said = msg(
                        "order.event.odoo_no_pdf", name=name_of(invoices[0]), reason=_plain(order, found)
                    )
                    run.say(order, f"no_pdf.{invoices[0]['id']}", said)

    def _fetch(self, invoice: Row) -> Paper | Text | str:
        """The PDF; or why there is none."""
        try:
            kept = id_of(invoice[_FIELD]) or self._make(invoice)
            return self._read(invoice, kept) if isinstance(kept, int) else kept
        except (Rejected, GoneAtRemote) as failure:
            return str(failure.params.get("reason") or failure.params.get("detail", ""))

    def _make(self, invoice: Row) -> int | Text:
        """The attachment's id; or why there is none."""
        if self._can_make is None:
            state = self._records.call("ir.actions.report", "get_wkhtmltopdf_state")
            self._can_make = state not in _CANNOT
        if not self._can_make:
            return msg("odoo.invoice.no_pdf_program")
        if self._lost >= _MOST_LOST:
            return msg("odoo.invoice.no_pdf_in_time")
        why = msg("odoo.invoice.no_pdf_made")
        model = self._dialect.send_window
        try:
            window = self._records.create(model, [self._dialect.sends_nothing(invoice["id"])])
            self._records.call(model, "action_send_and_print", window)
        except AnswerLost:  # it may be made all the same: then it is there now, or the next time
            self._lost, why = self._lost + 1, msg("odoo.invoice.no_pdf_in_time")
        rows = self._records.rows("account.move", [("id", "=", invoice["id"])], [_FIELD])
        return (id_of(rows[0][_FIELD]) if rows else 0) or why

    def _read(self, invoice: Row, attachment: int) -> Paper | Text:
        """Its size is asked first: the answer holds all of it."""
        size = self._one(attachment, "file_size").get("file_size")
        if not isinstance(size, int) or not 0 < size <= MOST_OF_A_PAPER:
            return msg("odoo.invoice.pdf_too_large", limit=MOST_OF_A_PAPER // 2**20)
        said = self._one(attachment, "datas").get("datas")
        try:
            content = base64.b64decode(said, validate=True) if isinstance(said, str) else b""
        except (binascii.Error, ValueError):
            content = b""
        if not content.startswith(b"%PDF") or len(content) > MOST_OF_A_PAPER:
            return msg("odoo.invoice.not_a_pdf")
        name = re.sub(r"[^A-Za-z0-9]+", "-", name_of(invoice)).strip("-")[:80]
        return Paper(f"{name}.pdf", content)

    def _one(self, attachment: int, field: str) -> Row:
        rows = self._records.call("ir.attachment", "read", [attachment], [field])
        return rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}


def _plain(order: OrderThere, why: Text | str) -> Text | str:
    return unnamed(order, why) if isinstance(why, str) else why
