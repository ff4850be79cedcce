"""Prices for a whole catalogue: rules are looked up once for all SKUs and markets that share them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import Conversion, Rate, Rates
from bmdesk.domain.prices.cost import Left, Spent, UnitCost, Unknown, spent
from bmdesk.domain.prices.decision import day_range, decide, unknown_cost
from bmdesk.domain.prices.facts import Decision, Goods, Offer
from bmdesk.domain.prices.rules import PricingPolicy, RuleBook
from bmdesk.domain.prices.terms import SaleBook, Terms, no_rate, terms
from bmdesk.texts import Text, msg


class Pricer:
    """Prices under one version of the rules, at the rates of one moment, on one day."""

    def __init__(self, policy: PricingPolicy, rates: Mapping[str, Rate], today: date) -> None:
        self._policy, self._rates, self._today = policy, Rates(rates), today
        self._book = RuleBook(tuple(policy.all_rules()))
        self._terms: dict[tuple[tuple[str, str, str], str, str], Terms] = {}
        self._sales: SaleBook = {}
        self._last: tuple[Sequence[UnitCost], list[Spent] | Unknown] = (), []

    def decide(self, goods: Goods, offer: Offer) -> Decision:
        """The price in one market, with its steps. Raises UnknownMarket."""
        return decide(goods, self._spent(goods.units), offer, self.terms(goods, offer.market))

    def decide_all(self, goods: Goods, offers: Sequence[Offer]) -> list[Decision]:
        """The price in each of these markets, in their order, without steps. Raises UnknownMarket."""
        costs, key = self._spent(goods.units), self._key(goods)
        return [
            decide(goods, costs, offer, self._at(key, goods, offer.market), steps=False) for offer in offers
        ]

    def terms(self, goods: Goods, market: str) -> Terms:
        """The rules that count for it there. Raises UnknownMarket."""
        return self._at(self._key(goods), goods, market)

    def left(self, goods: Goods, price: Money, market: str) -> Left | Text:
        """Where this price goes if the unit is sold that leaves the least over; or why nobody knows.

        The price is in the market's currency. Raises UnknownMarket.
        """
        here, costs = self.terms(goods, market), self._spent(goods.units)
        unknown = unknown_cost(here, costs)
        if unknown is not None or isinstance(costs, Unknown) or here.sale is None:
            return unknown or msg("prices.warn_no_units")
        found = []
        for unit in costs:
            conversion, _ = here.conversion(unit.currency)
            assert conversion is not None, "known, as asked above"
            found.append(here.sale.left(price.minor, unit, conversion))
        return min(found, key=lambda left: left.over, default=msg("prices.warn_no_units"))

    def floor(self, goods: Goods, market: str) -> Money | None:
        """The least price that the rules allow there: by true cost as far as that is known, and the absolute one.

        None where there is neither. Unlike a decision it needs no new price. Raises UnknownMarket.
        """
        here, costs = self.terms(goods, market), self._spent(goods.units)
        floors = [] if here.floor is None else [here.floor]
        if here.cost_floor and unknown_cost(here, costs) is None:
            assert here.sale is not None
            assert not isinstance(costs, Unknown)
            for unit in costs:
                conversion, _ = here.conversion(unit.currency)
                least = here.sale.least(unit.scheme, conversion) if conversion is not None else None
                if least is not None:
                    floors.append(least.price(unit))
        return Money(max(floors), here.currency) if floors else None

    def day(
        self, goods: Goods, market: str, first: Money, maximum: Money | None
    ) -> tuple[Money, Money] | None:
        """From where to where a price may go there on a day that began with this one; `maximum`: the marketplace's.

        None where no rule says so, or the day began in another currency or with nothing. Raises UnknownMarket.
        """
        here, floor = self.terms(goods, market), self.floor(goods, market)
        if here.daily is None or first.currency != here.currency or first.minor <= 0:
            return None
        known = maximum is not None and maximum.currency == here.currency
        tops = [here.ceiling, maximum.minor if maximum is not None and known else None]
        top = min((one for one in tops if one is not None), default=None)
        least = floor.minor if floor is not None else 1
        if top is not None and top < least:
            top = None  # a contradiction: no price is made there, and what was confirmed before is judged by the floor
        low, high, _ = day_range(first.minor, here.daily, least, top)
        return Money(low, here.currency), Money(high, here.currency)

    def unknown(self, goods: Goods, market: str) -> Text | None:
        """Why true cost sets no floor there although units are in hand; None where it does. Raises UnknownMarket."""
        here = self.terms(goods, market)
        return unknown_cost(here, self._spent(goods.units)) if here.cost_floor and goods.units else None

    def between(self, source: str, target: str) -> Conversion | None:
        """From one currency to another at these rates; None where a rate is missing."""
        return self._rates.between(source, target)

    def no_rate(self, source: str, target: str) -> Text:
        """That the rate is missing without which `between` has none."""
        return no_rate(self._rates, source, target)

    def _spent(self, units: Sequence[UnitCost]) -> list[Spent] | Unknown:
        """What these units cost; whoever asks market by market asks for the same ones again."""
        if self._last[0] is not units:
            self._last = units, spent(units, self._rates)
        return self._last[1]

    def _key(self, goods: Goods) -> tuple[str, str, str]:
        return self._book.key(goods.category, goods.product, goods.sku)

    def _at(self, key: tuple[str, str, str], goods: Goods, market: str) -> Terms:
        known = self._terms.get((key, goods.grade, market))
        if known is None:
            by = self._book.counting(key, goods.grade, market)
            category, today = goods.category, self._today
            known = terms(by, self._policy, self._rates, category, market, today, self._sales)
            self._terms[key, goods.grade, market] = known
        return known
