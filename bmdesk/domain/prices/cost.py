"""What a sale leaves over, and the least price at which that is what the rules want. Exact, in coins of the market.

    left over = price - VAT - true cost
    true cost = the unit (purchase + parts + labour) + shipping + commission + payment fee + warranty provision
    VAT, regular scheme = price x v / (1 + v)
    VAT, margin scheme = (price - purchase) x v / (1 + v), nothing where the price is below the purchase
    wanted            = percent of the true cost + amount

Commission, fee and provision count without VAT and on the price alone: what the buyer pays for shipping comes on top of
all this and is no business of the price. All of it is linear in the price, so the least price is a quotient of whole
numbers, and rounding up to the next coin is the only rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm

from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import Conversion, Rates
from bmdesk.domain.prices.rules import Rule
from bmdesk.domain.prices.tables import REGULAR, Row


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one free unit cost so far, without the VAT that comes back. None: nobody knows, and it is not guessed.

    `name`: its serial number, to be named. `scheme`: how its sale is taxed, regular or margin.
    """

    name: str
    purchase: Money | None
    parts: Money | None
    labour: Money | None
    scheme: str = REGULAR


@dataclass(frozen=True, slots=True)
class Spent:
    """The same in coins of one currency. `total`: purchase, parts and labour, exact, hence maybe a fraction."""

    name: str
    scheme: str
    currency: str
    purchase: int
    total: int | Fraction


@dataclass(frozen=True, slots=True)
class Unknown:
    """A unit of which something is not known; `currency`: only the rate of this currency is missing."""

    name: str
    currency: str = ""


def spent(units: Sequence[UnitCost], rates: Rates) -> list[Spent] | Unknown:
    """What these units cost, each different cost once; or the first of which that is not known."""
    found: dict[tuple[str, str, int, int | Fraction], Spent] = {}
    for unit in units:
        if unit.purchase is None or unit.parts is None or unit.labour is None:
            return Unknown(unit.name)
        total: int | Fraction = 0
        for part in (unit.purchase, unit.parts, unit.labour):
            if part.minor < 0:
                return Unknown(unit.name)
            if part.currency == unit.purchase.currency:
                total += part.minor
            elif part.minor:
                conversion = rates.between(part.currency, unit.purchase.currency)
                if conversion is None:
                    return Unknown(unit.name, rates.missing(part.currency, unit.purchase.currency))
                total += Fraction(part.minor * conversion.n, conversion.d)
        currency, purchase = unit.purchase.currency, unit.purchase.minor
        found.setdefault(
            (unit.scheme, currency, purchase, total),
            Spent(unit.name, unit.scheme, currency, purchase, total),
        )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Least:
    """The least price of a unit: (a x total + b - g x purchase) / d, rounded up. `d` is above zero."""

    a: int
    b: int
    g: int
    d: int

    def price(self, unit: Spent) -> int:
        """In coins of the market."""
        return int(-(-(self.a * unit.total + self.b - self.g * unit.purchase) // self.d))


@dataclass(frozen=True, slots=True)
class Left:
    """Where a price goes, in coins of the market's currency, exact: it all adds up to the price."""

    unit: Spent
    currency: str
    price: Fraction
    vat: Fraction
    spent: Fraction
    shipping: Fraction
    commission: Fraction
    payment_fee: Fraction
    warranty: Fraction
    wanted: Fraction
    """What the rules want to be left over of this price."""

    @property
    def true_cost(self) -> Fraction:
        """All that is paid for this sale, VAT apart."""
        return self.spent + self.shipping + self.commission + self.payment_fee + self.warranty

    @property
    def over(self) -> Fraction:
        """What is left over; below zero: a loss."""
        return self.price - self.vat - self.true_cost

    @property
    def margin(self) -> Money:
        """What is left over in whole coins, rounded down."""
        return Money(self.over.__floor__(), self.currency)

    @property
    def percent(self) -> Fraction | None:
        """What is left over in percent of the price, None for a price of nothing."""
        return self.over * 100 / self.price if self.price else None


@dataclass(frozen=True, slots=True)
class SaleCosts:
    """What a sale costs in one market: shares of the price (0.1 is 10 %) and amounts in its coins.

    `vat`: the rate v by scheme; a scheme whose rate nobody knows is missing. `rules`: those that told the fee, the
    shipping and the provision. `rows`: the commission's row of the table under "", and that of each VAT scheme.
    """

    currency: str
    commission: Fraction
    payment_fee: Fraction
    warranty: Fraction
    payment_fixed: Fraction
    warranty_fixed: Fraction
    shipping: Fraction
    margin: Fraction
    margin_fixed: Fraction
    vat: Mapping[str, Fraction]
    rules: tuple[Rule, ...]
    rows: Mapping[str, Row]
    _least: dict[tuple[str, str], Least | None] = field(default_factory=dict, compare=False)

    def least(self, scheme: str, conversion: Conversion) -> Least | None:
        """How the least price follows from a unit's cost in the currency it was paid in, worked out once for each.

        None: VAT and fees grow as fast as the price, so no price is ever enough. The scheme's VAT must be known.
        """
        key = scheme, conversion.source
        if key not in self._least:
            self._least[key] = self._work_out(scheme, conversion)
        return self._least[key]

    def _work_out(self, scheme: str, conversion: Conversion) -> Least | None:
        v, more = self.vat[scheme], 1 + self.margin
        fees = more * (self.commission + self.payment_fee + self.warranty)
        fixed = more * (self.payment_fixed + self.warranty_fixed + self.shipping) + self.margin_fixed
        factor = Fraction(conversion.n, conversion.d)
        taxed = v / (1 + v)
        # price x (1 - taxed - fees) >= more x unit + fixed - (margin scheme only) taxed x purchase. The price is never
        # below the purchase there: nothing in the equation is negative, and the unit's total holds the purchase.
        slope = 1 - taxed - fees
        if slope <= 0:
            return None
        a, b = more * factor / slope, fixed / slope
        g = Fraction(0) if scheme == REGULAR else taxed * factor / slope
        d = lcm(a.denominator, b.denominator, g.denominator)
        return Least(int(a * d), int(b * d), int(g * d), d)

    def left(self, price: int, unit: Spent, conversion: Conversion) -> Left:
        """Where a price in coins of the market goes if this unit is sold for it."""
        factor, v = Fraction(conversion.n, conversion.d), self.vat[unit.scheme]
        taxable = (
            Fraction(price) if unit.scheme == REGULAR else max(Fraction(0), price - unit.purchase * factor)
        )
        cost = Left(
            unit=unit,
            currency=self.currency,
            price=Fraction(price),
            vat=taxable * v / (1 + v),
            spent=unit.total * factor,
            shipping=self.shipping,
            commission=self.commission * price,
            payment_fee=self.payment_fee * price + self.payment_fixed,
            warranty=self.warranty * price + self.warranty_fixed,
            wanted=Fraction(0),
        )
        return replace(cost, wanted=self.margin * cost.true_cost + self.margin_fixed)
