"""Older orders, read by their date: asked for by a person, followed, paused, gone on with, given up.

The reading itself is the connector's, as a feed of the sync (backmarket.import_history); here is what a person says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.selling import account_settings
from bmdesk.services.selling.account_settings import HISTORY, ORDERS
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import accounts, feeds, history_import, sync_log
from bmdesk.store.queries.history_import import CANCELLED, DONE, PAUSED, RUNNING, HistoryRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

ORDER_STATES = (10, 1, 3, 9)
"""States of an order that Back Market's list knows."""


class BadRange(Refusal):
    """The range of dates holds no moment. Params: `since`, `until`."""

    code = "history_import.bad_range"


class BadOrderState(Refusal):
    """Back Market lists no orders by this state. Params: `state`, `known`."""

    code = "history_import.bad_state"


class UnderWay(Refusal):
    """Older orders of this account are being read already. Params: `account`."""

    code = "history_import.under_way"


class NotUnderWay(Refusal):
    """This reading has ended, or never was, or stands where that cannot be said of it. No params."""

    code = "history_import.not_under_way"


@dataclass(frozen=True, slots=True)
class History:
    """One reading in words. `percent`: None while nobody knows how many there are."""

    id: str
    since: datetime
    until: datetime
    order_state: int | None
    state: str
    percent: int | None
    pages: int
    count: int
    seen: int
    new: int
    updated: int
    quarantined: int
    problem: Text | None
    todo: Text | None
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Importing:
    """How orders of an account come in. `automatic`: by themselves; `since`: all that changed since then was read, as
    far as `until`; None before the first complete reading.
    """

    automatic: bool
    since: datetime | None
    until: datetime | None
    next_at: datetime | None
    history: tuple[History, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's word was taken."""

    id: str
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.SYNC, Change.ORDERS}))


def start(
    desk: Desk, actor: Actor, account_id: str, since: datetime, until: datetime, state: int | None = None
) -> Asked:
    """Read the orders that were made since then and before `until`; `state`: only those that stand there now.

    Raises BadRange, BadOrderState, UnderWay, NotAllowed.
    """
    rights.require(desk, Right.ORDER_HANDLING, actor)
    if since >= until or since >= desk.clock.now():
        raise BadRange(since=since, until=until)
    if state is not None and state not in ORDER_STATES:
        raise BadOrderState(state=state, known=", ".join(map(str, ORDER_STATES)))

    def work(tx: Tx) -> Asked:
        if history_import.under_way(tx.connection, account_id, RUNNING, PAUSED) is not None:
            raise UnderWay(account=accounts.account(tx.connection, account_id).name)
        history_id = history_import.add(tx, account_id, since, until, state, actor.code)
        feeds.set_feed(tx, account_id, HISTORY, "", next_at=tx.now)
        said = msg("history_import.started", since=since, until=until, operator=actor.code)
        sync_log.log(tx, account_id, "info", said)
        return Asked(history_id)

    return desk.write(work)


def pause(desk: Desk, actor: Actor, history_id: str) -> Asked:
    """Go no further for now. Raises NotUnderWay, NotAllowed."""
    return _move(
        desk, actor, history_id, (RUNNING,), PAUSED, msg("history_import.paused", operator=actor.code)
    )


def resume(desk: Desk, actor: Actor, history_id: str) -> Asked:
    """Go on where it stood. Raises NotUnderWay, NotAllowed."""
    return _move(
        desk, actor, history_id, (PAUSED,), RUNNING, msg("history_import.resumed", operator=actor.code)
    )


def cancel(desk: Desk, actor: Actor, history_id: str) -> Asked:
    """Give it up; what was read stays. Raises NotUnderWay, NotAllowed."""
    return _move(
        desk,
        actor,
        history_id,
        (RUNNING, PAUSED),
        CANCELLED,
        msg("history_import.given_up", operator=actor.code),
    )


def of_account(desk: Desk, account_id: str) -> tuple[History, ...]:
    """All readings of this account, newest first."""
    return desk.read(lambda c: tuple(_shown(row) for row in history_import.of_account(c, account_id)))


def importing(desk: Desk, account_id: str) -> Importing:
    """How orders of this account come in, for a person who wants to see it. Raises BadSetting."""

    def work(connection: Connection) -> Importing:
        row = accounts.account(connection, account_id)
        settings = account_settings.of(connection, desk.company, row.name)
        feed = feeds.feed(connection, account_id, ORDERS, "")
        return Importing(
            settings.import_orders,
            row.orders_since,
            feed.cursor if feed is not None else None,
            feed.next_at if feed is not None and settings.import_orders else None,
            tuple(_shown(one) for one in history_import.of_account(connection, account_id)),
        )

    return desk.read(work)


def _move(
    desk: Desk, actor: Actor, history_id: str, before: tuple[str, ...], after: str, said: Text
) -> Asked:
    rights.require(desk, Right.ORDER_HANDLING, actor)

    def work(tx: Tx) -> Asked:
        row = history_import.history(tx.connection, desk.company, history_id)
        ended = tx.now if after == CANCELLED else None
        if row is None or not history_import.move(tx, history_id, before, after, ended_at=ended):
            raise NotUnderWay
        feeds.set_feed(tx, row.account_id, HISTORY, "", next_at=tx.now)
        sync_log.log(tx, row.account_id, "info", said)
        return Asked(history_id)

    return desk.write(work)


def _shown(row: HistoryRow) -> History:
    problem = failure_of(row.problem)
    percent = min(100, row.seen * 100 // row.count) if row.count else None
    return History(
        id=row.id,
        since=row.since,
        until=row.until,
        order_state=row.order_state,
        state=row.state,
        percent=100 if row.state == DONE else percent,
        pages=row.pages,
        count=row.count,
        seen=row.seen,
        new=row.new,
        updated=row.updated,
        quarantined=row.quarantined,
        problem=problem.happened if problem is not None else None,
        todo=problem.todo if problem is not None else None,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
    )
