"""Every setting of a company: type, default, bounds, meaning. What belongs to one machine is in `system.machine`.

How a text is read into its value is `setting_readers`. Reading and changing one is `services.settings`; those of a
seller account, read together, `account_settings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bmdesk.domain.effects import Direction
from bmdesk.domain.markets import Environment, Region
from bmdesk.domain.orders import Handling
from bmdesk.domain.warranty import LEAST_MONTHS, MOST_MONTHS, Begins
from bmdesk.services import setting_readers as readers
from bmdesk.services.odoo.units.units_there import ReceiveBy
from bmdesk.services.setting_addresses import address, odoo_address, proxy
from bmdesk.store.engine import Connection
from bmdesk.store.queries import people
from bmdesk.texts import Failure, Text, msg


class UnknownSetting(Failure):
    """No setting has this name. Params: `name`."""

    code = "setting.unknown"


class BadSetting(Failure):
    """The value does not fit. Params: `name`, `given`, `expected` (a Text)."""

    code = "setting.bad"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `read` turns its stored text into the value or raises ValueError; `meaning` is for the screen."""

    name: str
    default: str
    read: Callable[[str], Any]
    expected: Text
    choices: tuple[str, ...] = ()
    judged: bool = False
    """Whether the gate's answer hangs on it: a change judges all units anew."""

    @property
    def meaning(self) -> Text:
        return msg(f"setting.{self.name}")


