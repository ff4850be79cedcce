"""How many pieces of a SKU may be offered, and what to do when the marketplace shows another number.

Pure: callers bring the counts, the values that both sides had, and the time. Back Market lowers a listing's quantity
itself when an order comes in, often before the order can be read; so a value below ours is a sale until proven
otherwise, and is not raised. A value above ours sells what is not there, and is lowered at once.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

UNCOUNTED_STATES = frozenset({4, 5, 7})
"""Line states that give their pieces back: cancelled, refunded before shipping, unpaid."""

FINISHED_STATES = frozenset({3, 4, 5, 6, 7})
"""Line states in which a line that was read first never came off the stock we count."""


@dataclass(frozen=True, slots=True)
class Count:
    """What a SKU's quantity is made of, in pieces."""

    listable: int
    """Units that pass the gate today and are promised to nobody, or counted goods."""
    sold: int
    """Pieces of order lines for which no unit is named yet."""
    buffer: int
    """Kept back, by the grade's setting."""
    leaving: int = 0
    """Units that count only after their old listing was read lower (they are not in `listable`)."""

    @property
    def quantity(self) -> int:
        """What may be offered: never below zero."""
        return max(0, self.listable - self.sold - self.buffer)

    @property
    def short(self) -> int:
        """Pieces sold beyond what is there."""
        return max(0, self.sold - self.listable)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a listing's quantity at the marketplace."""

    remote: int
    base: int | None
    """The last quantity that both sides had; None before the first write."""
    sent: AbstractSet[int]
    """Quantities sent since, whose fate nobody read."""
    sold_since: int
    """Pieces of this listing's lines that were read since `base`."""
    freed_since: int
    """Pieces of this listing's lines that were cancelled or refunded since `base`."""
    below_since: datetime | None
    """Since when an unexplained drop to `below_value` is known."""
    below_value: int | None


@dataclass(frozen=True, slots=True)
class Settled:
    """Both sides agree."""


@dataclass(frozen=True, slots=True)
class Send:
    """Write this quantity. `foreign`: somebody else had raised it."""

    quantity: int
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """Back Market seems to have sold one whose order is not readable yet: do not raise before `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else set this lower value: a person decides."""


Decision: TypeAlias = Settled | Send | Hold | Clash


def decide(ours: int, seen: Seen, now: datetime, hold: timedelta, *, forced: bool = False) -> Decision:
    """What to do about this listing's quantity. `forced`: a person said that ours counts."""
    known = seen.sent | ({seen.base} if seen.base is not None else set())
    if seen.remote == ours:
        return Settled()
    if forced or not known:
        return Send(ours)
    explained = any(-seen.freed_since <= value - seen.remote <= seen.sold_since for value in known)
    if ours < seen.remote:
        # Lowering can never oversell. It is somebody else's doing only when it stands above all we know of.
        return Send(ours, foreign=not explained and all(seen.remote > value for value in known))
    if explained:
        return Send(ours)
    if all(seen.remote > value for value in known):
        return Clash()
    since = seen.below_since if seen.below_since is not None and seen.below_value == seen.remote else now
    return Hold(since, since + hold) if now < since + hold else Clash()
