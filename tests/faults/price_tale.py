"""A day of prices, told with a process that may die at any moment, and what must be true in the end.

Six listings get new prices, which go in one CSV; while its task runs one of them gets another price. Whoever got no
answer does it again, but no row is ever sent twice by itself.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bmdesk.connectors.backmarket import export_price_csv
from bmdesk.connectors.http import Timeouts
from bmdesk.simulator import Simulator
from tests.bulk import reprice, stocked
from tests.faults.lives import Beginning, Crash, Death, Life, beginning
from tests.markets import HASTY, PATIENT, Shop
from tests.wholeness import assert_whole

ROWS = 6
FIRST, SECOND = 49_000, 47_000
SURELY_NOT = ("401", "403", "bot", "429")
"""Faults that say surely that nothing was done: only after these may a CSV be sent again."""


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a day with a CSV is short."""
    monkeypatch.setattr(export_price_csv, "MANY", ROWS - 1)


def morning(folder: Path, market: Simulator) -> Beginning:
    """Six listings, managed and right."""

    def prepare(shop: Shop) -> None:
        shop.units = {text: listing for text, (_, listing) in stocked(shop, ROWS).items()}

    return beginning(folder, market, prepare)


class PriceDay(Life):
    """One telling of the day. `lost_at`: before this step the marketplace forgets its tasks."""

    def __init__(
        self,
        begins: Beginning,
        folder: Path,
        market: Simulator,
        width: int = 1,
        timeouts: Timeouts = PATIENT,
        lost_at: int | None = None,
    ) -> None:
        super().__init__(begins, folder, market, width, timeouts)
        for sku in begins.units:  # the same ones again: what the marketplace makes follows from its seed
            market.add_listing(sku, quantity=5, prices={"fr-fr": 500}, comment="As new", warranty_delay=12)
        market.task_seconds = 60
        self.made = {sku: ("", listing) for sku, listing in begins.units.items()}
        self.other = sorted(self.made)[2]
        self.lost_at = lost_at
        self.sent_by_persons: list[str] = []

    def tell(self, death: Death | None = None) -> None:
        """The whole day; where the process dies, the next one begins the step again."""
        steps = (self.first_prices, self.tick, self.another, self.tick, self.wait, self.tick, self.tick)
        for number, step in enumerate(steps):
            if number == self.lost_at:
                self.market.control(lose_tasks=True)
            while True:
                if death is None:
                    step()
                    break
                try:
                    with death.waits_for(self.shop.desk):
                        step()
                    break
                except Crash:
                    death.dead = False
                    self.die()
        self.finish()

    def listing_of(self, sku: str) -> str:
        return self.made[sku][1]

    # ---------------------------------------------------------------- the steps

    def first_prices(self) -> None:
        reprice(self.shop, self.made, dict.fromkeys(self.made, FIRST))

    def tick(self) -> None:
        self.shop.advance(seconds=20)
        self.shop.sync(width=self.width)

    def another(self) -> None:
        reprice(self.shop, self.made, {self.other: SECOND})

    def wait(self) -> None:
        self.shop.advance(minutes=2)

    # ---------------------------------------------------------------- the end

    def finish(self) -> None:
        """Run after run until nothing waits; a person sends again what nobody can know."""
        self.market.clear()
        for _ in range(60):
            self.shop.tick()
            parked = self.shop.effects("parked")
            if not self.shop.open() and not parked:
                return
            for effect in parked:
                assert self.shop.problem(effect) == "price.never_came.title", self.shop.problem(effect)
                self.shop.retry(effect)
                self.sent_by_persons.append(effect.listing_id or "")
            self.shop.advance(minutes=5)

    def assert_right(self) -> None:
        """The marketplace shows what is wanted, and nothing was sent twice."""
        shop = self.shop
        assert [shop.problem(one) for one in shop.effects("parked")] == []
        assert shop.open() == []
        for sku, (_, listing) in self.made.items():
            wanted = SECOND if sku == self.other else FIRST
            assert shop.price(sku) == f"{wanted / 100:.2f}", sku
            cell = shop.cell(sku, "fr-fr")
            assert (cell.base_minor, cell.sent, cell.foreign_at) == (wanted, [], None), sku
            assert listing == cell.listing_id
        sent = [
            request
            for request in self.market.ledger.requests
            if (request["method"], request["path"]) == ("POST", "/ws/listings")
            and request["fault"] not in SURELY_NOT
        ]
        assert len(sent) <= 1, "a CSV is never sent again by itself"
        if sent:
            self._assert_singly_only_after_a_person()
        assert_whole(shop.desk)

    def _assert_singly_only_after_a_person(self) -> None:
        """What the CSV carried is written once more only where a person said so, or another price was wanted."""
        carried = [one for one in self.market.ledger.effects if one["kind"] == "task"]
        if not carried or carried[0]["lines"] < ROWS:
            return  # some went singly before, each for itself
        for sku, (_, listing) in self.made.items():
            written = [one["new"] for one in self.market.ledger.writes("price", sku=sku)]
            first = f"{FIRST / 100:.2f}"
            assert written.count(first) <= 1 + self.sent_by_persons.count(listing), (sku, written)


def hasty_day(begins: Beginning, folder: Path, market: Simulator) -> PriceDay:
    """A day in which answers may never come."""
    return PriceDay(begins, folder, market, 1, HASTY)
