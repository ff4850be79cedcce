"""Listings and orders as JSON: exactly the contract's shape, or the shape that live servers send."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from bmdesk.simulator import papers
from bmdesk.simulator.answers import Call
from bmdesk.simulator.markets import CONDITIONS, GRADES, currency_of, money
from bmdesk.simulator.records import Line, Listing, Order
from bmdesk.simulator.world import World

_FEES = tuple(map(Decimal, ("0.10", "0.11", "0.085", "0.05")))
_OLD_CONDITIONS_UNTIL = datetime(2021, 7, 1, tzinfo=timezone.utc)  # noqa: UP017


def listing(world: World, one: Listing, market: str) -> dict[str, Any]:
    """The listing with the values of one market. The contract wants a price: "0.00" where there is none yet."""
    offer = one.offer(market)
    currency = currency_of(market)
    document: dict[str, Any] = {
        "id": one.id,
        "listing_id": one.listing_id,
        "sku": one.sku,
        "title": one.product.title,
        "state": GRADES[one.grade],
        "grade": one.grade,
        "price": money(offer.price or Decimal(0), currency),
        "min_price": None if offer.min_price is None else money(offer.min_price, currency),
        "quantity": one.quantity,
        "publication_state": one.publication_state(market),
        "comment": offer.comment,
        "warranty_delay": offer.warranty_delay,
        "shippings": one.shippings,
        "currency": currency,
        "backmarket_id": one.product.backmarket_id,
        "product_id": None if one.product.in_review else one.product.product_id,
        "max_price": money(offer.max_price if offer.max_price is not None else one.highest(market), currency),
    }
    if not world.real:
        return {**document, "new_battery": one.new_battery}
    return {**document, "snowden": False, "max_price": _as_number(offer.max_price, one)}


def _as_number(price: Decimal | None, one: Listing) -> int | float | None:
    if price is None or one.listing_id % 7 == 0:
        return None
    return int(price) if price == price.to_integral_value() else float(price)


def order(world: World, one: Order, base: str) -> dict[str, Any]:
    """The order; `base` is where its papers are served. What is not there yet is left out by the contract, and null in
    real life.
    """
    currency = currency_of(one.market)
    when = _RealDates(one.order_id) if world.real else _PlainDates()
    open_ = one.shipped is None
    document: dict[str, Any] = {
        "order_id": one.order_id,
        "shipping_address": _address(world, one, billing=False),
        "billing_address": _address(world, one, billing=True),
        "delivery_note": papers.note_address(world, one, base),
        "tracking_number": one.tracking_number,
        "tracking_url": one.tracking_url,
        "shipper_display": one.shipper,
        "is_backship": one.backship,
        "date_creation": when(one.created),
        "date_modification": when(one.modified),
        "date_shipping": when(one.shipped),
        "date_payment": when(one.paid),
        "expected_dispatch_date": _leaves(one) if open_ else None,
        "state": one.state,
        "orderlines": [_line(world, one, line, when) for line in one.lines],
        "price": money(sum((line.price for line in one.lines), Decimal(0)), currency),
        "shipping_price": money(Decimal(0), currency),
        "currency": currency,
        "country_code": one.market,
        "paypal_reference": f"SIM{one.order_id}" if one.payment_method == "PAYPAL" else None,
        "installment_payment": one.payment_method.startswith(("KLARNA", "ONEY")),
        "payment_method": one.payment_method,
        "sales_taxes": money(Decimal(0), currency),
    }
    if world.real:
        billed = None if one.invoice is None else when(one.invoice.at)
        reference = f"00000000-0000-4000-8000-{one.order_id:012d}"
        return {**document, "shipper": one.shipper, "date_bill_provided": billed, "psp_reference": reference}
    missing = ("date_shipping", "date_payment", "expected_dispatch_date", "delivery_note")
    return {key: value for key, value in document.items() if value is not None or key not in missing}


def _line(world: World, one: Order, line: Line, when: _PlainDates) -> dict[str, Any]:
    currency = currency_of(one.market)
    document: dict[str, Any] = {
        "id": line.id,
        "date_creation": when(one.created),
        "state": line.state,
        "price": money(line.price, currency),
        "shipping_price": money(Decimal(0), currency),
        "shipping_delay": line.delay,
        "currency": currency,
        "return_reason": line.return_reason,
        "return_message": line.return_message,
        "listing": line.sku,
        "product": line.listing.product.title,
        "quantity": line.quantity,
        "brand": line.listing.product.brand,
        "product_id": line.listing.product.backmarket_id,
        "backcare": False,
        "backcare_price": 0,
        "listing_id": line.listing.listing_id,
        "sales_taxes": money(Decimal(0), currency),
        "imei": line.imei,
        "serial_number": line.serial_number,
        "condition": _condition(world, one, line),
        "orderline_fee": money(line.price * _fee(world, line), currency),
    }
    if not world.real:
        return document
    if line.canceled_by:
        document["canceled_by"] = line.canceled_by
    return {**document, "shipper": one.shipper}


def _fee(world: World, line: Line) -> Decimal:
    """The marketplace's share: one rate, or one for each kind of goods as in real life."""
    return _FEES[line.listing.product.backmarket_id % len(_FEES)] if world.real else _FEES[0]


