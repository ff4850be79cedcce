"""What time it is: asked of a clock that is handed in, never of the machine in passing.

Knows nothing of time zones beyond UTC: "today" belongs to the company's time zone; the services decide it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

MOST_SKEW = timedelta(minutes=5)
"""So far apart this machine's clock and a remote's may be before a person must hear of it."""


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock. It may jump, backwards too: nobody may rely on its order."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests and for the demo's story."""

    def __init__(self, at: datetime = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)) -> None:
        self._now = _aware(at)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta | None = None, **parts: float) -> datetime:
        """Move on by a timedelta, or by parts of one: `advance(minutes=5)`. Negative amounts jump back."""
        self._now += by if by is not None else timedelta(**parts)
        return self._now

    def set(self, at: datetime) -> None:
        """Jump to this moment. Raises ValueError for a moment without a time zone."""
        self._now = _aware(at)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(UTC)
