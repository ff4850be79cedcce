"""Back Market's limits, kept in the store: whoever syncs or tests an account takes from the same ledger.

The numbers stand in domain.limits; an account uses the share of them that its setting says.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from bmdesk.connectors.base import Room
from bmdesk.connectors.failures import TooManyRequests
from bmdesk.domain.effects import Kind
from bmdesk.domain.limits import LIMITS, Bucket
from bmdesk.services.desk import Desk
from bmdesk.store.queries import limits
from bmdesk.texts import msg

# Of the hourly lines a quarter is kept for stock.
_LINES_SHARE = {
    Kind.STOCK: Decimal(1),
    Kind.PRICE: Decimal("0.75"),
    Kind.CREATE: Decimal("0.75"),
    Kind.CONTENT: Decimal("0.5"),
}

_PLENTY = 1000
PATIENCE = 20.0
"""Seconds that a call waits for its turn; what would wait longer goes back into the outbox."""


class StorePace:
    """The pace of one account. `rest` waits."""

    def __init__(self, desk: Desk, account_id: str, share: Decimal, rest: Callable[[float], None]) -> None:
        self._desk, self._account, self._share, self._rest = desk, account_id, share, rest
        self._turns = {bucket: threading.Lock() for bucket in Bucket}

    def allowed(self, bucket: Bucket) -> int:
        """How many of this bucket the account may take within its window."""
        return LIMITS[bucket].allowed(self._share)

    def take(self, bucket: Bucket, lines: int = 0) -> None:
        """Returns when the request, or these SKU lines, may go. Raises TooManyRequests when that is too far off."""
        limit, allowed = LIMITS[bucket], self.allowed(bucket)
        burst = max(1, allowed // 20) if limit.even else None
        waited = 0.0
        with self._turns[bucket]:  # one asks at a time: those behind it would only ask in vain
            while True:
                wait = self._desk.write(
                    lambda tx: limits.reserve(
                        tx, self._account, bucket.value, lines or 1, allowed, limit.window, burst
                    )
                ).total_seconds()
                if wait <= 0:
                    return
                if waited + wait > PATIENCE:
                    raise TooManyRequests(after=wait, detail=msg("pace.own_limit", allowed=allowed))
                self._rest(wait)
                waited += wait

    def blocked(self, bucket: Bucket, seconds: float) -> None:
        """The marketplace refused: nothing of this bucket before that time, in no process."""
        until = self._desk.clock.now() + timedelta(seconds=seconds)
        self._desk.write(lambda tx: limits.block(tx, self._account, bucket.value, until))

    def room(self, kind: Kind) -> Room:
        """How many more lines of this kind fit into the hour; stock may use all of them, the rest three quarters."""
        if kind not in _LINES_SHARE:  # requests only, and those wait for their turn by themselves
            return Room(_PLENTY)
        limit, now = LIMITS[Bucket.LINES], self._desk.clock.now()
        most = int(self.allowed(Bucket.LINES) * _LINES_SHARE[kind])
        since = now - limit.window
        used = self._desk.read(lambda c: limits.used(c, self._account, Bucket.LINES.value, since))
        if used < most:
            return Room(most - used)

        def opens(lines: int) -> datetime:
            over = used - most + lines
            at = self._desk.read(lambda c: limits.frees(c, self._account, Bucket.LINES.value, since, over))
            return (at or now) + limit.window

        # The window frees its lines one by one; what need not hurry waits until there are some together.
        return Room(0, opens(1), opens(max(1, most // 20)))
