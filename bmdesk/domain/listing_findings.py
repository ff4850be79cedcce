"""What a mistake in a listing is made of, and what must be known of a listing to find one.

Pure types; the rules are domain.listing_lint and domain.listing_twins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bmdesk.domain.listing_reasons import ONLINE
from bmdesk.domain.money import Money
from bmdesk.texts import Text, msg


class Code(StrEnum):
    """The mistakes, by names that scripts rely on."""

    PRICE_ABOVE_MAX = "price_above_max"
    MIN_ABOVE_PRICE = "min_above_price"
    SKU_TITLE_MISMATCH = "sku_title_mismatch"
    SKU_GRADE_MISMATCH = "sku_grade_mismatch"
    DUPLICATE_PRODUCT_GRADE = "duplicate_product_grade"
    GRADE_UNITS_MISMATCH = "grade_units_mismatch"
    NO_PRICE_IN_MARKET = "no_price_in_market"
    ONLINE_WITHOUT_STOCK = "online_without_stock"
    STOCK_BUT_OFFLINE = "stock_but_offline"
    MISSING_COMMENT = "missing_comment"
    BELOW_COST = "below_cost"


class Severity(StrEnum):
    """An error sells what is not there, at a loss, or not at all; a warning is for somebody to look at."""

    ERROR = "error"
    WARNING = "warning"


def code_text(code: Code) -> Text:
    """The mistake in a few words."""
    return _CODES[code]


_CODES = {
    Code.PRICE_ABOVE_MAX: msg("lint.code_price_above_max"),
    Code.MIN_ABOVE_PRICE: msg("lint.code_min_above_price"),
    Code.SKU_TITLE_MISMATCH: msg("lint.code_sku_title_mismatch"),
    Code.SKU_GRADE_MISMATCH: msg("lint.code_sku_grade_mismatch"),
    Code.DUPLICATE_PRODUCT_GRADE: msg("lint.code_duplicate_product_grade"),
    Code.GRADE_UNITS_MISMATCH: msg("lint.code_grade_units_mismatch"),
    Code.NO_PRICE_IN_MARKET: msg("lint.code_no_price_in_market"),
    Code.ONLINE_WITHOUT_STOCK: msg("lint.code_online_without_stock"),
    Code.STOCK_BUT_OFFLINE: msg("lint.code_stock_but_offline"),
    Code.MISSING_COMMENT: msg("lint.code_missing_comment"),
    Code.BELOW_COST: msg("lint.code_below_cost"),
}


def severity_text(severity: Severity) -> Text:
    """In words."""
    return msg("lint.error") if severity is Severity.ERROR else msg("lint.warning")


class Fix(StrEnum):
    """What one key would do. Only the name: who carries it out reads the present state first."""

    LOWER_MIN = "lower_min"
    SET_PRICE = "set_price"
    SET_COMMENT = "set_comment"
    PUSH_QUANTITY = "push_quantity"
    TAKE_OFFLINE = "take_offline"


def fix_text(fix: Fix) -> Text:
    """What it would do, in words."""
    return _FIXES[fix]


_FIXES = {
    Fix.LOWER_MIN: msg("lint.fix_lower_min"),
    Fix.SET_PRICE: msg("lint.fix_set_price"),
    Fix.SET_COMMENT: msg("lint.fix_set_comment"),
    Fix.PUSH_QUANTITY: msg("lint.fix_push_quantity"),
    Fix.TAKE_OFFLINE: msg("lint.fix_take_offline"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. `market`: "" where it is the listing's in all markets. `fix`: None where a person must think."""

    listing_id: str
    sku: str
    market: str
    code: Code
    severity: Severity
    evidence: Text
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class InMarket:
    """A listing in one market as it was last read. `currency`: the one in which this market has its prices."""

    market: str
    currency: str
    price: Money | None
    least: Money | None
    most: Money | None
    wanted: Money | None = None
    """The price that a person confirmed, where bmdesk manages it."""
    state: int | None = None
    paused: bool = False
    chosen: bool = True
    """Whether the account's settings name this market."""
    has_comment: bool = True
    has_template: bool = False
    """Whether there is a comment that could be sent."""
    floor: Money | None = None
    """The least price that the rules of prices allow here; None where nobody knows what its units cost."""
    left: Text | None = None
    """Where the price goes, if it is below that floor."""

    stays: bool = False
    """What stands there does not make way for the confirmed price by itself: a second writer's, or nothing is sent."""

    @property
    def shown(self) -> Money | None:
        """What it costs there, or will."""
        return self.wanted or self.price

    @property
    def prices(self) -> tuple[Money, ...]:
        """What it will cost there, then what it costs until a person says something, where that is another."""
        also = self.price if self.stays and self.price != self.shown else None
        return tuple(one for one in (self.shown, also) if one is not None)

    def said(self, price: Money, evidence: Text) -> Text:
        """The evidence against one of these prices, so that a person knows which."""
        return evidence if price == self.shown else msg("lint.stands_there", what=evidence)


@dataclass(frozen=True, slots=True)
class OurSku:
    """The SKU of ours that a listing sells. Counts are pieces in the account's warehouses."""

    text: str
    grade: str
    new_battery: bool
    words: str
    """Model code, storage and colour of its product."""
    there: int
    """What may be sold today: units that pass the gate and are promised to nobody, or counted goods."""
    sold: int
    quantity: int
    held: int = 0
    other_grades: Mapping[str, int] = field(default_factory=dict)
    """Ready units of the same product in other grades."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of a listing. `grade` as the marketplace names it; `paused` by a person, as a whole."""

    id: str
    sku: str
    title: str
    product_id: str
    grade: str
    new_battery: bool
    quantity: int
    number: int | None = None
    carries: bool = False
    manages_stock: bool = False
    paused: bool = False
    markets: tuple[InMarket, ...] = ()
    ours: OurSku | None = None

    @property
    def is_online(self) -> bool:
        """Whether it was last read online in any market."""
        return any(one.state == ONLINE for one in self.markets)

    def finding(
        self, code: Code, severity: Severity, evidence: Text, fix: Fix | None = None, market: str = ""
    ) -> Finding:
        """A mistake of this listing."""
        return Finding(self.id, self.sku, market, code, severity, evidence, fix)
