"""A parcel that Back Market organises (Backship): label, number, pick-up, and whether it has arrived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bmdesk.connectors.backmarket.reading import Drift, Reader
from bmdesk.connectors.backmarket.wire import Nameless
from bmdesk.texts import msg


@dataclass(frozen=True, slots=True)
class DeliveryWire:
    """`scanned`: the carrier has seen the label. `pickup`: confirmation, requested, begins, ends, actual, cancelled, as
    far as they are said.
    """

    shipment: int
    order: int | None
    number: str
    url: str
    carrier: str
    scanned: bool
    picked: datetime | None
    delivered: datetime | None
    label: str = field(repr=False)
    kind: str
    pickup: Mapping[str, str] = field(repr=False, hash=False)


def read_delivery(raw: Mapping[str, object], drift: set[Drift]) -> DeliveryWire:
    """Raises Nameless without a shipment."""
    fields = Reader(raw, "delivery", drift)
    fields.ignore(
        "carrierId", "orderlines", "referenceNumber", "invoicedCurrency", "invoicedPrice", "dateCreation", "pickupInfo",
    )  # fmt: skip
    shipment = fields.whole("shipmentId", least=1)
    if shipment is None:
        raise Nameless("", msg("wire.delivery_without_id"))
    delivery = DeliveryWire(
        shipment=shipment,
        order=fields.whole("order", least=1),
        number=fields.text("trackingNumber", 60, nullable=True),
        url=fields.text("trackingUrl", 300, nullable=True),
        carrier=fields.text("carrierName", 100, nullable=True),
        scanned=fields.flag("hubScanned"),
        picked=fields.moment("datePickup", nullable=True, optional=True),
        delivered=fields.moment("dateDelivery", nullable=True, optional=True),
        label=fields.text("labelUrl", 2000, nullable=True),
        kind=fields.text("type", 40, nullable=True, optional=True),
        pickup=_facts(raw.get("pickupInfo"), drift),
    )
    fields.finish()
    return delivery


def _facts(given: object, drift: set[Drift]) -> Mapping[str, str]:
    """What is said of the pick-up; empty where nothing is."""
    if not isinstance(given, dict):
        return {}
    fields = Reader(given, "delivery.pickupInfo", drift)
    fields.ignore("pickupId")
    said = {ours: fields.text(theirs, 60, nullable=True, optional=True) for ours, theirs in _PICKUP.items()}
    if fields.flag("isCanceled"):
        said["cancelled"] = "true"
    fields.finish()
    return {name: value for name, value in said.items() if value}


_PICKUP = {
    "confirmation": "confirmationNumber",
    "requested": "datePickupRequested",
    "begins": "datePickupRangeStart",
    "ends": "datePickupRangeEnd",
    "actual": "datePickupActual",
}
