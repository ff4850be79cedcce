"""The simulated time: real by default, shifted or held by whoever tests.

It knows nothing of requests; limits, tasks and dates ask it for `now`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch as the marketplace sees them."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._held: float | None = None

    def seconds(self) -> float:
        return self._held if self._held is not None else time.time() + self._offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    @property
    def held(self) -> bool:
        return self._held is not None

    def hold(self, at: datetime) -> None:
        """Stand still at this instant (a time without zone is UTC)."""
        self._held = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()

    def release(self) -> None:
        """Back to the real time."""
        self._held, self._offset = None, 0.0

    def advance(self, seconds: float) -> None:
        if self._held is not None:
            self._held += seconds
        else:
            self._offset += seconds


def set_by_words(clock: Clock, words: object) -> None:
    """What `{"clock": ...}` says: null is real time, a number or "+60" moves on, an ISO time holds. ValueError else."""
    if words is None:
        clock.release()
    elif isinstance(words, bool):
        raise ValueError("clock takes null, seconds to move on, or an ISO time to hold at")
    elif isinstance(words, int | float) or (isinstance(words, str) and words[:1] in {"+", "-"}):
        clock.advance(float(words))
    elif isinstance(words, str):
        clock.hold(datetime.fromisoformat(words))
    elif isinstance(words, datetime):
        clock.hold(words)
    else:
        raise ValueError("clock takes null, seconds to move on, or an ISO time to hold at")
