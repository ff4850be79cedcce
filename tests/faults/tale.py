"""One day of a shop, told with a process that may die at any moment, and what must be true in the end.

Three phones of one grade and one of another model; two listings are handed over, a third is made; prices in two
markets; one is sold, one is graded again. A process dies before an effect: a commit, or a call that goes out; between
two effects nothing differs, so these are all the moments there are. Whoever got no answer does it again.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import update

from bmdesk.connectors.http import Timeouts
from bmdesk.services.selling import accounts
from bmdesk.simulator import Simulator
from bmdesk.store.queries import catalogue, listings, units
from bmdesk.store.tables.catalogue import variant
from bmdesk.store.transaction import Tx
from tests.faults.lives import Beginning, Crash, Death, Life, beginning
from tests.markets import FIRST, HASTY, PATIENT, SECOND, Shop
from tests.wholeness import assert_whole

OTHER_MODEL = "GS22-128-GRN"
THIRD = f"{OTHER_MODEL}-EXCELLENT"
MARKETS = ("fr-fr", "de-de")
REFUSED = ("401", "403", "bot", "429")
"""Faults that say surely that nothing was done: only after these may a catalogue be sent again."""


def morning(folder: Path, market: Simulator) -> Beginning:
    """Three phones ready, one of another model, an account that was never read."""

    def with_ean(tx: Tx) -> None:
        mine = update(variant).where(variant.c.model_code == OTHER_MODEL)
        tx.connection.execute(mine.values(ean="8806092878167"))

    def prepare(shop: Shop) -> None:
        shop.desk.write(with_ean)
        assert accounts.listed(shop.desk)
        shop.ready(3)
        shop.ready(1, OTHER_MODEL)

    return beginning(folder, market, prepare, markets=",".join(MARKETS))


class Day(Life):
    """One telling of the day."""

    def __init__(
        self, begins: Beginning, folder: Path, market: Simulator, width: int = 1, timeouts: Timeouts = PATIENT
    ) -> None:
        super().__init__(begins, folder, market, width, timeouts)
        market.add_listing(FIRST, grade="EXCELLENT", quantity=7, prices={"fr-fr": 500, "de-de": 510})
        market.add_listing(SECOND, grade="GOOD", quantity=4, prices={"fr-fr": 400})
        market.task_seconds = 30
        self.regraded = next(iter(begins.units))
        self.persons_retries = 0
        self.old_is_ours = False

    def tell(self, death: Death | None = None) -> None:
        """The whole day; where the process dies, the next one begins the step again."""
        for step in (
            self.sync, self.hand_over, self.sync, self.sell, self.regrade, self.sync, self.wait, self.sync,
        ):  # fmt: skip
            while True:
                if death is None or step == self.sell:
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

    # ---------------------------------------------------------------- the steps

    def sync(self) -> None:
        self.shop.sync(width=self.width)

    def hand_over(self) -> None:
        self.shop.manage_all()

    def sell(self) -> None:
        self.shop.advance(minutes=2)
        self.market.order(FIRST)

    def regrade(self) -> None:
        known = self.shop.desk.read(lambda c: listings.managed(c, self.shop.account))
        self.old_is_ours = any(row.sku_text == FIRST and row.manage_stock for row in known)
        row = self.shop.desk.read(lambda c: units.unit(c, self.regraded))
        if row.sku_id and row.state == "ready":
            now = self.shop.desk.read(lambda c: catalogue.sku(c, row.sku_id or "")).text
            if now == SECOND:
                return
        self.shop.regrade(self.regraded)

    def wait(self) -> None:
        self.shop.advance(minutes=2)

    # ---------------------------------------------------------------- the end

    def finish(self) -> None:
        """Run after run until nothing waits; a person sends again what nobody can know."""
        self.market.clear()
        for _ in range(40):
            self.sync()
            if not self.shop.open() and not self.shop.effects("parked"):
                return
            for effect in self.shop.effects("parked"):
                assert self.shop.problem(effect) == "create.answer_never_came.title", effect
                self.shop.retry(effect)
                self.persons_retries += 1
            self.shop.advance(minutes=2)
            soonest = min((e.next_at for e in self.shop.open()), default=self.clock.now())
            if soonest > self.clock.now():
                self.shop.advance(soonest - self.clock.now())

    def assert_right(self) -> None:
        """The marketplace shows what is there, once, and nobody waits for anything."""
        shop = self.shop
        assert [shop.problem(e) for e in shop.effects("parked")] == []
        assert shop.open() == []
        skus = sorted(one["sku"] for one in self.market.listings())
        assert skus == sorted([FIRST, SECOND, THIRD]), "each listing exactly once"
        assert {sku: shop.remote(sku) for sku in skus} == {FIRST: 1, SECOND: 1, THIRD: 1}
        for sku, price in ((FIRST, "624.00"), (SECOND, shop.price(SECOND)), (THIRD, shop.price(THIRD))):
            assert [shop.price(sku, m) for m in MARKETS] == [price, price], sku
        for sku in skus:
            row = shop.listed(sku)
            assert row.manage_stock and row.manage_price and row.base_quantity == 1 and row.sent == []
        sent = [
            request
            for request in self.market.ledger.requests
            if (request["method"], request["path"]) == ("POST", "/ws/listings")
            and request["fault"] not in REFUSED
        ]
        assert len(sent) <= 1 + self.persons_retries, "a catalogue is never sent again by itself"
        self._assert_never_oversold()
        assert_whole(shop.desk)

    def _assert_never_oversold(self) -> None:
        """At no moment did our writes offer more than was there: a phone is on one listing, or on none."""
        shown = {FIRST: 7, SECOND: 4, THIRD: 0}
        for effect in self.market.ledger.effects:
            if effect["kind"] not in ("quantity", "sale"):
                continue
            shown[effect["sku"]] = int(effect["new"])
            if effect["kind"] == "quantity" and effect["request"] is not None:
                assert int(effect["new"]) <= {FIRST: 3, SECOND: 1, THIRD: 1}[effect["sku"]]
                if effect["sku"] == SECOND and int(effect["new"]) == 1 and self.old_is_ours:
                    assert shown[FIRST] <= 2, "the old listing was lower before the new one rose"


def hasty_day(begins: Beginning, folder: Path, market: Simulator, width: int = 1) -> Day:
    """A day in which answers may never come."""
    return Day(begins, folder, market, width, HASTY)
