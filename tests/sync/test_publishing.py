"""Published where a person chose to, offline in the words of what the marketplace can do, and never without what a
listing needs at least."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from bmdesk.domain.listing_reasons import Aspect
from bmdesk.domain.money import Money
from bmdesk.services import policy_documents
from bmdesk.services.desk import Desk
from bmdesk.services.prices import applying, choosing
from bmdesk.services.prices.simulation import Why, simulate
from bmdesk.services.selling import listing_view, management, pausing, publishing
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.services.selling.publishing import NoMarketChosen, Published, PublishRow
from bmdesk.simulator import Simulator
from bmdesk.store.queries import listings
from bmdesk.store.tables import units as unit_tables
from bmdesk.store.tables.catalogue import variant
from bmdesk.system.clock import FixedClock
from bmdesk.texts import render
from tests.desks import PHONE
from tests.markets import FIRST, OWNER, Shop, make_shop

MARKETS = "fr-fr, de-de, es-es"


@pytest.fixture
def shop(desk: Desk, clock: FixedClock, market: Simulator) -> Shop:
    return make_shop(desk, clock, market, markets=MARKETS)


def minimum(shop: Shop, **levels: str) -> None:
    rules = {"levels": levels, "comment_shortest": 20, "photos_fewest": 2}
    policy_documents.save_document(shop.desk, OWNER, "listing_minimum", {"categories": {"*": rules}})


def of_the_phone(shop: Shop, **values: Any) -> None:
    shop.desk.write(
        lambda tx: tx.connection.execute(
            update(variant).where(variant.c.model_code == PHONE).values(**values)
        )
    )


def spent(shop: Shop, minor: int | None) -> None:
    """What was paid for each unit, in cents; None: nobody said."""
    stay = unit_tables.stay
    values = {"cost_minor": minor, "cost_currency": "EUR", "vat_scheme": "margin"}
    shop.desk.write(
        lambda tx: tx.connection.execute(
            update(stay).where(stay.c.unit_id.in_(list(shop.units))).values(**values)
        )
    )


def ids(shop: Shop) -> list[str]:
    return [shop.listed(FIRST).id]


def shown(shop: Shop, *markets: str) -> dict[str, PublishRow]:
    found = publishing.publish_preview(shop.desk, shop.account, ids(shop), markets)
    return {row.market: row for row in found.rows}


def published(shop: Shop, *markets: str) -> Published:
    digest = publishing.publish_preview(shop.desk, shop.account, ids(shop), markets).digest
    return publishing.publish(shop.desk, OWNER, shop.account, ids(shop), markets, digest)


def offline(shop: Shop, market: str = "") -> management.Done:
    digest = publishing.offline_preview(shop.desk, shop.account, ids(shop), market).digest
    return publishing.offline(shop.desk, OWNER, shop.account, ids(shop), digest, market)


def french(shop: Shop) -> None:
    """A listing of bmdesk's that is published in France alone."""
    shop.ready()
    shop.offer(FIRST, 0, manage=False)
    shop.manage(FIRST, aspects=(Aspect.STOCK,))
    shop.settle()
    shop.desk.write(
        lambda tx: tx.connection.exec_driver_sql(
            "UPDATE listing SET manage_price = true, manage_content = true"
        )
    )


def test_a_chosen_market_gets_its_price_and_words_and_the_others_nothing(shop: Shop) -> None:
    french(shop)
    row = shown(shop, "de-de")["de-de"]
    assert row.changes and row.new is not None and row.saying is not None
    assert "Geprüft" in row.saying.comment and row.saying.warranty_months == 12
    assert published(shop, "de-de").count == 1
    shop.settle()
    found = shop.market.listing(FIRST)["markets"]
    assert found["de-de"]["price"] == str(row.new.amount) and "Geprüft" in found["de-de"]["comment"]
    assert found["de-de"]["publication_state"] == 2
    assert "es-es" not in found or found["es-es"]["price"] is None
    assert not shown(shop, "de-de")["de-de"].changes


def test_only_what_was_shown_is_published(shop: Shop) -> None:
    french(shop)
    digest = publishing.publish_preview(shop.desk, shop.account, ids(shop), ["de-de"]).digest
    of_the_phone(shop, new_price_minor=123_00)
    with pytest.raises(PreviewChanged):
        publishing.publish(shop.desk, OWNER, shop.account, ids(shop), ["de-de"], digest)
    with pytest.raises(NoMarketChosen):
        publishing.publish_preview(shop.desk, shop.account, ids(shop), [])


def test_what_is_not_handed_over_is_not_published(shop: Shop) -> None:
    shop.ready()
    shop.offer(FIRST, 0, manage=False)
    row = shown(shop, "de-de")["de-de"]
    assert row.problem is not None and row.problem.code == "publishing.not_managed"
    done = published(shop, "de-de")
    assert done.count == 0 and [sku for sku, _ in done.problems] == [FIRST]


