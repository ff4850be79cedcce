"""Somebody else writes the same prices: noticed when read, and nothing is written over them until a person decides."""

from __future__ import annotations

import pytest

from bmdesk.domain.effects import PriceOf
from bmdesk.services import wants
from bmdesk.services.desk import Desk
from bmdesk.services.prices import choosing
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator
from bmdesk.store.queries import listings
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from tests.markets import FIRST, OWNER, Shop, make_shop


def priced(shop: Shop) -> str:
    """A listing whose price is right on both sides; its id."""
    listing = shop.offer(FIRST, 0)
    shop.sync()
    assert shop.price() == "624.00"
    shop.advance(minutes=1)
    return listing


def want(shop: Shop, minor: int, least: int | None = None) -> None:
    def work(tx: Tx) -> None:
        row = shop.listed(FIRST)
        listings.set_market(tx, row.id, "fr-fr", wanted_minor=minor, wanted_min_minor=least)
        wants.want(tx, PriceOf(row.id, "fr-fr"))

    shop.desk.write(work)
    shop.advance(minutes=1)


def elsewhere(shop: Shop, price: object = 590) -> None:
    shop.market.change(FIRST, market="fr-fr", price=price)
    shop.advance(minutes=1)


def foreign(shop: Shop) -> int | None:
    cell = shop.cell(FIRST, "fr-fr")
    assert (cell.foreign_minor is None) == (cell.foreign_at is None)
    return cell.foreign_minor


def test_a_reading_notices_it_and_nothing_is_written_over_it(shop: Shop) -> None:
    priced(shop)
    elsewhere(shop)
    shop.sync()
    assert foreign(shop) == 59_000
    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "price.changed_elsewhere.title"
    assert "price.changed_elsewhere.happened" in shop.log_codes()

    want(shop, 65_000)
    shop.settle(minutes=2)
    assert shop.price() == "590.00"
    assert len(shop.effects("parked")) == 1


def test_a_reading_for_the_stock_notices_it_too(shop: Shop) -> None:
    priced(shop)
    shop.advance(minutes=10)
    shop.market.change(FIRST, market="fr-fr", price=590)
    shop.ready(1)
    shop.advance(minutes=1)
    shop.tick()
    assert foreign(shop) == 59_000


def test_theirs_stays_and_holds_as_chosen(shop: Shop) -> None:
    priced(shop)
    elsewhere(shop)
    shop.sync()
    outbox.cancel(shop.desk, OWNER, [shop.effects("parked")[0].id])
    shop.settle(minutes=61)
    cell = shop.cell(FIRST, "fr-fr")
    assert (shop.price(), cell.base_minor, cell.wanted_minor) == ("590.00", 59_000, 59_000)
    assert (cell.chosen_minor, cell.chosen_why, cell.chosen_by) == (59_000, "theirs", "OWNER")
    assert (cell.foreign_minor, shop.effects("parked")) == (None, [])


@pytest.mark.parametrize("how", ["queue", "prices"])
def test_ours_is_written_and_the_other_forgotten(shop: Shop, how: str) -> None:
    listing = priced(shop)
    elsewhere(shop)
    shop.sync()
    if how == "queue":
        shop.retry(shop.effects("parked")[0])
    else:
        choosing.ours(shop.desk, OWNER, shop.account, listing, "fr-fr")
    shop.settle(minutes=2)
    assert (shop.price(), foreign(shop)) == ("624.00", None)
    assert not shop.effects("parked")


def test_theirs_by_the_room_of_prices_stays_there(shop: Shop) -> None:
    listing = priced(shop)
    elsewhere(shop, 600)
    shop.sync()
    choosing.theirs(shop.desk, OWNER, shop.account, listing, "fr-fr")
    shop.settle(minutes=61)
    assert (shop.price(), foreign(shop), shop.effects("parked")) == ("600.00", None, [])
    assert shop.cell(FIRST, "fr-fr").chosen_why == "theirs"


@pytest.mark.parametrize("back", [624, 640])
def test_once_our_price_is_back_it_is_over(shop: Shop, back: int) -> None:
    priced(shop)
    elsewhere(shop)
    shop.sync()
    want(shop, 64_000)
    shop.sync()
    elsewhere(shop, back)
    shop.sync()
    assert (shop.price(), foreign(shop)) == ("640.00", None)
    assert (shop.open(), shop.effects("parked")) == ([], [])


