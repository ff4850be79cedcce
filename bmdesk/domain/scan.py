"""What was scanned: one text in, one kind out, and a sentence where it is nothing.

Pure rules: callers bring what the screen waits for and under which kinds the store knows this very text. Refuses to know
who scanned, which unit is in hand, and what a scan does (services.bench). It never guesses: what shape and check digit
cannot decide is Ambiguous, and a person is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bmdesk.domain.cards import Command
from bmdesk.domain.identifiers import Ean, Imei, Serial
from bmdesk.texts import Text

LONGEST = 512


class Kind(StrEnum):
    """What a scan can be."""

    IMEI = "imei"
    SERIAL = "serial"
    EAN = "ean"
    SKU = "sku"
    ORDER = "order"
    BIN = "bin"
    TRACKING = "tracking"
    BADGE = "badge"
    COMMAND = "command"
    AMBIGUOUS = "ambiguous"
    UNREADABLE = "unreadable"


class Expected(StrEnum):
    """What the screen is waiting for: it settles what the shape cannot."""

    ANY = "any"
    DEVICE = "device"
    TRACKING = "tracking"
    BIN = "bin"
    ORDER = "order"
    SKU = "sku"


@dataclass(frozen=True, slots=True)
class Badge:
    """`BMD:OP:<code>`: an operator's badge; the code is upper case."""

    code: str


@dataclass(frozen=True, slots=True)
class ImeiScan:
    text: str
    imei: Imei
    kind: Kind = field(default=Kind.IMEI, init=False)


@dataclass(frozen=True, slots=True)
class SerialScan:
    text: str
    serial: Serial
    kind: Kind = field(default=Kind.SERIAL, init=False)


@dataclass(frozen=True, slots=True)
class EanScan:
    text: str
    ean: Ean
    kind: Kind = field(default=Kind.EAN, init=False)


@dataclass(frozen=True, slots=True)
class SkuScan:
    """`text` is the SKU as scanned; compare it by `identifiers.sku_key`."""

    text: str
    kind: Kind = field(default=Kind.SKU, init=False)


@dataclass(frozen=True, slots=True)
class OrderScan:
    """`order` is Back Market's order number."""

    text: str
    order: str
    kind: Kind = field(default=Kind.ORDER, init=False)


@dataclass(frozen=True, slots=True)
class BinScan:
    text: str
    warehouse: str
    bin: str
    kind: Kind = field(default=Kind.BIN, init=False)


@dataclass(frozen=True, slots=True)
class TrackingScan:
    """`number` without blanks, upper case; `carrier` its brand name where the shape gives it away."""

    text: str
    number: str
    carrier: str | None
    kind: Kind = field(default=Kind.TRACKING, init=False)


@dataclass(frozen=True, slots=True)
class BadgeScan:
    text: str
    code: str
    kind: Kind = field(default=Kind.BADGE, init=False)


@dataclass(frozen=True, slots=True)
class CommandScan:
    text: str
    command: Command
    kind: Kind = field(default=Kind.COMMAND, init=False)


@dataclass(frozen=True, slots=True)
class AmbiguousScan:
    """Shape and check digit allow several `kinds` (likeliest first): ask, or route again with the answer as `known`."""

    text: str
    kinds: tuple[Kind, ...]
    kind: Kind = field(default=Kind.AMBIGUOUS, init=False)


@dataclass(frozen=True, slots=True)
class UnreadableScan:
    """`reason` says what is wrong and what to do."""

    text: str
    reason: Text
    kind: Kind = field(default=Kind.UNREADABLE, init=False)


Scan = (
    ImeiScan
    | SerialScan
    | EanScan
    | SkuScan
    | OrderScan
    | BinScan
    | TrackingScan
    | BadgeScan
    | CommandScan
    | AmbiguousScan
    | UnreadableScan
)


def route(text: str, expected: Expected = Expected.ANY, known: frozenset[Kind] = frozenset()) -> Scan:
    """What this text is. Never raises."""
    raise NotImplementedError


def clean(text: str) -> str:
    """The text without what scanners and clipboards add."""
    raise NotImplementedError


def lookup_keys(text: str) -> tuple[str, ...]:
    """The forms under which the store may hold this text."""
    raise NotImplementedError


def same_scan_again(previous_text: str, previous_at: datetime, text: str, at: datetime, window: timedelta) -> bool:
    """Whether this is the same scan twice within a moment."""
    raise NotImplementedError
