"""An order that left before there was an Odoo, at a real Odoo 19: made, delivered and invoiced there, each once, and
each when somebody says so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bmdesk.services import settings
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.choices import Candidate, Choice, Kind
from bmdesk.services.odoo.sales import orders_left
from bmdesk.services.odoo.sales.orders_left import Lack
from tests.markets import OWNER, Shop, market, marketplace, shop
from tests.odoo.databases import Database
from tests.odoo.houses import OdooShop, with_odoo
from tests.selling import shipped

__all__ = ["market", "marketplace", "shop"]
pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


def test_it_is_made_delivered_invoiced_and_paid_once_each_when_somebody_says_so(
    own_odoo_database: Database, shop: Shop
) -> None:
    number = shipped(shop)
    [serial] = shop.units.values()
    shop.advance(days=2)
    who = own_odoo_database.admin()
    house = with_odoo(shop, own_odoo_database, who)
    settings.put(house.desk, "odoo.invoices", "true")
    house.arrive()
    assert house.eyes.sales(number) == []

    assert send(house) == [Lack.ORDER]
    assert house.eyes.left(number) == [(serial, "done", 1.0)]
    assert house.eyes.deliveries(number) == ["done"]
    assert invoices(house, number) == []

    assert send(house) == [Lack.INVOICE]
    assert invoices(house, number) == [("posted", "not_paid")]
    assert send(house) == []
    [bank] = house.eyes.rows("account.journal", [("type", "=", "bank"), ("company_id", "=", 1)])
    choices.keep(house.desk, None, [Choice(Kind.JOURNAL, choices.OTHERS, Candidate(bank["id"], "Bank"))])
    assert send(house) == [Lack.PAYMENT]
    [(state, payment)] = invoices(house, number)
    assert state == "posted" and payment in ("paid", "in_payment")
    assert send(house) == []
    assert len(house.eyes.sales(number)) == 1 and house.eyes.deliveries(number) == ["done"]


def send(house: OdooShop) -> list[Lack]:
    """What was lacking, and goes there now."""
    since = (house.clock.now() - timedelta(days=30)).date()
    found = orders_left.look(house.desk, since).orders
    orders_left.queue(house.desk, OWNER, found)
    house.arrive()
    return [one.lack for one in found]


def invoices(house: OdooShop, number: int) -> list[tuple[Any, ...]]:
    rows = house.eyes.rows(
        "account.move",
        [("move_type", "=", "out_invoice"), ("ref", "=", str(number))],
        "state",
        "payment_state",
    )
    return [(row["state"], row["payment_state"]) for row in rows]
