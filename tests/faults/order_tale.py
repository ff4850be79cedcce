"""One day of orders, told with a process that may die at any moment, and what the marketplace must show in the end.

Three orders: of one device, of two, and one that nobody can deliver. They are accepted by themselves, two are packed
and told, the third is refunded before it leaves; afterwards one customer gets a part of the money, another all of it
for one of two devices. A person who is asked whether a step happened looks into the marketplace's books.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bmdesk.connectors.http import Timeouts
from bmdesk.domain.money import Money
from bmdesk.services import settings
from bmdesk.services.grading.seating import Seat
from bmdesk.services.orders import handling_steps
from bmdesk.services.shipping import packing
from bmdesk.simulator import Simulator
from bmdesk.store.engine import Connection
from bmdesk.store.queries import allocations, order_progress, orders, parcels, units
from bmdesk.store.queries.order_progress import StepRow
from bmdesk.store.queries.orders import LineRow
from tests.faults.lives import Beginning, Crash, Death, Life, beginning
from tests.markets import FIRST, HASTY, OWNER, PATIENT, Shop
from tests.wholeness import assert_whole

PACKER = Seat("pack", script=True, fallback="OWNER")
PARCELS = ("RR123456785GB", "AA123456785GB")
PART = 2050
MAY_STAY = {"gone_in_transit"}
"""What a person has to do in any case: a device whose money went back is on its way."""


def evening(folder: Path, market: Simulator) -> Beginning:
    """Four phones on offer, orders accepted by themselves."""

    def prepare(shop: Shop) -> None:
        shop.ready(4)
        shop.offer()
        settings.put(shop.desk, "backmarket.orders", "automatic")
        shop.sync()

    return beginning(folder, market, prepare)


class OrderDay(Life):
    """One telling of the day."""

    def __init__(
        self, begins: Beginning, folder: Path, market: Simulator, width: int = 1, timeouts: Timeouts = PATIENT
    ) -> None:
        super().__init__(begins, folder, market, width, timeouts)
        market.add_listing(FIRST, grade="EXCELLENT", quantity=4, prices={"fr-fr": 624})
        self.questions = 0
        self.one = self.two = self.none = 0

    def tell(self, death: Death | None = None) -> None:
        """The whole day; where the process dies, the next one begins the step again."""
        steps: tuple[Callable[[], None], ...] = (
            self.buy, self.sync, self.pack_one, self.sync, self.pack_two, self.give_up, self.sync, self.wait,
            self.sync, self.give_back, self.sync, self.wait, self.sync,
        )  # fmt: skip
        for step in steps:
            while True:
                if death is None or step == self.buy:
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

    def buy(self) -> None:
        self.shop.advance(minutes=20)
        self.one = self.market.order(FIRST)
        self.two = self.market.order(lines=[(FIRST, 1), (FIRST, 1)])
        self.none = self.market.order(FIRST)

    def sync(self) -> None:
        self.shop.sync(width=self.width)

    def wait(self) -> None:
        self.shop.advance(minutes=6)

    def pack_one(self) -> None:
        self._pack(self.one, PARCELS[0])

    def pack_two(self) -> None:
        self._pack(self.two, PARCELS[1])

    def give_up(self) -> None:
        line = self._ask_for(self.none, 0, "accepted")
        if line is not None:
            handling_steps.cancel(self.shop.desk, OWNER, line.id, "stock")

    def give_back(self) -> None:
        part = self._ask_for(self.one, 0, "shipped")
        if part is not None:
            handling_steps.refund(self.shop.desk, OWNER, part.id, "other", Money(PART, "EUR"))
        whole = self._ask_for(self.two, 0, "shipped")
        if whole is not None:
            handling_steps.refund(self.shop.desk, OWNER, whole.id, "withdrawal")

    # ---------------------------------------------------------------- the end

    def finish(self) -> None:
        """Run after run until nothing waits; what an outage kept anyone from doing is done now."""
        self.market.clear()
        for _ in range(60):
            self.sync()
            for step in (self.pack_one, self.pack_two, self.give_up, self.give_back):
                step()
            self._answer()
            if not self.shop.open() and not self.shop.effects("parked") and self._is_over():
                return
            self.shop.advance(minutes=6)
            soonest = min((e.next_at for e in self.shop.open()), default=self.clock.now())
            if soonest > self.clock.now():
                self.shop.advance(soonest - self.clock.now())

    def assert_right(self) -> None:
        """The marketplace shows each step once, each device at one line, and nobody waits for anything."""
        shop, ledger = self.shop, self.market.ledger
        assert [(e.kind, shop.problem(e)) for e in shop.effects("parked")] == []
        assert shop.open() == []
        there = [self.market.order_state(number) for number in (self.one, self.two, self.none)]
        states = [[line["state"] for line in order["lines"]] for order in there]
        assert states == [[3], [6, 3], [5]], states
        assert [order["tracking_number"] for order in there[:2]] == list(PARCELS)
        lines = [line["id"] for order in there for line in order["lines"]]
        accepted = Counter(e["line"] for e in ledger.writes("accept"))
        assert accepted == Counter(lines), "each line was accepted once"
        assert Counter(e["line"] for e in ledger.writes("ship")) == Counter(lines[:3]), "and told once"
        given = Counter(e["line"] for e in ledger.writes("refund"))
        assert given == Counter({lines[0]: 1, lines[1]: 1, lines[3]: 1}), "no money was given twice"
        told = [(e["line"], e["new"]) for e in ledger.writes("identifier")]
        assert len({value for _, value in told}) == len({line for line, _ in told}) == len(told) == 3
        assert self._lines(self.one)[0].refunded_minor == PART
        for number in (self.one, self.two):
            for row in self._lines(number):
                (left,) = shop.desk.read(lambda c, r=row: allocations.of_lines(c, [r.id]))  # type: ignore[misc]
                assert left.state == "shipped"
                assert dict(told)[row.remote_id] == shop.units[left.unit_id], "the device that left"
                assert shop.desk.read(lambda c, u=left.unit_id: units.unit(c, u).state) == "shipped"  # type: ignore[misc]
        assert {
            code for number in (self.one, self.two, self.none) for code in self._conflicts(number)
        } <= MAY_STAY
        assert not any(
            one.state == "asked" for number in (self.one, self.two, self.none) for one in self._steps(number)
        )
        assert_whole(shop.desk)

    # ---------------------------------------------------------------- parts

    def _pack(self, number: int, parcel: str) -> None:
        """Unless it is packed: an order whose lines were all read as accepted."""
        rows = self._lines(number)
        if not rows or any(row.state != "accepted" for row in rows):
            return
        desk = self.shop.desk
        if desk.read(lambda c: parcels.of_order(c, rows[0].order_id)) is not None:
            return
        packing.fresh(desk, PACKER)
        held = desk.read(lambda c: allocations.of_lines(c, [row.id for row in rows]))
        for code in (*(self.shop.units[one.unit_id] for one in held), parcel, "BMD:CONFIRM"):
            self.clock.advance(seconds=2)
            result = packing.scan(desk, PACKER, code)
            assert result.ok, (code, result.message)

    def _ask_for(self, number: int, which: int, state: str) -> LineRow | None:
        """This line, if a person may ask something of it now and has not yet."""
        rows = self._lines(number)
        if not rows or rows[which].state != state or self._steps(number):
            return None
        return rows[which]

    def _answer(self) -> None:
        """A person is asked: it is so as the marketplace's books say. What was refused in an outage is tried again."""
        for effect in self.shop.effects("parked"):
            self.questions += 1
            if effect.kind not in ("cancel", "refund") or effect.fault != "ambiguous":
                self.shop.retry(effect)
                continue
            step = self.shop.desk.read(lambda c, e=effect: order_progress.step(c, e.key))  # type: ignore[misc]
            assert step is not None
            line = self.shop.desk.read(lambda c, s=step: orders.line(c, s.line_id))  # type: ignore[misc]
            assert line is not None
            answer = handling_steps.did_not_happen
            if any(e["line"] == line.remote_id for e in self.market.ledger.writes("refund")):
                handling_steps.happened(self.shop.desk, OWNER, step.id)
            else:
                answer(self.shop.desk, OWNER, step.id)

    def _is_over(self) -> bool:
        return [len(self._steps(number)) for number in (self.one, self.two, self.none)] == [1, 1, 1]

    def _lines(self, number: int) -> list[LineRow]:
        def work(connection: Connection) -> list[LineRow]:
            order_id = orders.by_number(connection, self.shop.desk.company, number)
            return orders.of_order(connection, order_id) if order_id is not None else []

        return sorted(self.shop.desk.read(work), key=lambda row: row.remote_id)

    def _steps(self, number: int) -> list[StepRow]:
        rows = self._lines(number)
        return self.shop.desk.read(lambda c: order_progress.steps(c, rows[0].order_id)) if rows else []

    def _conflicts(self, number: int) -> list[str]:
        rows = self._lines(number)
        found = self.shop.desk.read(lambda c: order_progress.conflicts(c, [rows[0].order_id]))
        return [one.code for one in found]


def hasty_order_day(begins: Beginning, folder: Path, market: Simulator, width: int = 1) -> OrderDay:
    """A day in which answers may never come."""
    return OrderDay(begins, folder, market, width, HASTY)