_BEGINS = tuple(one.value for one in Begins)
_RECEIVE_BY = tuple(one.value for one in ReceiveBy)
_DIRECTIONS = tuple(one.value for one in Direction)
_OUT_OR_OFF = (Direction.OUT.value, Direction.OFF.value)
_INTERVAL = msg("setting.expected_minutes")
NEVER = "0"
BOX_MINUTES = (NEVER, "15", "60", "240", "1440")
CATEGORY_MINUTES = (NEVER, "1440", "10080")
FLAG = msg("setting.expected_flag")
SETTINGS: dict[str, Setting] = {
    s.name: s
    for s in (
        Setting("company.name", "", readers.short, msg("setting.expected_text")),
        Setting("company.timezone", "", readers.zone, msg("setting.expected_zone"), judged=True),
        Setting("company.currency", "", readers.currency, msg("setting.expected_currency")),
        Setting("setup.done", "false", readers.flag, FLAG, ("true", "false")),
        Setting("bench.repeat_ms", "600", *readers.whole(0, 5000)),
        Setting("bench.target_per_hour", "15", *readers.whole(1, 500)),
        Setting("bench.lock_minutes", "15", *readers.whole(0, 480)),
        Setting("bench.lock_method", "SETTINGS_SEEN", readers.short, msg("setting.expected_text")),
        Setting("bench.battery_method", "SETTINGS_SEEN", readers.short, msg("setting.expected_text")),
        Setting(
            "receiving.vat_scheme",
            "margin",
            *readers.choice("margin", "regular"),
            choices=("margin", "regular"),
        ),
        Setting("receiving.warehouse", "MAIN", readers.short, msg("setting.expected_text")),
        Setting("receiving.bin", "-", readers.short, msg("setting.expected_text")),
        Setting("battery.retest_above", "0", *readers.whole(0, 1_000_000)),
        Setting("label.size", "62x29", readers.label_size, msg("setting.expected_label")),
        Setting("stock.buffer.PREMIUM", "0", *readers.whole(0, 1000)),
        Setting("stock.buffer.EXCELLENT", "0", *readers.whole(0, 1000)),
        Setting("stock.buffer.GOOD", "0", *readers.whole(0, 1000)),
        Setting("stock.buffer.FAIR", "0", *readers.whole(0, 1000)),
        Setting("orders.better_grade", "0", *readers.whole(0, 3)),
        Setting("orders.warehouses", "", readers.warehouse_order, msg("setting.expected_warehouses")),
        Setting("orders.fee_percent", "10", readers.percent, msg("setting.expected_percent")),
        # Per hour, in the company's currency. 0: what is worked on a unit costs nothing.
        Setting("prices.labour_hour", "0", readers.per_hour, msg("setting.expected_per_hour")),
        Setting(
            "calendar.weekdays", "mon,tue,wed,thu,fri", readers.weekdays, msg("setting.expected_weekdays")
        ),
        Setting("calendar.holidays", "", readers.days, msg("setting.expected_days")),
        Setting("pack.boot_days", "30", *readers.whole(0, 365)),
        Setting("pack.swaps", "true", readers.flag, FLAG, ("true", "false")),
        Setting("warranty.begins", "sale", *readers.choice(*_BEGINS), choices=_BEGINS),
        Setting("warranty.months", "12", *readers.whole(LEAST_MONTHS, MOST_MONTHS)),
        # No address: this company works without Odoo.
        Setting("odoo.url", "", odoo_address, msg("setting.expected_odoo_address")),
        Setting("odoo.database", "", readers.at_most_a_line, msg("setting.expected_line")),
        Setting("odoo.user", "", readers.at_most_a_line, msg("setting.expected_line")),
        Setting("odoo.company", "", readers.number_or_none, msg("setting.expected_number_or_none")),
        Setting("odoo.proxy", "", proxy, msg("setting.expected_proxy")),
        Setting("odoo.ca_file", "", readers.at_most_a_line, msg("setting.expected_line")),
        Setting("odoo.seconds", "180", *readers.whole(10, 3600)),
        Setting(
            "odoo.receive_by",
            ReceiveBy.PICKING.value,
            readers.receive_by,
            readers.choice(*_RECEIVE_BY)[1],
            choices=_RECEIVE_BY,
        ),
        # Off: most sellers invoice somewhere already, and a sale that is invoiced twice owes its VAT twice.
        Setting("odoo.invoices", "false", readers.flag, FLAG, ("true", "false")),
        Setting("odoo.units.direction", "both", *readers.choice(*_DIRECTIONS), choices=_DIRECTIONS),
        Setting("odoo.units.every", "5", readers.minutes, _INTERVAL, readers.MINUTES),
        Setting("odoo.orders.direction", "both", *readers.choice(*_DIRECTIONS), choices=_DIRECTIONS),
        Setting("odoo.orders.every", "5", readers.minutes, _INTERVAL, readers.MINUTES),
        # Off: pricelists are for sellers who sell beside the marketplace, too.
        Setting("odoo.prices.direction", "off", *readers.choice(*_OUT_OR_OFF), choices=_OUT_OR_OFF),
        # 0: for ever. Erasing cannot be taken back, so a person says after how long.
        Setting("privacy.keep_months", "0", *readers.whole(0, 240)),
    )
}
"""Every setting by name. `company.*` lives on the company's own row."""

_HANDLINGS = tuple(one.value for one in Handling)
_REGIONS = tuple(region.value for region in Region)
_ENVIRONMENTS = tuple(environment.value for environment in Environment)

