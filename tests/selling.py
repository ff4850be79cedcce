"""What stories of orders begin with: units on offer, somebody who buys, a packer with a scanner; and how it stands."""

from __future__ import annotations

from typing import Any

from bmdesk.services import settings
from bmdesk.services.grading.seating import Seat
from bmdesk.services.orders import order_view
from bmdesk.services.orders.order_shown import OrderDetail
from bmdesk.services.shipping import packing, parcels
from bmdesk.services.shipping.packing import PackResult
from bmdesk.store.queries import order_progress, orders, units
from bmdesk.store.queries.order_progress import StepRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.texts import render
from tests import retold
from tests.markets import FIRST, Shop

PACKER = Seat("pack-1", script=True, fallback="OWNER")
PARCEL, OTHER_PARCEL = "RR123456785GB", "AA123456785GB"
CONFIRM = "BMD:CONFIRM"


@retold.step
def selling(shop: Shop, count: int = 1, how: str = "automatic") -> list[str]:
    """So many units, offered; orders are handled so."""
    made = shop.ready(count)
    shop.offer()
    settings.put(shop.desk, "backmarket.orders", how)
    return made


@retold.step
def bought(shop: Shop, quantity: int = 1, **facts: Any) -> int:
    """An order, read, and accepted where it has its units; its number."""
    number = int(shop.market.order(FIRST, quantity, **facts))
    shop.sync()
    return number


@retold.step
def sold(shop: Shop, count: int = 1, *, quantity: int = 1) -> list[str]:
    """So many units, one order (`shop.order`), accepted; the units."""
    made = selling(shop, count)
    shop.order = bought(shop, quantity)  # type: ignore[attr-defined]
    return made


def pack(shop: Shop, *codes: object, seat: Seat = PACKER) -> PackResult:
    """Scan these; the last answer."""
    results = []
    for code in codes:
        shop.clock.advance(seconds=2)
        results.append(packing.scan(shop.desk, seat, str(code)))
    return results[-1]


def scan(shop: Shop, *codes: str) -> PackResult:
    """Scan these, and all of them are right; the last answer."""
    results = [pack(shop, code) for code in codes]
    assert all(one.ok for one in results), [render(one.message) for one in results]
    return results[-1]


@retold.step
def packed(shop: Shop, *made: str, order: int | None = None, parcel: str = PARCEL) -> None:
    """These units lie in a closed parcel; nobody was told yet."""
    first = [] if order is None else [str(order)]
    assert scan(shop, *first, *(shop.units[unit] for unit in made), parcel, CONFIRM).closed


@retold.step
def shipped(shop: Shop) -> int:
    """An order that left, and Back Market knows; its number."""
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    shop.sync()
    return number


def cancelled(shop: Shop, number: int, line: int = 0) -> None:
    """The customer wants this line no more, and it was read."""
    shop.market.set_line_state(there(shop, number)[line]["id"], 5)
    shop.sync()


# ---------------------------------------------------------------- how it stands


def state(shop: Shop, unit: str) -> str:
    return shop.desk.read(lambda c: units.unit(c, unit).state)


def detail(shop: Shop, number: object) -> OrderDetail:
    return order_view.detail(shop.desk, order_view.find(shop.desk, str(number)))


def open_conflicts(shop: Shop, number: int) -> list[str]:
    """The codes of the order's open conflicts."""
    return [one.code for one in detail(shop, number).conflicts]


def parcel_of(shop: Shop, number: int) -> str:
    return parcels.find(shop.desk, str(number)).id


def lines(shop: Shop, number: int) -> list[LineRow]:
    """The lines as the store has them."""

    def work(connection: Any) -> list[LineRow]:
        order_id = orders.by_number(connection, shop.desk.company, number)
        assert order_id is not None
        return orders.of_order(connection, order_id)

    return shop.desk.read(work)


def step(shop: Shop, number: int) -> StepRow:
    """The newest step that was asked of the order."""
    order_id = lines(shop, number)[0].order_id
    return shop.desk.read(lambda c: order_progress.steps(c, order_id))[-1]


def there(shop: Shop, number: int) -> list[dict[str, Any]]:
    """The lines as Back Market has them."""
    found: list[dict[str, Any]] = shop.market.order_state(number)["lines"]
    return found
