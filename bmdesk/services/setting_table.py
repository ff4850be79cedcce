"""Every setting of a company: type, default, bounds, meaning. What belongs to one machine is in `system.machine`.

Reading and changing one is `services.settings`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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
    )
}
"""Every setting by name. `company.*` lives on the company's own row."""

COMPANY_COLUMNS = {"company.name": "name", "company.timezone": "timezone", "company.currency": "currency"}
_RATE = Setting("rate.*", "", _rate, msg("setting.expected_rate"))


def setting(name: str) -> Setting:
    """The setting with this name (`rate.GBP` and the like share one). Raises UnknownSetting."""
    if name.startswith("rate.") and len(name) == 8 and name[5:].isupper():
        return _RATE
    found = SETTINGS.get(name)
    if found is None:
        raise UnknownSetting(name=name[:80])
    return found


def all_values(connection: Connection, company: str) -> dict[str, Any]:
    """Every setting's value in this snapshot, read into its type."""
    stored = people.settings(connection, company)
    return {
        name: s.read(stored.get(name) or s.default)
        for name, s in SETTINGS.items()
        if name not in COMPANY_COLUMNS
    }
