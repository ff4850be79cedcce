"""A label that is refused at the packing place: a person is asked about the order, and where Back Market's has not come
a supervisor may say there and then that another carrier takes the parcel.
"""

from __future__ import annotations

from dataclasses import replace

from bmdesk.domain.packing import Refusal
from bmdesk.services.orders import addresses, label_wait
from bmdesk.services.shipping import pack_refusals as no
from bmdesk.store.queries import backship, order_progress
from bmdesk.store.queries.packing import PackSeat, Refused
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure

_NO_LABEL = Refused("", "")
"""What was refused is no unit: the order waits for its label."""


def met(tx: Tx, place: PackSeat, refused: Failure) -> PackSeat:
    """The place after this refusal. That somebody came with such a label is not rolled back."""
    if place.order_id is None:
        return place
    if isinstance(refused, no.OldAddress):
        number = order_progress.order(tx.connection, place.order_id)["remote_id"]
        addresses.refused(tx, place.order_id, number, str(refused.params["number"]))
    if isinstance(refused, no.LabelNotThere):
        label_wait.missing(tx, place.order_id)
        return replace(place, refused=_NO_LABEL)
    return place


def is_meant(refused: Refused) -> bool:
    """Whether what was refused is the missing label."""
    return not refused.unit_id


def given_up(tx: Tx, place: PackSeat, supervisor: str) -> PackSeat:
    """The place once a supervisor said that another carrier takes the parcel, for the reason that was scanned."""
    assert place.order_id is not None, "an order is in hand"
    assert place.refused is not None, "its label was refused"
    label_wait.give_up(tx, place.order_id, supervisor, place.refused.reason)
    return replace(place, refused=None)


def reasons(tx: Tx, place: PackSeat) -> tuple[Refusal, ...]:
    """Why the order in hand gets no label yet, for the screen."""
    if place.order_id is None:
        return ()
    order = order_progress.order(tx.connection, place.order_id)
    came = backship.label_of_order(tx.connection, order["account_id"], order["remote_id"])
    return () if came else (Refusal("label_not_there", may_override=True),)
