"""Effects: things that must reach a remote system. Their states, lanes, and when a failed one is tried again.

An effect holds what must be right, never the value: whoever sends it reads the truth at that moment, so a thousand
scans of one SKU become one write. Knows no remote system and no store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from bmdesk.texts import Text, msg


class EffectState(StrEnum):
    """Where an effect stands. Stored as its value."""

    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    """Claimed, in a committed transaction, before anything was sent."""
    UNCERTAIN = "uncertain"
    """Sent, and the answer is unknown: it may have happened."""
    DONE = "done"
    PARKED = "parked"
    """A person must look: it was refused, or somebody else changed the same thing."""
    CANCELLED = "cancelled"


OPEN = frozenset({EffectState.PENDING, EffectState.IN_FLIGHT, EffectState.UNCERTAIN})


UNFINISHED = OPEN | {EffectState.PARKED}

KEPT = timedelta(days=90)
"""How long what ended is remembered. What is unfinished stays for as long as it is."""


class Fault(StrEnum):
    """Why an effect is not done, or an account rests: the class of a failure, never its words. Stored as its value."""

    OFFLINE = "offline"
    TRANSIENT = "transient"
    RATE_LIMITED = "rate_limited"
    AUTH = "auth"
    """The remote does not let us in: the account rests until somebody mends that."""
    REJECTED = "rejected"
    """Refused for what it says: a person must look."""
    AMBIGUOUS = "ambiguous"
    """It may have happened."""
    GONE = "gone"
    """It is not there any more."""
    DRIFT = "drift"
    """An answer that is not what the contract says."""
    DIVERGED = "diverged"
    """Somebody else changed the same thing: a person says whose counts."""
    BY_HAND = "by_hand"
    """A person said: not now."""


class Kind(StrEnum):
    """What an effect makes right."""

    STOCK = "stock"
    PRICE = "price"
    CONTENT = "content"
    """What a listing says in one market: comment, warranty, ways to ship."""
    CREATE = "create"
    ACCEPT = "accept"
    """The lines of an order that are accepted here are accepted there."""
    SHIP = "ship"
    """A packed order is shipped there: identifiers first, then the parcel."""
    CANCEL = "cancel"
    """What a person asked of one line: cancelled, or all its money given back."""
    REFUND = "refund"
    """What a person asked of one line that only the refund call can say: a part of its money, or one of two lines of a
    SKU. Cannot be looked up afterwards."""
    INVOICE = "invoice"
    """The invoice of an order lies there."""
    UNIT = "unit"
    """A device stands at Odoo as it is here: its lot with grade and place, what was seen of it, its pictures."""
    SALE = "sale"
    """An order stands at Odoo as it is here: what was sold to whom, with which devices, and that it left."""
    PRICELIST = "pricelist"
    """The prices of one market and grade stand at Odoo as a pricelist."""


class Direction(StrEnum):
    """Which way a kind of data goes between here and a remote system. Stored as its value."""

    OUT = "out"
    IN = "in"
    BOTH = "both"
    OFF = "off"

    @property
    def reads(self) -> bool:
        return self in (Direction.IN, Direction.BOTH)

    @property
    def sends(self) -> bool:
        return self in (Direction.OUT, Direction.BOTH)


class Replay(StrEnum):
    """How an effect may be repeated after an answer was lost."""

    ABSOLUTE = "absolute"
    """The present value is sent again and read back."""
    PROBE_FIRST = "probe_first"
    """The remote is asked first whether it happened."""
    MANUAL = "manual"
    """Cannot be read back: a person decides."""


REPLAY = {
    Kind.STOCK: Replay.ABSOLUTE,
    Kind.PRICE: Replay.ABSOLUTE,
    Kind.CONTENT: Replay.ABSOLUTE,
    Kind.CREATE: Replay.PROBE_FIRST,
    Kind.ACCEPT: Replay.PROBE_FIRST,
    Kind.SHIP: Replay.PROBE_FIRST,
    Kind.CANCEL: Replay.PROBE_FIRST,
    Kind.REFUND: Replay.MANUAL,
    Kind.INVOICE: Replay.ABSOLUTE,
    Kind.UNIT: Replay.ABSOLUTE,
    Kind.SALE: Replay.ABSOLUTE,
    Kind.PRICELIST: Replay.ABSOLUTE,
}


@dataclass(frozen=True, slots=True)
class StockOf:
    """The quantity of this SKU must be right wherever it is listed. `lower`: something left the stock."""

    sku_id: str
    lower: bool = False


@dataclass(frozen=True, slots=True)
class PriceOf:
    """The confirmed price (and with its first write comment and warranty) of this listing in this market."""

    listing_id: str
    market: str


@dataclass(frozen=True, slots=True)
class ContentOf:
    """The confirmed comment, warranty and ways to ship of this listing in this market."""

    listing_id: str
    market: str


@dataclass(frozen=True, slots=True)
class StepOf:
    """A step of this order. `kind`: ACCEPT, SHIP or INVOICE (of the whole order), CANCEL or REFUND (`step_id`: what a
    person asked of one line).
    """

    order_id: str
    kind: Kind
    step_id: str = ""


@dataclass(frozen=True, slots=True)
class UnitOf:
    """This device must stand at Odoo as it is here."""

    unit_id: str


@dataclass(frozen=True, slots=True)
class SaleOf:
    """This order must stand at Odoo as it is here."""

    order_id: str


@dataclass(frozen=True, slots=True)
class PricelistOf:
    """The confirmed prices of an account in one market, for goods of one grade, with a new battery or without."""

    account_id: str
    market: str
    grade: str
    new_battery: bool = False

    @property
    def key(self) -> str:
        """As an effect bears it."""
        return "/".join((self.account_id, self.market, self.grade, *(["NB"] if self.new_battery else [])))

    @classmethod
    def of(cls, key: str) -> PricelistOf:
        """What `key` made. Raises ValueError for anything else."""
        account_id, market, grade, *rest = key.split("/")
        if rest not in ([], ["NB"]):
            raise ValueError(key)
        return cls(account_id, market, grade, bool(rest))


Want: TypeAlias = StockOf | PriceOf | ContentOf | StepOf | UnitOf | SaleOf | PricelistOf


def stock_lane(listing_id: str) -> str:
    """The lane of a listing's quantity: nothing else can block a zero."""
    return f"listing:{listing_id}/stock"


