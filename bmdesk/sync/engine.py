"""One run of the engine: read what is due, then make right what is due, account by account.

A function of the store, the connectors and the clock: threads, time and chance come from outside, so that a test can
stop it at every step. Its order is the safety: what was in flight at a crash becomes uncertain; orders are read before
any stock is written; an effect is claimed in a committed transaction before anything is sent; what became of it is
committed before the next is claimed. docs: ARCHITECTURE.md, "How a change reaches Back Market".
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bmdesk.connectors.base import Connector
from bmdesk.domain.changes import Change
from bmdesk.domain.effects import KEPT, EffectState, Fault
from bmdesk.services.desk import Desk
from bmdesk.services.figures import rebuilding
from bmdesk.services.grading import bench
from bmdesk.services.syncing import account_setup
from bmdesk.services.syncing.account_setup import AccountSetup
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, feeds, outbox, outbox_lists
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.sync.account_run import AccountRun
from bmdesk.sync.breaker import LOST, block
from bmdesk.sync.manner import KindCount, Manner, Tally
from bmdesk.texts import Failure

_RETRY = timedelta(minutes=15)  # an account that cannot even be opened: a setting or the token is missing


@dataclass(frozen=True, slots=True)
class Report:
    """What one run did. `failed`: attempts that failed in it; the last three count what there is afterwards. `kinds`:
    the same by account and kind, of which there was any."""

    pulled: int = 0
    done: int = 0
    failed: int = 0
    uncertain: int = 0
    parked: int = 0
    pending: int = 0
    elapsed_s: float = 0.0
    problems: tuple[Failure, ...] = ()
    kinds: tuple[KindCount, ...] = ()
    changes: frozenset[Change] = frozenset(
        {Change.SYNC, Change.LISTINGS, Change.UNITS, Change.ORDERS, Change.CUSTOMERS}
    )

    def __add__(self, other: Report) -> Report:
        """Both together: the runs of two companies."""
        return Report(
            self.pulled + other.pulled,
            self.done + other.done,
            self.failed + other.failed,
            self.uncertain + other.uncertain,
            self.parked + other.parked,
            self.pending + other.pending,
            self.elapsed_s + other.elapsed_s,
            self.problems + other.problems,
            self.kinds + other.kinds,
            self.changes | other.changes,
        )


class Engine:
    """Runs for one desk's company. `open_account` opens the connector of an account; raises Failure where it cannot."""

    def __init__(self, desk: Desk, open_account: Callable[[AccountRow], Connector]) -> None:
        self._desk, self._open = desk, open_account

    def run_once(self, manner: Manner | None = None) -> Report:
        """Read and send until nothing is due. Never raises for what a remote does; raises StoreFailure."""
        how, tally, begun = manner or Manner(), Tally(), time.monotonic()
        while bench.reassess(self._desk).more and how.keep_going():
            pass
        while rebuilding.catch_up(self._desk) and how.keep_going():
            pass
        for account in self._desk.read(lambda c: accounts.of_company(c, self._desk.company)):
            if account.may_run and how.keep_going():
                self._run_account(account, how, tally)
        kinds = self._counted(tally)
        return Report(
            sum(one.pulled for one in kinds),
            sum(one.done for one in kinds),
            sum(one.failed for one in kinds),
            uncertain=sum(one.uncertain for one in kinds),
            parked=sum(one.parked for one in kinds),
            pending=sum(one.pending for one in kinds),
            elapsed_s=time.monotonic() - begun,
            problems=tuple(tally.problems),
            kinds=kinds,
        )

    def _counted(self, tally: Tally) -> tuple[KindCount, ...]:
        """What was done, and what is left, by account and kind."""
        found = dict(tally.kinds)
        rows = self._desk.read(lambda c: outbox_lists.count_by_kind(c, self._desk.company))
        for (account, kind), states in rows.items():
            found[account, kind] = tally.of(account, kind).left(
                states.get(EffectState.UNCERTAIN.value, 0),
                states.get(EffectState.PARKED.value, 0),
                states.get(EffectState.PENDING.value, 0) + states.get(EffectState.IN_FLIGHT.value, 0),
            )
        return tuple(found[key] for key in sorted(found))

    def is_due(self) -> bool:
        """Whether a run would read or send anything. Cheap: meant to be asked every second."""
        now = self._desk.clock.now()

        def work(connection: Connection) -> bool:
            for account in accounts.of_company(connection, self._desk.company):
                if not account.may_run:
                    continue
                if account.is_ahead_of(now):
                    return True
                rests = account.rests_until(now) is not None
                if rests and account.block_fault != LOST:
                    continue
                due = _setup(connection, account)
                if due is None:  # a run says what is wrong with it
                    return True
                read = {(one.kind, one.market) for one in due.readings}
                known = {(row.kind, row.market): row for row in feeds.of_account(connection, account.id)}
                rows = [known.get(one) for one in read]
                if any(row is None or row.next_at is None or row.next_at <= now for row in rows):
                    return True
                if rests or any(row is not None and row.kind == due.first and row.failures for row in rows):
                    continue  # nothing is sent before orders could be read
                if outbox.is_due(connection, account.id, now, now - due.gather, due.held):
                    return True
            return False

        return self._desk.read(work)

    def has_more(self) -> bool:
        """Whether a run of one account left something due for another: units changed hands between them."""
        now = self._desk.clock.now()

        def work(connection: Connection) -> bool:
            rows = accounts.of_company(connection, self._desk.company)
            free = [row for row in rows if row.may_run and row.rests_until(now) is None]
            return len(free) > 1 and any(is_due(connection, row) for row in free)

        def is_due(connection: Connection, row: AccountRow) -> bool:
            due = _setup(connection, row)
            return due is not None and outbox.is_due(connection, row.id, now, now, due.held)

        return self._desk.read(work)

    def forget(self, keep_going: Callable[[], bool] = lambda: True) -> None:
        """Drop old lines of the log, effects and calls that ended long ago: some at a time, scans go in between."""
        while keep_going() and self._desk.write(lambda tx: outbox_lists.forget_some(tx, tx.now - KEPT)):
            pass

    def _run_account(self, account: AccountRow, how: Manner, tally: Tally) -> None:
        now = self._desk.clock.now()
        resting = account.rests_until(now) is not None and not how.everything and not account.is_ahead_of(now)
        if resting and account.block_fault != LOST:
            return
        try:
            connector = self._open(account)
        except Failure as refused:
            problem = refused
            tally.problems.append(problem)
            self._desk.write(lambda tx: block(tx, account.id, problem, Fault.AUTH.value, tx.now + _RETRY))
            return
        try:
            # Where only answers to writes are lost, reading goes on.
            AccountRun(self._desk, connector, how, tally, sends=not resting).run()
        finally:
            connector.close()


def _setup(connection: Connection, account: AccountRow) -> AccountSetup | None:
    try:
        return account_setup.of(connection, account)
    except Failure:
        return None
