"""What a listing says about a device beside its price: a comment by grade and market, and the warranty.

Knows no marketplace and no unit: templates are filled by services.selling.content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bmdesk.domain.content_template import Template

LONGEST_COMMENT = 500
SHORTEST_WARRANTY, LONGEST_WARRANTY = 12, 60
"""Months. The marketplace asks for a year at least."""

EVERY_OTHER = "*"


@dataclass(frozen=True, slots=True)
class ContentPolicy:
    """`comments`: by market (`fr-be`) or language (`fr`), then by grade; `warranty`: by market or language, then by
    category, in months; `words`: by language, then by the case-folded name of a thing (an accessory, a colour, a grade)
    whose word buyers read. "*" is for whatever has none of its own. `automatic`: what changed because the units
    changed is written without a person.
    """

    version: int = 1
    warranty_months: int = SHORTEST_WARRANTY
    comments: Mapping[str, Mapping[str, Template]] = field(default_factory=dict)
    warranty: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    automatic: bool = False

    def template(self, grade: str, market: str) -> tuple[Template, str] | None:
        """The comment of this grade in this market and for whom it was written: the market, its language, or "*"."""
        for name in names(market):
            if found := self.comments.get(name, {}).get(grade):
                return found, name
        return None

    def months(self, market: str, category: str) -> int:
        """The warranty: the market's before its language's, and there the category's before all others'."""
        for name in names(market):
            own = self.warranty.get(name, {})
            for kind in (category, EVERY_OTHER):
                if kind in own:
                    return own[kind]
        return self.warranty_months

    def word(self, language: str, name: str) -> str | None:
        """How buyers who read this language call it; None where nobody said so."""
        return self.words.get(language, {}).get(name.casefold())


def names(market: str) -> tuple[str, str, str]:
    """Under which names something for this market may stand, the narrowest first."""
    return market, market.partition("-")[0], EVERY_OTHER