def test_a_market_that_the_account_does_not_sell_in_is_said(shop: Shop) -> None:
    french(shop)
    problem = shown(shop, "it-it")["it-it"].problem
    assert problem is not None and problem.code == "publishing.not_our_market"


def test_without_a_price_there_is_nothing_to_publish(shop: Shop) -> None:
    french(shop)
    of_the_phone(shop, new_price_minor=None)
    problem = shown(shop, "de-de")["de-de"].problem
    assert problem is not None and problem.code == "prices.none_no_new_price"


def test_a_confirmed_price_that_is_below_the_floor_by_now_is_not_published(shop: Shop) -> None:
    french(shop)
    spent(shop, 20000)
    published(shop, "de-de")
    shop.desk.write(lambda tx: listings.set_market(tx, ids(shop)[0], "de-de", price_minor=None))
    confirmed = shop.cell(FIRST, "de-de").wanted_minor
    assert confirmed is not None and shown(shop, "de-de")["de-de"].new == Money(confirmed, "EUR")
    spent(shop, 60000)
    row = shown(shop, "de-de")["de-de"]
    floor = next(one.floor for one in simulate(shop.desk, shop.account).rows if one.market == "de-de")
    assert floor is not None and floor.minor > confirmed
    assert row.new is not None and row.new.minor >= floor.minor
    assert row.minimum is not None and row.minimum.minor >= floor.minor
    assert "prices.outside_floor" in [note.code for note in row.notes]
    assert str(floor) in render(row.notes[0])
    of_the_phone(shop, new_price_minor=None)
    row = shown(shop, "de-de")["de-de"]
    assert row.new is None and row.problem is not None and not row.changes


def resting(shop: Shop) -> None:
    """Paused in Germany at 624.00, where 700.00 was chosen since; then a ceiling came."""
    french(shop)
    spent(shop, 20000)
    published(shop, "de-de")
    shop.settle()
    pausing.pause(shop.desk, OWNER, shop.account, ids(shop), "de-de")
    chosen(shop)
    document = policy_documents.document(shop.desk, "pricing")
    given = [*document.get("rules", []), {"id": "top", "ceiling": "650 EUR"}]
    policy_documents.save_document(shop.desk, OWNER, "pricing", {**document, "rules": given})


def chosen(shop: Shop) -> None:
    choosing.choose(shop.desk, OWNER, shop.account, ids(shop)[0], "de-de", Money(70_000, "EUR"), Why.HAND)


