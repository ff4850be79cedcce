"""Orders imported by hand: now, for a range of dates, or one that was set aside. Reads only.

Whoever imports takes the right to sync for as long as it lasts. While another process has it, a range of dates is left
to that process, and followed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bmdesk.connectors.backmarket import import_again, import_history, import_orders
from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.connector import BackMarketConnector
from bmdesk.connectors.backmarket.import_orders import Saved
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.orders import history_import
from bmdesk.services.orders.history_import import History
from bmdesk.services.selling import accounts
from bmdesk.services.selling.account_settings import ORDERS
from bmdesk.services.selling.accounts import pause_words
from bmdesk.store.queries import feeds, people
from bmdesk.store.queries.history_import import PAUSED, RUNNING
from bmdesk.store.transaction import Tx
from bmdesk.sync.opening import SyncedElsewhere, Syncing, Tools, UnknownSystem, endpoint_of, opener
from bmdesk.texts import Failure, Text

_LOOK_S = 1.0


class AccountWaits(Failure):
    """The account is switched off, or waits for a person. Params: `account`, `reason` (a Text)."""

    code = "import_now.account_waits"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in. `complete`: to the end; `problem` why not, or what is odd about it."""

    seen: int
    new: int
    updated: int
    quarantined: int
    pages: int
    complete: bool
    problem: Text | None = None


Told = Callable[[History], None]


def now(desk: Desk, tools: Tools, account: str, keep_going: Callable[[], bool]) -> Imported:
    """All that changed since the last reading, whether orders are read by themselves or not.

    Raises UnknownAccount, AccountWaits, SyncedElsewhere, RemoteFailure, and why an account cannot be opened.
    """
    with _client(desk, tools, account) as (client, account_id):
        reading = import_orders.pull(desk, client, account_id, tools.manners.width, keep_going)
        complete = all(scan.complete for scan in reading.scans)
        if complete:
            seen = reading.saved.seen

            def note(tx: Tx) -> None:
                done = {
                    "success_at": tx.now,
                    "started_at": tx.now,
                    "failures": 0,
                    "problem": None,
                    "read": seen,
                }
                feeds.set_feed(tx, account_id, ORDERS, "", **done)

            desk.write(note)
        return _imported(reading.saved, sum(scan.pages for scan in reading.scans), complete=complete)


def between(
    desk: Desk,
    tools: Tools,
    actor: Actor,
    account: str,
    since: datetime,
    until: datetime,
    state: int | None,
    keep_going: Callable[[], bool],
    told: Told = lambda _history: None,
) -> Imported:
    """Orders made since then and before `until`. `told` hears how far it is.

    Stopped by `keep_going` it stays under way: whoever syncs goes on with it. Raises BadRange, UnderWay, and as `now`.
    """
    account_id = _ready(desk, account)
    endpoint_of(
        desk, accounts.the_account(desk, account), tools.secrets
    )  # nothing begins that could not be read
    history_id = history_import.start(desk, actor, account_id, since, until, state).id
    return follow(desk, tools, account, history_id, keep_going, told)


def follow(
    desk: Desk,
    tools: Tools,
    account: str,
    history_id: str,
    keep_going: Callable[[], bool],
    told: Told = lambda _history: None,
) -> Imported:
    """Read on, or watch the process that does, until this reading ends or stops."""

    def standing() -> History:
        found = history_import.of_account(desk, _ready(desk, account))
        return next(one for one in found if one.id == history_id)

    def goes_on() -> bool:
        told(standing())
        return keep_going()

    while keep_going() and standing().state == RUNNING:
        try:
            with _client(desk, tools, account) as (client, account_id):
                import_history.pull(desk, client, account_id, tools.manners.width, goes_on)
        except SyncedElsewhere:
            told(standing())
            tools.rest(_LOOK_S)
    one = standing()
    ended = one.state not in (RUNNING, PAUSED)
    return Imported(one.seen, one.new, one.updated, one.quarantined, one.pages, ended, one.problem)


def again(desk: Desk, tools: Tools, account: str, remote_id: str) -> Imported:
    """One order that was set aside. Raises NotSetAside, StillUnreadable, and as `now`."""
    with _client(desk, tools, account) as (client, account_id):
        return _imported(import_again.again(desk, client, account_id, remote_id), 1, complete=True)


def local(desk: Desk, moment: datetime) -> datetime:
    """The same on the clock of the company, where it says no zone."""
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=ZoneInfo(desk.read(lambda c: people.company(c, desk.company)).timezone))


@contextmanager
def _client(desk: Desk, tools: Tools, account: str) -> Iterator[tuple[BackMarket, str]]:
    with Syncing.begin(desk, tools):
        account_id = _ready(desk, account)  # a copied store was paused just now
        row = accounts.the_account(desk, account)
        connector = opener(desk, tools)(row)
        try:
            if not isinstance(connector, BackMarketConnector):
                raise UnknownSystem(account=account, system=row.system)
            yield connector.client, account_id
        finally:
            connector.close()


def _ready(desk: Desk, account: str) -> str:
    accounts.ensure(desk)
    row = accounts.the_account(desk, account)
    if not row.may_run:
        raise AccountWaits(account=account, reason=pause_words(row.pause_reason))
    return row.id


def _imported(saved: Saved, pages: int, *, complete: bool) -> Imported:
    return Imported(saved.seen, saved.new, saved.updated, saved.quarantined, pages, complete)
