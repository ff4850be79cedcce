"""Whatever answer of a real Odoo 19 is lost, each order is there once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bmdesk.connectors.failures import AnswerLost
from bmdesk.services.odoo.sales.orders_there import OrderThere, Stage
from tests.odoo.sale_shops import (
    HOME,
    SOLD_AT,
    Till,
    a_customer,
    a_line,
    an_order,
    choices,
    packed,
    units_in_stock,
)
from tests.odoo.shops import Shop, Watched

pytestmark = pytest.mark.odoo


@pytest.fixture
def till(office: Shop) -> Till:
    return Till(office, choices(office))


@pytest.mark.slow
def test_whichever_answer_is_lost_there_is_one_of_everything(till: Till) -> None:
    """A story of selling, swapping, cancelling and delivering; each of its writes loses its answer once."""
    lost = 0
    while True:
        first, second, dropped, late, _ = units_in_stock(till.shop, 5)
        hand = till.sold_by_hand(second)
        customer = a_customer()
        shipping = replace(HOME, street=f"{lost} Lost Street")
        lines = a_line(second), a_line(dropped)
        order = an_order(*lines, customer=customer, shipping=shipping)
        gone = an_order(a_line(late), customer=customer)
        swapped = replace(
            order,
            lines=(replace(lines[0], serials=a_line(first).serials), replace(lines[1], cancelled=True)),
            total=lines[0].price,
        )
        over = packed(swapped), replace(gone, stage=Stage.CANCELLED)
        watched = Watched(till.shop.remote, loses=lost)
        for state in ((order, gone), over):
            try:
                till.right(*state, through=watched)
            except AnswerLost:
                assert watched.writes == lost
                till.right(*state)
        if lost > watched.writes:
            break
        assert_told_once(till, order, gone)
        assert till.held(order)[order.number] == [f"{first.identifier} done"]
        [other] = till.held_by(hand)
        assert other != first.identifier  # what the order gave up in the swap is anybody's
        assert_held_once(till)
        till.shop.admin.call("stock.picking", "action_cancel", [[hand]])
        lost += 1
    assert lost > 12


def assert_held_once(till: Till) -> None:
    held = [("lot_id", "!=", False), ("quantity", ">", 0), ("state", "not in", ["done", "cancel"])]
    lots = [row["lot_id"][1] for row in till.shop.rows("stock.move.line", held, "lot_id")]
    assert len(lots) == len(set(lots))


def assert_told_once(till: Till, order: OrderThere, gone: OrderThere) -> None:
    assert [row["state"] for row in till.deliveries(order)] == ["done"]
    assert till.sale(order, "date_order")["date_order"] == f"{SOLD_AT:%Y-%m-%d %H:%M:%S}"
    assert till.sale(gone)["state"] == "cancel"
    [partner] = till.shop.rows("res.partner", [("email", "=", order.customer.email)])
    assert len(till.shop.rows("res.partner", [("parent_id", "=", partner["id"])])) == 1
