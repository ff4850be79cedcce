"""GET of orders, and what a seller may do with their lines: accept, cancel, ship, refund, register identifiers."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from typing import Any

from bmdesk.simulator import wire
from bmdesk.simulator.answers import Answer, Call, Refused
from bmdesk.simulator.markets import currency_of, money
from bmdesk.simulator.records import FINAL_LINES, Invoice, Line, Order
from bmdesk.simulator.shippers import SHIPPERS, VAT_TYPES
from bmdesk.simulator.world import World

MOST_URL = 300
_HIDDEN = frozenset({0, 8})
_WRITABLE = (2, 3, 4, 5, 6)
_REASONS = (0, 1, 11, 12, 13, 21, 22, 23, 24, 25)
_NEXT = {1: (2, 4), 2: (3, 5), 3: (6,)}


def pages(world: World, call: Call) -> Answer:
    """GET /ws/orders, newest first; unconfirmed and unpaid orders are never in it."""
    found = [one for one in reversed(world.orders.values()) if one.state not in _HIDDEN]
    if call.query.get("state"):
        state = _number(call.query["state"], "state")
        found = [one for one in found if one.state == state]
    if call.query.get("country_code"):
        found = [one for one in found if one.market == call.query["country_code"]]
    if since := _since(call, "date_creation"):
        found = [one for one in found if one.created >= since]
    if since := _since(call, "date_modification"):
        found = [one for one in found if one.modified >= since]
    try:
        frame, items = wire.page(world, call, found)
    except ValueError as error:
        raise Refused(400, f"page: {error}") from None
    frame["results"] = [wire.order(world, one, call.base) for one in items]
    return Answer(200, frame)


def read(world: World, call: Call, order_id: str) -> Answer:
    """GET /ws/orders/{id}."""
    return Answer(200, wire.order(world, _order(world, order_id), call.base))


def update(world: World, call: Call, order_id: str) -> Answer:
    """POST /ws/orders/{id}: move the lines of one SKU, or ship them all."""
    one = _order(world, order_id)
    body = call.document()
    named = body.get("order_id", body.get("id"))
    if named is None:
        raise Refused(400, "order_id not found")
    if str(named) != str(one.order_id):
        raise Refused(400, f"order_id {named} is not the order of this address")
    state = body.get("new_state")
    if isinstance(state, bool | float) or state not in _WRITABLE:
        raise Refused(400, f"new_state {state} must be in {','.join(map(str, _WRITABLE))}")
    if state == 3:
        _ship(world, call, one, body)
    else:
        _move(world, call, one, body, int(state))
    return Answer(200, wire.order(world, one, call.base))


def invoice(world: World, call: Call, order_id: str) -> Answer:
    """POST /ws/orders/{id}/invoice: the file is kept; a later one takes its place."""
    one = _order(world, order_id)
    one.invoice = _uploaded(call, world.clock.now())
    one.modified = one.invoice.at
    world.record(
        "invoice",
        call.number,
        order=one.order_id,
        market=one.market,
        new=one.invoice.name,
        size=len(one.invoice.content),
    )
    return Answer(200, {})


def identify(world: World, call: Call, line_id: str) -> Answer:
    """PATCH /ws/orderlines/{id}: what is registered once stays."""
    found = world.find_line(_number(line_id, "orderline"))
    if found is None:
        raise Refused(404, "The orderline doesn't exist", "not_found")
    order, line = found
    body = call.document()
    imei, serial = _identifiers(body)
    if not imei and not serial:
        raise Refused(400, "imei or serial_number is needed")
    if line.state not in {2, 3}:
        raise Refused(400, f"an orderline in state {line.state} takes no identifier")
    _register(world, call, order, line, imei, serial)
    return Answer(200, {key: value for key, value in (("imei", imei), ("serial_number", serial)) if value})


def _move(world: World, call: Call, one: Order, body: dict[str, Any], state: int) -> None:
    """Accept, cancel or refund every line of one SKU."""
    sku = body.get("sku")
    lines = [line for line in one.lines if isinstance(sku, str) and line.sku.lower() == sku.strip().lower()]
    if not lines:
        raise Refused(400, "sku not found")
    message = body.get("return_message", "")
    if not isinstance(message, str) or len(message) > 500:
        raise Refused(400, "return_message: a text of at most 500 characters")
    reason = body.get("return_reason", 25)
    if isinstance(reason, bool) or reason not in _REASONS:
        raise Refused(400, f"return_reason must be in {','.join(map(str, _REASONS))}")
    wrong = [line for line in lines if state not in _NEXT.get(line.state, ())]
    if wrong:
        raise Refused(400, f"orderline {wrong[0].id} cannot go from state {wrong[0].state} to {state}")
    facts = {} if state == 2 else {"reason": reason, "amount": None}
    for line in lines:
        if state != 2:
            facts["amount"] = money(line.price - line.refunded, currency_of(one.market))
        world.set_line_state(one, line, state, request=call.number, **facts)
        if state in {4, 5}:
            line.canceled_by = "Merchant"
        if state == 6:
            line.return_message, line.return_reason = message, reason


def _ship(world: World, call: Call, one: Order, body: dict[str, Any]) -> None:
    """Every accepted line leaves in one parcel."""
    tracking = body.get("tracking_number")
    if not isinstance(tracking, str) or not 0 < len(tracking) <= 200:
        raise Refused(400, "tracking_number is required with new_state 3")
    going = [line for line in one.lines if line.state == 2]
    shipper = _carrier(world, body) or one.shipper
    vat_type = body.get("vat_type")
    if vat_type is not None and vat_type not in VAT_TYPES:
        raise Refused(400, f"vat_type must be in {','.join(VAT_TYPES)}")
    address = body.get("tracking_url") or ""
    if not isinstance(address, str) or (not world.real and len(address) > MOST_URL):
        raise Refused(400, f"tracking_url: a text of at most {MOST_URL} characters")
    at = _instant(body["date_shipping"]) if body.get("date_shipping") else world.clock.now()
    waiting = [line for line in one.lines if line.state not in FINAL_LINES and line.state != 2]
    if not going or waiting:
        state = (waiting or one.lines)[0].state
        raise Refused(400, f"an orderline cannot go from state {state} to 3")
    imei, serial = _identifiers(body)
    if imei or serial:
        if len(one.lines) != 1 or going[0].quantity != 1:
            raise Refused(400, "imei and serial_number only for an order of one orderline with quantity 1")
        _register(world, call, one, going[0], imei, serial)
    one.tracking_number = tracking
    one.tracking_url, one.shipper, one.shipped = address[:MOST_URL], shipper, at
    one.vat_type = vat_type or one.vat_type
    facts = {"tracking": tracking, "shipper": shipper, "vat_type": one.vat_type}
    for line in going:
        world.set_line_state(one, line, 3, request=call.number, **facts)


def _carrier(world: World, body: dict[str, Any]) -> str:
    """The carrier as the contract spells it; live servers take whatever they are told."""
    shipper = body.get("shipper") or ""
    if not isinstance(shipper, str) or len(shipper) > 200:
        raise Refused(400, "shipper: a text of at most 200 characters")
    if shipper and not world.real and shipper not in SHIPPERS:
        raise Refused(400, f"shipper: {shipper[:60]!r} is not one of the shippers known here")
    return shipper


def _uploaded(call: Call, at: datetime) -> Invoice:
    """The file of the form's field `invoice`."""
    if not call.content_type.startswith("multipart/form-data"):
        raise Refused(400, "invoice: a form with a file is needed")
    head = (
        b"MIME-Version: 1.0\r\nContent-Type: " + call.content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    )
    form = email.message_from_bytes(head + call.body, policy=email.policy.HTTP)
    for part in form.iter_parts() if form.is_multipart() else ():
        content = part.get_payload(decode=True)
        named = part.get_param("name", header="content-disposition")
        if named == "invoice" and isinstance(content, bytes) and content:
            return Invoice(str(part.get_filename() or "invoice")[:200], content, at)
    raise Refused(400, "invoice: a file is needed")


