"""Which order here a sale order of Odoo is: linked where something beside its number says so, else left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bmdesk.connectors.odoo.sales.sale_doubts import SaleOfOthers
from bmdesk.domain.effects import EffectState, Fault
from bmdesk.services.goods import units as goods_units
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.sales import orders_in
from bmdesk.services.odoo.sales.orders_in import CUSTOMERS
from bmdesk.services.odoo.takeover.found_there import BuyerFound, DeliveredFound, Met, Outcome, SaleFound
from bmdesk.services.orders import order_view
from bmdesk.services.orders.order_view import OrderFilter
from bmdesk.store.queries import customers, odoo, odoo_import, outbox, units
from bmdesk.store.queries.odoo_import import NumberedRow
from bmdesk.store.queries.odoo_orders import CUSTOMER, SALE
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text
from tests.desks import IMEIS
from tests.markets import Shop, market, marketplace, shop
from tests.selling import bought, detail, selling, shipped

__all__ = ["market", "marketplace", "shop"]

STRANGE = "SNSTRANGE1"
"""A serial that nobody here has seen."""


@pytest.fixture
def house(shop: Shop) -> Shop:
    """A shop whose company works with an Odoo that nobody has reached yet."""
    shop.put("odoo.url", "https://odoo.example.com")
    return shop


def order(shop: Shop, number: int) -> NumberedRow:
    (one,) = shop.desk.read(lambda c: odoo_import.numbered(c, shop.desk.company, [number]))
    return one


def buyer(shop: Shop, number: int) -> BuyerFound:
    """The contact that somebody made there for who bought."""
    customer_id = order(shop, number).customer_id
    assert customer_id is not None
    one = shop.desk.read(lambda c: customers.customer(c, shop.desk.company, customer_id))
    assert one is not None
    return BuyerFound(70, one.name.upper(), "", "", "")


def sale(shop: Shop, number: int, **values: object) -> SaleFound:
    one = order(shop, number)
    usual = SaleFound(
        id=40,
        name="S00040",
        state="sale",
        numbers=(number,),
        others={},
        says_so=True,
        total=Decimal(one.price_minor or 0) / 100,
        currency=one.currency,
        on=date(2026, 1, 2),
        buyer=buyer(shop, number),
    )
    return replace(usual, **values)  # type: ignore[arg-type]


def take(shop: Shop, *found: SaleFound) -> list[str]:
    """What became of each, and of who bought; the code of the reason where it was left out."""

    def work(tx: Tx) -> list[Met]:
        account = odoo_account.of(tx.connection, tx.company)
        assert account is not None
        return [met for one in found for met in orders_in.take_sale(tx, account.id, "OWNER", "desk", one)]

    return [
        (f"{met.beside} " if met.beside else "")
        + (met.became.code if isinstance(met.became, Text) else met.became.value)
        for met in shop.desk.write(work)
    ]


def linked(shop: Shop, kind: str, *there: int) -> dict[int, str]:
    account = shop.desk.read(lambda c: odoo_account.of(c, shop.desk.company))
    assert account is not None
    rows = shop.desk.read(lambda c: odoo.by_remote(c, account.id, kind, there))
    return {one: row.local_id for one, row in rows.items()}


def told(shop: Shop, unit_id: str) -> list[str]:
    return [line.code for line in goods_units.show_unit(shop.desk, unit_id).history]


def test_an_order_and_its_customer_are_linked_once(house: Shop) -> None:
    selling(house)
    number = bought(house)
    found = sale(house, number)
    assert take(house, found) == [Outcome.NEW, f"{CUSTOMERS} new"]
    assert linked(house, SALE, 40) == {40: order(house, number).id}
    assert linked(house, CUSTOMER, 70) == {70: order(house, number).customer_id}
    shown = detail(house, number).odoo
    assert shown is not None and shown.name == "S00040"
    assert take(house, found, found) == [Outcome.KNOWN, Outcome.KNOWN]


def test_what_is_not_back_markets_is_left_alone(house: Shop) -> None:
    selling(house)
    number = bought(house)
    other = sale(house, number, numbers=(), says_so=False, buyer=None)
    assert take(house, other, replace(other, numbers=(99999,))) == [Outcome.ALONE, Outcome.ALONE]
    assert take(house, replace(sale(house, number), state="cancel")) == [Outcome.ALONE]
    assert take(house, replace(other, says_so=True)) == ["odoo_import.order_no_number"]
    assert take(house, replace(other, says_so=True, numbers=(99999,))) == ["odoo_import.order_not_here"]
    assert linked(house, SALE, 40) == {}


def test_where_two_could_be_meant_nothing_is_guessed(house: Shop) -> None:
    selling(house)
    first, second = bought(house), bought(house)
    found = sale(house, first)
    assert take(house, replace(found, numbers=(first, second))) == ["odoo_import.several_orders"]
    assert take(house, replace(found, others={first: ("S00041",)})) == ["odoo_import.sale_twice"]
    assert take(house, replace(found, state="sent")) == ["odoo_import.sale_is_quotation"]
    assert linked(house, SALE, 40) == {}
    assert take(house, found)[0] == Outcome.NEW
    assert take(house, replace(found, id=41, name="S00041")) == ["odoo_import.order_stands"]


def test_a_number_alone_proves_nothing(house: Shop) -> None:
    number = shipped(house)
    nobody = BuyerFound(71, "Wholesale Ltd", "", "", "")
    found = sale(house, number, total=Decimal(9999), buyer=nobody)
    assert take(house, found) == ["odoo_import.sale_differs"]
    (serial,) = house.units.values()
    by_device = replace(found, delivered=(DeliveredFound(5, 6, serial, 7),))
    assert take(house, by_device) == [Outcome.NEW, f"{CUSTOMERS} odoo_import.other_buyer"]
    assert linked(house, CUSTOMER, 71) == {}


def test_a_serial_that_nobody_knew_is_found_and_told_of_when_it_comes_back(house: Shop) -> None:
    selling(house)
    number = bought(house)
    found = sale(house, number, delivered=(DeliveredFound(5, 6, STRANGE, 7),))
    assert take(house, found)[0] == Outcome.NEW
    assert house.desk.read(lambda c: units.by_identifier(c, house.desk.company, STRANGE)) is None
    (shown,) = order_view.page(house.desk, OrderFilter(words=STRANGE.lower())).rows
    assert shown.number == number
    house.bench.good(STRANGE)
    unit_id = house.desk.read(lambda c: units.by_identifier(c, house.desk.company, STRANGE))
    assert unit_id is not None and told(house, unit_id)[:2] == ["history.first_seen", "history.odoo_sold"]


def test_a_unit_that_is_here_has_the_sale_in_its_history_and_stays_where_it_is(house: Shop) -> None:
    selling(house)
    number = bought(house)
    unit_id = house.bench.ready_unit(IMEIS[3])
    before = house.desk.read(lambda c: units.unit(c, unit_id))
    waiting = len(house.effects())
    found = sale(house, number, delivered=(DeliveredFound(5, 6, IMEIS[3], 7, back=True),))
    take(house, found, found)
    assert told(house, unit_id).count("history.odoo_sold_back") == 1
    after = house.desk.read(lambda c: units.unit(c, unit_id))
    assert (after.state, after.location) == (before.state, before.location)
    assert len(house.effects()) == waiting


def test_an_order_that_waited_for_a_person_because_of_it_goes_on(house: Shop) -> None:
    selling(house)
    number = bought(house)
    (effect,) = house.effects(kind="sale")

    def park(tx: Tx) -> None:
        problem = SaleOfOthers(order=str(number), sale="S00040", origin="-")
        outbox.end(tx, effect.id, EffectState.PARKED, fault=Fault.REJECTED.value, problem=problem)

    house.desk.write(park)
    take(house, sale(house, number))
    (effect,) = house.effects(kind="sale")
    assert effect.state == EffectState.PENDING.value
