"""Whose price it is that a marketplace shows: ours, one that we know of, or somebody else's.

With the BackPricer the marketplace itself moves a price between the min_price and the price that the seller gave: that
is nobody else's doing. Without a price both sides ever had there is nothing that somebody could have changed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto


class Standing(Enum):
    """What a price that was read is."""

    THERE = auto()
    """What people want."""
    KNOWN = auto()
    """The last that both sides had, or one that was sent since: what is wanted may be written over it."""
    FOREIGN = auto()
    """Somebody else's: nothing is written over it until a person says whose counts."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What is known here of one price, in the minor unit of its currency. None: there is none."""

    wanted: int
    wanted_min: int | None
    base: int | None
    """The last price that both sides had."""
    sent: Collection[int]
    """Those sent since whose fate nobody read."""
    min_before: int | None
    """The min_price that the reading before this one showed."""
    told: bool = False
    """Whether it is known already that somebody else writes here; then only a price of ours itself ends that."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read. `same_currency`: in the currency in which a price is wanted."""

    price: int | None
    minimum: int | None
    same_currency: bool = True


def standing(ours: Ours, seen: Seen, *, backpricer: bool) -> Standing:
    """What the price that was read is. `backpricer`: the account lets the marketplace move its prices."""
    if is_there(ours.wanted, ours.wanted_min, seen, backpricer=backpricer):
        return Standing.THERE
    moved = backpricer and not ours.told and seen.same_currency and _moved_from(ours, seen)
    if moved and ours.wanted_min is None and ours.wanted == ours.base:
        return Standing.THERE  # nothing was said of a min_price: the one that stands there goes on
    if moved or ours.base is None or seen.price is None or seen.price in {ours.base, ours.wanted, *ours.sent}:
        return Standing.KNOWN
    return Standing.FOREIGN


def is_there(wanted: int, wanted_min: int | None, seen: Seen, *, backpricer: bool) -> bool:
    """Whether the marketplace has this price; with the BackPricer: this min_price, and a price between the two."""
    if seen.price is None or not seen.same_currency:
        return False
    if not backpricer or wanted_min is None:
        return seen.price == wanted
    return seen.minimum == wanted_min and wanted_min <= seen.price <= wanted


def counts_from(price: int | None, minimum: int | None, base: int | None, *, backpricer: bool) -> int | None:
    """The price from which the greatest change a day counts: the one that stands there, or ours where the BackPricer
    moved it. Counted from a moved one, the rules would follow it down day by day.
    """
    if (
        backpricer
        and price is not None
        and minimum is not None
        and base is not None
        and minimum <= price <= base
    ):
        return base
    return price


def _moved_from(ours: Ours, seen: Seen) -> bool:
    """Whether the marketplace may have moved a former price of ours to this one: its min_price stands as it stood."""
    least = ours.min_before
    if least is None or seen.minimum != least or ours.base is None or seen.price is None:
        return False
    return least <= seen.price <= max([ours.base, *ours.sent])
