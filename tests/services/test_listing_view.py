"""Every listing and unit says in words where it stands."""

from __future__ import annotations

import pytest

from bmdesk.domain.listing_reasons import ASPECTS, MarketState
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.selling import listing_view, management, pausing
from bmdesk.services.selling.listing_view import ListedRow, ListingFilter
from bmdesk.store.queries import accounts, listings, unit_lists
from bmdesk.texts import Text, render
from tests.desks import IMEIS, PHONE, Bench
from tests.listed import OWNER, account, link_all, read_listing

SKU = f"{PHONE}-EXCELLENT"


def codes(reasons: tuple[Text, ...]) -> set[str]:
    for reason in reasons:
        assert render(reason)
    return {reason.code for reason in reasons}


def show(desk: Desk, listing_id: str) -> ListedRow:
    return listing_view.show(desk, account(desk), listing_id)


def hand_over(desk: Desk, listing_id: str) -> None:
    shown = management.preview(desk, account(desk), [listing_id])
    management.manage(desk, OWNER, account(desk), [listing_id], ASPECTS, shown.digest)


@pytest.fixture
def desk_with(at_bench: Bench) -> tuple[Bench, str]:
    """One ready phone, its listing linked in two markets, read in one of them."""
    desk = at_bench.desk
    account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr,de-de")
    at_bench.ready_unit()
    found = read_listing(desk, SKU, "EXCELLENT", 1, {"fr-fr": 39900}, title="iPhone", remote_id="u-1")
    link_all(desk, found)
    return at_bench, found


def test_a_listing_nobody_linked_says_so(desk: Desk) -> None:
    found = read_listing(desk, "somebody-elses", "GOOD", 3, {"fr-fr": 100})

    row = show(desk, found)

    assert codes(row.why) == {"listing.not_linked"}
    assert row.offer.withheld == "unlinked"
    assert row.markets[0].state is MarketState.ONLINE


def test_a_row_shows_ours_and_theirs_and_each_market(desk_with: tuple[Bench, str]) -> None:
    at_bench, found = desk_with

    row = show(at_bench.desk, found)

    assert (row.sku, row.offer.quantity, row.listing.quantity, row.managed) == (SKU, 1, 1, ())
    assert codes(row.why) == {"listing.not_managed"}
    by_market = {one.market: one for one in row.markets}
    assert by_market["fr-fr"].state is MarketState.ONLINE and str(by_market["fr-fr"].price) == "399.00 EUR"
    assert by_market["de-de"].state is MarketState.UNPUBLISHED
    assert "listing.never_read" in codes(by_market["de-de"].why)


def test_what_was_handed_over_waits_to_be_sent_and_says_since_when(desk_with: tuple[Bench, str]) -> None:
    at_bench, found = desk_with
    hand_over(at_bench.desk, found)

    row = show(at_bench.desk, found)

    assert "listing.waiting" in codes(row.why)
    assert {one.kind for one in row.effects} == {"stock", "price"}
    assert "listing.waiting" in codes(row.markets[1].why)


def test_held_units_are_counted_with_what_holds_them(at_bench: Bench) -> None:
    desk = at_bench.desk
    found = read_listing(desk, SKU, "EXCELLENT", 0, {"fr-fr": 39900})
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:BATTERY:70", "BMD:LOCK:ALL:OFF")
    at_bench.good("BMD:ERASED:BLANCCO:C-1", "BMD:DONE")
    link_all(desk, found)

    row = show(desk, found)

    held = next(reason for reason in row.why if reason.code == "listing.held")
    assert "1 held: 1 x" in render(held)
    assert "listing.offline_empty" in codes(row.markets[0].why)


def test_a_price_above_the_maximum_and_a_paused_market_are_said(desk_with: tuple[Bench, str]) -> None:
    at_bench, found = desk_with
    desk = at_bench.desk
    desk.write(lambda tx: listings.set_market(tx, found, "fr-fr", max_minor=100, paused=True))

    row = show(desk, found)

    assert {"listing.above_maximum", "listing.market_paused_online"} <= codes(row.markets[0].why)
    page = listing_view.listed(desk, account(desk), ListingFilter(state="problem"))
    assert [one.listing.id for one in page.rows] == [found]


