"""What is read from an account, kind by kind: cursor, schedule, the last problem. And who syncs this store now."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from bmdesk.store.tables import accounts as t
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One kind of data of an account, all columns of its table."""

    account_id: str
    kind: str
    market: str
    cursor: datetime | None
    started_at: datetime | None
    success_at: datetime | None
    next_at: datetime | None
    read: int
    failures: int
    problem: Any
    drift: Any


@dataclass(frozen=True, slots=True)
class SyncingRow:
    """The process that syncs this store, or the last one that did."""

    station: str
    process: int
    since: datetime
    beat_at: datetime
    running: bool


_FEED = select(*(t.feed.c[f.name] for f in fields(FeedRow)))
# Put together once: each run asks for every feed and notes every reading.
_HERE = and_(
    t.feed.c.account_id == bindparam("of_account"),
    t.feed.c.kind == bindparam("of_kind"),
    t.feed.c.market == bindparam("of_market"),
)
_ONE = _FEED.where(_HERE)
_CHANGE = update(t.feed).where(_HERE)
# Asked after every page of a long history.
_OF_ACCOUNT = _FEED.where(t.feed.c.account_id == bindparam("account")).order_by(
    t.feed.c.kind, t.feed.c.market
)


def feed(connection: Connection, account_id: str, kind: str, market: str) -> FeedRow | None:
    """One feed, or None before it was first read."""
    row = connection.execute(_ONE, _here(account_id, kind, market)).first()
    return FeedRow(*row) if row else None


def of_account(connection: Connection, account_id: str) -> list[FeedRow]:
    """All feeds of an account."""
    return [FeedRow(*row) for row in connection.execute(_OF_ACCOUNT, {"account": account_id})]


def of_company(connection: Connection, company_id: str) -> list[FeedRow]:
    """All feeds of a company's accounts that are switched on."""
    a = t.account.c
    mine = select(a.id).where(a.company_id == company_id, a.active)
    return [FeedRow(*row) for row in connection.execute(_FEED.where(t.feed.c.account_id.in_(mine)))]


def set_feed(tx: Tx, account_id: str, kind: str, market: str, **values: Any) -> None:
    """Make or change a feed's row."""
    if tx.connection.execute(_CHANGE, {**values, **_here(account_id, kind, market)}).rowcount == 0:
        key = {"account_id": account_id, "kind": kind, "market": market}
        tx.connection.execute(insert(t.feed).values(**key, **values))


def _here(account_id: str, kind: str, market: str) -> dict[str, str]:
    return {"of_account": account_id, "of_kind": kind, "of_market": market}


def syncing(connection: Connection) -> SyncingRow | None:
    """Who syncs this store, or did last; None where nobody ever did."""
    s = t.syncing.c
    query = select(s.station, s.process, s.since, s.beat_at, s.running).where(s.id == 1)
    row = connection.execute(query).first()
    return SyncingRow(*row) if row else None


def set_syncing(tx: Tx, **values: Any) -> None:
    """Note who syncs this store."""
    if tx.connection.execute(update(t.syncing).where(t.syncing.c.id == 1).values(**values)).rowcount == 0:
        tx.connection.execute(insert(t.syncing).values(id=1, **values))
