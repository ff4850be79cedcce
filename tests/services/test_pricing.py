"""What a SKU should cost in each market; and where there is no price, the person hears why and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bmdesk.domain.document import BadPolicy
from bmdesk.services import policy_documents, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.prices.suggesting import MarketPrice, Suggestions
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, catalogue
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from bmdesk.texts import render
from tests.desks import PHONE
from tests.listed import account

OWNER = Actor("OWNER", "owner", "test")
Suggest = Callable[..., dict[str, MarketPrice]]


@pytest.fixture
def suggest(desk: Desk) -> Suggest:
    """The suggestions for the phone, whose new price is 800 EUR."""

    def ask(*markets: str, grade: str = "GOOD") -> dict[str, MarketPrice]:
        def made(tx: Tx) -> str:
            variant = catalogue.by_model_code(tx.connection, tx.company, PHONE)
            assert variant is not None
            return catalogue.sku_id(tx, variant, grade, False)

        sku_id = desk.write(made)

        def work(connection: Connection) -> tuple[MarketPrice, ...]:
            seller = accounts.account(connection, account(desk))
            view = AccountSnapshot.of(connection, desk, seller)
            view = replace(view, settings=replace(view.settings, markets=markets))
            return Suggestions.of(connection, view, [sku_id]).prices(sku_id)

        account(desk)
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
    assert (str(after.money), after.share) == ("474.72 GBP", Decimal("0.69"))


def test_a_new_price_in_another_currency_goes_through_the_companys_own(
    desk: Desk, suggest: Suggest, clock: FixedClock
) -> None:
    new_price(desk, 80000, "USD")
    assert "rate.USD" in said(suggest("fr-fr")["fr-fr"])

    settings.put(desk, "rate.USD", "1.25")
    clock.advance(seconds=timedelta(days=30).total_seconds())
    settings.put(desk, "rate.GBP", "0.8")

    found = suggest("fr-fr", "en-gb", "en-us")
    assert [str(found[m].money) for m in ("fr-fr", "en-gb", "en-us")] == [
        "441.60 EUR",
        "353.28 GBP",
        "552.00 USD",
    ]


def test_without_a_new_price_nothing_is_suggested(desk: Desk, suggest: Suggest) -> None:
    new_price(desk, None, None)
    assert "Apple iPhone 13" in said(suggest("fr-fr")["fr-fr"])


def test_a_price_that_rounds_to_nothing_is_none(desk: Desk, suggest: Suggest) -> None:
    new_price(desk, 1, "EUR")
    settings.put(desk, "rate.GBP", "0.0001")
    assert "comes to nothing" in said(suggest("en-gb")["en-gb"])


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
    content = policies.content
    said = {market: content.template("GOOD", market) for market in ("de-at", "fr-fr")}
    assert [one and one[0].render({}).text for one in said.values()] == ["Schön.", "Nice."]
    assert content.template("FAIR", "fr-fr") is None
    assert content.months("fr-fr", "phone") == 24
