"""How syncing goes: each account's health, what is read and when, what waits, and what a person must hear of.

Reads only. What is said aloud comes in order of gravity, each with what happened and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bmdesk.domain.effects import OPEN, EffectState
from bmdesk.services import account_settings, accounts
from bmdesk.services.account_settings import AccountSettings
from bmdesk.services.accounts import OTHER_MACHINE, pause_words
from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import feeds, limits, orders, outbox
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.feeds import FeedRow, SyncingRow
from bmdesk.texts import Failure, Text, msg, render

ORDERS, LISTINGS, TASKS = "orders", "listings", "tasks"

LINES, LINES_AN_HOUR = "lines", 2000
"""The marketplace's limit of SKU lines; an account uses its share of it (`rate`)."""

_BUCKETS = ("requests", "catalogue", "competitors", LINES)
_HOUR = timedelta(hours=1)
_MOST_SKEW = timedelta(minutes=5)
_SILENT = timedelta(minutes=2)
"""A process that syncs shows every half minute that it is alive."""

_STUCK_ATTEMPTS = 5
_MOST_COUNTED = 200
_LOG_PAGE = 500
_LOG_PAGES = 20


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
    last_run: datetime | None
    last_success: datetime | None
    next_run: datetime | None
    read: int
    problem: Text | None
    todo: Text | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class AccountHealth:
    """One account. `works`: nothing keeps it from being read and written now. Lines are those of the last hour."""

    id: str
    name: str
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
class SyncStatus:
    """All accounts; `concerns` the gravest first. `syncing`: the process that syncs, or the last one that did."""

    accounts: tuple[AccountHealth, ...]
    queue: Mapping[EffectState, int]
    concerns: tuple[Concern, ...]
    who: Text
    syncing: SyncingRow | None
    is_alive: bool

    @property
    def level(self) -> Level:
        """The gravest of all concerns."""
        levels = {concern.level for concern in self.concerns}
        return Level.ERROR if Level.ERROR in levels else Level.WARNING if levels else Level.OK


@dataclass(frozen=True, slots=True)
class Summary:
    """One look for the window's header. `queued`: what waits or is under way."""

    level: Level
    text: Text
    queued: int


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of what sync did."""

    id: int
    at: datetime
    level: str
    account: str
    market: str
    text: Text
    listing_id: str | None
    effect_id: str | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some lines, newest first. `next` goes into `before` for the page that follows; None at the end."""

    lines: tuple[LogEntry, ...]
    next: int | None


def status(desk: Desk, has_token: Callable[[str], bool] = lambda _account: True) -> SyncStatus:
    """How everything stands. `has_token`: whether this machine has the token of the account with this name."""
    now = desk.clock.now()

    def work(connection: Connection) -> SyncStatus:
        known = account_rows.of_company(connection, desk.company)
        syncing = feeds.syncing(connection)
        alive = _is_alive(syncing, now)
        seen = [_Seen.of(connection, desk, row, now, has_token) for row in known]
        concerns = [*_of_process(syncing, now, known)]
        for one in seen:
            concerns += one.concerns(connection, now, alive=alive)
        mine = [row.id for row in known]
        if mine:
            concerns += _of_records(connection, mine)
        queue = {EffectState(s): n for s, n in outbox.count_unfinished(connection, desk.company).items()}
        return SyncStatus(
            tuple(one.health for one in seen),
            queue,
            tuple(sorted(concerns, key=lambda c: c.level is not Level.ERROR)),
            _who(syncing, alive=alive),
            syncing,
            alive,
        )

    return desk.read(work)


def summary(desk: Desk) -> Summary:
    """The gravest thing and the length of the queue: four short statements, meant to be asked every few seconds."""
    now = desk.clock.now()

    def work(connection: Connection) -> Summary:
        known = [row for row in account_rows.of_company(connection, desk.company) if row.active]
        if not known:
            return Summary(Level.OK, msg("sync.no_account_yet"), 0)
        counted = outbox.count_unfinished(connection, desk.company)
        queued = sum(counted.get(state.value, 0) for state in OPEN)
        level, text = _in_short(
            known, feeds.of_company(connection, desk.company), feeds.syncing(connection), counted, now
        )
        return Summary(level, text, queued)

    return desk.read(work)


