"""How an account is set up: what it reads and how often, what it sends, which secret it needs, what is wrong with it.

The same questions for every remote system, asked before anything is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bmdesk.domain import markets
from bmdesk.domain.effects import Kind
from bmdesk.services.odoo import odoo_account, odoo_settings
from bmdesk.services.selling import account_settings, accounts
from bmdesk.services.selling.account_settings import ORDERS, Reading
from bmdesk.store.engine import Connection
from bmdesk.store.queries import people
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.texts import Failure

ODOO_GATHERS = timedelta(seconds=5)
"""Scans of one unit follow each other by seconds."""


@dataclass(frozen=True, slots=True)
class AccountSetup:
    """`readings`: what is read. `first`: the kind of it that must have been read before anything is sent; "" for none.
    `gather`: so long what came in waits for more of the same. `held`: what is not sent at all. `trouble`: what does not
    go together; nothing may be sent while there is something.
    """

    readings: tuple[Reading, ...]
    first: str
    gather: timedelta
    held: tuple[Kind, ...] = ()
    trouble: Failure | None = None


def of(connection: Connection, account: AccountRow) -> AccountSetup | None:
    """How this account is set up; None for a system that this bmdesk does not know: a run says so.

    Raises BadSetting where a stored value cannot be read.
    """
    system = _SYSTEMS.get(account.system)
    return system.setup(connection, account) if system is not None else None


def secret_name(connection: Connection, account: AccountRow) -> str:
    """The name of the secret that this account needs on each machine; "" for a system that nobody knows."""
    system = _SYSTEMS.get(account.system)
    return system.secret(connection, account) if system is not None else ""


@dataclass(frozen=True, slots=True)
class _System:
    setup: Callable[[Connection, AccountRow], AccountSetup]
    secret: Callable[[Connection, AccountRow], str]


def _back_market(connection: Connection, account: AccountRow) -> AccountSetup:
    found = account_settings.of(connection, account.company_id, account.name)
    gather = timedelta(seconds=found.gather_seconds)
    return AccountSetup(found.readings, ORDERS, gather, found.held, found.trouble)


def _odoo(connection: Connection, account: AccountRow) -> AccountSetup:
    found = odoo_settings.of(connection, account.company_id)
    return AccountSetup(found.readings, "", ODOO_GATHERS, found.held)


def _odoo_key(connection: Connection, account: AccountRow) -> str:
    return odoo_settings.key_name(people.company(connection, account.company_id).code)


_SYSTEMS: Mapping[str, _System] = {
    markets.SYSTEM: _System(
        _back_market, lambda connection, row: accounts.secret_in(connection, row.company_id, row.name)
    ),
    odoo_account.SYSTEM: _System(_odoo, _odoo_key),
}
