"""The ledger of a remote's limits: what was taken and when, by every process that shares the store."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, insert, select, update

from bmdesk.store.tables import accounts as t
from bmdesk.store.transaction import Tx


def reserve(
    tx: Tx, account_id: str, bucket: str, count: int, allowed: int, window: timedelta, burst: int
) -> timedelta:
    """Take `count` from the bucket, or answer how long to wait before asking again (zero: taken).

    At most `allowed` lie within any `window`, and at most `burst` within the part of it that `burst` is of `allowed`:
    so the rate is even, and the first call after a pause does not spend the window at once. More than `burst` or
    `allowed` asked for at once is let through alone.
    """
    until = blocked_until(tx.connection, account_id, bucket)
    if until is not None and until > tx.now:
        return until - tx.now
    u = t.limit_use.c
    here = and_(u.account_id == account_id, u.bucket == bucket)
    tx.connection.execute(t.limit_use.delete().where(here, u.at <= tx.now - window))
    # A clock that was set back must not lock the bucket until it has caught up.
    tx.connection.execute(t.limit_use.delete().where(here, u.at > tx.now + window))
    wait = max(
        _wait(tx.connection, account_id, bucket, count, tx.now, part, most)
        for part, most in ((window, allowed), (window * burst / allowed, burst))
    )
    if wait <= timedelta(0):
        row = {"account_id": account_id, "bucket": bucket, "at": tx.now, "count": count}
        tx.connection.execute(insert(t.limit_use), row)
        return timedelta(0)
    return wait


def _wait(
    connection: Connection,
    account_id: str,
    bucket: str,
    count: int,
    now: datetime,
    window: timedelta,
    allowed: int,
) -> timedelta:
    """How long until `count` more fit into this window."""
    u = t.limit_use.c
    inside = and_(u.account_id == account_id, u.bucket == bucket, u.at > now - window)
    used = connection.execute(select(func.coalesce(func.sum(u.count), 0)).where(inside)).scalar_one()
    surplus = int(used) + count - allowed
    if surplus <= 0 or not used:
        return timedelta(0)
    for at, taken in connection.execute(select(u.at, u.count).where(inside).order_by(u.at)):
        surplus -= taken
        if surplus <= 0:
            free: datetime = at + window
            return max(timedelta(microseconds=1), free - now)
    return window


def used(connection: Connection, account_id: str, bucket: str, since: datetime) -> int:
    """How much was taken from the bucket since then."""
    u = t.limit_use.c
    query = select(func.coalesce(func.sum(u.count), 0)).where(
        u.account_id == account_id, u.bucket == bucket, u.at > since
    )
    return int(connection.execute(query).scalar_one())


def oldest(connection: Connection, account_id: str, bucket: str, since: datetime) -> datetime | None:
    """When the oldest of what was taken since then was taken."""
    u = t.limit_use.c
    query = select(func.min(u.at)).where(u.account_id == account_id, u.bucket == bucket, u.at > since)
    return connection.execute(query).scalar()


def block(tx: Tx, account_id: str, bucket: str, until: datetime) -> None:
    """The remote said that it is too much: nothing of this bucket before then."""
    b = t.limit_block.c
    here = and_(b.account_id == account_id, b.bucket == bucket)
    if tx.connection.execute(update(t.limit_block).where(here).values(until=until)).rowcount == 0:
        tx.connection.execute(insert(t.limit_block).values(account_id=account_id, bucket=bucket, until=until))


def blocked_until(connection: Connection, account_id: str, bucket: str) -> datetime | None:
    """Until when the remote refuses this bucket, or None."""
    b = t.limit_block.c
    query = select(b.until).where(b.account_id == account_id, b.bucket == bucket)
    return connection.execute(query).scalar()
