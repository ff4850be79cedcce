"""The seller's carriers: Back Market's name for each, how its parcel numbers look, where a parcel can be followed."""

from __future__ import annotations

from bmdesk.domain.changes import Change
from bmdesk.domain.parcels import SHIPPERS, Carrier, checked_carrier
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.store.queries import parcels
from bmdesk.store.transaction import Tx

__all__ = ["SHIPPERS", "Carrier", "UnknownCarrier", "carriers", "put", "remove"]


class UnknownCarrier(Refusal):
    """The seller has no carrier of this code. Params: `code_given`."""

    code = "parcel.unknown_carrier"


def carriers(desk: Desk) -> tuple[Carrier, ...]:
    """The seller's carriers, by code."""
    return desk.read(lambda connection: parcels.carriers(connection, desk.company))


def put(
    desk: Desk, actor: Actor, code: str, shipper: str, shape: str = "", url: str = ""
) -> frozenset[Change]:
    """This carrier from now on; one of the same code is replaced. Raises BadCarrier."""
    rights.require(desk, Right.SETTINGS, actor)
    carrier = checked_carrier(Carrier(code.strip(), shipper, shape.strip(), url.strip()))

    def work(tx: Tx) -> frozenset[Change]:
        parcels.put_carrier(tx, carrier)
        return frozenset({Change.SETTINGS, Change.PACKING})

    return desk.write(work)


def remove(desk: Desk, actor: Actor, code: str) -> frozenset[Change]:
    """No carrier of the seller any more; parcels keep what they have. Raises UnknownCarrier."""
    rights.require(desk, Right.SETTINGS, actor)

    def work(tx: Tx) -> frozenset[Change]:
        if not parcels.remove_carrier(tx, code):
            raise UnknownCarrier(code_given=code[:40])
        return frozenset({Change.SETTINGS, Change.PACKING})

    return desk.write(work)
