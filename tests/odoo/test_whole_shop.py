"""A shop of 200 units and 50 orders, from the bench and the marketplace to a real Odoo 19, where others look."""

from __future__ import annotations

import pytest

from bmdesk.services import settings
from bmdesk.services.goods import units_actions
from tests.markets import OWNER, Shop, market, marketplace, shop
from tests.odoo.databases import Database
from tests.odoo.eyes import Eyes
from tests.odoo.houses import OdooShop, parcel, with_odoo
from tests.selling import bought, detail, packed

__all__ = ["market", "marketplace", "shop"]
pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


@pytest.fixture
def house(own_odoo_database: Database, shop: Shop) -> OdooShop:
    who = own_odoo_database.admin()
    return with_odoo(shop, own_odoo_database, who)


@pytest.mark.parametrize(("units", "orders"), [(12, 3), pytest.param(200, 50, marks=pytest.mark.slow)])
def test_units_and_orders_stand_there_as_they_are_here(house: OdooShop, units: int, orders: int) -> None:
    eyes = house.eyes
    [stock] = [row["lot_stock_id"][0] for row in eyes.rows("stock.warehouse", [], "lot_stock_id")]
    values = {"name": "A-1", "usage": "internal", "location_id": stock}
    shelf = eyes.ask("stock.location", "create", values)
    made = house.ready(units)
    serials = {house.units[one] for one in made}
    house.arrive()
    assert eyes.in_stock() == dict.fromkeys(serials, 1.0)

    worse, moved = made[: units // 4], made[units // 4 : units // 2]
    for unit in worse:
        house.regrade(unit)
    units_actions.move_to_bin(house.desk, OWNER, moved, "MAIN/A-1")
    house.arrive()
    lots = eyes.rows("stock.lot", [], "name", "x_bm_grade", "location_id", "company_id")
    assert len(lots) == units and {row["company_id"][0] for row in lots} == {1}
    assert {row["name"] for row in lots if row["x_bm_grade"] == "GOOD"} == {house.units[one] for one in worse}
    assert {row["name"] for row in lots if row["location_id"][0] == shelf} == {
        house.units[one] for one in moved
    }
    assert eyes.in_stock() == dict.fromkeys(serials, 1.0)

    house.apart = True  # somebody there is quicker than the orders
    house.offer()
    settings.put(house.desk, "backmarket.orders", "automatic")
    house.sync()
    numbers = [bought(house) for _ in range(orders)]
    reserved = {number: serial_of(house, number) for number in numbers}
    assert len(set(reserved.values())) == orders
    taken = reserve_by_hand(eyes, reserved[numbers[-1]])
    house.arrive()
    assert {number: eyes.left(number) for number in numbers} == {
        number: [(serial, "assigned", 1.0)] for number, serial in reserved.items()
    }
    for number, serial in reserved.items():
        packed(house, unit_of(house, serial), order=number, parcel=parcel(number))
    house.sync()
    house.arrive()
    assert {number: eyes.left(number) for number in numbers} == {
        number: [(serial, "done", 1.0)] for number, serial in reserved.items()
    }
    assert {number: eyes.deliveries(number) for number in numbers} == {number: ["done"] for number in numbers}
    assert eyes.in_stock() == dict.fromkeys(serials - set(reserved.values()), 1.0)
    for number in numbers:
        [sold] = house.market.order_state(number)["lines"]
        assert [row["amount_total"] for row in eyes.sales(number)] == [float(sold["price"])]
    [by_hand] = eyes.rows("stock.move.line", [("picking_id", "=", taken)], "lot_id", "picked")
    assert by_hand["lot_id"][1] in serials - set(reserved.values()) and not by_hand["picked"]


def serial_of(house: OdooShop, number: int) -> str:
    """The device that the order of this number gets, as the window says it."""
    [line] = detail(house, number).lines
    [unit] = line.units
    return unit.identifier


def unit_of(house: OdooShop, serial: str) -> str:
    return next(unit for unit, name in house.units.items() if name == serial)


def reserve_by_hand(eyes: Eyes, serial: str) -> int:
    """Somebody at Odoo sells a device there, and their transfer has reserved exactly this one."""
    [lot] = eyes.rows("stock.lot", [("name", "=", serial)], "product_id")
    partner = eyes.ask("res.partner", "create", {"name": "Walk-in"})
    line = {"product_id": lot["product_id"][0], "product_uom_qty": 1, "price_unit": 1}
    sale = eyes.ask("sale.order", "create", {"partner_id": partner, "order_line": [(0, 0, line)]})
    eyes.ask("sale.order", "action_confirm", [sale])
    [row] = eyes.rows("stock.move.line", [("picking_id.sale_id", "=", sale)], "picking_id")
    eyes.ask("stock.move.line", "write", [row["id"]], {"lot_id": lot["id"]})
    return int(row["picking_id"][0])
