"""Rules, goods and listings to be priced: a plain world for stories, and all that could be for properties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import Rate
from bmdesk.domain.prices.cost import UnitCost
from bmdesk.domain.prices.facts import Goods, NewPrice, Offer
from bmdesk.domain.prices.pricer import Pricer
from bmdesk.domain.prices.rules import Charge, PricingPolicy, Rounding, Rule, Scope
from bmdesk.domain.prices.tables import MARGIN, REGULAR, Row

TODAY = date(2026, 3, 2)
GRADES = ("PREMIUM", "EXCELLENT", "GOOD", "FAIR")
SHARES = {"*": dict(zip(GRADES, map(Decimal, ("0.87", "0.78", "0.69", "0.60")), strict=True))}
COSTS = Rule("costs", payment_fee=Charge(Decimal(1)), shipping=Money(600, "EUR"), warranty=Charge(Decimal(2)))
"""What a seller must say once before true cost can be counted."""
COMMISSIONS = (Row("*", "*", None, Decimal(10)),)
VAT = (Row(MARGIN, "*", None, Decimal(20)),)
RATES = {
    "EUR": Rate(Decimal(1)),
    "GBP": Rate(Decimal("0.86"), TODAY),
    "JPY": Rate(Decimal("162.35"), TODAY),
    "SEK": Rate(Decimal("11.2"), TODAY),
}
MARKETS = ("fr-fr", "de-de", "en-gb", "ja-jp", "sv-se")


def euros(amount: str) -> Money:
    return Money.parse(amount, "EUR")


def unit(
    purchase: str | None, *, parts: str = "0", labour: str = "0", scheme: str = REGULAR, name: str = "A1"
) -> UnitCost:
    paid = None if purchase is None else euros(purchase)
    return UnitCost(name, paid, euros(parts), euros(labour), scheme)


def phone(*units: UnitCost, grade: str = "GOOD", new: str | None = "800") -> Goods:
    price = None if new is None else NewPrice(euros(new), date(2026, 2, 1), "maker")
    return Goods(f"IPH-{grade}", "Apple iPhone 12", "phone", grade, price, units)


def pricer(
    *rules: Rule,
    shares: Mapping[str, Mapping[str, Decimal]] = SHARES,
    commissions: tuple[Row, ...] = COMMISSIONS,
    vat: tuple[Row, ...] = VAT,
    rates: Mapping[str, Rate] = RATES,
    today: date = TODAY,
) -> Pricer:
    policy = PricingPolicy(1, shares, (COSTS, *rules), commissions, vat)
    return Pricer(policy, rates, today)


def _decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=places)


def money(low: int = 0, high: int = 300_000) -> st.SearchStrategy[Money]:
    return st.builds(Money, st.integers(low, high), st.sampled_from(("EUR", "GBP", "JPY")))


_charges = st.builds(Charge, _decimals("0", "12", 2), st.none() | money(high=3_000))


def _mostly_any(*named: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("",) * 12 + named)


scopes = st.builds(
    Scope,
    category=_mostly_any("phone", "laptop"),
    product=_mostly_any("Apple iPhone 12", "other"),
    sku=_mostly_any("SKU-1", "sku-2"),
    grade=_mostly_any(*GRADES),
    market=_mostly_any(*MARKETS),
)
_roundings = st.builds(
    lambda step, part: Rounding(step, (step * part).quantize(Decimal("0.01"))),
    st.sampled_from(tuple(map(Decimal, ("0.05", "1", "5", "10", "100")))),
    st.sampled_from(tuple(map(Decimal, ("0", "0.5", "0.9", "0.99")))),
)


_values: dict[str, st.SearchStrategy[object]] = {
    "share": _decimals("0.05", "1", 3),
    "multiplier": _decimals("0.5", "2", 3),
    "floor": money(),
    "ceiling": money(2_000, 90_000),
    "cost_floor": st.booleans(),
    "margin": _charges,
    "rounding": _roundings,
    "daily_percent": _decimals("0", "40", 1),
    "min_ratio": _decimals("1", "1.5", 2),
    "payment_fee": _charges,
    "shipping": money(high=2_000),
    "warranty": _charges,
    "stale_days": st.integers(0, 30),
    "automatic": st.booleans(),
}
_settings = st.sampled_from(sorted(_values)).flatmap(lambda name: st.tuples(st.just(name), _values[name]))


@st.composite
def rule_lists(draw: st.DrawFn) -> tuple[Rule, ...]:
    """Rules of any scope that set any values; hardly ever do they make sense together."""
    said = draw(st.lists(st.tuples(scopes, st.lists(_settings, min_size=1, max_size=6)), max_size=8))
    return tuple(Rule(f"r{at}", scope, **dict(values)) for at, (scope, values) in enumerate(said))  # type: ignore[arg-type]


_unit_costs = st.builds(
    UnitCost,
    st.sampled_from(("A1", "B2", "C3")),
    money(high=60_000),
    money(high=5_000),
    money(high=5_000),
    st.sampled_from((REGULAR, MARGIN)),
)
goods = st.builds(
    Goods,
    sku=st.sampled_from(("SKU-1", "SKU-2", "SKU-3")),
    product=st.sampled_from(("Apple iPhone 12", "Nothing Phone")),
    category=st.sampled_from(("phone", "laptop", "watch")),
    grade=st.sampled_from(GRADES),
    new_price=st.builds(NewPrice, money(1), st.just(TODAY), st.just("maker")),
    units=st.lists(_unit_costs, max_size=3).map(tuple),
)


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    """A listing in one of the markets, whatever it says there, in that market's currency."""
    market = draw(st.sampled_from(MARKETS))
    currency = currency_of(market)
    sums = st.none() | st.integers(1, 300_000).map(lambda minor: Money(minor, currency))
    return Offer(market, draw(sums), draw(sums), draw(sums | st.none()), draw(sums | st.none()))


@st.composite
def pricers(draw: st.DrawFn) -> Pricer:
    """Any rules, any rates, some of them old."""
    days = st.integers(0, 40).map(lambda age: TODAY - timedelta(days=age))
    rates = {
        currency: Rate(draw(_decimals(low, high, 4)), draw(days))
        for currency, low, high in (("GBP", "0.5", "1.5"), ("JPY", "90", "200"), ("SEK", "8", "14"))
    }
    vat = Row(MARGIN, "*", None, draw(_decimals("0", "25", 1)))
    commission = Row("*", "*", None, draw(_decimals("0", "20", 1)))
    return pricer(
        *draw(rule_lists()), rates={"EUR": Rate(Decimal(1)), **rates}, commissions=(commission,), vat=(vat,)
    )
