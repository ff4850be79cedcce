"""What Back Market allows: so many requests, so many SKU lines. What was taken is counted in store.queries.limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum


class Bucket(StrEnum):
    """The limits of the marketplace, each counted for itself."""

    REQUESTS = "requests"
    CATALOGUE = "catalogue"
    COMPETITORS = "competitors"
    LINES = "lines"
    REFUNDS = "refunds"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in a window; `even`: with at most a twentieth of them at once."""

    most: int
    window: timedelta
    even: bool = True

    def allowed(self, share: Decimal) -> int:
        """How many an account takes that uses this share of it."""
        return max(1, int(self.most * share))


LIMITS = {
    Bucket.REQUESTS: Limit(200, timedelta(seconds=10)),
    Bucket.CATALOGUE: Limit(20, timedelta(seconds=10)),
    # Two a second. Said by two seconds, because of two whole ones a share of three quarters is one.
    Bucket.COMPETITORS: Limit(4, timedelta(seconds=2)),
    # By the hour, so evenness would make fifty new phones wait for minutes while the hour is empty.
    Bucket.LINES: Limit(2000, timedelta(hours=1), even=False),
    Bucket.REFUNDS: Limit(500, timedelta(days=1), even=False),
}
