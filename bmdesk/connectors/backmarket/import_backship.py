"""Parcels that Back Market organises (Backship): asked for order by order, only where an open order has one.

Label and number come from there; so do pick-up and arrival, which move the parcel that was packed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.wire_deliveries import DeliveryWire
from bmdesk.connectors.base import KeepGoing
from bmdesk.connectors.failures import RemoteFailure
from bmdesk.domain.effects import Fault
from bmdesk.domain.orders import LineState
from bmdesk.domain.parcels import MOVES, ParcelState
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.orders import documents, label_wait
from bmdesk.services.policies import Policies
from bmdesk.services.shipping import parcels as parcel_service
from bmdesk.store.queries import backship, order_progress, parcels
from bmdesk.store.transaction import Tx
from bmdesk.texts import msg

_STATES = (LineState.ACCEPTED.value, LineState.PACKED.value, LineState.SHIPPED.value)
_FOLLOWED = timedelta(days=45)
_MOST_ORDERS = 100
_MOST_PAGES = 5
_RETURN = "RETURN"
_NOBODY = Actor("", "", "")
"""Nobody of the house: the carrier said so."""


def pull(desk: Desk, client: BackMarket, account_id: str, keep_going: KeepGoing) -> int | None:
    """How many shipments were read; None where no order asks for it. Raises RemoteFailure."""
    since = desk.clock.now() - _FOLLOWED
    asking = desk.read(lambda c: backship.to_ask(c, account_id, since, _STATES, _MOST_ORDERS))
    read = 0
    for order in asking:
        if not keep_going():
            break
        try:
            found = _deliveries(client, order["remote_id"])
        except RemoteFailure as failure:
            if failure.fault not in (Fault.GONE, Fault.REJECTED):
                raise
            found = []  # this order has none; the others may
        read += len(found)
        desk.write(
            lambda tx, o=order["id"], f=found: save(  # type: ignore[misc]
                tx, desk.policies(tx.connection), account_id, o, f
            )
        )
    return read if asking else None


def _deliveries(client: BackMarket, number: int) -> list[DeliveryWire]:
    found: list[DeliveryWire] = []
    for page_number in range(1, _MOST_PAGES + 1):
        page = client.deliveries(number, page_number)
        found += [one for one in page.results if one.order in (None, number)]
        if not page.has_next or not page.results:
            break
    return [one for one in found if one.kind.upper() != _RETURN]


def save(tx: Tx, policies: Policies, account_id: str, order_id: str, found: Sequence[DeliveryWire]) -> None:
    """Keep these shipments of an order, want their labels, move its parcel to where it is, and say where a label is
    missing.
    """
    number = order_progress.order(tx.connection, order_id)["remote_id"]
    for one in found:
        arrived = _past(one.delivered, tx.now)
        backship.put(
            tx,
            account_id,
            one.shipment,
            order_number=number,
            number=one.number,
            url=one.url if one.url.startswith("https://") else "",
            carrier=one.carrier,
            pickup=dict(one.pickup) or None,
            scanned=one.scanned,
            picked_at=_past(one.picked, tx.now),
            delivered_at=arrived,
        )
        if one.label:
            documents.want_label(tx, order_id, str(one.shipment), one.label)
        _follow(tx, policies, order_id, one, arrived)
    label_wait.look(tx, order_id)


def _follow(tx: Tx, policies: Policies, order_id: str, one: DeliveryWire, arrived: datetime | None) -> None:
    parcel = parcels.of_order(tx.connection, order_id)
    if parcel is None or parcel.number.casefold() != one.number.casefold():
        return
    state = ParcelState(parcel.state)
    left = arrived is not None or one.scanned or _past(one.picked, tx.now) is not None
    if left and ParcelState.HANDED in MOVES[state]:
        at = _past(one.picked, tx.now) or arrived or tx.now
        parcels.set_parcel(tx, parcel.id, state=ParcelState.HANDED.value, handed_at=at)
        order_progress.tell(tx, order_id, msg("order.event.picked_up", number=parcel.number))
        state = ParcelState.HANDED
    if arrived is not None and ParcelState.DELIVERED in MOVES[state]:
        parcel_service.arrived(tx, policies, _NOBODY, parcel.id, arrived)


def _past(at: datetime | None, now: datetime) -> datetime | None:
    """The same; None for what is only planned."""
    return at if at is not None and at <= now else None
