"""An hour in which more changes than the marketplace takes: zeros first, then stock, then prices, none refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, update

from bmdesk.connectors.backmarket import pace
from bmdesk.domain.effects import PriceOf, StockOf
from bmdesk.domain.limits import LIMITS, Bucket, Limit
from bmdesk.services import wants
from bmdesk.simulator.limits import Window
from bmdesk.store.queries import listings
from bmdesk.store.tables.catalogue import sku
from bmdesk.store.transaction import Tx
from tests.bulk import stocked
from tests.markets import Shop

LINES = 2000


@dataclass(frozen=True)
class Goods:
    """Listings that are managed and right; what becomes of each."""

    zeros: Sequence[str]
    others: Sequence[str]
    prices: Sequence[str]


def change(shop: Shop, made: dict[str, tuple[str, str]]) -> Goods:
    """Prices change first, then pieces, and those that come to zero last of all."""
    texts = sorted(made)
    third = len(texts) // 3
    goods = Goods(
        texts[2 * third :: 2], [t for t in texts[third:] if t not in texts[2 * third :: 2]], texts[:third]
    )

    def prices(tx: Tx) -> None:
        for text in goods.prices:
            listings.set_market(tx, made[text][1], "fr-fr", wanted_minor=49000)
        wants.want(tx, *(PriceOf(made[text][1], "fr-fr") for text in goods.prices))

    def pieces(tx: Tx, texts: Sequence[str], left: int) -> None:
        with_id = update(sku).where(sku.c.id == bindparam("key")).values(pieces=left)
        tx.connection.execute(with_id, [{"key": made[text][0]} for text in texts])
        wants.want(tx, *(StockOf(made[text][0], lower=True) for text in texts))

    shop.desk.write(prices)
    shop.advance(seconds=1)
    shop.desk.write(lambda tx: pieces(tx, goods.others, 3))
    shop.advance(seconds=1)
    shop.desk.write(lambda tx: pieces(tx, goods.zeros, 0))
    shop.advance(minutes=1)
    return goods


def told(shop: Shop, number: int, lines: int) -> None:
    """The story with so many SKUs, and so many lines an hour."""
    made = stocked(shop, number)
    shop.sync()
    assert shop.open() == []
    with shop.market.world.lock:
        shop.market.world.limits.on = True
        shop.market.world.limits._lines = Window(lines, 3600.0)
    goods = change(shop, made)
    began = shop.clock.now()
    allowed = int(lines * 0.95)

    def rank(write: dict[str, object]) -> int:
        return 2 if write["kind"] == "price" else int(write["new"] != 0)

    while shop.clock.now() - began < timedelta(minutes=59):
        shop.tick()
        shop.advance(minutes=5)
    first = shop.writes()
    assert [rank(w) for w in first] == sorted(rank(w) for w in first)
    assert allowed * 0.97 <= len(first) <= allowed
    assert {w["sku"] for w in first if rank(w) == 0} == set(goods.zeros[: len(first)])
    waiting = shop.open()
    assert len(waiting) == number - len(first)
    assert {shop.problem(effect) for effect in waiting[:: max(1, len(waiting) // 20)]} == {
        "effect.hour_full.title"
    }
    assert "sync.hour_full" in shop.log_codes()
    assert shop.market.ledger.document()["rate"]["429s"] == 0

    if lines == LINES:
        return  # the hours that follow are told with fewer
    for _ in range(4 * (number // allowed + 3)):
        if not shop.open():
            break
        shop.tick()
        shop.advance(minutes=15)
    assert shop.open() == []
    writes = shop.writes()
    assert [rank(w) for w in writes] == sorted(rank(w) for w in writes)
    assert len(writes) == number
    assert shop.market.ledger.document()["rate"]["429s"] == 0
    assert {shop.remote(t) for t in goods.zeros} == {0}
    assert {shop.price(t) for t in goods.prices} == {"490.00"}


def test_a_full_hour_takes_zeros_first_then_stock_then_prices_and_the_rest_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = {**LIMITS, Bucket.LINES: Limit(10, timedelta(hours=1), even=False)}
    monkeypatch.setattr(pace, "LIMITS", fewer)
    told(shop, 30, 10)


@pytest.mark.slow
def test_six_thousand_changes_in_an_hour_of_two_thousand_lines(shop: Shop) -> None:
    told(shop, 6000, LINES)
