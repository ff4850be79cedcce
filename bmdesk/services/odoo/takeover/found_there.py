"""What was found at the company's Odoo when it is taken over: products, pieces of stock, sale orders. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from bmdesk.texts import Text


class Outcome(StrEnum):
    """What became of something that is no doubt."""

    NEW = "new"
    KNOWN = "known"
    ALONE = "alone"
    """No business of bmdesk's: it is not the marketplace's."""


Taken: TypeAlias = Outcome | Text
"""What became of one thing; a Text says why it was left out."""


@dataclass(frozen=True, slots=True)
class Met:
    """One thing that was looked at, by its number and name there. `beside`: it came with what was asked for, and is of
    this other kind; "" for what was asked for."""

    id: int
    name: str
    became: Taken
    beside: str = ""


@dataclass(frozen=True, slots=True)
class ProductFound:
    """A product there, tracked by serial number. `code`, `barcode`, `category`: "" for none. `namesakes`: how many
    products there have its code, itself among them. `attributes`: what makes the variant, by the attribute's name."""

    id: int
    name: str
    code: str
    barcode: str
    category: str
    namesakes: int = 1
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LotValues:
    """What a lot says of its device, as far as it says it; `grades` in the seller's words or Back Market's: the first
    that is one counts.

    `base`: the lot's fields as they stand there, to be remembered.
    """

    second_identifier: str = ""
    grades: tuple[str, ...] = ()
    battery: int | None = None
    inspected_on: date | None = None
    base: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PieceFound:
    """One serial in the company's stock there. `id` numbers the piece.

    `path`: the ids of the locations around it and its own, from the outermost. `quantity`: in all places of the house,
    `places` their names. `reserved`: for a transfer there. `not_ours`: it belongs to somebody else. `cost` is above 0,
    in `currency`.
    """

    id: int
    lot_id: int
    serial: str
    product_id: int
    product: str
    path: tuple[int, ...]
    place: str
    quantity: float = 1.0
    places: tuple[str, ...] = ()
    reserved: bool = False
    not_ours: bool = False
    cost: Decimal | None = None
    currency: str = ""
    said: LotValues = field(default_factory=LotValues)


@dataclass(frozen=True, slots=True)
class BuyerFound:
    """The contact that a sale order is for; any text may be ""."""

    id: int
    name: str
    email: str
    phone: str
    postcode: str


@dataclass(frozen=True, slots=True)
class DeliveredFound:
    """A serial that left with a sale order. `line_id` numbers the movement. `back`: it was given back since."""

    line_id: int
    lot_id: int
    serial: str
    product_id: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class SaleFound:
    """A sale order of the company. `state` in Odoo's words. `numbers`: those in its references that may be an order's
    at Back Market; `others`: by such a number, the names of further sale orders that bear it and are not cancelled.
    `says_so`: something in it speaks of Back Market. `total` with taxes, in `currency`. `on`: the day it was ordered.
    """

    id: int
    name: str
    state: str
    numbers: tuple[int, ...]
    others: Mapping[int, tuple[str, ...]]
    says_so: bool
    total: Decimal
    currency: str
    on: date
    buyer: BuyerFound | None = None
    delivered: tuple[DeliveredFound, ...] = ()
