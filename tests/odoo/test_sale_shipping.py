"""What was paid for sending, at a real Odoo 19: a line of its own, so that the sale order comes to what was paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from bmdesk.services.odoo.choices import OTHERS
from bmdesk.services.odoo.sales.orders_there import OrderThere, SaleLine
from bmdesk.services.odoo.units.units_there import ProductThere
from tests.odoo.databases import BENCH_GROUPS, Account, Database
from tests.odoo.sale_shops import Till, a_line, an_order, choices, packed, units_in_stock
from tests.odoo.shops import shop

pytestmark = pytest.mark.odoo

SHIPPING = ProductThere("shipping", "BM-SHIPPING", "", "Shipping", "", service=True)


@pytest.fixture
def till(with_fields: Database, odoo_admin: Account) -> Iterator[Till]:
    with shop(with_fields, odoo_admin, odoo_admin) as there:
        [bank] = there.rows("account.journal", [("type", "=", "bank"), ("company_id", "=", there.company)])
        yield Till(there, replace(choices(there), journals={OTHERS: bank["id"]}))


def a_sale(till: Till, price: str, sending: str) -> OrderThere:
    [unit] = units_in_stock(till.shop, 1)
    return an_order(*sent(a_line(unit, price=price), sending))


def sent(line: SaleLine, price: str) -> tuple[SaleLine, SaleLine]:
    sending = replace(
        line,
        line_id=f"{line.line_id}_shipping",
        product=SHIPPING,
        title="Shipping",
        price=Decimal(price),
        serials=(),
        shipping=True,
    )
    return line, sending


def lines(till: Till, order: OrderThere) -> list[tuple[str, float]]:
    domain = [("order_id", "=", till.sale(order)["id"])]
    rows = till.shop.rows("sale.order.line", domain, "product_id", "price_total")
    products = till.shop.rows(
        "product.product", [("id", "in", [row["product_id"][0] for row in rows])], "type", "default_code"
    )
    kinds = {row["id"]: row["type"] for row in products}
    return [(kinds[row["product_id"][0]], row["price_total"]) for row in rows]


def test_who_may_not_make_products_is_told_and_finds_the_one_that_somebody_made(
    till: Till, with_fields: Database, odoo_admin: Account
) -> None:
    seller = with_fields.add_user("seller", *BENCH_GROUPS, "base.group_partner_manager")
    with shop(with_fields, seller, odoo_admin) as there:
        poor = Till(there, till.choices)
        order = a_sale(poor, "249.00", "5.90")
        assert poor.doubt(order)[0] == "odoo.unit.product_not_made"
        made = {"name": "Porto", "type": "service", "default_code": "BM-SHIPPING", "invoice_policy": "order"}
        there.create("product.product", **made)
        poor.right(order)
        assert poor.sale(order, "amount_total")["amount_total"] == 254.9


def test_it_is_sold_delivered_invoiced_and_given_back_with_its_device(till: Till) -> None:
    order = a_sale(till, "249.00", "5.90")
    till.right(order)
    assert lines(till, order) == [("consu", 249.0), ("service", 5.9)]
    left = replace(packed(order), invoiced=True)
    till.right(left)
    assert [row["state"] for row in till.deliveries(order)] == ["done"]
    assert bills(till, order) == [("out_invoice", 254.9)]
    back = replace(left, lines=tuple(replace(line, refunded=True) for line in left.lines))
    till.right(back)
    assert bills(till, order) == [("out_invoice", 254.9), ("out_refund", 254.9)]
    [result] = till.right(back)
    assert not result.changed
    till.forget()
    till.right(back)
    assert len(bills(till, order)) == 2


def test_another_order_sells_the_same_product_and_a_line_is_taken_back_with_its_shipping(till: Till) -> None:
    one, two = units_in_stock(till.shop, 2)
    order = an_order(*sent(a_line(one, price="249.00"), "5.90"), *sent(a_line(two, price="99.00"), "0.99"))
    till.right(order)
    assert till.sale(order, "amount_total")["amount_total"] == 354.89
    gone = tuple(replace(line, cancelled=True, serials=()) for line in order.lines[2:])
    less = replace(order, lines=(*order.lines[:2], *gone), total=Decimal("254.90"))
    till.right(less)
    assert till.sale(order, "amount_total")["amount_total"] == 254.9
    products = till.shop.rows("product.product", [("default_code", "=", "BM-SHIPPING")])
    assert len(products) == 1


def bills(till: Till, order: OrderThere) -> list[tuple[str, float]]:
    ids = till.sale(order, "invoice_ids")["invoice_ids"]
    rows = till.shop.rows("account.move", [("id", "in", ids)], "move_type", "amount_total")
    return sorted((row["move_type"], row["amount_total"]) for row in rows)
