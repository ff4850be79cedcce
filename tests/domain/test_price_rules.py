"""Which rule counts: the narrowest for each value, and a document says where it is wrong."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.document import BadPolicy
from bmdesk.domain.money import Money
from bmdesk.domain.prices.reading import read_pricing
from bmdesk.domain.prices.rules import DEFAULT, VALUES, Charge, Rounding, Rule, RuleBook, Scope
from bmdesk.domain.prices.tables import REGULAR, Row, in_force, vat_in_force
from bmdesk.texts import render
from tests.domain.priced import GRADES, MARKETS, TODAY, rule_lists

POLICIES = Path(__file__).parents[2] / "resources" / "policies"

DOCUMENT: dict[str, Any] = {
    "version": 3,
    "shares": {"*": {"GOOD": "0.69"}, "laptop": {"GOOD": "0.5"}},
    "rules": [
        {
            "id": "de",
            "note": "as the neighbours do",
            "scope": {"market": "de-de"},
            "multiplier": "1.03",
            "rounding": {"step": "1", "ending": "0.99"},
            "daily_percent": 10,
        },
        {
            "id": "costs",
            "margin": {"percent": "8", "amount": "5.00 EUR"},
            "payment_fee": {"percent": "1"},
            "shipping": "6.90 EUR",
            "warranty": {"percent": "2"},
        },
        {
            "id": "one",
            "scope": {"category": "phone", "product": "Apple iPhone 12", "sku": "X-1", "grade": "GOOD"},
            "share": "0.7",
            "floor": "90 EUR",
            "ceiling": "900 EUR",
            "cost_floor": False,
            "min_ratio": "1.05",
            "stale_days": 3,
            "automatic": True,
        },
    ],
    "commissions": [{"category": "phone", "market": "fr-fr", "from": "2026-01-01", "percent": "10"}],
    "vat": [{"scheme": "margin", "percent": "20"}],
}


def test_a_document_says_all_that_a_rule_can_set() -> None:
    policy = read_pricing(DOCUMENT)
    de, costs, one = policy.rules
    assert de == Rule(
        "de",
        Scope(market="de-de"),
        multiplier=Decimal("1.03"),
        rounding=Rounding(Decimal(1), Decimal("0.99")),
        daily_percent=Decimal(10),
    )
    assert costs.margin == Charge(Decimal(8), Money(500, "EUR"))
    assert costs.shipping == Money(690, "EUR")
    assert one.scope.narrowness == (3, False, True)
    assert one.cost_floor is False
    assert {value for rule in policy.rules for value in VALUES if getattr(rule, value) is not None} == set(
        VALUES
    )
    assert policy.commissions == (Row("phone", "fr-fr", date(2026, 1, 1), Decimal(10)),)
    assert policy.vat == (Row("margin", "*", None, Decimal(20)),)


def test_a_document_of_before_the_rules_still_says_its_shares() -> None:
    policy = read_pricing(json.loads((POLICIES / "pricing.json").read_text("utf-8")))
    book = RuleBook(tuple(policy.all_rules()))
    found = [book.counting(book.key("phone", "", ""), grade, "fr-fr")["share"] for grade in GRADES]
    assert [rule.share for rule in found] == [Decimal(s) for s in ("0.87", "0.78", "0.69", "0.60")]
    assert [rule.id for rule in found] == [f"shares.*.{grade}" for grade in GRADES]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": "De"}, "rules[0].id"),
        ({"id": "costs"}, "rules"),
        ({"id": "default"}, "rules"),
        ({"multiplier": "0"}, "rules[0].multiplier"),
        ({"multiplier": None}, "rules[0].multiplier"),
        ({"share": "69"}, "rules[0].share"),
        ({"floor": "12"}, "rules[0].floor"),
        ({"floor": "12.50 JPY"}, "rules[0].floor"),
        ({"floor": "-1 EUR"}, "rules[0].floor"),
        ({"floor": "20 EUR", "ceiling": "19.99 EUR"}, "rules[0].ceiling"),
        ({"cost_floor": "no"}, "rules[0].cost_floor"),
        ({"margin": {"percent": "-1"}}, "rules[0].margin.percent"),
        ({"margin": {"share": "1"}}, "rules[0].margin.share"),
        ({"rounding": {"step": "0"}}, "rules[0].rounding.step"),
        ({"rounding": {"step": "1", "ending": "1"}}, "rules[0].rounding.ending"),
        ({"daily_percent": 101}, "rules[0].daily_percent"),
        ({"min_ratio": "0.99"}, "rules[0].min_ratio"),
        ({"stale_days": -1}, "rules[0].stale_days"),
        ({"scope": {"market": "de"}}, "rules[0].scope.market"),
        ({"scope": {"market": "DE-DE"}}, "rules[0].scope.market"),
        ({"scope": {"grade": "NOT_FOR_SALE"}}, "rules[0].scope.grade"),
        ({"scope": {"category": "Phone!"}}, "rules[0].scope.category"),
        ({"scope": {"brand": "Apple"}}, "rules[0].scope.brand"),
        ({"prise": "1"}, "rules[0].prise"),
    ],
)
def test_a_mistake_in_a_rule_is_named_by_its_place(change: dict[str, Any], place: str) -> None:
    first, *rest = DOCUMENT["rules"]
    refused({**DOCUMENT, "rules": [{**first, **change}, *rest]}, place)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"rules": [{"id": "idle", "scope": {"market": "de-de"}}]}, "rules[0].id"),
        ({"commissions": [{"percent": "61"}]}, "commissions[0].percent"),
        ({"commissions": [{"market": "fr", "percent": "10"}]}, "commissions[0].market"),
        ({"commissions": [{"from": "today", "percent": "10"}]}, "commissions[0].from"),
        ({"vat": [{"scheme": "none", "percent": "10"}]}, "vat[0].scheme"),
    ],
)
def test_a_mistake_in_a_table_is_named_by_its_place(change: dict[str, Any], place: str) -> None:
    refused({**DOCUMENT, **change}, place)


def refused(document: object, place: str) -> None:
    with pytest.raises(BadPolicy) as raised:
        read_pricing(document)
    assert raised.value.params["place"] == place
    assert place in render(raised.value.happened)


def test_the_narrower_rule_wins_in_the_order_the_module_tells() -> None:
    """Widest first; each goes before all that stand above it, wherever the document has it."""
    order = [
        Scope(),
        Scope(grade="GOOD"),
        Scope(market="fr-fr"),
        Scope(market="fr-fr", grade="GOOD"),
        Scope(category="phone"),
        Scope(category="phone", market="fr-fr", grade="GOOD"),
        Scope(product="P"),
        Scope(product="P", category="phone", grade="GOOD"),
        Scope(product="P", market="fr-fr"),
        Scope(sku="S"),
        Scope(sku="S", product="P", grade="GOOD"),
    ]
    rules = [Rule(f"r{at}", scope, share=Decimal("0.5")) for at, scope in enumerate(order)]
    for narrowest in range(1, len(rules) + 1):
        book = RuleBook(list(reversed(rules[:narrowest])))
        found = book.counting(book.key("phone", " p", "s "), "GOOD", "fr-fr")
        assert found["share"].id == f"r{narrowest - 1}"


def test_among_equals_the_later_rule_wins_and_each_value_by_itself() -> None:
    book = RuleBook(
        [
            DEFAULT,
            Rule("a", share=Decimal("0.5"), multiplier=Decimal(2)),
            Rule("b", share=Decimal("0.6")),
            Rule("c", Scope(sku="S"), min_ratio=Decimal("1.01")),
        ]
    )
    found = book.counting(book.key("phone", "P", "S"), "GOOD", "fr-fr")
    said = {value: rule.id for value, rule in found.items()}
    assert said == {
        "share": "b",
        "multiplier": "a",
        "min_ratio": "c",
        "cost_floor": "default",
        "margin": "default",
        "stale_days": "default",
    }


@given(
    rule_lists(),
    st.sampled_from(("phone", "laptop", "watch")),
    st.sampled_from(("APPLE IPHONE 12", "Nothing Phone")),
    st.sampled_from(("sku-1", "SKU-2", "SKU-3")),
    st.sampled_from(GRADES),
    st.sampled_from(MARKETS),
)
def test_the_index_finds_what_looking_through_all_rules_finds(
    rules: tuple[Rule, ...], category: str, product: str, sku: str, grade: str, market: str
) -> None:
    here = Scope(category, product, sku, grade, market)
    slots = ("category", "product", "sku", "grade", "market")
    plain: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda rule: rule.scope.narrowness):
        if all(getattr(rule.scope, s).casefold() in ("", getattr(here, s).casefold()) for s in slots):
            plain.update({value: rule for value in VALUES if getattr(rule, value) is not None})

    book = RuleBook(rules)

    assert book.counting(book.key(category, product, sku), grade, market) == plain


def test_a_commission_counts_from_its_day_and_the_category_goes_before_the_market() -> None:
    rows = [
        Row("*", "*", None, Decimal(10)),
        Row("*", "fr-fr", None, Decimal(11)),
        Row("phone", "*", None, Decimal(12)),
        Row("phone", "*", date(2026, 3, 2), Decimal(13)),
        Row("phone", "*", date(2026, 3, 3), Decimal(14)),
    ]

    def percent(category: str, market: str, day: date = TODAY) -> int | None:
        row = in_force(rows, category, market, day)
        return None if row is None else int(row.percent)

    assert [percent("watch", "de-de"), percent("watch", "fr-fr"), percent("phone", "fr-fr")] == [10, 11, 13]
    assert [percent("phone", "de-de", date(2026, 3, day)) for day in (1, 2, 3)] == [12, 13, 14]
    assert in_force(rows[2:], "watch", "de-de", TODAY) is None


def test_the_sellers_own_vat_goes_before_the_standard_rate() -> None:
    def percent(*own: Row) -> Decimal:
        row = vat_in_force(own, REGULAR, "fi-fi", TODAY)
        assert row is not None
        return row.percent

    assert percent() == Decimal("25.5")
    assert percent(Row(REGULAR, "fi-fi", None, Decimal(14))) == 14
    assert percent(Row(REGULAR, "de-de", None, Decimal(7))) == Decimal("25.5")
    assert vat_in_force((), "margin", "fi-fi", TODAY) is None
