"""What is there once is never offered twice: by a way round to a new SKU, a second listing, a sale nobody can read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bmdesk.services.selling import linking, pausing
from bmdesk.services.syncing import outbox
from tests.markets import OWNER, Shop

FIRST = "IP13-128-BLK-EXCELLENT"
WORSE = "IP13-128-BLK-GOOD"


@pytest.mark.slow
def test_a_unit_that_is_graded_again_by_undo_waits_for_its_old_listing_too(shop: Shop) -> None:
    shop.ready(1)
    (again,) = shop.ready(1)
    shop.offer(FIRST, 0)
    shop.offer(WORSE, 0)
    shop.sync()
    assert shop.remote(FIRST) == 2
    listing = shop.market.listing(FIRST)
    shop.market.fault("500", f"POST /ws/listings/{listing['id']}")

    # UNDO takes the grade and with it the SKU: between the two grades the unit has none.
    shop.bench.good(shop.units[again], "BMD:UNDO", "BMD:GRADE:GOOD:worn", "BMD:DONE")
    shop.sync()
    assert (shop.remote(FIRST), shop.remote(WORSE)) == (2, 0), "two phones, offered twice in all"

    shop.market.clear()
    shop.settle()
    assert (shop.remote(FIRST), shop.remote(WORSE)) == (1, 1)


def test_the_stock_moves_to_another_listing_only_after_the_first_one_was_read_empty(shop: Shop) -> None:
    shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.add_listing("iP13-black-exc", grade="EXCELLENT", quantity=0, prices={"fr-fr": 480})
    shop.sync()
    other = shop.listed("iP13-black-exc")
    linking.confirm_text(shop.desk, OWNER, other.id, FIRST)
    shop.manage("iP13-black-exc")
    listing = shop.market.listing(FIRST)
    shop.market.fault("500", f"POST /ws/listings/{listing['id']}")
    linking.choose_carrier(shop.desk, OWNER, other.id)
    shop.sync()
    assert (shop.remote(FIRST), shop.remote("iP13-black-exc")) == (3, 0)

    shop.market.clear()
    shop.settle()
    assert (shop.remote(FIRST), shop.remote("iP13-black-exc")) == (0, 3)


def test_a_second_listing_that_is_handed_over_is_emptied_before_the_first_is_filled(shop: Shop) -> None:
    shop.ready(3)
    shop.offer(FIRST, 0, manage=False)
    shop.market.add_listing("iP13-black-exc", grade="EXCELLENT", quantity=3, prices={"fr-fr": 480})
    shop.sync()
    linking.confirm_text(shop.desk, OWNER, shop.listed("iP13-black-exc").id, FIRST)
    linking.choose_carrier(shop.desk, OWNER, shop.listed(FIRST).id)
    shop.market.fault("500", f"POST /ws/listings/{shop.market.listing('iP13-black-exc')['id']}")
    shop.manage(FIRST, "iP13-black-exc")
    shop.sync()
    assert (shop.remote(FIRST), shop.remote("iP13-black-exc")) == (0, 3)

    shop.market.clear()
    shop.settle()
    assert (shop.remote(FIRST), shop.remote("iP13-black-exc")) == (3, 0)


def test_a_sale_is_not_forgotten_when_a_unit_is_set_aside_and_taken_back(shop: Shop) -> None:
    units = shop.ready(5)
    shop.offer(FIRST, 0)
    shop.sync()
    assert shop.remote(FIRST) == 5
    order = shop.market.order(FIRST, state=0)  # sold; no list shows such an order
    shop.hold(units[0])
    shop.sync()
    assert shop.remote(FIRST) == 3

    shop.release(units[0])
    shop.sync()
    assert shop.remote(FIRST) == 3, "one of the five is sold, whatever is shown"

    shop.market.set_order_state(order, 1)
    shop.advance(minutes=1)
    shop.sync()
    assert shop.remote(FIRST) == 4


def test_a_zero_does_not_wait_hours_for_the_end_of_a_pause_after_failures(shop: Shop) -> None:
    (unit,) = shop.ready(1)
    shop.offer(FIRST, 0)
    shop.sync()
    (second,) = shop.ready(1)
    shop.market.fault("500", "POST /ws/listings/*")
    for _ in range(8):
        shop.sync()
        shop.advance(hours=1)
    shop.market.clear()
    assert shop.remote(FIRST) == 1

    shop.gone(unit, second)
    shop.advance(minutes=2)
    shop.sync()
    assert shop.remote(FIRST) == 0


@pytest.mark.slow
def test_what_is_handed_back_while_it_is_read_is_not_written(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.ready(1)
    before = len(shop.writes("quantity"))

    def observe(exchange: object) -> None:
        path, method = str(getattr(exchange, "path", "")), getattr(exchange, "method", "")
        if method == "GET" and path.startswith("/ws/listings/") and shop.listed(FIRST).manage_stock:
            shop.unmanage(FIRST)

    shop.tools = replace(shop.tools, manners=replace(shop.tools.manners, observe=observe))
    shop.sync()
    assert not shop.listed(FIRST).manage_stock
    assert len(shop.writes("quantity")) == before


def five_shown(shop: Shop) -> list[str]:
    units = shop.ready(5)
    shop.offer(FIRST, 0)
    shop.sync()
    assert shop.remote(FIRST) == 5
    return units


def beside(shop: Shop, quantity: int) -> str:
    """A second listing of the same SKU, handed over too; the first carries the stock."""
    sku = "iP13-black-exc"
    shop.market.add_listing(sku, grade="EXCELLENT", quantity=quantity, prices={"fr-fr": 480})
    shop.sync()
    linking.confirm_text(shop.desk, OWNER, shop.listed(sku).id, FIRST)
    linking.choose_carrier(shop.desk, OWNER, shop.listed(FIRST).id)
    shop.manage(FIRST, sku)
    return sku


@pytest.mark.slow
def test_at_the_end_of_a_hold_a_person_is_asked_although_less_was_sent_meanwhile(shop: Shop) -> None:
    units = five_shown(shop)
    shop.market.change(FIRST, quantity=4)
    shop.hold(units[0])
    shop.sync()
    assert shop.remote(FIRST) == 3
    for _ in range(3):
        shop.advance(minutes=30)
        shop.sync()
    (asked,) = shop.effects("parked")
    assert shop.problem(asked) == "stock.lowered_elsewhere.title"


def test_a_piece_that_comes_back_is_offered_again(shop: Shop) -> None:
    five_shown(shop)
    shop.market.change(FIRST, quantity=4)
    shop.sync()
    shop.market.change(FIRST, quantity=5)  # nobody paid
    shop.advance(minutes=5)
    shop.retry(shop.open()[0])
    shop.sync()
    assert shop.remote(FIRST) == 5
    shop.ready(1)
    shop.settle()
    assert shop.remote(FIRST) == 6
    assert shop.effects("parked") == []


@pytest.mark.slow
def test_paused_and_resumed_during_a_hold_it_comes_back_with_what_is_beyond_doubt(shop: Shop) -> None:
    five_shown(shop)
    shop.market.order(FIRST, state=0)
    shop.sync()
    chosen = [shop.listed(FIRST).id]
    pausing.pause(shop.desk, OWNER, shop.account, chosen)
    shop.sync()
    assert shop.remote(FIRST) == 0, "a pause waits for no hold"
    pausing.resume(shop.desk, OWNER, shop.account, chosen)
    shop.advance(minutes=20)
    shop.sync()
    assert shop.remote(FIRST) == 4


@pytest.mark.slow
def test_handing_back_and_over_again_does_not_find_what_was_sold(shop: Shop) -> None:
    five_shown(shop)
    shop.market.order(FIRST, state=0)
    shop.sync()
    shop.unmanage(FIRST)
    shop.manage(FIRST)
    shop.sync()
    assert shop.remote(FIRST) == 4


def test_one_order_that_cannot_be_shown_does_not_stop_all_stock(shop: Shop) -> None:
    units = five_shown(shop)
    order = shop.market.order(FIRST, state=10)
    shop.sync()
    shop.market.fault("500", f"GET /ws/orders/{order}")
    shop.gone(*units[:3])
    for _ in range(3):
        shop.advance(minutes=45)
        shop.sync()
    assert shop.remote(FIRST) == 1


@pytest.mark.slow
def test_a_listing_that_is_gone_keeps_nothing_from_the_one_beside_it(shop: Shop) -> None:
    shop.ready(3)
    shop.offer(FIRST, 0, manage=False)
    sku = beside(shop, 3)
    shop.market.remove_listing(sku)
    for _ in range(3):
        shop.sync()
        shop.advance(minutes=30)
    assert shop.remote(FIRST) == 3


@pytest.mark.slow
def test_what_was_raised_beside_is_the_carriers_again_when_it_is_down(shop: Shop) -> None:
    shop.ready(3)
    shop.offer(FIRST, 0, manage=False)
    sku = beside(shop, 3)
    shop.settle()
    assert (shop.remote(FIRST), shop.remote(sku)) == (3, 0)
    shop.market.change(sku, quantity=2)
    shop.ready(1)
    shop.market.fault("500", f"POST /ws/listings/{shop.market.listing(sku)['id']}", times=1)
    shop.sync()
    shop.settle()
    assert (shop.remote(FIRST), shop.remote(sku)) == (4, 0)


@pytest.mark.slow
def test_a_raise_is_lowered_although_a_person_is_asked_about_a_drop(shop: Shop) -> None:
    five_shown(shop)
    shop.market.change(FIRST, quantity=3)
    shop.sync()
    shop.advance(minutes=16)
    shop.sync()
    assert [shop.problem(one) for one in shop.effects("parked")] == ["stock.lowered_elsewhere.title"]
    shop.market.change(FIRST, quantity=9)
    shop.advance(minutes=61)
    shop.sync()
    assert shop.remote(FIRST) <= 5


@pytest.mark.slow
def test_what_a_person_parked_does_not_keep_the_engine_awake(shop: Shop) -> None:
    five_shown(shop)
    (unit,) = shop.ready(1)
    (waiting,) = [one for one in shop.open() if one.kind == "stock"]
    outbox.park(shop.desk, OWNER, [waiting.id])
    shop.gone(unit)
    shop.sync()
    shop.advance(seconds=1)
    assert not shop.engine().is_due()
