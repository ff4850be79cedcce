"""A warranty begins when a unit leaves, follows the setting, moves with the delivery, and ends with a refund."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bmdesk.services import settings
from bmdesk.services.goods import units
from bmdesk.services.grading.seating import Seat
from bmdesk.services.shipping import packing, parcels, warranties
from bmdesk.services.shipping.warranties import BadMonths, UnknownSku, Warranty
from tests import retold
from tests.markets import FIRST, OWNER, Shop, market, marketplace, shop

__all__ = ["market", "marketplace", "shop"]

PACKER = Seat("pack", script=True, fallback="OWNER")


@retold.step
def sell(shop: Shop, label: str = "RR123456785GB") -> tuple[str, int]:
    """One unit, sold, packed and told; its id and the order's number."""
    first = not shop.units
    (unit,) = shop.ready(1)
    if first:
        shop.offer()
    settings.put(shop.desk, "backmarket.orders", "automatic")
    shop.sync()
    number = shop.market.order(FIRST)
    shop.sync()
    for code in (shop.units[unit], label, "BMD:CONFIRM"):
        shop.clock.advance(seconds=2)
        assert packing.scan(shop.desk, PACKER, code).ok
    shop.sync()
    return unit, number


def only(shop: Shop) -> Warranty:
    (found,) = warranties.page(shop.desk, "", ended=True).rows
    return found


def today(shop: Shop) -> date:
    return shop.clock.now().date()


def test_it_runs_twelve_months_from_the_sale_and_the_units_sheet_says_so(shop: Shop) -> None:
    unit, number = sell(shop)
    found = only(shop)
    assert (found.unit_id, found.order, found.identifier) == (unit, number, shop.units[unit])
    assert (found.months, found.starts_on, found.runs) == (12, today(shop), True)
    assert units.show_unit(shop.desk, unit).warranties[0].ends_on == found.ends_on
    shop.advance(days=366)
    assert not warranties.page(shop.desk).rows, "one that is over is not listed among those that run"
    assert not only(shop).runs


def test_it_is_found_by_identifier_order_and_customer_and_by_its_end(shop: Shop) -> None:
    unit, number = sell(shop)
    found = only(shop)
    assert found.customer
    for words in (shop.units[unit], str(number), found.customer[:4].lower(), found.customer.upper()):
        assert [one.unit_id for one in warranties.page(shop.desk, words).rows] == [unit], words
    assert not warranties.page(shop.desk, "nobody%").rows
    assert warranties.page(shop.desk, "", found.ends_on + timedelta(days=1)).rows
    assert not warranties.page(shop.desk, "", found.ends_on).rows


def test_a_longer_promise_for_a_sku_counts_from_the_next_sale(shop: Shop) -> None:
    sell(shop)
    warranties.set_months(shop.desk, FIRST, 24)
    assert only(shop).months == 12, "what was sold keeps what it had"
    sell(shop, "CP000000005DE")
    assert sorted(one.months for one in warranties.page(shop.desk, "", ended=True).rows) == [12, 24]
    with pytest.raises(BadMonths):
        warranties.set_months(shop.desk, FIRST, 6)
    with pytest.raises(UnknownSku):
        warranties.set_months(shop.desk, "NO-SUCH-SKU", 24)


def test_from_the_delivery_it_begins_when_the_parcel_arrived(shop: Shop) -> None:
    settings.put(shop.desk, "warranty.begins", "delivery")
    _, number = sell(shop)
    left = only(shop).starts_on
    shop.advance(days=3)
    parcels.delivered(shop.desk, OWNER, parcels.find(shop.desk, str(number)).id)
    assert only(shop).starts_on == left + timedelta(days=3)


def test_a_sale_taken_back_is_covered_no_more(shop: Shop) -> None:
    _, number = sell(shop)
    shop.market.set_line_state(shop.market.order_state(number)["lines"][0]["id"], 6)
    shop.sync()
    assert not warranties.page(shop.desk).rows
    assert (only(shop).void, only(shop).runs) == ("refunded", False)
