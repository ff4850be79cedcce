"""What Odoo says of an order is kept without who bought."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bmdesk.connectors.failures import Rejected
from bmdesk.connectors.odoo.sales.buyer_words import unnamed
from bmdesk.connectors.odoo.sales.sale_run import SaleRun
from bmdesk.services.odoo.sales.orders_there import OrderDoubt, OrderKnown
from bmdesk.texts import render
from tests.odoo.sale_shops import HOME, a_customer, a_line, an_order

SAID = (
    "Ann Miller <ann.m@example.com>, +4930123456, 1 main street: this is no address. ANN MILLER is too long."
)


@pytest.mark.parametrize("name", ["Ann Miller", "ann  ", ""])
def test_name_address_and_telephone_are_left_out(name: str) -> None:
    customer = a_customer(name=name, email="ann.m@example.com")
    order = an_order(a_line(), customer=customer, shipping=HOME)
    said = unnamed(order, SAID)
    for word in ("Ann Miller", "ANN MILLER", "ann.m@example.com", "+4930123456", "1 main street"):
        assert word not in said
    assert said.endswith("is too long.") and "this is no address" in said


def test_who_gave_nothing_leaves_the_words_as_they_are() -> None:
    nobody = replace(HOME, name="", street="", phone="", street2="")
    customer = a_customer(name="", email="", phone="", address=nobody)
    assert unnamed(an_order(a_line(), customer=customer, shipping=nobody), SAID) == SAID


def test_an_order_that_odoo_refuses_names_nobody() -> None:
    order = an_order(a_line())
    run = SaleRun([order], OrderKnown())
    run.refuse(order, Rejected(remote="Odoo", reason="Ann Miller must have a VAT number"))
    found = run.results()[order.order_id]
    assert isinstance(found, OrderDoubt)
    assert "Miller" not in render(found.failure.happened) and "VAT number" in render(found.failure.happened)
