"""Orders at Odoo: their customers, sale orders, reserved serials, deliveries and invoices are made what they must be.

Every step looks before it acts, so all of it may be repeated at any time: after a lost answer, and by whoever does not
know whether it was done. What is read is read for all orders of a batch at once; an order that Odoo or a person's doing
there stops is in doubt, and stops no other.
"""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.connectors.odoo.money.sale_invoices import SaleInvoices
from bmdesk.connectors.odoo.records import Records, pages
from bmdesk.connectors.odoo.sales.deliveries import Deliveries
from bmdesk.connectors.odoo.sales.partners import Partners
from bmdesk.connectors.odoo.sales.sale_cancels import SaleCancels
from bmdesk.connectors.odoo.sales.sale_goods import SaleGoods
from bmdesk.connectors.odoo.sales.sale_moves import SaleMoves
from bmdesk.connectors.odoo.sales.sale_reserving import SaleReserving
from bmdesk.connectors.odoo.sales.sale_run import SaleRun, sold_lines
from bmdesk.connectors.odoo.sales.sale_terms import SaleTerms
from bmdesk.connectors.odoo.sales.sales import Sales
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.connectors.odoo.units.products import Products
from bmdesk.connectors.odoo.units.stock_places import StockPlaces
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.sales.orders_there import OrderKnown, OrderResult, OrderThere, SaleChoices, Stage
from bmdesk.services.odoo.units.units_there import Places

_AT_ONCE = 100


class OrdersAtOdoo:
    """One company's orders. Taxes, locations and currencies are read once, so an object is for one run.

    `company_id`: the company's id there; everything is read and written in it alone.
    """

    def __init__(
        self, remote: OdooTransport, dialect: Dialect, company_id: int, places: Places, choices: SaleChoices
    ) -> None:
        records = Records(remote, company_id)
        stock = StockPlaces(records, places)
        moves = SaleMoves(records)
        self._goods = SaleGoods(records, Products(records, dialect), stock, places)
        self._partners = Partners(records)
        self._sales = Sales(records, dialect, self._goods, SaleTerms(records, dialect, choices))
        self._cancels = SaleCancels(records, dialect, self._sales)
        self._reserving = SaleReserving(records, stock, moves)
        self._deliveries = Deliveries(records, moves, choices)
        self._invoices = SaleInvoices(records, dialect, choices)

    def make_right(self, orders: Sequence[OrderThere], known: OrderKnown) -> dict[str, OrderResult]:
        """What became of each order, by its id. Raises RemoteFailure: nothing is known of any of them then, and all may
        be given again.
        """
        results: dict[str, OrderResult] = {}
        for some in pages(orders, _AT_ONCE):
            results |= self._make_right(SaleRun(some, known))
        return results

    def _make_right(self, run: SaleRun) -> dict[str, OrderResult]:
        self._goods.wait_for_lots(run, [order for order in run.orders() if not _is_cancelled(order)])
        self._sales.find(run)
        self._invoices.take_back(run, [order for order in run.orders() if _is_cancelled(order)])
        self._cancels.cancel(run, [order for order in run.orders() if _is_cancelled(order)])
        self._cancels.cancel_lines(run, run.orders())
        self._partners.find(run, [order for order in run.orders() if not run.at(order).sale_id])
        self._sales.make(run, run.orders())
        self._sales.confirm(run, run.orders())
        self._reserving.make_right(run, run.orders())
        self._deliveries.make_right(run, [order for order in run.orders() if order.stage is Stage.PACKED])
        self._invoices.make_right(run, [order for order in run.orders() if order.stage is Stage.PACKED])
        return run.results()


def _is_cancelled(order: OrderThere) -> bool:
    return order.stage is Stage.CANCELLED or not sold_lines(order)