def test_a_pause_ends_only_once_the_published_price_stands(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    resting(shop)
    assert shown(shop, "de-de")["de-de"].new == Money(65_000, "EUR")

    def died(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(applying, "set_prices", died)
        published(shop, "de-de")
    shop.settle()
    assert shop.price(FIRST, "de-de") == "624.00", (
        "what was wanted before the pause does not go out in between"
    )
    published(shop, "de-de")
    shop.settle()
    assert shop.price(FIRST, "de-de") == "650.00"


def test_what_was_wanted_in_a_pause_does_not_come_back_where_the_shown_price_stands_already(
    shop: Shop,
) -> None:
    resting(shop)
    shop.desk.write(
        lambda tx: listings.set_market(tx, ids(shop)[0], "de-de", chosen_minor=None, chosen_why="")
    )
    row = shown(shop, "de-de")["de-de"]
    assert row.old == row.new == Money(62_400, "EUR") and row.resumes
    published(shop, "de-de")
    shop.settle()
    assert shop.price(FIRST, "de-de") == "624.00"


def test_a_price_chosen_while_others_were_published_stays(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    french(shop)
    spent(shop, 20000)
    really = applying.set_prices

    def meanwhile(*given: Any) -> applying.Applied:
        chosen(shop)
        return really(*given)

    monkeypatch.setattr(applying, "set_prices", meanwhile)
    done = published(shop, "de-de")
    assert (done.count, [said.code for _, said in done.problems]) == (0, ["prices.changed_since"])
    assert shop.cell(FIRST, "de-de").wanted_minor == 70_000


def test_that_nobody_knows_the_floor_is_said_before_it_is_published(shop: Shop) -> None:
    french(shop)
    spent(shop, None)
    row = shown(shop, "de-de")["de-de"]
    assert row.changes and "prices.warn_unknown_cost" in [note.code for note in row.notes]


def test_offline_everywhere_is_a_zero_and_is_said_so(shop: Shop) -> None:
    french(shop)
    assert shop.remote() == 1
    found = publishing.offline_preview(shop.desk, shop.account, ids(shop))
    assert "0" in render(found.rows[0].said) and "fr-fr" in render(found.rows[0].said)
    assert offline(shop).count == 1
    shop.settle()
    assert shop.remote() == 0
    pausing.resume(shop.desk, OWNER, shop.account, ids(shop))
    shop.settle()
    assert shop.remote() == 1


def test_offline_in_one_market_is_writing_nothing_more_there_and_is_said_so(shop: Shop) -> None:
    french(shop)
    found = publishing.offline_preview(shop.desk, shop.account, ids(shop), "fr-fr")
    assert found.rows[0].said.code == "publishing.offline_stays"
    assert "no switch" in render(found.rows[0].said)
    offline(shop, "fr-fr")
    shop.settle()
    assert shop.remote() == 1 and shop.cell(FIRST, "fr-fr").paused
    row = shown(shop, "fr-fr")["fr-fr"]
    assert row.resumes and row.changes
    published(shop, "fr-fr")
    assert not shop.cell(FIRST, "fr-fr").paused


def test_nothing_is_taken_offline_that_bmdesk_does_not_manage(shop: Shop) -> None:
    shop.ready()
    shop.offer(FIRST, 3, manage=False)
    found = publishing.offline_preview(shop.desk, shop.account, ids(shop))
    assert found.rows[0].problem is not None
    assert offline(shop).count == 0 and shop.remote() == 3


# ---------------------------------------------------------------- the least a listing needs


def test_a_required_thing_that_is_missing_keeps_it_from_being_published_and_is_named(shop: Shop) -> None:
    french(shop)
    minimum(shop, photos="required", ean="warning")
    row = shown(shop, "de-de")["de-de"]
    assert row.problem is not None and row.problem.code == "minimum.required"
    assert "photos" in render(row.problem).lower() and not row.changes
    minimum(shop, photos="warning")
    assert shown(shop, "de-de")["de-de"].changes


def test_a_listing_that_is_online_already_is_only_warned(shop: Shop) -> None:
    french(shop)
    minimum(shop, photos="required")
    shop.ready()
    shop.settle()
    assert shop.remote() == 2
    why = listing_view.show(shop.desk, shop.account, ids(shop)[0]).why
    assert "minimum.required" in [reason.code for reason in why]


def test_what_would_go_online_waits_says_why_at_the_unit_and_goes_when_nothing_is_missing(shop: Shop) -> None:
    minimum(shop, photos="required")
    (unit,) = shop.ready()
    shop.offer(FIRST, 0)
    shop.settle()
    assert shop.remote() == 0
    row = listing_view.show(shop.desk, shop.account, ids(shop)[0])
    assert row.offer.withheld == "minimum" and "minimum.required" in [reason.code for reason in row.why]
    (said,) = listing_view.way_to_market(shop.desk, unit)
    assert "photos" in render(said).lower()
    minimum(shop, photos="off")
    shop.advance(minutes=20)
    shop.settle()
    assert shop.remote() == 1 and "minimum.log_wakes" in shop.log_codes()


def test_a_listing_that_is_there_is_known_to_the_marketplace_whatever_our_catalogue_lacks(shop: Shop) -> None:
    of_the_phone(shop, ean="")
    minimum(shop, product="required", title="required")
    shop.ready()
    shop.offer(FIRST, 0)
    shop.settle()
    assert shop.remote() == 1


def test_a_missing_listing_is_not_made_without_what_it_needs_and_is_made_once_it_is_there(shop: Shop) -> None:
    (unit,) = shop.ready()
    shop.sync()
    shop.manage_all()
    minimum(shop, new_price="required", photos="required")
    shop.settle()
    assert shop.market.listings() == []
    (parked,) = shop.effects("parked", kind="create")
    assert shop.problem(parked) == "minimum.missing.title"
    assert any("photos" in render(said).lower() for said in listing_view.way_to_market(shop.desk, unit))
    shown_again = management.preview(shop.desk, shop.account)
    (to_create,) = shown_again.to_create
    assert to_create.problem is not None and to_create.problem.code == "minimum.required"
    minimum(shop, new_price="required")
    shop.advance(minutes=20)
    shop.settle()
    assert [one["sku"] for one in shop.market.listings()] == [FIRST]


def test_a_comment_that_is_too_short_keeps_only_its_market_out(shop: Shop) -> None:
    french(shop)
    minimum(shop, comment="required")
    body = {
        "warranty_months": 12,
        "comments": {"*": {"EXCELLENT": "Fine, and tested by us."}, "de": {"EXCELLENT": "Gut"}},
    }
    policy_documents.save_document(shop.desk, OWNER, "content", body)
    rows = shown(shop, "de-de", "es-es")
    problem = rows["de-de"].problem
    assert problem is not None and "de-de" in render(problem)
    assert rows["es-es"].problem is None


def test_a_listing_that_offers_nothing_says_what_keeps_it_offline(shop: Shop) -> None:
    french(shop)
    offered = [note.code for note in shown(shop, "fr-fr")["fr-fr"].notes]
    assert not {"publishing.nothing_offered", "listing.paused"} & set(offered)
    offline(shop)
    shop.settle()
    row = shown(shop, "fr-fr")["fr-fr"]
    assert row.notes[-1].code == "listing.paused", "a pause is the nearer reason"

    pausing.resume(shop.desk, OWNER, shop.account, ids(shop))
    assert shown(shop, "fr-fr")["fr-fr"].notes[-1].code == "publishing.nothing_offered"
