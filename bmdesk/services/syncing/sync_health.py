"""How one account does: whether it works, what is read of it and when, and what a person must hear about it.

Reads only. The whole store's view is services.syncing.sync_status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bmdesk.domain.effects import EffectState, Fault
from bmdesk.domain.limits import LIMITS, Bucket
from bmdesk.domain.markets import SYSTEM
from bmdesk.services.desk import Desk
from bmdesk.services.selling import account_settings
from bmdesk.services.selling.account_settings import AccountSettings, Reading
from bmdesk.services.selling.accounts import OTHER_MACHINE, pause_words
from bmdesk.services.setting_table import account_setting
from bmdesk.services.syncing import account_setup
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import feeds, limits, outbox_lists
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.feeds import FeedRow
from bmdesk.system.clock import MOST_SKEW
from bmdesk.texts import Failure, Text, msg

SILENT = timedelta(minutes=2)
"""A process that syncs shows every BEAT_S (sync.opening) that it is alive."""

_HOUR = timedelta(hours=1)
_STUCK_ATTEMPTS = 5


class Level(StrEnum):
    """How grave something is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that a person must hear of. `account` is the name of the account it is about, or empty."""

    level: Level
    title: Text
    happened: Text
    todo: Text
    account: str = ""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One kind of data that is read. `overdue`: no success for more than twice its interval."""

    kind: Text
    kind_code: str
    market: str
    every: timedelta | None
    last_run: datetime | None
    last_success: datetime | None
    next_run: datetime | None
    read: int
    problem: Text | None
    todo: Text | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class AccountHealth:
    """One account. `works`: nothing keeps it from being read and written now; `pause_reason`: why it waits for people.

    Lines are those of the last hour; none are allowed where the remote counts no lines.
    """

    id: str
    name: str
    system: str
    active: bool
    pause_reason: str
    region: str
    sandbox: bool
    state: Text
    works: bool
    feeds: tuple[FeedHealth, ...]
    queue: Mapping[EffectState, int]
    lines_used: int
    lines_allowed: int
    more_lines_at: datetime | None
    blocked: tuple[tuple[Text, datetime], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """An account with what is needed to say how it does."""

    row: AccountRow
    settings: AccountSettings | None
    trouble: Failure | None
    token: bool
    stuck: int
    health: AccountHealth

    @classmethod
    def of(
        cls,
        connection: Connection,
        desk: Desk,
        row: AccountRow,
        now: datetime,
        has_secret: Callable[[str], bool],
    ) -> Seen:
        trouble: Failure | None = None
        settings: AccountSettings | None = None
        readings: Sequence[Reading] | None = None
        try:
            setup = account_setup.of(connection, row)
            if setup is not None:
                readings, trouble = setup.readings, setup.trouble
            if row.system == SYSTEM:
                settings = account_settings.of(connection, desk.company, row.name)
        except Failure as unreadable:
            trouble = unreadable
        secret = account_setup.secret_name(connection, row)
        token = not row.active or has_secret(secret)
        works = row.may_run and trouble is None and token and row.rests_until(now) is None
        lines = LIMITS[Bucket.LINES]
        used = limits.used(connection, row.id, Bucket.LINES.value, now - lines.window)
        allowed = lines.allowed(settings.rate) if settings else lines.most if row.system == SYSTEM else 0
        full = used >= allowed > 0
        oldest = limits.frees(connection, row.id, Bucket.LINES.value, now - lines.window, 1) if full else None
        blocked = [
            (_bucket(name), until)
            for name in Bucket
            if (until := limits.blocked_until(connection, row.id, name.value)) is not None and until > now
        ]
        counted = outbox_lists.count_by_state(connection, desk.company, row.id)
        since = now - _HOUR if works else now - _HOUR * 24
        stuck = outbox_lists.count_stuck(connection, row.id, _STUCK_ATTEMPTS, since, untried=not full)
        stuck += outbox_lists.count_flying(connection, row.id, since)
        health = AccountHealth(
            id=row.id,
            name=row.name,
            system=row.system,
            active=row.active,
            pause_reason=row.pause_reason,
            region=settings.region.value if settings else "",
            sandbox=settings is not None and settings.is_sandbox,
            state=_state(row, trouble, now, token=token),
            works=works,
            feeds=_feeds(connection, row, readings, now),
            queue={EffectState(state): number for state, number in counted.items()},
            lines_used=used,
            lines_allowed=allowed,
            more_lines_at=oldest + _HOUR if oldest else None,
            blocked=tuple(blocked),
        )
        return cls(row, settings, trouble, token, stuck, health)

    def concerns(self, connection: Connection, now: datetime, *, alive: bool) -> Iterator[Concern]:
        """What must be said about this account; nothing about one that is switched off."""
        row, name = self.row, self.row.name
        if not row.active:
            return
        yield from self._kept_from_working(connection, now)
        if self.settings is not None and not self.settings.import_orders:
            happened = msg("sync.import_off.happened", account=name)
            todo = msg("sync.import_off.todo", setting=account_setting(name, "import_orders"))
            yield Concern(Level.WARNING, msg("sync.import_off.title"), happened, todo, name)
        overdue = [feed for feed in self.health.feeds if feed.overdue]
        # What rests or waits for a person is said above, with its own reason.
        if overdue and self.health.works:
            last = max((f.last_success for f in overdue if f.last_success), default=None)
            kinds = tuple(dict.fromkeys(feed.kind for feed in overdue))
            yield _silent(name, kinds, last, next((f for f in overdue if f.problem), None), alive=alive)
        if self.stuck:
            happened = msg("sync.stuck.happened", count=self.stuck, account=name)
            yield Concern(Level.WARNING, msg("sync.stuck.title"), happened, msg("sync.stuck.todo"), name)
        if abs(row.clock_skew_ms) > MOST_SKEW.total_seconds() * 1000:
            happened = msg("sync.skew.happened", minutes=abs(row.clock_skew_ms) // 60_000)
            yield Concern(Level.WARNING, msg("sync.skew.title"), happened, msg("sync.skew.todo"), name)
        parked = self.health.queue.get(EffectState.PARKED, 0)
        if parked:
            happened = msg("sync.parked.happened", count=parked, account=name)
            yield Concern(Level.WARNING, msg("sync.parked.title"), happened, msg("sync.parked.todo"), name)
        waiting = self.health.queue.get(EffectState.PENDING, 0)
        if self.health.more_lines_at is not None and waiting:
            happened = msg(
                "sync.lines.happened",
                allowed=self.health.lines_allowed,
                count=waiting,
                until=self.health.more_lines_at,
            )
            yield Concern(Level.WARNING, msg("sync.lines.title"), happened, msg("sync.lines.todo"), name)

    def _kept_from_working(self, connection: Connection, now: datetime) -> Iterator[Concern]:
        row, name = self.row, self.row.name
        if row.pause_reason:
            grave = Level.ERROR if row.pause_reason == OTHER_MACHINE else Level.WARNING
            todo = (
                msg("sync.paused_confirm")
                if row.pause_reason == OTHER_MACHINE
                else msg("sync.paused_todo", account=name)
            )
            title = msg("sync.paused_title", account=name)
            yield Concern(grave, title, pause_words(row.pause_reason), todo, name)
        if self.trouble is not None:
            yield _told(self.trouble, name)
        elif not self.token:
            happened = msg("account.no_token", secret=account_setup.secret_name(connection, row))
            title = msg("sync.token_missing_title", account=name)
            yield Concern(Level.ERROR, title, happened, msg("sync.token_missing_todo"), name)
        elif row.rests_until(now) is not None:
            failure = failure_of(row.block_text)
            level = Level.ERROR if row.block_fault == Fault.AUTH else Level.WARNING
            if failure is not None:
                yield _told(failure, name, level)


def _silent(
    name: str, kinds: tuple[Text, ...], last: datetime | None, failing: FeedHealth | None, *, alive: bool
) -> Concern:
    """No success for twice the interval: because it fails, because nobody syncs, or nobody knows why."""
    title = msg("sync.silent.title", account=name)
    if last is not None:
        happened = msg("sync.silent.happened", kinds=kinds, last=last)
    else:
        happened = msg("sync.silent.never", kinds=kinds)
    if not alive:
        return Concern(Level.WARNING, title, happened, msg("sync.silent.nobody"), name)
    if failing is not None and failing.problem is not None and failing.todo is not None:
        said = msg("sync.silent.because", what=happened, reason=failing.problem)
        return Concern(Level.ERROR, title, said, failing.todo, name)
    return Concern(Level.ERROR, title, happened, msg("sync.silent.todo"), name)


def _told(failure: Failure, name: str, level: Level = Level.ERROR) -> Concern:
    return Concern(level, failure.title, failure.happened, failure.todo, name)


def _state(row: AccountRow, trouble: Failure | None, now: datetime, *, token: bool) -> Text:
    if not row.active:
        return msg("sync.account.off")
    if row.pause_reason:
        return msg("sync.account.paused", reason=pause_words(row.pause_reason))
    if trouble is not None:
        return msg("sync.account.trouble", reason=trouble.happened)
    if not token:
        return msg("sync.account.no_token")
    until = row.rests_until(now)
    if until is not None:
        failure = failure_of(row.block_text)
        if failure is None:
            return msg("sync.account.rests", until=until)
        return msg("sync.account.rests_because", until=until, reason=failure.happened)
    return msg("sync.account.works")


def _feeds(
    connection: Connection, row: AccountRow, readings: Sequence[Reading] | None, now: datetime
) -> tuple[FeedHealth, ...]:
    read = {(feed.kind, feed.market): feed for feed in feeds.of_account(connection, row.id)}
    if readings is None:
        # What was never begun as a feed of its own is read along with another one.
        known = [feed for feed in read.values() if feed.started_at is not None]
        return tuple(_feed(feed.kind, feed.market, feed, None, row, now) for feed in known)
    return tuple(
        _feed(one.kind, one.market, read.get((one.kind, one.market)), one.every, row, now) for one in readings
    )


def _feed(
    kind: str, market: str, row: FeedRow | None, every: timedelta | None, account: AccountRow, now: datetime
) -> FeedHealth:
    problem = failure_of(row.problem) if row is not None else None
    success = row.success_at if row is not None else None
    # A run looks around every second, but not more often than it needs to: a little patience.
    late = every is not None and now - (success or account.created_at) > max(every * 2, SILENT * 2)
    return FeedHealth(
        kind=feed_text(kind),
        kind_code=kind,
        market=market,
        every=every,
        last_run=row.started_at if row is not None else None,
        last_success=success,
        next_run=row.next_at if row is not None else None,
        read=row.read if row is not None else 0,
        problem=problem.happened if problem is not None else None,
        todo=problem.todo if problem is not None else None,
        overdue=late,
    )


def feed_text(kind: str) -> Text:
    """A kind of data in words."""
    return msg(f"sync.feed.{kind}")


def _bucket(name: str) -> Text:
    match name:
        case "requests":
            return msg("sync.bucket_requests")
        case "catalogue":
            return msg("sync.bucket_catalogue")
        case "competitors":
            return msg("sync.bucket_competitors")
        case "refunds":
            return msg("sync.bucket_refunds")
        case _:
            return msg("sync.bucket_lines")
