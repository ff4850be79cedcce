"""Reading and changing a setting of the company. They live in the store, so that all stations agree."""

from __future__ import annotations

from datetime import datetime

from bmdesk.domain.effects import StockOf
from bmdesk.domain.markets import Region, markets_of
from bmdesk.domain.rights import Right
from bmdesk.services import rates, rights
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account, odoo_settings
from bmdesk.services.odoo.prices import pricelists_wanted
from bmdesk.services.selling import account_settings
from bmdesk.services.setting_addresses import shown_of
from bmdesk.services.setting_table import (
    ACCOUNT_SETTINGS,
    COMPANY_COLUMNS,
    DEFAULT_ACCOUNT,
    SETTINGS,
    BadSetting,
    Setting,
    UnknownSetting,
    account_key,
    account_setting,
    rate_currency,
    setting,
)
from bmdesk.services.wants import want
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, people, stock
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, msg

__all__ = [
    "SETTINGS",
    "BadSetting",
    "NoDefault",
    "Setting",
    "UnknownSetting",
    "get",
    "given_at",
    "names",
    "put",
    "put_in",
    "reset",
    "setting",
]


class NoDefault(Failure):
    """This setting has nothing to go back to. Params: `name`."""

    code = "setting.no_default"


def names(desk: Desk) -> list[str]:
    """Every setting that this company has: the fixed ones, those of its accounts, a rate for each currency it gave."""

    def work(connection: Connection) -> list[str]:
        known = {DEFAULT_ACCOUNT} | {row.name for row in accounts.sellers(connection, desk.company)}
        known |= set(account_settings.names_in(people.settings(connection, desk.company)))
        of_accounts = [account_setting(name, key) for name in sorted(known) for key in ACCOUNT_SETTINGS]
        given = [currency for currency, rate in rates.newest(connection, desk.company).items() if rate.at]
        return [*SETTINGS, *of_accounts, *(f"rate.{currency}" for currency in sorted(given))]

    return desk.read(work)


def get(desk: Desk, name: str) -> str:
    """The value as text: the stored one or the default; of a rate the newest. Raises UnknownSetting."""
    spec = setting(name)

    def work(connection: Connection) -> str:
        if name in COMPANY_COLUMNS:
            return str(getattr(people.company(connection, desk.company), COMPANY_COLUMNS[name]))
        if currency := rate_currency(name):
            found = rates.newest(connection, desk.company).get(currency)
            return f"{found.rate:f}" if found else spec.default
        return people.settings(connection, desk.company).get(_kept_as(name), spec.default)

    return desk.read(work)


def given_at(desk: Desk, name: str) -> datetime | None:
    """Since when the newest rate of this name holds; None for other settings and where no rate was given."""

    def work(connection: Connection) -> datetime | None:
        found = rates.newest(connection, desk.company).get(rate_currency(name))
        return found.at if found else None

    return desk.read(work)


def put(desk: Desk, name: str, value: str) -> None:
    """Set it, for all stations at once; a rate becomes one more dated row.

    Raises UnknownSetting, or BadSetting with what would fit.
    """
    rights.require(desk, right_for(name))
    desk.write(lambda tx: put_in(tx, name, value))


def right_for(name: str) -> Right:
    """What a person needs to change this setting."""
    of_account = account_key(name)
    if of_account is not None:
        return Right.ENVIRONMENT if of_account[1] in _WHERE else Right.ACCOUNTS
    if name.startswith("odoo."):
        return Right.ENVIRONMENT if name in _WHERE_ODOO else Right.ACCOUNTS
    if name.startswith("privacy."):
        return Right.PERSONAL_DATA  # a low number erases as much as a person would by hand
    return Right.PRICES if rate_currency(name) or name.startswith("price") else Right.SETTINGS


def put_in(tx: Tx, name: str, value: str) -> None:
    """`put` as a part of a larger change."""
    spec = setting(name)
    try:
        read = spec.read(value)
    except ValueError:
        raise BadSetting(name=name, given=shown_of(name, value), expected=spec.expected) from None
    if name in COMPANY_COLUMNS:
        people.set_company(tx, **{COMPANY_COLUMNS[name]: read})
    elif currency := rate_currency(name):
        _refuse_own(tx, name, currency, value)
        rates.add(tx, currency, read)
    elif of_account := account_key(name):
        _refuse_strays(tx, name, read, value)
        people.set_setting(tx, account_setting(*of_account), _written(read))
    else:
        if name.startswith(_BUFFER):
            _want_stock(tx, name, read)
        people.set_setting(tx, name, read if name == odoo_settings.ADDRESS else value.strip())
        if name == odoo_settings.ADDRESS:
            odoo_account.follow_address(tx, connected=bool(read))
        elif name == pricelists_wanted.PRICES:
            odoo_account.follow_prices(tx)
    people.raise_stamp(tx, judged=spec.judged)


def currencies_with_a_rate(desk: Desk) -> list[str]:
    """The currencies that somebody gave a rate for; each was meant for the company's currency of that day."""
    given = desk.read(lambda connection: rates.newest(connection, desk.company))
    return sorted(currency for currency, rate in given.items() if rate.at is not None)


def reset(desk: Desk, name: str) -> None:
    """Back to the default. Raises UnknownSetting, or NoDefault for the company's own facts and for rates."""
    spec = setting(name)
    if name in COMPANY_COLUMNS or rate_currency(name):
        raise NoDefault(name=name)
    put(desk, name, spec.default)


_BUFFER = "stock.buffer."
_WHERE = {"region", "environment", "url"}
_WHERE_ODOO = {"odoo.url", "odoo.database", "odoo.company", "odoo.proxy", "odoo.ca_file"}


def _want_stock(tx: Tx, name: str, pieces: int) -> None:
    """Another buffer is another quantity for every managed SKU of the grade, sold by units or by pieces."""
    before = int(people.settings(tx.connection, tx.company).get(name) or setting(name).default)
    if pieces != before:
        skus = stock.managed_of_grade(tx.connection, tx.company, name.removeprefix(_BUFFER))
        want(tx, *(StockOf(sku_id, lower=pieces > before) for sku_id in skus))


def _kept_as(name: str) -> str:
    of_account = account_key(name)
    return account_setting(*of_account) if of_account else name


def _written(value: object) -> str:
    """The one text of a value that was read: lower-case markets, no spaces."""
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _refuse_own(tx: Tx, name: str, currency: str, given: str) -> None:
    if currency == people.company(tx.connection, tx.company).currency:
        expected = msg("setting.expected_foreign", currency=currency)
        raise BadSetting(name=name, given=given[:60], expected=expected)


def _refuse_strays(tx: Tx, name: str, read: object, given: str) -> None:
    """Markets belong to the account's region. Changing the region later is allowed: the account then says it."""
    account, key = account_key(name) or ("", "")
    if key != "markets" or not isinstance(read, tuple):
        return
    region_name = account_setting(account, "region")
    stored = people.settings(tx.connection, tx.company).get(region_name)
    region = Region(stored or setting(region_name).default)
    fit = [known.locale for known in markets_of(region)]
    if not set(read) <= set(fit):
        expected = msg("setting.expected_markets_of", region=region.value, fit=", ".join(fit))
        raise BadSetting(name=name, given=given[:60], expected=expected)
