"""An Odoo that is away, slow, or behind a bad line: nobody at the bench notices, and afterwards all stands there once.

Between bmdesk and a real Odoo 19 stands a wire (tests/odoo/wires) that is cut, slowed down and torn. Hours are the
clock's: nobody waits for them.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bmdesk.domain.effects import Fault
from bmdesk.services import settings
from bmdesk.services.grading.bench import ScanResult
from bmdesk.store.kept import failure_of
from bmdesk.sync.engine import Report
from bmdesk.sync.manner import Manner
from tests.desks import PHONE
from tests.markets import Shop, imei, market, marketplace, shop
from tests.odoo.databases import Database
from tests.odoo.houses import OdooShop, with_odoo
from tests.odoo.wires import Call, Trouble, Wire
from tests.selling import bought, detail, packed

__all__ = ["market", "marketplace", "shop"]
pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]

SOON = timedelta(minutes=12)
"""After so long at most what waited for an Odoo that was away is under way again."""

GRADED = (
    f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF", "BMD:ERASED:BLANCCO:C-1", "BMD:DONE",
)  # fmt: skip
"""What is scanned of a unit after its number."""


@pytest.fixture
def wire(odoo_server: str) -> Iterator[Wire]:
    with Wire(odoo_server) as made:
        yield made


@pytest.fixture
def house(own_odoo_database: Database, shop: Shop, wire: Wire) -> OdooShop:
    """Two units stand at Odoo and are on offer; orders are accepted by themselves."""
    who = own_odoo_database.admin()
    made = with_odoo(shop, own_odoo_database, who, url=wire.url)
    made.ready(2)
    made.arrive()
    made.apart = True
    made.offer()
    settings.put(made.desk, "backmarket.orders", "automatic")
    made.sync()
    return made


def assert_all_stands_once(house: OdooShop, *numbers: int, gone: str = "") -> None:
    """Each unit is one lot with one piece, but for the one that is gone; each order is one sale order with one delivery
    of its own unit.
    """
    lots = [row["name"] for row in house.eyes.rows("stock.lot", [], "name")]
    assert sorted(lots) == sorted(house.units.values())
    assert house.eyes.in_stock() == dict.fromkeys(set(house.units.values()) - {gone}, 1.0)
    for number in numbers:
        [line] = detail(house, number).lines
        [unit] = line.units
        assert len(house.eyes.sales(number)) == 1
        assert house.eyes.left(number) == [(unit.identifier, "assigned", 1.0)]


def assert_soon_under_way(house: OdooShop) -> None:
    """Odoo is there again, and it is not long before nothing waits any more."""
    since = house.clock.now()
    while house.waiting() and house.clock.now() - since < SOON:
        house.to_odoo()
    assert house.waiting() == []


def test_an_hour_without_odoo_costs_no_attempt_and_what_waited_goes_in_its_order(
    house: OdooShop, wire: Wire
) -> None:
    at_odoo = list(house.units)
    wire.cut()
    numbers: list[int] = []
    sent = ""
    for minute in range(0, 70, 2):
        if minute % 20 == 0:
            house.ready()
        if minute in (30, 50):
            numbers.append(bought(house))
        if minute == 60:
            [line] = detail(house, numbers[-1]).lines
            [unit] = line.units
            sent = unit.identifier
            packed(house, unit.unit_id, order=numbers[-1])
            house.sync()
        house.to_odoo(minutes=2)
    waiting = house.waiting()
    assert {one.key for one in waiting if one.kind == "unit"} >= set(house.units) - set(at_odoo)
    assert len([one for one in waiting if one.kind == "sale"]) == len(numbers) == 2
    assert {(one.state, one.attempts) for one in waiting} == {("pending", 0)}
    assert {one.fault for one in waiting} <= {"", Fault.OFFLINE.value}
    assert house.odoo.block_fault == Fault.OFFLINE.value

    wire.mend()
    assert_soon_under_way(house)
    assert house.eyes.left(numbers[-1]) == [(sent, "done", 1.0)], "sold and sent before it came there"
    assert_all_stands_once(house, numbers[0], gone=sent)
    lots = [row["name"] for row in house.eyes.rows("stock.lot", [], "name")]
    assert lots == list(house.units.values()), "the oldest first"
    sales = [int(row["client_order_ref"]) for row in house.eyes.rows("sale.order", [], "client_order_ref")]
    assert sales == numbers
    assert wire.calls.index("stock.lot.load") < wire.calls.index("sale.order.load")


def test_an_odoo_that_dies_behind_a_web_server_costs_no_attempt_but_that_of_the_call_it_died_in(
    house: OdooShop, wire: Wire
) -> None:
    died_in = wire.writes + 2

    def dies(call: Call) -> Trouble | None:
        if call.write != died_in:
            return None
        wire.gateway = 502
        return Trouble.AFTER

    [interrupted] = house.ready()
    wire.trouble = dies
    house.to_odoo()
    [untried] = house.ready()
    for wire.gateway in (502, 503, 504):
        for _ in range(4):
            house.to_odoo(minutes=5)
    waiting = {one.key: one for one in house.waiting()}
    assert {key: (one.state, one.attempts) for key, one in waiting.items()} == {
        interrupted: ("uncertain", 1),
        untried: ("pending", 0),
    }
    assert house.odoo.block_fault == Fault.OFFLINE.value
    why = failure_of(house.odoo.block_text)
    assert why is not None
    assert why.code == "odoo.nobody_behind"
    assert wire.refused > len(waiting)

    wire.gateway, wire.trouble = 0, lambda call: None
    assert_soon_under_way(house)
    assert_all_stands_once(house)


def scans(house: OdooShop) -> Iterator[ScanResult]:
    """Two units are graded, a scan at each step."""
    for number in (901, 902):
        serial = imei(number)
        for code in (serial, *GRADED):
            result = house.bench.good(code)
            if code == GRADED[-1]:
                assert result.unit is not None
                house.units[result.unit] = serial
            yield result


@contextmanager
def in_background(house: OdooShop) -> Iterator[threading.Thread]:
    """A run for Odoo in a thread of its own; at its end it had no problem, and nothing was tried twice."""
    house.advance(minutes=1)
    reports: list[Report] = []
    with house.odoo_alone():
        syncs = threading.Thread(
            target=lambda: reports.append(house.engine().run_once(Manner())), daemon=True
        )
        syncs.start()
        yield syncs
        syncs.join(400)
    [report] = reports
    assert report.problems == ()
    assert report.done
    assert {one.attempts for one in house.odoo_effects()} == {0}


def test_at_whatever_call_odoo_is_slow_a_scan_goes_through(house: OdooShop, wire: Wire) -> None:
    """Odoo answers no call before the next scan is on the disk: had anything of the store to wait for an answer, both
    would wait for each other for ever.
    """
    house.ready(2)
    called, answered = threading.Semaphore(0), threading.Semaphore(0)

    def holds(call: Call) -> None:
        called.release()
        answered.acquire()

    wire.trouble = holds
    scanning, done = scans(house), 0
    with in_background(house) as syncs:
        while syncs.is_alive():
            if called.acquire(timeout=0.05):
                done += next(scanning, None) is not None
                answered.release()
    assert done > len(GRADED)
    wire.trouble = lambda call: None
    for _ in scanning:
        pass
    house.arrive()
    assert_all_stands_once(house)


@pytest.mark.slow
def test_five_seconds_for_each_call_cost_no_attempt_and_stop_no_scan(house: OdooShop, wire: Wire) -> None:
    house.ready(2)
    wire.seconds = 5.0
    with in_background(house) as syncs:
        for _ in scans(house):
            assert syncs.is_alive(), "Odoo still thinks about the others"
    wire.seconds = 0.0
    house.arrive()
    assert_all_stands_once(house)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_whatever_connection_is_torn_all_stands_there_once(house: OdooShop, wire: Wire, seed: int) -> None:
    chance = random.Random(seed)
    torn: list[str] = []

    def tears(call: Call) -> Trouble | None:
        if chance.random() > 0.12:
            return None
        trouble = chance.choice(list(Trouble))
        torn.append(f"{trouble} {call.what}")
        return trouble

    wire.trouble = tears
    house.ready(4)
    house.to_odoo()
    numbers = [bought(house), bought(house)]
    house.arrive(40)
    assert len(torn) > 2
    assert_all_stands_once(house, *numbers)
