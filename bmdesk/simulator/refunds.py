"""POST /ws/sav/refund: money given back for one line, by its own number; all of it, or after shipping a part."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from bmdesk.simulator.answers import Answer, Call, Refused
from bmdesk.simulator.markets import currency_of, money
from bmdesk.simulator.world import World

_BEGINS = {4: 1, 5: 2, 6: 3}
"""Type of refund -> the state in which the line must be."""
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


def refund(world: World, call: Call) -> Answer:
    """A full refund moves the line to the state of its type's number; a partial one moves nothing."""
    if not world.limits.admits_refund(world.clock.seconds()):
        raise Refused(429, "Too many refunds in a day", "rate_limited")
    body = call.document()
    number = _whole(body, "orderline_pk", 1, 10**18)
    kind = _whole(body, "refund_type", 4, 6)
    found = world.find_line(number)
    if found is None:
        raise Refused(404, "Orderline does not exist", "not_found")
    order, line = found
    currency = currency_of(order.market)
    left = line.price - line.refunded
    amount = _amount(body, kind, left, currency, strict=not world.real)
    if line.state != _BEGINS[kind]:
        raise Refused(400, f"refund_type {kind} is not for an orderline in state {line.state}")
    if kind in {4, 5} and amount == left:
        line.canceled_by = "Merchant"
    elif amount == left:
        line.return_reason = 25
    world.take_back(order, line, amount, request=call.number, refund_type=kind, partial=amount < left)
    shown = f"{money(amount, currency)}{_SIGNS.get(currency, ' ' + currency)}"
    return Answer(
        201, text=f"{shown} refunded on the sku {line.sku}", content_type="text/plain; charset=utf-8"
    )


def _amount(body: dict[str, Any], kind: int, left: Decimal, currency: str, *, strict: bool) -> Decimal:
    """What is given back: all that is left, unless an amount says less."""
    given = body.get("amount")
    if given is None:
        return left
    if kind != 6:
        raise Refused(400, "amount: only if refund_type is 6")
    try:
        if isinstance(given, bool) or not isinstance(given, int | float if strict else int | float | str):
            raise InvalidOperation
        amount = Decimal(str(given))
        step = Decimal(1) if currency == "JPY" else Decimal("0.01")
        if not amount.is_finite() or amount <= 0 or amount >= 10**9 or amount != amount.quantize(step):
            raise InvalidOperation
    except InvalidOperation:
        raise Refused(400, "amount: a number above zero with the decimals of its currency") from None
    if amount > left:
        raise Refused(400, f"amount: at most {money(left, currency)} is left of this orderline")
    return amount


def _whole(body: dict[str, Any], name: str, least: int, most: int) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Refused(400, f"{name}: a whole number from {least} to {most}")
    return value
