"""The rules that count for a SKU in a market, in whole numbers of its coin: worked out once for many prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import Conversion, Rates, coins
from bmdesk.domain.prices.cost import SaleCosts
from bmdesk.domain.prices.rules import PricingPolicy, Rule
from bmdesk.domain.prices.tables import SCHEMES, in_force, vat_in_force
from bmdesk.texts import Text, msg

USUAL_SHARES = Decimal("0.60"), Decimal("0.87")
"""Between Fair and Premium as bmdesk brings them; a share outside counts, and is said."""

Ratio = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What counts; `by`: the rule that says each value.

    `floor`, `ceiling` in coins, rounded inwards. `grid`: step and ending. `sale` is None where something is unknown,
    and `unknown` then says what. `bad`: why there is no price at all under these rules.
    """

    market: str
    currency: str
    by: Mapping[str, Rule]
    share: Ratio | None
    multiplier: Ratio | None
    floor: int | None
    ceiling: int | None
    grid: tuple[int, int] | None
    daily: Ratio | None
    min_ratio: Ratio
    stale_days: int
    sale: SaleCosts | None
    unknown: Text | None
    bad: Text | None
    warnings: tuple[Text, ...]
    _rates: Rates
    _today: date
    _conversions: dict[str, tuple[Conversion | None, Text | None]] = field(default_factory=dict)

    @property
    def cost_floor(self) -> bool:
        """Whether true cost sets a floor."""
        return bool(self.by["cost_floor"].cost_floor)

    @property
    def automatic(self) -> bool:
        """Whether prices go out by themselves."""
        return "automatic" in self.by and bool(self.by["automatic"].automatic)

    def conversion(self, source: str) -> tuple[Conversion | None, Text | None]:
        """Into the market's currency, and what to say if a rate is old; None where one is missing."""
        if source not in self._conversions:
            made = self._rates.between(source, self.currency)
            old = None if made is None else stale(made, self.stale_days, self._today)
            self._conversions[source] = made, old
        return self._conversions[source]

    def no_rate(self, source: str) -> Text:
        """That a rate is missing on the way from this currency, and which."""
        return no_rate(self._rates, source, self.currency)


SaleBook = dict[tuple[str, ...], tuple[SaleCosts | None, Text | None, tuple[Text, ...]]]
"""What a sale costs under the same rules, what is unknown of it, and warnings: most SKUs share it."""


def terms(
    by: Mapping[str, Rule],
    policy: PricingPolicy,
    rates: Rates,
    category: str,
    market: str,
    today: date,
    sales: SaleBook,
) -> Terms:
    """What these rules come to. `sales` is kept by the caller for the next time. Raises UnknownMarket."""
    made = _Made(by, rates, currency_of(market), today)
    floor, ceiling = made.bound("floor", up=True), made.bound("ceiling", up=False)
    key = category, market, *(by[value].id if value in by else "" for value in _OF_SALE)
    if key not in sales:
        counted = _Made(by, rates, made.currency, today)
        sales[key] = *_sale(counted, policy, category, market), tuple(counted.warnings)
    sale, unknown, said = sales[key]
    made.warnings.extend(said)
    share = by["share"].share if "share" in by else None
    if share is not None and not USUAL_SHARES[0] <= share <= USUAL_SHARES[1]:
        low, high = (_percent(usual) for usual in USUAL_SHARES)
        made.warn(msg("prices.warn_share", percent=_percent(share), low=low, high=high, rule=by["share"].id))
    return Terms(
        market=market,
        currency=made.currency,
        by=by,
        share=share.as_integer_ratio() if share is not None else None,
        multiplier=_ratio(by, "multiplier"),
        floor=floor,
        ceiling=ceiling,
        grid=made.grid(),
        daily=_part(by, "daily_percent"),
        min_ratio=_ratio(by, "min_ratio") or (1, 1),
        stale_days=made.stale_days,
        sale=sale,
        unknown=unknown,
        bad=made.bad,
        warnings=tuple(dict.fromkeys(made.warnings)),
        _rates=rates,
        _today=today,
    )


def stale(conversion: Conversion, days: int, today: date) -> Text | None:
    """What to say of a rate that is older than so many days."""
    if conversion.on is None or (today - conversion.on).days <= days:
        return None
    return msg(
        "prices.warn_stale_rate",
        source=conversion.source,
        target=conversion.target,
        rate=conversion.rate,
        on=conversion.on,
        days=days,
    )


