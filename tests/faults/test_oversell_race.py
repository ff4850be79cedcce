"""Orders placed between what we read and what we write, by the thousand: the price of an absolute quantity is paid in
conflicts that people see, never in a promise that nobody can keep.

A quantity that we write wipes out what a buyer took from it in that moment, so for a moment one too many is shown. Who
buys that one is told so here: his line has no unit, is not accepted, and is a conflict.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from bmdesk.domain.orders import Remote
from bmdesk.services import settings
from bmdesk.simulator import happenings
from tests.faults import order_truth as truth
from tests.faults.share import share
from tests.markets import FIRST, SECOND, Shop

pytestmark = pytest.mark.sqlite_only

OTHER = "GS22-128-GRN"
THIRD, FOURTH = f"{OTHER}-EXCELLENT", f"{OTHER}-GOOD"
SKUS = (FIRST, SECOND, THIRD, FOURTH)
PLACES = (
    "POST /ws/listings/*",
    "POST /ws/listings/*",
    "GET /ws/listings/*",
    "GET /ws/orders",
    "POST /ws/orders/*",
)


def stocked(shop: Shop, each: int = 2) -> None:
    """Four listings with so many units each; orders are accepted by themselves."""
    for model in ("IP13-128-BLK", OTHER):
        made = shop.ready(2 * each, model)
        for unit in made[:each]:
            shop.regrade(unit)
    for sku in SKUS:
        shop.offer(sku)
    settings.put(shop.desk, "backmarket.orders", "automatic")
    shop.settle()
    assert [shop.remote(sku) for sku in SKUS] == [each] * 4


class Rush:
    """Buyers who come while bmdesk is at work."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.any = shop, random.Random(seed)
        self.races = 0
        self.said: set[str] = set()
        """Conflicts that said that no unit is left."""

    @property
    def orders(self) -> list[int]:
        return list(self.shop.market.world.orders)

    @property
    def open(self) -> list[int]:
        """Orders that are to be fulfilled still."""
        there = self.shop.market.order_state
        return [n for n in self.orders if there(n)["state"] in (1, 3)]

    def runs(self, races: int, width: int) -> None:
        while self.races < races:
            self._take_back()
            self._come_in_between()
            known = self.orders
            self.shop.advance(minutes=self.any.choice((1, 6, 20)))
            self.shop.sync(width=width)
            self.shop.market.world.races.clear()
            self.races += len(self.orders) - len(known)
            if self.any.random() < 0.8:
                self._sell_out()
            self.check(known)
        self.calm(width)

    def calm(self, width: int) -> None:
        """Nobody buys any more: what is shown is what is there."""
        for _ in range(5):
            self.shop.advance(minutes=20)
            self.shop.sync(width=width)
            if not self.shop.open():
                break
        assert self.shop.open() == []
        books = self.check(self.orders)
        for sku in SKUS:
            assert self.shop.remote(sku) == truth.on_the_shelf(books, sku), sku
        truth.assert_sound(books, *SKUS)

    def check(self, known: list[int]) -> truth.Books:
        """Each order that was placed before the run has a unit of its own and is accepted, or is a conflict."""
        books = truth.read(self.shop)
        truth.assert_consistent(books)
        self.said |= {one.id for one in books.conflicts if one.code == "no_unit"}
        accepted: Counter[str] = Counter()
        for number in self.open:
            for line in self.shop.market.order_state(number)["lines"]:
                accepted[line["sku"]] += line["state"] == Remote.ACCEPTED
                if number not in known:
                    continue
                row = books.lines[line["id"]]
                held = len(books.allocated[row.id])
                if line["state"] == Remote.ACCEPTED:
                    assert held == 1, f"order {number} is accepted, and nothing lies there for it"
                if line["state"] == Remote.PAID and not held:
                    assert books.conflict_codes(row) == {"no_unit"}, (
                        f"order {number}: nobody says that none is left"
                    )
        assert all(count <= 2 for count in accepted.values()), f"more accepted than there is: {accepted}"
        return books

    def _come_in_between(self) -> None:
        """Each of the next calls of one kind or two is overtaken by a buyer."""
        for where in self.any.sample(PLACES, self.any.randint(1, 3)):
            with self.shop.market.world.lock:
                times, skip = self.any.choice((2, 4, 8)), self.any.choice((0, 0, 0, 1, 2))
                own = where.startswith("POST /ws/listings")  # of the very listing that we write
                then = None if own else self._buy
                happenings.race(self.shop.market.world, where=where, times=times, skip=skip, then=then)

    def _buy(self) -> None:
        shown = [sku for sku in SKUS if self.shop.remote(sku)]
        if shown:
            self.shop.market.order(self.any.choice(shown))

    def _sell_out(self) -> None:
        """Somebody takes all that is shown, also what is shown too many."""
        for sku in SKUS:
            for _ in range(self.shop.remote(sku)):
                self.shop.market.order(sku)

    def _take_back(self) -> None:
        """Most customers want it no more, so that there is something to sell again."""
        for number in self.open:
            for line in self.shop.market.order_state(number)["lines"]:
                if line["state"] in (Remote.PAID, Remote.ACCEPTED) and self.any.random() < 0.35:
                    self.shop.market.control(cancel={"line": line["id"]})


def test_some_buyers_are_faster_than_our_writes_and_nobody_is_promised_what_is_not_there(
    shop: Shop,
) -> None:
    stocked(shop)
    Rush(shop, 1).runs(3, width=4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", share(range(10)))
def test_thousands_of_buyers_are_faster_than_our_writes(shop: Shop, seed: int) -> None:
    stocked(shop)
    rush = Rush(shop, seed)
    rush.runs(220, width=1 + 3 * (seed % 2))
    print(
        f"\noversell: {rush.races} races, {len(rush.orders)} orders, {len(rush.said)} lacked a unit and were said to"
    )
