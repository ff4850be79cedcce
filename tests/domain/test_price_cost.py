"""The floor that true cost sets: the least coin at which what the rules want is left over, and not one below."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import Rate
from bmdesk.domain.prices.cost import Left, UnitCost
from bmdesk.domain.prices.facts import Goods, Kind, Offer
from bmdesk.domain.prices.pricer import Pricer
from bmdesk.domain.prices.rules import Charge, PricingPolicy, Rule, Scope
from bmdesk.domain.prices.tables import MARGIN, Row
from bmdesk.texts import Text, render
from tests.domain.priced import SHARES, TODAY, euros, goods, offers, phone, pricer, pricers, unit


def floor(engine: Pricer, *units: UnitCost, market: str = "fr-fr") -> str:
    return str(engine.decide(phone(*units), Offer(market)).floor)


def left(engine: Pricer, price: str, *units: UnitCost) -> Left:
    found = engine.left(phone(*units), euros(price), "fr-fr")
    assert isinstance(found, Left)
    return found


def why_not(engine: Pricer, *units: UnitCost) -> str:
    decision = engine.decide(phone(*units), Offer("fr-fr"))
    assert decision.floor is None
    assert decision.unknown is not None, "then nothing goes without a person"
    return render(decision.unknown)


def test_at_the_floor_the_price_pays_for_everything() -> None:
    """P / 1.2 = 200 + 12 + 8 + 6 + 0.13 x P, so P = 226 / 0.70333..., rounded up."""
    device = unit("200", parts="12", labour="8")
    assert floor(pricer(), device) == "321.33 EUR"

    paid = left(pricer(), "321.33", device)
    assert str(paid.margin) == "0.00 EUR"
    assert paid.spent == 22000
    assert paid.shipping == 600
    assert paid.vat == Fraction(32133, 6)
    assert paid.commission == Fraction(32133, 10)
    assert paid.vat + paid.true_cost + paid.over == 32133


def test_the_margin_scheme_taxes_only_what_is_above_the_purchase() -> None:
    """P - (P - 200) / 6 = 226 + 0.13 x P."""
    device = unit("200", parts="12", labour="8", scheme=MARGIN)
    assert floor(pricer(), device) == "273.94 EUR"
    assert left(pricer(), "273.94", device).vat == Fraction(7394, 6)
    assert left(pricer(), "150", device).vat == 0
    assert left(pricer(), "150", device).margin.minor < 0


def test_a_margin_is_a_part_of_true_cost_an_amount_or_both() -> None:
    device = unit("200")
    percent = pricer(Rule("m", margin=Charge(Decimal(10))))
    amount = pricer(Rule("m", margin=Charge(amount=euros("30"))))
    both = pricer(Rule("m", margin=Charge(Decimal(10), euros("30"))))
    # (1.1 x 206) / (1 / 1.2 - 1.1 x 0.13); 236 / (1 / 1.2 - 0.13); both together
    assert floor(percent, device) == "328.25 EUR"
    assert floor(amount, device) == "335.55 EUR"
    assert floor(both, device) == "371.71 EUR"
    assert left(both, "371.71", device).over >= left(both, "371.71", device).wanted


def test_the_unit_that_needs_most_sets_the_floor() -> None:
    units = unit("180", name="LOW"), unit("200", name="HIGH"), unit("210", scheme=MARGIN, name="MARGIN")
    decision = pricer().decide(phone(*units), Offer("fr-fr"))
    cost = next(step for step in decision.steps if step.kind is Kind.COST)
    assert cost.unit is not None
    assert cost.unit.name == "HIGH"
    assert left(pricer(), "400", *units).unit.name == "HIGH"


def test_a_market_of_another_coin_has_its_floor_there_rounded_up() -> None:
    # 206 x 0.86 / (1 / 1.2 - 0.13) pounds; 206 x 162.35 / (1 / 1.1 - 0.13) yen
    assert floor(pricer(), unit("200"), market="en-gb") == "251.89 GBP"
    assert floor(pricer(), unit("200"), market="ja-jp") == "42928 JPY"


def test_costs_in_two_currencies_are_added_at_the_rate() -> None:
    device = UnitCost("A1", Money(10000, "GBP"), euros("50"), euros("0"))
    same = UnitCost("A1", Money(14300, "GBP"), Money(0, "GBP"), Money(0, "GBP"))
    assert floor(pricer(), device) == floor(pricer(), same)


@pytest.mark.parametrize(
    ("engine", "device", "said"),
    [
        (pricer(), unit(None), "A1"),
        (pricer(), UnitCost("A1", euros("9"), None, euros("0")), "A1"),
        (pricer(), UnitCost("A1", euros("9"), euros("0"), None), "A1"),
        (pricer(), UnitCost("A1", Money(-1, "EUR"), euros("0"), euros("0")), "A1"),
        (pricer(), UnitCost("A1", Money(9, "USD"), euros("0"), euros("0")), "rate.USD"),
        (pricer(), UnitCost("A1", euros("9"), Money(9, "USD"), euros("0")), "rate.USD"),
        (pricer(Rule("s", shipping=Money(5, "USD"))), unit("9"), "rate.USD"),
        (pricer(commissions=()), unit("9"), "commission"),
        (pricer(commissions=(Row("watch", "*", None, Decimal(10)),)), unit("9"), "commission"),
        (pricer(vat=()), unit("9", scheme=MARGIN), "margin scheme"),
        (pricer(commissions=(Row("*", "*", None, Decimal(60)),)), unit("9", scheme="odd"), "VAT"),
    ],
)
def test_a_cost_that_nobody_knows_is_never_guessed(engine: Pricer, device: UnitCost, said: str) -> None:
    assert said in why_not(engine, unit("200"), device)
    assert engine.decide(phone(), Offer("fr-fr")).price is not None


def test_where_fees_take_the_whole_price_there_is_none() -> None:
    table = (Row("*", "*", None, Decimal(60)),)
    engine = pricer(Rule("w", warranty=Charge(Decimal(30))), commissions=table)
    decision = engine.decide(phone(unit("9")), Offer("fr-fr"))
    assert decision.price is None
    assert decision.reason is not None and "no price is ever high enough" in render(decision.reason)


def test_fees_that_no_rule_tells_are_asked_for() -> None:
    bare = Pricer(PricingPolicy(shares=SHARES), {"EUR": Rate(Decimal(1))}, TODAY)
    assert "payment fee" in why_not(bare, unit("9"))
    # without a unit, or where cost is to set no floor, nothing is missing
    assert str(bare.decide(phone(), Offer("fr-fr")).price) == "552.00 EUR"


def test_a_rule_may_say_that_cost_sets_no_floor() -> None:
    engine = pricer(Rule("off", Scope(category="phone"), cost_floor=False))
    decision = engine.decide(phone(unit(None)), Offer("fr-fr"))
    assert str(decision.price) == "552.00 EUR"
    assert decision.floor is None


@given(pricers(), goods, offers())
def test_no_price_is_below_what_true_cost_wants_and_the_floor_is_the_least(
    engine: Pricer, item: Goods, offer: Offer
) -> None:
    """Counted again from the parts of the price, at the floor and a coin below."""
    decision = engine.decide(item, offer)
    cost = next((step.bound for step in decision.steps if step.kind is Kind.COST), None)
    if cost is None:
        return
    currency = engine.terms(item, offer.market).currency

    def enough(price: int) -> bool:
        worst = [
            engine.left(_with(item, device), Money(price, currency), offer.market) for device in item.units
        ]
        assert not any(isinstance(one, Text) for one in worst)
        return all(isinstance(one, Left) and one.over >= one.wanted for one in worst)

    assert enough(cost)
    assert cost == 0 or not enough(cost - 1)
    if decision.price is not None and decision.min_price is not None:
        assert decision.min_price.minor >= cost
        assert enough(decision.price.minor)


def _with(item: Goods, device: UnitCost) -> Goods:
    return Goods(item.sku, item.product, item.category, item.grade, item.new_price, (device,))
