"""What the engine asks of a remote system: feeds that are pulled, exporters that make effects right.

One folder per system implements this; the engine (bmdesk.sync) knows nothing else of it. A connector raises
RemoteFailure, never anything of its HTTP library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from bmdesk.domain.effects import Fault, Kind, Replay
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row
from bmdesk.texts import Failure, Text

KeepGoing: TypeAlias = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of data that is read on a schedule. `first`: before any stock is written."""

    kind: str
    market: str
    every: timedelta
    first: bool = False


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one reading of a feed brought. Only a complete one moves its cursor."""

    read: int
    complete: bool
    notes: tuple[Text, ...] = ()
    next_at: datetime | None = None
    """When to ask again, where that is not the feed's own interval (a running task)."""
    asked: bool = True
    """False where there was nothing to ask: that says nothing about the connection."""


@dataclass(frozen=True, slots=True)
class Done:
    """It is right now. `change`: old and new value, None when nothing had to be written.

    `found`: a look-up showed that it was right already; nothing was written in this attempt.
    """

    change: Row | None = None
    notes: tuple[Text, ...] = ()
    found: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """Not yet: try again at `at`. `problem` says why; `failed` when this was an attempt that did not work."""

    at: datetime
    problem: Failure
    failed: bool = False
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Parked:
    """A person must look. `fault`: REJECTED, GONE, DIVERGED or AMBIGUOUS.

    `said`: the exporter told it where a person decides; else an order's step becomes a conflict of the order.
    """

    fault: Fault
    problem: Failure
    change: Row | None = None
    said: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing to do any more: handed back, unlinked, no longer there. `problem`: why, where a person must hear it."""

    problem: Failure | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """It went out with a call whose task now runs at the remote; the task's end will end the effect."""


Outcome: TypeAlias = Done | Later | Parked | Dropped | Sent


@dataclass(frozen=True, slots=True)
class Planned:
    """One intended write, before any: what it would change. `problem`: why it would not be written."""

    kind: Kind
    sku: str
    market: str
    old: str
    new: str
    problem: Text | None = None
    listing_id: str | None = None
    order_id: str | None = None


class Exporter(Protocol):
    """Makes effects of one kind right. Declares how they may be repeated."""

    kind: Kind
    replay: Replay
    batch: int
    """How many effects one call carries."""

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        """What became of each effect. They were claimed in a committed transaction before. Raises RemoteFailure, which
        then holds for all of them."""
        ...

    def plan(self, effect: EffectRow) -> Planned | None:
        """What `perform` would write now; nothing is sent but reads. None: nothing would be written."""
        ...

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        """The most important first (a zero before all other stock); only those that this exporter sends."""
        ...


class Urgent:
    """The urgent effects of an exporter alone, for they are more important than what stands between: what is gone must
    not be sold, while the rest of the stock may wait for the orders.
    """

    def __init__(self, exporter: Exporter) -> None:
        self._exporter = exporter
        self.kind, self.replay, self.batch = exporter.kind, exporter.replay, exporter.batch

    def perform(self, effects: Sequence[EffectRow]) -> Mapping[str, Outcome]:
        return self._exporter.perform(effects)

    def plan(self, effect: EffectRow) -> Planned | None:
        return self._exporter.plan(effect)

    def order(self, effects: Sequence[EffectRow]) -> Sequence[EffectRow]:
        return self._exporter.order(effects)


@dataclass(frozen=True, slots=True)
class Room:
    """How many more effects of a kind may go out now. Where none may: `until` there is more, `plenty` when it is worth
    going on with what need not hurry.
    """

    effects: int
    until: datetime | None = None
    plenty: datetime | None = None


class Connector(Protocol):
    """One account at one remote system, opened for a run of the engine."""

    @property
    def account(self) -> AccountRow: ...

    @property
    def exporters(self) -> Sequence[Exporter]:
        """In the order of their importance."""
        ...

    @property
    def gather(self) -> timedelta:
        """How long stock that came in waits for more of the same."""
        ...

    @property
    def call_limit(self) -> timedelta:
        """After so long a call that was interrupted has surely ended at the remote."""
        ...

    @property
    def skew(self) -> timedelta | None:
        """How far our clock is ahead of the remote's, as far as it was seen in this run."""
        ...

    def feeds(self) -> Sequence[Feed]:
        """All kinds of data this account reads."""
        ...

    def pull(self, feed: Feed, keep_going: KeepGoing) -> Pulled:
        """Read this feed to its end. Raises RemoteFailure."""
        ...

    def room(self, kind: Kind) -> Room:
        """What the remote's hourly limits leave for effects of this kind."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...
