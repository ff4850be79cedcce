"""The price of a SKU in a market, or why there is none; and every step on the way there.

In order: the share of the new price; times the market's multiplier; converted; replaced by the price against a
competitor, where somebody took it and no floor stands above it; lifted to the floor that true cost sets and to the
absolute one; lowered to the ceiling and to the marketplace's maximum; kept within the greatest change a day; rounded.

Every step ends in whole coins, so that the numbers a person is shown are those that were used. Besides:

- Where nobody knows what a unit or its sale costs, true cost sets no floor: the decision says so (`unknown`), and only
  a person may confirm such a price.
- A floor above a ceiling or above the marketplace's maximum is a contradiction: no price, never one outside.
- Floors, ceilings and the maximum go before the greatest change a day: a price moves as far as they demand, and no
  farther. The step says so.
- Rounding looks for the nearest fitting price between the bounds; where there is none the price stays as it was. A
  price that was taken is not rounded: one coin more would win nothing.
"""

from __future__ import annotations

from typing import Any

from bmdesk.domain.grading import grade_text
from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import Conversion, nearest
from bmdesk.domain.prices.cost import Spent, Unknown
from bmdesk.domain.prices.facts import Decision, Goods, Kind, Offer, Step
from bmdesk.domain.prices.rules import Rule
from bmdesk.domain.prices.tables import MARGIN
from bmdesk.domain.prices.terms import Ratio, Terms
from bmdesk.texts import Text, msg


def decide(
    goods: Goods, costs: list[Spent] | Unknown, offer: Offer, here: Terms, *, steps: bool = True
) -> Decision:
    """The price of these goods in the offer's market. `costs`: of the goods' units. `here`: the rules that count.

    `steps`: whether to keep them; a whole catalogue goes without.
    """
    return _Making(goods, costs, offer, here, steps).decide()


def unknown_cost(here: Terms, costs: list[Spent] | Unknown) -> Text | None:
    """Why true cost cannot be told; None where it can."""
    if isinstance(costs, Unknown):
        if costs.currency:
            return msg("pricing.no_rate", currency=costs.currency, key=f"rate.{costs.currency}")
        return msg("prices.none_no_cost", unit=costs.name)
    if here.unknown is not None or here.sale is None:
        return here.unknown
    for unit in costs:
        if here.conversion(unit.currency)[0] is None:
            return here.no_rate(unit.currency)
        if unit.scheme not in here.sale.vat:
            if unit.scheme == MARGIN:
                return msg("prices.none_no_margin_vat", unit=unit.name)
            return msg("prices.none_no_vat", market=here.market)
    return None


