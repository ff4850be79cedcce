"""Every setting of a company: type, default, bounds, meaning. What belongs to one machine is in `system.machine`.

Reading and changing one is `services.settings`; those of a seller account, read together, `account_settings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bmdesk.domain.effects import Direction
from bmdesk.domain.markets import Environment, Region, known_market
from bmdesk.domain.orders import Handling
from bmdesk.domain.proposals import Part
from bmdesk.domain.warranty import LEAST_MONTHS, MOST_MONTHS, Begins
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


def _whole(low: int, high: int) -> tuple[Callable[[str], int], Text]:
    def read(text: str) -> int:
        if not text.strip().isascii() or not text.strip().isdigit() or not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return read, msg("setting.expected_whole", low=low, high=high)


def _choice(*allowed: str) -> tuple[Callable[[str], str], Text]:
    def read(text: str) -> str:
        if text.strip() not in allowed:
            raise ValueError
        return text.strip()

    return read, msg("setting.expected_choice", choices=", ".join(allowed))


def _flag(text: str) -> bool:
    if text.strip().lower() not in {"true", "false", "yes", "no", "1", "0", "on", "off"}:
        raise ValueError
    return text.strip().lower() in {"true", "yes", "1", "on"}


def _short(text: str) -> str:
    if not text.strip() or len(text) > 200 or not text.isprintable():
        raise ValueError
    return text.strip()


def _zone(text: str) -> str:
    try:
        ZoneInfo(text.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError from None
    return text.strip()


def _currency(text: str) -> str:
    code = text.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise ValueError
    return code


def _label_size(text: str) -> tuple[int, int]:
    width, cross, height = text.strip().lower().partition("x")
    if not cross or not (width.isdigit() and height.isdigit()):
        raise ValueError
    if not (20 <= int(width) <= 210 and 12 <= int(height) <= 297):
        raise ValueError
    return int(width), int(height)


def _rate(text: str) -> Decimal:
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError from None
    if not value.is_finite() or not Decimal("0.000001") <= value <= Decimal(1_000_000):
        raise ValueError
    return value


def _region(text: str) -> Region:
    return Region(text.strip().upper())


def _environment(text: str) -> Environment:
    return Environment(text.strip().lower())


def _receive_by(text: str) -> ReceiveBy:
    return ReceiveBy(text.strip())


def _at_most_a_line(text: str) -> str:
    """One line of up to 200 characters, or nothing."""
    given = text.strip()
    if len(given) > 200 or (given and not given.isprintable()):
        raise ValueError
    return given


def _number_or_none(text: str) -> int | None:
    """A number of a record at Odoo, or nothing."""
    given = text.strip()
    if not given:
        return None
    if not (given.isascii() and given.isdigit()) or not 1 <= int(given) <= 2_147_483_647:
        raise ValueError
    return int(given)


def _markets(text: str) -> tuple[str, ...]:
    found = [known_market(one) for one in text.split(",") if one.strip()]
    if None in found:
        raise ValueError
    return tuple(dict.fromkeys(one.locale for one in found if one is not None))


def _columns(text: str) -> tuple[str, ...]:
    """`title=product_title, weight=weight_g`: parts of a proposal with the names that their columns have."""
    found: dict[str, str] = {}
    for pair in text.split(","):
        part, equals, name = (one.strip() for one in pair.partition("="))
        if not part and not equals:
            continue
        if part not in set(Part) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_ \-]{0,59}", name):
            raise ValueError
        found[part] = name
    if len(set(found.values())) < len(found):
        raise ValueError
    return tuple(f"{part}={name}" for part, name in found.items())


def _name_in_header(text: str) -> str:
    """What can stand inside one HTTP header: printable ASCII; `;` ends the name there."""
    given = text.strip()
    if len(given) > 60 or not given.isascii() or (given and not given.isprintable()) or ";" in given:
        raise ValueError
    return given


def _email(text: str) -> str:
    given = text.strip()
    if given and (
        len(given) > 120 or not re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+", given, re.ASCII)
    ):
        raise ValueError
    return given


def _share(text: str) -> Decimal:
    value = _rate(text)
    if not Decimal("0.05") <= value <= Decimal("0.95"):
        raise ValueError
    return value


def _weekdays(text: str) -> frozenset[int]:
    """`mon,tue,wed,thu,fri`; at least one."""
    given = [one.strip().lower()[:3] for one in text.split(",") if one.strip()]
    if not given or not set(given) <= set(WEEKDAYS):
        raise ValueError
    return frozenset(WEEKDAYS.index(one) for one in given)


def _days(text: str) -> frozenset[date]:
    """`2026-12-25, 2027-01-01`, or nothing."""
    given = [one.strip() for one in text.split(",") if one.strip()]
    if len(given) > 200:
        raise ValueError
    return frozenset(date.fromisoformat(one) for one in given)


def _warehouse_order(text: str) -> Mapping[str, tuple[str, ...]]:
    """`MAIN, BERLIN; de-de: BERLIN, MAIN`: for all markets (key empty), and for single ones. Raises ValueError."""
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        name, colon, places = part.rpartition(":")
        market = known_market(name) if colon else None
        if colon and market is None:
            raise ValueError
        listed = tuple(one.strip().upper() for one in places.split(",") if one.strip())
        if any(not re.fullmatch(r"[A-Z0-9][A-Z0-9_.\-]{0,39}", one) for one in listed):
            raise ValueError
        if listed:
            found[market.locale if market else ""] = listed
    return found


def _percent(text: str) -> Decimal:
    value = Decimal(text.strip().replace(",", ".")) if re.fullmatch(r"\s*\d+([.,]\d+)?\s*", text) else None
    if value is None or not 0 <= value <= 100:
        raise ValueError
    return value


def _per_hour(text: str) -> Decimal:
    value = (
        Decimal(text.strip().replace(",", ".")) if re.fullmatch(r"\s*\d+([.,]\d{1,3})?\s*", text) else None
    )
    if value is None or value > 1_000_000:
        raise ValueError
    return value


def _minutes(text: str) -> int:
    if text.strip() not in _MINUTES:
        raise ValueError
    return int(text)


def _now_and_then(*minutes: str) -> tuple[Callable[[str], int], Text, tuple[str, ...]]:
    """One of these; 0 is never, unlike with what is read at once."""
    read, expected = _choice(*minutes)
    return lambda text: int(read(text)), expected, minutes


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BEGINS = tuple(one.value for one in Begins)
_RECEIVE_BY = tuple(one.value for one in ReceiveBy)
_DIRECTIONS = tuple(one.value for one in Direction)
_OUT_OR_OFF = (Direction.OUT.value, Direction.OFF.value)
_MINUTES = ("0", "5", "15", "60")
_INTERVAL = msg("setting.expected_minutes")
NEVER = "0"
BOX_MINUTES = (NEVER, "15", "60", "240", "1440")
CATEGORY_MINUTES = (NEVER, "1440", "10080")
FLAG = msg("setting.expected_flag")
SETTINGS: dict[str, Setting] = {
    s.name: s
    for s in (
        Setting("company.name", "", _short, msg("setting.expected_text")),
        Setting("company.timezone", "", _zone, msg("setting.expected_zone"), judged=True),
        Setting("company.currency", "", _currency, msg("setting.expected_currency")),
        Setting("setup.done", "false", _flag, FLAG, ("true", "false")),
        Setting("bench.repeat_ms", "600", *_whole(0, 5000)),
        Setting("bench.target_per_hour", "15", *_whole(1, 500)),
        Setting("bench.lock_minutes", "15", *_whole(0, 480)),
        Setting("bench.lock_method", "SETTINGS_SEEN", _short, msg("setting.expected_text")),
        Setting("bench.battery_method", "SETTINGS_SEEN", _short, msg("setting.expected_text")),
        Setting(
            "receiving.vat_scheme", "margin", *_choice("margin", "regular"), choices=("margin", "regular")
        ),
        Setting("receiving.warehouse", "MAIN", _short, msg("setting.expected_text")),
        Setting("receiving.bin", "-", _short, msg("setting.expected_text")),
        Setting("battery.retest_above", "0", *_whole(0, 1_000_000)),
        Setting("label.size", "62x29", _label_size, msg("setting.expected_label")),
        Setting("stock.buffer.PREMIUM", "0", *_whole(0, 1000)),
        Setting("stock.buffer.EXCELLENT", "0", *_whole(0, 1000)),
        Setting("stock.buffer.GOOD", "0", *_whole(0, 1000)),
        Setting("stock.buffer.FAIR", "0", *_whole(0, 1000)),
        Setting("orders.better_grade", "0", *_whole(0, 3)),
        Setting("orders.warehouses", "", _warehouse_order, msg("setting.expected_warehouses")),
        Setting("orders.fee_percent", "10", _percent, msg("setting.expected_percent")),
        # Per hour, in the company's currency. 0: what is worked on a unit costs nothing.
        Setting("prices.labour_hour", "0", _per_hour, msg("setting.expected_per_hour")),
        Setting("calendar.weekdays", "mon,tue,wed,thu,fri", _weekdays, msg("setting.expected_weekdays")),
        Setting("calendar.holidays", "", _days, msg("setting.expected_days")),
        Setting("pack.boot_days", "30", *_whole(0, 365)),
        Setting("pack.swaps", "true", _flag, FLAG, ("true", "false")),
        Setting("warranty.begins", "sale", *_choice(*_BEGINS), choices=_BEGINS),
        Setting("warranty.months", "12", *_whole(LEAST_MONTHS, MOST_MONTHS)),
        # No address: this company works without Odoo.
        Setting("odoo.url", "", odoo_address, msg("setting.expected_odoo_address")),
        Setting("odoo.database", "", _at_most_a_line, msg("setting.expected_line")),
        Setting("odoo.user", "", _at_most_a_line, msg("setting.expected_line")),
        Setting("odoo.company", "", _number_or_none, msg("setting.expected_number_or_none")),
        Setting("odoo.proxy", "", proxy, msg("setting.expected_proxy")),
        Setting("odoo.ca_file", "", _at_most_a_line, msg("setting.expected_line")),
        Setting("odoo.seconds", "180", *_whole(10, 3600)),
        Setting(
            "odoo.receive_by",
            ReceiveBy.PICKING.value,
            _receive_by,
            _choice(*_RECEIVE_BY)[1],
            choices=_RECEIVE_BY,
        ),
        # Off: most sellers invoice somewhere already, and a sale that is invoiced twice owes its VAT twice.
        Setting("odoo.invoices", "false", _flag, FLAG, ("true", "false")),
        Setting("odoo.units.direction", "both", *_choice(*_DIRECTIONS), choices=_DIRECTIONS),
        Setting("odoo.units.every", "5", _minutes, _INTERVAL, _MINUTES),
        Setting("odoo.orders.direction", "both", *_choice(*_DIRECTIONS), choices=_DIRECTIONS),
        Setting("odoo.orders.every", "5", _minutes, _INTERVAL, _MINUTES),
        # Off: pricelists are for sellers who sell beside the marketplace, too.
        Setting("odoo.prices.direction", "off", *_choice(*_OUT_OR_OFF), choices=_OUT_OR_OFF),
        # 0: for ever. Erasing cannot be taken back, so a person says after how long.
        Setting("privacy.keep_months", "0", *_whole(0, 240)),
    )
}
"""Every setting by name. `company.*` lives on the company's own row."""

