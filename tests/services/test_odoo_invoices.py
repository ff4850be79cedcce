"""Which orders are invoiced at Odoo, what of their money went back, and whether their PDF is wanted."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bmdesk.domain.money import Money
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.sales.orders_there import Stage
from bmdesk.services.orders import documents, handling
from bmdesk.store.queries import odoo
from bmdesk.store.queries.odoo_orders import SALE
from tests.markets import OWNER, Shop, market, marketplace, shop
from tests.selling import bought, cancelled, lines, packed, selling, shipped, there
from tests.services.test_odoo_orders import connect, forget, stands, waiting

__all__ = ["market", "marketplace", "shop"]


@pytest.fixture
def house(shop: Shop) -> Shop:
    """A shop whose company works with an Odoo and invoices there."""
    connect(shop)
    shop.put("odoo.invoices", "true")
    return shop


def test_nothing_is_invoiced_there_before_somebody_says_so(shop: Shop) -> None:
    connect(shop)
    order = stands(shop, shipped(shop))
    assert order.stage is Stage.PACKED
    assert (order.invoiced, order.wants_paper) == (False, False)


def test_what_left_before_it_was_switched_on_was_invoiced_elsewhere(shop: Shop) -> None:
    connect(shop)
    before = shipped(shop)
    shop.advance(minutes=1)
    shop.put("odoo.invoices", "true")
    shop.advance(minutes=1)
    assert not stands(shop, before).invoiced
    (unit,) = shop.ready(1)
    after = bought(shop)
    packed(shop, unit, parcel="RR123456799GB")
    assert stands(shop, after).invoiced
    shop.put("odoo.invoices", "false")
    assert not stands(shop, after).invoiced


def test_an_order_is_invoiced_when_it_has_left(house: Shop) -> None:
    (unit,) = selling(house)
    number = bought(house)
    house.sync()
    assert not stands(house, number).invoiced
    packed(house, unit)
    order = stands(house, number)
    assert (order.invoiced, order.wants_paper) == (True, True)


def test_who_gave_an_invoice_by_hand_needs_none_from_there(house: Shop, tmp_path: Path) -> None:
    number = shipped(house)
    file = tmp_path / "invoice.pdf"
    file.write_bytes(b"%PDF-1.4 mine")
    documents.keep_invoice(house.desk, OWNER, lines(house, number)[0].order_id, file)
    order = stands(house, number)
    assert (order.invoiced, order.wants_paper) == (True, False)


def test_what_was_refunded_after_it_left_is_sold_and_its_money_went_back(house: Shop) -> None:
    number = shipped(house)
    order_id = lines(house, number)[0].order_id
    account = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    assert account is not None
    house.desk.write(lambda tx: odoo.agree(tx, account.id, SALE, order_id, 12, None))
    forget(house)
    house.market.set_line_state(there(house, number)[0]["id"], 6)
    house.sync()
    order = stands(house, number)
    (line,) = order.lines
    assert (order.stage, line.cancelled, line.refunded) == (Stage.PACKED, False, True)
    assert order.given_back == Decimal(0)
    assert order.total == line.price and str(number) in waiting(house)


def test_a_part_of_the_money_is_told_when_it_was_given(house: Shop) -> None:
    number = shipped(house)
    house.sync()
    forget(house)
    handling.refund(house.desk, OWNER, lines(house, number)[0].id, "other", Money(1250, "EUR"))
    assert stands(house, number).given_back == Decimal(0)
    forget(house)
    house.sync()
    assert stands(house, number).given_back == Decimal("12.50")
    assert str(number) in waiting(house)


def test_a_cancelled_order_may_have_been_invoiced_before(house: Shop) -> None:
    selling(house)
    number = bought(house)
    house.sync()
    cancelled(house, number)
    order = stands(house, number)
    assert (order.stage, order.invoiced, order.wants_paper) == (Stage.CANCELLED, True, False)
