"""The company's accounts at the marketplace: adding one, pausing it, and which warehouse it sells from. Pausing, and
what ends it, holds for an account of any remote system.

What is set for an account is in `account_settings`; its token is a secret of the machine, asked for by name
(`token_name`). An account is never removed, because orders and listings hang on it: it is switched off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import StockOf
from bmdesk.domain.markets import SYSTEM
from bmdesk.domain.rights import Right
from bmdesk.services import claims, rights, settings
from bmdesk.services.company import DEFAULT_COMPANY, Saved
from bmdesk.services.desk import Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.selling import account_settings
from bmdesk.services.selling.account_settings import AccountSettings
from bmdesk.services.setting_table import (
    ACCOUNT_SETTINGS,
    DEFAULT_ACCOUNT,
    BadSetting,
    account_setting,
    is_account_name,
)
from bmdesk.services.wants import want
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import accounts, listings, people
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

BY_HAND, OTHER_MACHINE, RESTORED = "by_hand", "other_machine", "restored"
"""Why an account is paused until a person says so."""


class UnknownAccount(Refusal):
    """No account has this name. Params: `account`, `known`."""

    code = "account.unknown"


class AccountExists(Refusal):
    """The name is taken. Params: `account`."""

    code = "account.exists"


class BadAccountName(Refusal):
    """No account may be called so. Params: `given`."""

    code = "account.bad_name"


class UnknownWarehouse(Refusal):
    """No place is in such a warehouse. Params: `given`."""

    code = "account.unknown_warehouse"


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with what is set for it. `settings` is None where a stored value cannot be read; `problem` says it."""

    row: AccountRow
    settings: AccountSettings | None
    problem: Text | None
    """What keeps it from working, the first thing a person should look at; None where nothing does."""

    @property
    def is_paused(self) -> bool:
        """Whether it waits for a person's word."""
        return bool(self.row.pause_reason)


def add(desk: Desk, name: str = DEFAULT_ACCOUNT, **given: str) -> Saved:
    """A new account with these settings, by KEY with `_` for `.`; none of it when one does not fit.

    Raises BadAccountName, AccountExists, BadSetting, UnknownSetting.
    """
    rights.require(desk, Right.ACCOUNTS)
    _check_name(name)
    # The region first: markets are checked against it.
    keys = sorted((_key(argument) for argument in given), key=lambda key: key != "region")
    values = {_key(argument): value for argument, value in given.items()}

    def work(tx: Tx) -> Saved:
        if accounts.by_name(tx.connection, tx.company, SYSTEM, name) is not None:
            raise AccountExists(account=name)
        account_id = accounts.add_account(tx, SYSTEM, name)
        for key in keys:
            settings.put_in(tx, account_setting(name, key), values[key])
        return _saved(account_id)

    return desk.write(work)


def ensure(desk: Desk) -> tuple[AccountRow, ...]:
    """Make the accounts that settings speak of and nobody has added; the new ones."""
    if not desk.read(lambda connection: _lacking(connection, desk.company)):
        return ()

    def work(tx: Tx) -> tuple[AccountRow, ...]:
        # The oldest sells what no other does: that is the default one where it comes with others.
        names = sorted(_lacking(tx.connection, tx.company), key=lambda name: name != DEFAULT_ACCOUNT)
        made = accounts.add_accounts(tx, SYSTEM, *names)
        return tuple(accounts.account(tx.connection, account_id) for account_id in made)

    return desk.write(work)


def listed(desk: Desk) -> tuple[AccountView, ...]:
    """All accounts, oldest first, those switched off too."""

    def work(connection: Connection) -> tuple[AccountView, ...]:
        return tuple(_view(connection, row) for row in accounts.sellers(connection, desk.company))

    return desk.read(work)


def is_any_active(desk: Desk) -> bool:
    """Whether any company of the store has an account that is switched on."""
    return desk.read(accounts.is_any_active)


def the_account(desk: Desk, name: str = DEFAULT_ACCOUNT) -> AccountRow:
    """The account of this name. Raises UnknownAccount."""
    return desk.read(lambda connection: _of_name(connection, desk.company, name))


def viewed(desk: Desk, name: str = DEFAULT_ACCOUNT) -> AccountView:
    """The account of this name with its settings. Raises UnknownAccount."""
    return desk.read(lambda connection: _view(connection, _of_name(connection, desk.company, name)))


def pause(desk: Desk, name: str, reason: str = BY_HAND) -> Saved:
    """Nothing is read or sent any more until `resume`. Raises UnknownAccount."""
    rights.require(desk, Right.QUEUE)
    return _change(desk, name, pause_reason=reason)


def resume(desk: Desk, name: str) -> Saved:
    """A person says that it may go on, whatever stopped it; a store that was copied here now works here.

    Raises UnknownAccount.
    """
    rights.require(desk, Right.QUEUE)
    machine = claims.machine_id()

    def work(tx: Tx) -> Saved:
        row = _synced(tx.connection, tx.company, name)
        if row.pause_reason == OTHER_MACHINE:
            claims.note_machine_in(tx, machine)
        accounts.set_account(tx, row.id, pause_reason="", **_FREE)
        return _saved(row.id)

    return desk.write(work)


def unblock(desk: Desk, name: str) -> Saved:
    """The connection works again: forget what blocked it. A pause stays. Raises UnknownAccount."""
    rights.require(desk, Right.QUEUE)
    return _change(desk, name, **_FREE)


def switch(desk: Desk, name: str, *, active: bool) -> Saved:
    """Switch the account off, or on again. Raises UnknownAccount."""
    rights.require(desk, Right.ACCOUNTS)

    def work(tx: Tx) -> Saved:
        row = _of_name(tx.connection, tx.company, name)
        accounts.set_account(tx, row.id, active=active)
        return _saved(row.id)

    return desk.write(work)


