"""Buyers, benches, packers, a person at the window, a second tool, faults, crashes, time: no order is lost, no wrong
device leaves, nothing happens twice, and what is promised is in hand or said to be missing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bmdesk.domain.money import Money
from bmdesk.domain.orders import NAMES_A_UNIT, REASONS, WAYS, Conflict, Handling
from bmdesk.services import settings
from bmdesk.services.grading.seating import Seat
from bmdesk.services.orders import handling, history_import
from bmdesk.services.shipping import packing, parcels
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator, happenings
from bmdesk.store.failures import StoreFailure
from bmdesk.store.queries.allocations import AllocationRow
from bmdesk.store.queries.order_progress import ConflictRow, StepRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.texts import Failure
from tests.faults import order_truth as truth
from tests.faults.lives import Beginning, Crash, Death, Life, beginning, live, new_folder, when
from tests.markets import FIRST, HASTY, OWNER, SECOND, Shop

pytestmark = pytest.mark.sqlite_only

STRANGE = "SOMEBODY-ELSES"
"""A listing that bmdesk knows nothing of."""
SKUS = (FIRST, FIRST, FIRST, SECOND, STRANGE)
SILENT = ("timeout-before", "timeout-after", "late")
FAULTS = (
    "reset", "reset-after", "500", "500-after", "502", "429", "403", "401", "malformed", "truncated", "nulls",
    *SILENT,
)  # fmt: skip
PLACES = (
    "GET /ws/orders", "GET /ws/orders/*", "POST /ws/orders/*", "PATCH *", "POST /ws/sav/refund", "GET /ws/listings/*",
    "POST /ws/listings/*", "* *",
)  # fmt: skip
SEATS = (Seat("pack-1", script=True, fallback="OWNER"), Seat("pack-2", script=True, fallback="OWNER"))
BASKETS = st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 2)), min_size=1, max_size=3)
ANY = st.integers(0, 60)
T = TypeVar("T")


class Trade(RuleBasedStateMachine):
    """A shop that sells, and everybody who has a hand in its orders."""

    market: ClassVar[Simulator]
    begins: ClassVar[Beginning]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.life = Life(self.begins, new_folder(self.folder), self.market)
        offered(self.market)
        self.orders: list[int] = []
        self.labels = 0
        self.books = truth.read(self.shop)
        self.written = len(self.market.ledger.effects)
        """So many effects at the marketplace were looked at."""

    def teardown(self) -> None:
        try:
            self.settled()
        finally:
            self.life.close()
            shutil.rmtree(self.life.file.parent)

    @property
    def shop(self) -> Shop:
        return self.life.shop

    @initialize(
        width=st.sampled_from([1, 4]),
        how=st.sampled_from([Handling.BY_HAND, Handling.AUTOMATIC]),
        baskets=st.lists(BASKETS, min_size=1, max_size=3),
    )
    def begin(self, width: int, how: Handling, baskets: list[list[tuple[str, int]]]) -> None:
        self.life.width = width
        self.switch(how)
        for basket in baskets:
            self.somebody_buys(basket, 1)
        self.sync_well()

    # ---------------------------------------------------------------- buyers

    @rule(basket=BASKETS, state=st.sampled_from([0, 10, 1, 1, 1]))
    def somebody_buys(self, basket: list[tuple[str, int]], state: int) -> None:
        self.shop.meet()
        self._buy(basket, state)

    @rule(
        basket=BASKETS,
        where=st.sampled_from(
            ["GET /ws/orders*", "GET /ws/listings/*", "POST /ws/listings/*", "POST /ws/orders/*"]
        ),
        skip=st.integers(0, 3),
    )
    def somebody_buys_between_our_read_and_our_write(
        self, basket: list[tuple[str, int]], where: str, skip: int
    ) -> None:
        self._race(where, skip, lambda: self._buy(basket, 1))
        self.sync_well()

    @rule(pick=ANY, paid=st.booleans())
    @when(lambda self: self._at_the_marketplace(0, 10))
    def payment_comes_or_fails(self, pick: int, paid: bool) -> None:
        self.shop.meet()
        self.market.set_order_state(chosen(self._at_the_marketplace(0, 10), pick), 1 if paid else 8)

    @rule(pick=ANY, whole=st.booleans(), money=st.booleans())
    @when(lambda self: self._at_the_marketplace(1, 3, 9))
    def the_customer_wants_it_no_more(self, pick: int, whole: bool, money: bool) -> None:
        self.shop.meet()
        self._undone(pick, whole, money)

    @rule(
        pick=ANY,
        money=st.booleans(),
        where=st.sampled_from(["POST /ws/orders/*", "PATCH *", "POST /ws/sav/*"]),
    )
    @when(lambda self: self.books.effects)
    def the_customer_is_faster_than_our_call(self, pick: int, money: bool, where: str) -> None:
        self._race(where, 0, lambda: self._undone(pick, True, money))
        self.sync_well()

    # ---------------------------------------------------------------- a second tool

    @rule(pick=ANY, state=st.sampled_from([1, 2, 2, 3, 3]), named=st.sampled_from(["", "own", "other"]))
    @when(lambda self: self._at_the_marketplace(1, 3))
    def another_tool_handles_a_line(self, pick: int, state: int, named: str) -> None:
        self.shop.meet()
        self._handled_elsewhere(pick, state, named)

    @rule(pick=ANY, state=st.sampled_from([2, 3]), where=st.sampled_from(["POST /ws/orders/*", "PATCH *"]))
    @when(lambda self: self.books.effects)
    def another_tool_is_faster_than_our_call(self, pick: int, state: int, where: str) -> None:
        self._race(where, 0, lambda: self._handled_elsewhere(pick, state, ""))
        self.sync_well()

    @rule(sku=st.sampled_from([FIRST, SECOND, STRANGE]), quantity=st.integers(0, 4))
    def another_tool_sets_a_quantity(self, sku: str, quantity: int) -> None:
        self.market.change(sku, quantity=quantity)

    # ---------------------------------------------------------------- benches

    @rule(worse=st.booleans())
    @when(lambda self: len(self.shop.units) < 14)
    def a_unit_becomes_ready(self, worse: bool) -> None:
        (unit,) = self.shop.ready(1)
        if worse:
            self.somebody_at_a_bench_lays_hands_on_a_unit(list(self.shop.units).index(unit), "regrade")

    @rule(pick=ANY, act=st.sampled_from(["regrade", "hold", "release", "gone"]))
    def somebody_at_a_bench_lays_hands_on_a_unit(self, pick: int, act: str) -> None:
        unit = self._unit(pick)
        if act == "regrade":
            self.shop.bench.scan(self.shop.units[unit])
            self.shop.bench.scan("BMD:GRADE:GOOD:worn")
            self.shop.bench.scan("BMD:DONE")
        else:
            self._says(getattr(self.shop, act), unit)

    @rule(minutes=st.sampled_from([1, 6, 31, 120, 60 * 24 * 2, 60 * 24 * 40]))
    def time_passes(self, minutes: int) -> None:
        self.shop.advance(minutes=minutes)

    # ---------------------------------------------------------------- a person at the window

    @rule(how=st.sampled_from(list(Handling)))
    def switch(self, how: Handling) -> None:
        self._says(handling.set_handling, "default", how)

    @rule(pick=ANY)
    @when(lambda self: not all(one.ours for one in self.books.lines.values()))
    def take_over(self, pick: int) -> None:
        if found := handling.open_lines(self.shop.desk):
            self._says(handling.take_over, "default", [chosen(found, pick).line_id])

    @rule(pick=ANY)
    @when(lambda self: self._lines("to_accept"))
    def accept(self, pick: int) -> None:
        self._says(handling.accept, chosen(self._lines("to_accept"), pick).order_id)

    @rule(pick=ANY, unit=ANY)
    @when(lambda self: self._lines("to_accept", "accepted"))
    def assign(self, pick: int, unit: int) -> None:
        self._says(handling.assign, chosen(self._lines("to_accept", "accepted"), pick).id, self._unit(unit))

    @rule(pick=ANY)
    @when(lambda self: self._promised("reserved"))
    def unassign(self, pick: int) -> None:
        one = chosen(self._promised("reserved"), pick)
        self._says(handling.unassign, one.line_id, one.unit_id)

    @rule(pick=ANY, reason=st.sampled_from(sorted(REASONS)))
    @when(lambda self: self._lines("to_accept", "accepted", "packed"))
    def cancel(self, pick: int, reason: str) -> None:
        line = chosen(self._lines("to_accept", "accepted", "packed"), pick)
        self._says(handling.cancel, line.id, reason)

    @rule(pick=ANY, reason=st.sampled_from(sorted(REASONS)), part=st.sampled_from([0, 0, 1500]))
    @when(lambda self: self._lines("accepted", "packed", "shipped"))
    def refund(self, pick: int, reason: str, part: int) -> None:
        line = chosen(self._lines("accepted", "packed", "shipped"), pick)
        self._says(handling.refund, line.id, reason, Money(part, "EUR") if part else None)

    @rule(pick=ANY)
    @when(lambda self: self._asked())
    def withdraw(self, pick: int) -> None:
        self._says(handling.withdraw, chosen(self._asked(), pick).id)

    @rule(pick=ANY, way=ANY, unit=ANY)
    @when(lambda self: self.books.conflicts)
    def resolve(self, pick: int, way: int, unit: int) -> None:
        self._resolve(chosen(self.books.conflicts, pick), way, unit)

    @rule(pick=ANY, act=st.sampled_from([outbox.retry, outbox.retry, outbox.park, outbox.cancel]))
    @when(lambda self: any(one.order_id for one in self.books.effects))
    def somebody_in_the_sync_room(self, pick: int, act: Callable[..., Any]) -> None:
        effect = chosen([one for one in self.books.effects if one.order_id], pick)
        if act is outbox.retry and effect.kind in ("cancel", "refund") and effect.fault == "ambiguous":
            self._answer(effect.key)
        else:
            self._says(act, [effect.id])

    @rule(pick=ANY, act=st.sampled_from([parcels.open_again, parcels.hand_over, parcels.lost, parcels.back]))
    @when(lambda self: self.books.parcels)
    def somebody_moves_a_parcel(self, pick: int, act: Callable[..., Any]) -> None:
        parcel = chosen(self.books.parcels, pick)["id"]
        self._says(act, [parcel] if act is parcels.hand_over else parcel)

    @rule(days=st.sampled_from([1, 60]), state=st.sampled_from([None, 1, 3, 9]))
    def older_orders_are_read(self, days: int, state: int | None) -> None:
        now = self.shop.clock.now()
        try:
            history_import.start(
                self.shop.desk, OWNER, self.shop.account, now - timedelta(days=days), now, state
            )
        except history_import.UnderWay:
            pass

    # ---------------------------------------------------------------- packers

    @rule(sku=st.sampled_from([FIRST, FIRST, SECOND]), seat=st.sampled_from(SEATS), told=st.booleans())
    def an_ordinary_order_comes_and_is_packed(self, sku: str, seat: Seat, told: bool) -> None:
        self.somebody_buys([(sku, 1)], 1)
        self.sync_well()
        self.all_agree()
        if self._lines("accepted"):
            self.an_order_is_packed(60, seat)
            if told:
                self.sync_well()

    @rule(pick=ANY, seat=st.sampled_from(SEATS))
    @when(lambda self: self._lines("accepted"))
    def an_order_is_packed(self, pick: int, seat: Seat) -> None:
        order_id = chosen(self._lines("accepted"), pick).order_id
        number = next(n for n, row in self.books.orders.items() if row["id"] == order_id)
        lines = self.books.of_order(order_id)
        units = [self.shop.units[one.unit_id] for line in lines for one in self.books.allocated[line.id]]
        self._scan(seat, "BMD:NEXT", str(number), *units, self._label(), "BMD:CONFIRM")

    @rule(pick=ANY, unit=ANY, seat=st.sampled_from(SEATS), override=st.booleans())
    @when(lambda self: self._lines("accepted"))
    def the_wrong_unit_is_packed(self, pick: int, unit: int, seat: Seat, override: bool) -> None:
        order_id = chosen(self._lines("accepted"), pick).order_id
        number = next(n for n, row in self.books.orders.items() if row["id"] == order_id)
        self._scan(seat, "BMD:NEXT", str(number), self.shop.units[self._unit(unit)])
        if override:
            self._scan(seat, "BMD:OVERRIDE:the customer agreed", "BMD:OP:OWNER")
        self._scan(seat, self._label(), "BMD:CONFIRM")

    @rule(
        unit=ANY,
        seat=st.sampled_from(SEATS),
        code=st.sampled_from(
            ["unit", "unit", "label", "BMD:CONFIRM", "BMD:UNDO", "RR123456784GB", "https://dhl.com/1"]
        ),
    )
    def something_is_scanned_at_a_packing_place(self, unit: int, seat: Seat, code: str) -> None:
        known = {"unit": self.shop.units[self._unit(unit)], "label": self._label()}
        self._scan(seat, known.get(code, code))

    # ---------------------------------------------------------------- syncing

    @rule()
    def sync_well(self) -> None:
        self.market.clear()
        before = list(self.orders)
        report = self.shop.sync(width=self.life.width)
        self.market.world.races.clear()
        if not report.problems:
            books = truth.read(self.shop)
            truth.assert_accepted_is_in_hand(books)
            truth.assert_who_waits_is_served(books)
            truth.assert_what_left(books)
            truth.assert_not_above(books, FIRST, SECOND)
            truth.assert_known(books, before)

    @rule(
        what=st.sampled_from(FAULTS),
        where=st.sampled_from(PLACES),
        skip=st.integers(0, 6),
        times=st.integers(1, 3),
    )
    def sync_badly(self, what: str, where: str, skip: int, times: int) -> None:
        patient = self.shop.tools
        if what in SILENT:
            self.shop.tools = replace(patient, manners=replace(patient.manners, timeouts=HASTY))
            times = 1
        self.market.fault(what, where, times=times, skip=skip)
        self.shop.sync(width=self.life.width)
        self.shop.tools = patient
        self.market.clear()

    @rule(at=st.integers(0, 60))
    def die_while_syncing(self, at: int) -> None:
        try:
            with Death(at).waits_for(self.shop.desk):
                self.shop.sync(width=self.life.width)
        except Crash:
            self.life.die()

    # ---------------------------------------------------------------- what must hold

    @invariant()
    def all_agree(self) -> None:
        before, self.books = self.books, truth.read(self.shop)
        truth.assert_consistent(self.books)
        truth.assert_only_ours_is_written(self.books, before, self.written)
        self.written = len(self.market.ledger.effects)

    def settled(self) -> None:
        """Everything calms down: then all is right, or a person is asked."""
        self.market.clear()
        before = list(self.orders)
        for _ in range(12):
            self.shop.sync(width=self.life.width)
            if all((one.kind, one.state) == ("ship", "pending") for one in self.shop.open()):
                break
            self.shop.advance(hours=7)
        # What the marketplace's lists show no more (a payment that failed) is read anew every hour.
        self.shop.advance(minutes=61)
        self.shop.sync(width=self.life.width)
        books = truth.read(self.shop)
        truth.assert_only_ours_is_written(books, self.books, self.written)
        truth.assert_known(books, before)
        truth.assert_stands(books, before)
        truth.assert_sound(books, FIRST, SECOND)

    # ---------------------------------------------------------------- hands

    def _buy(self, basket: list[tuple[str, int]], state: int) -> None:
        wanted: dict[str, int] = {}
        for sku, number in basket:
            wanted[sku] = wanted.get(sku, 0) + number
        if all(int(self.market.listing(sku)["quantity"]) >= number for sku, number in wanted.items()):
            self.orders.append(self.market.order(lines=list(basket), state=state))

    def _race(self, where: str, skip: int, then: Callable[[], Any]) -> None:
        with self.market.world.lock:
            happenings.race(self.market.world, where=where, skip=skip, then=then)

    def _undone(self, pick: int, whole: bool, money: bool) -> None:
        lines = [line for n in self.orders for line in self.market.order_state(n)["lines"]]
        open_ = [line["id"] for line in lines if line["state"] in ((1, 2, 3) if money else (1, 2))]
        if open_:
            line = chosen(open_, pick)
            act: dict[str, Any] = {"line": line} if whole or not money else {"line": line, "amount": "10.00"}
            self.market.control(**{"refund" if money else "cancel": act})

    def _handled_elsewhere(self, pick: int, state: int, named: str) -> None:
        steps = {1: (2,), 2: (1, 3, 2), 3: ()}
        lines = [
            line
            for n in self.orders
            if self.market.order_state(n)["state"] in (1, 3)
            for line in self.market.order_state(n)["lines"]
            if state in steps.get(line["state"], ())
        ]
        if not lines:
            return
        line = chosen(lines, pick)
        if named and state in (2, 3) and line["quantity"] == 1 and not line["imei"] and line["state"] == 2:
            known = self._named(line["id"], named, pick)
            taken = {each["imei"] for n in self.orders for each in self.market.order_state(n)["lines"]}
            if known and known not in taken:
                with self.market.world.lock:
                    found = self.market.world.find_line(line["id"])
                    assert found is not None
                    found[1].imei = known
                    found[0].modified = self.market.clock
        if state != line["state"]:
            self.market.set_line_state(line["id"], state)

    def _named(self, line: int, whose: str, pick: int) -> str:
        """A device's identifier that another tool tells: of the one that is promised here, or of another one."""
        known = self.books.lines.get(line)
        own = [one.unit_id for one in self.books.allocated[known.id]] if known is not None else []
        free = [one for one, row in self.books.units.items() if row.state in ("ready", "reserved")]
        found = own if whose == "own" else [one for one in free if one not in own]
        return self.shop.units[chosen(found, pick)] if found else ""

    def _says(self, act: Callable[..., Any], *args: Any) -> None:
        """A person does this; a refusal in words is an answer too."""
        self.shop.clock.advance(seconds=2)
        self.shop.meet()
        try:
            if getattr(act, "__self__", None) is self.shop:
                act(*args)
            else:
                act(self.shop.desk, OWNER, *args)
        except StoreFailure:
            raise
        except Failure:
            pass

    def _resolve(self, one: ConflictRow, way: int, unit: int) -> None:
        out = chosen(WAYS[Conflict(one.code)], way)
        step = next((asked for asked in self._asked() if asked.line_id == one.line_id), None)
        if one.code == Conflict.UNCERTAIN and step is not None:
            self._answer(step.id)
        else:
            self._says(handling.resolve, one.id, out, *([self._unit(unit)] if out in NAMES_A_UNIT else []))

    def _answer(self, step_id: str) -> None:
        """Whether it happened says whoever has looked into the marketplace's books."""
        step = next(one for one in self.books.steps if one.id == step_id)
        line = next(one for one in self.books.lines.values() if one.id == step.line_id)
        writes = self.market.ledger.writes
        given = len(writes("refund", line=line.remote_id)) + len(writes("cancel", line=line.remote_id))
        done = sum(1 for one in self.books.steps if one.line_id == line.id and one.state == "done")
        self._says(handling.happened if given > done else handling.did_not_happen, step_id)

    def _scan(self, seat: Seat, *codes: str) -> None:
        for code in codes:
            self.shop.clock.advance(seconds=2)
            packing.scan(self.shop.desk, seat, code)
        self.shop.meet()

    def _label(self) -> str:
        """A parcel number that no other parcel has."""
        self.labels += 1
        digits = f"{self.labels:08}"
        rest = 11 - sum(int(d) * w for d, w in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
        return f"RR{digits}{ {10: 0, 11: 5}.get(rest, rest) }GB"

    def _unit(self, pick: int) -> str:
        return chosen(list(self.shop.units), pick)

    def _lines(self, *states: str) -> list[LineRow]:
        return [one for one in self.books.lines.values() if one.state in states]

    def _promised(self, state: str) -> list[AllocationRow]:
        return [one for each in self.books.allocated.values() for one in each if one.state == state]

    def _asked(self) -> list[StepRow]:
        return [one for one in self.books.steps if one.state == "asked"]

    def _at_the_marketplace(self, *states: int) -> list[int]:
        return [n for n in self.orders if self.market.order_state(n)["state"] in states]


def chosen(found: Sequence[T], pick: int) -> T:
    """One of these; there is one."""
    return found[pick % len(found)]


def offered(market: Simulator) -> None:
    """What the marketplace shows on the first day."""
    market.add_listing(FIRST, grade="EXCELLENT", quantity=4, prices={"fr-fr": 624})
    market.add_listing(SECOND, grade="GOOD", quantity=1, prices={"fr-fr": 552})
    market.add_listing(STRANGE, grade="GOOD", quantity=3, prices={"fr-fr": 90})


def ready_to_sell(shop: Shop) -> None:
    """Four phones and a worse one, both offered by bmdesk; a listing beside them that is nobody's."""
    offered(shop.market)
    *_, worse = shop.ready(5)
    shop.regrade(worse)
    shop.sync()
    shop.manage(FIRST, SECOND)
    settings.put(shop.desk, "backmarket.orders", "automatic")
    shop.sync()


@pytest.fixture
def trade(tmp_path: Path, market: Simulator) -> Callable[[int, int], None]:
    """Runs the machine: so many stories of so many steps."""
    Trade.market, Trade.begins = market, beginning(tmp_path / "before", market, ready_to_sell)
    Trade.folder = Path(tempfile.mkdtemp(dir=tmp_path))
    return lambda stories, steps: live(Trade, stories, steps)


def test_whatever_happens_to_orders_none_is_lost_and_no_wrong_device_leaves(
    trade: Callable[[int, int], None],
) -> None:
    trade(1, 12)


@pytest.mark.slow
def test_in_long_lives_too_no_order_is_lost_and_no_wrong_device_leaves(
    trade: Callable[[int, int], None],
) -> None:
    trade(int(os.environ.get("BMDESK_STORIES", "40")), 40)
