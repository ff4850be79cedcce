"""What happens to orders without the API: customers buy, pay, cancel and get money back; another tool accepts and
ships; drivers come and parcels arrive. The same functions serve tests in Python and `POST /__control`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from bmdesk.simulator import faults, papers
from bmdesk.simulator.markets import currency_of, money
from bmdesk.simulator.records import LINE_STATE_OF_ORDER, TAKEN_BACK, Delivery, Order
from bmdesk.simulator.references import (
    instant_of,
    lines_of,
    listing_of,
    market_of,
    order_of,
    price_of,
    written,
)
from bmdesk.simulator.shippers import SHIPPERS, VAT_TYPES
from bmdesk.simulator.world import World

MOST_BUYERS, MOST_A_MINUTE = 100_000, 60_000


def place_order(
    world: World,
    *,
    sku: object = None,
    quantity: int = 1,
    lines: list[Any] | None = None,
    market: str | None = None,
    state: int = 1,
    at: str | datetime | None = None,
    customer: object = None,
    delay: int = 48,
    payment: str = "CARD",
    backship: bool = False,
) -> int:
    """A customer buys `quantity` of one listing, or `lines` of [listing, quantity]; the order's number.

    `customer`: the number of one who is known, or fields ({"email": ..., "last_name": ...}) of a new one.
    """
    _order_state(state)
    wanted = lines if lines is not None else [(sku, quantity)]
    items = [(listing_of(world, reference), int(count)) for reference, count in wanted]
    where = market_of(world, market)
    order = world.place_order(
        items,
        market=where,
        state=state,
        at=instant_of(at),
        customer=world.customers.chosen(where, customer),
        delay=int(delay),
        payment=str(payment),
        backship=bool(backship),
    )
    return order.order_id


def set_order_state(world: World, order: int, state: int) -> None:
    """Payment came (10 to 1), failed (8), and so on; the lines follow."""
    world.set_order_state(order_of(world, order), _order_state(state))


def set_line_state(world: World, line: int, state: int) -> None:
    """A line is refunded, cancelled by the customer, or shipped by another tool."""
    found = world.find_line(int(line))
    if found is None or state not in range(10):
        raise ValueError(f"no order line {line}, or no state {state}")
    world.set_line_state(*found, state)


def pay(world: World, order: object) -> dict[str, Any]:
    """The money for an unpaid order has come."""
    one = order_of(world, order)
    if one.state not in {0, 10}:
        raise ValueError(f"order {one.order_id} is in state {one.state}, it does not wait for money")
    world.set_order_state(one, 1)
    return state_of_order(one)


def cancel(
    world: World, *, order: object = None, line: object = None, by: str = "Client", message: str = ""
) -> dict[str, Any]:
    """The customer does not want it any more: what has not left is cancelled, or refunded if it was accepted."""
    chosen = [each for each in lines_of(world, order, line) if each[1].state in {1, 2}]
    if not chosen:
        raise ValueError("nothing of it can be cancelled any more")
    for one, each in chosen:
        each.canceled_by, each.return_message = by, message
        world.take_back(one, each, by=by)
    return state_of_order(chosen[0][0])


def refund(
    world: World,
    *,
    order: object = None,
    line: object = None,
    amount: object = None,
    reason: int = 1,
    by: str = "Client",
) -> dict[str, Any]:
    """The marketplace itself gives money back: all of it, and the line moves; or an amount, and no state tells."""
    chosen = [each for each in lines_of(world, order, line) if each[1].state in TAKEN_BACK]
    if not chosen:
        raise ValueError("nothing of it can be refunded any more")
    if amount is not None and len(chosen) > 1:
        raise ValueError("an amount is for one line; say which")
    for one, each in chosen:
        left = each.price - each.refunded
        given = left if amount is None else price_of(amount)
        if given <= 0 or given > left:
            raise ValueError(f"of line {each.id} {left} can be given back, not {given}")
        each.return_reason = int(reason) if given == left else each.return_reason
        world.take_back(one, each, given, by=by)
    return state_of_order(chosen[0][0])


def accept(world: World, *, order: object = None, line: object = None) -> dict[str, Any]:
    """Another tool of the seller accepts what is paid."""
    chosen = [each for each in lines_of(world, order, line) if each[1].state == 1]
    if not chosen:
        raise ValueError("nothing of it waits to be accepted")
    for one, each in chosen:
        world.set_line_state(one, each, 2, by="another tool")
    return state_of_order(chosen[0][0])


def ship(
    world: World,
    *,
    order: object,
    tracking: str = "",
    shipper: str = "",
    vat_type: str = "",
    imei: str = "",
    serial: str = "",
) -> dict[str, Any]:
    """Another tool of the seller ships what is accepted, with an identifier or without."""
    one = order_of(world, order)
    going = [line for line in one.lines if line.state == 2]
    if not going:
        raise ValueError(f"nothing of order {one.order_id} is accepted")
    if (shipper and not world.real and shipper not in SHIPPERS) or vat_type not in {"", *VAT_TYPES}:
        raise ValueError("no such shipper or vat_type")
    one.tracking_number = tracking or (one.delivery.tracking_number if one.delivery else f"SIM{one.order_id}")
    one.shipper, one.shipped, one.vat_type = shipper or one.shipper, world.clock.now(), vat_type
    if imei or serial:
        going[0].imei, going[0].serial_number = imei, serial
        world.record(
            "identifier", None, listing=going[0].listing, order=one.order_id, line=going[0].id, market=one.market,
            old="", new=imei or serial,
        )  # fmt: skip
    for line in going:
        world.set_line_state(
            one, line, 3, by="another tool", tracking=one.tracking_number, shipper=one.shipper
        )
    return state_of_order(one)


def pick_up(world: World, order: object) -> dict[str, Any]:
    """The driver of BackShip scans the label and takes the parcel."""
    one, delivery = _delivery(world, order)
    delivery.picked_up = world.clock.now()
    world.record("pick_up", None, order=one.order_id, market=one.market, new=delivery.tracking_number)
    return state_of_order(one)


def deliver(world: World, order: object) -> dict[str, Any]:
    """The parcel of BackShip is with the customer."""
    one, delivery = _delivery(world, order)
    delivery.delivered = world.clock.now()
    delivery.picked_up = delivery.picked_up or delivery.delivered
    world.record("deliver", None, order=one.order_id, market=one.market, new=delivery.tracking_number)
    return state_of_order(one)


def pickup_day(
    world: World, *, order: object, day: str | datetime | None = None, cancelled: bool = False
) -> dict[str, Any]:
    """The driver will come on another day, or will not come."""
    one, delivery = _delivery(world, order)
    delivery.requested, delivery.pickup_cancelled = instant_of(day) or delivery.requested, bool(cancelled)
    return state_of_order(one)


def paper(
    world: World,
    *,
    order: object,
    which: str = "delivery_note",
    kind: str | None = None,
    expire: bool = False,
) -> dict[str, Any]:
    """The address of a delivery note or a label expires, or something else than the document stands there."""
    one = order_of(world, order)
    if which not in {"delivery_note", "label"}:
        raise ValueError("which is delivery_note or label")
    if kind is not None and kind not in papers.KINDS:
        raise ValueError(f"no paper is a {kind!r}; there are {', '.join(papers.KINDS)}")
    chosen = one.delivery_note if which == "delivery_note" else _delivery(world, order)[1].label
    chosen.kind = kind or chosen.kind
    chosen.edition += bool(expire)
    return state_of_order(one)


def race(
    world: World,
    *,
    sku: object = None,
    where: str = "POST /ws/listings/*",
    quantity: int = 1,
    times: int | None = 1,
    skip: int = 0,
    market: str | None = None,
    then: Callable[[], object] | None = None,
) -> int:
    """A customer buys just before such a call does its work: between what its caller read and what it writes.

    Without `sku` it is the listing of the call's own address; what is sold out is not sold. `then` happens instead of
    a sale, if it still can. `times` None: always; 0 ends all races.
    """
    if times == 0:
        world.races.clear()
        return 0
    if sku is not None:
        listing_of(world, sku)
    place, count = market_of(world, market), int(quantity)

    def step_in(named: str) -> None:
        if then is not None:
            with contextlib.suppress(ValueError):
                then()
            return
        listing = world.find_listing(named if sku is None else sku)
        if listing is not None and listing.quantity >= count:
            world.place_order([(listing, count)], market=place)

    world.races.append((faults.make("late", where, times, int(skip)), step_in))
    return len(world.races)


def buy(world: World, count: object) -> list[int]:
    """So many customers come at once and buy what is online; the numbers of their orders."""
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_BUYERS:
        raise ValueError(f"a number up to {MOST_BUYERS}")
    return world.buyers.buy(world, count)


def orders_per_minute(world: World, rate: object) -> float:
    """From now on so many customers come by themselves each minute, on average; 0: nobody."""
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= MOST_A_MINUTE:
        raise ValueError(f"a number up to {MOST_A_MINUTE}")
    world.buyers.come_at(float(rate), world.clock.seconds())
    return float(rate)


def share(name: str) -> Callable[[World, object], float]:
    """Sets what percentage of the coming orders is in trouble, or goes by BackShip."""

    def run(world: World, percent: object) -> float:
        if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 <= percent <= 100:
            raise ValueError("a percentage")
        setattr(world.buyers, name, percent / 100)
        return float(percent)

    return run


def state_of_order(one: Order) -> dict[str, Any]:
    """What tests and people ask of an order."""
    who = one.customer
    return {
        "order_id": one.order_id,
        "market": one.market,
        "state": one.state,
        "tracking_number": one.tracking_number,
        "shipper": one.shipper,
        "vat_type": one.vat_type,
        "backship": one.backship,
        "customer": {"number": who.number, "name": f"{who.first_name} {who.last_name}", "email": who.email},
        "invoice": None if one.invoice is None else one.invoice.name,
        "delivery": None if one.delivery is None else _state_of_delivery(one.delivery),
        "lines": [
            {
                "id": line.id,
                "listing": line.listing.id,
                "sku": line.sku,
                "quantity": line.quantity,
                "state": line.state,
                "imei": line.imei,
                "serial_number": line.serial_number,
                "price": written(line.price, one.market),
                "refunded": _money(one, line.refunded),
            }
            for line in one.lines
        ],
    }


def _state_of_delivery(one: Delivery) -> dict[str, Any]:
    return {
        "shipment_id": one.shipment_id,
        "tracking_number": one.tracking_number,
        "carrier": one.carrier,
        "picked_up": one.picked_up is not None,
        "delivered": one.delivered is not None,
    }


def _delivery(world: World, order: object) -> tuple[Order, Delivery]:
    one = order_of(world, order)
    if one.delivery is None:
        raise ValueError(f"order {one.order_id} has no parcel of BackShip; it gets one when it is accepted")
    return one, one.delivery


def _money(one: Order, amount: Decimal) -> str:
    return money(amount, currency_of(one.market))


def _order_state(state: int) -> int:
    if state not in LINE_STATE_OF_ORDER:
        known = ", ".join(map(str, LINE_STATE_OF_ORDER))
        raise ValueError(f"an order has no state {state}; there are {known}")
    return state
