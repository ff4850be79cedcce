"""What a SKU should cost in each market of an account, and what its listing says there, from the policies in force.

Suggestions only: a price is written after a person confirmed it in a preview.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bmdesk.domain.content import Content
from bmdesk.domain.grading import grade_text
from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money
from bmdesk.domain.pricing import price
from bmdesk.services.policies import Policies
from bmdesk.services.rates import Rate
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.texts import Text, msg


@dataclass(frozen=True, slots=True)
class MarketPrice:
    """The price for one market, or why there is none: then the market is not published.

    `rate`: units of the market's currency for one unit of the new price's; None where no rate was needed or known.
    `rate_at`: since when the older of the rates that went into it holds.
    """

    market: str
    money: Money | None
    reason: Text | None
    rate: Decimal | None = None
    rate_at: datetime | None = None
    share: Decimal | None = None


def suggested(
    policies: Policies, rates: Mapping[str, Rate], markets: Sequence[str], variant: VariantRow, grade: str
) -> tuple[MarketPrice, ...]:
    """The price of this variant in this grade, for each market in the order given.

    `rates`: as `services.rates.newest` gives them, read once for many SKUs.
    """
    share = policies.pricing.share(variant.category, grade)
    return tuple(_in_market(rates, market, variant, grade, share) for market in markets)


def content_of(policies: Policies, grade: str, market: str) -> Content:
    """Comment and warranty that go along with the first write of this market."""
    return policies.content.of(grade, market)


def _in_market(
    rates: Mapping[str, Rate], market: str, variant: VariantRow, grade: str, share: Decimal | None
) -> MarketPrice:
    if not variant.new_price_minor or not variant.new_price_currency:
        return MarketPrice(market, None, msg("pricing.no_new_price", model_code=variant.model_code))
    if share is None:
        reason = msg("pricing.no_share", grade=grade_text(grade), category=variant.category)
        return MarketPrice(market, None, reason)
    new_price, currency = Money(variant.new_price_minor, variant.new_price_currency), currency_of(market)
    if currency == new_price.currency:
        return _priced(market, new_price, share, None, None)
    source, target = rates.get(new_price.currency), rates.get(currency)
    if source is None or target is None:
        missing = currency if target is None else new_price.currency
        reason = msg("pricing.no_rate", currency=missing, key=f"rate.{missing}")
        return MarketPrice(market, None, reason, share=share)
    moments = [rate.at for rate in (source, target) if rate.at is not None]
    return _priced(market, new_price, share, target.rate / source.rate, min(moments, default=None))


def _priced(
    market: str, new_price: Money, share: Decimal, rate: Decimal | None, at: datetime | None
) -> MarketPrice:
    money = price(new_price, share, rate, currency_of(market))
    if money.minor == 0:
        reason = msg("pricing.comes_to_nothing", new_price=str(new_price))
        return MarketPrice(market, None, reason, rate, at, share)
    return MarketPrice(market, money, None, rate, at, share)
