"""What a listing says about a device beside its price: a comment by grade and market, and the warranty.

Knows no marketplace; whoever writes a market for the first time sends these along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LONGEST_COMMENT = 500
SHORTEST_WARRANTY, LONGEST_WARRANTY = 12, 60
"""Months. The marketplace asks for a year at least."""


@dataclass(frozen=True, slots=True)
class Content:
    """What goes along with the first write of a market. An empty comment is not sent."""

    comment: str
    warranty_months: int


@dataclass(frozen=True, slots=True)
class ContentPolicy:
    """`comments`: by market (`fr-be`) or language (`fr`), then by grade; "*" is for whatever has none of its own."""

    version: int = 1
    warranty_months: int = SHORTEST_WARRANTY
    comments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, grade: str, market: str) -> Content:
        """What a listing of this grade says in this market: the market's own words, its language's, or the rest's."""
        for name in (market, market.partition("-")[0], "*"):
            if comment := self.comments.get(name, {}).get(grade):
                return Content(comment, self.warranty_months)
        return Content("", self.warranty_months)
