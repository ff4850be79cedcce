"""Taking up the work of syncing a store: the right to do it, the check that this is the store's own machine, accounts.

One process syncs a store at a time, all companies in it; a second one is told who does. A store that was copied to
another machine pauses all its accounts until a person confirms: two copies would undo each other's quantities.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from bmdesk.connectors.backmarket.connector import BackMarketConnector, Manners
from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.base import Connector
from bmdesk.domain.markets import SYSTEM
from bmdesk.domain.rights import Right
from bmdesk.services import claims, companies, rights
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.selling import account_settings, accounts
from bmdesk.services.selling.accounts import OTHER_MACHINE
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import feeds, people
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.sync_right import SyncRight
from bmdesk.store.transaction import Tx
from bmdesk.sync import odoo_connection
from bmdesk.sync.engine import Engine, Report
from bmdesk.sync.manner import Manner
from bmdesk.system.secrets import Secrets
from bmdesk.texts import Failure

BEAT_S = 20.0
"""So often, at most, this process shows that it is alive and asks whether the right is still its own."""

_TIDY = timedelta(days=1)


class SyncedElsewhere(Failure):
    """Another process syncs this store. Params: station, process, since, beat (times)."""

    code = "sync.elsewhere"


class RightLost(Failure):
    """The connection that held the right to sync broke; another process may have it now. No params."""

    code = "sync.right_lost"


class UnknownSystem(Failure):
    """No connector of this bmdesk speaks to the account's remote system. Params: account, system."""

    code = "sync.unknown_system"


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
    """How the engine opens an account, by its system.

    Raises UnknownSystem, NoToken, BadEndpoint, BadSetting, StrayMarkets, ClaimedElsewhere.
    """

    def open_account(account: AccountRow) -> Connector:
        connect = CONNECTORS.get(account.system)
        if connect is None:
            raise UnknownSystem(account=account.name, system=account.system[:40])
        return connect(desk, account, tools)

    return open_account


def _back_market(desk: Desk, account: AccountRow, tools: Tools) -> Connector:
    settings = desk.read(lambda c: account_settings.of(c, desk.company, account.name))
    if settings.trouble is not None:
        raise settings.trouble
    endpoint = endpoint_of(desk, account, tools.secrets)
    store = desk.store
    claims.claim(endpoint.token, endpoint.host, store.info("id"), store.place, desk.clock.now())
    return BackMarketConnector(desk, account, settings, endpoint, tools.rest, tools.manners)


def _odoo(desk: Desk, account: AccountRow, tools: Tools) -> Connector:
    # Its library comes in only where a company has an Odoo.
    from bmdesk.connectors.odoo.connector import OdooConnector

    endpoint = odoo_connection.endpoint_of(desk, tools.secrets)
    store = desk.store
    claims.claim(endpoint.secret, endpoint.host, store.info("id"), store.place, desk.clock.now())
    return OdooConnector(desk, account, endpoint, tools.rest)


CONNECTORS: Mapping[str, Callable[[Desk, AccountRow, Tools], Connector]] = {
    SYSTEM: _back_market,
    odoo_account.SYSTEM: _odoo,
}
"""How an account of each remote system is opened. The one place that names the systems."""


