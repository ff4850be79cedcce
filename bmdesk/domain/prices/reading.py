"""The pricing document (a JSON object) read into rules and tables.

    {"version": 3,
     "shares": {"*": {"PREMIUM": "0.87", ...}, "laptop": {"GOOD": "0.5"}},
     "rules": [{"id": "de", "scope": {"market": "de-de"}, "multiplier": "1.03",
                "rounding": {"step": "1", "ending": "0.99"}, "daily_percent": "10"},
               {"id": "costs", "margin": {"percent": "8", "amount": "5.00 EUR"}, "payment_fee": {"percent": "1"},
                "shipping": "6.90 EUR", "warranty": {"percent": "2"}},
               {"id": "cables", "scope": {"category": "audio"}, "cost_floor": false, "floor": "9.00 EUR"}],
     "commissions": [{"category": "phone", "market": "*", "from": "2026-01-01", "percent": "10"}],
     "vat": [{"scheme": "margin", "market": "*", "percent": "20"}]}

Only "version" and "shares" must be there. Numbers may be text, and should be where they have decimals.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from bmdesk.domain.document import CATEGORY, Object, Value, all_different
from bmdesk.domain.grading import NOT_FOR_SALE, SCALE
from bmdesk.domain.markets import known_market
from bmdesk.domain.money import Money, NotMoney
from bmdesk.domain.prices.rules import (
    DEFAULT,
    LARGEST_SHARE,
    SMALLEST_SHARE,
    VALUES,
    Charge,
    PricingPolicy,
    Rounding,
    Rule,
    Scope,
)
from bmdesk.domain.prices.tables import EVERY, SCHEMES, Row
from bmdesk.texts import msg

T = TypeVar("T")

_FOR_SALE = tuple(grade for grade in SCALE if grade != NOT_FOR_SALE)
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_MONEY = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ([A-Z]{3})")


def read_pricing(obj: object) -> PricingPolicy:
    """Shares, rules and tables; "*" must be among the shares. Raises BadPolicy."""
    top = Object("pricing", "", obj)
    policy = PricingPolicy(
        version=top.at("version").whole(1, 1_000_000),
        shares=top.at("shares").mapping(lambda value: value.mapping(_share, keys=_FOR_SALE), needs_rest=True),
        rules=tuple(_rule(o) for o in top.at("rules", []).objects(0)),
        commissions=tuple(_row(o, "category", _category) for o in top.at("commissions", []).objects(0)),
        vat=tuple(
            _row(o, "scheme", lambda v: v.choice((EVERY, *SCHEMES))) for o in top.at("vat", []).objects(0)
        ),
    )
    top.close()
    all_different("pricing", "rules", [DEFAULT.id, *(rule.id for rule in policy.rules)])
    return policy


def _rule(o: Object) -> Rule:
    rule = Rule(
        id=o.at("id").pattern(_ID, msg("policy.expected_rule_id")),
        scope=_scope(o.at("scope", {}).object()),
        share=_optional(o, "share", _share),
        multiplier=_optional(o, "multiplier", lambda value: _number(value, "0.2", "5")),
        floor=_optional(o, "floor", _money),
        ceiling=_optional(o, "ceiling", _money),
        cost_floor=_optional(o, "cost_floor", Value.flag),
        margin=_optional(o, "margin", _charge),
        rounding=_optional(o, "rounding", _rounding),
        daily_percent=_optional(o, "daily_percent", lambda value: _number(value, "0", "100")),
        min_ratio=_optional(o, "min_ratio", lambda value: _number(value, "1", "2")),
        payment_fee=_optional(o, "payment_fee", _charge),
        shipping=_optional(o, "shipping", _money),
        warranty=_optional(o, "warranty", _charge),
        stale_days=_optional(o, "stale_days", lambda value: value.whole(0, 365)),
        automatic=_optional(o, "automatic", Value.flag),
    )
    o.close()
    if all(getattr(rule, value) is None for value in VALUES):
        o.at("id").fail(msg("policy.expected_one_of", allowed=", ".join(VALUES)))
    floor, ceiling = rule.floor, rule.ceiling
    if floor and ceiling and floor.currency == ceiling.currency and ceiling.minor < floor.minor:
        o.at("ceiling").fail(msg("policy.expected_at_least", low=floor))
    return rule


def _scope(o: Object) -> Scope:
    scope = Scope(
        category=_optional(o, "category", lambda v: v.pattern(CATEGORY, msg("policy.expected_category")))
        or "",
        product=(_optional(o, "product", lambda value: value.text(1, 320)) or "").strip(),
        sku=(_optional(o, "sku", lambda value: value.text(1, 200)) or "").strip(),
        grade=_optional(o, "grade", lambda value: value.choice(_FOR_SALE)) or "",
        market=_optional(o, "market", _market) or "",
    )
    o.close()
    return scope


def _row(o: Object, kind: str, read: Callable[[Value], str]) -> Row:
    row = Row(
        kind=read(o.at(kind, EVERY)),
        market=_any_market(o.at("market", EVERY)),
        since=o.at("from", None).day(),
        percent=_number(o.at("percent"), "0", "60"),
    )
    o.close()
    return row


def _optional(o: Object, name: str, read: Callable[[Value], T]) -> T | None:
    # A null that stands there is a mistake: a wider rule's value cannot be taken back, only replaced.
    value = o.at(name, None)
    return read(value) if name in o.members else None


def _charge(value: Value) -> Charge:
    o = value.object()
    charge = Charge(
        percent=_number(o.at("percent", "0"), "0", "100"),
        amount=_optional(o, "amount", _money),
    )
    o.close()
    return charge


def _rounding(value: Value) -> Rounding:
    o = value.object()
    step = _number(o.at("step"), "0.01", "100000")
    ending = _number(o.at("ending", "0"), "0", "100000")
    o.close()
    if ending >= step:
        o.at("ending", "0").fail(msg("policy.expected_below", high=step))
    return Rounding(step, ending)


def _share(value: Value) -> Decimal:
    share = value.number()
    if share is None or not SMALLEST_SHARE <= share <= LARGEST_SHARE:
        value.fail(msg("policy.expected_share", low=SMALLEST_SHARE, high=LARGEST_SHARE))
    return share


def _number(value: Value, low: str, high: str) -> Decimal:
    number = value.number()
    if number is None or not Decimal(low) <= number <= Decimal(high):
        value.fail(msg("policy.expected_between", low=Decimal(low), high=Decimal(high)))
    return number


def _money(value: Value) -> Money:
    found = _MONEY.fullmatch(value.text(5, 18))
    try:
        if found is not None:
            return Money.parse(found[1], found[2])
    except NotMoney:
        pass  # more decimals than the currency has
    return value.fail(msg("policy.expected_money"))


def _category(value: Value) -> str:
    return EVERY if value.value == EVERY else value.pattern(CATEGORY, msg("policy.expected_category"))


def _any_market(value: Value) -> str:
    return EVERY if value.value == EVERY else _market(value)


def _market(value: Value) -> str:
    found = known_market(value.text(1, 10))
    if found is None or found.locale != value.value:
        value.fail(msg("policy.expected_locale"))
    return found.locale
