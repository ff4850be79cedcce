"""What must be at Odoo for the confirmed prices of a market and grade, and what became of it. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from bmdesk.domain.effects import PricelistOf
from bmdesk.texts import Failure, Text


@dataclass(frozen=True, slots=True)
class LineThere:
    """The price of one variant: what a buyer pays at the marketplace, tax included. `product`: its id there."""

    variant_id: str
    product: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class PricelistThere:
    """One pricelist as it must be there: in `currency`, with these lines and no other for these products. Without a
    line it stands there no more. `name`: as it is called when it is made; a person may call it otherwise.
    """

    of: PricelistOf
    name: str
    currency: str
    lines: tuple[LineThere, ...]


@dataclass(frozen=True, slots=True)
class PricelistKnown:
    """What is remembered: its id there, and the prices by variant, in minor units, that both had last."""

    list_id: int
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PricelistRight:
    """It is so there. `list_id`: 0 where there is none and none is to be. `changed`: lines written or taken away."""

    list_id: int
    changed: int
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class PricelistDoubt:
    """A person must look. `list_id`: 0 where it is not known."""

    failure: Failure
    list_id: int = 0


PricelistResult: TypeAlias = PricelistRight | PricelistDoubt
