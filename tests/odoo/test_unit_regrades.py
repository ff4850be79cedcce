"""A unit is graded anew, or put elsewhere, while nobody knows whether what was before came to a real Odoo 19: what we
wrote there ourselves is never taken for what somebody there wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bmdesk.connectors.failures import AnswerLost
from bmdesk.store.queries import units
from bmdesk.store.queries.units import UnitRow
from tests.markets import Shop, market, marketplace, shop
from tests.odoo import shops
from tests.odoo.databases import Database
from tests.odoo.houses import SURELY_OVER, OdooShop, with_odoo
from tests.odoo.shops import Watched, a_shelf, a_unit, inside
from tests.odoo.wires import Trouble, Wire

__all__ = ["market", "marketplace", "shop"]
pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


@pytest.fixture
def wire(odoo_server: str) -> Iterator[Wire]:
    with Wire(odoo_server) as made:
        yield made


@pytest.fixture
def house(own_odoo_database: Database, shop: Shop, wire: Wire) -> OdooShop:
    made = with_odoo(shop, own_odoo_database, own_odoo_database.admin(), url=wire.url)
    made.apart = True
    return made


def there(house: OdooShop, unit: str) -> str:
    [row] = house.eyes.rows("stock.lot", [("name", "=", house.units[unit])], "x_bm_grade")
    return str(row["x_bm_grade"])


def a_row(house: OdooShop, unit: str) -> UnitRow:
    return house.desk.read(lambda c: units.unit(c, unit))


@pytest.mark.parametrize(
    ("what", "trouble"), [("stock.lot.load", Trouble.AFTER), ("mail.message.create", Trouble.BEFORE)]
)
def test_a_grade_of_the_bench_outlives_one_whose_answer_never_came(
    house: OdooShop, wire: Wire, what: str, trouble: Trouble
) -> None:
    back, on, same = house.ready(3)
    house.arrive()
    assert there(house, back) == "EXCELLENT"
    for unit in (back, on, same):
        house.regrade(unit, "FAIR")
    troubles = {what: trouble}
    wire.trouble = lambda call: troubles.get(call.what)
    house.to_odoo()
    wire.trouble = lambda call: None
    assert [there(house, unit) for unit in (back, on, same)] == ["FAIR"] * 3
    house.regrade(back, "EXCELLENT")
    house.regrade(on, "GOOD")
    house.arrive()
    for _ in range(2):  # what Odoo says of it is read, too
        house.advance(SURELY_OVER)
        house.to_odoo()
    assert house.waiting() == []
    here = [a_row(house, unit).grade for unit in (back, on, same)]
    assert here == [there(house, unit) for unit in (back, on, same)] == ["EXCELLENT", "GOOD", "FAIR"]
    # Once both agree, what somebody there writes is theirs again, whatever it is.
    [lot] = house.eyes.ask("stock.lot", "search", [("name", "=", house.units[on])])
    house.eyes.ask("stock.lot", "write", [lot], {"x_bm_grade": "FAIR"})
    for _ in range(2):
        house.advance(SURELY_OVER)
        house.to_odoo()
    assert a_row(house, on).grade == "FAIR"


def test_a_unit_that_was_put_back_before_the_answer_came_lies_where_it_was_put(
    house: OdooShop, wire: Wire
) -> None:
    [stock] = house.eyes.rows("stock.warehouse", [("company_id", "=", 1)], "lot_stock_id")
    shelf = {"usage": "internal", "location_id": stock["lot_stock_id"][0]}
    first, _ = (
        house.eyes.ask("stock.location", "create", {**shelf, "name": name}) for name in ("A-1", "A-2")
    )
    [unit] = house.ready()
    house.bench.good(house.units[unit], "BMD:BIN:MAIN/A-1")
    house.arrive()
    house.bench.good(house.units[unit], "BMD:BIN:MAIN/A-2")
    wire.trouble = lambda call: Trouble.AFTER if call.what == "stock.lot.write" else None
    house.to_odoo()
    wire.trouble = lambda call: None
    house.bench.good(house.units[unit], "BMD:BIN:MAIN/A-1")
    for _ in range(3):
        house.advance(SURELY_OVER)
        house.to_odoo()
    assert house.waiting() == []
    assert a_row(house, unit).location == "MAIN/A-1"
    [lot] = house.eyes.rows("stock.lot", [("name", "=", house.units[unit])], "location_id")
    assert lot["location_id"][0] == first


def test_a_unit_that_was_moved_on_before_the_answer_came_is_moved_on_there(office: shops.Shop) -> None:
    shelves = {name: a_shelf(office, f"{name}, lost") for name in "ABC"}
    office.places = replace(office.places, by_warehouse=shelves)
    unit = a_unit(warehouse="A")
    office.right(unit)
    with pytest.raises(AnswerLost):
        office.right(replace(unit, warehouse="B"), through=Watched(office.remote, loses=1))
    assert inside(office, unit) == shelves["B"]
    office.right(replace(unit, warehouse="C"))
    assert inside(office, unit) == shelves["C"]
    # Moved by somebody there to where it once was on its way: theirs.
    office.admin.call("stock.lot", "write", [[office.lots[unit.unit_id]], {"location_id": shelves["B"]}])
    assert office.differs(replace(unit, warehouse="C")).fields == ("place",)