class _NoPrice(Exception):
    """Ends the making; carries the reason."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _Making:
    """One price on its way through the steps."""

    def __init__(
        self, goods: Goods, costs: list[Spent] | Unknown, offer: Offer, here: Terms, keep_steps: bool
    ) -> None:
        self.goods, self.costs, self.offer, self.terms = goods, costs, offer, here
        self.currency, self.keep_steps = here.currency, keep_steps
        self.steps: list[Step] = []
        self.warnings: list[Text] = list(here.warnings)
        self.now = 0
        self.floor: int | None = None
        self.top: int | None = None
        self.low: int = 1
        self.high: int | None = None
        self.is_taken = False
        self.maximum = offer.max_price
        self.unknown: Text | None = None

    def decide(self) -> Decision:
        price = minimum = reason = None
        try:
            if self.terms.bad is not None:
                raise _NoPrice(self.terms.bad)
            self._start()
            cost = self._cost_floor()
            self._set_bounds(cost)
            self._take_competitors()
            self._hold(cost)
            self._keep_within_day()
            self._round()
            price, minimum = self.now, self._minimum()
        except _NoPrice as none:
            reason = none.reason
        return Decision(
            market=self.offer.market,
            currency=self.currency,
            price_minor=price,
            min_price_minor=minimum,
            floor_minor=self.floor,
            top_minor=self.top,
            reason=reason,
            unknown=self.unknown,
            steps=tuple(self.steps),
            warnings=tuple(dict.fromkeys(self.warnings)) if self.warnings else (),
        )

    def _start(self) -> None:
        """Share, multiplier, conversion."""
        goods, here, new = self.goods, self.terms, self.goods.new_price
        if new is None or new.money.minor <= 0:
            raise _NoPrice(msg("prices.none_no_new_price", product=goods.product))
        if here.share is None:
            grade = grade_text(goods.grade)
            raise _NoPrice(msg("pricing.no_share", grade=grade, category=goods.category))
        self.now, currency = new.money.minor, new.money.currency
        after, rule = nearest(self.now, *here.share), here.by["share"]
        self._step(Kind.SHARE, after, rule, currency=currency, ratio=here.share, new_price=new)
        if here.multiplier is not None:
            after, rule = nearest(self.now, *here.multiplier), here.by["multiplier"]
            self._step(Kind.MULTIPLIER, after, rule, currency=currency, ratio=here.multiplier)
        if currency != self.currency:
            conversion = self._conversion(currency)
            ratio = conversion.n, conversion.d
            self._step(Kind.CONVERSION, nearest(self.now, *ratio), ratio=ratio, conversion=conversion)

    def _cost_floor(self) -> tuple[int, Spent] | None:
        """The highest of the units' least prices, with the unit that sets it."""
        here = self.terms
        if not here.cost_floor:
            return None
        if not self.goods.units:
            self.warnings.append(msg("prices.warn_no_units"))
            return None
        self.unknown = unknown_cost(here, self.costs)
        if self.unknown is not None or isinstance(self.costs, Unknown) or here.sale is None:
            self.warnings.append(msg("prices.warn_unknown_cost", reason=self.unknown))
            return None
        found: tuple[int, Spent] | None = None
        for unit in self.costs:
            least = here.sale.least(unit.scheme, self._conversion(unit.currency))
            if least is None:
                raise _NoPrice(msg("prices.none_fees_too_high", market=here.market))
            price = least.price(unit)
            if found is None or price > found[0]:
                found = price, unit
        return found

    def _set_bounds(self, cost: tuple[int, Spent] | None) -> None:
        here, offer = self.terms, self.offer
        floors = [floor for floor in (cost[0] if cost else None, here.floor) if floor is not None]
        self.floor = max(floors, default=None)
        maximum = offer.max_price
        if maximum is not None and maximum.currency != self.currency:
            # The listing stands in a foreign currency there, which our price mends; its maximum says nothing of ours.
            self.warnings.append(msg("prices.warn_other_currency", given=maximum, currency=self.currency))
            self.maximum = maximum = None
        tops = [top for top in (here.ceiling, maximum.minor if maximum else None) if top is not None]
        self.top = min(tops, default=None)
        self.low, self.high = max(self.floor or 0, 1), self.top

    def _take_competitors(self) -> None:
        taken = self.offer.taken
        if taken is None:
            return
        if taken.currency != self.currency:
            self.warnings.append(msg("prices.warn_other_currency", given=taken, currency=self.currency))
            return
        too_low = self.floor is not None and taken.minor < self.floor
        if too_low:
            floor = self._money(self.floor or 0)
            self.warnings.append(msg("prices.warn_below_floor", given=taken, floor=floor))
        after = self.now if too_low else taken.minor
        self.is_taken = not too_low
        self._step(Kind.COMPETITOR, after, bound=taken.minor, overruled=too_low)

    def _hold(self, cost: tuple[int, Spent] | None) -> None:
        """Up to the floors, down to the ceilings."""
        here, by, maximum = self.terms, self.terms.by, self.maximum
        before = self.now
        if cost is not None:
            least, unit = cost
            conversion = self._conversion(unit.currency)
            known = {"bound": least, "unit": unit, "sale": here.sale, "conversion": conversion}
            self._step(Kind.COST, max(self.now, least), by["margin"], **known)
        if here.floor is not None:
            self._step(Kind.FLOOR, max(self.now, here.floor), by["floor"], bound=here.floor)
        if self.now > before:
            self.warnings.append(msg("prices.warn_floor", floor=self._money(self.now)))
        self._refuse_contradictions()
        if here.ceiling is not None:
            self._step(Kind.CEILING, min(self.now, here.ceiling), by["ceiling"], bound=here.ceiling)
        if maximum is not None:
            self._step(Kind.MAXIMUM, min(self.now, maximum.minor), bound=maximum.minor)
        if self.now <= 0:
            raise _NoPrice(msg("prices.none_nothing"))

    def _refuse_contradictions(self) -> None:
        here, maximum = self.terms, self.maximum
        if self.floor is None:
            return
        floor = self._money(self.floor)
        if maximum is not None and self.floor > maximum.minor:
            raise _NoPrice(msg("prices.none_floor_above_maximum", floor=floor, maximum=maximum))
        if here.ceiling is not None and self.floor > here.ceiling:
            ceiling, rule = self._money(here.ceiling), here.by["ceiling"].id
            raise _NoPrice(msg("prices.none_floor_above_ceiling", floor=floor, ceiling=ceiling, rule=rule))

    def _keep_within_day(self) -> None:
        first, here = self.offer.first_today or self.offer.present, self.terms
        if here.daily is None or first is None:
            return
        if first.currency != self.currency:
            self.warnings.append(msg("prices.warn_other_currency", given=first, currency=self.currency))
            return
        if first.minor <= 0:
            return
        low, high, overruled = day_range(first.minor, here.daily, self.low, self.high)
        if overruled:
            self.warnings.append(msg("prices.warn_daily", rule=here.by["daily_percent"].id))
        self.low, self.high = low, high
        after, rule = min(max(self.now, low), high), here.by["daily_percent"]
        known = {"ratio": here.daily, "bound": first.minor, "low": low, "high": high}
        self._step(Kind.DAILY, after, rule, **known, overruled=overruled)

    def _round(self) -> None:
        grid = self.terms.grid
        if grid is None or self.is_taken:  # who takes a price means it to the coin
            return
        fitting = on_grid(self.now, grid, self.low, self.high)
        after, rule = self.now if fitting is None else fitting, self.terms.by["rounding"]
        known = {"low": self.low, "high": self.high, "grid": grid}
        self._step(Kind.ROUNDING, after, rule, **known, overruled=fitting is None)

    def _minimum(self) -> int:
        """As low as the ratio lets it be, and never below the floor: the BackPricer may go down to it."""
        n, d = self.terms.min_ratio
        floor, lowest = self.floor or 0, -(-self.now * d // n)
        after, rule = max(lowest, floor), self.terms.by["min_ratio"]
        self._step(Kind.MINIMUM, after, rule, ratio=(n, d), bound=floor, overruled=floor > lowest)
        return after

    def _conversion(self, source: str) -> Conversion:
        conversion, old = self.terms.conversion(source)
        if conversion is None:
            raise _NoPrice(self.terms.no_rate(source))
        if old is not None:
            self.warnings.append(old)
        return conversion

    def _step(self, kind: Kind, after: int, rule: Rule | None = None, **known: Any) -> None:
        if self.keep_steps:
            known = {"currency": self.currency, **known}
            self.steps.append(Step(kind, self.now, after, rule=rule, **known))
        self.now = after

    def _money(self, minor: int) -> Money:
        return Money(minor, self.currency)


def day_range(first: int, daily: Ratio, floor: int, top: int | None) -> tuple[int, int, bool]:
    """From where to where a price may go on a day that began with this one; and whether floor or top stretched that.

    What a floor or a ceiling demands is done at once, and no more than that.
    """
    n, d = daily
    low, high = -(-first * (d - n) // d), first * (d + n) // d
    overruled = floor > high or (top is not None and top < low)
    low, high = max(low, floor), max(high, floor)
    if top is not None:
        low, high = min(low, top), min(high, top)
    return low, high, overruled


def on_grid(minor: int, grid: tuple[int, int], low: int, high: int | None) -> int | None:
    """The nearest price of the grid (step, ending) from low to high, of two the higher; None where there is none."""
    step, ending = grid
    found = (2 * (minor - ending) + step) // (2 * step) * step + ending
    if found < low:
        found = -(-(low - ending) // step) * step + ending
    if high is not None and found > high:
        found = (high - ending) // step * step + ending
    return found if found >= low else None
