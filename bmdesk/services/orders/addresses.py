"""An order's address changed after its parcel was labelled: what bears the old one must not leave unseen.

Before there is a label nothing has to be said: the one that is made next bears the new address. Whether there is one
nobody knows once the address went to a carrier's tool: then each number is of the old one, until the address goes there
again or a person says that the label is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bmdesk.domain.customers import Person, same_door
from bmdesk.domain.orders import OPEN, Conflict, LineState
from bmdesk.domain.parcels import ParcelState
from bmdesk.services.orders import order_effects
from bmdesk.store.queries import backship, customers, order_progress, packing, parcels
from bmdesk.store.queries.customers import GIVEN_OUT, SHIPPING
from bmdesk.store.queries.parcels import ParcelRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import msg

_HERE = frozenset({ParcelState.PACKED.value, ParcelState.TOLD.value})


def moved(tx: Tx, order_id: str) -> None:
    """The order goes elsewhere now. A label of a carrier's tool counts no more; a person looks at what bears one."""
    order = order_progress.order(tx.connection, order_id)
    number = _labelled(tx, order_id, order["account_id"], order["remote_id"])
    if not number:
        return
    backship.forget_label(tx, order["account_id"], order["remote_id"])
    _ask(tx, order_id, order["remote_id"], number)


def given_out(tx: Tx, written: Sequence[tuple[str, Person]]) -> None:
    """These orders' (at most 500) addresses went to a carrier's tool."""
    known = customers.addresses(tx.connection, [order_id for order_id, _ in written])
    new = [(order_id, GIVEN_OUT, one) for order_id, one in written if (order_id, GIVEN_OUT) not in known]
    customers.add_addresses(tx, new)
    for order_id, one in written:
        if known.get((order_id, GIVEN_OUT), one) != one:
            customers.set_address(tx, order_id, GIVEN_OUT, one)


def is_old(tx: Tx, order_id: str, number: str) -> bool:
    """Whether the label with this number was made for an address of before."""
    if old_label(tx, order_id) == number:
        return True
    told = customers.address(tx.connection, order_id, GIVEN_OUT)
    now = customers.address(tx.connection, order_id, SHIPPING)
    return told is not None and now is not None and not same_door(told, now)


def refused(tx: Tx, order_id: str, order_number: int, number: str) -> None:
    """Somebody came with a label for the address of before: a person looks."""
    _ask(tx, order_id, order_number, number)
    order_effects.recount(tx, order_id)


def label_is_right(tx: Tx, order_id: str) -> None:
    """A person says that the label bears the address that counts now."""
    now = customers.address(tx.connection, order_id, SHIPPING)
    if now is not None and customers.address(tx.connection, order_id, GIVEN_OUT) is not None:
        customers.set_address(tx, order_id, GIVEN_OUT, now)


def _ask(tx: Tx, order_id: str, order_number: int, number: str) -> None:
    given = {"order": str(order_number), "number": number}
    if order_progress.raise_conflict(tx, order_id, None, Conflict.ADDRESS.value, given):
        order_progress.tell(tx, order_id, msg("conflict.address.title", **given))


def old_label(tx: Tx, order_id: str) -> str:
    """The parcel number that bears an address of before, or empty."""
    found = order_progress.conflicts(tx.connection, [order_id])
    return next(
        (str((one.params or {})["number"]) for one in found if one.code == Conflict.ADDRESS.value), ""
    )


def settled(tx: Tx, order_id: str, states: Iterable[LineState]) -> None:
    """Nobody has to look any more where nothing of the order is in the house."""
    if any(state in OPEN for state in states) or _is_here(parcels.of_order(tx.connection, order_id)):
        return
    labelled_anew(tx, order_id)


def labelled_anew(tx: Tx, order_id: str) -> None:
    """The parcel bears a label with the address that counts, or none is needed."""
    order_progress.close_of(tx, order_id, None, [Conflict.ADDRESS.value, Conflict.NO_LABEL.value])


def _labelled(tx: Tx, order_id: str, account_id: str, order_number: int) -> str:
    """The number on the label of a parcel that is still in the house, or of one that is being packed; else empty."""
    parcel = parcels.of_order(tx.connection, order_id)
    if parcel is not None:
        return parcel.number if _is_here(parcel) else ""
    made = backship.own_label(tx.connection, account_id, order_number)
    return made or packing.number_scanned(tx.connection, tx.company, order_id)


def _is_here(parcel: ParcelRow | None) -> bool:
    return parcel is not None and parcel.handed_at is None and parcel.state in _HERE
