"""What a device of a grade should cost in a market: a share of its price when new.

Pure arithmetic: the caller brings new price, share and exchange rate. Nothing here is ever sent by itself: a price is
written only after a person saw it in a preview.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from bmdesk.domain.money import Money

SMALLEST_SHARE, LARGEST_SHARE = Decimal("0.05"), Decimal("1.0")
"""A share outside is a slip of the finger (a percent for a share, a lost digit), and would sell devices for nothing."""


@dataclass(frozen=True, slots=True)
class PricingPolicy:
    """Shares of the new price by category and grade; the category "*" is for what a category does not say itself."""

    version: int = 1
    shares: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)

    def share(self, category: str, grade: str) -> Decimal | None:
        """The share that counts, or None where nobody said one."""
        return self.shares.get(category, {}).get(grade, self.shares.get("*", {}).get(grade))


def price(new_price: Money, share: Decimal, rate: Decimal | None, currency: str) -> Money:
    """`share` of the new price, in `currency`, rounded half-even to its minor unit.

    `rate`: units of `currency` for one unit of the new price's currency; None where they are the same.
    """
    if rate is None and currency != new_price.currency:
        raise ValueError("two currencies and no rate")
    wanted = new_price.amount * share * (1 if rate is None else rate)
    smallest_coin = Money(1, currency).amount
    return Money(int((wanted / smallest_coin).to_integral_value(ROUND_HALF_EVEN)), currency)
