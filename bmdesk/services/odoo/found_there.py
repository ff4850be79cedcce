"""What was found at the company's Odoo when it is taken over: products and pieces of stock. Values only."""

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


Taken: TypeAlias = Outcome | Text
"""What became of one thing; a Text says why it was left out."""


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
