"""How the text of a setting is read into its value. Each reader raises ValueError for a text that does not fit.

Which setting is read by which stands in `setting_table`; addresses are read by `setting_addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bmdesk.domain.markets import Environment, Region, known_market
from bmdesk.domain.proposals import Part
from bmdesk.services.odoo.units.units_there import ReceiveBy
from bmdesk.texts import Text, msg

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES = ("0", "5", "15", "60")
"""Between two readings; 0 is at once."""


def whole(low: int, high: int) -> tuple[Callable[[str], int], Text]:
    def read(text: str) -> int:
        if not text.strip().isascii() or not text.strip().isdigit() or not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return read, msg("setting.expected_whole", low=low, high=high)


def choice(*allowed: str) -> tuple[Callable[[str], str], Text]:
    def read(text: str) -> str:
        if text.strip() not in allowed:
            raise ValueError
        return text.strip()

    return read, msg("setting.expected_choice", choices=", ".join(allowed))


def flag(text: str) -> bool:
    if text.strip().lower() not in {"true", "false", "yes", "no", "1", "0", "on", "off"}:
        raise ValueError
    return text.strip().lower() in {"true", "yes", "1", "on"}


def short(text: str) -> str:
    if not text.strip() or len(text) > 200 or not text.isprintable():
        raise ValueError
    return text.strip()


def zone(text: str) -> str:
    try:
        ZoneInfo(text.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError from None
    return text.strip()


def currency(text: str) -> str:
    code = text.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise ValueError
    return code


def label_size(text: str) -> tuple[int, int]:
    width, cross, height = text.strip().lower().partition("x")
    if not cross or not (width.isdigit() and height.isdigit()):
        raise ValueError
    if not (20 <= int(width) <= 210 and 12 <= int(height) <= 297):
        raise ValueError
    return int(width), int(height)


def rate(text: str) -> Decimal:
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError from None
    if not value.is_finite() or not Decimal("0.000001") <= value <= Decimal(1_000_000):
        raise ValueError
    return value


def region(text: str) -> Region:
    return Region(text.strip().upper())


def environment(text: str) -> Environment:
    return Environment(text.strip().lower())


def receive_by(text: str) -> ReceiveBy:
    return ReceiveBy(text.strip())


def at_most_a_line(text: str) -> str:
    """One line of up to 200 characters, or nothing."""
    given = text.strip()
    if len(given) > 200 or (given and not given.isprintable()):
        raise ValueError
    return given


def number_or_none(text: str) -> int | None:
    """A number of a record at Odoo, or nothing."""
    given = text.strip()
    if not given:
        return None
    if not (given.isascii() and given.isdigit()) or not 1 <= int(given) <= 2_147_483_647:
        raise ValueError
    return int(given)


def markets(text: str) -> tuple[str, ...]:
    found = [known_market(one) for one in text.split(",") if one.strip()]
    if None in found:
        raise ValueError
    return tuple(dict.fromkeys(one.locale for one in found if one is not None))


def columns(text: str) -> tuple[str, ...]:
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


def name_in_header(text: str) -> str:
    """What can stand inside one HTTP header: printable ASCII; `;` ends the name there."""
    given = text.strip()
    if len(given) > 60 or not given.isascii() or (given and not given.isprintable()) or ";" in given:
        raise ValueError
    return given


def email(text: str) -> str:
    given = text.strip()
    if given and (
        len(given) > 120 or not re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+", given, re.ASCII)
    ):
        raise ValueError
    return given


def share(text: str) -> Decimal:
    value = rate(text)
    if not Decimal("0.05") <= value <= Decimal("0.95"):
        raise ValueError
    return value


def weekdays(text: str) -> frozenset[int]:
    """`mon,tue,wed,thu,fri`; at least one."""
    given = [one.strip().lower()[:3] for one in text.split(",") if one.strip()]
    if not given or not set(given) <= set(WEEKDAYS):
        raise ValueError
    return frozenset(WEEKDAYS.index(one) for one in given)


def days(text: str) -> frozenset[date]:
    """`2026-12-25, 2027-01-01`, or nothing."""
    given = [one.strip() for one in text.split(",") if one.strip()]
    if len(given) > 200:
        raise ValueError
    return frozenset(date.fromisoformat(one) for one in given)


def warehouse_order(text: str) -> Mapping[str, tuple[str, ...]]:
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


def percent(text: str) -> Decimal:
    value = Decimal(text.strip().replace(",", ".")) if re.fullmatch(r"\s*\d+([.,]\d+)?\s*", text) else None
    if value is None or not 0 <= value <= 100:
        raise ValueError
    return value


def per_hour(text: str) -> Decimal:
    value = (
        Decimal(text.strip().replace(",", ".")) if re.fullmatch(r"\s*\d+([.,]\d{1,3})?\s*", text) else None
    )
    if value is None or value > 1_000_000:
        raise ValueError
    return value


def minutes(text: str) -> int:
    if text.strip() not in MINUTES:
        raise ValueError
    return int(text)


def now_and_then(*minutes: str) -> tuple[Callable[[str], int], Text, tuple[str, ...]]:
    """One of these; 0 is never, unlike with what is read at once."""
    read, expected = choice(*minutes)
    return lambda text: int(read(text)), expected, minutes
