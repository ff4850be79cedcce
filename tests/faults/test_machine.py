"""Benches, buyers, a second tool, faults, crashes, time: nothing is offered that is known not to be there.

What the marketplace shows is asked of the marketplace; what is there is counted unit by unit and order by order.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
)

from bmdesk.domain.stock import UNCOUNTED_STATES
from bmdesk.services.selling import pausing, stock
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator
from bmdesk.store.queries import accounts, catalogue, listings, units
from tests.faults.lives import Beginning, Crash, Death, live, new_folder, when
from tests.faults.tale import REFUSED, Day, morning
from tests.markets import FIRST, OWNER, SECOND, Shop
from tests.wholeness import assert_whole

pytestmark = pytest.mark.sqlite_only

OURS = (FIRST, SECOND)
NEVER = "SOMEBODY-ELSES"
FAULTS = (
    "500",
    "reset",
    "reset-after",
    "500-after",
    "502",
    "429",
    "403",
    "401",
    "malformed",
    "truncated",
    "nulls",
)
PLACES = ("* *", "GET /ws/orders", "GET /ws/listings", "GET /ws/listings/*", "POST *", "POST /ws/listings")


class Trade(RuleBasedStateMachine):
    """A shop and its marketplace, and everybody who pulls at them."""

    market: ClassVar[Simulator]
    begins: ClassVar[Beginning]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.day = Day(self.begins, new_folder(self.folder), self.market)
        self.market.add_listing(NEVER, quantity=4, prices={"fr-fr": 99})
        self.orders: list[int] = []
        self.writes_then: dict[str, int] = {}
        self.retries = 0
        self.sync_well()
        self.untouched(*OURS)

    def teardown(self) -> None:
        try:
            self.settled()
        finally:
            self.day.close()
            shutil.rmtree(self.day.file.parent)

    @property
    def shop(self) -> Shop:
        return self.day.shop

    # ---------------------------------------------------------------- the house

    @initialize(width=st.sampled_from([1, 4]))
    def begin(self, width: int) -> None:
        self.day.width = width
        self.manage(FIRST)

    @rule()
    @when(lambda self: len(self.shop.units) < 9)
    def unit_becomes_ready(self) -> None:
        self.shop.ready(1)
        self.shop.spent(20_000)

    @rule(pick=st.integers(0, 20))
    def unit_is_graded_again(self, pick: int) -> None:
        if there := self.in_state("ready", FIRST):
            self.shop.regrade(there[pick % len(there)])

    @rule(pick=st.integers(0, 20))
    def unit_is_held(self, pick: int) -> None:
        if there := self.in_state("ready"):
            self.shop.hold(there[pick % len(there)])

    @rule(pick=st.integers(0, 20))
    def unit_is_released(self, pick: int) -> None:
        if there := self.in_state("held"):
            self.shop.release(there[pick % len(there)])

    @rule(pick=st.integers(0, 20))
    def unit_is_gone(self, pick: int) -> None:
        if there := self.in_state("ready"):
            self.shop.gone(there[pick % len(there)])

    @rule(minutes=st.sampled_from([1, 5, 16, 31, 120, 60 * 24 * 40]))
    def time_passes(self, minutes: int) -> None:
        self.shop.advance(minutes=minutes)

    # ---------------------------------------------------------------- a person at the window

    @rule(sku=st.sampled_from(OURS))
    def manage(self, sku: str) -> None:
        if not self.shop.listed(sku).manage_stock:
            self.check_untouched(sku)
            self.writes_then.pop(sku, None)
            self.shop.manage(sku)

    @rule(sku=st.sampled_from(OURS))
    def hand_back(self, sku: str) -> None:
        if self.shop.listed(sku).manage_stock:
            self.shop.unmanage(sku)
            self.untouched(sku)

    @rule(sku=st.sampled_from(OURS), on=st.booleans())
    def pause(self, sku: str, on: bool) -> None:
        act = pausing.pause if on else pausing.resume
        act(self.shop.desk, OWNER, self.shop.account, [self.shop.listed(sku).id])

    @rule()
    def make_missing_listings(self) -> None:
        self.check_untouched(*self.writes_then)
        self.shop.manage_all()
        self.writes_then.clear()

    @rule(pick=st.integers(0, 20))
    def person_sends_again(self, pick: int) -> None:
        if parked := self.shop.effects("parked"):
            effect = parked[pick % len(parked)]
            self.retries += effect.kind == "create"
            self.shop.retry(effect)

    # ---------------------------------------------------------------- the marketplace

    @rule(sku=st.sampled_from(OURS), number=st.integers(1, 2), state=st.sampled_from([0, 10, 1]))
    def buyer_buys(self, sku: str, number: int, state: int) -> None:
        if self.shop.remote(sku) >= number:
            self.shop.meet()
            self.orders.append(self.market.order(sku, number, state=state))

    @rule(pick=st.integers(0, 20), paid=st.booleans())
    def payment_comes_or_fails(self, pick: int, paid: bool) -> None:
        if waiting := [o for o in self.orders if self.market.order_state(o)["state"] in (0, 10)]:
            self.shop.meet()
            self.market.set_order_state(waiting[pick % len(waiting)], 1 if paid else 8)

    @rule(pick=st.integers(0, 20), state=st.sampled_from([2, 3, 4, 5, 6]), known=st.booleans())
    def another_tool_handles_an_order(self, pick: int, state: int, known: bool) -> None:
        lines = [
            (order, line)
            for order in self.orders
            for line in self.market.order_state(order)["lines"]
            if self.market.order_state(order)["state"] not in (0, 8, 10)
            and state in {1: (2, 4), 2: (3, 5), 3: (6,)}.get(line["state"], ())
        ]
        if not lines:
            return
        order, line = lines[pick % len(lines)]
        self.shop.meet()
        leaves = self.in_state("ready", line["sku"])
        if state == 3 and known and leaves and line["quantity"] == 1:
            with self.market.world.lock:
                self.market.world.orders[order].lines[0].imei = self.shop.units[leaves[0]]
        self.market.set_line_state(line["id"], state)

    @rule(sku=st.sampled_from([*OURS, NEVER]), quantity=st.integers(0, 9))
    def second_tool_sets_a_quantity(self, sku: str, quantity: int) -> None:
        self.market.change(sku, quantity=quantity)

    @rule(sku=st.sampled_from(OURS), price=st.integers(300, 700))
    def second_tool_sets_a_price(self, sku: str, price: int) -> None:
        self.market.change(sku, market="fr-fr", price=price)

    # ---------------------------------------------------------------- syncing

    @rule()
    def sync_well(self) -> None:
        self.market.clear()
        report = self.shop.sync(width=self.day.width)
        if not report.problems:
            self.check_nothing_knowingly_above()
        self.check_untouched(NEVER, *self.writes_then)
        self.check_lanes()

    @rule(
        what=st.sampled_from(FAULTS),
        where=st.sampled_from(PLACES),
        skip=st.integers(0, 12),
        times=st.integers(1, 4),
    )
    def sync_badly(self, what: str, where: str, skip: int, times: int) -> None:
        self.market.fault(what, where, times=times, skip=skip)
        self.shop.sync(width=self.day.width)
        self.market.clear()
        self.check_untouched(NEVER, *self.writes_then)

    @rule(at=st.integers(0, 90))
    def die_while_syncing(self, at: int) -> None:
        try:
            with Death(at).waits_for(self.shop.desk):
                self.shop.sync(width=self.day.width)
        except Crash:
            self.day.die()
        self.check_untouched(NEVER, *self.writes_then)

    # ---------------------------------------------------------------- what must hold

    def check_nothing_knowingly_above(self) -> None:
        """What is managed offers no more than is there, or an effect that people see says what it waits for."""
        for sku in self.managed():
            lane = f"listing:{self.shop.listed(sku).id}/stock"
            if not [
                e for e in self.shop.effects("pending", "in_flight", "uncertain", "parked") if e.lane == lane
            ]:
                assert self.shop.remote(sku) <= self.there(sku), f"{sku}: more is offered than is there"

    def check_untouched(self, *skus: str) -> None:
        for sku in skus:
            written = len(self.shop.writes(listing=sku))
            assert written == self.writes_then.get(sku, 0), f"{sku} is not ours"

    def untouched(self, *skus: str) -> None:
        """From now on nothing may be written there."""
        self.writes_then |= {sku: len(self.shop.writes(listing=sku)) for sku in skus}

    def check_lanes(self) -> None:
        busy = [e.lane for e in self.shop.effects("in_flight", "uncertain")]
        assert len(busy) == len(set(busy)), "two of one lane are under way"
        pending = [(e.kind, e.key) for e in self.shop.effects("pending")]
        assert len(pending) == len(set(pending))

    def calms_down(self) -> None:
        for _ in range(8):
            self.shop.sync(width=self.day.width)
            if not self.shop.open():
                break
            self.shop.advance(hours=7)

    def settled(self) -> None:
        """Everything calms down: then it is exactly right, or a person is asked."""
        self.market.clear()
        self.calms_down()
        if waiting := self.shop.open():
            # A wish for a listing of which nobody knows whether it was made comes after a person's word on that.
            said = {outbox.shown(self.shop.desk, effect.id).todo.code for effect in waiting}
            assert said == {"outbox.todo_held_up"}, waiting
            for effect in self.shop.effects("parked"):
                if effect.lane in {one.lane for one in waiting}:
                    self.retries += effect.kind == "create"
                    self.shop.retry(effect)
            self.calms_down()
        assert self.shop.open() == []
        asked = {effect.lane for effect in self.shop.effects("parked")}
        self.check_untouched(NEVER, *self.writes_then)
        for sku in self.managed():
            row = self.shop.listed(sku)
            remote, ours = self.shop.remote(sku), self.ours(sku)
            assert remote <= ours <= self.there(sku), sku
            if f"listing:{row.id}/stock" not in asked:
                assert remote == ours, f"{sku}: nobody says why less is offered"
            if row.manage_price and f"listing:{row.id}/price/fr-fr" not in asked:
                cell = self.shop.cell(sku, "fr-fr")
                assert cell.wanted_minor is not None
                assert self.shop.price(sku) == f"{cell.wanted_minor / 100:.2f}"
        sent = [
            r for r in self.market.ledger.requests if (r["method"], r["path"]) == ("POST", "/ws/listings")
        ]
        made = [r for r in sent if r["fault"] not in REFUSED]
        assert len(made) <= 1 + self.retries, "a listing is made once"
        assert_whole(self.shop.desk, judged=False)

    # ---------------------------------------------------------------- what is there

    def managed(self) -> list[str]:
        rows = self.shop.desk.read(lambda c: listings.managed(c, self.shop.account))
        return [row.sku_text for row in rows if row.manage_stock and row.carries]

    def in_state(self, state: str, sku: str = "") -> list[str]:
        def work(connection: Any) -> list[str]:
            found = []
            for unit in self.shop.units:
                row = units.unit(connection, unit)
                text = catalogue.sku(connection, row.sku_id).text if row.sku_id else ""
                if row.state == state and sku in ("", text):
                    found.append(unit)
            return found

        return self.shop.desk.read(work)

    def there(self, sku: str) -> int:
        """Units of this SKU that may be sold, less those that are sold as far as anybody can read."""
        named = set(self.shop.units.values())
        sold: int = sum(
            int(line["quantity"])
            for order in map(self.market.order_state, self.orders)
            if order["state"] not in (0, 8)
            for line in order["lines"]
            if line["sku"] == sku and line["state"] not in UNCOUNTED_STATES and line["imei"] not in named
        )
        return max(0, len(self.in_state("ready", sku)) - sold)

    def ours(self, sku: str) -> int:
        """What bmdesk says that it offers."""
        desk, row = self.shop.desk, self.shop.listed(sku)
        offers = desk.read(
            lambda c: stock.offers(
                c, desk.policies(c), accounts.account(c, self.shop.account), [row], desk.clock.now()
            )
        )
        return offers[row.id].quantity


@pytest.fixture
def trade(tmp_path: Path, market: Simulator) -> Callable[[int, int], None]:
    """Runs the machine: so many stories of so many steps."""
    Trade.market, Trade.begins = market, morning(tmp_path / "morning", market)
    Trade.folder = Path(tempfile.mkdtemp(dir=tmp_path))

    return lambda stories, steps: live(Trade, stories, steps)


def test_whatever_happens_nothing_is_offered_that_is_known_not_to_be_there(
    trade: Callable[[int, int], None],
) -> None:
    trade(2, 12)


@pytest.mark.slow
def test_in_long_lives_too_nothing_is_offered_that_is_known_not_to_be_there(
    trade: Callable[[int, int], None],
) -> None:
    trade(int(os.environ.get("BMDESK_STORIES", "40")), 40)