def _condition(world: World, one: Order, line: Line) -> int:
    if world.real and one.created < _OLD_CONDITIONS_UNTIL:
        return min(GRADES[line.condition_grade], 4)
    condition = CONDITIONS[line.condition_grade]
    # The contract's enum ends at 12; only live servers send 4.
    return condition if world.real or condition >= 9 else 12


def _address(world: World, one: Order, *, billing: bool) -> dict[str, Any]:
    """The contract and the live servers do not even agree on the names of the keys; the contract has no e-mail."""
    who = one.customer
    if world.real:
        return {
            "company": who.company if who.company or who.number % 2 else None,
            "first_name": who.first_name,
            "first_name_pronunciation": who.first_name_pronunciation,
            "last_name": who.last_name,
            "last_name_pronunciation": who.last_name_pronunciation,
            "street": who.street,
            "street2": who.street2 if who.street2 or who.number % 2 else None,
            "postal_code": who.postcode,
            "country": who.country,
            "city": who.city,
            "phone": None if billing else who.phone,
            "email": who.email,
            "customer_id_number": None if who.number % 2 else "",
        }
    return {
        "id": who.number,
        "country": who.country,
        "city": who.city,
        "postalCode": who.postcode,
        "firstName": who.first_name,
        "lastName": who.last_name,
        "company": who.company,
        "phoneNumber": who.phone,
        "state": "",
        "street": who.street,
        "street2": who.street2,
    }


class _PlainDates:
    """RFC 3339 in UTC with Z."""

    def __call__(self, at: datetime | None) -> str | None:
        return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


class _RealDates(_PlainDates):
    """Z, +01:00 or fractions: one order's dates look alike, the next order's differ."""

    def __init__(self, order_id: int) -> None:
        self._kind = order_id % 3

    def __call__(self, at: datetime | None) -> str | None:
        if at is None or self._kind == 0:
            return super().__call__(at)
        if self._kind == 1:
            return at.astimezone(timezone(timedelta(hours=1))).isoformat(timespec="seconds")
        return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _leaves(one: Order) -> str:
    """When it is expected to leave, without a zone as live servers have it."""
    at = (one.paid or one.created) + timedelta(hours=min(line.delay for line in one.lines))
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def page(world: World, call: Call, items: list[Any]) -> tuple[dict[str, Any], list[Any]]:
    """The frame of one page, its results still empty, and the items that belong on it. ValueError: no such number."""
    number, size = int(call.query.get("page", "1")), int(call.query.get("page-size", "10"))
    if number < 1 or size < 1:
        raise ValueError("page and page-size begin at 1")
    size = min(size, 50)
    start = (number - 1) * size
    more = start + size < len(items)
    frame: dict[str, Any] = {
        "count": len(items),
        "next": _link(world, call, number + 1) if more else _no_link(world, number),
        "previous": _link(world, call, number - 1) if number > 1 else None,
        "results": [],
    }
    return frame, items[start : start + size]


def _link(world: World, call: Call, number: int) -> str | bool:
    """Absolute by the contract; live servers send absolute, relative and `true`."""
    path = f"{call.path}?{urlencode({**call.query, 'page': str(number)})}"
    if not world.real or number % 3 == 0:
        return call.base + path
    return path if number % 3 == 2 else True


def _no_link(world: World, number: int) -> bool | None:
    return False if world.real and number % 2 == 0 else None