def serve_warehouse(desk: Desk, warehouse: str, name: str) -> Saved:
    """What lies in this warehouse is sold by this account from now on, once the other account offers it no more.

    Raises UnknownWarehouse, UnknownAccount.
    """
    rights.require(desk, Right.ACCOUNTS)
    code = warehouse.strip().upper()

    def work(tx: Tx) -> Saved:
        row = _of_name(tx.connection, tx.company, name)
        if not people.is_warehouse(tx.connection, tx.company, code):
            raise UnknownWarehouse(given=warehouse[:40])
        before = _serving(tx, code)
        accounts.set_warehouse(tx, code, row.id)
        if before != row.id:
            _move_stock(tx, code, before)
        return _saved(row.id)

    return desk.write(work)


def warehouses(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Each warehouse that anything was ever put into, with the name of the account that sells it; "" for none yet."""

    def work(connection: Connection) -> tuple[tuple[str, str], ...]:
        rows = accounts.sellers(connection, desk.company)
        names = {row.id: row.name for row in rows}
        first = rows[0].id if rows else ""
        given = accounts.warehouse_accounts(connection, desk.company)
        codes = people.warehouses(connection, desk.company)
        return tuple((code, names.get(given.get(code, first), "")) for code in codes)

    return desk.read(work)


def token_name(name: str = DEFAULT_ACCOUNT, company_code: str = DEFAULT_COMPANY) -> str:
    """The name of the secret that holds this account's token.

    Companies of one store share the machine's secrets: the token of any but `default` begins with its company's code,
    so that accounts of the same name never speak with one token.
    """
    secret = f"{SYSTEM}.token" if name == DEFAULT_ACCOUNT else f"{SYSTEM}.{name}.token"
    return secret if company_code == DEFAULT_COMPANY else f"{company_code}.{secret}"


def secret_of(desk: Desk, name: str = DEFAULT_ACCOUNT) -> str:
    """`token_name` of the account of this name at the desk's company."""
    return desk.read(lambda connection: secret_in(connection, desk.company, name))


def secret_in(connection: Connection, company_id: str, name: str) -> str:
    """`secret_of` as a part of a larger reading."""
    return token_name(name, people.company(connection, company_id).code)


def pause_words(reason: str) -> Text:
    """Why an account waits for a person, as a sentence."""
    if reason == OTHER_MACHINE:
        return msg("account.paused_other_machine")
    if reason == RESTORED:
        return msg("account.paused_restored")
    return msg("account.paused_by_hand")


_FREE: Mapping[str, Any] = {"blocked_until": None, "block_fault": "", "block_text": None, "failures": 0}


def _check_name(name: str) -> None:
    if not is_account_name(name):
        raise BadAccountName(given=name[:40])


def _key(argument: str) -> str:
    return next((key for key in ACCOUNT_SETTINGS if key.replace(".", "_") == argument), argument)


def _lacking(connection: Connection, company: str) -> list[str]:
    there = {row.name for row in accounts.sellers(connection, company)}
    return [
        name for name in account_settings.names_in(people.settings(connection, company)) if name not in there
    ]


def _serving(tx: Tx, warehouse: str) -> str:
    """The account that a warehouse serves: its own, or the company's first."""
    first = accounts.sellers(tx.connection, tx.company)[0].id
    return accounts.warehouse_accounts(tx.connection, tx.company).get(warehouse, first)


def _move_stock(tx: Tx, warehouse: str, before: str) -> None:
    """Units that change hands count for nobody until the old account's listings were read lower."""
    offering: dict[str, list[str]] = {}
    for unit_id, sku_id in accounts.ready_in(tx.connection, tx.company, warehouse):
        if sku_id not in offering:
            rows = listings.of_sku(tx.connection, sku_id, before)
            offering[sku_id] = [row.id for row in rows if row.manage_stock]
        listings.hold_back(tx, unit_id, offering[sku_id])
    want(tx, *(StockOf(sku_id, lower=True) for sku_id in sorted(offering)))


def _of_name(connection: Connection, company: str, name: str) -> AccountRow:
    """The account of this name at the marketplace."""
    return _one(accounts.sellers(connection, company), name)


def _synced(connection: Connection, company: str, name: str) -> AccountRow:
    """The account of this name, at whichever system: no two share a name."""
    return _one(accounts.of_company(connection, company), name)


def _one(rows: Sequence[AccountRow], name: str) -> AccountRow:
    found = next((row for row in rows if row.name == name), None)
    if found is None:
        raise UnknownAccount(account=name[:40], known=", ".join(row.name for row in rows) or "-")
    return found


def _view(connection: Connection, row: AccountRow) -> AccountView:
    try:
        found = account_settings.of(connection, row.company_id, row.name)
    except BadSetting as failure:
        return AccountView(row, None, failure.happened)
    if found.trouble is not None:
        return AccountView(row, found, found.trouble.happened)
    if row.pause_reason:
        return AccountView(row, found, pause_words(row.pause_reason))
    blocked = failure_of(row.block_text)
    return AccountView(row, found, blocked.happened if blocked else None)


def _change(desk: Desk, name: str, **values: Any) -> Saved:
    def work(tx: Tx) -> Saved:
        row = _synced(tx.connection, tx.company, name)
        accounts.set_account(tx, row.id, **values)
        return _saved(row.id)

    return desk.write(work)


def _saved(account_id: str) -> Saved:
    return Saved(account_id, frozenset({Change.SETTINGS}))
