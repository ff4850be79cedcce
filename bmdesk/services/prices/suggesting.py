"""What SKUs should cost in the markets of an account, for listings that are handed over, made, or looked at.

Suggestions only: a price is written after a person confirmed it in a preview.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import nearest
from bmdesk.domain.prices.facts import Goods, Offer
from bmdesk.domain.prices.words import outside_text
from bmdesk.services.prices import facts
from bmdesk.services.prices.facts import Facts
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.store.engine import Connection
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.store.queries.listings import MarketRow
from bmdesk.texts import Text, msg

UNKNOWN_COST = "prices.warn_unknown_cost"
FLOOR_NOTES = frozenset({"prices.warn_floor", UNKNOWN_COST, "prices.warn_below_floor"})
"""Of a decision's warnings those that say what the floor did."""


@dataclass(frozen=True, slots=True)
class MarketPrice:
    """The price for one market, or why there is none: then the market is not published.

    `minimum`: how low the BackPricer may go. `share` of the new price that it began with. `unknown`: why nobody knows
    the floor by true cost. `floor`, `top`: between which a price must stay there. `notes`: what to know before it is
    confirmed: the floor where it lifted the price, or that true cost sets none.
    """

    market: str
    money: Money | None
    reason: Text | None
    minimum: Money | None = None
    share: Decimal | None = None
    unknown: Text | None = None
    floor: Money | None = None
    top: Money | None = None
    notes: tuple[Text, ...] = ()

    def refuses(self, price: Money) -> Text | None:
        """Why this price may not stand there as the rules are today, or None."""
        return outside_text(price, currency_of(self.market), self.floor, self.top)

    def notes_on(self, price: Money) -> tuple[Text, ...]:
        """Of the notes those that are about this price too."""
        return tuple(one for one in self.notes if one.code == UNKNOWN_COST or price == self.money)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Prices of the SKUs that it was made for."""

    known: Facts

    @classmethod
    def of(cls, connection: Connection, view: AccountSnapshot, sku_ids: Iterable[str]) -> Suggestions:
        """For these SKUs, by the rules in force."""
        return cls(facts.load(connection, view, sku_ids))

    def prices(self, sku_id: str, there: Mapping[str, MarketRow] | None = None) -> tuple[MarketPrice, ...]:
        """In every market of the account, in its order. `there`: its listing as it stands, by market."""
        return self._prices(self.known.goods[sku_id], there or {}, self.known.view.settings.markets)

    def product_prices(
        self, variant: VariantRow, grade: str, sku_id: str | None, markets: Sequence[str]
    ) -> tuple[MarketPrice, ...]:
        """In these markets, of a product in a grade that may have no SKU yet."""
        goods = self.known.goods[sku_id] if sku_id is not None else facts.goods_of(variant, grade)
        return self._prices(goods, {}, markets)

    def new_price(self, variant: VariantRow, market: str) -> MarketPrice:
        """What the product costs new, in the currency of this market."""
        new, currency = facts.new_money(variant), currency_of(market)
        if new is None:
            return MarketPrice(market, None, msg("prices.none_no_new_price", product=variant.title))
        made = self.known.pricer.between(new.currency, currency)
        if made is None:
            return MarketPrice(market, None, self.known.pricer.no_rate(new.currency, currency))
        return MarketPrice(market, Money(nearest(new.minor, made.n, made.d), currency), None)

    def _prices(
        self, goods: Goods, there: Mapping[str, MarketRow], markets: Sequence[str]
    ) -> tuple[MarketPrice, ...]:
        found = []
        for market in markets:
            cell = there.get(market)
            offer = self.known.offer(market, cell) if cell is not None else Offer(market)
            decision = self.known.pricer.decide_all(goods, [offer])[0]
            floor = decision.floor
            if decision.price is None:  # without a new price the making ends before it comes to floors
                floor = self.known.pricer.floor(goods, market)
            share = self.known.pricer.terms(goods, market).share
            found.append(
                MarketPrice(
                    market,
                    decision.price,
                    decision.reason,
                    decision.min_price,
                    None if share is None else Decimal(share[0]) / share[1],
                    decision.unknown,
                    floor,
                    decision.top,
                    tuple(one for one in decision.warnings if one.code in FLOOR_NOTES),
                )
            )
        return tuple(found)
