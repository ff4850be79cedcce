"""Taking up the work of syncing a store: the right to do it, the check that this is the store's own machine, accounts.

One process syncs a store at a time; a second one is told who does. A store that was copied to another machine pauses
its accounts until a person confirms: two copies would undo each other's quantities.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from bmdesk.connectors.backmarket.connector import BackMarketConnector, Manners
from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.base import Connector
from bmdesk.services import account_settings, accounts, claims
from bmdesk.services.desk import Desk
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import feeds
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.sync_right import SyncRight
from bmdesk.store.transaction import Tx
from bmdesk.sync.engine import Engine, Report
from bmdesk.sync.manner import Manner
from bmdesk.system.secrets import Secrets
from bmdesk.texts import Failure

OTHER_MACHINE = "other_machine"


class SyncedElsewhere(Failure):
    """Another process syncs this store. Params: station, process, since, beat (times)."""

    code = "sync.elsewhere"


class NoToken(Failure):
    """The account has no token on this machine. Params: account, command."""

    code = "sync.no_token"


@dataclass(frozen=True)
class Tools:
    """What syncing needs of the machine: its secrets, how calls are made, how one waits."""

    secrets: Secrets
    manners: Manners
    rest: Callable[[float], None] = time.sleep


def opener(desk: Desk, tools: Tools) -> Callable[[AccountRow], Connector]:
    """How the engine opens an account. Raises NoToken, BadEndpoint, BadSetting, StrayMarkets, ClaimedElsewhere."""

    def open_account(account: AccountRow) -> Connector:
        settings = desk.read(lambda c: account_settings.of(c, desk.company, account.name))
        if settings.trouble is not None:
            raise settings.trouble
        endpoint = endpoint_of(desk, account, tools.secrets)
        store = desk.store
        claims.claim(endpoint.token, endpoint.host, store.info("id"), store.place, desk.clock.now())
        return BackMarketConnector(desk, account, settings, endpoint, tools.rest, tools.manners)

    return open_account


def endpoint_of(desk: Desk, account: AccountRow, secrets: Secrets) -> Endpoint:
    """Where this account's API stands and who we are there. Raises NoToken, BadEndpoint."""
    settings = desk.read(lambda c: account_settings.of(c, desk.company, account.name))
    name = accounts.token_name(account.name)
    token = secrets.get(name)
    if not token:
        raise NoToken(account=account.name, command=f"bmdesk secret set {name}")
    return Endpoint(
        url=settings.url,
        region=settings.region,
        environment=settings.environment,
        primary_market=settings.primary_market,
        token=token,
        company=settings.company,
        contact=settings.contact,
    )


class Syncing:
    """The right to sync, held. Close it. `run` is one run of the engine."""

    def __init__(self, desk: Desk, tools: Tools, right: SyncRight) -> None:
        self._desk, self._right = desk, right
        self._engine = Engine(desk, opener(desk, tools))

    @classmethod
    def begin(cls, desk: Desk, tools: Tools) -> Self:
        """Take the right. Raises SyncedElsewhere, StoreFailure."""
        right = SyncRight.take(desk.store.place)
        if right is None:
            raise _elsewhere(desk)
        syncing = cls(desk, tools, right)
        try:
            accounts.ensure(desk)
            if claims.is_other_machine(desk.store):
                pause_all(desk, OTHER_MACHINE)
            else:
                claims.note_machine(desk.store)
            desk.write(
                lambda tx: feeds.set_syncing(
                    tx,
                    station=desk.station,
                    process=os.getpid(),
                    since=tx.now,
                    beat_at=tx.now,
                    next_at=None,
                    running=True,
                )
            )
            syncing._engine.forget()
        except BaseException:
            right.close()
            raise
        return syncing

    def run(self, manner: Manner) -> Report:
        """One run of the engine."""
        report = self._engine.run_once(manner)
        self.beat()
        return report

    def is_due(self) -> bool:
        """Whether a run would do anything now."""
        return self._engine.is_due()

    def beat(self) -> None:
        """Note that this process is alive."""
        self._desk.write(lambda tx: feeds.set_syncing(tx, beat_at=tx.now))

    def close(self) -> None:
        """Give the right back."""
        try:
            self._desk.write(lambda tx: feeds.set_syncing(tx, running=False, beat_at=tx.now, next_at=None))
        finally:
            self._right.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_synced_by_another(desk: Desk) -> SyncedElsewhere | None:
    """Who syncs this store now, if somebody does: for a window that would like to."""
    right = SyncRight.take(desk.store.place)
    if right is None:
        return _elsewhere(desk)
    right.close()
    return None


def confirm_machine(desk: Desk) -> None:
    """A person says that this copy of the store is the one that works: accounts paused for that go on."""
    claims.note_machine(desk.store)

    def work(tx: Tx) -> None:
        for row in account_rows.of_company(tx.connection, desk.company):
            if row.pause_reason == OTHER_MACHINE:
                account_rows.set_account(tx, row.id, pause_reason="")

    desk.write(work)


def pause_all(desk: Desk, reason: str) -> None:
    """Every account of the company waits until a person says so."""

    def work(tx: Tx) -> None:
        for row in account_rows.of_company(tx.connection, desk.company):
            if not row.pause_reason:
                account_rows.set_account(tx, row.id, pause_reason=reason)

    desk.write(work)


def _elsewhere(desk: Desk) -> SyncedElsewhere:
    row = desk.read(feeds.syncing)
    if row is None:
        return SyncedElsewhere(station="?", process="?", since="?", beat="?")
    return SyncedElsewhere(station=row.station, process=str(row.process), since=row.since, beat=row.beat_at)
