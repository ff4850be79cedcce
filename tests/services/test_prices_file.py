"""Prices as files: an export comes back without changing anything, and a list is taken only as it was shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bmdesk.domain.listing_reasons import Aspect
from bmdesk.domain.money import Money
from bmdesk.services import policy_documents, settings
from bmdesk.services.desk import Desk
from bmdesk.services.files import prices_file
from bmdesk.services.files.cells import UnknownColumns
from bmdesk.services.files.prices_file import PricesPlan, export_prices, read_prices, take_prices
from bmdesk.services.prices import applying
from bmdesk.services.selling import management
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.store.queries import listings
from bmdesk.store.queries.listings import MarketRow
from bmdesk.system.tabular import ColumnsMissing, read_table
from bmdesk.texts import render
from tests.desks import PHONE, Bench
from tests.listed import OWNER, account, link_all, read_listing

SKU = f"{PHONE}-EXCELLENT"


@dataclass
class Shop:
    desk: Desk
    account: str
    listing: str
    folder: Path

    def read(self, *lines: str, market: str = "") -> PricesPlan:
        path = self.folder / "prices.csv"
        path.write_text("\n".join(lines), "utf-8")
        return read_prices(self.desk, self.account, path, market)

    def refused(self, line: str, heading: str = "sku;market;price") -> str:
        plan = self.read(heading, line)
        assert plan.planned == ()
        (error,) = plan.errors
        assert error.line == 2
        return render(error.reason)

    def market(self, market: str = "fr-fr") -> MarketRow:
        found = self.desk.read(lambda c: listings.market(c, self.listing, market))
        assert found is not None
        return found


@pytest.fixture
def shop(at_bench: Bench, tmp_path: Path) -> Shop:
    """One ready phone whose price bmdesk manages: 390.00 stood there as the day began, 1000.00 is the most."""
    desk = at_bench.desk
    account_id = account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr,de-de,en-gb")
    at_bench.ready_unit()
    document = policy_documents.document(desk, "pricing")
    rule = {"id": "all", "cost_floor": False, "floor": "200.00 EUR", "daily_percent": "60"}
    policy_documents.save_document(desk, OWNER, "pricing", {**document, "rules": [rule]})
    found = read_listing(desk, SKU, "EXCELLENT", 7, {"fr-fr": 39000, "de-de": 39000}, most=100000)
    link_all(desk, found)
    shown = management.preview(desk, account_id, [found], [Aspect.PRICE])
    management.manage(desk, OWNER, account_id, [found], [Aspect.PRICE], shown.digest)
    return Shop(desk, account_id, found, tmp_path)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_that_comes_back_changes_nothing(shop: Shop, kind: str) -> None:
    path = shop.folder / f"prices.{kind}"
    assert export_prices(shop.desk, shop.account, path) == 3
    rows = {row.cells["market"]: row.cells for row in read_table(path)}
    assert (rows["fr-fr"]["present"], rows["fr-fr"]["max_price"], rows["fr-fr"]["floor"]) in (
        ("390.00", "1000.00", "200.00"), ("390", "1000", "200"),
    )  # fmt: skip
    assert rows["en-gb"]["price"] == ""
    plan = read_prices(shop.desk, shop.account, path)
    assert (plan.planned, plan.unchanged, len(plan.errors)) == ((), 3, 0)


def test_a_list_is_shown_chosen_and_can_be_taken_back(shop: Shop) -> None:
    before = shop.market().wanted_minor
    plan = shop.read("sku;market;price;min_price", f"{SKU};fr-fr;400,50;390", f"{SKU};de-de;410;")
    french, german = plan.planned
    assert (french.new, french.minimum) == (Money(40050, "EUR"), Money(39000, "EUR"))
    assert german.minimum == Money(37963, "EUR"), "by the rules: price / 1.08"
    assert shop.market().wanted_minor == before

    done = take_prices(shop.desk, OWNER, shop.account, plan)
    assert (done.count, done.problems) == (2, ())
    now = shop.market()
    assert (now.wanted_minor, now.wanted_min_minor, now.chosen_minor, now.chosen_why) == (
        40050,
        39000,
        40050,
        "file",
    )
    (run, *_) = applying.runs(shop.desk, shop.account)
    assert (run.why, run.count) == ("file", 2)
    again = shop.read("sku;market;price;min_price", f"{SKU};fr-fr;400.5;390.00", f"{SKU};de-de;410;")
    assert (again.planned, again.unchanged) == ((), 2)

    assert applying.undo(shop.desk, OWNER, shop.account, done.run_id).count == 2
    assert (shop.market().wanted_minor, shop.market().chosen_minor) == (before, None)


def test_every_bound_refuses_with_its_number(shop: Shop) -> None:
    assert "200.00" in shop.refused(f"{SKU};fr-fr;199.99") or "200,00" in shop.refused(f"{SKU};fr-fr;199.99")
    assert "1,000" in shop.refused(f"{SKU};fr-fr;1000.01") or "1000" in shop.refused(f"{SKU};fr-fr;1000.01")
    assert "624" in shop.refused(f"{SKU};fr-fr;700"), "60 % of 390"
    assert "GBP" in shop.refused(f"{SKU};fr-fr;400;GBP", "sku;market;price;currency")
    assert "410" in shop.refused(f"{SKU};fr-fr;400;410", "sku;market;price;min_price")
    assert "fr-fr" in shop.refused(f"{SKU};pt-pt;400")
    assert "NOPE" in shop.refused("NOPE;fr-fr;400")


@pytest.mark.parametrize("price", ["1,000", "1.000", "free", "-5", "0", "4e2", "400.123", "40 0 x"])
def test_a_price_that_can_be_read_in_two_ways_or_none_is_refused(shop: Shop, price: str) -> None:
    assert shop.refused(f"{SKU};fr-fr;{price}")


def test_a_listing_is_named_once_and_by_names_that_agree(shop: Shop) -> None:
    plan = shop.read("sku;market;price", f"{SKU};fr-fr;400", f"{SKU.lower()};FR-FR;410")
    assert ([one.line for one in plan.planned], [error.line for error in plan.errors]) == ([2], [3])
    other = read_listing(shop.desk, f"{PHONE}-GOOD", "GOOD", 0, {"fr-fr": 30000}, remote_id="other")
    link_all(shop.desk, other)
    assert shop.refused(f"other;{SKU};fr-fr;400", "listing;sku;market;price")
    assert "manage" in shop.refused("other;fr-fr;310", "listing;market;price")


def test_what_is_not_linked_has_no_rules(shop: Shop) -> None:
    read_listing(shop.desk, "SOMETHING", "GOOD", 0, {"fr-fr": 30000}, remote_id="else")
    assert "else" in shop.refused("else;fr-fr;300", "listing;market;price")


def test_columns_are_known_and_needed(shop: Shop) -> None:
    with pytest.raises(ColumnsMissing):
        shop.read("sku;price", f"{SKU};400")
    assert len(shop.read("sku;price", f"{SKU};400", market="fr-fr").planned) == 1
    with pytest.raises(ColumnsMissing):
        shop.read("market;price", "fr-fr;400")
    with pytest.raises(UnknownColumns):
        shop.read("sku;market;price;minprice", f"{SKU};fr-fr;400;")


def after_a_new_rule(shop: Shop) -> None:
    document = policy_documents.document(shop.desk, "pricing")
    rule = {"id": "all", "cost_floor": False, "floor": "405.00 EUR"}
    policy_documents.save_document(shop.desk, OWNER, "pricing", {**document, "rules": [rule]})


def after_another_list(shop: Shop) -> None:
    take_prices(shop.desk, OWNER, shop.account, shop.read("sku;market;price", f"{SKU};fr-fr;420"))


@pytest.mark.parametrize("meanwhile", [after_a_new_rule, after_another_list])
def test_what_changed_since_it_was_shown_must_be_looked_at_again(
    shop: Shop, meanwhile: Callable[[Shop], None]
) -> None:
    plan = shop.read("sku;market;price", f"{SKU};fr-fr;400")
    meanwhile(shop)
    with pytest.raises(PreviewChanged):
        take_prices(shop.desk, OWNER, shop.account, plan)
    assert shop.market().chosen_minor != 40000
    assert prices_file.COLUMNS[0] == "listing"
