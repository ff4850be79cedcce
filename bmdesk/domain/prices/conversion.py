"""From the coin of one currency to the coin of another, at dated rates; and the roundings of whole coins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from bmdesk.domain.money import Money


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of a currency for one unit of the company's own, as given on a day; None for the company's own."""

    rate: Decimal
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """Coins times n/d are coins of the other currency.

    `rate`: units for one unit, to be shown. `on`: the older day of the rates that went into it, None if none did.
    """

    source: str
    target: str
    n: int
    d: int
    rate: Decimal
    on: date | None

    def down(self, minor: int) -> int:
        """Never more than the amount is worth."""
        return minor * self.n // self.d

    def up(self, minor: int) -> int:
        """Never less than the amount is worth."""
        return -(-minor * self.n // self.d)


class Rates:
    """The rates of one moment. A rate that is not above zero is none."""

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self._rates = {currency: rate for currency, rate in rates.items() if rate.rate > 0}
        self._made: dict[tuple[str, str], Conversion | None] = {}

    def between(self, source: str, target: str) -> Conversion | None:
        """None where a rate is missing; then `missing` names its currency."""
        if (source, target) not in self._made:
            self._made[source, target] = self._make(source, target)
        return self._made[source, target]

    def missing(self, source: str, target: str) -> str:
        """The currency whose rate nobody gave."""
        return target if target not in self._rates else source

    def _make(self, source: str, target: str) -> Conversion | None:
        if source == target:
            return Conversion(source, target, 1, 1, Decimal(1), None)
        ours, theirs = self._rates.get(source), self._rates.get(target)
        if ours is None or theirs is None:
            return None
        exact = Fraction(theirs.rate) / Fraction(ours.rate)
        n, d = (exact * coins(target) / coins(source)).as_integer_ratio()
        days = [rate.on for rate in (ours, theirs) if rate.on is not None]
        return Conversion(source, target, n, d, _shown(theirs.rate, ours.rate), min(days, default=None))


@cache
def coins(currency: str) -> int:
    """How many coins make one unit: 100 for most, 1 for yen."""
    return int(1 / Money(1, currency).amount)


def nearest(minor: int, n: int, d: int) -> int:
    """`minor` times n/d in whole coins, half a coin to the even one."""
    whole, rest = divmod(minor * n, d)
    return whole + 1 if 2 * rest > d or (2 * rest == d and whole % 2) else whole


def _shown(theirs: Decimal, ours: Decimal) -> Decimal:
    # A rate of the company's own currency is shown as it was given; one across, to six digits that count.
    if ours == 1:
        return theirs
    across = theirs / ours
    return across.quantize(Decimal(1).scaleb(across.adjusted() - 5))
