"""How often one may call: sliding windows on the simulated clock, and the edge's block after the first excess."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

BLOCK_SECONDS = 10.0
SKU_LINES_PER_HOUR = 2000
REFUNDS_PER_DAY = 500


@dataclass(slots=True)
class Window:
    """At most `most` within any `seconds`."""

    most: int
    seconds: float
    _taken: deque[tuple[float, int]] = field(default_factory=deque)
    _sum: int = 0

    def take(self, now: float, cost: int = 1) -> bool:
        """Whether it fits; what does not fit is not counted."""
        while self._taken and self._taken[0][0] <= now - self.seconds:
            self._sum -= self._taken.popleft()[1]
        if self._sum + cost > self.most:
            return False
        self._taken.append((now, cost))
        self._sum += cost
        return True


class Limits:
    """All limits of one account. A refused call of the edge blocks everything for ten seconds."""

    def __init__(self) -> None:
        self.on = True
        self._all = Window(200, 10.0)
        self._catalogue = Window(20, 10.0)
        self._competitors = Window(2, 1.0)
        self._lines = Window(SKU_LINES_PER_HOUR, 3600.0)
        self._refunds = Window(REFUNDS_PER_DAY, 86_400.0)
        self._bi: dict[str, Window] = {}
        self._blocked_until = float("-inf")

    def admits(self, now: float, path: str) -> bool:
        """Whether the edge lets a request to this path through."""
        if not self.on:
            return True
        if now < self._blocked_until:
            return False
        fits = self._all.take(now) and (not path.startswith("/ws/category/") or self._catalogue.take(now))
        if not fits:
            self._blocked_until = now + BLOCK_SECONDS
        return fits

    def admits_competitors(self, now: float) -> bool:
        return not self.on or self._competitors.take(now)

    def admits_bi(self, now: float, market: str) -> bool:
        return not self.on or self._bi.setdefault(market, Window(2, 3600.0)).take(now)

    def admits_refund(self, now: float) -> bool:
        return not self.on or self._refunds.take(now)

    def admits_lines(self, now: float, lines: int) -> bool:
        """SKU lines through POST /ws/listings and POST /ws/listings/{id}, together."""
        return not self.on or self._lines.take(now, lines)
