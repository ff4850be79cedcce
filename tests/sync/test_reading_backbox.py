"""Who wins the BackBoxes: asked of a marketplace over HTTP, kept in a real store, gone on with where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bmdesk.connectors.backmarket.import_backbox import Refreshed
from bmdesk.connectors.failures import ServerTrouble, TokenRefused
from bmdesk.domain.backbox import Standing
from bmdesk.domain.limits import Bucket
from bmdesk.domain.money import Money
from bmdesk.services.selling import accounts, backbox
from bmdesk.services.selling.backbox import BoxFilter, BoxView
from bmdesk.simulator import Simulator
from bmdesk.store.queries import limits
from bmdesk.sync import market_reading
from bmdesk.sync.importing import AccountWaits
from bmdesk.sync.opening import Syncing
from tests.markets import Shop

HOUR = timedelta(hours=1)


def refresh(shop: Shop, most: int = 10_000, **wanted: Any) -> Refreshed:
    """One reading, stopped after so many answers."""
    shop.meet()
    before = len(shop.market.ledger.requests)

    def goes_on() -> bool:
        return len(shop.market.ledger.requests) - before < most

    return market_reading.backboxes(shop.desk, shop.tools, "default", goes_on, **wanted)


def boxes(shop: Shop, **chosen: Any) -> dict[tuple[str, str], BoxView]:
    page = backbox.listed(shop.desk, shop.account, BoxFilter(**chosen))
    return {(one.sku, one.box.market): one for one in page.rows}


def asked(market: Simulator) -> list[str]:
    """SKUs in the order in which they were asked about."""
    by_id = {one["id"]: one["sku"] for one in market.listings()}
    paths = [entry["path"] for entry in market.ledger.requests if "/backbox/" in entry["path"]]
    return [by_id[path.rpartition("/")[2]] for path in paths]


@pytest.fixture
def online(shop: Shop) -> Callable[..., None]:
    """These SKUs are online, and read here."""

    def make(*skus: str, **facts: Any) -> None:
        for sku in skus:
            shop.market.add_listing(sku, quantity=3, **{"prices": {"fr-fr": 200, "de-de": 210}, **facts})
        shop.sync()

    return make


def test_each_listing_and_market_says_who_wins_and_how_old_that_is(
    shop: Shop, online: Callable[..., None]
) -> None:
    online("A", "B")
    shop.market.rivals("A", "fr-fr", 190)
    shop.market.rivals("A", "de-de", 250)
    shop.market.backbox("B", "fr-fr")
    shop.market.backbox("B", "de-de")

    done = refresh(shop)

    assert (done.asked, done.boxes, done.winning, done.without, done.failed, done.left) == (2, 2, 1, 1, (), 0)
    shop.advance(HOUR)
    found = boxes(shop)
    assert {name: one.box.standing for name, one in found.items()} == {
        ("A", "fr-fr"): Standing.LOSING,
        ("A", "de-de"): Standing.WINNING,
        ("B", "fr-fr"): Standing.NO_BOX,
    }, "what has no price here is not asked after; what has one and no BackBox is said"
    lost = found["A", "fr-fr"]
    assert (lost.box.price, lost.box.winner, lost.box.to_win) == (
        Money(20000, "EUR"),
        Money(19000, "EUR"),
        Money(18810, "EUR"),
    )
    assert HOUR <= lost.age < HOUR + timedelta(minutes=1)
    known = shop.desk.read(lambda c: backbox.boxes_of(c, shop.desk.company, [lost.listing_id]))
    assert known[lost.listing_id, "fr-fr"] == lost.box
    assert shop.desk.read(lambda c: backbox.boxes_of(c, "somebody else", [lost.listing_id])) == {}
    assert backbox.tally(shop.desk, shop.account) == {
        Standing.WINNING: 1,
        Standing.LOSING: 1,
        Standing.UNSAID: 0,
        Standing.NO_BOX: 1,
    }
    assert list(boxes(shop, market="de-de")) == [("A", "de-de")]
    assert list(boxes(shop, standing="no_box")) == [("B", "fr-fr")]
    with pytest.raises(backbox.UnknownStanding):
        boxes(shop, standing="nearly")
    assert shop.market.ledger.writes() == [], "reading writes nothing"


def test_what_is_neither_online_nor_managed_is_not_asked_about(
    shop: Shop, online: Callable[..., None]
) -> None:
    online("A")
    online("OFF", publication_state=3)
    assert refresh(shop).asked == 1
    assert asked(shop.market) == ["A"]
    assert refresh(shop, among=[shop.listed("OFF").id]).asked == 0
    shop.market.remove_listing("A")
    for _ in range(3):
        shop.advance(HOUR)
        shop.sync()
    assert refresh(shop).asked == 0, "it is gone"


def test_a_managed_listing_is_asked_about_though_it_is_offline(shop: Shop) -> None:
    shop.offer()
    assert shop.cell("IP13-128-BLK-EXCELLENT", "fr-fr").publication_state == 3
    assert refresh(shop).asked == 1
    assert refresh(shop, market="de-de").asked == 0, "it has no price there"


def test_one_market_chooses_listings_and_the_answer_is_kept_for_all(
    shop: Shop, online: Callable[..., None]
) -> None:
    online("A")
    online("B", prices={"fr-fr": 100})
    shop.put("backmarket.markets", "fr-fr,de-de")
    shop.advance(HOUR)
    shop.sync()
    assert refresh(shop, market="de-de").asked == 1
    assert set(boxes(shop)) == {("A", "fr-fr"), ("A", "de-de")}


def test_a_stopped_reading_goes_on_with_what_was_not_asked(shop: Shop, online: Callable[..., None]) -> None:
    online("A", "B", "C", "D")
    first = refresh(shop, most=2)
    assert (first.asked, first.left) == (2, 2)
    shop.advance(minutes=1)

    second = refresh(shop, older_than=HOUR)

    assert (second.asked, second.left) == (2, 0)
    assert sorted(asked(shop.market)) == ["A", "B", "C", "D"]
    shop.advance(minutes=1)
    assert refresh(shop).asked == 4
    assert asked(shop.market)[4:6] == asked(shop.market)[:2], "the oldest first"


def test_an_answer_that_says_little_is_kept_as_that(online: Callable[..., None], shop: Shop) -> None:
    shop.market.world.real = True
    online("A", "B")
    refresh(shop)
    stand = {one.box.standing for one in boxes(shop).values()}
    assert Standing.UNSAID in stand and len(stand) == 2
    (unsaid,) = {one.sku for one in boxes(shop, standing="unsaid").values()}
    box = boxes(shop)[unsaid, "fr-fr"].box
    assert (box.price, box.winner is None, box.to_win is None) == (None, False, False)


def test_another_listing_of_ours_in_the_same_box_does_not_speak_for_it(shop: Shop) -> None:
    made = shop.market.add_listing("A", grade="EXCELLENT", quantity=1, prices={"fr-fr": 200})
    product = made["product_id"]
    shop.market.add_listing("B", grade="VERY_GOOD", quantity=1, product_id=product, prices={"fr-fr": 180})
    shop.market.rivals("A", "fr-fr", 190)
    shop.sync()
    refresh(shop)
    stand = {sku: one.box.standing for (sku, _), one in boxes(shop).items()}
    assert stand == {"A": Standing.LOSING, "B": Standing.WINNING}


def test_one_that_cannot_be_asked_about_stands_in_nobodys_way(
    shop: Shop, online: Callable[..., None]
) -> None:
    online("A", "B", "C")
    refresh(shop)
    bad = shop.market.listing("B")["id"]
    shop.advance(HOUR)
    shop.market.fault(f"500:GET /ws/backbox/v1/competitors/{bad}")

    done = refresh(shop)

    assert (done.asked, done.left, [sku for sku, _ in done.failed]) == (3, 0, ["B"])
    ages = {sku: one.age for (sku, market), one in boxes(shop).items() if market == "fr-fr"}
    assert ages["B"] >= HOUR > ages["A"], "what was known of it stays, with its age"


def test_a_marketplace_that_is_unwell_ends_it_and_what_was_read_stays(
    shop: Shop, online: Callable[..., None]
) -> None:
    online("A", "B", "C", "D", "E")
    shop.market.fault("500", "GET /ws/backbox/*", skip=1)
    with pytest.raises(ServerTrouble):
        refresh(shop)
    assert len({sku for sku, _ in boxes(shop)}) == 1
    shop.market.clear()
    shop.market.fault("401")
    with pytest.raises(TokenRefused):
        refresh(shop, older_than=HOUR)
    shop.market.clear()
    assert refresh(shop, older_than=HOUR).asked == 4


def test_the_marketplaces_pace_is_kept_and_said_no_to_it_waits(
    shop: Shop, online: Callable[..., None]
) -> None:
    """The simulator refuses a third question within a second; with a share of the limits nobody hears of that."""
    online(*(f"S{number}" for number in range(6)))
    shop.market.control(limits=True)
    begun = shop.clock.now()

    assert refresh(shop).asked == 6

    assert shop.market.ledger.document()["rate"] == {"429s": 0}
    # Three in two seconds, one after the other: the fifth gap ends 3.3 s after the first question.
    assert timedelta(seconds=3) < shop.clock.now() - begun < timedelta(seconds=4)
    shop.market.fault("429", "GET /ws/backbox/*", times=1)
    shop.advance(HOUR)
    assert refresh(shop).asked == 6
    begun = shop.clock.now() - HOUR
    used = shop.desk.read(lambda c: limits.used(c, shop.account, Bucket.COMPETITORS, begun))
    assert used >= 1, "it takes from the ledger of all processes"


def test_it_needs_no_right_to_sync_and_minds_a_pause(shop: Shop, online: Callable[..., None]) -> None:
    online("A")
    with Syncing.begin(shop.desk, shop.tools):
        assert refresh(shop).asked == 1
    accounts.pause(shop.desk, "default")
    with pytest.raises(AccountWaits):
        refresh(shop)


def test_australia_has_no_code_and_yen_no_decimals(shop: Shop) -> None:
    shop.market.control(region="AP")
    for key, value in {"region": "AP", "markets": "ja-jp"}.items():
        shop.put(f"backmarket.{key}", value)
    shop.market.add_listing("A", quantity=1, prices={"ja-jp": 30000, "en-au": 300})
    shop.market.rivals("A", "ja-jp", 29999)
    shop.sync()
    refresh(shop)
    (only,) = boxes(shop).values()
    assert (only.box.market, only.box.to_win) == ("ja-jp", Money(29699, "JPY"))
