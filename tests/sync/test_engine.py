"""The engine over real HTTP: what is ready is offered, what is sold comes off, nothing is written that is not ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bmdesk.domain.effects import StockOf
from bmdesk.domain.listing_reasons import Aspect
from bmdesk.services import management, settings, sold, wants
from bmdesk.services.desk import Desk
from bmdesk.simulator import Simulator, wire
from bmdesk.simulator.world import Offer
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import outbox, units
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.tables.catalogue import variant
from bmdesk.store.transaction import Tx
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import SyncedElsewhere, Syncing, is_synced_by_another
from bmdesk.system.clock import FixedClock
from tests.markets import FIRST, OWNER, SECOND, Shop, make_shop


def account(shop: Shop) -> AccountRow:
    return shop.desk.read(lambda c: account_rows.account(c, shop.account))


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
    management.pause(shop.desk, OWNER, shop.account, None)
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
    management.pause(shop.desk, OWNER, shop.account, [listing])
    shop.sync()
    assert shop.remote(FIRST) == 0
    management.resume(shop.desk, OWNER, shop.account, [listing])
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


def test_a_parked_new_listing_keeps_its_lane_until_a_person_has_looked(shop: Shop) -> None:
    shop.hasty()
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.market.fault("reset", "POST /ws/listings", times=1)
    shop.sync()
    shop.advance(minutes=40)
    shop.settle(minutes=3)
    assert shop.effects("parked")
    shop.advance(seconds=5)
    shop.ready(1)
    shop.sync()
    assert catalogues(shop) == 1


# -------------------------------------------------------------------- troubles


def test_a_listing_that_is_gone_parks(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.market.remove_listing(FIRST)
    shop.advance(seconds=30)
    shop.tick()

    assert {shop.problem(e) for e in shop.effects("parked")} == {"remote.gone.title"}


def test_a_refused_token_blocks_the_account_and_sync_now_tries_once_more(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.market.fault("401", times=1)
    report = shop.sync()
    assert [p.code for p in report.problems] == ["remote.token_refused"]
    until = account(shop).blocked_until
    assert until is not None and until - shop.clock.now() == timedelta(hours=1)
    asked = len(shop.market.ledger.requests)
    shop.advance(minutes=5)
    shop.tick()
    assert len(shop.market.ledger.requests) == asked, "no call while it rests"
    assert not shop.engine().is_due()

    shop.sync()
    assert shop.remote(FIRST) == 1
    assert account(shop).blocked_until is None


def test_failures_wait_longer_and_longer_and_never_park(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.market.fault("500", "GET /ws/listings/*-*")
    waits = []
    for _ in range(7):
        shop.sync()
        effect = next(e for e in shop.open() if e.kind == "stock")
        waits.append(effect.next_at - shop.clock.now())
        shop.advance(waits[-1] + timedelta(seconds=1))
    steps = [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1)]
    steps += [timedelta(hours=6)] * 3
    for wait, step in zip(waits, steps, strict=True):
        assert step * 0.85 < wait < step * 1.15
    assert not shop.effects("parked")
    shop.market.clear()
    shop.advance(hours=7)
    shop.settle(minutes=400)
    assert shop.remote(FIRST) == 1


def test_the_breaker_rests_the_account_after_failures_in_a_row(shop: Shop) -> None:
    shop.ready(1)
    for n in range(6):
        shop.market.add_listing(f"OTHER-{n}", quantity=1)
    shop.offer(FIRST, 0)
    shop.market.fault("500")
    last = account(shop).last_success_at
    shop.sync()
    shop.sync()
    row = account(shop)
    assert row.failures >= 3 and row.blocked_until is not None
    assert row.last_success_at == last, "having no task to ask after is no success"
    asked = len(shop.market.ledger.requests)
    shop.tick()
    assert len(shop.market.ledger.requests) == asked
    shop.market.clear()
    shop.advance(hours=1)
    shop.tick()
    assert account(shop).failures == 0


def test_after_a_lost_answer_the_present_value_is_sent_again_when_the_call_surely_ended(shop: Shop) -> None:
    shop.hasty()
    units_ = shop.ready(3)
    shop.offer(FIRST, 0)
    shop.sync()
    shop.hold(units_[0])
    shop.market.fault("late", "POST /ws/listings/*", times=1)  # done, but long after we gave up
    shop.sync()
    (uncertain,) = shop.effects("uncertain")
    shop.gone(units_[1])
    shop.sync()
    assert shop.remote(FIRST) == 3, "the lane waits until the first call has ended"
    assert uncertain.id in {effect.id for effect in shop.effects("uncertain")}
    shop.advance(seconds=91)
    shop.settle(minutes=2)
    assert shop.remote(FIRST) == 1


def test_what_was_in_flight_when_the_process_ended_is_uncertain_and_comes_right(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(FIRST, 0)
    effects = [e for e in shop.open() if e.kind == "stock"]
    shop.desk.write(lambda tx: outbox.claim(tx, effects))
    shop.tick()
    (uncertain,) = shop.effects("uncertain")
    assert uncertain.next_at - shop.clock.now() <= timedelta(seconds=90)
    shop.advance(seconds=91)
    shop.sync()
    assert shop.remote(FIRST) == 2


def by_the_second(shop: Shop, seconds: int) -> int:
    """The worker looks every second; how many calls that made."""
    before = len(shop.market.ledger.requests)
    for _ in range(seconds):
        if shop.engine().is_due():
            shop.tick()
        shop.advance(seconds=1)
    return len(shop.market.ledger.requests) - before


@pytest.mark.parametrize("what", ["malformed", "500", "429"])
def test_orders_that_cannot_be_read_are_not_asked_for_every_second(shop: Shop, what: str) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.advance(minutes=6)
    shop.market.fault(what, "GET /ws/orders")
    assert by_the_second(shop, 120) < 15
    assert shop.remote(FIRST) == 0
    shop.market.clear()
    shop.advance(minutes=10)
    assert by_the_second(shop, 3) < 30
    assert shop.remote(FIRST) == 1


def test_a_list_that_never_comes_to_its_end_is_not_read_every_second(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.advance(minutes=6)
    page = wire.page

    def too_many(*args: object) -> object:
        frame, items = page(*args)  # type: ignore[arg-type]
        return {**frame, "count": 7}, items

    monkeypatch.setattr(wire, "page", too_many)
    assert by_the_second(shop, 120) < 60
    assert shop.remote(FIRST) == 0, "orders may be missing"


def test_a_clock_that_was_set_back_stops_nothing(shop: Shop) -> None:
    unit, _ = shop.ready(2)
    shop.offer(FIRST, 0)
    shop.advance(days=2)
    shop.sync()
    shop.market.fault("500", "GET /ws/listings/*-*", times=1)
    shop.hold(unit)
    shop.sync()
    assert shop.remote(FIRST) == 2 and shop.open()
    shop.advance(days=-2)
    assert shop.engine().is_due()
    shop.tick()
    assert shop.remote(FIRST) == 1


# -------------------------------------------------------------------- who syncs


def test_two_claims_of_one_effect_have_one_winner(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    effects = shop.open()
    first = shop.desk.write(lambda tx: outbox.claim(tx, effects))
    second = shop.desk.write(lambda tx: outbox.claim(tx, effects))
    assert (len(first), len(second)) == (len(effects), 0)


def test_a_second_process_is_told_who_syncs(shop: Shop, open_desk: Callable[..., Desk]) -> None:
    other = open_desk("bench-2")
    with Syncing.begin(shop.desk, shop.tools) as syncing:
        syncing.run(Manner(everything=True))
        with pytest.raises(SyncedElsewhere) as told:
            Syncing.begin(other, shop.tools)
        assert told.value.params["station"] == "bench-1"
        found = is_synced_by_another(other)
        assert found is not None and found.params["station"] == "bench-1"
    assert is_synced_by_another(other) is None
    Syncing.begin(other, shop.tools).close()


def test_an_idle_shop_has_nothing_due(shop: Shop) -> None:
    shop.ready(1)
    shop.offer(FIRST, 0)
    shop.sync()
    assert not shop.engine().is_due()
    shop.hold(*shop.units)
    assert shop.engine().is_due()


def test_a_clock_that_is_wrong_is_said(shop: Shop) -> None:
    shop.market.clock = shop.clock.now() + timedelta(minutes=20)
    shop.engine().run_once(Manner(everything=True))
    assert account(shop).clock_skew_ms == -20 * 60_000
    assert "sync.clock_skew" in shop.log_codes()
