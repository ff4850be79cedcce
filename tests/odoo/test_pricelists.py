"""The prices that stand confirmed here stand as pricelists in a real Odoo 19, follow every change, and harm nobody's
own.
"""

from __future__ import annotations

from typing import Any

import pytest

from bmdesk.domain.money import Money
from bmdesk.services import settings
from bmdesk.services.prices import choosing
from bmdesk.services.prices.simulation import Why
from bmdesk.services.syncing import outbox
from bmdesk.store.queries import listings
from bmdesk.sync import odoo_connection
from bmdesk.texts import render
from tests.markets import FIRST, OWNER, SECOND, Shop, market, marketplace, shop
from tests.odoo.databases import BENCH_GROUPS, Database
from tests.odoo.houses import OdooShop, with_odoo
from tests.selling import bought

__all__ = ["market", "marketplace", "shop"]
pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]

EXCELLENT, GOOD = "Back Market fr-fr Excellent", "Back Market fr-fr Good"


@pytest.fixture
def house(own_odoo_database: Database, shop: Shop) -> OdooShop:
    """Two devices of one model, of two grades, for sale in France; prices go to Odoo."""
    made = with_odoo(shop, own_odoo_database, own_odoo_database.admin())
    made.apart = True
    one, _ = made.ready(2)
    made.regrade(one)
    made.offer(FIRST)
    made.offer(SECOND)
    confirm(made, FIRST, 500_00)
    confirm(made, SECOND, 420_00)
    made.arrive()
    settings.put(made.desk, "odoo.prices.direction", "out")
    made.arrive()
    return made


def lists(house: OdooShop, **context: object) -> dict[str, dict[str, Any]]:
    """bmdesk's pricelists by what they are called."""
    fields = ["name", "currency_id", "company_id", "active", "write_date"]
    rows = house.eyes.ask("product.pricelist", "search_read", [], fields, context=context)
    return {row["name"]: row for row in rows if row["name"].startswith("Back Market")}


def prices(house: OdooShop, name: str) -> list[tuple[str, float]]:
    """All lines of this pricelist: of what product, and at what price."""
    [row] = [one for called, one in lists(house, active_test=False).items() if called == name]
    rows = house.eyes.rows(
        "product.pricelist.item",
        [("pricelist_id", "=", row["id"])],
        "product_id",
        "fixed_price",
        "applied_on",
        "compute_price",
    )
    assert {(one["applied_on"], one["compute_price"]) for one in rows} <= {("0_product_variant", "fixed")}
    return [(one["product_id"][1], one["fixed_price"]) for one in rows]


def confirm(
    house: OdooShop, sku: str, minor: int | None, in_market: str = "fr-fr", currency: str = "EUR"
) -> None:
    """This price stands confirmed from now on; None: none does."""
    values = {"wanted_minor": minor, "wanted_currency": currency if minor is not None else ""}
    house.desk.write(
        lambda tx: listings.set_market(tx, house.listed(sku).id, in_market, **values, wanted_at=tx.now)
    )


def parked(house: OdooShop) -> list[str]:
    return [house.problem(one) for one in house.odoo_effects("parked") if one.kind == "pricelist"]


def notes(house: OdooShop) -> set[str]:
    return {code for code in house.log_codes() if code.startswith("odoo.pricelist")}


def test_each_market_and_grade_has_its_pricelist_and_follows_every_change(house: OdooShop) -> None:
    own = house.eyes.rows("product.pricelist", [("name", "not like", "Back Market")], "name", "write_date")
    assert own, "Odoo made its own when a second currency was activated"
    there = lists(house)
    assert set(there) == {EXCELLENT, GOOD}
    assert {one["currency_id"][1] for one in there.values()} == {"EUR"}
    assert {one["company_id"][0] for one in there.values()} == {1}
    [(phone, price)] = prices(house, EXCELLENT)
    assert price == 500.0 and prices(house, GOOD) == [(phone, 420.0)]

    row = house.listed(FIRST)
    choosing.choose(house.desk, OWNER, house.account, row.id, "fr-fr", Money(459_99, "EUR"), Why.HAND)
    report = house.to_odoo()
    done = {one.kind: one.done for one in report.kinds if one.account == house.odoo.name}
    assert done["pricelist"] == 1
    assert prices(house, EXCELLENT) == [(phone, 459.99)] and prices(house, GOOD) == [(phone, 420.0)]
    assert "sync.wrote_pricelist" in house.log_codes() and notes(house) == set()

    house.unmanage(SECOND)
    house.arrive()
    assert set(lists(house)) == {EXCELLENT} and prices(house, GOOD) == []
    house.manage(SECOND)
    confirm(house, SECOND, 420_00)
    house.arrive()
    assert set(lists(house)) == {EXCELLENT, GOOD} and prices(house, GOOD) == [(phone, 420.0)]
    assert {name: one["id"] for name, one in lists(house).items()} == {
        name: one["id"] for name, one in there.items()
    }, "the same one as before"
    assert own == house.eyes.rows(
        "product.pricelist", [("name", "not like", "Back Market")], "name", "write_date"
    )


