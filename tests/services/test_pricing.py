"""What a SKU should cost in each market; and where there is no price, the person hears why and what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from bmdesk.domain.policy import BadPolicy
from bmdesk.services import policy_documents, rates, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.selling import pricing
from bmdesk.services.selling.pricing import MarketPrice
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from bmdesk.texts import render
from tests.desks import PHONE

OWNER = Actor("OWNER", "owner", "test")
Suggest = Callable[..., dict[str, MarketPrice]]


@pytest.fixture
def suggest(desk: Desk) -> Suggest:
    """The suggestions for the phone, whose new price is 800 EUR."""

    def ask(*markets: str, grade: str = "GOOD") -> dict[str, MarketPrice]:
        def work(connection: Connection) -> tuple[MarketPrice, ...]:
            variant = catalogue.by_model_code(connection, desk.company, PHONE)
            assert variant is not None
            known = rates.newest(connection, desk.company)
            return pricing.suggested(desk.policies(connection), known, markets, variant, grade)

        return {found.market: found for found in desk.read(work)}

    return ask


def new_price(desk: Desk, minor: int | None, currency: str | None) -> None:
    def work(tx: Tx) -> None:
        variant = catalogue.by_model_code(tx.connection, tx.company, PHONE)
        assert variant is not None
        catalogue.save_variant(
            tx,
            variant.id,
            model_code=PHONE,
            new_price_minor=minor,
            new_price_currency=currency,
        )

    desk.write(work)


def said(found: MarketPrice) -> str:
    assert found.money is None
    assert found.reason is not None
    return render(found.reason)


def test_a_market_of_another_currency_has_no_price_until_somebody_gives_a_rate(
    desk: Desk, suggest: Suggest
) -> None:
    before = suggest("fr-fr", "en-gb")
    assert str(before["fr-fr"].money) == "552.00 EUR"
    assert "config set rate.GBP" in said(before["en-gb"])

    settings.put(desk, "rate.GBP", "0.86")

    after = suggest("fr-fr", "en-gb")["en-gb"]
    assert (str(after.money), after.rate, after.share) == ("474.72 GBP", Decimal("0.86"), Decimal("0.69"))
    assert after.rate_at == desk.clock.now()


def test_a_new_price_in_another_currency_goes_through_the_companys_own(
    desk: Desk, suggest: Suggest, clock: FixedClock
) -> None:
    new_price(desk, 80000, "USD")
    assert "rate.USD" in said(suggest("fr-fr")["fr-fr"])

    settings.put(desk, "rate.USD", "1.25")
    first = clock.now()
    clock.advance(seconds=timedelta(days=30).total_seconds())
    settings.put(desk, "rate.GBP", "0.8")

    found = suggest("fr-fr", "en-gb", "en-us")
    assert [str(found[m].money) for m in ("fr-fr", "en-gb", "en-us")] == [
        "441.60 EUR",
        "353.28 GBP",
        "552.00 USD",
    ]
    assert found["en-gb"].rate_at == first  # no fresher than the older of the two
    assert found["en-us"].rate is None


def test_without_a_new_price_nothing_is_suggested(desk: Desk, suggest: Suggest) -> None:
    new_price(desk, None, None)
    assert PHONE in said(suggest("fr-fr")["fr-fr"])


def test_a_price_that_rounds_to_nothing_is_none(desk: Desk, suggest: Suggest) -> None:
    new_price(desk, 1, "EUR")
    settings.put(desk, "rate.GBP", "0.0001")
    assert "0.01 EUR" in said(suggest("en-gb")["en-gb"])


def test_a_seller_changes_the_shares_and_no_unit_is_judged_anew(desk: Desk, suggest: Suggest) -> None:
    stamp = desk.read(desk.policies).stamp
    body = {
        **policy_documents.shipped("pricing"),
        "shares": {"*": {"GOOD": "0.7"}, "phone": {"GOOD": "0.5"}},
    }
    policy_documents.save_document(desk, OWNER, "pricing", body)

    assert str(suggest("fr-fr")["fr-fr"].money) == "400.00 EUR"
    assert "Fair" in said(suggest("fr-fr", grade="FAIR")["fr-fr"])
    assert desk.read(desk.policies).stamp == stamp


@pytest.mark.parametrize("share", ["87", "0.049", "1.01", "0", "-0.5", "NaN", "1e-1", 0])
def test_a_share_out_of_range_is_said_and_nothing_is_saved(
    desk: Desk, suggest: Suggest, share: object
) -> None:
    with pytest.raises(BadPolicy) as refused:
        policy_documents.save_document(desk, OWNER, "pricing", {"shares": {"*": {"GOOD": share}}})
    assert "shares.*.GOOD" in render(refused.value.happened)
    assert str(suggest("fr-fr")["fr-fr"].money) == "552.00 EUR"


def test_a_sellers_own_words_and_warranty_go_along(desk: Desk) -> None:
    body = {"warranty_months": 24, "comments": {"*": {"GOOD": "Nice."}, "de": {"GOOD": "Schön."}}}
    policy_documents.save_document(desk, OWNER, "content", body)
    policies = desk.read(desk.policies)
    assert pricing.content_of(policies, "GOOD", "de-at").comment == "Schön."
    assert pricing.content_of(policies, "GOOD", "fr-fr").comment == "Nice."
    assert pricing.content_of(policies, "FAIR", "fr-fr").comment == ""
    assert pricing.content_of(policies, "FAIR", "fr-fr").warranty_months == 24
