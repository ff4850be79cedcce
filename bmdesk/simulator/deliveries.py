"""GET /ws/shipping/v1/deliveries: the parcels of BackShip, as the marketplace's own shipping service tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bmdesk.simulator import papers, wire
from bmdesk.simulator.answers import Answer, Call, Refused
from bmdesk.simulator.markets import currency_of
from bmdesk.simulator.records import Delivery, Order
from bmdesk.simulator.world import World

_CARRIERS = {"Chronopost": 4, "DHL Express": 7}


def pages(world: World, call: Call) -> Answer:
    """Newest first; by order, dates of making and pick-up, state of the order, whether the label was scanned."""
    found = [(one, one.delivery) for one in reversed(world.orders.values()) if one.delivery is not None]
    query = call.query
    try:
        wanted = {name: int(query[name]) for name in ("order_id", "order_state") if query.get(name)}
        if "order_id" in wanted:
            found = [pair for pair in found if pair[0].order_id == wanted["order_id"]]
    except ValueError:
        return _wrong("orderId", "An integer is needed.")
    if "order_state" in wanted:
        found = [pair for pair in found if pair[0].state == wanted["order_state"]]
    if query.get("hub_scanned"):
        scanned = query["hub_scanned"].lower() in {"true", "1"}
        found = [pair for pair in found if (pair[1].picked_up is not None) == scanned]
    try:
        made = _instant(query.get("start_date")), _instant(query.get("end_date"))
        fetched = _instant(query.get("pickup_start_date")), _instant(query.get("pickup_end_date"))
        if any(made):
            found = [pair for pair in found if _within(pair[1].created, *made)]
        if any(fetched):
            found = [pair for pair in found if _within(pair[1].picked_up, *fetched)]
        frame, items = wire.page(world, call, found)
    except ValueError as error:
        return _wrong("query", str(error)[:80])
    frame["results"] = [_shown(world, order, delivery, call) for order, delivery in items]
    return Answer(200, frame)


def read(world: World, call: Call, shipment: str) -> Answer:
    """One parcel by its shipment's number."""
    number = int(shipment) if shipment.isascii() and shipment.isdigit() and len(shipment) < 19 else 0
    order = world.order_of_shipment(number)
    if order is None or order.delivery is None:
        raise Refused(404, "Delivery entry not found", "not_found")
    return Answer(200, _shown(world, order, order.delivery, call))


def _shown(world: World, order: Order, one: Delivery, call: Call) -> dict[str, Any]:
    """By the contract every date is one: what has not happened is planned for a day to come. Live servers send null."""
    tomorrow = _evening(world.clock.now() + timedelta(days=1))
    pick_up = _when(one.picked_up) or (None if world.real else _when(tomorrow))
    arrival = _when(one.delivered) or (None if world.real else _when(tomorrow + timedelta(days=1)))
    label = papers.label_address(order)
    return {
        "order": order.order_id,
        "shipmentId": one.shipment_id,
        "carrierId": _CARRIERS.get(one.carrier, 1),
        "orderlines": list(one.lines),
        "referenceNumber": str(order.order_id),
        "trackingNumber": one.tracking_number,
        "trackingUrl": one.tracking_url,
        "carrierName": one.carrier,
        "hubScanned": one.picked_up is not None,
        "invoicedCurrency": currency_of(order.market),
        "invoicedPrice": 9,
        "datePickup": pick_up,
        "dateCreation": _when(one.created),
        "dateDelivery": arrival,
        "labelUrl": call.base + label if world.real else label,
        "type": "DELIVERY",
        "pickupInfo": _pickup(world, one),
    }


def _pickup(world: World, one: Delivery) -> dict[str, Any] | None:
    """When the driver comes: the evening of the next day unless another day was asked for."""
    if world.real and one.requested is None and one.picked_up is None:
        return None
    day = _evening(one.requested or one.created + timedelta(days=1))
    return {
        "confirmationNumber": f"SIM{one.shipment_id}",
        "datePickupActual": _when(one.picked_up) or (None if world.real else _when(day)),
        "datePickupRangeStart": _when(day),
        "datePickupRangeEnd": _when(day + timedelta(hours=4)),
        "datePickupRequested": day.date().isoformat(),
        "isCanceled": one.pickup_cancelled,
        "pickupId": one.shipment_id + 1,
    }


def _evening(day: datetime) -> datetime:
    return day.replace(hour=17, minute=0, second=0, microsecond=0)


def _when(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds")


def _within(at: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    return at is not None and (since is None or at >= since) and (until is None or at <= until)


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    at = datetime.fromisoformat(text.replace(" ", "+"))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _wrong(field: str, why: str) -> Answer:
    error = {"code": "E009", "message": "Validation error"}
    return Answer(422, {"error": error, "data": {"fields": {field: [why]}}})
