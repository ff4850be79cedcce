"""One account in one run of the engine: what is due is read, then what is due is sent, the most important first.

What became of an effect is committed before the next is claimed. Knows of a failure its class, never its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeGuard

from bmdesk.connectors.base import (
    Connector,
    Done,
    Dropped,
    Exporter,
    Feed,
    Later,
    Outcome,
    Parked,
    Sent,
)
from bmdesk.connectors.failures import RemoteFailure
from bmdesk.domain.effects import EffectState, Fault, Kind, backoff, kind_text
from bmdesk.services.desk import Desk
from bmdesk.services.orders import order_effects
from bmdesk.services.selling.account_settings import TASKS
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_failure
from bmdesk.store.queries import accounts, feeds, outbox, outbox_calls, sync_log
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.sync import breaker
from bmdesk.sync.backlog import Backlog
from bmdesk.sync.manner import Manner, Tally
from bmdesk.sync.retry import after_failure
from bmdesk.system.clock import MOST_SKEW
from bmdesk.texts import Failure, Text, msg

ORDERS_HOLD = timedelta(minutes=1)
"""While stock is written for longer than this, orders are read again in between."""

_SKEW_STEP_MS = 5_000


class Resting(Exception):
    """The account makes no further call in this run."""


class AccountRun:
    """One account, from the first read to the last effect. `sends`: False where it is only read."""

    def __init__(
        self, desk: Desk, connector: Connector, how: Manner, tally: Tally, *, sends: bool = True
    ) -> None:
        self._desk, self._connector, self._how, self._tally = desk, connector, how, tally
        self._sends = sends
        self._id = connector.account.id
        self._orders_at: datetime | None = None
        self._backlog = Backlog(desk, connector, everything=how.everything)

    def run(self) -> None:
        self._mind_the_clock()
        if self._desk.read(lambda c: outbox.is_interrupted(c, self._id)):
            self._desk.write(lambda tx: outbox.interrupted(tx, self._id, tx.now + self._connector.call_limit))
        if self._how.everything:
            self._desk.write(lambda tx: outbox.hurry(tx, self._id))
        try:
            for feed in self._connector.feeds():
                if self._may_pull(feed):
                    self._pull(feed)
            self._send_all()
            self._look_after_tasks()
        except Resting:
            pass
        self._note_skew()

    def _mind_the_clock(self) -> None:
        """A clock that was set back must not make everything wait until it has caught up."""
        if self._desk.read(lambda c: accounts.account(c, self._id)).is_ahead_of(self._desk.clock.now()):
            self._desk.write(self._begin_anew)

    def _begin_anew(self, tx: Tx) -> None:
        outbox.bring_forward(tx, self._id)
        outbox_calls.bring_forward(tx, self._id)
        for row in feeds.of_account(tx.connection, self._id):
            feeds.set_feed(tx, self._id, row.kind, row.market, next_at=tx.now)
        accounts.set_account(tx, self._id, last_success_at=tx.now, blocked_until=None)

    def _goes_on(self) -> bool:
        """Whether nobody stopped the run, or paused this account meanwhile."""
        return self._how.keep_going() and self._desk.read(lambda c: breaker.is_allowed(c, self._id))

    # ---------------------------------------------------------------- reading

    def _may_pull(self, feed: Feed) -> bool:
        """Whether the run goes on and this feed is due: one look for both, for there are many and few are due."""
        return self._how.keep_going() and self._desk.read(
            lambda c: breaker.is_allowed(c, self._id) and self._is_due(c, feed)
        )

    def _is_due(self, connection: Connection, feed: Feed) -> bool:
        if self._how.everything:
            return True
        row = feeds.feed(connection, self._id, feed.kind, feed.market)
        return row is None or row.next_at is None or row.next_at <= self._desk.clock.now()

    def _pull(self, feed: Feed) -> bool:
        """Whether the feed was read completely. Raises Resting when the account must rest."""
        started = self._desk.clock.now()
        try:
            pulled = self._connector.pull(feed, self._goes_on)
        except RemoteFailure as failure:
            self._failed_feed(feed, failure)
            return False
        self._tally.count(self._connector.account.name, feed.kind, pulled=pulled.read)
        goes_on = pulled.complete or self._goes_on()

        def note(tx: Tx) -> None:
            values = {"started_at": started, "read": pulled.read, "failures": 0, "problem": None}
            if pulled.complete:
                values |= {"success_at": tx.now, "next_at": pulled.next_at or tx.now + feed.every}
            elif not goes_on:
                values["next_at"] = tx.now
            else:  # it never came to its end: asking again at once would only load the remote
                values |= self._next_try(tx, feed)
            feeds.set_feed(tx, self._id, feed.kind, feed.market, **values)
            for text in pulled.notes:
                sync_log.log(tx, self._id, "warning", text, market=feed.market)
            if pulled.asked:
                breaker.succeeded(tx, self._id, wrote=False)

        self._desk.write(note)
        if feed.first and pulled.complete:
            self._orders_at = self._desk.clock.now()
        return pulled.complete

    def _failed_feed(self, feed: Feed, failure: RemoteFailure) -> None:
        def note(tx: Tx) -> None:
            values = self._next_try(tx, feed, failure.after or 0)
            feeds.set_feed(tx, self._id, feed.kind, feed.market, problem=keep_failure(failure), **values)
            text = msg("sync.feed_failed", kind=msg(f"sync.feed.{feed.kind}"), reason=failure.happened)
            sync_log.log(tx, self._id, "error", text, market=feed.market)

        self._desk.write(note)
        self._met(failure)

    def _next_try(self, tx: Tx, feed: Feed, after: float = 0) -> Row:
        """One failure more in a row, and when to read again: `after` these seconds at the soonest."""
        known = feeds.feed(tx.connection, self._id, feed.kind, feed.market)
        failures = (known.failures if known else 0) + 1
        wait = min(backoff(failures, self._how.chance.random()), feed.every)
        return {"failures": failures, "next_at": tx.now + max(timedelta(seconds=after), wait)}

    def _look_after_tasks(self) -> None:
        """What was sent as a task in this run is asked after once: a quick one need not wait for the next run."""
        if self._goes_on() and self._desk.read(lambda c: outbox_calls.running_calls(c, self._id)):
            for feed in self._connector.feeds():
                if feed.kind == TASKS and self._pull(feed):
                    self._send_all()

    # ---------------------------------------------------------------- sending

    def _send_all(self) -> None:
        while self._sends and self._goes_on() and self._send_some():
            pass

    def _send_some(self) -> bool:
        """Send the most important of what is due; whether there was anything. Raises Resting."""
        if self._backlog.is_empty():
            return False
        for exporter in self._connector.exporters:
            waiting = self._backlog.waiting(exporter, self._how.width * 4)
            if not waiting:
                continue
            room = self._connector.room(exporter.kind)
            if room.effects <= 0:
                self._backlog.postpone(exporter.kind, room)
                continue
            if not self._orders_are_fresh():
                continue
            self._send(exporter, waiting[: min(room.effects, max(exporter.batch, self._how.width * 4))])
            return True
        return False

    def _orders_are_fresh(self) -> bool:
        """Orders are read before stock is written, always: a quantity older than the newest order oversells."""
        now = self._desk.clock.now()
        if self._orders_at is not None and timedelta(0) <= now - self._orders_at <= ORDERS_HOLD:
            return True
        first = [feed for feed in self._connector.feeds() if feed.first]
        return all(not self._is_failing(feed) and self._pull(feed) for feed in first)

    def _is_failing(self, feed: Feed) -> bool:
        """Whether its last reading failed and its next try has not come: then nothing is sent until it has."""
        row = self._desk.read(lambda c: feeds.feed(c, self._id, feed.kind, feed.market))
        return bool(row and row.failures and row.next_at and row.next_at > self._desk.clock.now())

    def _send(self, exporter: Exporter, chosen: Sequence[EffectRow]) -> None:
        """Batches one by one; single effects of different lanes together, as far as the width allows."""
        groups = [chosen[n : n + exporter.batch] for n in range(0, len(chosen), exporter.batch)]
        width = self._how.width if exporter.batch == 1 else 1
        for start in range(0, len(groups), width):
            if not self._goes_on():
                return
            together = [self._claim(group) for group in groups[start : start + width]]
            together = [group for group in together if group]
            if not together:
                continue
            if len(together) == 1:
                results = [_perform(exporter, together[0])]
            else:
                with ThreadPoolExecutor(max(1, len(together))) as threads:
                    results = list(threads.map(lambda group: _perform(exporter, group), together))
            resting = False
            for group, result in zip(together, results, strict=True):
                resting = self._settle(group, result) or resting
            if resting:
                raise Resting

    def _claim(self, group: Sequence[EffectRow]) -> list[EffectRow]:
        """Those of the group that are ours to send; none where a person has paused the account meanwhile."""
        return self._desk.write(
            lambda tx: outbox.claim(tx, group) if breaker.is_allowed(tx.connection, self._id) else []
        )

    def _settle(self, group: Sequence[EffectRow], result: Mapping[str, Outcome] | RemoteFailure) -> bool:
        """Commit what became of these effects; whether the account must rest now."""
        if isinstance(result, RemoteFailure):
            for effect in group:
                self._desk.write(lambda tx, e=effect: self._note_failure(tx, e, result))  # type: ignore[misc]
            try:
                self._met(result)
            except Resting:
                return True
            return False
        for effect in group:
            outcome = result[effect.id]
            self._desk.write(lambda tx, e=effect, o=outcome: self._note(tx, e, o))  # type: ignore[misc]
            self._count(effect, outcome)
        lost = next((one.problem for one in result.values() if _is_lost(one)), None)
        if isinstance(lost, RemoteFailure):
            try:
                self._met(lost)
            except Resting:
                return True
        return False

    def _count(self, effect: EffectRow, outcome: Outcome) -> None:
        name = self._connector.account.name
        match outcome:
            case Done():
                self._tally.count(name, effect.kind, done=1)
            case Later(failed=True) | Parked():
                self._tally.count(name, effect.kind, failed=1)

    def _note(self, tx: Tx, effect: EffectRow, outcome: Outcome) -> None:
        match outcome:
            case Done(change, notes, found):
                outbox.end(tx, effect.id, EffectState.DONE, change=change)
                order_effects.ended(tx, effect)
                for text in notes:
                    self._log(tx, effect, "info", text)
                if change is not None and _is_of_something(effect):
                    self._log(tx, effect, "info", _wrote(effect, _said(change, "old"), _said(change, "new")))
                breaker.succeeded(tx, self._id, wrote=change is not None and not found)
            case Later(at, problem, failed, uncertain):
                state = EffectState.UNCERTAIN if uncertain else EffectState.PENDING
                fault = Fault.AMBIGUOUS.value if uncertain else ""
                outbox.again(tx, effect.id, state, at, fault=fault, problem=problem, failed=failed)
            case Parked(fault, problem, change, said):
                self._park(tx, effect, fault, problem, change=change, request_id=effect.request_id, said=said)
            case Dropped(problem=None):
                outbox.end(tx, effect.id, EffectState.CANCELLED)
                order_effects.ended(tx, effect)
            case Dropped(Failure() as problem):
                outbox.end(tx, effect.id, EffectState.CANCELLED, problem=problem)
                order_effects.stuck(tx, effect, Fault.DIVERGED, problem)
                self._log(tx, effect, "error", problem.happened)
            case Sent():
                breaker.succeeded(tx, self._id, wrote=True)

    def _note_failure(self, tx: Tx, effect: EffectRow, failure: RemoteFailure) -> None:
        then = after_failure(failure, effect.attempts, tx.now, self._how.chance.random())
        self._tally.count(self._connector.account.name, effect.kind, failed=int(then.failed))
        state = then.state
        # What may have happened stays in doubt until it was looked at, whatever else went wrong meanwhile.
        if effect.fault == Fault.AMBIGUOUS.value and state is EffectState.PENDING:
            state = EffectState.UNCERTAIN
        fault = Fault.AMBIGUOUS.value if state is EffectState.UNCERTAIN else failure.fault.value
        if state is EffectState.PARKED:
            self._park(tx, effect, failure.fault, failure, request_id=failure.request_id)
            return
        outbox.again(
            tx,
            effect.id,
            state,
            then.at,
            fault=fault,
            problem=failure,
            failed=then.failed,
            request_id=failure.request_id,
        )

    def _park(
        self,
        tx: Tx,
        effect: EffectRow,
        fault: Fault,
        problem: Failure,
        *,
        change: Row | None = None,
        request_id: str = "",
        said: bool = False,
    ) -> None:
        """A person must look: it stands aside, in the log, and with the order that it is a step of."""
        stays = outbox.park(tx, effect.id, fault, problem, change=change, request_id=request_id)
        if stays and not said:
            order_effects.stuck(tx, effect, fault, problem)
        self._log(tx, effect, "error", problem.happened)

    def _log(self, tx: Tx, effect: EffectRow, level: str, text: Text) -> None:
        sync_log.log(
            tx,
            self._id,
            level,
            text,
            listing_id=effect.listing_id,
            order_id=effect.order_id,
            effect_id=effect.id,
            market=effect.market,
        )

    # ---------------------------------------------------------------- the account

    def _met(self, failure: RemoteFailure) -> None:
        """Count a failure of the account. Raises Resting when no further call makes sense now."""
        self._tally.problems.append(failure)

        jitter = self._how.chance.random()
        if self._desk.write(lambda tx: breaker.failed(tx, self._id, failure, jitter)):
            raise Resting

    def _note_skew(self) -> None:
        skew = self._connector.skew
        if skew is None:
            return
        millis = int(skew.total_seconds() * 1000)
        known = self._desk.read(lambda c: accounts.account(c, self._id)).clock_skew_ms
        if abs(millis - known) < _SKEW_STEP_MS:  # the header has whole seconds: it always differs a little
            return

        def note(tx: Tx) -> None:
            accounts.set_account(tx, self._id, clock_skew_ms=millis)
            if abs(skew) > MOST_SKEW:
                sync_log.log(tx, self._id, "warning", msg("sync.clock_skew", minutes=abs(millis) // 60_000))

        self._desk.write(note)


def _perform(exporter: Exporter, group: Sequence[EffectRow]) -> Mapping[str, Outcome] | RemoteFailure:
    try:
        return exporter.perform(group)
    except RemoteFailure as failure:
        return failure


def _is_lost(outcome: Outcome) -> TypeGuard[Later]:
    return isinstance(outcome, Later) and outcome.uncertain and isinstance(outcome.problem, RemoteFailure)


def _is_of_something(effect: EffectRow) -> bool:
    return bool(effect.listing_id or effect.order_id or effect.unit_id or effect.kind == Kind.PRICELIST.value)


def _wrote(effect: EffectRow, old: str, new: str) -> Text:
    if effect.kind == Kind.SALE.value:
        return msg("sync.wrote_sale", new=new)
    if effect.order_id is not None:
        return msg("sync.step_done", step=kind_text(Kind(effect.kind)), new=new)
    if effect.kind == Kind.STOCK.value:
        return msg("sync.wrote_stock", old=old, new=new)
    if effect.kind == Kind.UNIT.value:
        return msg("sync.wrote_unit", new=new)
    if effect.kind == Kind.PRICELIST.value:
        return msg("sync.wrote_pricelist", new=new)
    if old == new:
        return msg("sync.wrote_content")
    return msg("sync.wrote_price", old=old, new=new)


def _said(change: Mapping[str, object], which: str) -> str:
    value = change.get(which)
    return "-" if value is None or value == "" else str(value)
