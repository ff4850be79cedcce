"""Which SKU each listing sells."""

from __future__ import annotations

import pytest

from bmdesk.services.desk import Desk
from bmdesk.services.goods import catalog
from bmdesk.services.selling import link_list, linking, listing_products
from bmdesk.services.selling.linking import StillManaged, UnknownSku
from bmdesk.store.queries import listing_lists, listings
from tests.desks import PHONE, Bench
from tests.listed import OWNER, account, link_all, listing, read_listing

GREEN = "GS22-128-GRN"


def test_a_listing_with_the_sku_of_a_graded_unit_is_linked_and_not_managed(at_bench: Bench) -> None:
    at_bench.ready_unit()
    found = read_listing(at_bench.desk, f"{PHONE.lower()}-excellent", "EXCELLENT")

    assert link_all(at_bench.desk, found) == 1

    row = listing(at_bench.desk, found)
    assert (row.link, row.carries) == ("linked", True)
    assert not (row.manage_stock or row.manage_price or row.manage_content)


def test_a_product_without_a_unit_of_that_grade_is_linked_all_the_same(desk: Desk) -> None:
    found = read_listing(desk, f"{PHONE}-FAIR-NB", "FAIR", new_battery=True)

    assert link_all(desk, found) == 1
    assert link_list.suggestions(desk, account(desk), only="linked").rows[0].sku == f"{PHONE}-FAIR-NB"


def test_a_listing_of_another_grade_than_its_sku_waits_for_a_person(desk: Desk) -> None:
    fine = read_listing(desk, f"{PHONE}-EXCELLENT", "VERY_GOOD")
    wrong = read_listing(desk, f"{PHONE}-GOOD", "FAIR")

    assert link_all(desk, fine, wrong) == 1

    linking.confirm_text(desk, OWNER, fine, f"{PHONE}-GOOD")  # the SKU exists from now on
    row = link_list.suggestions(desk, account(desk)).rows[0]
    assert row.listing.id == wrong and row.sure is None
    assert row.suggestions[0].contradiction is not None
    assert row.suggestions[0].contradiction.code == "linking.other_grade"


def test_of_two_listings_of_one_sku_the_one_that_sells_carries_the_stock(desk: Desk) -> None:
    asleep = read_listing(desk, f"{PHONE}-EXCELLENT", "EXCELLENT", remote_id="a")
    awake = read_listing(desk, f"{PHONE}-excellent", "VERY_GOOD", 3, {"fr-fr": 40000}, remote_id="b")

    link_all(desk, asleep)
    assert listing(desk, asleep).carries
    link_all(desk, awake)

    assert not listing(desk, asleep).carries and listing(desk, awake).carries
    linking.choose_carrier(desk, OWNER, asleep)
    assert listing(desk, asleep).carries and not listing(desk, awake).carries


def test_skus_of_another_fashion_are_suggested_and_confirmed_in_one_go(desk: Desk) -> None:
    pattern = read_listing(
        desk, "gs22.128gb.GRN.Vgood", "VERY_GOOD", title="Samsung Galaxy S22 128GB - Green - Unlocked"
    )
    title = read_listing(desk, "whatever-1", "GOOD", title="Galaxy S22 128 GB - Green - Unlocked")
    page = link_list.suggestions(desk, account(desk))

    best = {row.listing.id: row for row in page.rows}
    assert best[pattern].suggestions[0].sku_text == f"{GREEN}-EXCELLENT"
    assert best[pattern].sure is not None
    assert best[title].suggestions[0].sku_text == f"{GREEN}-GOOD" and best[title].sure is None

    seen = {row.listing.id: row.sure.sku_text for row in link_list.sure(desk, account(desk)) if row.sure}
    done = linking.confirm_all(desk, OWNER, account(desk), seen)
    assert (done.count, done.problems) == (1, ())
    assert listing(desk, pattern).link == "linked" and listing(desk, title).link == "open"


def test_what_was_not_shown_is_not_confirmed(desk: Desk) -> None:
    pattern = read_listing(desk, "gs22.128gb.GRN.Vgood", "VERY_GOOD")

    done = linking.confirm_all(desk, OWNER, account(desk), {pattern: f"{GREEN}-GOOD"})

    assert done.count == 0 and done.problems[0][1].code == "linking.changed_since"


def test_a_managed_listing_keeps_its_link_until_it_is_handed_back(desk: Desk) -> None:
    found = read_listing(desk, f"{PHONE}-GOOD", "GOOD")
    link_all(desk, found)
    desk.write(lambda tx: listings.set_listing(tx, found, manage_stock=True))

    with pytest.raises(StillManaged):
        linking.unlink(desk, OWNER, found)
    with pytest.raises(StillManaged):
        linking.confirm_text(desk, OWNER, found, f"{PHONE}-FAIR")

    desk.write(lambda tx: listings.set_listing(tx, found, manage_stock=False))
    linking.nothing_of_ours(desk, OWNER, found)
    row = listing(desk, found)
    assert (row.link, row.sku_id, row.carries) == ("nothing", None, False)
    assert link_all(desk, found) == 0, "a person's word stands"


def test_a_carrier_that_leaves_hands_the_stock_on(desk: Desk) -> None:
    one = read_listing(desk, f"{PHONE}-GOOD", "GOOD", remote_id="a")
    two = read_listing(desk, f"{PHONE}-GOOD", "GOOD", remote_id="b")
    link_all(desk, one, two)
    carrier, other = (one, two) if listing(desk, one).carries else (two, one)

    linking.unlink(desk, OWNER, carrier)

    assert listing(desk, other).carries


def test_an_unknown_sku_links_nothing(desk: Desk) -> None:
    found = read_listing(desk, "X-1", "GOOD")

    with pytest.raises(UnknownSku):
        linking.confirm_text(desk, OWNER, found, "NO-SUCH-GOOD")


def test_products_are_made_from_listings_and_wait_as_drafts(desk: Desk) -> None:
    told = "iPhone 12 Pro 128GB - Gold - Unlocked"
    ids = [
        read_listing(desk, "iP12Pro.128gb.gold.Vgood", "VERY_GOOD", title=told, product_id="p-1"),
        read_listing(desk, "iP12Pro.128gb.gold.Good", "GOOD", title=told, product_id="p-1"),
        read_listing(desk, "iP12Pro.128gb.gold.Stallone", "STALLONE", title=told, product_id="p-1"),
    ]

    made = listing_products.make_product(desk, OWNER, account(desk), ids, "phone")

    assert (made.products, made.linked) == (1, 2)
    assert [reason.code for _, reason in made.problems] == ["linking.below_sale_grade"]
    draft = catalog.list_variants(desk, drafts=True)[0]
    assert (draft.model_code, draft.brand, draft.model) == ("iP12Pro.128gb.gold", "Apple", "iPhone 12 Pro")
    assert (draft.storage, draft.colour, draft.backmarket_product_id) == ("128 GB", "Gold", "p-1")


def test_linking_a_full_page_costs_a_handful_of_statements(desk: Desk) -> None:
    ids = [read_listing(desk, f"{PHONE}-GOOD", "GOOD", remote_id=f"u{n}") for n in range(50)]

    assert link_all(desk, *ids) == 50
    carrying = desk.read(lambda c: sum(row.carries for row in listing_lists.chosen(c, account(desk), ids)))
    assert carrying == 1
