"""The queue of labels for a printer on the network: what is handed in is kept until the printer took it.

Each step is one transaction; nothing here knows a network. A job is claimed before it is sent, so that window and
command line never send one twice at the same time; after a crash between sending and noting it is sent again: a
label too many is thrown away, one too few stops the work. Only where a printer took all and never said so does it wait
for a person: that would go on all night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bmdesk.domain.changes import Change
from bmdesk.services.desk import Actor, Desk
from bmdesk.store.engine import Connection
from bmdesk.store.queries import printing
from bmdesk.store.queries.printing import JobRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

MOST_SHOWN = 200
CLAIMED_FOR = timedelta(minutes=3)
KEPT_FOR = timedelta(days=7)
_WAITS_S = (5, 10, 20, 40, 60)
_UNTIL_ASKED = timedelta(days=3650)


class NoSuchJob(Failure):
    """Nothing with this number waits for the printer. Params: `given`."""

    code = "printing.no_such_job"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """Labels that wait, or waited, for a printer."""

    id: str
    printer: str
    kind: str
    name: str
    count: int
    attempts: int
    next_at: datetime
    problem: Text | None
    asked_by: str
    at: datetime

    @property
    def title(self) -> Text:
        """What it is, for people."""
        return msg("printing.job", kind=msg(f"label.kind.{self.kind}"), name=self.name, count=self.count)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job and what the printer gets."""

    job: PrintJob
    body: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Labels that wait, and the reason of the oldest that has one."""

    count: int
    problem: Text | None


@dataclass(frozen=True, slots=True)
class Queued:
    """What changed in the queue."""

    job_id: str = ""
    changes: frozenset[Change] = field(default=frozenset({Change.PRINTING}))


def add(
    desk: Desk, actor: Actor, printer: str, kind: str, name: str, parts: Sequence[tuple[int, str]]
) -> Queued:
    """Keep these labels for this printer (its address), in parts (how many, and what the printer gets); due at once."""

    def work(tx: Tx) -> str:
        printing.forget(tx, tx.now - KEPT_FOR)
        job_id = ""
        for place, (count, body) in enumerate(parts):
            title = {"kind": kind, "name": name[:80], "count": count}
            at = tx.now + timedelta(microseconds=place)  # they come out in this order
            job_id = printing.add(tx, desk.station, printer, title, body, actor.code, at)
        return job_id

    return Queued(desk.write(work))


def waiting(desk: Desk) -> list[PrintJob]:
    """What waits at this station, oldest first; at most MOST_SHOWN."""

    def work(connection: Connection) -> list[PrintJob]:
        rows = printing.waiting(connection, desk.company, desk.station, MOST_SHOWN)
        return [_shown(row) for row in rows]

    return desk.read(work)


def standing(desk: Desk) -> Standing:
    """How many labels wait at this station, all of them, and why."""

    def work(connection: Connection) -> Standing:
        rows = printing.waiting(connection, desk.company, desk.station, None)
        shown = [_shown(row) for row in rows]
        return Standing(
            sum(one.count for one in shown), next((one.problem for one in shown if one.problem), None)
        )

    return desk.read(work)


def claim(desk: Desk) -> Claimed | None:
    """Take the next job that is due: nobody else takes it for some minutes. None where nothing is due."""

    def is_due(connection: Connection) -> bool:
        return printing.due(connection, desk.company, desk.station, desk.clock.now()) is not None

    def work(tx: Tx) -> Claimed | None:
        found = printing.due(tx.connection, tx.company, desk.station, tx.now)
        if found is None:
            return None
        row, body = found
        claimed = {"state": printing.SENDING, "next_at": tx.now + CLAIMED_FOR}
        printing.change(tx, row.id, **claimed, attempts=row.attempts + 1)
        return Claimed(_shown(row), body)

    return desk.write(work) if desk.read(is_due) else None


def printed(desk: Desk, job: PrintJob) -> Queued:
    """The printer took it."""
    desk.write(lambda tx: printing.change(tx, job.id, state=printing.DONE, body="", problem=None))
    return Queued(job.id)


def not_printed(desk: Desk, job: PrintJob, reason: Text) -> Queued:
    """The printer did not take it: all that waits for this printer is tried again later, in its order."""
    wait = timedelta(seconds=_WAITS_S[min(job.attempts, len(_WAITS_S) - 1)])
    problem = {"reason": reason.code}

    def work(tx: Tx) -> None:
        printing.give_back(tx, job.id, next_at=tx.now)
        printing.postpone(tx, desk.station, job.printer, tx.now + wait, problem)

    desk.write(work)
    return Queued(job.id)


def perhaps_printed(desk: Desk, job: PrintJob, reason: Text) -> Queued:
    """The printer has all of it and said nothing: a person looks, and cancels it or says `try_now`.

    Sent again by itself it would come out as often as nobody looked. What stands behind it goes on.
    """
    problem = {"reason": reason.code}
    desk.write(lambda tx: printing.give_back(tx, job.id, next_at=tx.now + _UNTIL_ASKED, problem=problem))
    return Queued(job.id)


def try_now(desk: Desk) -> Queued:
    """Everything that waits at this station is due now; what is being sent at this moment is left to whoever does."""
    desk.write(lambda tx: printing.hurry(tx, desk.station))
    return Queued()


def cancel(desk: Desk, job_id: str) -> Queued:
    """Do not print it any more. Raises NoSuchJob where it is not waiting."""

    def work(tx: Tx) -> None:
        row = printing.job(tx.connection, tx.company, job_id)
        if row is None or row.state not in printing.LEFT:
            raise NoSuchJob(given=job_id[:60])
        printing.change(tx, job_id, state=printing.CANCELLED, body="")

    desk.write(work)
    return Queued(job_id)


def cancel_all(desk: Desk) -> Queued:
    """Print nothing any more of what waits at this station, however much; what is under way may still come out."""
    desk.write(lambda tx: printing.cancel_all(tx, desk.station))
    return Queued()


def _shown(row: JobRow) -> PrintJob:
    title = row.title
    return PrintJob(
        row.id,
        row.printer,
        title["kind"],
        title["name"],
        title["count"],
        row.attempts,
        row.next_at,
        Text(row.problem["reason"]) if row.problem else None,
        row.asked_by,
        row.at,
    )
