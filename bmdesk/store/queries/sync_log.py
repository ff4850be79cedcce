"""The log of what sync did, for people: no customer data, no secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bmdesk.store.kept import keep_text, text_of
from bmdesk.store.tables import outbox as t
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of what sync did."""

    id: int
    account_id: str | None
    at: datetime
    level: str
    text: Text
    listing_id: str | None
    effect_id: str | None
    market: str
    order_id: str | None = None


def log(
    tx: Tx,
    account_id: str | None,
    level: str,
    text: Text,
    *,
    listing_id: str | None = None,
    order_id: str | None = None,
    effect_id: str | None = None,
    market: str = "",
) -> None:
    """Keep a line for people: `info`, `warning` or `error`. No customer data, no secret."""
    row = {
        "company_id": tx.company,
        "account_id": account_id,
        "at": tx.now,
        "level": level,
        "text": keep_text(text),
        "listing_id": listing_id,
        "order_id": order_id,
        "effect_id": effect_id,
        "market": market,
    }
    tx.connection.execute(insert(t.sync_log), row)


def log_lines(
    connection: Connection,
    company_id: str,
    *,
    before: int | None = None,
    listing_id: str | None = None,
    order_id: str | None = None,
    levels: Sequence[str] = (),
    limit: int = 200,
) -> list[LogLine]:
    """The log, newest first, paged before an id."""
    c = t.sync_log.c
    query = select(c.id, c.account_id, c.at, c.level, c.text, c.listing_id, c.effect_id, c.market, c.order_id)
    query = query.where(c.company_id == company_id)
    if before is not None:
        query = query.where(c.id < before)
    if listing_id is not None:
        query = query.where(c.listing_id == listing_id)
    if order_id is not None:
        query = query.where(c.order_id == order_id)
    if levels:
        query = query.where(c.level.in_(levels))
    rows = connection.execute(query.order_by(c.id.desc()).limit(limit))
    return [LogLine(r[0], r[1], r[2], r[3], text_of(r[4]) or msg("effect.nothing"), *r[5:]) for r in rows]
