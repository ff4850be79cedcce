"""BackBoxes and categories that are read by themselves: now and then, a few at a time, and after whatever is urgent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bmdesk.connectors.backmarket import import_backbox
from bmdesk.domain.listing_reasons import Aspect
from bmdesk.services.syncing import sync_status
from bmdesk.simulator import Simulator
from bmdesk.store.queries import categories, feeds
from bmdesk.store.queries.feeds import FeedRow
from bmdesk.sync import market_reading
from tests.markets import FIRST, Shop

HOUR = timedelta(hours=1)


def asked(market: Simulator) -> list[str]:
    """SKUs in the order in which they were asked about."""
    by_id = {one["id"]: one["sku"] for one in market.listings()}
    paths = [entry["path"] for entry in market.ledger.requests if "/backbox/" in entry["path"]]
    return [by_id[path.rpartition("/")[2]] for path in paths]


def trees(market: Simulator) -> int:
    """How often the tree of categories was asked for."""
    return sum("/category/tree" in entry["path"] for entry in market.ledger.requests)


def feed(shop: Shop, kind: str) -> FeedRow:
    found = shop.desk.read(lambda c: feeds.feed(c, shop.account, kind, ""))
    assert found is not None
    return found


def online(shop: Shop, *skus: str, **facts: Any) -> None:
    for sku in skus:
        shop.market.add_listing(sku, quantity=3, prices={"fr-fr": 200}, **facts)


@pytest.fixture
def priced(shop: Shop) -> Shop:
    """One listing online whose prices bmdesk writes."""
    shop.ready()
    shop.offer(quantity=1)
    shop.settle()
    return shop


def test_nobody_is_asked_while_bmdesk_writes_no_prices(shop: Shop) -> None:
    shop.ready()
    shop.offer(quantity=1, manage=False)
    shop.sync()
    assert asked(shop.market) == []
    shop.manage(FIRST, aspects=(Aspect.STOCK,))
    shop.sync()
    assert asked(shop.market) == []
    shop.manage(FIRST, aspects=(Aspect.PRICE,))
    shop.sync()
    assert asked(shop.market) == [FIRST]


def test_each_listing_online_is_asked_about_once_an_hour(priced: Shop) -> None:
    shop = priced
    online(shop, "OFF", publication_state=3)
    shop.sync()
    before = len(asked(shop.market))
    assert set(asked(shop.market)) == {FIRST}
    shop.sync()
    shop.sync()
    assert len(asked(shop.market)) == before, "whoever presses Sync now does not ask for what is fresh"
    shop.advance(HOUR)
    shop.tick()
    assert len(asked(shop.market)) == before + 1


def test_many_are_asked_about_a_few_at_a_time_and_the_oldest_first(priced: Shop) -> None:
    shop = priced
    shop.advance(HOUR)
    online(shop, *(f"S{number:02}" for number in range(30)))
    shop.sync()
    first = asked(shop.market)
    assert len(first) <= import_backbox.MOST_AT_ONCE + 1
    at = feed(shop, "backbox").next_at
    assert at is not None and at <= shop.clock.now() + import_backbox.PAUSE
    shop.tick()
    assert asked(shop.market) == first, "not yet"
    for _ in range(4):
        shop.advance(import_backbox.PAUSE)
        shop.tick()
    skus = asked(shop.market)
    assert len(set(skus)) == 31 and len(skus) == 32, "each once; the one that was online before, twice by now"
    due = feed(shop, "backbox").next_at
    assert due is not None and due > shop.clock.now() + HOUR / 2


def test_stock_that_is_to_be_sent_waits_for_two_answers_at_most(priced: Shop) -> None:
    shop = priced
    online(shop, *(f"S{number:02}" for number in range(10)))
    shop.sync()
    shop.advance(2 * HOUR)
    before, unit = len(shop.market.ledger.requests), shop.ready()[0]
    shop.gone(unit)
    shop.advance(minutes=1)
    shop.tick()
    new = [entry["path"] for entry in shop.market.ledger.requests[before:]]
    boxes = [number for number, path in enumerate(new) if "/backbox/" in path]
    assert len(boxes) == import_backbox.LEAST_AT_ONCE
    shop.advance(minutes=1)
    shop.tick()
    assert len(asked(shop.market)) > len(boxes) + 10, "and goes on once nothing waits"


def test_a_marketplace_that_is_unwell_is_asked_again_later_and_it_is_said(priced: Shop) -> None:
    shop = priced
    online(shop, "A", "B", "C")
    shop.sync()
    shop.advance(2 * HOUR)
    shop.market.fault("500:GET /ws/backbox/*")
    shop.tick()
    assert feed(shop, "backbox").problem is not None
    shop.market.clear()
    shop.advance(HOUR)
    shop.tick()
    assert feed(shop, "backbox").problem is None


def test_never_means_that_only_people_ask(priced: Shop) -> None:
    shop = priced
    before = len(asked(shop.market))
    shop.put("backmarket.every.backbox", "0")
    shop.put("backmarket.every.categories", "0")
    shop.advance(24 * HOUR)
    shop.sync()
    assert len(asked(shop.market)) == before
    kinds = {one.kind_code for one in sync_status.status(shop.desk).accounts[0].feeds}
    assert not kinds & {"backbox", "categories"}


def test_the_categories_are_kept_fresh_once_somebody_has_read_them(shop: Shop) -> None:
    shop.sync()
    assert trees(shop.market) == 0, "nobody asked for them yet"
    market_reading.categories(shop.desk, shop.tools, "default", lambda: True)
    read = trees(shop.market)
    assert read and shop.desk.read(lambda c: categories.tree(c, shop.account))
    shop.tick()
    shop.advance(25 * HOUR)
    shop.tick()
    assert trees(shop.market) > read
    assert feed(shop, "categories").read > 0
    named = {one.kind_code for one in sync_status.status(shop.desk).accounts[0].feeds}
    assert {"backbox", "categories"} <= named
