"""A price stays between its bounds, keeps its steps, and says why when there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import Rate
from bmdesk.domain.prices.decision import on_grid
from bmdesk.domain.prices.facts import Decision, Goods, Kind, NewPrice, Offer, Step
from bmdesk.domain.prices.pricer import Pricer
from bmdesk.domain.prices.rules import Rounding, Rule, Scope
from bmdesk.domain.prices.tables import Row
from bmdesk.domain.prices.words import explanation
from bmdesk.texts import languages, render, use_language
from tests.domain.priced import (
    GRADES,
    TODAY,
    euros,
    goods,
    offers,
    phone,
    pricer,
    pricers,
    rule_lists,
    unit,
)

TO_99 = Rule("99", rounding=Rounding(Decimal(1), Decimal("0.99")))
CALM = Rule("calm", daily_percent=Decimal(10))


def decided(*rules: Rule, item: Goods | None = None, **offer: Money | str) -> Decision:
    where = Offer(**{"market": "fr-fr", **offer})  # type: ignore[arg-type]
    return pricer(*rules).decide(item or phone(unit("200")), where)


def priced(*rules: Rule, item: Goods | None = None, **offer: Money | str) -> tuple[str, str]:
    decision = decided(*rules, item=item, **offer)
    return str(decision.price), str(decision.min_price)


def why_not(decision: Decision) -> str:
    assert (decision.price, decision.min_price) == (None, None)
    assert decision.reason is not None
    return render(decision.reason)


def warned(decision: Decision) -> list[str]:
    return [text.code.removeprefix("prices.warn_") for text in decision.warnings]


def test_share_multiplier_and_rate_make_the_price_and_each_step_is_a_whole_coin() -> None:
    assert priced() == ("552.00 EUR", "511.12 EUR")
    assert priced(Rule("fr", Scope(market="fr-fr"), multiplier=Decimal("1.05")))[0] == "579.60 EUR"
    assert priced(market="en-gb")[0] == "474.72 GBP"
    assert priced(market="ja-jp")[0] == "89617 JPY"  # 552.00 x 162.35 = 89617.20


def test_floors_lift_and_ceilings_lower() -> None:
    lifted = decided(Rule("f", floor=euros("600")))
    assert (str(lifted.price), str(lifted.min_price)) == ("600.00 EUR", "600.00 EUR")
    assert "floor" in warned(lifted)
    assert priced(item=phone(unit("500")))[0] == "719.44 EUR"  # 506 / (1 / 1.2 - 0.13)
    assert priced(Rule("c", ceiling=euros("500"))) == ("500.00 EUR", "462.97 EUR")
    assert priced(max_price=euros("480"))[0] == "480.00 EUR"
    assert priced(Rule("f", floor=euros("600")), market="en-gb")[0] == "516.00 GBP"


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (decided(item=phone(unit("500")), max_price=euros("700")), "719.44 EUR"),
        (decided(Rule("c", ceiling=euros("700")), item=phone(unit("500"))), "rule c"),
        (decided(Rule("f", floor=euros("600")), Rule("c", ceiling=euros("599.99"))), "rule c"),
        (decided(market="en-us"), "rate.USD"),
        (decided(Rule("f", floor=Money(1, "USD"))), "rate.USD"),
        (decided(item=phone(new=None)), "Apple iPhone 12"),
        (decided(item=phone(new="0")), "Apple iPhone 12"),
        (decided(item=phone(grade="NOT_FOR_SALE")), "no share"),
        (decided(Rule("s", Scope(grade="GOOD"), share=Decimal("0.05")), item=phone(new="0.01")), "nothing"),
    ],
)
def test_where_there_is_no_price_the_person_hears_why(decision: Decision, said: str) -> None:
    assert said in why_not(decision)


def test_a_price_moves_no_farther_in_a_day_than_the_rule_says() -> None:
    assert priced(CALM, present=euros("700"))[0] == "630.00 EUR"
    assert priced(CALM, present=euros("400"))[0] == "440.00 EUR"
    # counted from the morning, however often it moved since
    assert priced(CALM, present=euros("630"), first_today=euros("700"))[0] == "630.00 EUR"
    assert priced(CALM)[0] == "552.00 EUR"


def test_the_floor_goes_before_the_change_a_day_and_no_farther_than_needed() -> None:
    decision = decided(CALM, TO_99, item=phone(unit("500"), new="2000"), present=euros("400"))
    assert str(decision.price) == "719.44 EUR"
    assert "daily" in warned(decision)
    assert any(text.code == "prices.step_daily_overruled" for text in explanation(decision))
    lowered = decided(CALM, present=euros("800"), max_price=euros("600"))
    assert str(lowered.price) == "600.00 EUR"
    assert "daily" in warned(lowered)


def test_rounding_takes_the_nearest_price_between_the_bounds() -> None:
    assert priced(TO_99)[0] == "551.99 EUR"
    assert priced(TO_99, Rule("f", floor=euros("552")))[0] == "552.99 EUR"
    assert priced(TO_99, Rule("f", floor=euros("552")), max_price=euros("552.50"))[0] == "552.00 EUR"
    to_5 = Rule("5", rounding=Rounding(Decimal(5)))
    assert priced(to_5)[0] == "550.00 EUR"
    assert priced(Rule("y", rounding=Rounding(Decimal(100))), market="ja-jp")[0] == "89600 JPY"
    yen = decided(TO_99, market="ja-jp")
    assert (str(yen.price), "no_such_coin" in warned(yen)) == ("89617 JPY", True)


def test_a_competitors_price_is_taken_only_from_the_floor_up() -> None:
    assert priced(taken=euros("320"))[0] == "320.00 EUR"
    refused = decided(taken=euros("250"))
    assert (str(refused.price), "below_floor" in warned(refused)) == ("552.00 EUR", True)
    assert priced(taken=Money(320, "GBP"))[0] == "552.00 EUR"


def test_what_is_odd_is_said_and_a_price_is_made_all_the_same() -> None:
    assert "no_units" in warned(decided(item=phone()))
    assert "share" in warned(decided(Rule("s", Scope(grade="GOOD"), share=Decimal("0.95"))))
    assert "other_currency" in warned(decided(CALM, present=Money(500, "GBP")))
    foreign = decided(max_price=Money(500, "GBP"))
    assert "other_currency" in warned(foreign), "a maximum in another currency says nothing of ours"
    assert str(foreign.price) == "552.00 EUR"
    assert warned(decided()) == []


def test_an_old_rate_is_said() -> None:
    def said(age: int, *rules: Rule) -> list[str]:
        rates = {"EUR": Rate(Decimal(1)), "GBP": Rate(Decimal("0.86"), TODAY - timedelta(days=age))}
        return warned(pricer(*rules, rates=rates).decide(phone(unit("200")), Offer("en-gb")))

    assert said(7) == []
    assert said(8) == ["stale_rate"]
    assert said(8, Rule("r", stale_days=8)) == []


def test_every_price_tells_its_steps_with_their_rules() -> None:
    rules = (
        CALM,
        TO_99,
        Rule(
            "uk", Scope(market="en-gb"), multiplier=Decimal("1.1"), floor=euros("100"), ceiling=euros("900")
        ),
    )
    offer = Offer("en-gb", Money(50000, "GBP"), None, Money(90000, "GBP"), Money(51000, "GBP"))
    table = (Row("phone", "*", date(2026, 1, 1), Decimal(10)),)
    decision = pricer(*rules, commissions=table).decide(phone(unit("200")), offer)
    said = [render(text) for text in explanation(decision)]
    assert said == [
        "69 % of the new price 800.00 EUR (maker, 2026-02-01) is 552.00 EUR. Rule shares.*.GOOD: grade Good.",
        "Times 1.1 in this market: 552.00 EUR becomes 607.20 EUR. Rule uk: market en-gb.",
        "1 EUR is 0.86 GBP, rate of 2026-03-02: 607.20 EUR becomes 522.19 GBP.",
        "The chosen price 510.00 GBP counts: 522.19 GBP becomes 510.00 GBP.",
        (
            "True cost sets the floor 251.89 GBP. Of 251.89 GBP, 0.00 GBP is left over: 172.00 GBP for A1, "
            "shipping 5.16 GBP, commission 25.19 GBP, payment fee 2.52 GBP, warranty 5.04 GBP, VAT 41.98 GBP. "
            "Counted with commission 10 % (since 2026-01-01), VAT 20 % and the rules costs. "
            "510.00 GBP stays. No rule says otherwise."
        ),
        "The floor is 86.00 GBP: 510.00 GBP stays. Rule uk: market en-gb.",
        "The ceiling is 774.00 GBP: 510.00 GBP stays. Rule uk: market en-gb.",
        "Back Market allows 900.00 GBP at most: 510.00 GBP stays.",
        (
            "At most 10 % a day from 500.00 GBP, here 450.00 GBP to 550.00 GBP: 510.00 GBP stays. "
            "Rule calm: everywhere."
        ),
        # What was taken is meant to the coin: it is not rounded.
        "Lowest price for the BackPricer, the price divided by 1.08: 472.23 GBP. No rule says otherwise.",
    ]


@given(pricers(), goods, offers())
def test_a_price_never_leaves_its_bounds(engine: Pricer, item: Goods, offer: Offer) -> None:
    decision = engine.decide(item, offer)
    here = engine.terms(item, offer.market)
    if decision.price is None or decision.min_price is None:
        assert decision.reason is not None
        assert decision.min_price is decision.price
        return
    price, low = decision.price, decision.min_price
    assert decision.reason is None
    assert price.currency == low.currency == currency_of(offer.market)
    assert 0 < low.minor <= price.minor
    ratio = here.by["min_ratio"].min_ratio
    assert ratio is not None
    assert price.minor <= ratio * low.minor
    if offer.max_price is not None:
        assert price.minor <= offer.max_price.minor
    if decision.floor is not None:
        assert decision.floor.minor <= low.minor
    if decision.top is not None:
        assert price.minor <= decision.top.minor
    for value, sign in (("floor", 1), ("ceiling", -1)):
        if value in here.by:
            bound = getattr(here.by[value], value)
            made = engine._rates.between(bound.currency, price.currency)
            assert made is not None
            assert sign * (price.minor - Fraction(bound.minor * made.n, made.d)) >= 0


@given(pricers(), goods, offers())
def test_a_price_changes_no_more_in_a_day_than_a_floor_or_ceiling_demands(
    engine: Pricer, item: Goods, offer: Offer
) -> None:
    decision = engine.decide(item, offer)
    here, first = engine.terms(item, offer.market), offer.first_today or offer.present
    if decision.price is None or first is None or "daily_percent" not in here.by:
        return
    percent = here.by["daily_percent"].daily_percent
    assert percent is not None
    moved = abs(decision.price.minor - first.minor)
    if moved * 100 > percent * first.minor:
        assert decision.price in (decision.floor, decision.top)
    day = engine.day(item, offer.market, first, offer.max_price)
    if day is not None:  # what is asked once more where it is sent
        assert day[0].minor <= decision.price.minor <= day[1].minor


@given(pricers(), st.lists(st.tuples(goods, offers()), min_size=1, max_size=4))
def test_the_same_input_has_the_same_price_whatever_was_priced_before(
    engine: Pricer, asked: list[tuple[Goods, Offer]]
) -> None:
    together = [engine.decide(item, offer) for item, offer in asked]
    for (item, offer), decision in zip(asked, together, strict=True):
        alone = Pricer(engine._policy, engine._rates._rates, engine._today)
        assert alone.decide(item, offer) == decision
        assert engine.decide_all(item, [offer, offer]) == [replace(decision, steps=())] * 2


@given(rule_lists(), goods, offers(), st.lists(st.decimals("0.05", "1", places=3), min_size=4, max_size=4))
def test_a_better_grade_never_costs_less_where_the_rules_say_so(
    rules: tuple[Rule, ...], item: Goods, offer: Offer, shares: list[Decimal]
) -> None:
    """The shares fall with the grade, and no rule speaks of a grade or sets a share of its own."""
    even = [rule for rule in rules if not rule.scope.grade and rule.share is None]
    table = {"*": dict(zip(GRADES, sorted(shares, reverse=True), strict=True))}
    engine = pricer(*even, shares=table)
    prices = []
    for grade in GRADES:
        same = Goods(item.sku, item.product, item.category, grade, item.new_price, item.units)
        price = engine.decide(same, offer).price
        prices.append(price.minor if price else None)
    known = [price for price in prices if price is not None]
    assert known == sorted(known, reverse=True)
    if None in prices and known:  # too small a share of a small price comes to nothing: only at the lower end
        assert prices[: len(known)] == known


@given(pricers(), goods, offers())
def test_the_explanation_comes_to_the_price(engine: Pricer, item: Goods, offer: Offer) -> None:
    """Each step is calculated again from its own numbers alone, and begins where the one before ended."""
    decision = engine.decide(item, offer)
    now = item.new_price.money.minor if item.new_price else 0
    kinds = [step.kind for step in decision.steps]
    assert kinds == sorted(kinds, key=list(Kind).index)
    assert len(kinds) == len(set(kinds))
    for step in decision.steps:
        assert step.before == now
        assert step.after == again(step)
        if step.kind is not Kind.MINIMUM:
            now = step.after
    if decision.price is not None and decision.min_price is not None:
        assert decision.price == Money(now, currency_of(offer.market))
        assert decision.steps[-1].kind is Kind.MINIMUM
        assert decision.min_price == Money(decision.steps[-1].after, currency_of(offer.market))


def again(step: Step) -> int:
    """What a person with a calculator makes of this step."""
    bound, ratio = step.bound or 0, Fraction(*(step.ratio or (1, 1)))
    match step.kind:
        case Kind.SHARE | Kind.MULTIPLIER | Kind.CONVERSION:
            return round(step.before * ratio)
        case Kind.COMPETITOR:
            return step.before if step.overruled else bound
        case Kind.COST | Kind.FLOOR:
            return max(step.before, bound)
        case Kind.CEILING | Kind.MAXIMUM:
            return min(step.before, bound)
        case Kind.DAILY:
            assert step.low is not None and step.high is not None
            return min(max(step.before, step.low), step.high)
        case Kind.ROUNDING:
            assert step.grid is not None and step.low is not None
            found = nearest_by_looking(step.before, step.grid, step.low, step.high)
            assert step.overruled is (found is None)
            return step.before if found is None else found
        case Kind.MINIMUM:
            return max((step.before / ratio).__ceil__(), bound)


def nearest_by_looking(minor: int, grid: tuple[int, int], low: int, high: int | None) -> int | None:
    """The same as `on_grid`, from the two prices on both sides of the nearest place that is allowed."""
    step, ending = grid
    place = max(minor, low) if high is None else min(max(minor, low), high)
    below = (place - ending) // step * step + ending
    fitting = [p for p in (below, below + step) if p >= low and (high is None or p <= high)]
    return min(fitting, key=lambda p: (abs(p - minor), -p), default=None)


@given(
    st.integers(1, 60),
    st.integers(1, 20),
    st.integers(0, 19),
    st.integers(1, 60),
    st.none() | st.integers(1, 60),
)
def test_the_nearest_price_of_a_grid_is_the_nearest_of_all(
    minor: int, step: int, ending: int, low: int, high: int | None
) -> None:
    ending %= step
    all_of_them = range(low, (high or 100) + 1)
    fitting = [price for price in all_of_them if price % step == ending]
    nearest = min(fitting, key=lambda price: (abs(price - minor), -price), default=None)
    assert on_grid(minor, (step, ending), low, high) == nearest


@given(pricers(), goods, offers())
def test_whatever_is_decided_has_words_in_every_language(engine: Pricer, item: Goods, offer: Offer) -> None:
    decision = engine.decide(item, offer)
    for language in languages():
        use_language(language)
        said = [render(text) for text in (*explanation(decision), *decision.warnings)]
        assert all(said)
    use_language("en")


def test_the_day_and_the_source_of_a_new_price_may_be_unknown() -> None:
    item = Goods("S", "P", "phone", "GOOD", NewPrice(euros("800"), None, "by hand"), ())
    undated = {"EUR": Rate(Decimal(1)), "GBP": Rate(Decimal("0.8"))}
    said = [render(t) for t in explanation(pricer(rates=undated).decide(item, Offer("en-gb")))]
    assert "(by hand)" in said[0]
    assert said[1] == "1 EUR is 0.8 GBP: 552.00 EUR becomes 441.60 GBP."


@given(pricers(), goods, offers())
def test_the_floor_alone_is_that_of_the_decision(some: Pricer, item: Goods, offer: Offer) -> None:
    decision = some.decide(item, offer)
    floor = some.floor(item, offer.market)
    if decision.price is not None:
        assert floor == decision.floor
    if floor is not None:
        assert floor.currency == currency_of(offer.market)


def test_what_a_unit_cost_sets_a_floor_also_where_nobody_knows_the_new_price() -> None:
    assert str(pricer().floor(phone(unit("500"), new=None), "fr-fr")) == "719.44 EUR"
    assert pricer().floor(phone(unit(None)), "fr-fr") is None, "a cost that nobody wrote down is not guessed"
    assert str(pricer(Rule("f", floor=euros("600"))).floor(phone(unit(None)), "fr-fr")) == "600.00 EUR"
    assert pricer(Rule("no", cost_floor=False)).floor(phone(unit("500")), "fr-fr") is None
