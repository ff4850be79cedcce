"""Customers who come by themselves: so many a minute of the simulated clock, and what they buy is decided by the seed.

They take what is online, sometimes two of it or something else with it; some pay later or never; some come by BackShip;
some change their minds. Nobody waits for them: they have come when the next caller looks.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from bmdesk.simulator.records import Line, Listing, Order

if TYPE_CHECKING:
    from bmdesk.simulator.world import World

_ONLINE = 2
_GLANCES = 40
_PAYMENTS = (
    "CARD",
    "CARD",
    "CARD",
    "PAYPAL",
    "PAYPAL",
    "APPLE_PAY",
    "APPLE_PAY",
    "GOOGLE_PAY",
    "KLARNA_SLICE_IT",
)
_DELAYS = (24, 48, 48, 72)
_MINUTE, _HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True, order=True)
class _Later:
    """What becomes of an order at this time: "pays", "fails" or "regrets"."""

    at: float
    order: int
    what: str


class Buyers:
    """`per_minute` 0: nobody comes. `trouble` and `backship` are shares of the orders, 0 to 1."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"buyers of {seed}")
        self._rate = 0.0
        self._next: float | None = None
        self._later: list[_Later] = []
        self.trouble = 0.0
        self.backship = 0.0

    def come_at(self, per_minute: float, now: float) -> None:
        """From now on so many a minute, on average."""
        self._rate = per_minute
        self._next = self._after(now) if per_minute > 0 else None

    def come(self, world: World, now: float) -> None:
        """Everybody who was due by now has bought, paid, failed to pay, or regretted."""
        due = sorted(one for one in self._later if one.at <= now)
        self._later = [one for one in self._later if one.at > now]
        for one in due:
            self._follow(world, one)
        if self._next is None or self._next > now:
            return
        at = self._next
        while at <= now and self._buy(world, at) is not None:
            at = self._after(at)
        self._next = at if at > now else self._after(now)

    def buy(self, world: World, count: int) -> list[int]:
        """So many come at once; the numbers of their orders, fewer when nothing is online any more."""
        bought: list[int] = []
        while len(bought) < count and (order := self._buy(world, world.clock.seconds())) is not None:
            bought.append(order.order_id)
        return bought

    def _after(self, at: float) -> float:
        return at + self._random.expovariate(self._rate / _MINUTE)

    def _buy(self, world: World, at: float) -> Order | None:
        """One customer's order; None when nothing is online anywhere."""
        chance = self._random
        goods = list(world.listings.values())
        listing = self._finds(world, goods)
        if listing is None:
            return None
        market = chance.choice(_markets(world, listing))
        items = [(listing, 2 if chance.random() < 1 / 12 and listing.quantity > 1 else 1)]
        if chance.random() < 1 / 10:
            other = chance.choice(goods)
            if other is not listing and market in _markets(world, other):
                items.append((other, 1))
        unpaid = chance.random() < 1 / 12
        order = world.place_order(
            items,
            market=market,
            state=chance.choice((0, 10)) if unpaid else 1,
            at=datetime.fromtimestamp(at, UTC),
            delay=chance.choice(_DELAYS),
            payment=chance.choice(_PAYMENTS),
            backship=chance.random() < self.backship,
        )
        if unpaid:
            what = "fails" if chance.random() < 1 / 5 else "pays"
            self._later.append(_Later(at + chance.uniform(5, 45) * _MINUTE, order.order_id, what))
        if chance.random() < self.trouble:
            self._later.append(_Later(at + chance.uniform(0.2, 96) * _HOUR, order.order_id, "regrets"))
        return order

    def _finds(self, world: World, goods: list[Listing]) -> Listing | None:
        """Something that is online: a few glances first, and only then the whole shop."""
        for _ in range(_GLANCES if goods else 0):
            if _markets(world, one := self._random.choice(goods)):
                return one
        online = [one for one in goods if _markets(world, one)]
        return self._random.choice(online) if online else None

    def _follow(self, world: World, one: _Later) -> None:
        order = world.orders.get(one.order)
        if order is None:
            return
        if one.what == "regrets":
            for line in order.lines:
                self._regret(world, order, line)
        elif order.state in {0, 10}:
            world.set_order_state(order, 8 if one.what == "fails" else 1)

    def _regret(self, world: World, order: Order, line: Line) -> None:
        """Cancelled or refunded before it leaves; afterwards a third get a part of their money and keep it."""
        if line.state == 3 and self._random.random() < 1 / 3:
            world.take_back(order, line, max(Decimal(1), (line.price / 10).quantize(Decimal(1))), by="Client")
        elif line.state in {1, 2, 3}:
            line.canceled_by = "Client" if line.state < 3 else ""
            line.return_reason = 1
            world.take_back(order, line, by="Client")


def _markets(world: World, listing: Listing) -> list[str]:
    """Where it is online, and there is something left of it."""
    if listing.quantity <= 0:
        return []
    return [market for market in world.markets if listing.publication_state(market) == _ONLINE]
