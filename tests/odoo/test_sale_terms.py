"""With which taxes and in which currency an order is sold at a real Odoo 19."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from bmdesk.services.odoo.choices import OTHERS
from bmdesk.services.odoo.sales.orders_there import OrderRight, OrderThere, SaleChoices
from tests.odoo.databases import BENCH_GROUPS, Account, Database
from tests.odoo.sale_shops import Till, a_line, a_tax, an_order, choices, packed, tax_on_top, units_in_stock
from tests.odoo.shops import PHONE, Shop, shop

pytestmark = pytest.mark.odoo


@pytest.fixture(scope="module")
def clerk(odoo_database: Database) -> Account:
    """Who works at the bench, may make contacts, and invoices."""
    groups = ("base.group_partner_manager", "account.group_account_invoice")
    return odoo_database.add_user("clerk", *BENCH_GROUPS, *groups)


@pytest.fixture
def till(with_fields: Database, clerk: Account, odoo_admin: Account) -> Iterator[Till]:
    with shop(with_fields, clerk, odoo_admin) as there:
        yield Till(there, choices(there))


def taxes(till: Till, order: OrderThere) -> list[tuple[list[int], float]]:
    """Those of each line, and what it comes to."""
    domain = [("order_id", "=", till.sale(order)["id"])]
    rows = till.shop.rows("sale.order.line", domain, "tax_ids", "price_total")
    return [(row["tax_ids"], row["price_total"]) for row in rows]


def phones_bear(there: Shop, *taxes_of_it: int) -> None:
    [phone] = there.rows("product.product", [("barcode", "=", PHONE.barcode)])
    there.admin.call("product.product", "write", [[phone["id"]], {"taxes_id": [(6, 0, taxes_of_it)]}])


def test_a_fiscal_position_makes_another_tax_of_the_products(till: Till) -> None:
    there = till.shop
    regular = till.choices.taxes["regular"]
    margin = there.create("account.fiscal.position", name="Margin", company_id=there.company)
    abroad = there.create("account.fiscal.position", name="Abroad", company_id=there.company)
    empty = there.create("account.fiscal.position", name="Nothing", company_id=there.company)
    of = {"original_tax_ids": [(6, 0, [regular])]}
    none = a_tax(there, "margin by position", 0, fiscal_position_ids=[(6, 0, [margin])], **of)
    added = {**of, "price_include_override": "tax_excluded"}
    foreign = a_tax(there, "abroad", 25, fiscal_position_ids=[(6, 0, [abroad])], **added)
    phones_bear(there, regular)
    for chosen, expected in (
        (SaleChoices(positions={"margin": margin}), [none]),
        (SaleChoices(positions={"margin": abroad}), [foreign]),
        (SaleChoices(positions={"margin": empty}), []),
    ):
        till.choices = chosen
        order = an_order(a_line(*units_in_stock(there, 1)))
        till.right(order)
        assert taxes(till, order) == [(expected, 249.0)]
    # Beside a scheme that has a tax of its own.
    till.choices = SaleChoices(taxes={"regular": regular}, positions={"margin": margin})
    one, two = units_in_stock(there, 2)
    order = an_order(a_line(one), a_line(two, price="119.00", vat_scheme="regular"))
    till.right(order)
    assert taxes(till, order) == [([none], 249.0), ([regular], 119.0)]
    assert till.sale(order, "fiscal_position_id")["fiscal_position_id"][0] == margin
    # What it does not speak of stays.
    other = a_tax(there, "other", 7)
    phones_bear(there, other)
    order = an_order(a_line(*units_in_stock(there, 1)))
    till.right(order)
    assert taxes(till, order) == [([other], 249.0)]


@pytest.mark.parametrize("currency", ["SEK", "PLN", "GBP"])
def test_another_currency_is_sold_invoiced_and_paid_to_the_cent(till: Till, currency: str) -> None:
    there = till.shop
    context = {"context": {"active_test": False}}
    found = there.admin.call("res.currency", "search", [[("name", "=", currency)]], context)
    assert isinstance(found, list)
    there.admin.call("res.currency", "write", [found, {"active": True}])
    rate = {"name": "2026-01-01", "currency_id": found[0], "rate": 9.37, "company_id": there.company}
    there.create("res.currency.rate", **rate)
    units = units_in_stock(there, 2)
    order = an_order(
        a_line(units[0], price="2499.99", vat_scheme="regular"),
        a_line(units[1], price="1333.33"),
        currency=currency,
    )
    assert till.doubt(order)[0] == "odoo.sale.currency_differs"
    there.create("product.pricelist", name=currency, currency_id=found[0], company_id=there.company)
    [bank] = there.rows("account.journal", [("type", "=", "bank"), ("company_id", "=", there.company)])
    till.choices = replace(till.choices, journals={OTHERS: bank["id"]})
    till.right(replace(packed(order), invoiced=True))
    sale = till.sale(order, "amount_total", "currency_id", "invoice_ids")
    assert (sale["amount_total"], sale["currency_id"][1]) == (3833.32, currency)
    bills = there.rows(
        "account.move", [("id", "in", sale["invoice_ids"])], "amount_total", "currency_id", "payment_state"
    )
    told = [(row["amount_total"], row["currency_id"][1], row["payment_state"]) for row in bills]
    assert told == [(3833.32, currency, "paid")]


def test_where_a_tax_on_top_never_comes_to_what_was_paid_one_within_the_price_does(till: Till) -> None:
    """Rounded per line no net price comes to some of these with 19 % on top; one within the price comes to each."""
    there = till.shop
    within = till.choices.taxes
    till.choices = SaleChoices(taxes={"regular": tax_on_top(there, 19)})
    prices = [Decimal("249.00") + Decimal(cents) / 100 for cents in range(12)]
    units = units_in_stock(there, len(prices))
    orders = [
        an_order(a_line(unit, price=str(price), vat_scheme="regular"))
        for unit, price in zip(units, prices, strict=True)
    ]
    there.admin.call(
        "res.company", "write", [[there.company], {"tax_calculation_rounding_method": "round_per_line"}]
    )
    results = till.make_right(*orders)
    odd = [order for order in orders if not isinstance(results[order.order_id], OrderRight)]
    assert odd and till.doubt(odd[0])[0] == "odoo.sale.total_differs"
    till.choices = SaleChoices(taxes=within)
    till.right(*odd)