def test_what_somebody_changed_there_is_changed_back_and_said_and_what_is_theirs_stays(
    house: OdooShop,
) -> None:
    eyes, here = house.eyes, lists(house)[EXCELLENT]["id"]
    [line] = eyes.rows("product.pricelist.item", [("pricelist_id", "=", here)], "product_id")
    product = line["product_id"][0]
    other = eyes.ask("product.product", "create", {"name": "A case"})
    eyes.ask("product.pricelist.item", "write", [line["id"]], {"fixed_price": 1.0, "min_quantity": 5})
    competing = {"pricelist_id": here, "applied_on": "0_product_variant", "compute_price": "fixed"}
    eyes.ask("product.pricelist.item", "create", {**competing, "product_id": product, "fixed_price": 2.0})
    eyes.ask("product.pricelist.item", "create", {**competing, "product_id": other, "fixed_price": 9.0})
    eyes.ask("product.pricelist", "write", [here], {"name": "Our shop"})
    settings.put(house.desk, "odoo.prices.direction", "off")
    settings.put(house.desk, "odoo.prices.direction", "out")
    house.arrive()
    rows = eyes.rows(
        "product.pricelist.item", [("pricelist_id", "=", here)], "product_id", "fixed_price", "min_quantity"
    )
    assert [(row["product_id"][0], row["fixed_price"], row["min_quantity"]) for row in rows] == [
        (product, 500.0, 0.0),
        (other, 9.0, 0.0),
    ]
    assert eyes.rows("product.pricelist", [("id", "=", here)], "name")[0]["name"] == "Our shop"
    assert notes(house) == {"odoo.pricelist.lines_changed_back", "odoo.pricelist.lines_removed"}

    eyes.ask("product.pricelist", "unlink", [here])
    confirm(house, FIRST, 480_00)
    house.arrive()
    assert "odoo.pricelist.made_anew" in notes(house)
    assert [price for _, price in prices(house, EXCELLENT)] == [480.0]


def test_a_currency_that_odoo_does_not_use_is_asked_for_and_then_all_goes_there(house: OdooShop) -> None:
    confirm(house, FIRST, 430_00, "en-gb", "GBP")
    house.to_odoo()
    assert parked(house) == ["odoo.pricelist.currency.title"] and set(lists(house)) == {EXCELLENT, GOOD}
    [pound] = house.eyes.ask("res.currency", "search", [("name", "=", "GBP")], context={"active_test": False})
    house.eyes.ask("res.currency", "write", [pound], {"active": True})
    house.retry(next(one for one in house.odoo_effects("parked")))
    house.arrive()
    assert lists(house)["Back Market en-gb Excellent"]["currency_id"] == [pound, "GBP"]


def test_ours_are_never_the_pricelist_of_every_customer(house: OdooShop) -> None:
    eyes = house.eyes
    partner = eyes.ask("res.partner", "create", {"name": "Somebody"})

    def theirs() -> str:
        [row] = eyes.rows("res.partner", [("id", "=", partner)], "property_product_pricelist")
        return str(row["property_product_pricelist"])

    assert "Back Market" not in theirs()
    own = [row["id"] for row in eyes.rows("product.pricelist", [("name", "not like", "Back Market")])]
    eyes.ask("product.pricelist", "write", own, {"active": False})
    assert "Back Market" in theirs(), "what Odoo itself would do"
    confirm(house, FIRST, 470_00)
    house.to_odoo()
    assert parked(house) == ["odoo.pricelist.no_other.title"]
    assert lists(house) == {} and "Back Market" not in theirs()
    eyes.ask("product.pricelist", "write", own, {"active": True})
    settings.put(house.desk, "odoo.prices.direction", "out")
    house.arrive()
    assert [price for _, price in prices(house, EXCELLENT)] == [470.0]
    assert set(lists(house)) == {EXCELLENT, GOOD} and "Back Market" not in theirs()


def test_an_order_never_gets_one_of_them(house: OdooShop) -> None:
    settings.put(house.desk, "backmarket.orders", "automatic")
    house.sync()
    number = bought(house)
    house.arrive()
    [sale] = house.eyes.rows(
        "sale.order", [("client_order_ref", "=", str(number))], "pricelist_id", "amount_total"
    )
    assert "Back Market" not in str(sale["pricelist_id"]) and sale["amount_total"] > 0


def test_who_may_not_write_pricelists_is_told_and_stops_no_unit(
    own_odoo_database: Database, shop: Shop
) -> None:
    bench = own_odoo_database.add_user("bench", *BENCH_GROUPS)
    house = with_odoo(shop, own_odoo_database, bench)
    house.eyes.ask(
        "product.product",
        "create",
        {
            "name": "Phone", "default_code": FIRST.rsplit("-", 1)[0], "tracking": "serial", "type": "consu",
            "is_storable": True,
        },
    )  # fmt: skip
    house.apart = True
    settings.put(house.desk, "odoo.prices.direction", "out")
    house.ready()
    house.offer(FIRST)
    house.to_odoo()
    house.to_odoo()
    assert len(house.eyes.in_stock()) == 1
    assert parked(house) == ["odoo.pricelist.refused.title"]
    [one] = house.odoo_effects("parked")
    assert "product.pricelist" in render(outbox.shown(house.desk, one.id).happened)
    verdict = odoo_connection.tried(house.desk, house.tools.secrets)
    said = {one.code: render(one.happened) for one in verdict.findings}
    assert verdict.ok and "product.pricelist.item (create, write, unlink)" in said["odoo.rights_missing"]


def test_a_line_waits_for_its_product(own_odoo_database: Database, shop: Shop) -> None:
    house = with_odoo(shop, own_odoo_database, own_odoo_database.admin())
    house.apart = True
    settings.put(house.desk, "odoo.prices.direction", "out")
    house.put("odoo.units.direction", "off")
    house.ready()
    house.offer(FIRST)
    confirm(house, FIRST, 500_00)
    house.to_odoo()
    assert lists(house) == {} and house.odoo_effects("parked") == []
    house.put("odoo.units.direction", "out")
    house.arrive()
    assert [price for _, price in prices(house, EXCELLENT)] == [500.0]
