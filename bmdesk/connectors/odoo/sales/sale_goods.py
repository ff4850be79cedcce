"""What an order sells, as records there: the lots of its units, the products of its lines, the warehouse it leaves."""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.connectors.odoo.records import Records, Row, id_of
from bmdesk.connectors.odoo.sales.sale_doubts import SeveralProductsSold
from bmdesk.connectors.odoo.sales.sale_run import SaleRun, sold_lines
from bmdesk.connectors.odoo.units.products import Products
from bmdesk.connectors.odoo.units.stock_places import StockPlaces
from bmdesk.connectors.odoo.units.unit_doubts import LotGone
from bmdesk.services.odoo.sales.orders_there import OrderThere, SaleLine
from bmdesk.services.odoo.units.units_there import Places
from bmdesk.texts import Failure


class SaleGoods:
    """Raises RemoteFailure."""

    def __init__(self, records: Records, products: Products, stock: StockPlaces, places: Places) -> None:
        self._records = records
        self._products = products
        self._stock = stock
        self._places = places
        self._lots: dict[int, Row] = {}

    def wait_for_lots(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """Orders with units that are not there yet wait; the others have their lots and products."""
        for order in orders:
            units = [serial.unit_id for line in sold_lines(order) for serial in line.serials]
            absent = [one for one in units if one not in run.known.lots]
            if absent:
                run.wait(order, absent)
        orders = [order for order in orders if run.is_clear(order)]
        self._read_lots(run, orders)
        self._find_products(run, [order for order in orders if run.is_clear(order)])

    def warehouse(self, run: SaleRun, order: OrderThere) -> int:
        """That in which its first unit lies, else that of the company's usual place; 0 where neither is in one."""
        lots = [lot for line in sold_lines(order) for lot in run.lots(line)]
        places = [*(id_of(self._lots[lot]["location_id"]) for lot in lots), self._places.default]
        known = self._stock.read(one for one in places if one)
        inside = [known[one].warehouse for one in places if one in known and known[one].is_stock]
        return next((one for one in inside if one), 0)

    def _read_lots(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        lots = sorted({lot for order in orders for line in sold_lines(order) for lot in run.lots(line)})
        if not lots:
            return
        ours = ("company_id", "in", [False, self._records.company])
        fields = ["name", "product_id", "location_id"]
        rows = self._records.rows("stock.lot", [ours, ("id", "in", lots)], fields)
        self._lots |= {row["id"]: row for row in rows}
        for order in orders:
            for line in sold_lines(order):
                for serial, lot in zip(line.serials, run.lots(line), strict=True):
                    if lot not in self._lots:
                        run.doubt(order, LotGone(serial=serial.identifier))

    def _find_products(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """Of a line with units theirs, else that which the variant is there."""
        found = self._of_variants(run, orders)
        for order in orders:
            here = run.at(order)
            for line in sold_lines(order):
                theirs = {id_of(self._lots[lot]["product_id"]) for lot in run.lots(line)}
                if len(theirs) > 1:
                    serial = line.serials[0].identifier
                    run.doubt(order, SeveralProductsSold(order=order.number, serial=serial))
                    continue
                product = next(iter(theirs)) if theirs else found[line.product.variant_id]
                if isinstance(product, Failure):
                    run.doubt(order, product)
                else:
                    here.products[line.line_id] = product

    def _of_variants(self, run: SaleRun, orders: Sequence[OrderThere]) -> dict[str, int | Failure]:
        lines: list[SaleLine] = [line for order in orders for line in sold_lines(order) if not line.serials]
        wanted = {line.product.variant_id: line.product for line in lines}
        counted = {line.product.variant_id for line in lines if line.counted or line.shipping}
        return self._products.ids(wanted, run.known.products, counted) if wanted else {}