def _identifiers(body: dict[str, Any]) -> tuple[str, str]:
    imei, serial = body.get("imei") or "", body.get("serial_number") or ""
    if not isinstance(imei, str) or not isinstance(serial, str) or len(serial) > 50:
        raise Refused(400, "imei and serial_number are texts, a serial_number of at most 50 characters")
    if imei and not _is_imei(imei):
        raise Refused(400, "imei is not valid")
    return imei, serial


def _register(world: World, call: Call, one: Order, line: Line, imei: str, serial: str) -> None:
    if line.imei or line.serial_number:
        raise Refused(400, "an identifier is already registered for this orderline and cannot be corrected")
    line.imei, line.serial_number = imei, serial
    one.modified = world.clock.now()
    world.record(
        "identifier", call.number, listing=line.listing, order=one.order_id, line=line.id, market=one.market,
        old="", new=imei or serial,
    )  # fmt: skip


def _is_imei(text: str) -> bool:
    if len(text) != 15 or not (text.isascii() and text.isdigit()):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(text)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _order(world: World, order_id: str) -> Order:
    found = world.orders.get(_number(order_id, "order_id"))
    if found is None:
        raise Refused(404, "The order doesn't exist", "not_found")
    return found


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(400, f"{name}: a whole number")
    return int(text)


def _since(call: Call, name: str) -> datetime | None:
    text = call.query.get(name)
    return _instant(text) if text else None


def _instant(text: object) -> datetime:
    try:
        at = datetime.fromisoformat(
            str(text).replace(" ", "+")
        )  # an unescaped + of a query arrives as a blank
    except ValueError:
        raise Refused(400, f"{str(text)[:40]!r} is no date of RFC 3339") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
