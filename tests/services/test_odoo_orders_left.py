"""What Odoo lacks of orders that left: shown since a day, sent when somebody says so, each once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bmdesk.services import settings
from bmdesk.services.desk import Actor
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.choices import Candidate, Choice, Kind
from bmdesk.services.odoo.sales import orders_left
from bmdesk.services.odoo.sales.orders_left import Lack, Left
from bmdesk.services.odoo.sales.orders_there import Billed, OrderKnown, OrderResult, OrderRight, OrderThere
from bmdesk.texts import render
from tests.bookkeeper import BookedShop, booked
from tests.markets import OWNER, Shop, market, marketplace, shop
from tests.selling import bought, lines, packed, selling, shipped
from tests.services.test_odoo_orders import connect, forget, stands, waiting

__all__ = ["market", "marketplace", "shop"]


def look(shop: Shop, days: int = 30) -> Left:
    return orders_left.look(shop.desk, since(shop, days))


def since(shop: Shop, days: int) -> date:
    return (shop.clock.now() - timedelta(days=days)).date()


def found(left: Left) -> list[tuple[str, str, bool]]:
    return [(one.number, one.lack.value, one.invoiced) for one in left.orders]


def send(shop: Shop, *lacks: Lack) -> int:
    return orders_left.queue(shop.desk, OWNER, look(shop).of(lacks or tuple(Lack)))


def settle(shop: Shop) -> None:
    for _ in range(3):
        shop.sync()
        shop.advance(minutes=1)


def told(order: OrderThere, known: OrderKnown, billed: Billed) -> OrderResult:
    return OrderRight(12, 7, {}, changed=True, name="S00012", billed=billed)


# ---------------------------------------------------------------- orders that Odoo does not know


def test_what_left_before_there_was_an_odoo_is_shown_and_sent_once_when_somebody_says_so(shop: Shop) -> None:
    number = shipped(shop)
    shop.advance(days=3)
    connect(shop)
    assert found(look(shop)) == [(str(number), "orders", False)]
    assert render(look(shop).orders[0].follows) == "Sales order and delivery"
    assert waiting(shop) == [], "looking sends nothing"
    assert found(look(shop, days=2)) == [], "it left before that day"

    assert send(shop) == 1
    assert waiting(shop) == [str(number)]
    again = look(shop)
    assert (again.orders, again.busy) == ((), 1)
    assert send(shop) == 0
    assert waiting(shop) == [str(number)]


def test_what_was_chosen_twice_waits_once(shop: Shop) -> None:
    shipped(shop)
    connect(shop)
    chosen = look(shop).orders
    orders_left.queue(shop.desk, OWNER, chosen)
    orders_left.queue(shop.desk, OWNER, chosen)
    assert len(waiting(shop)) == 1


def test_what_left_while_orders_were_not_sent_waits_and_is_told_so(shop: Shop) -> None:
    connect(shop)
    settings.put(shop.desk, "odoo.orders.direction", "off")
    number = shipped(shop)
    assert waiting(shop) == [str(number)], "queued all the same: it goes when that is switched on"
    left = look(shop)
    assert (left.held, left.busy, left.orders) == (True, 1, ())


def test_what_the_old_odoo_was_not_told_while_it_was_switched_off_is_shown(shop: Shop) -> None:
    connect(shop)
    settings.put(shop.desk, "odoo.url", "")
    number = shipped(shop)
    connect(shop)
    assert (waiting(shop), found(look(shop))) == ([], [(str(number), "orders", False)])


def test_an_order_that_stands_there_lacks_nothing(shop: Shop) -> None:
    house = booked(shop)
    shipped(house)
    settle(house)
    assert look(house).orders == ()


def test_what_is_still_here_is_not_asked_about(shop: Shop) -> None:
    selling(shop)
    bought(shop)
    connect(shop)
    forget(shop)
    assert look(shop).orders == ()


# ---------------------------------------------------------------- invoices and payments


@pytest.fixture
def house(shop: Shop) -> BookedShop:
    """An Odoo that does not invoice, and an order there that left."""
    made = booked(shop)
    made.number = shipped(made)  # type: ignore[attr-defined]
    settle(made)
    return made


def test_what_left_before_invoices_were_switched_on_is_invoiced_when_somebody_says_so(
    house: BookedShop,
) -> None:
    number = house.number  # type: ignore[attr-defined]
    assert look(house).orders == ()
    settings.put(house.desk, "odoo.invoices", "true")
    settle(house)
    assert found(look(house)) == [(str(number), "invoices", True)]
    assert not stands(house, number).invoiced and waiting(house) == []

    house.books.answer = lambda order, known: told(
        order, known, Billed.DONE if order.invoiced else Billed.NOT
    )
    assert send(house, Lack.ORDER, Lack.PAYMENT) == 0
    assert send(house, Lack.INVOICE) == 1
    assert stands(house, number).invoiced
    house.books.given.clear()
    settle(house)
    assert [order.invoiced for order, _ in house.books.given][:1] == [True]
    assert look(house).orders == () and waiting(house) == []
    assert stands(house, number).invoiced, "what happens to it later finds its invoice"


def test_only_what_was_shown_is_invoiced(house: BookedShop) -> None:
    number = house.number  # type: ignore[attr-defined]
    house.advance(days=5)
    (unit,) = house.ready(1)
    later = bought(house)
    packed(house, unit, parcel="RR123456799GB")
    settle(house)
    settings.put(house.desk, "odoo.invoices", "true")
    chosen = look(house, days=2)
    assert found(chosen) == [(str(later), "invoices", True)]
    orders_left.queue(house.desk, OWNER, chosen.orders)
    assert stands(house, later).invoiced and not stands(house, number).invoiced


def test_a_payment_is_missing_as_soon_as_its_journal_is_chosen(house: BookedShop) -> None:
    settings.put(house.desk, "odoo.invoices", "true")
    house.books.answer = lambda order, known: told(order, known, Billed.UNPAID)
    send(house, Lack.INVOICE)
    settle(house)
    assert look(house).orders == (), "nothing would come of sending it"
    bank = Choice(Kind.JOURNAL, choices.OTHERS, Candidate(6, "Bank"))
    choices.keep(house.desk, OWNER, [bank])
    assert [one.lack for one in look(house).orders] == [Lack.PAYMENT]
    house.books.answer = lambda order, known: told(order, known, Billed.DONE)
    assert send(house, Lack.PAYMENT) == 1
    settle(house)
    assert look(house).orders == ()


def test_what_is_sent_once_more_stays_billed(house: BookedShop) -> None:
    number = house.number  # type: ignore[attr-defined]
    settings.put(house.desk, "odoo.invoices", "true")
    house.books.answer = lambda order, known: told(order, known, Billed.DONE)
    send(house, Lack.INVOICE)
    settle(house)
    house.books.answer = lambda order, known: told(order, known, Billed.NOT)
    order_id = lines(house, number)[0].order_id
    house.desk.write(lambda tx: tx.ordered.add(order_id))
    settle(house)
    assert look(house).orders == ()


# ---------------------------------------------------------------- who may, and what is refused


def test_who_may_not_change_accounts_sends_nothing(shop: Shop) -> None:
    shipped(shop)
    connect(shop)
    chosen = look(shop).orders
    with pytest.raises(NotAllowed):
        orders_left.queue(shop.desk, Actor("PAT", "packer", "pack-1"), chosen)
    assert waiting(shop) == []


def test_without_an_odoo_nothing_can_be_lacking(shop: Shop) -> None:
    with pytest.raises(orders_left.NoAccount):
        look(shop)
    connect(shop)
    settings.put(shop.desk, "odoo.url", "")
    with pytest.raises(orders_left.NoAccount):
        look(shop)


def test_what_nobody_understands_is_said() -> None:
    assert orders_left.lacks_of([""]) == frozenset(Lack)
    assert orders_left.lacks_of(["orders", " Payments"]) == {Lack.ORDER, Lack.PAYMENT}
    with pytest.raises(orders_left.BadLack):
        orders_left.lacks_of(["everything"])