def test_a_tool_that_writes_again_and_again_meets_no_second_write_of_ours(shop: Shop) -> None:
    priced(shop)
    shop.market.write_again(FIRST, 590, "fr-fr", every=60, times=100)
    for _ in range(6):
        shop.advance(minutes=10)
        shop.sync()
    assert [w["new"] for w in shop.writes("price")] == ["624.00"]
    shop.retry(shop.effects("parked")[0])
    shop.tick()
    for _ in range(6):
        shop.advance(minutes=10)
        shop.sync()
    assert [w["new"] for w in shop.writes("price")] == ["624.00", "624.00"]
    assert (foreign(shop), len(shop.effects("parked"))) == (59_000, 1)


def test_handing_the_price_back_ends_it(shop: Shop) -> None:
    priced(shop)
    elsewhere(shop)
    shop.sync()
    shop.unmanage(FIRST)
    assert (foreign(shop), shop.open(), shop.effects("parked")) == (None, [], [])


# -------------------------------------------------------------------- bounds


def test_nothing_goes_out_above_the_marketplaces_maximum(shop: Shop) -> None:
    priced(shop)
    want(shop, 99_901)
    shop.sync()
    (parked,) = shop.effects("parked")
    assert (parked.fault, shop.problem(parked)) == ("rejected", "price.above_maximum.title")
    assert shop.price() == "624.00"
    assert shop.market.ledger.count_requests("POST", "/ws/listings/", status=400) == 0


def test_nothing_goes_out_below_its_own_minimum(shop: Shop) -> None:
    priced(shop)
    want(shop, 60_000, 60_001)
    shop.sync()
    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "price.min_above_price.title"
    assert shop.price() == "624.00"


def test_what_the_marketplace_refuses_parks_in_its_words(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    priced(shop)
    shop.market.control(refuses_above_max=True)
    want(shop, 70_000)
    shop.market.control(
        race={
            "where": "POST /ws/listings/*",
            "then": {"change": {"listing": FIRST, "market": "fr-fr", "max_price": 650}},
        }
    )
    shop.sync()
    (parked,) = shop.effects("parked")
    said = outbox.shown(shop.desk, parked.id).happened
    assert "price: above the maximum of 650" in str(dict(said.params))
    assert shop.price() == "624.00"


# -------------------------------------------------------------------- the BackPricer


@pytest.fixture
def pricer(desk: Desk, clock: FixedClock, market: Simulator) -> Shop:
    """A shop whose prices go with a min_price; its one price is right on both sides."""
    shop = make_shop(desk, clock, market, backpricer="true")
    shop.offer(FIRST, 0)
    want(shop, 62_400, 60_000)
    shop.sync()
    return shop


def test_the_min_price_goes_along_and_the_marketplace_moves_between_the_two(pricer: Shop) -> None:
    there = pricer.market.listing(FIRST)["markets"]["fr-fr"]
    assert (there["price"], there["min_price"]) == ("624.00", "600.00")
    pricer.market.move_price(FIRST, 610, "fr-fr")
    pricer.settle(minutes=61)
    for _ in range(3):
        pricer.advance(minutes=61)
        pricer.sync()
    assert (pricer.price(), foreign(pricer), pricer.effects("parked")) == ("610.00", None, [])
    assert len(pricer.writes("price")) == 1

    want(pricer, 63_000, 61_500)  # a price anew, while the former one stands moved
    pricer.sync()
    there = pricer.market.listing(FIRST)["markets"]["fr-fr"]
    assert (there["price"], there["min_price"]) == ("630.00", "615.00")
    assert pricer.effects("parked") == []


def test_somebody_elses_min_price_is_set_right_and_his_price_shown(pricer: Shop) -> None:
    pricer.market.change(FIRST, market="fr-fr", min_price=500)
    pricer.settle(minutes=61)
    assert pricer.market.listing(FIRST)["markets"]["fr-fr"]["min_price"] == "600.00"
    pricer.market.change(FIRST, market="fr-fr", min_price=500, price=550)
    pricer.advance(minutes=61)
    pricer.sync()
    assert (foreign(pricer), pricer.price()) == (55_000, "550.00")
    (parked,) = pricer.effects("parked")
    assert parked.fault == "diverged"


def test_without_the_setting_no_min_price_goes_out(shop: Shop) -> None:
    priced(shop)
    shop.market.control(backpricer=False)
    want(shop, 63_000, 60_000)
    shop.sync()
    there = shop.market.listing(FIRST)["markets"]["fr-fr"]
    assert (there["price"], there["min_price"]) == ("630.00", None)


def test_a_seller_without_the_backpricer_hears_what_the_marketplace_says(pricer: Shop) -> None:
    pricer.market.control(backpricer=False)
    want(pricer, 63_000, 61_000)
    pricer.sync()
    (parked,) = pricer.effects("parked")
    assert "BackPricer is not enabled" in str(dict(outbox.shown(pricer.desk, parked.id).happened.params))
