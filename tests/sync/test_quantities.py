"""Quantities: they reach their listing, fall at once, and what the marketplace sold itself is not raised again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bmdesk.domain.effects import StockOf
from bmdesk.services import wants
from bmdesk.services.selling import pausing
from bmdesk.store.transaction import Tx
from tests.markets import FIRST, OWNER, SECOND, Shop

# -------------------------------------------------------------------- quantities


def test_a_ready_unit_reaches_its_listing_and_is_read_back(shop: Shop) -> None:
    shop.offer(FIRST, 0)
    shop.ready(1)
    report = shop.sync()

    assert shop.remote(FIRST) == 1
    assert (report.failed, report.pending, report.parked) == (0, 0, 0)
    row = shop.listed(FIRST)
    assert (row.quantity, row.base_quantity, row.sent) == (1, 1, [])
    assert "sync.wrote_stock" in shop.log_codes()


def test_a_thousand_wants_of_one_sku_are_one_write(shop: Shop) -> None:
    shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    sku = shop.listed(FIRST).sku_id or ""
    shop.hold(*shop.units)

    def ten(tx: Tx) -> None:
        for _ in range(10):
            wants.want(tx, StockOf(sku))

    for _ in range(100):
        shop.desk.write(ten)
    before = len(shop.writes("quantity"))
    shop.sync()

    assert len(shop.writes("quantity")) == before + 1
    assert len(shop.effects("pending")) == 0


def test_wants_gather_for_some_seconds_but_what_left_does_not_wait(shop: Shop) -> None:
    shop.offer(FIRST, 0)
    shop.sync()
    (unit,) = shop.ready(1)
    shop.tick()
    assert shop.remote(FIRST) == 0, "there may be more of the same in a moment"
    shop.hold(unit)
    assert [one.urgent for one in shop.open()] == [True]


def test_the_last_unit_gone_is_a_zero_at_the_marketplace(shop: Shop) -> None:
    unit = shop.ready(1)[0]
    shop.offer(FIRST, 0)
    shop.sync()
    assert shop.remote(FIRST) == 1

    shop.gone(unit)
    shop.tick()
    assert shop.remote(FIRST) == 0


def test_a_regraded_unit_counts_anew_only_after_the_old_listing_was_read_lower(shop: Shop) -> None:
    first, _ = shop.ready(2)
    shop.offer(FIRST, 0)
    shop.offer(SECOND, 0)
    shop.sync()
    assert (shop.remote(FIRST), shop.remote(SECOND)) == (2, 0)

    shop.regrade(first)
    shop.market.fault("500", "POST /ws/listings/*", times=1)
    shop.sync()
    assert (shop.remote(FIRST), shop.remote(SECOND)) == (2, 0)

    shop.advance(minutes=1)
    shop.sync()
    assert (shop.remote(FIRST), shop.remote(SECOND)) == (1, 1)
    lowered, raised = [
        w for w in shop.writes("quantity") if (w["sku"], w["new"]) in ((FIRST, 1), (SECOND, 1))
    ]
    assert (lowered["sku"], raised["sku"]) == (FIRST, SECOND)


@pytest.mark.slow
def test_a_regraded_unit_is_not_lost_when_its_old_listing_is_handed_back_meanwhile(shop: Shop) -> None:
    first, _ = shop.ready(2)
    shop.offer(FIRST, 0)
    shop.offer(SECOND, 0)
    shop.sync()
    shop.regrade(first)
    shop.unmanage(FIRST)
    shop.settle()

    assert shop.remote(FIRST) == 2, "not ours any more"
    assert shop.remote(SECOND) == 1


@pytest.mark.slow
def test_a_regraded_unit_is_not_lost_when_its_old_listing_is_gone(shop: Shop) -> None:
    first, _ = shop.ready(2)
    shop.offer(FIRST, 0)
    shop.offer(SECOND, 0)
    shop.sync()
    shop.regrade(first)
    shop.market.remove_listing(FIRST)
    shop.settle()

    assert shop.remote(SECOND) == 1
    assert [shop.problem(e) for e in shop.effects("parked")] == ["remote.gone.title"]


# -------------------------------------------------------------------- sales


def test_a_sale_of_the_marketplaces_own_is_not_raised_for_a_quarter_of_an_hour(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(FIRST, 0)
    shop.sync()
    # Sold, and the order cannot be read yet.
    shop.market.change(FIRST, quantity=1)
    shop.ready(1)
    shop.sync()

    assert shop.remote(FIRST) == 1
    (waiting,) = shop.open()
    assert shop.problem(waiting) == "stock.sale_not_read_yet.title"

    shop.advance(minutes=14)
    shop.sync()
    assert shop.remote(FIRST) == 1


def test_the_order_explains_the_sale_at_once(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.order(FIRST)
    shop.ready(2)
    shop.sync()

    assert shop.remote(FIRST) == 3
    assert not shop.open()


def test_a_hold_ends_as_soon_as_its_order_is_read(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(FIRST, 0)
    shop.sync()
    number = shop.market.order(FIRST)
    with shop.market.world.lock:
        hidden = shop.market.world.orders.pop(number)
    shop.sync()
    shop.ready(1)
    shop.sync()
    assert shop.remote(FIRST) == 1, "held: somebody may have bought one"

    shop.advance(minutes=1)
    with shop.market.world.lock:
        hidden.modified = shop.clock.now()
        shop.market.world.orders[number] = hidden
    shop.tick()
    shop.advance(minutes=5)
    shop.tick()
    assert shop.remote(FIRST) == 2


def test_what_leaves_during_a_hold_is_lowered_at_once(shop: Shop) -> None:
    units_ = shop.ready(4)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.change(FIRST, quantity=3)
    shop.sync()
    assert shop.problem(shop.open()[0]) == "stock.sale_not_read_yet.title"

    shop.gone(*units_[:3])
    shop.tick()
    assert shop.remote(FIRST) == 0, "the one that is left may be the one that was sold"


@pytest.mark.slow
def test_what_leaves_during_a_hold_is_lowered_at_once_after_failures_too(shop: Shop) -> None:
    units_ = shop.ready(4)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.change(FIRST, quantity=3)
    shop.market.fault("500", "GET /ws/listings/*-*", times=1)
    shop.sync()
    shop.advance(minutes=1)
    shop.sync()
    assert shop.problem(shop.open()[0]) == "stock.sale_not_read_yet.title"

    shop.gone(*units_[:3])
    shop.tick()
    assert shop.remote(FIRST) == 0


@pytest.mark.slow
def test_what_leaves_while_the_hold_is_being_found_is_lowered_at_once(shop: Shop) -> None:
    """The scan comes between the claim and its end."""
    units_ = shop.ready(4)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.change(FIRST, quantity=3)

    seen: list[str] = []

    def observe(exchange: object) -> None:
        path = str(getattr(exchange, "path", ""))
        if path.startswith("/ws/listings/") and not seen:
            seen.append(path)
            shop.gone(*units_[:3])

    shop.tools = replace(shop.tools, manners=replace(shop.tools.manners, observe=observe))
    shop.sync()
    assert seen
    shop.tick()
    assert shop.remote(FIRST) == 0


def test_a_drop_that_no_order_explains_parks_and_ours_forces_it(shop: Shop) -> None:
    shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.change(FIRST, quantity=1)
    shop.sync()
    shop.advance(minutes=16)
    shop.sync()

    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "stock.lowered_elsewhere.title"
    assert shop.remote(FIRST) == 1

    shop.retry(parked)
    shop.sync()
    assert shop.remote(FIRST) == 3
    assert not shop.effects("parked")


@pytest.mark.slow
def test_ours_still_counts_when_a_scan_wants_the_same_meanwhile(shop: Shop) -> None:
    units_ = shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.change(FIRST, quantity=0)
    shop.sync()
    shop.advance(minutes=16)
    shop.sync()
    (parked,) = shop.effects("parked")
    shop.retry(parked)
    shop.hold(units_[0])
    shop.market.fault("500", "GET /ws/listings/*-*", times=1)
    shop.sync()
    shop.settle()
    assert shop.remote(FIRST) == 2


def test_a_value_raised_by_a_second_tool_is_lowered_at_once_and_said(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.change(FIRST, quantity=9)
    shop.sync()

    assert shop.remote(FIRST) == 1
    assert "stock.raised_elsewhere" in shop.log_codes()
    assert shop.listed(FIRST).foreign_value == 9


@pytest.mark.slow
def test_a_raise_is_lowered_although_a_drop_is_held(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.market.change(FIRST, quantity=1)
    shop.sync()
    shop.market.change(FIRST, quantity=8)
    shop.sync()
    shop.advance(minutes=16)
    shop.sync()
    assert shop.remote(FIRST) == 2


def test_unmanaged_listings_are_never_written(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(FIRST, 7, manage=False)
    shop.market.add_listing("SOMEBODY-ELSES", quantity=4, prices={"fr-fr": 10})
    shop.sync()
    pausing.pause(shop.desk, OWNER, shop.account, None)
    shop.sync()
    shop.gone(*shop.units)
    shop.market.order(FIRST)
    shop.sync()

    assert shop.writes() == []
    assert (shop.remote(FIRST), shop.remote("SOMEBODY-ELSES")) == (6, 4)


def test_a_paused_listing_shows_zero_and_comes_back(shop: Shop) -> None:
    shop.ready(2)
    listing = shop.offer(FIRST, 0)
    shop.sync()
    pausing.pause(shop.desk, OWNER, shop.account, [listing])
    shop.sync()
    assert shop.remote(FIRST) == 0
    pausing.resume(shop.desk, OWNER, shop.account, [listing])
    shop.sync()
    assert shop.remote(FIRST) == 2


def test_hand_back_cancels_what_waits(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 5)
    assert shop.open()
    shop.unmanage(FIRST)
    shop.sync()

    assert shop.writes() == []
    assert {effect.state for effect in shop.effects()} == {"cancelled"}
