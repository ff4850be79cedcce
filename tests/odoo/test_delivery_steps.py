"""A warehouse of a real Odoo 19 that delivers in several steps: bmdesk finishes none but the last, says which comes
first and with which serial, and goes on when somebody there has done it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bmdesk.services.odoo.sales.orders_there import OrderThere
from bmdesk.services.odoo.units.units_there import UnitThere
from tests.odoo.databases import Account, Database
from tests.odoo.sale_shops import Till, a_line, an_order, choices, packed, units_in_stock
from tests.odoo.shops import shop

pytestmark = pytest.mark.odoo


@pytest.fixture
def till(with_fields: Database, odoo_admin: Account) -> Iterator[Till]:
    """Goods are picked into the place for what leaves, and shipped from there."""
    with shop(with_fields, odoo_admin, odoo_admin) as there:
        [warehouse] = there.rows("stock.warehouse", [("company_id", "=", there.company)])
        there.admin.call("stock.warehouse", "write", [[warehouse["id"]], {"delivery_steps": "pick_ship"}])
        yield Till(there, choices(there))


def finish_pick(till: Till, order: OrderThere, unit: UnitThere) -> None:
    """What somebody at Odoo does who puts this unit where the delivery takes it from."""
    domain = [("sale_id", "=", till.sale(order)["id"]), ("state", "!=", "done")]
    [picking] = till.shop.rows("stock.picking", domain)
    [line] = till.shop.rows("stock.move.line", [("picking_id", "=", picking["id"])])
    values = {"lot_id": till.shop.lots[unit.unit_id], "picked": True}
    till.shop.admin.call("stock.move.line", "write", [[line["id"]], values])
    till.shop.admin.call("stock.picking", "button_validate", [[picking["id"]]])


def test_it_is_said_beforehand_what_to_finish_with_which_serial_and_then_it_leaves(till: Till) -> None:
    _, unit = units_in_stock(till.shop, 2)
    order = an_order(a_line(unit))
    for sent in (order, packed(order)):
        code, words = till.doubt(sent)
        assert code == "odoo.sale.several_steps"
        assert "PICK" in words and unit.identifier in words
    assert till.sale(order)["state"] == "sale"
    assert [row["state"] for row in till.deliveries(order)] == ["assigned"], "nothing was validated"

    finish_pick(till, order, unit)
    till.right(order)
    assert till.held(order)[order.number] == [f"{unit.identifier} assigned", f"{unit.identifier} done"]
    till.right(packed(order))
    assert till.held(order)[order.number] == [f"{unit.identifier} done"] * 2
    assert till.shop.places_of(unit)[unit.identifier] == []
    [result] = till.right(packed(order))
    assert not result.changed


def test_who_picked_another_one_is_told_that_ours_does_not_lie_there(till: Till) -> None:
    other, unit = units_in_stock(till.shop, 2)
    order = an_order(a_line(unit))
    till.doubt(order)
    finish_pick(till, order, other)
    code, words = till.doubt(packed(order))
    assert code == "odoo.sale.not_in_stock" and unit.identifier in words
    assert till.held(order)[order.number][0].endswith("done")
    assert all("done" not in one for one in till.held(order)[order.number] if unit.identifier in one)