def price_lane(listing_id: str, market: str) -> str:
    """The lane of a listing's price in one market."""
    return f"listing:{listing_id}/price/{market}"


def content_lane(listing_id: str, market: str) -> str:
    """The lane of what a listing says in one market: a text that is refused blocks no price."""
    return f"listing:{listing_id}/content/{market}"


def create_lane(sku_id: str) -> str:
    """The lane of making the listing of a SKU."""
    return f"sku:{sku_id}/create"


def order_lane(order_id: str) -> str:
    """The lane of an order: its steps go one after the other."""
    return f"order:{order_id}"


def invoice_lane(order_id: str) -> str:
    """The lane of an order's invoice: a file that is refused blocks no step."""
    return f"order:{order_id}/invoice"


def unit_lane(unit_id: str) -> str:
    """The lane of a device at Odoo."""
    return f"unit:{unit_id}"


def sale_lane(order_id: str) -> str:
    """The lane of an order at Odoo: it waits for no step at the marketplace, and none waits for it."""
    return f"sale:{order_id}"


def pricelist_lane(key: str) -> str:
    """The lane of a pricelist at Odoo."""
    return f"pricelist:{key}"


SURELY_ENDED = timedelta(seconds=90)
"""So long after it began no call goes on at the remote: whoever looks earlier may be overtaken by it."""

STEPS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
"""How long to wait after the first, second ... failure in a row; after the last step every six hours."""


def backoff(failures: int, jitter: float) -> timedelta:
    """How long to wait after this many failures in a row (at least 1). `jitter` in 0..1 spreads it by up to a fifth."""
    step = STEPS[min(max(failures, 1), len(STEPS)) - 1]
    return step * (0.9 + 0.2 * jitter)


def state_text(state: EffectState) -> Text:
    """The state in words."""
    return msg(f"effect.state.{state.value}")


def kind_text(kind: Kind) -> Text:
    """What it makes right, in words."""
    return msg(f"effect.kind.{kind.value}")
