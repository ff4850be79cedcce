"""Column types that keep what SQLite would lose: aware times, canonical JSON, byte-ordered keys."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

MOST_KEPT = 64 * 1024
"""Signs of JSON text that are kept of one record from outside."""

_DEEPEST = 30
_LARGEST = 2**63 - 1


def to_micros(value: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    return (value - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """The aware UTC time of these microseconds."""
    return _EPOCH + timedelta(microseconds=value)


class Utc(TypeDecorator[datetime]):
    """An aware time as integer UTC microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class Json(TypeDecorator[Any]):
    """Canonical JSON text: sorted keys, no spaces, so that equal values are equal texts."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class DecimalText(TypeDecorator[Decimal]):
    """A decimal as text: SQLAlchemy's Numeric is a REAL on SQLite (3 x 0.10 sums to 0.30000000000000004)."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def canonical(value: Any) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def bounded(value: Any) -> Any:
    """Any JSON from outside as every database can keep it: nothing that a text cannot hold, not deep, not long.

    Numbers with a fraction become text. A longer record keeps its beginning, as `{"cut": ...}`.
    """
    plain = _plain(value, 0)
    text = canonical(plain)
    return plain if len(text) <= MOST_KEPT else {"cut": text[: MOST_KEPT // 2]}


def _plain(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= _LARGEST):
        return value
    if not isinstance(value, list | dict):
        # PostgreSQL takes no NUL; half of a surrogate pair is no text anywhere.
        return str(value).replace("\0", "\ufffd").encode(errors="replace").decode()
    if depth >= _DEEPEST:
        return "..."
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    return {_plain(str(name), depth): _plain(one, depth + 1) for name, one in value.items()}


def key(length: int) -> String:
    """A text column compared byte by byte on every database, so that keyset paging and prefix search agree."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


ULID = key(26)
