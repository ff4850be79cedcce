"""Price rules: where each one counts, and which of several counts.

A rule sets one or more values for a scope. For each value by itself the narrowest rule wins that says it:

1. a rule of a SKU goes before one of a product, that before one of a category, that before one of everything;
2. among these, one that names a market goes before one that does not;
3. among these, one that names a grade goes before one that does not;
4. among equals the later one in the document counts.

So `sku` beats `category + market + grade`, and within a category `market + grade` beats `market`, `market` beats
`grade`, `grade` beats neither. The shares of the document's own table ("shares") are rules of a category and a grade
that stand before all others; what bmdesk assumes itself (DEFAULT) stands before those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal

from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.money import Money
from bmdesk.domain.prices.tables import EVERY, Row

SMALLEST_SHARE, LARGEST_SHARE = Decimal("0.05"), Decimal("1.0")
"""A share outside is a slip of the finger (a percent for a share, a lost digit), and would sell devices for nothing."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a rule counts; what is empty counts everywhere.

    `product`: brand and model in one ("Apple iPhone 12"), `sku`: its text; both without regard to case. `grade`: one of
    SCALE. `market`: a locale such as fr-be.
    """

    category: str = ""
    product: str = ""
    sku: str = ""
    grade: str = ""
    market: str = ""

    @property
    def narrowness(self) -> tuple[int, bool, bool]:
        """Greater is narrower, as the module says."""
        level = 3 if self.sku else 2 if self.product else 1 if self.category else 0
        return level, bool(self.market), bool(self.grade)


@dataclass(frozen=True, slots=True)
class Charge:
    """A part of the price in percent, an amount, or both together. Never negative."""

    percent: Decimal = Decimal(0)
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Rounding:
    """Prices are whole steps plus the ending, in the market's currency: 1 and 0.99, 5 and 0, 100 and 0 (yen)."""

    step: Decimal
    ending: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """What one line of the document sets; None: says nothing of it. `id` is unique in the document.

    - `share` of the new price, `multiplier` of the market.
    - `floor`, `ceiling` of the price, converted where the market has another currency.
    - `cost_floor`: whether true cost sets a floor; `margin`: what must be left over there, in percent of true cost, as
      an amount, or the sum of both.
    - `daily_percent`: greatest change a day. `min_ratio`: price <= min_ratio x min_price.
    - `payment_fee`, `warranty` (provision) of the price; `shipping`: what one parcel costs the seller.
    - `stale_days`: a rate older than that is said.
    - `automatic`: prices go out by themselves, without anybody's confirming them in a preview.
    """

    id: str
    scope: Scope = field(default_factory=Scope)
    share: Decimal | None = None
    multiplier: Decimal | None = None
    floor: Money | None = None
    ceiling: Money | None = None
    cost_floor: bool | None = None
    margin: Charge | None = None
    rounding: Rounding | None = None
    daily_percent: Decimal | None = None
    min_ratio: Decimal | None = None
    payment_fee: Charge | None = None
    shipping: Money | None = None
    warranty: Charge | None = None
    stale_days: int | None = None
    automatic: bool | None = None


VALUES: tuple[str, ...] = tuple(f.name for f in fields(Rule) if f.name not in {"id", "scope"})

DEFAULT = Rule("default", cost_floor=True, margin=Charge(), min_ratio=Decimal("1.08"), stale_days=7)
"""Never below true cost; the ratio that sellers keep to for the BackPricer; a rate is good for a week."""


@dataclass(frozen=True, slots=True)
class PricingPolicy:
    """One version of the pricing document.

    `shares` of the new price by category and grade; the category "*" is for what a category does not say itself.
    `commissions` by category and market, `vat` by scheme (regular, margin) and market: dated tables.
    """

    version: int = 1
    shares: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    commissions: tuple[Row, ...] = ()
    vat: tuple[Row, ...] = ()

    def share(self, category: str, grade: str) -> Decimal | None:
        """The share of the table alone, or None where nobody said one."""
        return self.shares.get(category, {}).get(grade, self.shares.get(EVERY, {}).get(grade))

    def all_rules(self) -> Iterator[Rule]:
        """In the order in which a later one wins among equals."""
        yield DEFAULT
        for category, grades in self.shares.items():
            inside = "" if category == EVERY else category
            for grade, share in grades.items():
                yield Rule(f"shares.{category}.{grade}", Scope(category=inside, grade=grade), share=share)
        yield from self.rules


class RuleBook:
    """Finds for a SKU in a market the rule that counts for each value, without looking through all rules."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._products = {sku_key(rule.scope.product) for rule in rules}
        self._skus = {sku_key(rule.scope.sku) for rule in rules}
        self._of: dict[tuple[int, str, str], list[tuple[Rule, dict[str, Rule]]]] = {}
        # Stable: among rules of equal narrowness the order of the document stays.
        for rule in sorted(rules, key=lambda rule: rule.scope.narrowness):
            says = {value: rule for value in VALUES if getattr(rule, value) is not None}
            self._of.setdefault((*_object(rule.scope), rule.scope.market), []).append((rule, says))

    def key(self, category: str, product: str, sku: str) -> tuple[str, str, str]:
        """What of these any rule can tell apart: SKUs with the same key have the same rules."""
        product, sku = sku_key(product), sku_key(sku)
        return category, product if product in self._products else "", sku if sku in self._skus else ""

    def counting(self, key: tuple[str, str, str], grade: str, market: str) -> dict[str, Rule]:
        """The rule that says each value; a value that no rule says is missing."""
        category, product, sku = key
        found: dict[str, Rule] = {}
        for level, name in enumerate(("", category, product, sku)):
            if level and not name:
                continue
            for where in ("", market):
                for rule, says in self._of.get((level, name, where), ()):
                    if _holds(rule.scope, key, grade):
                        found.update(says)
        return found


def _object(scope: Scope) -> tuple[int, str]:
    level = scope.narrowness[0]
    return level, ("", scope.category, sku_key(scope.product), sku_key(scope.sku))[level]


def _holds(scope: Scope, key: tuple[str, str, str], grade: str) -> bool:
    # A SKU's rule may name a product too, and then counts for this SKU of this product only.
    category, product, _ = key
    return (
        scope.grade in ("", grade)
        and scope.category in ("", category)
        and (not scope.product or sku_key(scope.product) == product)
    )
