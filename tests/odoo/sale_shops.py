"""A shop that sells what it has: orders to bring to Odoo, what was right is remembered as the store would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bmdesk.connectors.odoo.sales.orders import OrdersAtOdoo
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.services.odoo.sales.orders_there import (
    AddressThere,
    CustomerThere,
    OrderDoubt,
    OrderKnown,
    OrderResult,
    OrderRight,
    OrderThere,
    SaleChoices,
    SaleLine,
    SerialThere,
    Stage,
)
from bmdesk.services.odoo.units.units_there import UnitThere
from bmdesk.texts import render
from tests.odoo.shops import DIALECT, PHONE, Shop, a_unit

SOLD_AT = datetime(2026, 3, 4, 17, 5, tzinfo=UTC)
_numbers = iter(range(1, 10**6))


@dataclass
class Till:
    """What sells in one company."""

    shop: Shop
    choices: SaleChoices
    partners: dict[str, int] = field(default_factory=dict)
    sales: dict[str, int] = field(default_factory=dict)
    bases: dict[str, Any] = field(default_factory=dict)

    def make_right(
        self, *orders: OrderThere, through: OdooTransport | None = None
    ) -> Mapping[str, OrderResult]:
        shop = self.shop
        known = OrderKnown(
            dict(self.partners), dict(self.sales), dict(shop.products), dict(shop.lots), dict(self.bases)
        )
        desk = OrdersAtOdoo(through or shop.remote, DIALECT, shop.company, shop.places, self.choices)
        results = desk.make_right(orders, known)
        assert set(results) == {order.order_id for order in orders}
        for order in orders:
            result = results[order.order_id]
            if isinstance(result, OrderRight):
                self.partners[order.customer.customer_id] = result.partner_id
                self.sales[order.order_id] = result.sale_id
                self.bases[order.order_id] = result.base
        return results

    def right(self, *orders: OrderThere, through: OdooTransport | None = None) -> list[OrderRight]:
        """All of them are right now."""
        results = self.make_right(*orders, through=through)
        wrong = [result for result in results.values() if not isinstance(result, OrderRight)]
        assert not wrong, [
            render(one.failure.happened) if isinstance(one, OrderDoubt) else one for one in wrong[:3]
        ]
        return [result for result in results.values() if isinstance(result, OrderRight)]

    def doubt(self, order: OrderThere) -> tuple[str, str]:
        """The code of what speaks against the order, and what happened in words."""
        result = self.make_right(order)[order.order_id]
        assert isinstance(result, OrderDoubt), result
        return result.failure.code, render(result.failure.happened)

    def forget(self) -> None:
        """As a store that was lost."""
        self.partners.clear()
        self.sales.clear()
        self.bases.clear()

    # ---------------------------------------------------------------- asked as admin

    def sale(self, order: OrderThere, *fields: str) -> dict[str, Any]:
        """The one sale order of this number in the company."""
        domain = [("client_order_ref", "=", order.number), ("company_id", "=", self.shop.company)]
        [row] = self.shop.rows("sale.order", domain, "state", *fields)
        return row

    def held(self, *orders: OrderThere) -> dict[str, list[str]]:
        """The serials on the move lines of each order's deliveries, by its number, with the state of the line."""
        found: dict[str, list[str]] = {order.number: [] for order in orders}
        sales = {self.sale(order)["id"]: order.number for order in orders}
        moves = {row["id"]: sales[row["order"]] for row in self._moves(sorted(sales))}
        domain = [("move_id", "in", sorted(moves)), ("state", "!=", "cancel")]
        for row in self.shop.rows("stock.move.line", domain, "move_id", "lot_id", "state", "quantity"):
            assert row["quantity"] == 1
            found[moves[row["move_id"][0]]].append(f"{row['lot_id'][1]} {row['state']}")
        return {number: sorted(lines) for number, lines in found.items()}

    def _moves(self, sales: list[int]) -> list[dict[str, Any]]:
        lines = {
            row["id"]: row["order_id"][0]
            for row in self.shop.rows("sale.order.line", [("order_id", "in", sales)], "order_id")
        }
        rows = self.shop.rows("stock.move", [("sale_line_id", "in", sorted(lines))], "sale_line_id")
        return [{**row, "order": lines[row["sale_line_id"][0]]} for row in rows]

    def deliveries(self, order: OrderThere) -> list[dict[str, Any]]:
        domain = [("sale_id", "=", self.sale(order)["id"])]
        return self.shop.rows(
            "stock.picking", domain, "state", "carrier_tracking_ref", "carrier_id", "company_id"
        )

    def sold_by_hand(self, unit: UnitThere) -> int:
        """The delivery of somebody else's sale, which has this unit reserved."""
        shop = self.shop
        partner = shop.create("res.partner", name="Walk-in")
        line = {"product_id": shop.products[PHONE.variant_id], "product_uom_qty": 1, "price_unit": 1}
        sale = shop.create("sale.order", partner_id=partner, order_line=[(0, 0, line)])
        shop.admin.call("sale.order", "action_confirm", [[sale]])
        [picking] = shop.rows("stock.picking", [("sale_id", "=", sale)])
        [row] = shop.rows("stock.move.line", [("picking_id", "=", picking["id"])])
        shop.admin.call("stock.move.line", "write", [[row["id"]], {"lot_id": shop.lots[unit.unit_id]}])
        return int(picking["id"])

    def held_by(self, picking: int) -> list[str]:
        rows = self.shop.rows("stock.move.line", [("picking_id", "=", picking)], "lot_id")
        return [row["lot_id"][1] for row in rows if row["lot_id"]]


