"""The sale order of an order: found by its external id, else made in one call with its lines, compared with what was
paid, and confirmed.

Nothing is confirmed that comes to another amount or is in another currency, nor beside another sale order with the
order's number: neither what somebody else made nor what another store of bmdesk did is taken for ours. What somebody
cancelled is asked about; set back to a quotation it is confirmed again as it stands, or asked about where it is not
what was sold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bmdesk.connectors.odoo.records import Records, Row, any_of, apart, grouped, id_of
from bmdesk.connectors.odoo.sales.buyer_words import unnamed
from bmdesk.connectors.odoo.sales.sale_doubts import (
    LineGone,
    SaleAsksBack,
    SaleCancelledThere,
    SaleDoubt,
    SaleGone,
    SaleOfAnotherStore,
    SaleOfOthers,
    SaleRefused,
    TotalDiffers,
)
from bmdesk.connectors.odoo.sales.sale_goods import SaleGoods
from bmdesk.connectors.odoo.sales.sale_run import SaleRun, sold_lines
from bmdesk.connectors.odoo.sales.sale_terms import SaleTerms
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.sales.orders_there import OrderThere, SaleLine

OPEN = frozenset({"draft", "sent"})
"""States of a quotation."""

_MINE = "bmdesk.order_"
_FIELDS = (
    "name", "state", "client_order_ref", "origin", "partner_id", "amount_total", "currency_id", "date_order",
    "locked",
)  # fmt: skip


class Sales:
    """The company's sale orders. Raises RemoteFailure."""

    def __init__(self, records: Records, dialect: Dialect, goods: SaleGoods, terms: SaleTerms) -> None:
        self._records = records
        self._dialect = dialect
        self._goods = goods
        self._terms = terms

    # ---------------------------------------------------------------- what is there

    def find(self, run: SaleRun) -> None:
        """Note the sale order of each order that has one."""
        orders = run.orders()
        if not orders:
            return
        known = run.known.sales
        ids = [known[order.order_id] for order in orders if order.order_id in known]
        numbers = [order.number for order in orders if order.order_id not in known]
        rows = self._rows(any_of(("id", "in", ids), ("client_order_ref", "in", numbers)))
        by_id = {row["id"]: row for row in rows}
        by_number = grouped((str(row["client_order_ref"]), row) for row in rows)
        external = self._records.external_ids("sale.order", sorted(set(by_id) - set(ids)))
        strays: dict[int, OrderThere] = {}
        for order in orders:
            row = by_id.get(known.get(order.order_id, 0))
            candidates = by_number.get(order.number, []) if order.order_id not in known else []
            row = row or next((one for one in candidates if external[one["id"]] == external_id(order)), None)
            if row is not None:
                self._take(run, order, row)
            elif stray := self._records.by_external_id(external_id(order)):
                strays[stray] = order  # somebody gave it another reference
            elif order.order_id in known:
                run.doubt(order, SaleGone(order=order.number))
            else:
                self._of_others(run, order, candidates, external)
        if strays:
            for row in self._rows([("id", "in", sorted(strays))]):
                self._take(run, strays[row["id"]], row)
        self.read_lines(run, run.orders())

    def _of_others(
        self, run: SaleRun, order: OrderThere, rows: Sequence[Row], external: Mapping[int, str]
    ) -> None:
        """What bears the number and no external id of ours: ours only where it says so and comes to the same."""
        rows = [row for row in rows if _is_same_sale(order, row, external[row["id"]])]
        if not rows:
            return
        row = rows[0]
        same = row["origin"] == origin(order) and amount(row) == order.total
        if len(rows) == 1 and same and not external[row["id"]].startswith(_MINE):
            self._take(run, order, row)
        else:
            run.doubt(order, _made_elsewhere(order, row, external[row["id"]]))

    def _take(self, run: SaleRun, order: OrderThere, row: Row) -> None:
        here = run.at(order)
        here.row, here.sale_id, here.name = row, row["id"], str(row["name"])
        here.state, here.partner_id = str(row["state"]), id_of(row["partner_id"])

    def read_lines(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """Which line there is which: by external id, else the one of its product that no other is."""
        sales = sorted(run.at(order).sale_id for order in orders if run.at(order).sale_id)
        if not sales:
            return
        fields = ["order_id", "product_id", "product_uom_qty", "qty_delivered", self._dialect.tax_field]
        domain = [("order_id", "in", sales), ("display_type", "=", False)]
        rows = self._records.rows("sale.order.line", domain, fields)
        external = self._records.external_ids("sale.order.line", [row["id"] for row in rows])
        by_sale = grouped((id_of(row["order_id"]), row) for row in rows)
        for order in orders:
            here = run.at(order)
            left = {row["id"]: row for row in by_sale.get(here.sale_id, [])}
            names = {external[one]: row for one, row in left.items()}
            here.lines = {
                line.line_id: left.pop(names[_line_id(order, line)]["id"])
                for line in order.lines
                if _line_id(order, line) in names
            }
            for line in sold_lines(order):
                fits = [
                    row
                    for row in left.values()
                    if not external[row["id"]].startswith(external_id(order))
                    and id_of(row["product_id"]) == here.products.get(line.line_id)
                    and row["product_uom_qty"] == line.quantity
                ]
                if line.line_id not in here.lines and fits:
                    here.lines[line.line_id] = left.pop(fits[0]["id"])

    # ---------------------------------------------------------------- what is made right

    def make(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """Each of these has its sale order with all lines. A quotation whose taxes were chosen anew has them."""
        made = []
        if orders:
            self._terms.read(run, orders)
        for order in orders:
            here = run.at(order)
            if here.state == "cancel":
                run.doubt(order, SaleCancelledThere(order=order.number, sale=here.name))
            elif not here.sale_id or self._is_ours_to_mend(run, order):
                self._load(run, order)
                made.append(order)
        made = [order for order in made if run.is_clear(order)]
        self.read_again(run, made)
        self.read_lines(run, made)
        for order in orders:
            for line in sold_lines(order):
                # Whoever made it there may have it in the price: then the amount says whether that is well.
                if line.line_id not in run.at(order).lines and not line.shipping:
                    name, title = run.at(order).name, line.product.name
                    run.doubt(order, LineGone(order=order.number, sale=name, product=title))

    def _is_ours_to_mend(self, run: SaleRun, order: OrderThere) -> bool:
        """Whether it is a quotation that was made from here, that nobody confirmed yet, and that is wrong.

        What was confirmed and is a quotation again has been in somebody's hands: what they changed there is theirs. And
        one that was not made from here cannot be loaded: that would make another one.
        """
        here = run.at(order)
        if here.state not in OPEN or "total" in run.base(order) or not self._is_old(run, order):
            return False
        if self._records.external_ids("sale.order", [here.sale_id])[here.sale_id] != external_id(order):
            return False
        return not self._records.count("stock.picking", [("sale_id", "=", here.sale_id)])

    def _is_old(self, run: SaleRun, order: OrderThere) -> bool:
        here = run.at(order)
        if amount(here.row) == order.total:
            return False  # somebody mended it there
        taxes = {
            line.line_id: self._terms.taxes(line, here.products[line.line_id]) for line in sold_lines(order)
        }
        return any(
            here.lines.get(one) is None or sorted(here.lines[one][self._dialect.tax_field]) != wanted
            for one, wanted in taxes.items()
        )

    def _load(self, run: SaleRun, order: OrderThere) -> None:
        """All of it in one call, by external ids: made twice it is one."""
        here = run.at(order)
        terms = self._terms.of(order)
        if isinstance(terms, Mapping):
            head = {
                "id": external_id(order),
                "partner_id/.id": here.partner_id,
                "partner_invoice_id/.id": here.invoice_id,
                "partner_shipping_id/.id": here.shipping_id,
                "client_order_ref": order.number,
                "origin": origin(order),
                "date_order": f"{order.ordered_at:%Y-%m-%d %H:%M:%S}",
                "company_id/.id": self._records.company,
                "warehouse_id/.id": self._goods.warehouse(run, order),
                **terms,
            }
            rows = [self._line(run, order, line) for line in sold_lines(order)]
            columns = [*(name for name, value in head.items() if value), *rows[0]]
            first = [str(value) for value in head.values() if value]
            cells = [
                [*(first if number == 0 else [""] * len(first)), *row.values()]
                for number, row in enumerate(rows)
            ]
            loaded = self._records.load("sale.order", columns, cells, records=1)
            if loaded.ids:
                here.sale_id, here.changed = loaded.ids[0], True
            for reason in loaded.refused.values():
                run.doubt(order, SaleRefused(order=order.number, reason=unnamed(order, reason)))
        else:
            run.doubt(order, terms)

    def _line(self, run: SaleRun, order: OrderThere, line: SaleLine) -> dict[str, str]:
        product = run.at(order).products[line.line_id]
        values = {
            "id": _line_id(order, line),
            "product_id/.id": product,
            "name": line.title or line.product.name,
            "product_uom_qty": line.quantity,
            "price_unit": self._terms.unit_price(line, product),
            "discount": 0,
            f"{self._dialect.tax_field}/.id": ",".join(str(one) for one in self._terms.taxes(line, product)),
        }
        return {f"order_line/{name}": str(value) for name, value in values.items()}

    # ---------------------------------------------------------------- confirmed

    def confirm(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """What comes to what was paid is confirmed, with the day on which it was sold."""
        for order in orders:
            # A quotation that was confirmed once may come to something else by now.
            if run.at(order).state in OPEN or run.base(order).get("total") != str(order.total):
                self._compare(run, order)
        waiting = [order for order in orders if run.is_clear(order) and run.at(order).state in OPEN]
        self._refuse_twins(run, waiting)
        waiting = [order for order in waiting if run.is_clear(order)]
        apart(waiting, lambda some: self._confirm(run, some), run.refuse)
        self.read_again(run, [order for order in waiting if run.is_clear(order)])
        for order in orders:
            here = run.at(order)
            if not run.is_clear(order):
                continue
            if here.state in OPEN:
                run.doubt(order, SaleAsksBack(order=order.number, what=here.name, asked="action_confirm"))
                continue
            sold = f"{order.ordered_at:%Y-%m-%d %H:%M:%S}"
            # Confirming makes it the day of that; later it is theirs.
            if "total" not in run.base(order) and here.row["date_order"] != sold:
                self._date(run, order, sold)
            here.agreed["total"] = str(order.total)

    def _refuse_twins(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """Who looked and found none may not have been alone: another store, or somebody there, makes one meanwhile."""
        if not orders:
            return
        ours = {run.at(order).sale_id for order in orders}
        rows = self._rows([("client_order_ref", "in", [order.number for order in orders])])
        rows = [row for row in rows if row["id"] not in ours]
        external = self._records.external_ids("sale.order", [row["id"] for row in rows])
        by_number = grouped((str(row["client_order_ref"]), row) for row in rows)
        for order in orders:
            for row in by_number.get(order.number, []):
                if _is_same_sale(order, row, external[row["id"]]):
                    run.doubt(order, _made_elsewhere(order, row, external[row["id"]]))

    def _compare(self, run: SaleRun, order: OrderThere) -> None:
        row = run.at(order).row
        there = amount(row)
        wrong = self._terms.currency_differs(order, id_of(row["currency_id"]))
        if wrong is not None:
            run.doubt(order, wrong)
        elif there != order.total:
            run.doubt(
                order,
                TotalDiffers(
                    order=order.number,
                    sale=row["name"],
                    here=str(order.total),
                    there=str(there),
                    currency=order.currency,
                ),
            )

    def _confirm(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        self._records.call("sale.order", "action_confirm", [run.at(order).sale_id for order in orders])
        for order in orders:
            run.at(order).changed = True

    def _date(self, run: SaleRun, order: OrderThere, sold: str) -> None:
        ids = [run.at(order).sale_id]
        run.act(order, lambda: self._records.call("sale.order", "write", ids, {"date_order": sold}))

    def read_again(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """Their states and totals after something was written."""
        by_id = {run.at(order).sale_id: order for order in orders}
        if by_id:
            for row in self._rows([("id", "in", sorted(by_id))]):
                self._take(run, by_id[row["id"]], row)

    def _rows(self, domain: Sequence[object]) -> list[Row]:
        ours = ("company_id", "=", self._records.company)
        return self._records.rows("sale.order", [ours, *domain], _FIELDS)


def external_id(order: OrderThere) -> str:
    """The name of the order's sale order in Odoo's list of external ids."""
    return f"{_MINE}{order.order_id.lower()}"


def origin(order: OrderThere) -> str:
    return f"Back Market {order.market}".strip()


def _is_same_sale(order: OrderThere, row: Row, known_as: str) -> bool:
    """Whether this one with the order's number, which is not cancelled, may be the same sale. What bmdesk made for
    another market is not: each platform of Back Market counts for itself.
    """
    return row["state"] != "cancel" and (not known_as.startswith(_MINE) or row["origin"] == origin(order))


def _made_elsewhere(order: OrderThere, row: Row, known_as: str) -> SaleDoubt:
    if known_as.startswith(_MINE):
        return SaleOfAnotherStore(order=order.number, sale=row["name"])
    return SaleOfOthers(order=order.number, sale=row["name"], origin=str(row["origin"] or "-"))


def amount(row: Row) -> Decimal:
    return Decimal(str(row["amount_total"])).quantize(Decimal("0.01"))


def _line_id(order: OrderThere, line: SaleLine) -> str:
    return f"{external_id(order)}_{line.line_id.lower()}"
