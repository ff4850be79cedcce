"""Prices by rules for a whole catalogue, beside a plain loop over the same goods; and a simulation out of a store."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from sqlalchemy import insert

from bmdesk.domain.grading import SCALE
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.linking import LINKED
from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import Rate
from bmdesk.domain.prices.cost import UnitCost
from bmdesk.domain.prices.facts import Goods, NewPrice, Offer
from bmdesk.domain.prices.pricer import Pricer
from bmdesk.domain.prices.rules import Charge, PricingPolicy, Rounding, Rule, Scope
from bmdesk.domain.prices.tables import MARGIN, Row
from bmdesk.services import company, settings
from bmdesk.services.prices.simulation import simulate
from bmdesk.services.selling import accounts
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.store.queries import catalogue
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.store.tables import listings as t
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from tests.timings.figures import Figure

R = TypeVar("R")

MARKETS = (
    "fr-fr", "fr-be", "es-es", "de-de", "de-at", "it-it", "en-gb", "nl-nl", "pt-pt", "en-ie", "el-gr", "sk-sk", "sv-se",
)  # fmt: skip
GRADES = SCALE[:4]
TODAY = date(2026, 3, 2)
RATES = {
    "EUR": Rate(Decimal(1)),
    "GBP": Rate(Decimal("0.86"), TODAY),
    "SEK": Rate(Decimal("11.2"), TODAY),
}
SHARES = dict(zip(GRADES, map(Decimal, ("0.87", "0.78", "0.69", "0.60")), strict=True))
POLICY = PricingPolicy(
    1,
    {"*": SHARES},
    (
        Rule(
            "costs",
            payment_fee=Charge(Decimal(1)),
            shipping=Money(690, "EUR"),
            warranty=Charge(Decimal(2)),
            margin=Charge(Decimal(8)),
        ),
        Rule("calm", rounding=Rounding(Decimal(1), Decimal("0.99")), daily_percent=Decimal(10)),
        Rule("uk", Scope(market="en-gb"), multiplier=Decimal("1.04")),
        *(
            Rule(f"g-{grade.lower()}", Scope(category="phone", grade=grade), share=SHARES[grade])
            for grade in GRADES
        ),
    ),
    (Row("*", "*", None, Decimal(12)),),
    (Row(MARGIN, "*", None, Decimal(20)),),
)


def measure(folder: Path, quick: bool) -> list[Figure]:
    """The engine alone, twice as much of it, and with a store behind it."""
    count = 200 if quick else 2_000
    times = 2 if quick else 5
    goods = made_up(count)
    loop = least(lambda: plain(goods), times)
    engine = least(lambda: priced(goods), times)
    twice = least(lambda: priced(made_up(2 * count)), times)
    shown = f"{count:,} SKUs x {len(MARKETS)}"
    store = least(stored(folder, count), 1 if quick else 3)
    return [
        Figure(f"{shown}: all prices anew", engine, "s", loop, "< 1 s", engine < 1),
        Figure("twice as many", twice, "s", engine, "linear", twice < 2.5 * engine),
        Figure(f"{shown}: simulated out of a store, with the margins", store, "s", engine),
    ]


def made_up(count: int) -> list[Goods]:
    """SKUs with two units each, no two alike."""
    return [
        Goods(
            f"SKU-{at}",
            f"Maker Model {at // 4}",
            ("phone", "tablet", "laptop")[at % 3],
            GRADES[at % 4],
            NewPrice(Money(30_000 + 37 * at, "EUR"), TODAY, "maker"),
            tuple(
                UnitCost(f"U{at}-{unit}", Money(12_000 + 11 * at + unit, "EUR"), _ZERO, _ZERO, MARGIN)
                for unit in range(2)
            ),
        )
        for at in range(count)
    ]


_ZERO = Money(0, "EUR")


def priced(goods: Sequence[Goods]) -> int:
    """All prices by the rules, from rules that were just read."""
    pricer = Pricer(POLICY, RATES, TODAY)
    offers = [Offer(market, Money(50_000, currency_of(market))) for market in MARKETS]
    return sum(len(pricer.decide_all(one, offers)) for one in goods)


@dataclass(slots=True)
class _Price:
    market: str
    price: Decimal
    least: Decimal


def plain(goods: Sequence[Goods]) -> int:
    """What somebody would write in an afternoon: no rules, no bounds, no reasons; decimals."""
    found = []
    for one in goods:
        assert one.new_price is not None
        share = SHARES[one.grade]
        for market in MARKETS:
            rate = RATES[currency_of(market)].rate
            price = one.new_price.money.amount * share * rate
            dearest = max(unit.purchase.amount for unit in one.units if unit.purchase is not None)
            floor = (dearest + Decimal("6.90")) * Decimal("1.08") * rate / Decimal("0.68")
            price = max(price, floor).quantize(Decimal(1)) + Decimal("0.99")
            found.append(_Price(market, price, floor))
    return len(found)


def stored(folder: Path, count: int) -> Callable[[], object]:
    """The same out of a store: listings in thirteen markets, linked and managed."""
    clock = FixedClock(datetime(2026, 1, 15, 9, tzinfo=UTC))
    store = open_store(Place.of_file(folder / "store.db"), clock.now, None, "01KPRICES")
    desk = company.open_desk(store, Photos(folder / "photos"), clock, "bench-1")
    settings.put(desk, "backmarket.markets", ",".join(MARKETS))
    for currency in ("GBP", "SEK"):
        settings.put(desk, f"rate.{currency}", str(RATES[currency].rate))
    account = accounts.add(desk).id
    desk.write(lambda tx: _fill(tx, account, count))
    return lambda: simulate(desk, account)


def _fill(tx: Tx, account: str, count: int) -> None:
    listings, cells = [], []
    variant = None
    for at in range(count):
        if at % 4 == 0:
            variant = _variant(tx, at)
        assert variant is not None
        sku_id, text, listing = catalogue.sku_id(tx, variant, GRADES[at % 4], False), f"SKU-{at}", tx.new_id()
        listings.append(
            {
                **dict.fromkeys(("quantity_at", "first_read_at"), tx.now),
                **dict.fromkeys(("carries", "manage_price"), True),
                "id": listing,
                "account_id": account,
                "remote_id": f"uuid-{at}",
                "sku_text": text,
                "sku_key": sku_key(text),
                "sku_id": sku_id,
                "link": LINKED,
                "sent": [],
            }
        )
        for market in MARKETS:
            price = {"price_minor": 50_000, "currency": currency_of(market), "read_at": tx.now}
            cells.append({"listing_id": listing, "market": market, "sent": [], **price})
    tx.connection.execute(insert(t.listing), listings)
    tx.connection.execute(insert(t.listing_market), cells)


def _variant(tx: Tx, at: int) -> VariantRow:
    code = f"M{at}"
    catalogue.save_variant(
        tx,
        None,
        product_id=catalogue.product_id(tx, "Maker", f"Model {at}", "phone"),
        model_code=code,
        storage="",
        colour="",
        attributes={},
        ean="",
        backmarket_product_id="",
        new_price_minor=30_000 + 37 * at,
        new_price_currency="EUR",
        weight_g=None,
        draft=False,
    )
    found = catalogue.by_model_code(tx.connection, tx.company, code)
    assert found is not None
    return found


def least(work: Callable[[], R], times: int) -> float:
    """The quickest of some runs, in seconds."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return min(spent)
