"""Two stores of bmdesk at one Odoo, or one that was lost and begun anew: no order is sold there twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.services.odoo.sales.orders_there import OrderDoubt, OrderRight, OrderThere
from tests.odoo.databases import Account, Database
from tests.odoo.sale_shops import Till, a_line, an_order, choices, packed, units_in_stock
from tests.odoo.shops import Watched, shop

pytestmark = pytest.mark.odoo


@pytest.fixture
def till(with_fields: Database, odoo_admin: Account) -> Iterator[Till]:
    with shop(with_fields, odoo_admin, odoo_admin) as there:
        yield Till(there, choices(there))


def of_another_store(order: OrderThere) -> OrderThere:
    """The same order as another store keeps it: all its own ids are others."""
    lines = tuple(replace(line, line_id=f"{line.line_id}2") for line in order.lines)
    customer = replace(order.customer, customer_id=f"{order.customer.customer_id}2")
    return replace(order, order_id=f"{order.order_id}2", customer=customer, lines=lines)


def sales(till: Till, order: OrderThere) -> list[str]:
    return [
        row["state"]
        for row in till.shop.rows("sale.order", [("client_order_ref", "=", order.number)], "state")
    ]


def test_what_another_store_brought_is_asked_about_and_not_made_again(till: Till) -> None:
    first, second = units_in_stock(till.shop, 2)
    order = an_order(a_line(first), a_line(second, price="99.00"))
    till.right(order)
    known = till.sales[order.order_id]
    till.forget()
    mine = of_another_store(order)
    code, words = till.doubt(mine)
    assert code == "odoo.sale.of_another_store" and till.sale(order, "name")["name"] in words
    assert sales(till, order) == ["sale"]
    # The other store is gone, and this one took its sale order over.
    till.sales[mine.order_id] = known
    till.right(packed(mine))
    assert sales(till, order) == ["sale"]
    assert till.held(order)[order.number] == [f"{unit.identifier} done" for unit in (first, second)]


def test_a_number_of_another_platform_is_another_order(till: Till) -> None:
    first, second = units_in_stock(till.shop, 2)
    one = an_order(a_line(first))
    two = replace(an_order(a_line(second)), number=one.number, market="US")
    till.right(one)
    till.right(two)
    assert sales(till, one) == ["sale", "sale"]


def test_an_exported_sale_order_of_somebody_else_is_no_less_theirs(till: Till) -> None:
    """Who exports a list in Odoo gives each record in it an external id."""
    [unit] = units_in_stock(till.shop, 1)
    order = an_order(a_line(unit))
    partner = till.shop.create("res.partner", name="By hand")
    values = {"partner_id": partner, "client_order_ref": order.number, "origin": "Import"}
    theirs = till.shop.create("sale.order", **values)
    name = {"module": "__export__", "name": f"sale_order_{theirs}", "model": "sale.order", "res_id": theirs}
    till.shop.admin.call("ir.model.data", "create", [name])
    assert till.doubt(order)[0] == "odoo.sale.of_others"
    assert sales(till, order) == ["draft"]


@dataclass
class Beaten(Watched):
    """Right after the first sale order was loaded through it, another store's is there."""

    rival: Till | None = None
    order: OrderThere | None = None

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        rival, self.rival = (
            (self.rival, None) if (model, method) == ("sale.order", "load") else (None, self.rival)
        )
        if rival is not None and self.order is not None:
            rival.right(self.order)
        return super().call(model, method, args, kwargs)


def test_who_made_it_at_the_same_time_confirms_no_second_one(till: Till) -> None:
    unit, other = units_in_stock(till.shop, 2)
    order = an_order(a_line(unit))
    rival = Till(till.shop, till.choices)
    through: OdooTransport = Beaten(till.shop.remote, rival=rival, order=of_another_store(order))
    result = till.make_right(order, through=through)[order.order_id]
    assert isinstance(result, OrderDoubt) and result.failure.code == "odoo.sale.of_another_store"
    assert sorted(sales(till, order)) == ["draft", "sale"]
    # It is asked about for as long as both are there.
    till.sales[order.order_id] = result.sale_id or 0
    assert till.doubt(order)[0] == "odoo.sale.of_another_store"
    till.shop.admin.call("sale.order", "action_cancel", [[rival.sales[of_another_store(order).order_id]]])
    assert isinstance(till.right(order)[0], OrderRight)
    assert sorted(sales(till, order)) == ["cancel", "sale"]
    till.right(an_order(a_line(other)))
