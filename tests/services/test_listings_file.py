"""Listings as files: what comes back changes only what bmdesk may change, as it was shown, and there is a way back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bmdesk.domain.listing_reasons import ASPECTS, Aspect
from bmdesk.domain.money import Money
from bmdesk.services import policy_documents, settings
from bmdesk.services.desk import Desk
from bmdesk.services.files import listings_file
from bmdesk.services.files.cells import UnknownColumns
from bmdesk.services.files.listings_file import (
    ListingsPlan,
    ListingsTaken,
    export_listings,
    read_listings,
    take_listings,
)
from bmdesk.services.prices import applying, choosing
from bmdesk.services.prices.applying import NewPrice
from bmdesk.services.prices.simulation import Why
from bmdesk.services.selling import management
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.store.queries import listings
from bmdesk.system.durable import FileNotWritten
from bmdesk.system.tabular import read_table
from bmdesk.texts import render
from tests.desks import IMEIS, PHONE, Bench
from tests.listed import OWNER, account, link_all, listing, read_listing

SKU = f"{PHONE}-EXCELLENT"
HEADING = "listing;link;our_sku;manage_stock;manage_price;manage_content;paused;paused_markets"


@dataclass
class Shop:
    bench: Bench
    account: str
    ours: str
    theirs: str
    folder: Path

    @property
    def desk(self) -> Desk:
        return self.bench.desk

    def read(self, *lines: str, heading: str = HEADING) -> ListingsPlan:
        path = self.folder / "listings.csv"
        path.write_text("\n".join((heading, *lines)), "utf-8")
        return read_listings(self.desk, self.account, path)

    def take(self, plan: ListingsPlan) -> ListingsTaken:
        undo = listings_file.undo_path(self.desk, self.folder / plan.file)
        return take_listings(self.desk, OWNER, self.account, plan, undo)

    def prices(self) -> dict[str, tuple[int | None, int | None, int | None, str]]:
        """What shall stand there in each market, its lowest, and what a person chose."""
        cells = self.desk.read(lambda c: listings.markets(c, [self.ours]))[self.ours]
        return {
            one.market: (one.wanted_minor, one.wanted_min_minor, one.chosen_minor, one.chosen_why)
            for one in cells
        }

    def managed(self, one: str) -> set[Aspect]:
        row = listing(self.desk, one)
        return {aspect for aspect in ASPECTS if getattr(row, f"manage_{aspect.value}")}


@pytest.fixture
def shop(at_bench: Bench, tmp_path: Path) -> Shop:
    """A listing that is linked, `u-1`, and one that nobody looked at, `u-2`."""
    desk = at_bench.desk
    account_id = account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr,de-de")
    body = policy_documents.document(desk, "pricing")
    policy_documents.save_document(
        desk, OWNER, "pricing", {**body, "rules": [{"id": "a", "cost_floor": False}]}
    )
    at_bench.ready_unit()
    ours = read_listing(desk, SKU, "EXCELLENT", 7, {"fr-fr": 39000}, remote_id="u-1", title="=1+1")
    link_all(desk, ours)
    theirs = read_listing(desk, "iphone.old", "GOOD", 1, {"fr-fr": 20000}, remote_id="u-2")
    return Shop(at_bench, account_id, ours, theirs, tmp_path)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_that_comes_back_changes_nothing(shop: Shop, kind: str) -> None:
    path = shop.folder / f"all.{kind}"
    assert export_listings(shop.desk, shop.account, path) == 2
    rows = {row.cells["listing"]: row.cells for row in read_table(path)}
    assert (rows["u-1"]["our_sku"], rows["u-1"]["link"], rows["u-2"]["link"]) == (SKU, "linked", "open")
    assert (rows["u-1"]["title"], rows["u-1"]["manage_price"]) == ("=1+1", "no")
    assert rows["u-1"]["why"]
    plan = read_listings(shop.desk, shop.account, path)
    assert (plan.changes, plan.unchanged, len(plan.errors)) == ((), 2, 0)


def test_handing_over_goes_by_what_was_shown_and_the_undo_file_is_the_way_back(shop: Shop) -> None:
    plan = shop.read("u-1;;;yes;yes;;;", "u-2;nothing;;;;;;")
    assert [(one.sku, one.column, one.after) for one in plan.changes] == [
        (SKU, "manage_stock", "yes"), (SKU, "manage_price", "yes"), ("iphone.old", "link", "nothing"),
    ]  # fmt: skip
    (over,) = plan.hand_over
    assert over.shown.aspects == (Aspect.STOCK, Aspect.PRICE)
    assert any(row.aspect is Aspect.PRICE and row.changes for row in over.shown.rows)
    assert shop.managed(shop.ours) == set()

    taken = shop.take(plan)
    assert (taken.count, taken.problems) == (2, ())
    assert shop.managed(shop.ours) == {Aspect.STOCK, Aspect.PRICE}
    assert listing(shop.desk, shop.theirs).link == "nothing"
    assert taken.undo.name.startswith("listings-before-")

    back = read_listings(shop.desk, shop.account, taken.undo)
    assert shop.take(back).problems == ()
    assert shop.managed(shop.ours) == set()
    assert listing(shop.desk, shop.theirs).link == "open"


def test_the_way_back_brings_the_prices_again_that_were_confirmed_and_chosen(shop: Shop) -> None:
    shop.take(shop.read("u-1;;;;yes;;;"))
    choosing.choose(shop.desk, OWNER, shop.account, shop.ours, "fr-fr", Money(50000, "EUR"), Why.HAND)
    german = NewPrice(shop.ours, "de-de", Money(65000, "EUR"), Money(60000, "EUR"))
    applying.set_prices(shop.desk, shop.account, "OWNER", applying.CONFIRMED, [german])
    before = shop.prices()
    taken = shop.take(shop.read("u-1;;;;no;;;"))
    assert {one[0] for one in shop.prices().values()} == {None}

    back = read_listings(shop.desk, shop.account, taken.undo)
    said = {one.column: one.after for one in back.changes}
    assert "fr-fr 500.00" in said["confirmed_prices"] and said["chosen_prices"] == "fr-fr 500.00 EUR hand"
    assert shop.take(back).problems == ()
    assert shop.prices() == before == {
        "fr-fr": (50000, before["fr-fr"][1], 50000, "hand"),
        "de-de": (65000, 60000, None, ""),
    }  # fmt: skip


def test_a_price_that_is_below_the_floor_by_now_is_not_brought_back_and_is_named(shop: Shop) -> None:
    shop.take(shop.read("u-1;;;;yes;;;"))
    choosing.choose(shop.desk, OWNER, shop.account, shop.ours, "fr-fr", Money(50000, "EUR"), Why.HAND)
    taken = shop.take(shop.read("u-1;;;;no;;;"))
    body = policy_documents.document(shop.desk, "pricing")
    rules = [{"id": "a", "cost_floor": False}, {"id": "b", "floor": "550.00 EUR"}]
    policy_documents.save_document(shop.desk, OWNER, "pricing", {**body, "rules": rules})
    done = shop.take(read_listings(shop.desk, shop.account, taken.undo))
    assert [sku for sku, _ in done.problems] == [SKU] and "550.00" in render(done.problems[0][1])
    price = shop.prices()["fr-fr"][0]
    assert price is not None and price >= 55000


@pytest.mark.parametrize("cell", ["fr-fr", "xx-yy 500.00 EUR", "fr-fr much EUR", "fr-fr 1 2 3 EUR"])
def test_prices_of_a_way_back_that_nobody_can_read_are_refused(shop: Shop, cell: str) -> None:
    plan = shop.read(f"u-1;yes;{cell}", heading="listing;manage_price;confirmed_prices")
    assert [error.column for error in plan.errors] == ["confirmed_prices"]
    assert all(render(error.text) for error in plan.errors)


def test_links_are_made_from_a_file(shop: Shop) -> None:
    plan = shop.read(f"u-2;;{PHONE}-GOOD;;;;;")
    assert [(one.column, one.before, one.after) for one in plan.changes] == [
        ("link", "open", "linked"), ("our_sku", "", f"{PHONE}-GOOD"),
    ]  # fmt: skip
    assert shop.take(plan).count == 1
    assert listing(shop.desk, shop.theirs).link == "linked"
    assert shop.read("u-2;open;;;;;;").changes[0].after == "open"


def test_pauses_are_of_what_is_managed(shop: Shop) -> None:
    assert [e.column for e in shop.read("u-1;;;;;;yes;").errors] == ["paused"]
    shop.take(shop.read("u-1;;;yes;yes;;yes;de-de"))
    row = listing(shop.desk, shop.ours)
    assert row.paused
    plan = shop.read("u-1;;;;;;no;none")
    assert [(one.column, one.after) for one in plan.changes] == [("paused", "no"), ("paused_markets", "none")]
    shop.take(plan)
    assert not listing(shop.desk, shop.ours).paused


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("u-9;;;;;;;", "listing"), ("u-2;;;yes;;;;", "manage_stock"), (f"u-2;;{PHONE}-GOOD;yes;;;;", "manage_stock"),
        ("u-2;;NO-SUCH-SKU;;;;;", "our_sku"), ("u-2;maybe;;;;;;", "link"), ("u-2;linked;;;;;;", "our_sku"),
        ("u-1;;;perhaps;;;;", "manage_stock"), ("u-1;;;yes;;;;xx-yy", "paused_markets"),
        (f"u-2;open;{SKU};;;;;", "our_sku"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_named_by_its_line(shop: Shop, line: str, column: str) -> None:
    plan = shop.read(line)
    assert plan.changes == ()
    assert [(error.line, error.column) for error in plan.errors] == [(2, column)]
    assert all(render(error.text) for error in plan.errors)


def test_a_managed_listing_keeps_its_link(shop: Shop) -> None:
    shop.take(shop.read("u-1;;;yes;;;;"))
    assert [error.column for error in shop.read("u-1;open;;;;;;").errors] == ["our_sku"]
    plan = shop.read("u-1;open;;no;;;;")
    assert shop.take(plan).problems == ()
    assert listing(shop.desk, shop.ours).link == "open"


def test_lines_that_were_shifted_are_noticed(shop: Shop) -> None:
    plan = shop.read("u-1;iphone.old;yes", heading="listing;sku;manage_stock")
    assert [error.column for error in plan.errors] == ["sku"]
    with pytest.raises(UnknownColumns):
        shop.read("u-1;yes", heading="listing;managed")


def test_what_changed_since_it_was_shown_must_be_looked_at_again(shop: Shop) -> None:
    plan = shop.read("u-1;;;yes;;;;")
    shop.bench.ready_unit(IMEIS[1])
    with pytest.raises(PreviewChanged):
        shop.take(plan)
    shown = management.preview(shop.desk, shop.account, [shop.ours], [Aspect.STOCK])
    management.manage(shop.desk, OWNER, shop.account, [shop.ours], [Aspect.STOCK], shown.digest)
    with pytest.raises(PreviewChanged):
        shop.take(plan)


def test_without_a_way_back_nothing_is_done(shop: Shop) -> None:
    plan = shop.read("u-1;;;yes;;;;")
    with pytest.raises(FileNotWritten):
        take_listings(shop.desk, OWNER, shop.account, plan, shop.folder / "no" / "such" / "folder.csv")
    assert shop.managed(shop.ours) == set()
