"""Reads fields as live servers send them: numbers for strings, nulls, unknown keys, missing keys.

Whatever deviates from the contract is read as well as it can be and noted as a `Drift`; nothing here raises, and no
value of a field ever gets into a note. What cannot be done without (identities) is the caller's to check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from bmdesk.texts import Text

LARGEST = 2**63 - 1
SMALL = 2**31 - 1
"""The most that a 32-bit column holds: counts and states."""

_HIGHEST_AMOUNT = Decimal(10) ** 12
_MOST_DIGITS = 30


@dataclass(frozen=True, slots=True, order=True)
class Drift:
    """One way in which an answer is not the contract: `listing.price`, expected `text`, found `number`."""

    path: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record without its identity. `remote_id` is what of it could be read, `index` its place on the page."""

    remote_id: str
    index: int
    reason: Text
    raw: object = field(repr=False, compare=False, hash=False)


@dataclass(slots=True)
class Reader:
    """The fields of one record. Every method answers None (or its empty value) where nothing usable stands."""

    raw: Mapping[str, object]
    path: str
    drift: set[Drift]
    _known: set[str] = field(default_factory=set)

    def text(self, key: str, limit: int, *, nullable: bool = False, optional: bool = False) -> str:
        """Without control characters but line breaks, cut at `limit`; "" for nothing."""
        value = self._get(key, "text", nullable, optional)
        if isinstance(value, str):
            return clean(value, limit)
        if value is None:
            return ""
        if isinstance(value, bool | list | dict):
            self.odd(key, "text", _kind(value))
            return ""
        if isinstance(value, int | Decimal):
            self.odd(key, "text", "number")
        return clean(str(value), limit)

    def whole(
        self,
        key: str,
        *,
        nullable: bool = False,
        optional: bool = False,
        least: int | None = None,
        most: int = LARGEST,
    ) -> int | None:
        """An integer of 64 bits; `"12"` and 12.0 are read too. One beyond `most` is taken for `most`."""
        value = self._get(key, "number", nullable, optional)
        if value is None:
            return None
        number: int | Decimal | None = value if type(value) is int else _decimal(value)
        if isinstance(value, str):
            self.odd(key, "number", "text")
        if number is None or number != int(number) or not -LARGEST <= number <= LARGEST:
            self.odd(key, "whole number", _kind(value))
            return None
        if least is not None and number < least:
            self.odd(key, f"at least {least}", "less")
            return None
        if not -most <= number <= most:
            self.odd(key, f"at most {most}", "more")
        return max(-most, min(int(number), most))

    def amount(
        self, key: str, *, nullable: bool = False, optional: bool = False, zero: bool = False
    ) -> Decimal | None:
        """An amount of money, never negative. Zero means "no price" and is None, unless `zero` says that it is one."""
        value = self._get(key, "amount as text", nullable, optional)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        number = _decimal(value)
        if not isinstance(value, str):
            self.odd(key, "amount as text", _kind(value))
        if number is None or not 0 <= number <= _HIGHEST_AMOUNT:
            self.odd(key, "amount", "something else")
            return None
        return number if number or zero else None

    def money(self, key: str, *, nullable: bool = False) -> tuple[Decimal | None, str]:
        """`{"amount": "420.00", "currency": "EUR"}`; a bare amount is read too."""
        value = self.raw.get(key)
        if not isinstance(value, dict):
            return self.amount(key, nullable=nullable), ""
        self._known.add(key)
        inner = Reader(value, f"{self.path}.{key}", self.drift)
        found = inner.amount("amount"), inner.currency()
        inner.finish()
        return found

    def currency(self) -> str:
        """The ISO code under `currency`. Cut after it was made large: some letters then become two."""
        return self.text("currency", 3).upper()[:3]

    def locale(self, key: str) -> str:
        """`fr_FR` and `fr-fr` alike as `fr-fr`, known or not."""
        return self.text(key, 10).lower().replace("_", "-")[:10]

    def flag(self, key: str, *, optional: bool = True) -> bool:
        """True or false; `"true"` and 1 are read too."""
        value = self._get(key, "true or false", False, optional)
        if isinstance(value, bool) or value is None:
            return bool(value)
        self.odd(key, "true or false", _kind(value))
        return isinstance(value, str | int) and str(value).strip().lower() in {"true", "1", "yes"}

    def moment(self, key: str, *, nullable: bool = False, optional: bool = False) -> datetime | None:
        """Aware UTC. `Z`, `+01:00` and fractions are read; a date without a zone is taken as UTC."""
        value = self._get(key, "date", nullable, optional)
        if value is None or value == "":
            return None
        found = moment_of(value)
        if found is None:
            self.odd(key, "date", _kind(value))
        return found

    def records(self, key: str, *, optional: bool = False) -> Iterator[Mapping[str, object]]:
        """The objects of a list; what is no object is noted and left out."""
        value = self._get(key, "list", False, optional)
        if not isinstance(value, list):
            if value is not None:
                self.odd(key, "list", _kind(value))
            return
        for entry in value:
            if isinstance(entry, dict):
                yield entry
            else:
                self.odd(key, "list of objects", _kind(entry))

    def ignore(self, *keys: str) -> None:
        """Keys that are known and not read here."""
        self._known.update(keys)

    def odd(self, key: str, expected: str, found: str) -> None:
        """Notes a deviation that the caller has seen."""
        self.drift.add(Drift(f"{self.path}.{key}", expected, found))

    def finish(self) -> None:
        """Notes the keys that nobody knows. Their names come from outside and are bounded, as is their number."""
        for key in sorted(self.raw.keys() - self._known)[:50]:
            self.odd(clean(key, 60), "nothing", "unknown key")

    def _get(self, key: str, expected: str, nullable: bool, optional: bool) -> object:
        self._known.add(key)
        if key not in self.raw:
            if not optional:
                self.odd(key, expected, "missing")
            return None
        value = self.raw[key]
        if value is None and not nullable:
            self.odd(key, expected, "null")
        return value


def clean(text: str, limit: int) -> str:
    """Text from outside: line breaks stay, other control characters go, not longer than `limit`."""
    kept = text[: limit * 2]
    if not kept.isprintable():
        kept = "".join(sign for sign in kept if sign == "\n" or sign.isprintable())
    return kept.strip()[:limit]


def moment_of(value: object) -> datetime | None:
    """A date as the API writes it, in UTC; without a zone it is taken as UTC. None for anything else."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return _sane(Decimal(value))
    text = value.strip() if isinstance(value, str) else ""
    # Decimal itself also reads "1_0", "Infinity" and foreign digits.
    if not text or len(text) > 30 or not set(text) <= set("0123456789.-+"):
        return None
    try:
        return _sane(Decimal(text))
    except InvalidOperation:
        return None


def _sane(number: Decimal) -> Decimal | None:
    """Four signs can say a number of a billion digits; whoever calculated with it would never end."""
    return number if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS else None


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | Decimal():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case dict():
            return "object"
        case _:
            return "something else"
