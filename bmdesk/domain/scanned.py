"""What a scan can be: the kinds, and what each carries.

Frozen values. Refuses to know how a text becomes one of them: `domain.scan` decides that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from bmdesk.domain.commands import Command
from bmdesk.domain.identifiers import Ean, Imei, Serial
from bmdesk.texts import Text


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
class ImeiScan:
    text: str
    imei: Imei
    kind: Literal[Kind.IMEI] = field(default=Kind.IMEI, init=False)


@dataclass(frozen=True, slots=True)
class SerialScan:
    text: str
    serial: Serial
    kind: Literal[Kind.SERIAL] = field(default=Kind.SERIAL, init=False)


@dataclass(frozen=True, slots=True)
class EanScan:
    text: str
    ean: Ean
    kind: Literal[Kind.EAN] = field(default=Kind.EAN, init=False)


@dataclass(frozen=True, slots=True)
class SkuScan:
    """`text` is the SKU as scanned; compare it by `identifiers.sku_key`."""

    text: str
    kind: Literal[Kind.SKU] = field(default=Kind.SKU, init=False)


@dataclass(frozen=True, slots=True)
class OrderScan:
    """`order` is Back Market's order number."""

    text: str
    order: str
    kind: Literal[Kind.ORDER] = field(default=Kind.ORDER, init=False)


@dataclass(frozen=True, slots=True)
class BinScan:
    text: str
    warehouse: str
    bin: str
    kind: Literal[Kind.BIN] = field(default=Kind.BIN, init=False)


@dataclass(frozen=True, slots=True)
class TrackingScan:
    """`number` without blanks, upper case; `carrier` its brand name where the shape gives it away."""

    text: str
    number: str
    carrier: str | None
    kind: Literal[Kind.TRACKING] = field(default=Kind.TRACKING, init=False)


@dataclass(frozen=True, slots=True)
class BadgeScan:
    """`BMD:OP:<code>`: an operator's badge; the code is upper case."""

    text: str
    code: str
    kind: Literal[Kind.BADGE] = field(default=Kind.BADGE, init=False)


@dataclass(frozen=True, slots=True)
class CommandScan:
    text: str
    command: Command
    kind: Literal[Kind.COMMAND] = field(default=Kind.COMMAND, init=False)


@dataclass(frozen=True, slots=True)
class AmbiguousScan:
    """Several `kinds` are possible, likeliest first: ask, then route again with the answer as `known`."""

    text: str
    kinds: tuple[Kind, ...]
    kind: Literal[Kind.AMBIGUOUS] = field(default=Kind.AMBIGUOUS, init=False)


@dataclass(frozen=True, slots=True)
class UnreadableScan:
    """`reason` says what is wrong and what to do."""

    text: str
    reason: Text
    kind: Literal[Kind.UNREADABLE] = field(default=Kind.UNREADABLE, init=False)


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
