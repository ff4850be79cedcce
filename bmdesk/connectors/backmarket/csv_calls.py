"""CSVs that carry many effects, each sent once, and their tasks, asked after until they end.

Which call carries which effect is committed before anything is sent. So after a crash, or where the answer was lost, it
is known which rows may have been taken: those are looked up one by one, and never sent again by themselves.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.wire_tasks import TaskStatus, TaskWire
from bmdesk.connectors.base import Later, Outcome, Sent
from bmdesk.connectors.failures import AnswerLost, GoneAtRemote, Rejected, UnreadableAnswer
from bmdesk.domain.effects import EffectState, Fault, Kind
from bmdesk.services.desk import Desk
from bmdesk.store.queries import outbox, outbox_calls
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.queries.outbox_calls import CallRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure

MOST_ROWS = 500
"""Rows of one CSV: each is looked at first, so more would make the first one wait."""
LOOK_UP_FOR = timedelta(minutes=30)
LOOK_AGAIN = timedelta(minutes=2)
ENDS_WITHIN = timedelta(hours=6)
"""A task that runs longer is taken for lost."""


@dataclass(frozen=True, slots=True)
class Load:
    """One effect that a CSV carries. `kept` goes into its row before anything is sent, and is replaced by `before`
    where nothing was sent after all.
    """

    effect: EffectRow
    kept: Row
    before: Row


class Lost(Enum):
    """Why a task will say nothing of its rows."""

    UNKNOWN = auto()
    NEVER_ENDED = auto()


class CsvCalls:
    """The CSVs of one kind of effects in one account."""

    def __init__(self, desk: Desk, client: BackMarket, account_id: str, kind: Kind) -> None:
        self._desk, self._client, self._account, self._kind = desk, client, account_id, kind

    def send(self, market: str, text: str, loads: Sequence[Load]) -> dict[str, Outcome]:
        """Start a task for these rows; what became of each effect. Raises RemoteFailure: nothing was sent."""

        def note(tx: Tx) -> str:
            call_id = outbox_calls.add_call(tx, self._account, self._kind, market)
            for load in loads:
                outbox.set_effect(tx, load.effect.id, call_id=call_id, **load.kept)
            return call_id

        call_id = self._desk.write(note)
        try:
            task = self._client.send_catalog(text, market, len(loads))
        except AnswerLost as lost:
            self._desk.write(lambda tx: outbox_calls.set_call(tx, call_id, state="lost", ended_at=tx.now))
            at = self._desk.clock.now() + timedelta(seconds=max(lost.after or 0, 1))
            return {load.effect.id: Later(at, lost, failed=True, uncertain=True) for load in loads}
        except Failure:
            self._desk.write(lambda tx: _not_sent(tx, call_id, loads))
            raise
        self._desk.write(lambda tx: outbox_calls.set_call(tx, call_id, state="running", task=task))
        return {load.effect.id: Sent() for load in loads}

    def follow(self, call: CallRow) -> timedelta | TaskWire | Lost:
        """Ask after a running task once: when to ask again, its report, or why there will be none.

        Raises RemoteFailure.
        """
        assert call.task is not None, "a running call has its task"
        overdue = self._desk.clock.now() - call.started_at >= ENDS_WITHIN
        try:
            task = self._client.task(call.task)
        except GoneAtRemote:
            return Lost.UNKNOWN
        except (Rejected, UnreadableAnswer):
            if not overdue:
                raise
            return Lost.NEVER_ENDED
        if task.status is not TaskStatus.RUNNING:
            return task
        if overdue:
            return Lost.NEVER_ENDED
        return min(timedelta(seconds=5) * (call.polls + 1), timedelta(minutes=1))

    def lose(self, call: CallRow, told: Callable[[Tx, EffectRow], Failure]) -> None:
        """Only looking up tells what became of the rows; `told` says so of each."""

        def work(tx: Tx) -> None:
            outbox_calls.set_call(tx, call.id, state="lost", ended_at=tx.now)
            for effect in outbox_calls.of_call(tx.connection, call.id):
                doubt(tx, effect, told(tx, effect))

        self._desk.write(work)

    def close(self, call: CallRow) -> None:
        """Every row's end is known, or the row is looked up by itself."""
        self._desk.write(lambda tx: outbox_calls.set_call(tx, call.id, state="done", ended_at=tx.now))


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """As Back Market's template wants it: `;` between, line feeds, every field in quotes."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quotechar='"', quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def doubt(tx: Tx, effect: EffectRow, problem: Failure) -> None:
    """It may have happened: it is looked up."""
    outbox.again(tx, effect.id, EffectState.UNCERTAIN, tx.now, fault=Fault.AMBIGUOUS.value, problem=problem)


def said_of(errors: Iterable[tuple[str, str]]) -> str:
    """The marketplace's words about one row."""
    return "; ".join(f"{field}: {words}" if field else words for field, words in errors)


def _not_sent(tx: Tx, call_id: str, loads: Sequence[Load]) -> None:
    outbox_calls.set_call(tx, call_id, state="failed", ended_at=tx.now)
    for load in loads:
        outbox.set_effect(tx, load.effect.id, call_id=None, **load.before)