class _Made:
    """Gathers what is wrong while amounts are brought into one currency."""

    def __init__(self, by: Mapping[str, Rule], rates: Rates, currency: str, today: date) -> None:
        self.by, self.rates, self.currency, self.today = by, rates, currency, today
        self.stale_days = by["stale_days"].stale_days or 0
        self.warnings: list[Text] = []
        self.bad: Text | None = None

    def warn(self, text: Text | None) -> None:
        if text is not None:
            self.warnings.append(text)

    def bound(self, value: str, *, up: bool) -> int | None:
        rule = self.by.get(value)
        if rule is None:
            return None
        money: Money = getattr(rule, value)
        conversion = self._conversion(money.currency)
        if conversion is None:
            # A bound that cannot be held is no bound to leave out.
            self.bad = self.bad or no_rate(self.rates, money.currency, self.currency)
            return None
        return conversion.up(money.minor) if up else conversion.down(money.minor)

    def coins_of(self, money: Money | None) -> Fraction | Text:
        """An amount in coins of the market, exact; or that a rate is missing."""
        if money is None or not money.minor:
            return Fraction(0)
        conversion = self._conversion(money.currency)
        if conversion is None:
            return no_rate(self.rates, money.currency, self.currency)
        return Fraction(money.minor * conversion.n, conversion.d)

    def grid(self) -> tuple[int, int] | None:
        rounding = self.by["rounding"].rounding if "rounding" in self.by else None
        if rounding is None:
            return None
        step, ending = rounding.step * coins(self.currency), rounding.ending * coins(self.currency)
        if step != int(step) or ending != int(ending) or step < 1:
            rule = self.by["rounding"].id
            self.warn(msg("prices.warn_no_such_coin", rule=rule, currency=self.currency))
            return None
        return int(step), int(ending)

    def _conversion(self, source: str) -> Conversion | None:
        conversion = self.rates.between(source, self.currency)
        if conversion is not None:
            self.warn(stale(conversion, self.stale_days, self.today))
        return conversion


def no_rate(rates: Rates, source: str, target: str) -> Text:
    """That this conversion lacks a rate, and which."""
    missing = rates.missing(source, target)
    return msg("pricing.no_rate", currency=missing, key=f"rate.{missing}")


def _sale(
    made: _Made, policy: PricingPolicy, category: str, market: str
) -> tuple[SaleCosts | None, Text | None]:
    by, today = made.by, made.today
    for value, named in _NEEDED.items():
        if value not in by:
            return None, msg("prices.none_no_cost_rule", what=named, value=value)
    commission = in_force(policy.commissions, category, market, today)
    if commission is None:
        return None, msg("prices.none_no_commission", category=category, market=market)
    fee, warranty, margin = by["payment_fee"].payment_fee, by["warranty"].warranty, by["margin"].margin
    assert fee is not None
    assert warranty is not None
    assert margin is not None
    amounts: list[Fraction] = []
    for money in (fee.amount, warranty.amount, by["shipping"].shipping, margin.amount):
        amount = made.coins_of(money)
        if isinstance(amount, Text):
            return None, amount
        amounts.append(amount)
    schemes = {scheme: vat_in_force(policy.vat, scheme, market, today) for scheme in SCHEMES}
    rows = {scheme: row for scheme, row in schemes.items() if row is not None}
    return (
        SaleCosts(
            currency=made.currency,
            commission=_of_hundred(commission.percent),
            payment_fee=_of_hundred(fee.percent),
            warranty=_of_hundred(warranty.percent),
            payment_fixed=amounts[0],
            warranty_fixed=amounts[1],
            shipping=amounts[2],
            margin=_of_hundred(margin.percent),
            margin_fixed=amounts[3],
            vat={scheme: _of_hundred(row.percent) for scheme, row in rows.items()},
            rules=tuple({by[value].id: by[value] for value in _NEEDED}.values()),
            rows={"": commission, **rows},
        ),
        None,
    )


_NEEDED = {
    "payment_fee": msg("prices.value_payment_fee"),
    "shipping": msg("prices.value_shipping"),
    "warranty": msg("prices.value_warranty"),
}
"""What only the seller knows: a rule must say it, if only that it is nothing."""

_OF_SALE = (*_NEEDED, "margin", "stale_days")


def _of_hundred(percent: Decimal) -> Fraction:
    return Fraction(percent) / 100


def _percent(share: Decimal) -> Decimal:
    return plain(share * 100)


def plain(number: Decimal) -> Decimal:
    """The same number without idle zeros: 87, not 87.00."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if whole == number else number.normalize()


def _ratio(by: Mapping[str, Rule], value: str) -> Ratio | None:
    number: Decimal | None = getattr(by[value], value) if value in by else None
    return number.as_integer_ratio() if number is not None else None


def _part(by: Mapping[str, Rule], value: str) -> Ratio | None:
    percent: Decimal | None = getattr(by[value], value) if value in by else None
    return (percent / 100).as_integer_ratio() if percent is not None else None