_HANDLINGS = tuple(one.value for one in Handling)
_REGIONS = tuple(region.value for region in Region)
_ENVIRONMENTS = tuple(environment.value for environment in Environment)

ACCOUNT_SETTINGS: dict[str, Setting] = {
    s.name.removeprefix("backmarket."): s
    for s in (
        Setting("backmarket.region", "EU", _region, _choice(*_REGIONS)[1], _REGIONS),
        Setting(
            "backmarket.environment", "production", _environment, _choice(*_ENVIRONMENTS)[1], _ENVIRONMENTS
        ),
        Setting("backmarket.url", "", address, msg("setting.expected_address")),
        Setting("backmarket.markets", "", _markets, msg("setting.expected_markets")),
        Setting("backmarket.company", "", _name_in_header, msg("setting.expected_header")),
        Setting("backmarket.contact", "", _email, msg("setting.expected_email")),
        Setting("backmarket.rate", "0.75", _share, msg("setting.expected_limit_share")),
        Setting("backmarket.orders", "read", *_choice(*_HANDLINGS), choices=_HANDLINGS),
        Setting("backmarket.import_orders", "true", _flag, FLAG, ("true", "false")),
        Setting("backmarket.every.orders", "5", _minutes, _INTERVAL, _MINUTES),
        Setting("backmarket.every.listings", "60", _minutes, _INTERVAL, _MINUTES),
        Setting("backmarket.every.prices", "15", _minutes, _INTERVAL, _MINUTES),
        Setting("backmarket.every.backbox", "60", *_now_and_then(*BOX_MINUTES)),
        Setting("backmarket.every.categories", "1440", *_now_and_then(*CATEGORY_MINUTES)),
        Setting("backmarket.hold_minutes", "15", *_whole(0, 1440)),
        Setting("backmarket.low_stock", "2", *_whole(0, 1000)),
        Setting("backmarket.gather_seconds", "5", *_whole(0, 60)),
        # As the contract's product model calls them, where a seller's own template does not say otherwise.
        Setting("backmarket.proposal_columns", "", _columns, msg("setting.expected_columns")),
        # Off: Back Market takes a min_price only where the seller's configuration has the BackPricer.
        Setting("backmarket.backpricer", "false", _flag, FLAG, ("true", "false")),
    )
}
"""What every account has, by KEY: `backmarket.KEY` is account `default`, `backmarket.<account>.KEY` any account."""

DEFAULT_ACCOUNT = "default"
_ACCOUNT_NAME = re.compile(r"(?=.{1,31}\Z)[a-z][a-z0-9]*(-[a-z0-9]+){0,7}")
_KEPT_NAMES = {name.partition(".")[0] for name in ACCOUNT_SETTINGS} | {"token", "odoo"}

COMPANY_COLUMNS = {"company.name": "name", "company.timezone": "timezone", "company.currency": "currency"}
_RATE = Setting("rate.*", "", _rate, msg("setting.expected_rate"))


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
