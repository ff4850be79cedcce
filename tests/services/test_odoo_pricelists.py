"""Which pricelists wait for Odoo, and which prices they hold: those that stand confirmed, and no other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from bmdesk.domain.effects import PricelistOf
from bmdesk.services import settings
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.prices import pricelists_truth
from bmdesk.services.odoo.prices.pricelists_there import PricelistThere
from bmdesk.services.odoo.units.units_there import PRODUCT
from bmdesk.services.selling import linking
from bmdesk.services.syncing import outbox
from bmdesk.store.queries import listings, odoo, pricelists
from bmdesk.store.queries.pricelists import PRICELIST
from bmdesk.store.tables import catalogue
from bmdesk.store.tables import outbox as tables
from tests.markets import FIRST, OWNER, SECOND, Shop, market, marketplace, shop

__all__ = ["market", "marketplace", "shop"]

NEW_BATTERY = f"{FIRST}-NB"


@pytest.fixture
def house(shop: Shop) -> Shop:
    """A device of each of two grades for sale; the company has an Odoo, which nobody asks here, and sends prices."""
    one, _ = shop.ready(2)
    shop.regrade(one)
    for sku, minor in ((FIRST, 500_00), (SECOND, 420_00)):
        shop.offer(sku)
        confirm(shop, sku, minor)
    settings.put(shop.desk, "odoo.url", "https://odoo.example.com")
    return shop


def confirm(shop: Shop, sku: str, minor: int | None, in_market: str = "fr-fr", currency: str = "EUR") -> None:
    values = {"wanted_minor": minor, "wanted_currency": currency if minor is not None else ""}
    listing_id = shop.listed(sku).id
    shop.desk.write(lambda tx: listings.set_market(tx, listing_id, in_market, **values, wanted_at=tx.now))


def send(shop: Shop) -> None:
    settings.put(shop.desk, "odoo.prices.direction", "out")


def waiting(shop: Shop) -> set[str]:
    """What waits, as lists show it; then it is done."""
    found = {(one.sku, one.market) for one in outbox.listed(shop.desk).rows if one.kind_code == "pricelist"}
    theirs = tables.effect.c.kind == "pricelist"
    shop.desk.write(lambda tx: tx.connection.execute(tables.effect.delete().where(theirs)).rowcount)
    return {f"{market} {sku}" for sku, market in found}


def there(shop: Shop, grade: str, *, new_battery: bool = False, market_code: str = "fr-fr") -> PricelistThere:
    of = PricelistOf(shop.account, market_code, grade, new_battery)
    account = shop.desk.read(lambda c: odoo_account.of(c, shop.desk.company))
    assert account is not None
    return shop.desk.read(lambda c: pricelists_truth.read(c, account.id, [of.key]))[of.key]


def stands(shop: Shop, sku: str = FIRST, number: int = 7) -> None:
    """The variant of this SKU is this product at Odoo from now on."""
    row = shop.desk.read(lambda c: odoo_account.of(c, shop.desk.company))
    sku_id = shop.listed(sku).sku_id
    assert row is not None and sku_id is not None
    query = select(catalogue.sku.c.variant_id).where(catalogue.sku.c.id == sku_id)
    variant = shop.desk.read(lambda c: c.execute(query).scalar_one())
    shop.desk.write(lambda tx: odoo.agree(tx, row.id, PRODUCT, variant, number, None))


def listed_there(shop: Shop, grade: str) -> None:
    """A pricelist of this grade stands at Odoo from now on."""
    row = shop.desk.read(lambda c: odoo_account.of(c, shop.desk.company))
    assert row is not None
    of = PricelistOf(shop.account, "fr-fr", grade)
    base = {"of": of.key, "lines": {}}
    shop.desk.write(lambda tx: odoo.agree(tx, row.id, PRICELIST, pricelists.record_id(of), len(grade), base))


def prices(shop: Shop, grade: str, **more: object) -> list[Decimal]:
    return [one.price for one in there(shop, grade, **more).lines]  # type: ignore[arg-type]


def test_nothing_waits_until_somebody_wants_it_and_nothing_more_once_nobody_does(house: Shop) -> None:
    assert waiting(house) == set()
    send(house)
    assert waiting(house) == {"fr-fr EXCELLENT", "fr-fr GOOD"}
    settings.put(house.desk, "odoo.prices.direction", "off")
    confirm(house, FIRST, 490_00)
    assert waiting(house) == set()
    send(house)
    assert waiting(house) == {"fr-fr EXCELLENT", "fr-fr GOOD"}
    settings.put(house.desk, "odoo.url", "")
    confirm(house, FIRST, 480_00)
    assert waiting(house) == set()


def test_a_price_changes_its_own_list_alone_however_often_it_changes(house: Shop) -> None:
    send(house)
    waiting(house)
    for minor in (490_00, 480_00, 470_00):
        confirm(house, FIRST, minor)
    effects = [one for one in house.effects("pending") if one.kind == "pricelist"]
    assert [one.key for one in effects] == [PricelistOf(house.account, "fr-fr", "EXCELLENT").key]
    assert waiting(house) == {"fr-fr EXCELLENT"}
    confirm(house, SECOND, 380_00, "en-gb", "GBP")
    assert waiting(house) == {"en-gb GOOD"}
    house.sync()
    house.sync()
    assert waiting(house) == set(), "reading the marketplace changes no price"


def test_a_list_has_the_prices_of_what_stands_at_odoo_with_tax_in_the_markets_currency(house: Shop) -> None:
    send(house)
    waiting(house)
    assert prices(house, "EXCELLENT") == []
    stands(house)
    assert waiting(house) == {"fr-fr EXCELLENT", "fr-fr GOOD"}
    found = there(house, "EXCELLENT")
    assert (found.name, found.currency) == ("Back Market fr-fr Excellent", "EUR")
    assert [(one.product, one.price) for one in found.lines] == [(7, Decimal("500.00"))]
    confirm(house, FIRST, 430_00, "en-gb", "GBP")
    assert there(house, "EXCELLENT", market_code="en-gb").currency == "GBP"
    confirm(house, FIRST, 430_00, "en-gb", "EUR")
    assert prices(house, "EXCELLENT", market_code="en-gb") == [], "a price in another currency is none"


def test_a_new_battery_has_a_list_of_its_own(house: Shop) -> None:
    send(house)
    stands(house)
    waiting(house)
    house.offer(NEW_BATTERY)
    row = house.listed(NEW_BATTERY)
    assert row.sku_id is not None
    confirm(house, NEW_BATTERY, 550_00)
    assert "fr-fr EXCELLENT-NB" in waiting(house)
    found = there(house, "EXCELLENT", new_battery=True)
    assert found.name == "Back Market fr-fr Excellent, new battery"
    assert [one.price for one in found.lines] == [Decimal("550.00")]
    assert prices(house, "EXCELLENT") == [Decimal("500.00")]


def test_of_several_listings_the_price_of_the_carrying_one_counts(house: Shop) -> None:
    send(house)
    stands(house)
    house.market.add_listing("SAME-PHONE-EXCELLENT", grade="EXCELLENT", quantity=0, prices={"fr-fr": 500})
    house.sync()
    other = house.listed("SAME-PHONE-EXCELLENT").id
    linking.confirm_text(house.desk, OWNER, other, FIRST)
    house.manage("SAME-PHONE-EXCELLENT")
    confirm(house, "SAME-PHONE-EXCELLENT", 600_00)
    assert prices(house, "EXCELLENT") == [Decimal("500.00")]
    waiting(house)
    linking.choose_carrier(house.desk, OWNER, other)
    assert "fr-fr EXCELLENT" in waiting(house)
    assert prices(house, "EXCELLENT") == [Decimal("600.00")]


def test_no_price_stays_of_what_is_handed_back_or_sells_something_else_or_is_gone(house: Shop) -> None:
    send(house)
    stands(house)
    listed_there(house, "EXCELLENT")
    listed_there(house, "GOOD")
    waiting(house)
    house.unmanage(SECOND)
    assert "fr-fr GOOD" in waiting(house) and prices(house, "GOOD") == []
    row = house.listed(FIRST)
    house.unmanage(FIRST)
    waiting(house)
    linking.confirm_text(house.desk, OWNER, row.id, SECOND)
    assert waiting(house) == {"fr-fr EXCELLENT", "fr-fr GOOD"}
    house.manage(FIRST)
    confirm(house, FIRST, 410_00)
    assert prices(house, "EXCELLENT") == [] and prices(house, "GOOD") == [Decimal("410.00")]
    waiting(house)
    house.desk.write(lambda tx: listings.set_listing(tx, row.id, missing_since=tx.now))
    assert "fr-fr GOOD" in waiting(house) and prices(house, "GOOD") == []
    house.sync()
    assert "fr-fr GOOD" in waiting(house), "it was read again"
    assert prices(house, "GOOD") == [Decimal("410.00")]
