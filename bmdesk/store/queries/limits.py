"""The ledger of a remote's limits: what was taken and when, by every process that shares the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from bmdesk.store.tables import accounts as t
from bmdesk.store.transaction import Tx

# Asked before every request, so they are built once: building one takes longer than running it.
_U, _B = t.limit_use.c, t.limit_block.c
_HERE = and_(_U.account_id == bindparam("account"), _U.bucket == bindparam("bucket_of"))
# What has left the window; and what lies ahead, where the clock was set back: it must not lock the bucket.
_OLD = or_(_U.at <= bindparam("begin"), _U.at > bindparam("end"))
_ANY_OLD = select(_U.id).where(_HERE, _OLD).limit(1)
_DROP_OLD = t.limit_use.delete().where(_HERE, _OLD)
_TAKEN = select(_U.at, _U.count).where(_HERE).order_by(_U.at.desc())
_BLOCKED = select(_B.until).where(_B.account_id == bindparam("account"), _B.bucket == bindparam("bucket_of"))


def reserve(
    tx: Tx,
    account_id: str,
    bucket: str,
    count: int,
    allowed: int,
    window: timedelta,
    burst: int | None,
) -> timedelta:
    """Take `count` from the bucket, or answer how long to wait before asking again (zero: taken).

    At most `allowed` lie within any `window`. With a `burst` they also go out evenly: in any stretch of time no more
    than its share of `allowed`, and `burst` beside. More than `allowed` or `burst` asked for at once goes alone.
    """
    until = blocked_until(tx.connection, account_id, bucket)
    if until is not None and until > tx.now:
        return until - tx.now
    here = {"account": account_id, "bucket_of": bucket}
    ends = {"begin": tx.now - window, "end": tx.now + window}
    if tx.connection.execute(_ANY_OLD, here | ends).first() is not None:
        tx.connection.execute(_DROP_OLD, here | ends)
    taken = tx.connection.execute(_TAKEN, here).all()
    wait = _wait([(at, n) for at, n in taken], count, tx.now, allowed, window, burst)
    if wait <= timedelta(0):
        row = {"account_id": account_id, "bucket": bucket, "at": tx.now, "count": count}
        tx.connection.execute(insert(t.limit_use), row)
        return timedelta(0)
    return wait


def _wait(
    taken: Sequence[tuple[datetime, int]],
    count: int,
    now: datetime,
    allowed: int,
    window: timedelta,
    burst: int | None,
) -> timedelta:
    """How long until `count` more fit; `taken` is the window's, newest first."""
    wait, total = timedelta(0), count
    for at, number in taken:
        total += number
        if total > allowed:
            wait = max(wait, at + window - now)
            break
        if burst is not None and total > burst:
            wait = max(wait, at + window * (total - burst) / allowed - now)
    return wait


def used(connection: Connection, account_id: str, bucket: str, since: datetime) -> int:
    """How much was taken from the bucket since then."""
    u = t.limit_use.c
    query = select(func.coalesce(func.sum(u.count), 0)).where(
        u.account_id == account_id, u.bucket == bucket, u.at > since
    )
    return int(connection.execute(query).scalar_one())


def frees(
    connection: Connection, account_id: str, bucket: str, since: datetime, count: int
) -> datetime | None:
    """When the last of the oldest `count` that were taken since then was taken; None when nothing was."""
    u = t.limit_use.c
    query = select(u.at, u.count).where(u.account_id == account_id, u.bucket == bucket, u.at > since)
    last: datetime | None = None
    for at, number in connection.execute(query.order_by(u.at)):
        last = at
        count -= number
        if count <= 0:
            break
    return last


def block(tx: Tx, account_id: str, bucket: str, until: datetime) -> None:
    """The remote said that it is too much: nothing of this bucket before then."""
    b = t.limit_block.c
    here = and_(b.account_id == account_id, b.bucket == bucket)
    if tx.connection.execute(update(t.limit_block).where(here).values(until=until)).rowcount == 0:
        tx.connection.execute(insert(t.limit_block).values(account_id=account_id, bucket=bucket, until=until))


def blocked_until(connection: Connection, account_id: str, bucket: str) -> datetime | None:
    """Until when the remote refuses this bucket, or None."""
    return connection.execute(_BLOCKED, {"account": account_id, "bucket_of": bucket}).scalar()
