"""What a price is made from, and what comes of it: facts, steps, decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import Conversion
from bmdesk.domain.prices.cost import SaleCosts, Spent, UnitCost
from bmdesk.domain.prices.rules import Rule
from bmdesk.domain.prices.terms import Ratio
from bmdesk.texts import Text


@dataclass(frozen=True, slots=True)
class NewPrice:
    """What the product costs new: when and by whom that was said. `on` is None where nobody knows."""

    money: Money
    on: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Goods:
    """What is priced, the same in every market. `grade`: one of SCALE. `product`: brand and model.

    `units`: the free ones of this SKU, for their cost; none in hand: no cost sets a floor, which is said.
    """

    sku: str
    product: str
    category: str
    grade: str
    new_price: NewPrice | None
    units: tuple[UnitCost, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A SKU's listing in one market as it stands there, in the market's currency; None: not known, or there is none.

    `first_today`: the price with which the day began (the present one where nobody knows), from which the greatest
    change a day counts. `taken`: the price against a competitor that somebody chose.
    """

    market: str
    present: Money | None = None
    first_today: Money | None = None
    max_price: Money | None = None
    taken: Money | None = None


class Kind(StrEnum):
    """What a step does, in the order in which they come."""

    SHARE = "share"
    MULTIPLIER = "multiplier"
    CONVERSION = "conversion"
    COMPETITOR = "competitor"
    COST = "cost"
    FLOOR = "floor"
    CEILING = "ceiling"
    MAXIMUM = "maximum"
    DAILY = "daily"
    ROUNDING = "rounding"
    MINIMUM = "minimum"


class Step(NamedTuple):
    """One step in coins of `currency` (of CONVERSION: `before` is in the one that it converts from).

    - `rule`: the one that said so, None for facts.
    - `ratio`: what `before` was multiplied by (MINIMUM: divided by).
    - `bound`: the floor, ceiling, maximum, the competitor's price, or the price with which the day began.
    - `low`, `high`: between which the price had to stay; no `high`: any.
    - `overruled`: a floor or ceiling went before it (DAILY), a floor forbade it (COMPETITOR), no such price lay between
      the bounds (ROUNDING), the floor stands above it (MINIMUM).
    - `sale`: with what true cost is counted, and `conversion` then the unit's (COST).
    """

    kind: Kind
    before: int
    after: int
    currency: str
    rule: Rule | None = None
    ratio: Ratio | None = None
    bound: int | None = None
    low: int | None = None
    high: int | None = None
    grid: tuple[int, int] | None = None
    overruled: bool = False
    new_price: NewPrice | None = None
    conversion: Conversion | None = None
    unit: Spent | None = None
    sale: SaleCosts | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The price and the min_price for the BackPricer in coins of `currency`, or the `reason` why there is none.

    `unknown`: why true cost sets no floor although units are in hand; such a price waits for a person.
    `floor_minor` and `top_minor`: the highest lower and the lowest upper bound. `steps`: how far it came; empty where
    nobody asked for them.
    """

    market: str
    currency: str
    price_minor: int | None
    min_price_minor: int | None
    floor_minor: int | None
    top_minor: int | None
    reason: Text | None
    unknown: Text | None
    steps: tuple[Step, ...]
    warnings: tuple[Text, ...]

    @property
    def price(self) -> Money | None:
        """What the SKU should cost there."""
        return self._money(self.price_minor)

    @property
    def min_price(self) -> Money | None:
        """How low the BackPricer may go by itself."""
        return self._money(self.min_price_minor)

    @property
    def floor(self) -> Money | None:
        """The higher of the floor by true cost and the absolute one."""
        return self._money(self.floor_minor)

    @property
    def top(self) -> Money | None:
        """The lower of the ceiling and the marketplace's maximum."""
        return self._money(self.top_minor)

    def _money(self, minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, self.currency)
