"""An hour in which more changes than the marketplace takes: zeros first, then stock, then prices, none refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, insert, select, update

from bmdesk.connectors.backmarket import pace
from bmdesk.domain.effects import PriceOf, StockOf
from bmdesk.domain.identifiers import new_ulid
from bmdesk.domain.limits import LIMITS, Bucket, Limit
from bmdesk.services import wants
from bmdesk.simulator.limits import Window
from bmdesk.store.queries import listings
from bmdesk.store.tables.catalogue import sku, variant
from bmdesk.store.tables.listings import listing, listing_market
from bmdesk.store.transaction import Tx
from bmdesk.store.types import to_micros
from tests.desks import PHONE
from tests.markets import Shop

LINES = 2000


@dataclass(frozen=True)
class Goods:
    """Listings that are managed and right; what becomes of each."""

    zeros: Sequence[str]
    others: Sequence[str]
    prices: Sequence[str]


def stocked(shop: Shop, number: int) -> dict[str, tuple[str, str]]:
    """So many SKUs of counted goods with their listings, managed, at 5 pieces and 500 EUR; (sku, listing) by text."""
    made: dict[str, tuple[str, str]] = {}
    rows: dict[str, list[dict[str, object]]] = {"sku": [], "listing": [], "market": []}
    for n in range(number):
        text = f"BULK-{n:05}-GOOD"
        there = shop.market.add_listing(
            text, quantity=5, prices={"fr-fr": 500}, comment="As new", warranty_delay=12
        )
        ids = [
            new_ulid(to_micros(shop.clock.now()) // 1000, bytes([k, *n.to_bytes(9, "big")])) for k in (1, 2)
        ]
        made[text] = (ids[0], ids[1])
        rows["sku"].append({"id": ids[0], "text": text, "text_key": text.casefold(), "pieces": 5, "n": n})
        rows["listing"].append({"id": ids[1], "remote_id": there["id"], "listing_number": there["listing_id"],
                                "sku_text": text, "sku_key": text.casefold(), "sku_id": ids[0]})  # fmt: skip
        rows["market"].append({"listing_id": ids[1]})

    def work(tx: Tx) -> None:
        like = dict(
            tx.connection.execute(select(variant).where(variant.c.model_code == PHONE)).mappings().one()
        )
        models, skus = [], []
        for row in rows["sku"]:
            n = row.pop("n")
            key = new_ulid(to_micros(tx.now) // 1000, bytes([3, *int(str(n)).to_bytes(9, "big")]))
            models.append({**like, "id": key, "model_code": f"BULK-{n:05}", "model_code_key": f"bulk-{n:05}"})
            skus.append(
                {**row, "company_id": tx.company, "variant_id": key, "grade": "GOOD", "new_battery": False}
            )
        tx.connection.execute(insert(variant), [{k: m[k] for k in like} for m in models])
        tx.connection.execute(insert(sku), skus)
        shared = {"account_id": shop.account, "title": "", "grade": "GOOD", "quantity": 5, "quantity_at": tx.now,
                  "first_read_at": tx.now, "link": "linked", "carries": True, "manage_stock": True,
                  "manage_price": True, "base_quantity": 5, "base_at": tx.now, "sent": []}  # fmt: skip
        tx.connection.execute(insert(listing), [{**shared, **row} for row in rows["listing"]])
        price = {"price_minor": 50000, "currency": "EUR", "wanted_minor": 50000, "wanted_currency": "EUR"}
        cell = {
            **price,
            "base_minor": 50000,
            "market": "fr-fr",
            "sent": [],
            "read_at": tx.now,
            "written_at": tx.now,
        }
        tx.connection.execute(insert(listing_market), [{**cell, **row} for row in rows["market"]])

    shop.desk.write(work)
    return made


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
