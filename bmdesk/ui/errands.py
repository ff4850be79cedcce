"""What a person sends somebody to the marketplace for, and waits: a test, a rehearsal, an order that was set aside.

Off the GUI thread. The engine and its HTTP are imported only here, when somebody is sent: they take their time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from bmdesk.services.desk import Desk
from bmdesk.services.lines import Progress
from bmdesk.services.selling import accounts
from bmdesk.system.secrets import Secrets

if TYPE_CHECKING:
    from bmdesk.connectors.backmarket.import_backbox import Refreshed
    from bmdesk.connectors.backmarket.import_categories import TreeRead
    from bmdesk.connectors.backmarket.import_orders import Saved
    from bmdesk.connectors.verdict import Verdict
    from bmdesk.services.odoo.takeover.import_runs import Import
    from bmdesk.services.odoo.units.drift import Drift
    from bmdesk.sync.dry_run import DryRun
    from bmdesk.sync.opening import Tools


_PAGE = 500


class Errand(Protocol):
    """Who was sent, as far as the work sees them."""

    def goes_on(self) -> bool:
        """Whether nobody cancelled."""

    def told(self, done: int, total: int) -> None:
        """So much of the work is done, of so much."""

    def rest(self, seconds: float) -> None:
        """Wait so long, or until cancelled."""


def tools(secrets: Secrets, rest: Callable[[float], None]) -> Tools:
    from bmdesk.connectors.backmarket.connector import Manners
    from bmdesk.sync.opening import Tools

    return Tools(secrets, Manners(), rest)


def tried(desk: Desk, secrets: Secrets, account: str, errand: Errand) -> Verdict:
    from bmdesk.sync import connection

    return connection.tried(desk, account, secrets, given_up=lambda: not errand.goes_on())


def dry_run(desk: Desk, secrets: Secrets, errand: Errand) -> DryRun:
    from bmdesk.sync import dry_run as dry
    from bmdesk.sync.opening import opener

    return dry.dry_run(desk, opener(desk, tools(secrets, errand.rest)), errand.goes_on, errand.told)


def read_categories(
    desk: Desk, secrets: Secrets, account: str, progress: Callable[[int, int], bool]
) -> TreeRead:
    """The marketplace's tree; `progress` answers False where a person stops it."""
    from bmdesk.sync import market_reading

    goes_on = [True]

    def told(done: int, total: int) -> None:
        goes_on[0] = progress(done, total) and goes_on[0]

    return market_reading.categories(desk, tools(secrets, time.sleep), account, lambda: goes_on[0], told)


def odoo_drift(desk: Desk, secrets: Secrets, errand: Errand) -> Drift:
    from bmdesk.sync import odoo_drift as sync_drift

    return sync_drift.look(desk, secrets, errand.told, errand.goes_on)


def again(desk: Desk, secrets: Secrets, account: str, remote_id: str, errand: Errand) -> Saved:
    from bmdesk.connectors.backmarket import import_again
    from bmdesk.connectors.backmarket.connector import BackMarketConnector
    from bmdesk.sync.opening import opener

    row = accounts.the_account(desk, account)
    connector = opener(desk, tools(secrets, errand.rest))(row)
    try:
        assert isinstance(connector, BackMarketConnector), "only Back Market has orders to set aside"
        return import_again.again(desk, connector.client, row.id, remote_id)
    finally:
        connector.close()


def backboxes(
    desk: Desk, secrets: Secrets, account: str, ids: Sequence[str], progress: Progress
) -> Refreshed:
    """Ask about these listings, as many as there are, until `progress` says no."""
    from bmdesk.connectors.backmarket.import_backbox import Refreshed
    from bmdesk.sync import market_reading

    goes_on, before, found = True, 0, Refreshed()

    def told(done: int, _total: int) -> None:
        nonlocal goes_on
        goes_on = progress(before + done, len(ids)) and goes_on

    for start in range(0, len(ids), _PAGE):
        page, before = ids[start : start + _PAGE], start
        if goes_on:
            done = market_reading.backboxes(
                desk, tools(secrets, time.sleep), account, lambda: goes_on, told, among=page
            )
            found = found + done
        else:
            found = found + Refreshed(left=len(page))
    return found


def odoo_import(desk: Desk, secrets: Secrets, import_id: str, errand: Errand) -> Import:
    from bmdesk.sync import odoo_import

    return odoo_import.follow(
        desk, secrets, import_id, errand.goes_on, lambda one: errand.told(one.seen, one.count)
    )
