"""Prices that come, change and go on their way to an Odoo (not a real one), while the process dies or answers get lost:
whichever commit or write it is, in the end each price stands there once, as it is here, and nobody is blamed for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace

import pytest
from sqlalchemy import select

from bmdesk.domain.effects import PricelistOf
from bmdesk.services import company, settings
from bmdesk.services.odoo.units.units_there import PRODUCT
from bmdesk.store.opening import open_store
from bmdesk.store.queries import listings, odoo
from bmdesk.store.tables.catalogue import sku
from bmdesk.sync.manner import Manner
from tests.desks import Bench
from tests.markets import FIRST, SECOND, Shop, market, marketplace, shop
from tests.odoo.databases import Database
from tests.odoo.eyes import Eyes
from tests.odoo.fake import DATABASE, PASSWORD, USER
from tests.odoo.fake_prices import LISTS, FakePrices
from tests.odoo.houses import SURELY_OVER, Keys, OdooShop, connect
from tests.odoo.test_deaths import Death, Killed
from tests.odoo.wires import Call, Trouble, Wire

__all__ = ["market", "marketplace", "shop"]
pytestmark = pytest.mark.sqlite_only

EXCELLENT, GOOD = "Back Market fr-fr Excellent", "Back Market fr-fr Good"
PHONE = 11
"""The product there."""


@pytest.fixture
def there() -> Iterator[FakePrices]:
    with FakePrices("18.0") as running:
        running.answers["stock.warehouse", "search_read"] = [{"id": 1, "lot_stock_id": [8, "WH/Stock"]}]
        yield running


@pytest.fixture
def wire(there: FakePrices) -> Iterator[Wire]:
    with Wire(there.url) as made:
        yield made


@pytest.fixture
def house(shop: Shop, wire: Wire) -> Iterator[OdooShop]:
    """A device of each of two grades for sale; the phone stands at Odoo, and nothing but prices goes there."""
    eyes = Eyes(Database("", ""))
    made = OdooShop(**{one.name: getattr(shop, one.name) for one in fields(Shop)}, eyes=eyes)
    made.story = None
    made.tools = replace(shop.tools, secrets=Keys(shop.tools.secrets, PASSWORD))
    one, _ = made.ready(2)
    made.regrade(one)
    made.offer(FIRST)
    made.offer(SECOND)
    made.apart = True
    for kind in ("units", "orders"):
        settings.put(made.desk, f"odoo.{kind}.direction", "off")
    connect(made.desk, {"database": DATABASE, "user": USER, "company": "1"}, wire.url)
    query = select(sku.c.variant_id).where(sku.c.id == made.listed(FIRST).sku_id)
    variant = made.desk.read(lambda c: c.execute(query).scalar_one())
    made.desk.write(lambda tx: odoo.agree(tx, made.odoo.id, PRODUCT, variant, PHONE, None))
    settings.put(made.desk, "odoo.prices.direction", "out")
    first = made.desk.store
    yield made
    if made.desk.store is not first:
        made.desk.store.close()


def confirm(house: OdooShop, name: str, minor: int | None) -> None:
    """This price stands confirmed from now on; None: none does."""
    values = {"wanted_minor": minor, "wanted_currency": "EUR" if minor is not None else ""}
    listing_id = house.listed(name).id
    house.desk.write(lambda tx: listings.set_market(tx, listing_id, "fr-fr", **values, wanted_at=tx.now))


def waiting(house: OdooShop) -> list[str]:
    return [house.problem(one) for one in house.waiting() if one.kind == "pricelist"]


def sync(house: OdooShop, death: Death) -> None:
    """One run for Odoo; where the process dies in it, the next one begins with the same store."""
    house.advance(minutes=1)
    with house.odoo_alone():
        try:
            with death.waits_for(house.desk):
                house.engine().run_once(Manner())
        except Killed:
            death.dead = False
        else:
            return
    old = house.desk
    old.store.close()
    store = open_store(old.store.place, old.clock.now, None)
    house.desk = company.open_desk(store, old.photos, old.clock, "bench-1")
    house.bench = Bench(house.desk, house.clock)


def tell(house: OdooShop, there: FakePrices, death: Death, price: int) -> None:
    """Prices change, one goes, and it comes again; after each step all comes to its end and stands there as it must."""
    for first, second in ((price, price - 50), (price + 1, None), (price + 2, price - 60)):
        confirm(house, FIRST, first * 100)
        confirm(house, SECOND, None if second is None else second * 100)
        sync(house, death)
        for _ in range(12):
            if not waiting(house):
                break
            house.advance(SURELY_OVER)
            sync(house, death)
        assert waiting(house) == []
        assert there.lines(there.named(EXCELLENT)) == {PHONE: float(first)}
        assert there.lines(there.named(GOOD)) == ({} if second is None else {PHONE: float(second)})
        assert there.records[LISTS][there.named(GOOD)]["active"] is (second is not None)
        assert len(there.records[LISTS]) == 3


def blamed(house: OdooShop) -> set[str]:
    """What the log says of changes that others made."""
    return {code for code in house.log_codes() if code.startswith("odoo.pricelist")}


@pytest.mark.slow
def test_wherever_the_process_dies_each_price_stands_there_once(house: OdooShop, there: FakePrices) -> None:
    at = 0
    while True:
        at += 1
        death = Death({at})
        tell(house, there, death, 400 + 10 * at)
        if death.count < at:
            break
    assert at > 15, "commits and writes"
    assert blamed(house) == set()


@pytest.mark.parametrize(
    "trouble",
    [Trouble.AFTER, *(pytest.param(one, marks=pytest.mark.slow) for one in (Trouble.BEFORE, Trouble.HALF))],
)
def test_whichever_answer_is_lost_on_the_way_each_price_stands_there_once(
    house: OdooShop, there: FakePrices, wire: Wire, trouble: Trouble
) -> None:
    at = 0
    while True:
        at += 1
        begun, wire.trouble = wire.writes, _at(wire.writes + at, trouble)
        tell(house, there, Death(), 400 + 10 * at)
        if wire.writes - begun < at:
            break
    assert at > 5
    assert blamed(house) == set()
    assert PricelistOf(house.account, "fr-fr", "GOOD").key in {one.key for one in house.effects("done")}


def _at(number: int, trouble: Trouble) -> Callable[[Call], Trouble | None]:
    return lambda call: trouble if call.write == number else None
