"""Orders as they must stand at Odoo: which of them wait, how often, and what is said of each on its way."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import update

from bmdesk.domain.effects import EffectState
from bmdesk.services import companies, privacy, settings
from bmdesk.services.goods import catalog, counted
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.sales import orders_agreed, orders_in, orders_truth
from bmdesk.services.odoo.sales.orders_agreed import Agreed
from bmdesk.services.odoo.sales.orders_there import OrderThere, Stage
from bmdesk.services.odoo.takeover.found_there import SaleFound
from bmdesk.services.orders import conflicts, handling
from bmdesk.services.policies import PolicyBook
from bmdesk.store.queries import customers, odoo, outbox, outbox_lists
from bmdesk.store.queries.customers import SHIPPING
from bmdesk.store.queries.odoo_orders import SALE
from bmdesk.store.tables import orders as orders_table
from bmdesk.store.transaction import Tx
from tests.desks import TABLET
from tests.markets import OWNER, Shop, market, marketplace, shop
from tests.selling import (
    PARCEL,
    bought,
    cancelled,
    detail,
    lines,
    packed,
    selling,
    shipped,
    sold,
    there,
)

__all__ = ["market", "marketplace", "shop"]

CASE = f"{TABLET}-GOOD"


@pytest.fixture
def house(shop: Shop) -> Shop:
    """A shop whose company works with an Odoo that nobody has reached yet."""
    connect(shop)
    return shop


def connect(shop: Shop) -> None:
    shop.put("odoo.url", "https://odoo.example.com")


def waiting(shop: Shop) -> list[str]:
    """Numbers of the orders that wait to be sent there."""
    found = shop.desk.read(lambda c: outbox_lists.shown(c, shop.desk.company, limit=1000))
    return [str(one.order) for one in found if one.effect.kind == "sale" and one.effect.state == "pending"]


def forget(shop: Shop) -> None:
    """What waits was sent, and nothing is remembered of it."""

    def work(tx: Tx) -> None:
        for one in shop.effects("pending", kind="sale"):
            outbox.end(tx, one.id, EffectState.DONE)

    shop.desk.write(work)


def truth(shop: Shop, number: int) -> OrderThere | None:
    order_id = lines(shop, number)[0].order_id
    return shop.desk.read(lambda c: orders_truth.read(c, shop.desk, [order_id])).get(order_id)


def stands(shop: Shop, number: int) -> OrderThere:
    found = truth(shop, number)
    assert found is not None
    return found


# ---------------------------------------------------------------- which wait, and how often


def test_one_line_waits_for_an_order_however_much_happens_to_it(house: Shop) -> None:
    (unit,) = selling(house)
    number = bought(house)
    assert waiting(house) == [str(number)]
    packed(house, unit)
    house.sync()
    house.advance(minutes=5)
    house.sync()
    assert waiting(house) == [str(number)]


def test_without_odoo_nothing_waits_for_it(shop: Shop) -> None:
    shipped(shop)
    assert not shop.effects(kind="sale")
    connect(shop)
    shop.put("odoo.url", "")
    bought(shop)
    assert not shop.effects(kind="sale")


def test_an_order_that_is_read_again_as_it_was_is_not_sent_again(house: Shop) -> None:
    selling(house)
    bought(house)
    house.sync()  # accepted there, and read so
    forget(house)
    house.advance(minutes=5)
    house.sync()
    assert waiting(house) == []


def test_whatever_changes_an_order_makes_it_wait(house: Shop) -> None:
    (unit,) = selling(house)
    number = bought(house)
    house.sync()
    order = detail(house, number)

    forget(house)
    address = order.shipping
    assert address is not None
    elsewhere = replace(address, street="2 New Street")
    house.desk.write(lambda tx: customers.set_address(tx, order.row.id, SHIPPING, elsewhere))
    assert waiting(house) == [str(number)]

    forget(house)
    buyer = order.customer_id or ""
    house.desk.write(lambda tx: customers.set_customer(tx, buyer, phone="+33 1"))
    assert waiting(house) == [str(number)]

    forget(house)
    packed(house, unit)
    assert waiting(house) == [str(number)]


def test_what_is_open_waits_as_soon_as_there_is_an_odoo_and_what_has_left_is_history(shop: Shop) -> None:
    gone = shipped(shop)
    shop.advance(days=2)
    shop.ready(1)
    number = bought(shop)
    shop.sync()
    connect(shop)
    assert waiting(shop) == [str(number)]

    forget(shop)
    shop.advance(days=20)
    shop.market.set_line_state(there(shop, gone)[0]["id"], 6)
    shop.sync()
    assert str(gone) not in waiting(shop)


def test_what_another_tool_sold_is_not_ours_to_say(house: Shop) -> None:
    selling(house, how="read")
    number = bought(house)
    assert waiting(house) == [] and truth(house, number) is None


def test_two_companies_stay_apart(house: Shop) -> None:
    selling(house)
    number = bought(house)
    order_id = lines(house, number)[0].order_id
    row = companies.add(house.desk, None, "second", "Second Phones").row
    other = replace(house.desk, company=row.id, book=PolicyBook())
    assert other.read(lambda c: orders_truth.read(c, other, [order_id])) == {}
    settings.put(other, "odoo.url", "https://odoo.example.org")
    assert all(one.company_id == house.desk.company for one in house.effects(kind="sale"))
    assert not other.read(lambda c: outbox_lists.count_by_state(c, other.company))


# ---------------------------------------------------------------- what is said of an order


def test_an_order_stands_from_the_moment_it_is_accepted(house: Shop) -> None:
    (unit,) = selling(house, how="by_hand")
    number = bought(house, payment="CARD")
    assert truth(house, number) is None and waiting(house) == []

    handling.accept(house.desk, OWNER, detail(house, number).row.id)
    house.sync()
    house.sync()
    order = stands(house, number)
    shown = detail(house, number)
    assert (order.number, order.stage, order.market) == (str(number), Stage.RESERVED, "fr-fr")
    assert (order.currency, order.payment_method) == ("EUR", "CARD")
    assert (order.carrier, order.tracking, order.packed_on) == ("", "", None)
    (line,) = order.lines
    assert [(one.unit_id, one.identifier) for one in line.serials] == [(unit, house.units[unit])]
    assert (line.quantity, line.price, line.vat_scheme) == (1, Decimal("500.00"), "margin")
    assert order.total == line.price and not line.counted and not line.cancelled
    assert shown.shipping is not None
    assert (order.shipping.street, order.shipping.country) == (shown.shipping.street, shown.shipping.country)
    assert order.customer.customer_id == shown.customer_id
    assert (order.customer.name, order.customer.phone) == (shown.shipping.name, shown.shipping.phone)


def test_a_closed_parcel_has_left_with_its_number_and_day(house: Shop) -> None:
    (unit,) = sold(house)
    house.sync()
    number = house.order  # type: ignore[attr-defined]
    packed(house, unit)
    order = stands(house, number)
    assert (order.stage, order.tracking) == (Stage.PACKED, PARCEL)
    assert order.carrier and order.packed_on == house.clock.now().date()
    house.sync()
    assert stands(house, number) == order, "that it is told at Back Market changes nothing of it"
    house.market.set_line_state(there(house, number)[0]["id"], 6)
    house.sync()
    later = stands(house, number)
    assert later.lines == tuple(replace(line, refunded=True) for line in order.lines)
    assert replace(later, lines=order.lines) == order, "money that is given back later changes nothing else"


def test_a_cancelled_order_says_so_and_gives_its_device_back(house: Shop) -> None:
    selling(house)
    number = bought(house)
    house.sync()
    cancelled(house, number)
    order = stands(house, number)
    assert (order.stage, order.total) == (Stage.CANCELLED, Decimal(0))
    assert [(line.cancelled, line.serials) for line in order.lines] == [(True, ())]


def test_what_is_cancelled_in_a_closed_parcel_counts_until_it_was_taken_out(house: Shop) -> None:
    (unit,) = sold(house)
    house.sync()
    number = house.order  # type: ignore[attr-defined]
    packed(house, unit)
    house.market.set_line_state(there(house, number)[0]["id"], 5)
    house.sync()
    assert stands(house, number).stage is Stage.PACKED
    (conflict,) = detail(house, number).conflicts
    conflicts.resolve(house.desk, OWNER, conflict.id, "taken_out")
    assert stands(house, number).stage is Stage.CANCELLED


def test_another_device_takes_the_place_of_the_reserved_one(house: Shop) -> None:
    first, other = selling(house, 2)
    number = bought(house)
    house.sync()
    assert [one.unit_id for one in stands(house, number).lines[0].serials] == [first]
    handling.assign(house.desk, OWNER, lines(house, number)[0].id, other)
    assert [one.unit_id for one in stands(house, number).lines[0].serials] == [other]
    assert waiting(house) == [str(number)]


def test_two_pieces_are_one_line_with_two_serials(house: Shop) -> None:
    units = selling(house, 2)
    number = bought(house, 2)
    house.sync()
    (line,) = stands(house, number).lines
    assert (line.quantity, {one.unit_id for one in line.serials}) == (2, set(units))
    assert line.price == Decimal("1000.00")


def test_counted_goods_have_pieces_and_no_serials(house: Shop) -> None:
    house.offer(CASE, 0)
    counted.set_pieces(house.desk, OWNER, catalog.variant(house.desk, TABLET).id, "GOOD", False, 5)
    house.settle()
    house.put("backmarket.orders", "automatic")
    number = int(house.market.order(CASE, 2))
    house.sync()
    house.sync()
    (line,) = stands(house, number).lines
    assert (line.counted, line.quantity, line.serials, line.vat_scheme) == (True, 2, (), "regular")
    assert line.product.model_code == TABLET


def test_a_buyer_who_was_erased_is_not_named_there_again(house: Shop) -> None:
    number = shipped(house)
    house.sync()
    buyer = detail(house, number).customer_id or ""
    privacy.erase(house.desk, OWNER, buyer)
    assert truth(house, number) is None


def test_an_order_that_bmdesk_never_read_is_nothing(house: Shop) -> None:
    assert house.desk.read(lambda c: orders_truth.read(c, house.desk, ["NOBODY"])) == {}


# ---------------------------------------------------------------- what was paid for sending


def sending(shop: Shop, number: int, of_order: int | None, *of_lines: int | None) -> None:
    """Back Market said these amounts, in cents."""

    def work(tx: Tx) -> None:
        of = lines(shop, number)
        order = orders_table.customer_order
        where = order.c.id == of[0].order_id
        tx.connection.execute(update(order).where(where).values(shipping_minor=of_order))
        for line, minor in zip(of, of_lines, strict=True):
            where = orders_table.orderline.c.id == line.id
            tx.connection.execute(update(orders_table.orderline).where(where).values(shipping_minor=minor))

    shop.desk.write(work)


@pytest.mark.parametrize(
    ("of_order", "of_line", "costs"),
    [
        (None, None, None),
        (0, 0, None),
        (590, 590, "5.90"),
        (590, None, "5.90"),
        (None, 590, "5.90"),
        (0, 590, None),
    ],
)
def test_what_was_paid_for_sending_is_a_line_of_its_own_and_in_the_total(
    house: Shop, of_order: int | None, of_line: int | None, costs: str | None
) -> None:
    sold(house)
    number = house.order  # type: ignore[attr-defined]
    sending(house, number, of_order, of_line)
    order = stands(house, number)
    goods, *others = order.lines
    assert [str(one.price) for one in others if one.shipping] == ([costs] if costs else [])
    assert order.total == goods.price + (Decimal(costs) if costs else 0)
    assert not goods.shipping and all(one.vat_scheme == goods.vat_scheme for one in others)
    assert order.is_whole


def test_what_was_cancelled_is_not_sent_and_what_went_without_stays_without(house: Shop) -> None:
    selling(house)
    number = bought(house)
    house.sync()
    sending(house, number, 590, 590)
    order_id = lines(house, number)[0].order_id
    account = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    assert account is not None
    earlier = orders_agreed.write(Agreed("S00012", frozenset({lines(house, number)[0].id})))
    house.desk.write(lambda tx: odoo.agree(tx, account.id, SALE, order_id, 12, earlier))
    assert [one.shipping for one in stands(house, number).lines] == [False]
    every = frozenset({lines(house, number)[0].id, f"{lines(house, number)[0].id}_shipping"})
    now = orders_agreed.write(Agreed("S00012", every))
    house.desk.write(lambda tx: odoo.agree(tx, account.id, SALE, order_id, 12, now))
    cancelled(house, number)
    sending(house, number, 590, 590)
    order = stands(house, number)
    assert [(one.shipping, one.cancelled) for one in order.lines] == [(False, True), (True, True)]
    assert order.total == 0 and order.stage is Stage.CANCELLED


@pytest.mark.parametrize(("amount", "sends"), [("goods", False), ("all", True)])
def test_a_sale_order_that_was_taken_over_is_right_with_or_without_what_was_paid_for_sending(
    house: Shop, amount: str, sends: bool
) -> None:
    sold(house)
    number = house.order  # type: ignore[attr-defined]
    sending(house, number, 590, 590)
    account = house.desk.read(lambda c: odoo_account.of(c, house.desk.company))
    assert account is not None
    before = stands(house, number)
    total = before.total if amount == "all" else before.lines[0].price
    found = SaleFound(
        40, "S00040", "sale", (number,), {}, True, total, before.currency, before.ordered_at.date()
    )
    house.desk.write(lambda tx: orders_in.take_sale(tx, account.id, "OWNER", "desk", found))
    order = stands(house, number)
    assert order.total == total
    assert [one.shipping for one in order.lines] == ([False, True] if sends else [False])
