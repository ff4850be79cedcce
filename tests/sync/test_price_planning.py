"""Prices share the hour with stock: stock first, never more than the hour takes, the prices worth most first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, update

from bmdesk.connectors.backmarket import export_price_csv, pace
from bmdesk.domain.effects import StockOf
from bmdesk.domain.limits import LIMITS, Bucket, Limit
from bmdesk.services import settings, wants
from bmdesk.services.desk import Desk
from bmdesk.simulator import Simulator
from bmdesk.simulator.limits import Window
from bmdesk.store.queries import listings
from bmdesk.store.tables.catalogue import sku
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from tests.bulk import reprice, stocked
from tests.markets import Shop, make_shop

MARKETS = ("fr-fr", "de-de")


def limited(shop: Shop, lines: int) -> None:
    """From now on the marketplace counts, and takes so many lines an hour."""
    with shop.market.world.lock:
        shop.market.world.limits.on = True
        shop.market.world.limits._lines = Window(lines, 3600.0)


def test_a_loss_goes_first_then_what_the_change_is_worth(
    desk: Desk, clock: FixedClock, market: Simulator
) -> None:
    shop = make_shop(desk, clock, market, markets="fr-fr,en-gb")
    settings.put(desk, "rate.GBP", "0.5")
    made = stocked(shop, 5, ("fr-fr", "en-gb"))
    shop.sync()
    small, pounds, pieces, loss, none = sorted(made)

    def stock(tx: Tx) -> None:
        listings.set_listing(tx, made[pieces][1], quantity=40)
        listings.set_listing(tx, made[none][1], quantity=0)

    shop.desk.write(stock)
    reprice(shop, made, {small: 49_000, pieces: 49_500, none: 45_100})
    reprice(shop, made, {pounds: 49_400}, market="en-gb")
    reprice(shop, made, {loss: 50_100}, least=50_050)
    shop.advance(minutes=1)
    shop.tick()
    worth = {loss: "a loss", pieces: "5 x 40", pounds: "6 / 0.5 x 5", small: "10 x 5", none: "49 x 1"}
    assert [write["sku"] for write in shop.writes("price")] == list(worth)


def test_what_a_person_asks_for_goes_before_all(shop: Shop) -> None:
    made = stocked(shop, 3)
    shop.sync()
    first, second, third = sorted(made)
    reprice(shop, made, {first: 40_000, second: 45_000, third: 49_900})
    asked = next(one for one in shop.open() if one.listing_id == made[third][1])
    shop.retry(asked)
    shop.advance(minutes=1)
    shop.tick()
    assert [write["sku"] for write in shop.writes("price")] == [third, first, second]


def told(shop: Shop, number: int, lines: int, stock_each: int) -> None:
    """So many listings with a new price in two markets each, in hours of so many lines, and stock that goes on."""
    made = stocked(shop, number, MARKETS)
    shop.sync()
    limited(shop, lines)
    texts = sorted(made)
    for market, step in zip(MARKETS, (10, 9), strict=True):
        reprice(shop, made, {text: 49_000 - step * n for n, text in enumerate(texts)}, market)
    shop.market.task_seconds = 300
    shop.advance(minutes=1)
    allowed, began = int(lines * 0.95), shop.clock.now()
    left = 5

    def pieces(tx: Tx, some: Sequence[str], to: int) -> None:
        with_id = update(sku).where(sku.c.id == bindparam("key")).values(pieces=to)
        tx.connection.execute(with_id, [{"key": made[text][0]} for text in some])
        wants.want(tx, *(StockOf(made[text][0], lower=True) for text in some))

    turn = 0
    while shop.clock.now() - began < timedelta(minutes=58):
        some = texts[turn * stock_each : (turn + 1) * stock_each]
        left = 4
        shop.desk.write(lambda tx, some=some: pieces(tx, some, 4))  # type: ignore[misc]
        shop.tick()
        assert {shop.remote(text) for text in some} <= {left}, "stock goes out in the run that finds it"
        shop.advance(minutes=5)
        turn += 1
    shop.tick()
    hour = shop.market.ledger.document()
    assert hour["rate"]["429s"] == 0
    priced = shop.writes("price")
    stock = turn * stock_each
    assert len(priced) + stock <= allowed
    assert len(priced) >= int(allowed * 0.75) - stock - 1, "nor is room left unused"
    # The hour took the changes worth most: the last listings, whose prices fall most, in both markets.
    worth = sorted(
        (
            (step * n, text, market)
            for market, step in zip(MARKETS, (10, 9), strict=True)
            for n, text in enumerate(texts)
        ),
        reverse=True,
    )
    best = {(text, market) for _, text, market in worth[: len(priced)]}
    sent = {(write["sku"], write["market"]) for write in priced}
    assert len(sent & best) >= len(best) * 0.9

    for _ in range(12 * (2 * number // int(allowed * 0.7) + 2)):
        if not shop.open():
            break
        shop.advance(minutes=5)
        shop.tick()
    assert (shop.open(), shop.effects("parked")) == ([], [])
    assert shop.market.ledger.document()["rate"]["429s"] == 0
    for market, step in zip(MARKETS, (10, 9), strict=True):
        for n in range(0, number, max(1, number // 20)):
            assert shop.price(texts[n], market) == f"{(49_000 - step * n) / 100:.2f}"
    assert shop.market.ledger.count("task"), "many of a market went by CSV"
    writes = shop.writes("price")
    assert len(writes) == 2 * number == len({(write["sku"], write["market"]) for write in writes})


def test_an_hour_with_more_prices_than_it_takes_starves_no_stock(
    desk: Desk, clock: FixedClock, market: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = {**LIMITS, Bucket.LINES: Limit(60, timedelta(hours=1), even=False)}
    monkeypatch.setattr(pace, "LIMITS", fewer)
    monkeypatch.setattr(export_price_csv, "MANY", 8)
    told(make_shop(desk, clock, market, markets=",".join(MARKETS)), 40, 60, 1)


@pytest.mark.slow
def test_thousands_of_prices_beside_stock(desk: Desk, clock: FixedClock, market: Simulator) -> None:
    told(make_shop(desk, clock, market, markets=",".join(MARKETS)), 1500, 2000, 20)
