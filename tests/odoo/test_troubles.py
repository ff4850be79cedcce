"""An Odoo that is away: nobody at the bench notices, and afterwards all stands there once.

Between bmdesk and a real Odoo 19 stands a wire (tests/odoo/wires) that is cut. Hours are the clock's: nobody waits for
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bmdesk.domain.effects import Fault
from bmdesk.services import settings
from tests.markets import Shop, market, marketplace, shop
from tests.odoo.databases import Database
from tests.odoo.houses import OdooShop, with_odoo
from tests.odoo.shops import add_fields, transport
from tests.odoo.wires import Wire
from tests.selling import bought, detail, packed

__all__ = ["market", "marketplace", "shop"]
pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]

SOON = timedelta(minutes=12)
"""After so long at most what waited for an Odoo that was away is under way again."""


@pytest.fixture
def wire(odoo_server: str) -> Iterator[Wire]:
    with Wire(odoo_server) as made:
        yield made


@pytest.fixture
def house(own_odoo_database: Database, shop: Shop, wire: Wire) -> OdooShop:
    """Two units stand at Odoo and are on offer; orders are accepted by themselves."""
    who = own_odoo_database.admin()
    remote = transport(own_odoo_database, who, 1)
    add_fields(remote)
    remote.close()
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
    mended = house.clock.now()
    while house.waiting() and house.clock.now() - mended < SOON:
        house.to_odoo()
    assert house.waiting() == []
    assert house.eyes.left(numbers[-1]) == [(sent, "done", 1.0)], "sold and sent before it came there"
    assert_all_stands_once(house, numbers[0], gone=sent)
    lots = [row["name"] for row in house.eyes.rows("stock.lot", [], "name")]
    assert lots == list(house.units.values()), "the oldest first"
    sales = [int(row["client_order_ref"]) for row in house.eyes.rows("sale.order", [], "client_order_ref")]
    assert sales == numbers
    assert wire.calls.index("stock.lot.load") < wire.calls.index("sale.order.load")