def test_the_list_pages_by_sku_and_narrows(desk: Desk) -> None:
    ids = [read_listing(desk, f"SKU-{n:02}", "GOOD", n % 2, {"fr-fr": 100}) for n in range(7)]
    here = account(desk)

    seen, after = [], None
    while True:
        page = listing_view.listed(desk, here, after=after, limit=3)
        seen += [row.listing.id for row in page.rows]
        after = page.next
        if after is None:
            break

    assert seen == ids
    online = listing_view.listed(desk, here, ListingFilter(state="online"))
    assert [row.listing.id for row in online.rows] == ids[1::2]
    assert listing_view.count(desk, here, ListingFilter(words="sku-03")) == 1
    assert listing_view.listed(desk, here, ListingFilter(managed="yes")).rows == ()
    with pytest.raises(listing_view.UnknownFilter):
        listing_view.listed(desk, here, ListingFilter(state="somewhere"))


def test_low_and_empty_stock_is_counted_for_managed_listings(desk_with: tuple[Bench, str]) -> None:
    at_bench, found = desk_with
    desk = at_bench.desk
    assert listing_view.low_stock(desk) == listing_view.Levels(0, 0)

    hand_over(desk, found)

    assert listing_view.low_stock(desk) == listing_view.Levels(1, 0)
    low = listing_view.listed(desk, account(desk), ListingFilter(level="low"))
    assert [row.listing.id for row in low.rows] == [found]
    pausing.pause(desk, OWNER, account(desk), [found])
    assert listing_view.low_stock(desk) == listing_view.Levels(0, 1)


def test_a_unit_knows_its_way_to_the_market(desk_with: tuple[Bench, str]) -> None:
    at_bench, found = desk_with
    desk = at_bench.desk
    unit = at_bench.ready_unit(IMEIS[1])
    other = at_bench.ready_unit(IMEIS[2], "GS22-128-GRN")

    live = listing_view.way_to_market(desk, unit)
    assert render(live[0]) == f"Live in fr-fr as {SKU}: 1 offered."
    assert codes(listing_view.way_to_market(desk, other)) == {"market_way.no_listing"}

    desk.write(lambda tx: listings.set_listing(tx, found, quantity=0))
    assert codes(listing_view.way_to_market(desk, unit)) == {"market_way.not_online"}
    hand_over(desk, found)
    assert render(listing_view.way_to_market(desk, unit)[0]) == f"Goes online as {SKU} in de-de, fr-fr."
    pausing.pause(desk, OWNER, account(desk), [found])
    assert codes(listing_view.way_to_market(desk, unit)) == {"market_way.not_online"}
    at_bench.good(IMEIS[1], "BMD:HOLD:customer asks")
    assert codes(listing_view.way_to_market(desk, unit)) == {"market_way.held"}


def test_a_listed_unit_is_a_ready_one_whose_listing_sells(desk_with: tuple[Bench, str]) -> None:
    at_bench, found = desk_with
    desk = at_bench.desk
    at_bench.ready_unit(IMEIS[2], "GS22-128-GRN")

    def listed() -> list[str]:
        narrows = [unit_lists.listed(desk.company)]
        return desk.read(lambda c: unit_lists.page(c, desk.company, narrows, "", 0, 10))

    (unit,) = listed()
    known = listing_view.of_unit(desk, unit)
    assert known is not None and known.listed and known.online == ("fr-fr",)

    desk.write(lambda tx: listings.set_listing(tx, found, quantity=0))
    assert listed() == []


def test_an_account_that_is_paused_says_so_on_every_listing(desk_with: tuple[Bench, str]) -> None:
    at_bench, found = desk_with
    here = account(at_bench.desk)
    at_bench.desk.write(lambda tx: accounts.set_account(tx, here, pause_reason="by_hand"))

    assert "listing.account_paused" in codes(show(at_bench.desk, found).why)
