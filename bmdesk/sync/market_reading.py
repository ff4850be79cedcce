"""What a person has read at the marketplace beside the schedule: who wins the BackBoxes, the tree of categories.

Reads only, and takes the account's limits from the same ledger as whoever syncs it: so it needs no right to sync, and
stands in nobody's way for as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from bmdesk.connectors.backmarket import import_backbox, import_categories
from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.connector import BackMarketConnector
from bmdesk.connectors.backmarket.import_backbox import Refreshed
from bmdesk.connectors.backmarket.import_categories import TreeRead
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.services.selling.accounts import pause_words
from bmdesk.sync.importing import AccountWaits
from bmdesk.sync.opening import Tools, UnknownSystem, opener

KeepGoing = Callable[[], bool]
Told = Callable[[int, int], None]


def backboxes(
    desk: Desk,
    tools: Tools,
    account: str,
    keep_going: KeepGoing,
    told: Told = lambda _done, _total: None,
    *,
    market: str = "",
    among: Sequence[str] | None = None,
    older_than: timedelta = timedelta(0),
) -> Refreshed:
    """See `import_backbox.refresh`.

    Raises UnknownAccount, AccountWaits, RemoteFailure, and why an account cannot be opened.
    """
    with _client(desk, tools, account) as (client, account_id):
        return import_backbox.refresh(
            desk, client, account_id, keep_going, told, market=market, among=among, older_than=older_than
        )


def categories(
    desk: Desk,
    tools: Tools,
    account: str,
    keep_going: KeepGoing,
    told: Told = lambda _done, _total: None,
    *,
    older_than: timedelta = timedelta(0),
) -> TreeRead:
    """See `import_categories.refresh`. Raises as `backboxes`."""
    with _client(desk, tools, account) as (client, account_id):
        return import_categories.refresh(desk, client, account_id, keep_going, told, older_than=older_than)


@contextmanager
def _client(desk: Desk, tools: Tools, account: str) -> Iterator[tuple[BackMarket, str]]:
    accounts.ensure(desk)
    row = accounts.the_account(desk, account)
    if not row.may_run:
        raise AccountWaits(account=account, reason=pause_words(row.pause_reason))
    connector = opener(desk, tools)(row)
    try:
        if not isinstance(connector, BackMarketConnector):
            raise UnknownSystem(account=account, system=row.system)
        yield connector.client, row.id
    finally:
        connector.close()
