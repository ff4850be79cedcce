"""Orders come off the stock before it is written; prices are written as confirmed; missing listings are made once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bmdesk.domain.listing_reasons import Aspect
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.selling import sold
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator
from bmdesk.simulator.world import Offer
from bmdesk.store.queries import units
from bmdesk.store.tables.catalogue import variant
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from tests.markets import FIRST, OWNER, Shop, make_shop

# -------------------------------------------------------------------- orders


def test_orders_are_read_before_stock_is_written(shop: Shop) -> None:
    shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.order(FIRST)
    shop.market.change(FIRST, quantity=3)  # another tool puts the sold one back
    shop.advance(minutes=2)
    shop.market.fault("500", "GET /ws/orders", times=50)
    shop.ready(1)
    shop.sync()
    assert shop.remote(FIRST) == 3, "without the orders nothing is written"

    shop.market.clear()
    shop.advance(hours=7)
    shop.sync()
    assert shop.remote(FIRST) == 3, "four there, one sold"


def test_lines_that_were_final_at_the_first_reading_never_count(shop: Shop) -> None:
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    shop.market.order(FIRST, state=9)
    shop.market.order(FIRST, state=1)
    shop.market.order(FIRST, state=3)
    shop.ready(5)
    shop.sync()
    shop.manage(FIRST)
    shop.sync()

    assert shop.remote(FIRST) == 3


@pytest.mark.slow
def test_an_order_counts_until_it_is_known_that_nobody_paid_although_no_list_shows_it_then(
    shop: Shop,
) -> None:
    shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    order = shop.market.order(FIRST, state=10)
    shop.sync()
    assert shop.remote(FIRST) == 2
    shop.advance(minutes=31)
    shop.market.set_order_state(order, 8)
    shop.sync()
    assert shop.remote(FIRST) == 3
    asked = shop.market.ledger.count_requests("GET", f"/ws/orders/{order}")
    shop.advance(minutes=31)
    shop.sync()
    assert shop.market.ledger.count_requests("GET", f"/ws/orders/{order}") == asked == 1


@pytest.mark.slow
def test_an_unpaid_order_that_cannot_be_read_does_not_stop_the_others(shop: Shop) -> None:
    shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    order = shop.market.order(FIRST, state=10)
    shop.sync()
    shop.advance(minutes=31)
    with shop.market.world.lock:
        del shop.market.world.orders[order]
    shop.gone(*list(shop.units)[:1])
    report = shop.sync()
    assert shop.remote(FIRST) == 1
    assert report.problems == ()


def test_lines_read_before_their_listing_was_come_off_its_stock_when_it_is(shop: Shop) -> None:
    shop.ready(3)
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    shop.market.order(FIRST)
    shop.market.fault("500", "GET /ws/listings", times=1)
    shop.sync()
    shop.advance(minutes=5)
    shop.sync()
    shop.manage(FIRST)
    shop.sync()
    assert shop.remote(FIRST) == 2


def test_a_shipped_line_with_an_imei_names_the_unit_that_left(shop: Shop) -> None:
    first, *_ = shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    order = shop.market.order(FIRST)
    (line,) = shop.market.order_state(order)["lines"]
    shop.advance(minutes=1)
    with shop.market.world.lock:
        shop.market.world.orders[order].lines[0].imei = shop.units[first]
    shop.market.set_line_state(line["id"], 3)
    shop.sync()

    assert shop.desk.read(lambda c: units.unit(c, first)).state == "shipped"
    assert sold.waiting(shop.desk) == ()
    assert shop.remote(FIRST) == 2


def test_a_shipped_line_without_a_unit_is_asked_about_and_naming_it_changes_no_quantity(shop: Shop) -> None:
    first, *_ = shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    order = shop.market.order(FIRST)
    shop.advance(minutes=1)
    (line,) = shop.market.order_state(order)["lines"]
    shop.market.set_line_state(line["id"], 3)
    shop.sync()
    assert [one.line.remote_id for one in sold.waiting(shop.desk)] == [line["id"]]
    before = shop.remote(FIRST)

    sold.name(shop.desk, OWNER, first, line["id"])
    shop.sync()
    assert (before, shop.remote(FIRST)) == (2, 2)


# -------------------------------------------------------------------- prices


def test_only_a_confirmed_price_is_written(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0, manage=False)
    shop.manage(FIRST, aspects=(Aspect.STOCK,))
    shop.sync()
    assert shop.price(FIRST) == "500.00"
    assert shop.writes("price") == []

    shop.manage(FIRST, aspects=(Aspect.PRICE,))
    shop.sync()
    assert shop.price(FIRST) == "624.00"


def test_a_price_that_somebody_else_set_parks_and_ours_forces_it(shop: Shop) -> None:
    shop.offer(FIRST, 0)
    shop.sync()
    assert shop.price(FIRST) == "624.00"
    shop.market.change(FIRST, market="fr-fr", price=590)
    shop.advance(minutes=1)
    shop.sync()

    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "price.changed_elsewhere.title"
    assert shop.price(FIRST) == "590.00"
    shop.retry(parked)
    shop.sync()
    assert shop.price(FIRST) == "624.00"


def test_a_parked_price_does_not_block_a_zero(shop: Shop) -> None:
    unit = shop.ready(1)[0]
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.change(FIRST, market="fr-fr", price=590)
    shop.sync()
    assert shop.effects("parked", kind="price")

    shop.gone(unit)
    shop.tick()
    assert shop.remote(FIRST) == 0


@pytest.mark.slow
def test_a_market_without_an_exchange_rate_is_not_published(
    desk: Desk, clock: FixedClock, market: Simulator
) -> None:
    shop = make_shop(desk, clock, market, markets="fr-fr,en-gb")
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.sync()
    assert shop.price(FIRST, "en-gb") is None

    settings.put(desk, "rate.GBP", "0.86")
    shop.manage(FIRST)
    shop.sync()
    assert shop.price(FIRST, "en-gb") is not None


@pytest.mark.slow
def test_a_price_that_is_never_taken_is_tried_less_and_less_often(shop: Shop) -> None:
    shop.offer(FIRST, 0)
    listing = shop.market.world.find_by_sku(FIRST)
    assert listing is not None

    class Stubborn(Offer):
        def __setattr__(self, name: str, value: object) -> None:
            if name != "price" or not hasattr(self, "price"):
                super().__setattr__(name, value)

    listing.offers["fr-fr"] = Stubborn(price=listing.offers["fr-fr"].price)
    waits = []
    for _ in range(4):
        shop.sync()
        (effect,) = shop.open()
        assert shop.problem(effect) == "price.not_taken.title"
        waits.append(effect.next_at - shop.clock.now())
        shop.advance(waits[-1] + timedelta(seconds=1))
    assert waits == sorted(waits) and waits[-1] > timedelta(minutes=30)


# -------------------------------------------------------------------- new listings


def test_a_missing_listing_is_made_once_with_nothing_and_then_filled(shop: Shop) -> None:
    shop.ready(2)
    shop.sync()
    shop.manage_all()
    shop.market.task_seconds = 60
    shop.sync()
    assert shop.market.listings() == []
    assert catalogues(shop) == 1

    shop.advance(minutes=2)
    shop.sync()
    assert [one["sku"] for one in shop.market.listings()] == [FIRST]
    assert shop.remote(FIRST) == 2
    quantities = [w["new"] for w in shop.writes("quantity")]
    assert quantities[-1] == 2 and set(quantities[:-1]) <= {0}
    assert shop.listed(FIRST).made_here
    for _ in range(3):
        shop.advance(minutes=10)
        shop.sync()
    assert catalogues(shop) == 1


def catalogues(shop: Shop) -> int:
    return sum((r["method"], r["path"]) == ("POST", "/ws/listings") for r in shop.market.ledger.requests)


@pytest.mark.slow
def test_a_row_that_is_refused_says_so_at_its_sku_and_the_others_are_made(shop: Shop) -> None:
    shop.market.control(known_products_only=True)
    shop.market.add_product("iPhone 13", ean="0194252707227")
    shop.ready(1)
    shop.ready(1, "GS22-128-GRN")
    shop.sync()
    shop.desk.write(lambda tx: _with_ean(tx, "GS22-128-GRN", "8806092878167"))
    shop.manage_all()
    shop.sync()

    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "create.row_refused.title"
    assert [one["sku"] for one in shop.market.listings()] == [FIRST]
    assert shop.remote(FIRST) == 1


def _with_ean(tx: Tx, model: str, ean: str) -> None:
    tx.connection.execute(update(variant).where(variant.c.model_code == model).values(ean=ean))


def test_a_listing_that_is_there_already_is_adopted_and_not_taken_over(shop: Shop) -> None:
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=3, prices={"fr-fr": 500})
    shop.advance(seconds=30)
    shop.tick()

    assert catalogues(shop) == 0
    assert shop.remote(FIRST) == 3
    assert "create.was_there" in shop.log_codes()
    assert not shop.listed(FIRST).manage_stock


def test_a_lost_answer_is_never_sent_again_and_what_was_made_is_adopted(shop: Shop) -> None:
    shop.hasty()
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.market.fault("reset-after", "POST /ws/listings", times=1)
    shop.sync()
    assert [e.state for e in shop.effects(kind="create")] == ["uncertain"]
    shop.settle(minutes=2)

    assert catalogues(shop) == 1
    assert shop.remote(FIRST) == 1
    assert shop.listed(FIRST).made_here


@pytest.mark.slow
def test_a_lost_answer_whose_listing_never_comes_parks_after_half_an_hour(shop: Shop) -> None:
    shop.hasty()
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.market.fault("reset", "POST /ws/listings", times=1)
    shop.sync()
    shop.advance(minutes=29)
    shop.sync()
    assert [e.state for e in shop.effects(kind="create")] == ["uncertain"]
    shop.settle(minutes=3)

    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "create.answer_never_came.title"
    assert catalogues(shop) == 1
    # A person looked and says: send it.
    shop.retry(parked)
    shop.sync()
    assert catalogues(shop) == 2
    assert shop.remote(FIRST) == 1


@pytest.mark.slow
def test_a_parked_new_listing_keeps_its_lane_until_a_person_has_looked(shop: Shop) -> None:
    shop.hasty()
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.market.fault("reset", "POST /ws/listings", times=1)
    shop.sync()
    shop.advance(minutes=40)
    shop.settle(minutes=3)
    (parked,) = shop.effects("parked")
    shop.advance(seconds=5)
    shop.ready(1)
    shop.sync()
    assert catalogues(shop) == 1
    (waiting,) = shop.effects("pending")
    assert outbox.shown(shop.desk, waiting.id).todo.code == "outbox.todo_held_up"

    shop.retry(parked)
    shop.settle(minutes=3)
    assert (catalogues(shop), shop.open()) == (2, [])
