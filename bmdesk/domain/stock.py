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

from bmdesk.domain.orders import Remote

UNCOUNTED_STATES = frozenset({Remote.CANCELLED, Remote.REFUNDED_BEFORE, Remote.UNPAID})
"""Line states that give their pieces back: cancelled, refunded before shipping, unpaid."""

SHIPPED_STATES = frozenset({Remote.SHIPPED, Remote.REFUNDED_AFTER})
"""Line states of what has left: shipped, or refunded afterwards."""

UNPAID_STATES = frozenset({0, 10})
"""Order states before the payment came."""

FINISHED_STATES = UNCOUNTED_STATES | SHIPPED_STATES
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
    vanished: int = 0
    """Pieces that had vanished there without an order when `base` was noted, and since when that is known."""
    vanished_at: datetime | None = None
    sold_since_vanished: int = 0
    """Pieces of this listing's lines that were read since `vanished_at`."""


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do, and what to remember: pieces that vanished without an order, and since when. `rebase`: they were
    counted from what is shown there now, so that is the base from here on.
    """

    decision: Decision
    vanished: int = 0
    vanished_at: datetime | None = None
    rebase: bool = False


def decide(ours: int, seen: Seen, now: datetime, hold: timedelta, *, forced: bool = False) -> Verdict:
    """What to do about this listing's quantity. `forced`: a person said that ours counts.

    Pieces that vanished are taken for sold until their order is read or `hold` is over; then a person decides.
    """
    known = seen.sent | ({seen.base} if seen.base is not None else set())
    if forced or not known:
        return Verdict(Settled() if seen.remote == ours else Send(ours))
    gone = _gone(known, seen)
    # What comes back (an order that nobody paid) was never sold after all.
    back = max(0, seen.remote - max(known)) if seen.vanished else 0
    explained = seen.sold_since_vanished if seen.vanished else seen.sold_since
    missing = max(0, seen.vanished + gone - back - explained)
    if not missing:
        return Verdict(_plain(ours, known, seen))
    anew = bool(gone or back)
    since = now if anew or seen.vanished_at is None else seen.vanished_at
    # What is remembered was counted at `vanished_at`; the orders read since come off it each time anew.
    kept = (missing if anew else seen.vanished, since, anew)
    safe, waits = max(0, ours - missing), now < since + hold
    if safe < seen.remote and (waits or ours < seen.remote):
        return Verdict(Send(safe if waits else ours), *kept)
    if ours <= seen.remote:
        return Verdict(Settled(), *kept)
    if waits:
        return Verdict(Hold(since, since + hold), *kept)
    # A person is asked about the missing pieces only; what is beyond doubt goes on.
    return Verdict(Send(safe) if not anew and safe > seen.remote else Clash(), *kept)


def _gone(known: AbstractSet[int], seen: Seen) -> int:
    """How many pieces fewer are shown than both sides had; 0 where what is shown is known, or explained by orders."""
    if seen.remote in known:
        return 0
    sold = [value - seen.remote for value in known if 0 < value - seen.remote <= seen.sold_since]
    return min(sold) if sold else max(0, max(known) - seen.remote)


def _plain(ours: int, known: AbstractSet[int], seen: Seen) -> Decision:
    """Nothing is missing there."""
    if seen.remote == ours:
        return Settled()
    returned = seen.freed_since + seen.vanished
    explained = any(-returned <= value - seen.remote <= seen.sold_since for value in known)
    above = not explained and all(seen.remote > value for value in known)
    if ours < seen.remote:
        # Lowering can never oversell. It is somebody else's doing only when it stands above all we know of.
        return Send(ours, foreign=above)
    return Clash() if above else Send(ours)
