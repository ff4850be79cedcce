"""A price is a share of the new price, in the market's own coin, and never a float."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.content import LONGEST_COMMENT
from bmdesk.domain.grading import SCALE
from bmdesk.domain.money import Money
from bmdesk.domain.policy import read_content, read_pricing
from bmdesk.domain.pricing import LARGEST_SHARE, SMALLEST_SHARE, PricingPolicy, price

POLICIES = Path(__file__).parents[2] / "resources" / "policies"
FOR_SALE = SCALE[:4]


@pytest.mark.parametrize(
    ("new", "share", "rate", "currency", "expected"),
    [
        ("800", "0.69", None, "EUR", "552.00 EUR"),
        ("800", "0.69", "0.86", "GBP", "474.72 GBP"),
        ("799.99", "0.87", None, "EUR", "695.99 EUR"),
        ("0.50", "0.05", None, "EUR", "0.02 EUR"),  # half a cent goes to the even one
        ("1.50", "0.05", None, "EUR", "0.08 EUR"),
        ("100", "0.5", "162.35", "JPY", "8118 JPY"),  # a coin without decimals
        ("100", "1", "0.41235", "KWD", "41.235 KWD"),
    ],
)
def test_a_price_is_rounded_to_the_coin_of_its_market(
    new: str, share: str, rate: str | None, currency: str, expected: str
) -> None:
    found = price(Money.parse(new, "EUR"), Decimal(share), Decimal(rate) if rate else None, currency)
    assert str(found) == expected


def test_two_currencies_without_a_rate_are_never_taken_for_one() -> None:
    with pytest.raises(ValueError, match="no rate"):
        price(Money(100, "EUR"), Decimal("0.5"), None, "GBP")


@given(st.integers(1, 10**9), st.decimals(SMALLEST_SHARE, LARGEST_SHARE, places=4))
def test_no_price_is_off_by_more_than_half_a_coin(minor: int, share: Decimal) -> None:
    found = price(Money(minor, "EUR"), share, None, "EUR")
    assert abs(found.minor - minor * share) <= Decimal("0.5")


def test_a_category_says_its_own_shares_and_takes_the_rest_from_all() -> None:
    policy = PricingPolicy(
        shares={"*": {"GOOD": Decimal("0.69"), "FAIR": Decimal("0.6")}, "laptop": {"GOOD": Decimal("0.5")}}
    )
    assert policy.share("laptop", "GOOD") == Decimal("0.5")
    assert policy.share("laptop", "FAIR") == Decimal("0.6")
    assert policy.share("phone", "GOOD") == Decimal("0.69")
    assert policy.share("phone", "PREMIUM") is None


def test_the_shipped_shares_fall_with_the_grade() -> None:
    policy = read_pricing(json.loads((POLICIES / "pricing.json").read_text("utf-8")))
    shares = [policy.share("phone", grade) for grade in FOR_SALE]
    assert shares == [Decimal("0.87"), Decimal("0.78"), Decimal("0.69"), Decimal("0.60")]


def test_every_grade_has_words_in_six_languages_and_english_everywhere_else() -> None:
    policy = read_content(json.loads((POLICIES / "content.json").read_text("utf-8")))
    assert policy.of("GOOD", "en-gb").warranty_months == 12
    for grade in FOR_SALE:
        english = policy.of(grade, "en-gb").comment
        own = {policy.of(grade, market).comment for market in ("fr-fr", "de-at", "es-es", "it-it", "nl-nl")}
        assert len(own | {english}) == 6
        assert policy.of(grade, "sv-se").comment == policy.of(grade, "tomorrow").comment == english
        assert all(0 < len(words) <= LONGEST_COMMENT for words in own | {english})
    assert policy.of("NOT_FOR_SALE", "fr-fr").comment == ""


def test_a_markets_own_words_go_before_those_of_its_language() -> None:
    body = {
        "version": 1,
        "warranty_months": 24,
        "comments": {"*": {"GOOD": "fine"}, "fr": {"GOOD": "bien"}, "fr-be": {"GOOD": "septante"}},
    }
    policy = read_content(body)
    said = [policy.of("GOOD", market).comment for market in ("fr-be", "fr-fr", "en-ie")]
    assert said == ["septante", "bien", "fine"]
