"""Readings of older orders: what was asked for, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from bmdesk.store.queries import accounts
from bmdesk.store.tables import orders as t
from bmdesk.store.transaction import Tx

RUNNING, PAUSED, DONE, CANCELLED = "running", "paused", "done", "cancelled"


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One reading, all columns of its table. `count`: orders in the range, by the marketplace; 0 while nobody knows."""

    id: str
    account_id: str
    since: datetime
    until: datetime
    order_state: int | None
    state: str
    next_page: int
    pages: int
    count: int
    seen: int
    new: int
    updated: int
    quarantined: int
    problem: Any
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None


_H = t.history_import.c
_HISTORY = select(*(_H[f.name] for f in fields(HistoryRow)))
_BY_ID = _HISTORY.where(
    _H.id == bindparam("history"), _H.account_id.in_(accounts.ids_of(bindparam("company")))
)
_NEWEST_FIRST = (_H.asked_at.desc(), _H.id.desc())


def history(connection: Connection, company_id: str, history_id: str) -> HistoryRow | None:
    """The reading with this id among the company's, or None."""
    row = connection.execute(_BY_ID, {"history": history_id, "company": company_id}).first()
    return HistoryRow(*row) if row else None


def of_account(connection: Connection, account_id: str, limit: int = 20) -> list[HistoryRow]:
    """The readings of an account, newest first."""
    query = _HISTORY.where(_H.account_id == account_id).order_by(*_NEWEST_FIRST).limit(limit)
    return [HistoryRow(*row) for row in connection.execute(query)]


def under_way(connection: Connection, account_id: str, *states: str) -> HistoryRow | None:
    """The reading of this account in one of these states (none given: running), or None."""
    query = _HISTORY.where(_H.account_id == account_id, _H.state.in_(states or (RUNNING,)))
    row = connection.execute(query.order_by(*_NEWEST_FIRST).limit(1)).first()
    return HistoryRow(*row) if row else None


def add(
    tx: Tx, account_id: str, since: datetime, until: datetime, order_state: int | None, asked_by: str
) -> str:
    """A new reading, running; its id."""
    history_id = tx.new_id()
    row = {"id": history_id, "account_id": account_id, "since": since, "until": until}
    more = {"order_state": order_state, "state": RUNNING, "asked_by": asked_by, "asked_at": tx.now}
    tx.connection.execute(insert(t.history_import), {**row, **more})
    return history_id


def set_history(tx: Tx, history_id: str, **values: Any) -> None:
    """Change a reading's row."""
    tx.connection.execute(update(t.history_import).where(_H.id == history_id).values(**values))


def move(tx: Tx, history_id: str, before: tuple[str, ...], after: str, **values: Any) -> bool:
    """From one of these states into another; False where it is in none of them."""
    here = and_(_H.id == history_id, _H.state.in_(before))
    return (
        tx.connection.execute(update(t.history_import).where(here).values(state=after, **values)).rowcount > 0
    )


def count_orders(connection: Connection, account_id: str, since: datetime, until: datetime) -> int:
    """How many orders of this account that were made since then and before `until` the store has."""
    o = t.customer_order.c
    query = select(func.count()).where(
        o.account_id == account_id, o.created_at >= since, o.created_at < until
    )
    return connection.execute(query).scalar_one()
