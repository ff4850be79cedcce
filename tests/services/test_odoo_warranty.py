"""What the lot of a sold unit says of its warranty, and that it follows whatever changes it."""

from __future__ import annotations

import pytest

from bmdesk.domain.effects import EffectState
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.units import units_truth
from bmdesk.services.odoo.units.units_there import UnitThere
from bmdesk.services.shipping import parcels
from bmdesk.store.queries import odoo, outbox
from bmdesk.store.queries.odoo_orders import CUSTOMER
from bmdesk.store.transaction import Tx
from tests.markets import OWNER, Shop, market, marketplace, shop
from tests.selling import detail, parcel_of, shipped, there

__all__ = ["market", "marketplace", "shop"]


@pytest.fixture
def house(shop: Shop) -> Shop:
    shop.put("odoo.url", "https://odoo.example.com")
    return shop


def told(house: Shop) -> UnitThere:
    """What stands there of the one unit."""
    (unit,) = house.units
    return house.desk.read(lambda c: units_truth.read(c, house.desk, [unit]))[unit]


def waits(house: Shop) -> bool:
    """Whether it is to be sent; it was, from now on."""
    found = house.effects("pending", kind="unit")

    def work(tx: Tx) -> None:
        for one in found:
            outbox.end(tx, one.id, EffectState.DONE)

    house.desk.write(work)
    return bool(found)


def test_a_lot_says_which_order_its_warranty_is_of_and_names_nobody(house: Shop) -> None:
    number = shipped(house)
    house.sync()
    unit = told(house)
    assert (unit.warranty_order, unit.warranty_customer) == (str(number), "")
    assert unit.warranty_start is not None and unit.warranty_end is not None
    buyer = detail(house, number).customer_id or ""
    account = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    assert account is not None
    house.desk.write(lambda tx: odoo.agree(tx, account.id, CUSTOMER, buyer, 57, None))
    assert told(house).warranty_customer == "res.partner,57"


def test_a_warranty_that_moves_or_ends_is_told_there(house: Shop) -> None:
    house.put("warranty.begins", "delivery")
    number = shipped(house)
    house.sync()
    assert waits(house)
    before = told(house)
    house.advance(days=3)
    parcels.delivered(house.desk, OWNER, parcel_of(house, number))
    after = told(house)
    assert before.warranty_start and after.warranty_start and after.warranty_start > before.warranty_start
    assert waits(house)

    house.market.set_line_state(there(house, number)[0]["id"], 6)
    house.sync()
    gone = told(house)
    assert (gone.warranty_order, gone.warranty_start, gone.warranty_end) == ("", None, None)
    assert waits(house)
