"""A dearer unit comes in: it lifts the floor of its listing, and is offered only once the price stands there."""

from __future__ import annotations

from bmdesk.domain.money import Money
from tests.markets import FIRST, Shop
from tests.sync.one_phone import floor, one, rules

__all__ = ["one"]

DEAR = 60_000
AUTOMATIC = {"id": "alone", "automatic": True}


def dearer(shop: Shop) -> None:
    """A second piece, and now both are known to have cost more than the price can carry."""
    shop.ready()
    shop.spent(DEAR)


def test_automatic_rules_lift_the_price_before_the_dearer_unit_is_offered(one: Shop) -> None:
    rules(one, AUTOMATIC)
    dearer(one)
    one.advance(seconds=30)
    one.sync()
    one.sync()
    assert one.remote() == 2, "as soon as its price stands there"
    price = one.price()
    assert price is not None
    assert Money.parse(price, "EUR").minor >= floor(one).minor > 62_400
    kinds = [write["kind"] for write in one.writes()]
    assert kinds[-2:] == ["price", "quantity"]
    assert not one.open()


def test_without_automatic_rules_nothing_waits_for_a_price_that_nobody_confirmed(one: Shop) -> None:
    dearer(one)
    one.settle(minutes=1)
    assert floor(one).minor > 62_400
    assert (one.remote(), one.price()) == (2, "624.00")


def test_a_second_writers_price_holds_no_unit_back(one: Shop) -> None:
    rules(one, AUTOMATIC)
    one.market.change(FIRST, market="fr-fr", price=610)
    one.sync()
    dearer(one)
    one.settle(minutes=1)
    assert (one.remote(), one.price()) == (2, "610.00")


def test_a_price_that_the_marketplace_refuses_holds_no_unit_back(one: Shop) -> None:
    rules(one, AUTOMATIC)
    dearer(one)
    one.market.change(FIRST, market="fr-fr", max_price=630)
    one.settle(minutes=1)
    assert (one.remote(), one.price()) == (2, "624.00")


def test_what_was_sold_is_taken_off_although_the_rest_waits(one: Shop) -> None:
    rules(one, AUTOMATIC)
    dearer(one)
    one.advance(seconds=30)
    one.market.fault("500", "POST /ws/listings/*", times=3)
    one.sync()
    assert [one.problem(waits) for waits in one.open() if waits.kind == "stock"] == [
        "stock.waits_for_price.title"
    ]
    one.market.buy(1)
    one.settle(minutes=1)
    assert one.remote() == 1
    assert not one.open()
