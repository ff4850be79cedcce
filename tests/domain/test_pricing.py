"""The documents that come with bmdesk: shares by grade."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from bmdesk.domain.grading import SCALE
from bmdesk.domain.prices.reading import read_pricing
from bmdesk.domain.prices.rules import PricingPolicy

POLICIES = Path(__file__).parents[2] / "resources" / "policies"
FOR_SALE = SCALE[:4]


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
