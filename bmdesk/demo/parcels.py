"""The morning after: customers have bought, the parcels leave. One device is refused at packing, one sale was double.

The same services, scans and engine that a seller's own orders use; the customers are the simulator's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from bmdesk.demo.story import Told
from bmdesk.domain.orders import Handling
from bmdesk.domain.tracking import s10_holds
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.seating import Seat
from bmdesk.services.orders import handling, order_view, substitutes
from bmdesk.services.orders.order_view import OrderFilter, Tab
from bmdesk.services.selling import accounts
from bmdesk.services.shipping import packing, parcels, picking
from bmdesk.services.shipping.packing import PackResult
from bmdesk.simulator import Simulator
from bmdesk.store.engine import Connection
from bmdesk.store.queries import unit_lists, units
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import Syncing
from bmdesk.system.clock import FixedClock

PACKER = Seat("pack", fallback="LUIS")
LEFT_FOR_LATER = 3
"""Orders that still wait when the curtain rises: whoever looks finds something in Pick and Pack."""

_SAM = Actor("SAM", "supervisor", "bench-3")
_MOST = 50


@dataclass(frozen=True, slots=True)
class Morning:
    """What left, and what did not."""

    bought: int
    shipped: int
    refused_parcels: int
    double_sales_solved: int
    pack_scans: int
    pack_seconds: float


def play(told: Told, market: Simulator, syncing: Syncing) -> Morning:
    """Customers buy; orders are read, reserved and accepted, picked, proven and shipped."""
    desk, clock = told.session.desk, told.clock
    handling.set_handling(desk, _SAM, accounts.the_account(desk).name, Handling.AUTOMATIC)
    handling.take_over(
        desk,
        _SAM,
        accounts.the_account(desk).name,
        [one.line_id for one in handling.open_lines(desk) if one.suggested],
    )
    bought = _buy(market)
    _sync(syncing)
    solved = _solve_double_sales(desk)
    _sync(syncing)
    _pick(desk, clock)
    packer = _Packer(desk, clock)
    packer.pack_all()
    _sync(syncing)
    _hand_over(desk)
    shipped = order_view.count(desk, OrderFilter(tab=Tab.SHIPPED))
    return Morning(bought, shipped, packer.refused, solved, packer.scans, round(packer.seconds, 3))


def next_to_pack(desk: Desk) -> list[str]:
    """The devices of the order that must leave first, as the packer would scan them."""
    waiting = order_view.page(desk, OrderFilter(tab=Tab.TO_PACK), limit=1).rows
    lines = order_view.detail(desk, waiting[0].id).lines if waiting else ()
    return [unit.identifier for line in lines for unit in line.units]


def a_held_device(desk: Desk) -> str:
    """The identifier of a device that nobody may buy."""

    def work(connection: Connection) -> str:
        held = unit_lists.page(
            connection, desk.company, [unit_lists.in_state(desk.company, "held")], "", 0, 1
        )
        return units.identifiers(connection, held[0])[0].value

    return desk.read(work)


def _sync(syncing: Syncing) -> None:
    # The first run reads and reserves, the second hears that everything was taken.
    for _ in range(2):
        syncing.run(Manner(everything=True, width=4))


def _buy(market: Simulator) -> int:
    """Two thirds of what is online is bought, and of one SKU one piece more than there is."""
    online = [one for one in market.listings() if one["quantity"] > 0]
    pieces = sum(one["quantity"] for one in online)
    bought = market.buy(min(_MOST, max(1, pieces * 2 // 3)))
    good = [one for one in market.listings() if one["sku"].endswith("-GOOD") and one["quantity"] > 0]
    if not good:
        return len(bought)
    # Faster than any quantity could be lowered: the last pieces, and one that is not there.
    scarce = min(good, key=lambda one: one["quantity"])
    for _ in range(scarce["quantity"] + 1):
        bought.append(market.order(scarce["sku"], market="fr-fr"))
    return len(bought)


def _solve_double_sales(desk: Desk) -> int:
    """No unit is left: the nearest one in a better grade stands in, and the customer is glad."""
    solved = 0
    for row in order_view.page(desk, OrderFilter(tab=Tab.CONFLICTS)).rows:
        for line in order_view.detail(desk, row.id).lines:
            if not any(one.code == "no_unit" for one in line.conflicts):
                continue
            near = next((one for one in substitutes.nearest(desk, line.id) if one.may_take), None)
            if near is not None:
                handling.assign(desk, _SAM, line.id, near.unit_id)
                handling.accept(desk, _SAM, row.id)
                solved += 1
    return solved


def _pick(desk: Desk, clock: FixedClock) -> None:
    """One batch; Luís walks along the bins and scans what he takes."""
    batch = picking.new_batch(desk, _SAM)
    for stop in picking.to_pick(desk, batch.id).stops:
        for item in stop.items:
            clock.advance(seconds=1)
            picking.scan(desk, PACKER, batch.id, item.identifier)


class _Packer:
    """Luís at the packing table: three scans an order."""

    def __init__(self, desk: Desk, clock: FixedClock) -> None:
        self._desk, self._clock = desk, clock
        self._numbers = _parcel_numbers()
        self.scans = self.refused = 0
        self.seconds = 0.0

    def pack_all(self) -> None:
        waiting = order_view.page(self._desk, OrderFilter(tab=Tab.TO_PACK), limit=200).rows
        orders = [
            order_view.detail(self._desk, row.id) for row in waiting[: max(1, len(waiting) - LEFT_FOR_LATER)]
        ]
        devices = [[u.identifier for line in one.lines for u in line.units] for one in orders]
        for number, (order, codes) in enumerate(zip(orders, devices, strict=True)):
            if number == 1 and devices[0] and codes:
                # He took the wrong phone from the shelf: red, before anything is closed.
                self._scan(str(order.row.number))
                self.refused += not self._scan(devices[-1][0]).ok
            for code in codes:
                self._scan(code)
            self._scan(next(self._numbers))
            self._scan("BMD:CONFIRM")

    def _scan(self, text: str) -> PackResult:
        self._clock.advance(seconds=1)
        began = time.perf_counter()
        result = packing.scan(self._desk, PACKER, text)
        self.seconds += time.perf_counter() - began
        self.scans += 1
        return result


def _hand_over(desk: Desk) -> None:
    """The driver comes while half of it is packed."""
    there = parcels.to_hand_over(desk)
    first = there[0].shipper if there else ""
    parcels.hand_over(desk, _SAM, [one.row.id for one in there if one.shipper == first][: len(there) // 2])


def _parcel_numbers() -> Iterator[str]:
    serial = 20_410_000
    while True:
        serial += 1
        yield next(f"LX{serial:08d}{digit}FR" for digit in range(10) if s10_holds(f"LX{serial:08d}{digit}FR"))
