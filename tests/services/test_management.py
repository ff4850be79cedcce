"""A listing is managed only when a person said so, and exactly as it was shown."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import update

from bmdesk.domain.effects import Kind
from bmdesk.domain.listing_reasons import ASPECTS, Aspect
from bmdesk.domain.money import Money
from bmdesk.domain.rights import Right
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.selling import management, pausing
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.services.selling.management_preview import PreviewRow
from bmdesk.store.queries import accounts, listings, outbox_lists
from bmdesk.store.queries.listings import MarketRow
from bmdesk.store.tables import units as unit_tables
from bmdesk.texts import render
from tests.desks import IMEIS, PHONE, Bench
from tests.listed import OWNER, account, link_all, listing, read_listing

SKU = f"{PHONE}-EXCELLENT"


@dataclass
class Shop:
    desk: Desk
    account: str
    listing: str

    def hand_over(self, *aspects: Aspect, everything: bool = False) -> management.Done:
        chosen = None if everything else [self.listing]
        wanted = aspects or ASPECTS
        shown = management.preview(self.desk, self.account, chosen, wanted)
        return management.manage(self.desk, OWNER, self.account, chosen, wanted, shown.digest)

    def market(self, market: str) -> MarketRow:
        found = self.desk.read(lambda c: listings.market(c, self.listing, market))
        assert found is not None
        return found

    def waiting(self, kind: Kind) -> list[str]:
        rows = self.desk.read(lambda c: outbox_lists.unfinished(c, [self.listing]))
        return sorted(row.market for row in rows if row.kind == kind.value and row.state == "pending")


@pytest.fixture
def shop(at_bench: Bench) -> Shop:
    """One ready phone, its listing linked, three markets of which one has no exchange rate."""
    desk = at_bench.desk
    account_id = account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr,de-de,en-gb")
    at_bench.ready_unit()
    found = read_listing(desk, SKU, "EXCELLENT", 7, {"fr-fr": 39900}, most=100000)
    link_all(desk, found)
    return Shop(desk, account_id, found)


def test_a_preview_shows_old_and_new_and_changes_nothing(shop: Shop) -> None:
    shown = management.preview(shop.desk, shop.account)

    rows = {(row.aspect, row.market): row for row in shown.rows}
    assert (rows[Aspect.STOCK, ""].old, rows[Aspect.STOCK, ""].new) == (7, 1)
    assert rows[Aspect.PRICE, "fr-fr"].old == Money(39900, "EUR")
    assert isinstance(rows[Aspect.PRICE, "de-de"].new, Money)
    assert rows[Aspect.PRICE, "en-gb"].new is None
    problem = rows[Aspect.PRICE, "en-gb"].problem
    assert problem is not None and problem.code == "pricing.no_rate"
    assert (Aspect.CONTENT, "en-gb") not in rows, "what has no price is not published"
    assert management.preview(shop.desk, shop.account).digest == shown.digest
    assert not listing(shop.desk, shop.listing).manage_stock
    assert shop.waiting(Kind.STOCK) == []


def test_managing_confirms_the_prices_that_were_shown_and_no_others(shop: Shop) -> None:
    shown = management.preview(shop.desk, shop.account, [shop.listing])
    done = management.manage(shop.desk, OWNER, shop.account, [shop.listing], ASPECTS, shown.digest)

    assert done.count == 1
    row = listing(shop.desk, shop.listing)
    assert row.manage_stock and row.manage_price and row.manage_content
    assert (row.base_quantity, row.base_at is not None) == (7, True)
    price = next(r.new for r in shown.rows if r.aspect is Aspect.PRICE and r.market == "fr-fr")
    assert isinstance(price, Money)
    here = shop.market("fr-fr")
    assert (here.wanted_minor, here.wanted_currency, here.base_minor) == (price.minor, "EUR", 39900)
    assert shop.market("de-de").base_minor is None
    assert shop.waiting(Kind.STOCK) == [""]
    assert shop.waiting(Kind.PRICE) == ["de-de", "fr-fr"]


def test_that_the_floor_lifts_a_price_or_that_nobody_knows_it_is_said_before_it_is_confirmed(
    shop: Shop,
) -> None:
    def french() -> PreviewRow:
        rows = management.preview(shop.desk, shop.account).rows
        return next(row for row in rows if (row.aspect, row.market) == (Aspect.PRICE, "fr-fr"))

    spent(shop.desk, 60000)
    row = french()
    assert row.problem is None and row.changes
    assert [note.code for note in row.notes] == ["prices.warn_floor"] and str(row.new) in render(row.notes[0])
    digest = management.preview(shop.desk, shop.account).digest
    spent(shop.desk, None)
    row = french()
    assert row.problem is None and row.changes, "something to know keeps nobody from confirming it"
    assert [note.code for note in row.notes] == ["prices.warn_unknown_cost"]
    assert management.preview(shop.desk, shop.account).digest != digest


def test_the_floor_is_said_for_listings_that_would_be_made(shop: Shop, at_bench: Bench) -> None:
    at_bench.ready_unit(IMEIS[1], "GS22-128-GRN")
    spent(shop.desk, None)
    (one,) = management.preview(shop.desk, shop.account).to_create
    notes = {price.market: [note.code for note in price.notes] for price in one.prices if price.money}
    assert notes and all(codes == ["prices.warn_unknown_cost"] for codes in notes.values())


def test_what_changed_since_it_was_shown_must_be_looked_at_again(shop: Shop, at_bench: Bench) -> None:
    shown = management.preview(shop.desk, shop.account, [shop.listing])
    at_bench.ready_unit(IMEIS[1])

    with pytest.raises(PreviewChanged):
        management.manage(shop.desk, OWNER, shop.account, [shop.listing], ASPECTS, shown.digest)
    assert not listing(shop.desk, shop.listing).manage_stock


def test_only_the_named_aspect_is_handed_over(shop: Shop) -> None:
    shop.hand_over(Aspect.STOCK)

    row = listing(shop.desk, shop.listing)
    assert (row.manage_stock, row.manage_price, row.manage_content) == (True, False, False)
    assert shop.waiting(Kind.PRICE) == []
    assert shop.market("fr-fr").wanted_minor is None


def test_an_unlinked_listing_cannot_be_managed_and_says_so(shop: Shop) -> None:
    loose = read_listing(shop.desk, "somebody-elses", "GOOD", 4)
    shown = management.preview(shop.desk, shop.account, [loose])

    done = management.manage(shop.desk, OWNER, shop.account, [loose], ASPECTS, shown.digest)

    assert done.count == 0
    assert [reason.code for _, reason in done.problems] == ["listing.not_linked"]
    assert not listing(shop.desk, loose).manage_stock


def test_all_means_that_missing_listings_are_made_too_and_the_preview_says_so(
    shop: Shop, at_bench: Bench
) -> None:
    at_bench.ready_unit(IMEIS[1], "GS22-128-GRN")
    shown = management.preview(shop.desk, shop.account)
    assert [one.sku for one in shown.to_create] == ["GS22-128-GRN-EXCELLENT"]
    assert management.preview(shop.desk, shop.account, [shop.listing]).to_create == ()

    shop.hand_over(everything=True)
    assert shop.desk.read(lambda c: accounts.account(c, shop.account)).creates


def test_handing_back_writes_nothing_and_cancels_what_waits(shop: Shop) -> None:
    shop.hand_over()

    done = management.unmanage(shop.desk, OWNER, shop.account, None)

    row = listing(shop.desk, shop.listing)
    assert done.count == 1
    assert not (row.manage_stock or row.manage_price or row.manage_content)
    assert shop.waiting(Kind.STOCK) == shop.waiting(Kind.PRICE) == []
    assert shop.market("fr-fr").wanted_minor is None


def test_a_pause_wants_the_zero_and_one_market_cannot_be_switched_off(shop: Shop) -> None:
    shop.hand_over()
    done = pausing.pause(shop.desk, OWNER, shop.account, [shop.listing], "fr-fr")
    assert shop.market("fr-fr").paused
    assert [note.code for note in done.notes] == ["management.still_online"]

    pausing.pause(shop.desk, OWNER, shop.account, [shop.listing])
    stock = management.preview(shop.desk, shop.account, [shop.listing]).rows[0]
    assert (stock.new, stock.reason and stock.reason.code) == (0, "listing.paused")

    pausing.resume(shop.desk, OWNER, shop.account, [shop.listing])
    pausing.pause(shop.desk, OWNER, shop.account, None)
    stock = management.preview(shop.desk, shop.account, [shop.listing]).rows[0]
    assert (stock.new, stock.reason and stock.reason.code) == (0, "listing.all_paused")


def test_what_is_not_managed_cannot_be_paused_here(shop: Shop) -> None:
    done = pausing.pause(shop.desk, OWNER, shop.account, [shop.listing])

    assert done.count == 0 and done.problems[0][1].code == "management.not_ours_to_pause"


def test_managing_again_keeps_what_is_known_of_a_second_writer(shop: Shop) -> None:
    shop.hand_over()
    values = {"base_quantity": 3, "sent": [1]}
    shop.desk.write(lambda tx: listings.set_listing(tx, shop.listing, **values))

    shop.hand_over()

    row = listing(shop.desk, shop.listing)
    assert (row.base_quantity, row.sent) == (3, [1])


def test_who_marks_all_listings_one_by_one_hands_over_all_of_them(desk: Desk) -> None:
    marked = [read_listing(desk, f"SKU-{number}") for number in range(21)]
    assert management.right_to_hand_over(desk, account(desk), marked) is Right.HAND_OVER_ALL
    assert management.right_to_hand_over(desk, account(desk), marked[1:]) is Right.MANAGEMENT
    assert management.right_to_hand_over(desk, account(desk), None) is Right.HAND_OVER_ALL


def spent(desk: Desk, minor: int | None) -> None:
    """What was paid for every unit, in cents; None: nobody said."""
    values = {"cost_minor": minor, "cost_currency": "EUR", "vat_scheme": "margin"}
    desk.write(lambda tx: tx.connection.execute(update(unit_tables.stay).values(**values)))
