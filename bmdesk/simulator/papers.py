"""Documents at addresses of their own: delivery notes whose address expires, and labels of BackShip.

They are no part of the API: no token is asked for, and no limit counts them. Whether a caller sent its token all the
same stands in the ledger, for those who care about secrets.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qs

from bmdesk.simulator import pdf
from bmdesk.simulator.answers import Answer, html
from bmdesk.simulator.markets import currency_of, money
from bmdesk.simulator.records import Order, Paper
from bmdesk.simulator.world import World

KINDS = ("pdf", "none", "page", "empty", "huge", "redirect", "missing")
"""What is found at the address: a PDF; nothing, and no address either; a web page; no bytes; more than anybody should
read; the way to another host; 404.
"""
_DAY = 86_400
_LIVES_DAYS = 3
_HUGE = 6 * 1024 * 1024
_NOTE = re.compile(r"/papers/delivery_form/(\d{1,18})_delivery_form\.pdf")
_LABEL = re.compile(r"/static/shipment_labels/eu-(\d{1,18})-(\d{1,9})\.pdf")
_EXPIRED = (
    "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
)


def is_paper(path: str) -> bool:
    """Whether this address is a document's and not the API's."""
    return path.startswith(("/papers/", "/static/"))


def note_address(world: World, order: Order, base: str) -> str | None:
    """The delivery note's address as an order shows it. The same all day long, so that an order read twice is equal."""
    if order.delivery_note.kind == "none":
        return None
    until = (int(world.clock.seconds()) // _DAY + _LIVES_DAYS) * _DAY
    signature = _signature(world, order, until)
    path = f"/papers/delivery_form/{order.order_id}_delivery_form.pdf"
    return f"{base}{path}?Expires={until}&Signature={signature}"


def label_address(order: Order) -> str:
    """The label's address without a host, as the contract's example has it."""
    assert order.delivery is not None, "only BackShip makes labels"
    return f"/static/shipment_labels/eu-{order.delivery.shipment_id}-{order.delivery.label.edition}.pdf"


def serve(world: World, method: str, path: str, query: str) -> Answer:
    """What stands at the address. 403 when it has expired, 404 when there never was such a document."""
    if method not in {"GET", "HEAD"}:
        return html(405, "<h1>Method not allowed</h1>")
    if found := _NOTE.fullmatch(path):
        order = world.orders.get(int(found[1]))
        if order is None:
            return _missing()
        given = parse_qs(query)
        until = given.get("Expires", [""])[0]
        signed = until.isascii() and until.isdigit() and len(until) < 12
        right = signed and given.get("Signature") == [_signature(world, order, int(until))]
        if not right or world.clock.seconds() >= int(until):
            return Answer(403, text=_EXPIRED, content_type="application/xml")
        return _document(order.delivery_note, _note(order))
    if found := _LABEL.fullmatch(path):
        order = world.order_of_shipment(int(found[1]))
        if order is None or order.delivery is None or int(found[2]) != order.delivery.label.edition:
            return _missing()
        return _document(order.delivery.label, _label(order))
    return _missing()


def _document(paper: Paper, content: bytes) -> Answer:
    if paper.kind == "page":
        return html(200, "<!DOCTYPE html><html><body><h1>We are back soon</h1></body></html>")
    if paper.kind == "redirect":
        return Answer(302, text="", headers={"location": "http://elsewhere.invalid/note.pdf"})
    if paper.kind in {"missing", "none"}:
        return _missing()
    if paper.kind == "empty":
        content = b""
    elif paper.kind == "huge":
        content = content.ljust(_HUGE, b"\n")
    return Answer(200, content_type="application/pdf", file=content)


def _note(order: Order) -> bytes:
    one = order.customer
    currency = currency_of(order.market)
    goods = [
        f"{line.quantity} x {line.listing.product.title[:60]}   {money(line.price, currency)} {currency}"
        for line in order.lines
    ]
    where = [f"{one.first_name} {one.last_name}", one.street, f"{one.postcode} {one.city}", one.country]
    return pdf.page(f"Delivery note {order.order_id}", [*where, "", *goods])


def _label(order: Order) -> bytes:
    assert order.delivery is not None
    one = order.customer
    where = [f"{one.first_name} {one.last_name}", one.street, f"{one.postcode} {one.city}", one.country]
    return pdf.page(
        f"{order.delivery.carrier}  {order.delivery.tracking_number}", [*where, f"No. {order.order_id}"]
    )


def _signature(world: World, order: Order, until: int) -> str:
    words = f"{world.seed}:{order.order_id}:{order.delivery_note.edition}:{until}"
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _missing() -> Answer:
    return html(404, "<h1>Not found</h1>")