def log(
    desk: Desk,
    before: int | None = None,
    levels: Sequence[str] = (),
    words: str = "",
    limit: int = 200,
) -> LogPage:
    """What sync did, newest first: lines of these levels (none: of all) in which these words stand."""
    sought = words.casefold().split()

    def work(connection: Connection) -> LogPage:
        names = {row.id: row.name for row in account_rows.of_company(connection, desk.company)}
        found: list[LogEntry] = []
        start = before
        for _ in range(_LOG_PAGES if sought else 1):
            size = _LOG_PAGE if sought else limit
            page = outbox.log_lines(connection, desk.company, before=start, levels=levels, limit=size)
            for line in page:
                start = line.id
                name = names.get(line.account_id or "", "")
                if sought and not _has(f"{name} {line.market} {render(line.text)}", sought):
                    continue
                found.append(
                    LogEntry(
                        line.id,
                        line.at,
                        line.level,
                        name,
                        line.market,
                        line.text,
                        line.listing_id,
                        line.effect_id,
                    )
                )
                if len(found) == limit:
                    return LogPage(tuple(found), start)
            if len(page) < size:
                return LogPage(tuple(found), None)
        return LogPage(tuple(found), start)

    return desk.read(work)


# ---------------------------------------------------------------- one account


@dataclass(frozen=True, slots=True)
class _Seen:
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
        has_token: Callable[[str], bool],
    ) -> _Seen:
        trouble: Failure | None = None
        settings: AccountSettings | None = None
        try:
            settings = account_settings.of(connection, desk.company, row.name)
            trouble = settings.trouble
        except Failure as unreadable:
            trouble = unreadable
        token = not row.active or has_token(row.name)
        works = row.active and not row.pause_reason and trouble is None and token
        works = works and not (row.blocked_until is not None and row.blocked_until > now)
        used = limits.used(connection, row.id, LINES, now - _HOUR)
        allowed = max(1, int(LINES_AN_HOUR * settings.rate)) if settings else LINES_AN_HOUR
        full = used >= allowed
        oldest = limits.oldest(connection, row.id, LINES, now - _HOUR) if full else None
        blocked = [
            (_bucket(name), until)
            for name in _BUCKETS
            if (until := limits.blocked_until(connection, row.id, name)) is not None and until > now
        ]
        counted = outbox.count_by_state(connection, desk.company, row.id)
        stuck = outbox.count_stuck(
            connection, row.id, _STUCK_ATTEMPTS, now - _HOUR if works else now - _HOUR * 24, untried=not full
        )
        health = AccountHealth(
            id=row.id,
            name=row.name,
            region=settings.region.value if settings else "",
            sandbox=settings is not None and settings.is_sandbox,
            state=_state(row, trouble, now, token=token),
            works=works,
            feeds=_feeds(connection, row, settings, now),
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
        yield from self._kept_from_working(now)
        overdue = [feed for feed in self.health.feeds if feed.overdue]
        # What rests or waits for a person is said above, with its own reason.
        if overdue and self.health.works:
            last = max((f.last_success for f in overdue if f.last_success), default=None)
            kinds = tuple(dict.fromkeys(feed.kind for feed in overdue))
            yield _silent(name, kinds, last, next((f for f in overdue if f.problem), None), alive=alive)
        if self.stuck:
            happened = msg("sync.stuck.happened", count=self.stuck, account=name)
            yield Concern(Level.WARNING, msg("sync.stuck.title"), happened, msg("sync.stuck.todo"), name)
        if abs(row.clock_skew_ms) > _MOST_SKEW.total_seconds() * 1000:
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

    def _kept_from_working(self, now: datetime) -> Iterator[Concern]:
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
            happened = msg("account.no_token", secret=accounts.token_name(name))
            title = msg("sync.token_missing_title", account=name)
            yield Concern(Level.ERROR, title, happened, msg("sync.token_missing_todo"), name)
        elif row.blocked_until is not None and row.blocked_until > now:
            failure = failure_of(row.block_text)
            level = Level.ERROR if row.block_fault == "auth" else Level.WARNING
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
    if row.blocked_until is not None and row.blocked_until > now:
        failure = failure_of(row.block_text)
        if failure is None:
            return msg("sync.account.rests", until=row.blocked_until)
        return msg("sync.account.rests_because", until=row.blocked_until, reason=failure.happened)
    return msg("sync.account.works")


def _feeds(
    connection: Connection, row: AccountRow, settings: AccountSettings | None, now: datetime
) -> tuple[FeedHealth, ...]:
    read = {(feed.kind, feed.market): feed for feed in feeds.of_account(connection, row.id)}
    if settings is None:
        return tuple(_feed(feed.kind, feed.market, feed, None, row, now) for feed in read.values())
    return tuple(
        _feed(kind, market, read.get((kind, market)), every, row, now)
        for kind, market, every in _schedule(settings)
    )


def _schedule(settings: AccountSettings) -> Iterator[tuple[str, str, timedelta]]:
    """What is read and how often, as the connector does it: the other markets in turn."""
    at_once = timedelta(minutes=1)
    listings = timedelta(minutes=settings.every_listings) or at_once
    yield ORDERS, "", timedelta(minutes=settings.every_orders) or at_once
    yield TASKS, "", at_once
    for number, market in enumerate(settings.markets):
        yield LISTINGS, market, listings * max(1, len(settings.markets) - 1) if number else listings


def _feed(
    kind: str, market: str, row: FeedRow | None, every: timedelta | None, account: AccountRow, now: datetime
) -> FeedHealth:
    problem = failure_of(row.problem) if row is not None else None
    success = row.success_at if row is not None else None
    # A run looks around every second, but not more often than it needs to: a little patience.
    late = every is not None and now - (success or account.created_at) > max(every * 2, _SILENT * 2)
    return FeedHealth(
        kind=feed_text(kind),
        kind_code=kind,
        market=market,
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
        case _:
            return msg("sync.bucket_lines")


# ---------------------------------------------------------------- the whole store


def _is_alive(row: SyncingRow | None, now: datetime) -> bool:
    return row is not None and row.running and now - row.beat_at <= _SILENT


def _is_stalled(row: SyncingRow | None, now: datetime) -> bool:
    return row is not None and row.running and now - row.beat_at > _SILENT


def _who(row: SyncingRow | None, *, alive: bool) -> Text:
    if row is None:
        return msg("sync.nobody_ever")
    if alive:
        return msg("sync.who", station=row.station, process=str(row.process), since=row.since)
    return msg("sync.nobody_now", station=row.station, last=row.beat_at)


def _of_process(row: SyncingRow | None, now: datetime, known: Sequence[AccountRow]) -> Iterator[Concern]:
    if row is not None and _is_stalled(row, now) and any(account.active for account in known):
        happened = msg(
            "sync.stalled.happened", station=row.station, process=str(row.process), beat=row.beat_at
        )
        yield Concern(Level.WARNING, msg("sync.stalled.title"), happened, msg("sync.stalled.todo"))


def _of_records(connection: Connection, mine: Sequence[str]) -> Iterator[Concern]:
    aside = len(orders.quarantined(connection, mine, _MOST_COUNTED))
    if aside:
        happened = msg("sync.quarantined.happened", count=_number(aside))
        yield Concern(Level.WARNING, msg("sync.quarantined.title"), happened, msg("sync.quarantined.todo"))
    drift = sum(len(feed.drift or ()) for one in mine for feed in feeds.of_account(connection, one))
    if drift:
        happened = msg("sync.drift.happened", count=drift)
        yield Concern(Level.WARNING, msg("sync.drift.title"), happened, msg("sync.drift.todo"))
    lines = len(orders.unnamed(connection, mine, limit=_MOST_COUNTED))
    if lines:
        happened = msg("sync.which_unit.happened", count=_number(lines))
        yield Concern(Level.WARNING, msg("sync.which_unit.title"), happened, msg("sync.which_unit.todo"))


def _number(counted: int) -> str:
    return f"{counted}+" if counted >= _MOST_COUNTED else str(counted)


def _in_short(
    known: Sequence[AccountRow],
    read: Sequence[FeedRow],
    syncing: SyncingRow | None,
    counted: Mapping[str, int],
    now: datetime,
) -> tuple[Level, Text]:
    """The gravest of what can be told from these rows alone."""
    resting = [row for row in known if row.blocked_until is not None and row.blocked_until > now]
    for row in known:
        if row.pause_reason == OTHER_MACHINE:
            return Level.ERROR, msg("sync.short_other_machine")
    for row in resting:
        failure = failure_of(row.block_text)
        if row.block_fault == "auth" and failure is not None:
            return Level.ERROR, failure.title
    if _is_stalled(syncing, now):
        return Level.WARNING, msg("sync.stalled.title")
    if resting:
        failure = failure_of(resting[0].block_text)
        return Level.WARNING, failure.title if failure is not None else msg("sync.short_rests")
    failing = [feed for feed in read if feed.failures and feed.problem is not None]
    if failing and (failure := failure_of(failing[0].problem)) is not None:
        return Level.WARNING, failure.title
    if counted.get(EffectState.PARKED.value, 0):
        return Level.WARNING, msg("sync.short_parked", count=counted[EffectState.PARKED.value])
    if all(row.pause_reason for row in known):
        return Level.WARNING, msg("sync.short_paused")
    if not _is_alive(syncing, now):
        return Level.WARNING, msg("sync.short_nobody")
    queued = sum(counted.get(state.value, 0) for state in OPEN)
    if queued:
        return Level.OK, msg("sync.short_queued", count=queued)
    last = max((row.last_success_at for row in known if row.last_success_at), default=None)
    return (Level.OK, msg("sync.short_fine", at=last)) if last else (Level.OK, msg("sync.short_first"))


def _has(text: str, sought: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in sought)
