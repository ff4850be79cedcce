"""Goods without units at the marketplace: the count is offered, and each piece that ships comes off it once."""

from __future__ import annotations

import pytest

from bmdesk.services.desk import Desk
from bmdesk.services.goods import catalog, counted
from bmdesk.services.selling import linking, sold
from bmdesk.simulator import Simulator
from bmdesk.system.clock import FixedClock
from tests.desks import TABLET
from tests.markets import OWNER, Shop, make_shop

CASE = f"{TABLET}-GOOD"


def count(shop: Shop, pieces: int | None) -> None:
    variant = catalog.variant(shop.desk, TABLET).id
    counted.set_pieces(shop.desk, OWNER, variant, "GOOD", False, pieces)


def there(shop: Shop) -> int | None:
    return {row.sku.text: row.sku.pieces for row in counted.listed(shop.desk)}.get(CASE)


def become(shop: Shop, order: int, state: int) -> None:
    """Another tool ships the order's lines, cancels them, and so on."""
    for line in shop.market.order_state(order)["lines"]:
        shop.market.set_line_state(line["id"], state)


@pytest.fixture
def shop(desk: Desk, clock: FixedClock, market: Simulator) -> Shop:
    """Ten cases, counted and offered."""
    made = make_shop(desk, clock, market)
    made.offer(CASE, 0)
    count(made, 10)
    made.settle()
    assert made.remote(CASE) == 10
    return made


def test_a_shipped_order_read_twice_lowers_the_count_once_and_the_quantity_stays(shop: Shop) -> None:
    order = shop.market.order(CASE, 3)
    shop.settle()
    assert (there(shop), shop.remote(CASE)) == (10, 7), "sold, but it still lies here"

    become(shop, order, 3)
    before = len(shop.writes("quantity"))
    for _ in range(3):
        shop.advance(minutes=1)
        shop.sync()
    assert (there(shop), shop.remote(CASE)) == (7, 7)
    assert len(shop.writes("quantity")) == before
    assert sold.waiting(shop.desk) == ()

    become(shop, order, 6)
    shop.advance(minutes=1)
    shop.sync()
    assert there(shop) == 7, "refunded after shipping: it left all the same"


@pytest.mark.slow
def test_more_shipped_than_counted_ends_at_nothing_and_is_said(shop: Shop) -> None:
    order = shop.market.order(CASE, 3)
    shop.settle()
    count(shop, 2)
    become(shop, order, 3)
    shop.settle()
    assert (there(shop), shop.remote(CASE)) == (0, 0)
    assert "counted.log_short" in shop.log_codes()


def test_a_cancelled_order_takes_nothing_from_the_count(shop: Shop) -> None:
    order = shop.market.order(CASE, 3)
    shop.settle()
    become(shop, order, 4)
    shop.settle()
    assert (there(shop), shop.remote(CASE)) == (10, 10)


@pytest.mark.slow
def test_what_left_before_the_first_count_comes_off_nothing_any_more(shop: Shop) -> None:
    count(shop, None)
    shop.settle()
    order = shop.market.order(CASE, 1)
    become(shop, order, 3)
    shop.settle()
    assert len(sold.waiting(shop.desk)) == 1, "sold by units: which unit left?"

    count(shop, 5)
    assert sold.waiting(shop.desk) == ()
    shop.settle()
    assert (there(shop), shop.remote(CASE)) == (5, 5)


@pytest.mark.slow
def test_what_shipped_before_its_listing_was_linked_comes_off_at_the_next_reading(shop: Shop) -> None:
    shop.market.add_listing("case.of.old", grade="GOOD", quantity=4, prices={"fr-fr": 500})
    shop.sync()
    become(shop, shop.market.order("case.of.old", 1), 3)
    shop.advance(minutes=1)
    shop.sync()
    linking.confirm_text(shop.desk, OWNER, shop.listed("case.of.old").id, CASE)
    assert sold.waiting(shop.desk) == ()
    shop.advance(minutes=1)
    shop.sync()
    assert there(shop) == 9
