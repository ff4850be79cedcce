"""Why the money of an order cannot be booked at Odoo before a person has looked: nothing of it was guessed.

All have `order`, its number here. `invoice` is what Odoo calls it, or its sale order's name while it is a draft.
"""

from __future__ import annotations

from bmdesk.connectors.odoo.sales.sale_doubts import SaleDoubt


class InvoiceDiffers(SaleDoubt):
    """An invoice or credit note comes to another amount or tax than was sold; it stays a draft where it is one.

    Params: `order`, `invoice`, `here`, `there` (each total and tax), `currency`.
    """

    code = "odoo.invoice.differs"


class SeveralInvoices(SaleDoubt):
    """Several invoices that do not come to the order together. Params: `order`, `sale`, `found` (names)."""

    code = "odoo.invoice.several"


class InvoiceBegun(SaleDoubt):
    """Somebody there began an invoice or credit note and did not post it. Params: `order`, `sale`."""

    code = "odoo.invoice.begun_there"


class InvoiceCancelled(SaleDoubt):
    """Its invoice was cancelled there; here it is sold. Params: `order`, `sale`."""

    code = "odoo.invoice.cancelled_there"


class PaymentUnclear(SaleDoubt):
    """Not paid, and yet a payment is there, or it would be of another amount. Params: `order`, `invoice`, `amount`."""

    code = "odoo.invoice.payment_unclear"


class CreditUnclear(SaleDoubt):
    """What is credited there is not what was given back. Params: `order`, `invoice`, `here`, `there`, `currency`."""

    code = "odoo.invoice.credit_unclear"


class InvoiceStands(SaleDoubt):
    """The order was cancelled; an invoice that was not made from here stands. Params: `order`, `invoice`."""

    code = "odoo.invoice.stands"
