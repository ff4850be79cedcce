"""Many listings at once for tests, put into the store and the marketplace as if they had always been there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select

from bmdesk.domain.effects import PriceOf
from bmdesk.domain.identifiers import new_ulid
from bmdesk.domain.markets import currency_of
from bmdesk.services import wants
from bmdesk.store.queries import listings
from bmdesk.store.tables.catalogue import sku, variant
from bmdesk.store.tables.listings import listing, listing_market
from bmdesk.store.transaction import Tx
from bmdesk.store.types import to_micros
from tests.desks import PHONE
from tests.markets import Shop


def stocked(shop: Shop, number: int, markets: Sequence[str] = ("fr-fr",)) -> dict[str, tuple[str, str]]:
    """So many SKUs of counted goods with their listings, managed, at 5 pieces and 500 in the currency of each market;
    (sku, listing) by text.
    """
    made: dict[str, tuple[str, str]] = {}
    rows: dict[str, list[dict[str, object]]] = {"sku": [], "listing": [], "market": []}
    for n in range(number):
        text = f"BULK-{n:05}-GOOD"
        there = shop.market.add_listing(
            text, quantity=5, prices=dict.fromkeys(markets, 500), comment="As new", warranty_delay=12
        )
        ids = [
            new_ulid(to_micros(shop.clock.now()) // 1000, bytes([k, *n.to_bytes(9, "big")])) for k in (1, 2)
        ]
        made[text] = (ids[0], ids[1])
        rows["sku"].append({"id": ids[0], "text": text, "text_key": text.casefold(), "pieces": 5, "n": n})
        rows["listing"].append({"id": ids[1], "remote_id": there["id"], "listing_number": there["listing_id"],
                                "sku_text": text, "sku_key": text.casefold(), "sku_id": ids[0]})  # fmt: skip
        rows["market"] += [
            {"listing_id": ids[1], "market": m, "currency": currency_of(m), "wanted_currency": currency_of(m)}
            for m in markets
        ]

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
        price = {"price_minor": 50000, "wanted_minor": 50000, "base_minor": 50000}
        cell = {**price, "sent": [], "read_at": tx.now, "written_at": tx.now}
        tx.connection.execute(insert(listing_market), [{**cell, **row} for row in rows["market"]])

    shop.desk.write(work)
    return made


def reprice(
    shop: Shop,
    made: Mapping[str, tuple[str, str]],
    prices: Mapping[str, int],
    market: str = "fr-fr",
    least: int | None = None,
) -> None:
    """These SKUs shall cost so much in this market from now on (minor units), and at least so much."""

    def work(tx: Tx) -> None:
        for text, minor in prices.items():
            wanted = {"wanted_minor": minor, "wanted_min_minor": least, "wanted_at": tx.now}
            listings.set_market(tx, made[text][1], market, **wanted)
        wants.want(tx, *(PriceOf(made[text][1], market) for text in prices))

    shop.desk.write(work)
