"""Labels that wait for a printer on the network: a queue for each station."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bmdesk.store.tables.printing import print_job as j
from bmdesk.store.transaction import Tx

_A_PERSONS = timedelta(days=1)
"""No printer is left alone for so long: what waits longer waits for a person."""

WAITING, SENDING, DONE, CANCELLED = "waiting", "sending", "done", "cancelled"
LEFT = (WAITING, SENDING)
"""What is not on paper, as far as anybody knows. Somebody is sending a job until its `next_at`."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job. `title` and `problem` are documents: what it is, and why the printer did not take it."""

    id: str
    station: str
    printer: str
    title: Mapping[str, Any]
    state: str
    attempts: int
    next_at: datetime
    problem: Mapping[str, Any] | None
    asked_by: str
    at: datetime


_JOB = select(
    j.c.id,
    j.c.station,
    j.c.printer,
    j.c.title,
    j.c.state,
    j.c.attempts,
    j.c.next_at,
    j.c.problem,
    j.c.asked_by,
    j.c.at,
)


def add(
    tx: Tx, station: str, printer: str, title: Mapping[str, Any], body: str, asked_by: str, at: datetime
) -> str:
    """One more job, due at once; its id. `at`: its place among the others."""
    job_id = tx.new_id()
    values: dict[str, Any] = {"id": job_id, "company_id": tx.company, "station": station, "printer": printer}
    values |= {"title": dict(title), "body": body, "asked_by": asked_by}
    tx.connection.execute(insert(j).values(**values, state=WAITING, attempts=0, next_at=tx.now, at=at))
    return job_id


def waiting(connection: Connection, company_id: str, station: str, limit: int | None) -> list[JobRow]:
    """What waits at this station, what is being sent too, oldest first; `limit` None: all of it."""
    query = _JOB.where(*_mine(company_id, station)).order_by(j.c.at, j.c.id).limit(limit)
    return [JobRow(*tuple(row)) for row in connection.execute(query)]


def job(connection: Connection, company_id: str, job_id: str) -> JobRow | None:
    """This job, waiting or not."""
    row = connection.execute(_JOB.where(j.c.id == job_id, j.c.company_id == company_id)).first()
    return JobRow(*tuple(row)) if row else None


def due(connection: Connection, company_id: str, station: str, now: datetime) -> tuple[JobRow, str] | None:
    """The oldest job of this station whose time has come, and what the printer gets. Among them what somebody began to
    send and never came back from.
    """
    query = (
        _JOB.add_columns(j.c.body)
        .where(*_mine(company_id, station), j.c.next_at <= now)
        .order_by(j.c.at, j.c.id)
    )
    row = connection.execute(query.limit(1)).first()
    return (JobRow(*tuple(row)[:-1]), str(row[-1])) if row else None


def change(tx: Tx, job_id: str, **values: Any) -> None:
    """Change what is known of one job."""
    tx.connection.execute(update(j).where(j.c.id == job_id, j.c.company_id == tx.company).values(**values))


def give_back(tx: Tx, job_id: str, **values: Any) -> None:
    """What was being sent waits again; what was cancelled meanwhile stays so."""
    here = (j.c.id == job_id, j.c.company_id == tx.company, j.c.state == SENDING)
    tx.connection.execute(update(j).where(*here).values(state=WAITING, **values))


def postpone(tx: Tx, station: str, printer: str, until: datetime, problem: Mapping[str, Any] | None) -> None:
    """All jobs that wait for this printer wait together: they come out in their order. What waits for a person does on,
    and what somebody is sending is theirs.
    """
    here = (*_waiting(tx.company, station), j.c.printer == printer, j.c.next_at < until + _A_PERSONS)
    tx.connection.execute(update(j).where(*here).values(next_at=until, problem=problem))


def hurry(tx: Tx, station: str) -> None:
    """Everything at this station is due now, but for what somebody is sending: it would come out twice."""
    tx.connection.execute(update(j).where(*_waiting(tx.company, station)).values(next_at=tx.now))


def cancel_all(tx: Tx, station: str) -> None:
    """Nothing waits at this station any more."""
    tx.connection.execute(update(j).where(*_mine(tx.company, station)).values(state=CANCELLED, body=""))


def forget(tx: Tx, before: datetime) -> None:
    """Drop what was printed or cancelled before this moment."""
    ended = j.c.state.in_((DONE, CANCELLED))
    tx.connection.execute(delete(j).where(j.c.company_id == tx.company, ended, j.c.at < before))


def _mine(company_id: str, station: str) -> tuple[Any, ...]:
    return j.c.station == station, j.c.state.in_(LEFT), j.c.company_id == company_id


def _waiting(company_id: str, station: str) -> tuple[Any, ...]:
    return *_mine(company_id, station), j.c.state == WAITING