ACCOUNT_SETTINGS: dict[str, Setting] = {
    s.name.removeprefix("backmarket."): s
    for s in (
        Setting("backmarket.region", "EU", readers.region, readers.choice(*_REGIONS)[1], _REGIONS),
        Setting(
            "backmarket.environment",
            "production",
            readers.environment,
            readers.choice(*_ENVIRONMENTS)[1],
            _ENVIRONMENTS,
        ),
        Setting("backmarket.url", "", address, msg("setting.expected_address")),
        Setting("backmarket.markets", "", readers.markets, msg("setting.expected_markets")),
        Setting("backmarket.company", "", readers.name_in_header, msg("setting.expected_header")),
        Setting("backmarket.contact", "", readers.email, msg("setting.expected_email")),
        Setting("backmarket.rate", "0.75", readers.share, msg("setting.expected_limit_share")),
        Setting("backmarket.orders", "read", *readers.choice(*_HANDLINGS), choices=_HANDLINGS),
        Setting("backmarket.import_orders", "true", readers.flag, FLAG, ("true", "false")),
        Setting("backmarket.every.orders", "5", readers.minutes, _INTERVAL, readers.MINUTES),
        Setting("backmarket.every.listings", "60", readers.minutes, _INTERVAL, readers.MINUTES),
        Setting("backmarket.every.prices", "15", readers.minutes, _INTERVAL, readers.MINUTES),
        Setting("backmarket.every.backbox", "60", *readers.now_and_then(*BOX_MINUTES)),
        Setting("backmarket.every.categories", "1440", *readers.now_and_then(*CATEGORY_MINUTES)),
        Setting("backmarket.hold_minutes", "15", *readers.whole(0, 1440)),
        Setting("backmarket.low_stock", "2", *readers.whole(0, 1000)),
        Setting("backmarket.gather_seconds", "5", *readers.whole(0, 60)),
        # As the contract's product model calls them, where a seller's own template does not say otherwise.
        Setting("backmarket.proposal_columns", "", readers.columns, msg("setting.expected_columns")),
        # Off: Back Market takes a min_price only where the seller's configuration has the BackPricer.
        Setting("backmarket.backpricer", "false", readers.flag, FLAG, ("true", "false")),
    )
}
"""What every account has, by KEY: `backmarket.KEY` is account `default`, `backmarket.<account>.KEY` any account."""

DEFAULT_ACCOUNT = "default"
_ACCOUNT_NAME = re.compile(r"(?=.{1,31}\Z)[a-z][a-z0-9]*(-[a-z0-9]+){0,7}")
_KEPT_NAMES = {name.partition(".")[0] for name in ACCOUNT_SETTINGS} | {"token", "odoo"}

COMPANY_COLUMNS = {"company.name": "name", "company.timezone": "timezone", "company.currency": "currency"}
_RATE = Setting("rate.*", "", readers.rate, msg("setting.expected_rate"))


def setting(name: str) -> Setting:
    """The setting with this name (`rate.GBP` and the like share one; so do accounts). Raises UnknownSetting."""
    if rate_currency(name):
        return _RATE
    of_account = account_key(name)
    found = SETTINGS.get(name) if of_account is None else ACCOUNT_SETTINGS[of_account[1]]
    if found is None:
        raise UnknownSetting(name=name[:80])
    return found


def rate_currency(name: str) -> str:
    """`GBP` of `rate.GBP`; empty for the name of any other setting."""
    currency = name.removeprefix("rate.")
    return currency if currency != name and re.fullmatch(r"[A-Z]{3}", currency) else ""


def account_key(name: str) -> tuple[str, str] | None:
    """Account and KEY of `backmarket.[account.]KEY`; None for the name of any other setting."""
    rest = name.removeprefix("backmarket.")
    if rest == name:
        return None
    if rest in ACCOUNT_SETTINGS:
        return DEFAULT_ACCOUNT, rest
    account, _, key = rest.partition(".")
    return (account, key) if is_account_name(account) and key in ACCOUNT_SETTINGS else None


def account_setting(account: str, key: str) -> str:
    """The name under which this KEY of this account is kept."""
    return f"backmarket.{key}" if account == DEFAULT_ACCOUNT else f"backmarket.{account}.{key}"


def is_account_name(name: str) -> bool:
    """Whether an account may be called so. A hyphen stands between letters or digits; KEYs are no names, nor is that of
    the company's Odoo.
    """
    return _ACCOUNT_NAME.fullmatch(name) is not None and name not in _KEPT_NAMES


def all_values(connection: Connection, company: str) -> dict[str, Any]:
    """Every setting's value in this snapshot, read into its type."""
    stored = people.settings(connection, company)
    return {
        name: s.read(stored.get(name) or s.default)
        for name, s in SETTINGS.items()
        if name not in COMPANY_COLUMNS
    }
