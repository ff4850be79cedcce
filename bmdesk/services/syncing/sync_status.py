"""How syncing goes: each account's health, what waits, who syncs, and what a person must hear of; and the log.

Reads only. What is said aloud comes in order of gravity, each with what happened and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bmdesk.domain.effects import OPEN, EffectState, Fault
from bmdesk.domain.orders import TO_FULFIL
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.selling.accounts import OTHER_MACHINE
from bmdesk.services.syncing.sync_health import (
    SILENT,
    AccountHealth,
    Concern,
    FeedHealth,
    Level,
    Seen,
    feed_text,
)
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import documents, feeds, listing_lists, orders, outbox_lists, sync_log
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.feeds import FeedRow, SyncingRow
from bmdesk.store.queries.sync_log import LogLine
from bmdesk.texts import Text, msg, render

__all__ = [
    "AccountHealth", "Concern", "FeedHealth", "Level", "LogEntry", "LogPage", "Summary", "SyncStatus",
    "feed_text", "log", "of_listing", "status", "summary",
]  # fmt: skip

_MOST_COUNTED = 200
_LOG_PAGE = 500
MOST_SEARCHED = 10_000
"""So many lines of the log are looked through for words at once."""


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
    sku: str = ""
    """The SKU of the listing it is about."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some lines, newest first. `next` goes into `before` for the page that follows; None at the end.

    Fewer lines than asked for and still a `next`: the words are so rare that the search was broken off there.
    """

    lines: tuple[LogEntry, ...]
    next: int | None


def status(desk: Desk, has_secret: Callable[[str], bool] = lambda _secret: True) -> SyncStatus:
    """How everything stands. `has_secret`: whether this machine has the secret with this name."""
    now = desk.clock.now()

    def work(connection: Connection) -> SyncStatus:
        known = account_rows.of_company(connection, desk.company)
        syncing = feeds.syncing(connection)
        alive = _is_alive(syncing, now)
        seen = [Seen.of(connection, desk, row, now, has_secret) for row in known]
        concerns = [*_of_process(syncing, now, known)]
        for one in seen:
            concerns += one.concerns(connection, now, alive=alive)
        mine = [row.id for row in known]
        if mine:
            concerns += _of_records(
                connection, mine, [row.id for row in known if row.system == odoo_account.SYSTEM]
            )
        queue = {
            EffectState(s): n for s, n in outbox_lists.count_unfinished(connection, desk.company).items()
        }
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
        counted = outbox_lists.count_unfinished(connection, desk.company)
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
        for _ in range(MOST_SEARCHED // _LOG_PAGE if sought else 1):
            size = _LOG_PAGE if sought else limit
            page = sync_log.log_lines(connection, desk.company, before=start, levels=levels, limit=size)
            skus = listing_lists.sku_texts(connection, (line.listing_id for line in page if line.listing_id))
            for line in page:
                start = line.id
                name = names.get(line.account_id or "", "")
                sku = skus.get(line.listing_id or "", "")
                if sought and not _has(f"{name} {line.market} {sku} {render(line.text)}", sought):
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
                        sku,
                    )
                )
                if len(found) == limit:
                    return LogPage(tuple(found), start)
            if len(page) < size:
                return LogPage(tuple(found), None)
        return LogPage(tuple(found), start)

    return desk.read(work)


def of_listing(desk: Desk, listing_id: str, most: int = 20) -> tuple[LogLine, ...]:
    """What was done with this listing, newest first."""
    return desk.read(
        lambda connection: tuple(
            sync_log.log_lines(connection, desk.company, listing_id=listing_id, limit=most)
        )
    )


# ---------------------------------------------------------------- the whole store


def _is_alive(row: SyncingRow | None, now: datetime) -> bool:
    return row is not None and row.running and now - row.beat_at <= SILENT


def _is_stalled(row: SyncingRow | None, now: datetime) -> bool:
    return row is not None and row.running and now - row.beat_at > SILENT


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


def _of_records(connection: Connection, mine: Sequence[str], odoo: Collection[str]) -> Iterator[Concern]:
    """`odoo`: those of these accounts that are an Odoo."""
    left = len(orders.quarantined(connection, list(odoo), _MOST_COUNTED))
    if left:
        happened = msg("sync.odoo_aside.happened", count=_number(left))
        yield Concern(Level.WARNING, msg("sync.odoo_aside.title"), happened, msg("sync.odoo_aside.todo"))
    aside = len(orders.quarantined(connection, [one for one in mine if one not in odoo], _MOST_COUNTED))
    if aside:
        happened = msg("sync.quarantined.happened", count=_number(aside))
        yield Concern(Level.WARNING, msg("sync.quarantined.title"), happened, msg("sync.quarantined.todo"))
    papers = documents.count_failed(connection, mine, [state.value for state in TO_FULFIL])
    if papers:
        happened = msg("sync.papers.happened", count=papers)
        yield Concern(Level.WARNING, msg("sync.papers.title"), happened, msg("sync.papers.todo"))
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
    resting = [row for row in known if row.rests_until(now) is not None]
    for row in known:
        if row.pause_reason == OTHER_MACHINE:
            return Level.ERROR, msg("sync.short_other_machine")
    for row in resting:
        failure = failure_of(row.block_text)
        if row.block_fault == Fault.AUTH and failure is not None:
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