def endpoint_of(desk: Desk, account: AccountRow, secrets: Secrets) -> Endpoint:
    """Where this account's API stands and who we are there. Raises NoToken, BadEndpoint."""
    settings = desk.read(lambda c: account_settings.of(c, desk.company, account.name))
    name = accounts.secret_of(desk, account.name)
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
    """The right to sync, held. Close it. `run` is one run of the engine for each company that is synced."""

    def __init__(self, desk: Desk, tools: Tools, right: SyncRight, *, alone: bool) -> None:
        self.beat_s = BEAT_S
        self._desk, self._tools, self._right, self._alone = desk, tools, right, alone
        self._engines: dict[str, Engine] = {}
        self._beaten = time.monotonic()
        self._tidied: datetime | None = None
        self._lost = False

    @classmethod
    def begin(cls, desk: Desk, tools: Tools, *, alone: bool = True) -> Self:
        """Take the right. `alone`: for this desk's company only, not for all of the store.

        Raises SyncedElsewhere, StoreFailure.
        """
        right = SyncRight.take(desk.store.place)
        if right is None:
            raise _elsewhere(desk)
        syncing = cls(desk, tools, right, alone=alone)
        try:
            syncing._meet_companies()
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
                    running=True,
                )
            )
        except BaseException:
            right.close()
            raise
        return syncing

    def run(self, manner: Manner) -> Report:
        """One run of the engine for each company; what they did, together. Raises RightLost, StoreFailure."""
        self._mind_the_right()
        self._meet_companies()
        how = replace(manner, keep_going=lambda: manner.keep_going() and self._lives())
        report = sum((engine.run_once(how) for engine in self._engines.values()), Report())
        self._tidy_up(how.keep_going)
        self.beat()
        return report

    def is_due(self) -> bool:
        """Whether a run would do anything now."""
        self._meet_companies()
        return any(engine.is_due() for engine in self._engines.values())

    def has_more(self) -> bool:
        """Whether a run left something due that another run would do."""
        return any(engine.has_more() for engine in self._engines.values())

    def beat_if_due(self) -> None:
        """Beat, where the last time was `beat_s` ago. Raises RightLost."""
        if time.monotonic() - self._beaten >= self.beat_s:
            self.beat()

    def beat(self) -> None:
        """Note that this process is alive. Raises RightLost where it has the right no longer, and notes nothing."""
        self._mind_the_right()
        self._beaten = time.monotonic()
        self._desk.write(lambda tx: feeds.set_syncing(tx, beat_at=tx.now))

    def close(self) -> None:
        """Give the right back."""
        try:
            if not self._lost:  # whoever has it now speaks for itself
                self._desk.write(lambda tx: feeds.set_syncing(tx, running=False, beat_at=tx.now))
        finally:
            self._right.close()

    def _mind_the_right(self) -> None:
        if self._lost or not self._right.still_held():
            self._lost = True  # for good: what comes next begins anew
            raise RightLost

    def _lives(self) -> bool:
        """Within a run, at every step: beat now and then; False where the right is lost."""
        try:
            if not self._lost:
                self.beat_if_due()
        except RightLost:
            return False
        return not self._lost

    def _meet_companies(self) -> None:
        """An engine for each company, the desk's own first; one that was founded meanwhile gets its own now."""
        for desk in [self._desk] if self._alone else companies.desks(self._desk):
            if desk.company not in self._engines:
                accounts.ensure(desk)
                self._engines[desk.company] = Engine(desk, opener(desk, self._tools))

    def _tidy_up(self, keep_going: Callable[[], bool]) -> None:
        """Once a day what is old is forgotten, in a window that is open for months too."""
        now = self._desk.clock.now()
        if self._tidied is None or not timedelta(0) <= now - self._tidied < _TIDY:
            for engine in self._engines.values():
                engine.forget(keep_going)
            self._tidied = now

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def confirm_machine(desk: Desk) -> None:
    """A person says that this copy of the store is the one that works: accounts paused for that go on.

    Raises NotAllowed: a copy that sends again overwrites what the store it was copied from has sent since.
    """
    rights.require(desk, Right.QUEUE)
    claims.note_machine(desk.store)

    def work(tx: Tx) -> None:
        for row in _accounts_of_all(tx):
            if row.pause_reason == OTHER_MACHINE:
                account_rows.set_account(tx, row.id, pause_reason="")

    desk.write(work)


def pause_all(desk: Desk, reason: str) -> None:
    """Every account of the store, of all companies, waits until a person says so."""

    def work(tx: Tx) -> None:
        for row in _accounts_of_all(tx):
            if not row.pause_reason:
                account_rows.set_account(tx, row.id, pause_reason=reason)

    desk.write(work)


def _accounts_of_all(tx: Tx) -> list[AccountRow]:
    companies = people.companies(tx.connection)
    return [row for one in companies for row in account_rows.of_company(tx.connection, one.id)]


def _elsewhere(desk: Desk) -> SyncedElsewhere:
    row = desk.read(feeds.syncing)
    if row is None:
        return SyncedElsewhere(station="?", process="?", since="?", beat="?")
    return SyncedElsewhere(station=row.station, process=str(row.process), since=row.since, beat=row.beat_at)