def choices(shop: Shop) -> SaleChoices:
    """Taxes of the company: regular ones within the price, none on the margin."""
    made = {}
    for scheme, percent in (("regular", 19), ("margin", 0)):
        domain = [("name", "=", f"{scheme} within"), ("company_id", "=", shop.company)]
        found = shop.rows("account.tax", domain)
        made[scheme] = found[0]["id"] if found else a_tax(shop, f"{scheme} within", percent)
    return SaleChoices(taxes=made)


def a_tax(shop: Shop, name: str, percent: int, **values: object) -> int:
    groups = shop.rows("account.tax.group", [("company_id", "=", shop.company)])
    group = groups[0]["id"] if groups else shop.create("account.tax.group", name="T", company_id=shop.company)
    tax: dict[str, object] = {
        "name": name,
        "amount": percent,
        "type_tax_use": "sale",
        "price_include_override": "tax_included",
        "company_id": shop.company,
        "tax_group_id": group,
    }
    return shop.create("account.tax", **{**tax, **values})


def tax_on_top(shop: Shop, percent: int) -> int:
    return a_tax(shop, f"{percent} on top", percent, price_include_override="tax_excluded")


HOME = AddressThere("Ann Miller", "", "1 Main Street", "", "10115", "Berlin", "DE", "+4930123456")


def a_customer(**values: Any) -> CustomerThere:
    number = next(_numbers)
    usual = CustomerThere(
        f"01JCUST{number:019d}", "Ann Miller", f"ann{number}@example.com", "+4930123456", HOME
    )
    return replace(usual, **values)


def serial_of(unit: UnitThere) -> SerialThere:
    return SerialThere(unit.unit_id, unit.identifier)


def a_line(*units: UnitThere, price: str = "249.00", **values: Any) -> SaleLine:
    usual = SaleLine(
        line_id=f"01JLINE{next(_numbers):019d}",
        product=units[0].product if units else PHONE,
        title="iPhone 13 - 128 GB - Midnight, good",
        quantity=max(1, len(units)),
        price=Decimal(price),
        vat_scheme="margin",
        serials=tuple(serial_of(unit) for unit in units),
    )
    return replace(usual, **values)


def an_order(*lines: SaleLine, **values: Any) -> OrderThere:
    number = next(_numbers)
    customer = values.get("customer") or a_customer()
    usual = OrderThere(
        order_id=f"01JORDER{number:018d}",
        number=f"60{number:06d}",
        market="DE",
        ordered_at=SOLD_AT,
        customer=customer,
        shipping=customer.address,
        currency="USD",
        total=sum((line.price for line in lines if not line.cancelled), Decimal(0)),
        lines=lines,
        payment_method="CARD",
        stage=Stage.RESERVED,
    )
    return replace(usual, **values)


def packed(order: OrderThere, tracking: str = "") -> OrderThere:
    return replace(
        order,
        stage=Stage.PACKED,
        carrier="UPS",
        tracking=tracking or f"1Z{order.number}",
        packed_on=SOLD_AT.date(),
    )


def with_units(order: OrderThere, *units: UnitThere) -> OrderThere:
    """The same order, its one line sold with other units."""
    [line] = order.lines
    return replace(order, lines=(replace(line, serials=tuple(serial_of(unit) for unit in units)),))


def units_in_stock(shop: Shop, count: int) -> list[UnitThere]:
    units = [a_unit() for _ in range(count)]
    shop.right(*units)
    return units
