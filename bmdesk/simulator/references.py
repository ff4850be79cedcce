"""What the words of whoever stands behind the curtain mean: a listing, an order, a line, a market, a price, a time.

Everything here raises ValueError with words that say what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from bmdesk.simulator.markets import currency_of, money
from bmdesk.simulator.records import Line, Listing, Order
from bmdesk.simulator.world import World


def listing_of(world: World, reference: object) -> Listing:
    """By uuid, number, SKU, or a dictionary with one of them."""
    if isinstance(reference, Mapping):
        reference = reference.get("id") or reference.get("sku")
    found = world.find_listing(reference)
    if found is None:
        raise ValueError(f"no listing {reference!r}")
    return found


def order_of(world: World, number: object) -> Order:
    found = world.orders.get(int(str(number)))
    if found is None:
        raise ValueError(f"no order {number}")
    return found


def lines_of(world: World, order: object = None, line: object = None) -> list[tuple[Order, Line]]:
    """One line by its number, or all lines of an order."""
    if line is not None:
        found = world.find_line(int(str(line)))
        if found is None:
            raise ValueError(f"no order line {line}")
        return [found]
    one = order_of(world, order)
    return [(one, each) for each in one.lines]


def market_of(world: World, market: str | None) -> str:
    """The market itself where it is of this platform; the primary one for None."""
    if market is None:
        return world.primary
    if market not in world.markets:
        raise ValueError(f"no market {market!r} on this platform; there are {', '.join(world.markets)}")
    return market


def price_of(value: object) -> Decimal:
    price = Decimal(str(value))
    if not price.is_finite() or price < 0:
        raise ValueError(f"{value} is no price")
    return price


def written(price: Decimal | None, market: str) -> str | None:
    """A price as answers of the control show it."""
    return None if price is None else money(price, currency_of(market))


def instant_of(at: str | datetime | None) -> datetime | None:
    """A time without zone is UTC."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    return when.replace(tzinfo=UTC) if when is not None and when.tzinfo is None else when
