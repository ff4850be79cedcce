"""What a SKU needs before it is listed or put online, by category: in words, with what clears it.

Pure: callers bring the facts. What is required and missing keeps a SKU from being made a listing, published, or offered
where it is offline; a listing that is online already is only warned of. Units have a gate of their own (domain.gate).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bmdesk.domain.gate import Level
from bmdesk.texts import Text, msg

REQUIREMENTS = ("product", "ean", "title", "new_price", "comment", "photos", "test_record")
"""The codes a document may set a level for, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class CategoryMinimum:
    """The minimum of one category. A requirement without a level is off. Lengths in characters."""

    levels: Mapping[str, Level]
    title_shortest: int = 1
    comment_shortest: int = 1
    photos_fewest: int = 1


@dataclass(frozen=True, slots=True)
class MinimumPolicy:
    """One version of the whole document: a minimum by category, "*" for one without its own."""

    version: int = 1
    categories: Mapping[str, CategoryMinimum] = field(
        default_factory=lambda: {"*": CategoryMinimum(levels={})}
    )

    def of(self, category: str) -> CategoryMinimum:
        """The minimum of this category."""
        return self.categories.get(category, self.categories["*"])


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """What is known of a SKU. `comments`: characters of what buyers read, by market. `units`: free units in hand;
    `photos`: of the one with the fewest; `untested`: those without a finished inspection or evidence from elsewhere.
    """

    category: str
    model_code: str
    product_id: str
    ean: str
    title: str
    has_new_price: bool
    comments: Mapping[str, int]
    units: int
    photos: int
    untested: int


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not there. `market` is empty for what concerns all of them."""

    code: str
    level: Level
    happened: Text
    todo: Text
    market: str = ""

    @property
    def is_required(self) -> bool:
        return self.level is Level.REQUIRED


def missing(sku: SkuFacts, policy: MinimumPolicy) -> tuple[Missing, ...]:
    """What this SKU lacks, required things first."""
    rules = policy.of(sku.category)
    found = [
        Missing(code, level, happened, msg(f"minimum.todo_{code}", model_code=sku.model_code), market)
        for code, happened, market in _found(sku, rules)
        if (level := rules.levels.get(code, Level.OFF)) is not Level.OFF
    ]
    return tuple(sorted(found, key=lambda one: not one.is_required))


def requirement_text(code: str) -> Text:
    """What one of REQUIREMENTS asks, in words (for the settings)."""
    return msg(f"minimum.asks_{code}")


def _found(sku: SkuFacts, rules: CategoryMinimum) -> Iterator[tuple[str, Text, str]]:
    if not sku.product_id and not sku.ean:
        yield "product", msg("minimum.product", model_code=sku.model_code), ""
    if not sku.ean:
        yield "ean", msg("minimum.ean", model_code=sku.model_code), ""
    if len(sku.title) < rules.title_shortest:
        said = msg("minimum.title", title=sku.title, length=len(sku.title), least=rules.title_shortest)
        yield "title", said, ""
    if not sku.has_new_price:
        yield "new_price", msg("minimum.new_price", model_code=sku.model_code), ""
    for market, length in sku.comments.items():
        if length < rules.comment_shortest:
            least = rules.comment_shortest
            yield "comment", msg("minimum.comment", market=market, length=length, least=least), market
    if sku.units and sku.photos < rules.photos_fewest:
        yield "photos", msg("minimum.photos", found=sku.photos, least=rules.photos_fewest), ""
    if sku.untested:
        yield "test_record", msg("minimum.test_record", count=sku.untested), ""
