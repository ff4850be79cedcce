"""Why an order cannot be made right at Odoo before a person has looked. One order's doubt is no other's.

All have `order`, its number here. `sale` is what Odoo calls its sale order. None says who bought.
"""

from __future__ import annotations

from bmdesk.texts import Failure


class SaleDoubt(Failure):
    """Root of them."""

    code = "odoo.sale"


class SeveralCustomers(SaleDoubt):
    """More than one contact there has the customer's e-mail address. Params: `order`, `contacts` (their ids)."""

    code = "odoo.sale.several_customers"


class CustomerRefused(SaleDoubt):
    """Odoo did not let the customer, or where the parcel goes, be made. Params: `order`, `reason`."""

    code = "odoo.sale.customer_refused"


class SaleOfOthers(SaleDoubt):
    """A sale order there has this number and was not made from here. Params: `order`, `sale`, `origin`."""

    code = "odoo.sale.of_others"


class SaleOfAnotherStore(SaleDoubt):
    """Another store of bmdesk, or a former one, has made the sale order of this order. Params: `order`, `sale`."""

    code = "odoo.sale.of_another_store"


class SaleGone(SaleDoubt):
    """The sale order that was known is not there any more. Params: `order`."""

    code = "odoo.sale.gone"


class SaleCancelledThere(SaleDoubt):
    """Somebody cancelled it there; here it is sold. Params: `order`, `sale`."""

    code = "odoo.sale.cancelled_there"


class LineGone(SaleDoubt):
    """A line of the order has none in the sale order. Params: `order`, `sale`, `product`."""

    code = "odoo.sale.line_gone"


class TaxNotChosen(SaleDoubt):
    """Nobody chose a tax or a fiscal position for this VAT scheme. Params: `order`, `scheme` (Text)."""

    code = "odoo.sale.tax_not_chosen"


class SeveralPositions(SaleDoubt):
    """The order's VAT schemes want different fiscal positions; an order there has one. Params: `order`."""

    code = "odoo.sale.several_positions"


class CurrencyDiffers(SaleDoubt):
    """It would be, or is, in another currency there. Params: `order`, `here`, `there`."""

    code = "odoo.sale.currency_differs"


class TotalDiffers(SaleDoubt):
    """It comes to another amount there; as long as nobody confirmed it, it stays a quotation.

    Params: `order`, `sale`, `here`, `there`, `currency`.
    """

    code = "odoo.sale.total_differs"


class SeveralProductsSold(SaleDoubt):
    """The units of one line, or a unit and its line there, are different products. Params: `order`, `serial`."""

    code = "odoo.sale.other_product"


class NothingToDeliver(SaleDoubt):
    """No open delivery there has room for this. Params: `order`, `sale`, `serial` (or the product's name)."""

    code = "odoo.sale.no_delivery"


class SeveralSteps(SaleDoubt):
    """The warehouse there delivers in more than one step, and the step before comes first. Params: `order`, `transfer`,
    `serial` (those that it must take).
    """

    code = "odoo.sale.several_steps"


class SerialNotInStock(SaleDoubt):
    """It does not lie where the delivery takes from. Params: `order`, `serial`, `transfer`, `place` ("-": nowhere)."""

    code = "odoo.sale.not_in_stock"


class SerialPickedElsewhere(SaleDoubt):
    """Somebody has it in hand for another transfer. Params: `order`, `serial`, `transfer`."""

    code = "odoo.sale.picked_elsewhere"


class OtherSerialPicked(SaleDoubt):
    """Somebody picked another one for this order. Params: `order`, `serial`, `found`, `transfer`."""

    code = "odoo.sale.other_picked"


class OtherSerialDelivered(SaleDoubt):
    """Another one left for this order. Params: `order`, `serial` ("-": none), `found`, `transfer`."""

    code = "odoo.sale.other_delivered"


class TooFewInStock(SaleDoubt):
    """Less of counted goods is reserved than left the house. Params: `order`, `product`, `needed`, `there`."""

    code = "odoo.sale.too_few"


class OthersInDelivery(SaleDoubt):
    """Somebody picked what is not of this order in its delivery. Params: `order`, `transfer`."""

    code = "odoo.sale.others_in_delivery"


class SaleAsksBack(SaleDoubt):
    """Odoo asked something instead of doing it. Params: `order`, `what` (sale order or transfer), `asked`."""

    code = "odoo.sale.asks_back"


class SaleRefused(SaleDoubt):
    """Odoo's rules or checks said no to this order. Params: `order`, `reason`."""

    code = "odoo.sale.refused"
