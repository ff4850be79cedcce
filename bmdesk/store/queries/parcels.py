"""Parcels, what drivers took, and the seller's carriers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from bmdesk.domain.parcels import Carrier, ParcelState
from bmdesk.store.queries import accounts
from bmdesk.store.tables import orders
from bmdesk.store.tables import parcels as t
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel, all columns of its table."""

    id: str
    account_id: str
    order_id: str
    state: str
    number: str
    shipper: str
    url: str
    address_hash: str
    packed_at: datetime
    packed_by: str
    station: str
    told_at: datetime | None
    handed_at: datetime | None
    manifest_id: str | None
    delivered_at: datetime | None
    changed_at: datetime


_P = t.parcel.c
_O = orders.customer_order.c
_ACCOUNTS = accounts.ids_of(bindparam("company"))
_SEEN_ELSEWHERE = frozenset({"state", "number", "shipper"})

# Asked with every scan at packing, so built once: building a statement takes longer than running it.
_PARCEL = select(*(_P[f.name] for f in fields(ParcelRow)))
_OF_ORDER = _PARCEL.where(_P.order_id == bindparam("order"), _P.state != ParcelState.UNDONE.value)
_OPENED = (
    select(_P.changed_at)
    .where(_P.order_id == bindparam("order"), _P.state == ParcelState.UNDONE.value)
    .order_by(_P.changed_at.desc())
    .limit(1)
)
_OTHER_ADDRESS = (
    select(_O.remote_id)
    .select_from(t.parcel.join(orders.customer_order, _P.order_id == _O.id))
    .where(
        _P.account_id.in_(_ACCOUNTS),
        _P.number == bindparam("number"),
        _P.order_id != bindparam("order"),
        _P.address_hash != bindparam("address"),
        _P.state != ParcelState.UNDONE.value,
        _P.packed_at > bindparam("since"),
    )
    .limit(1)
)
_SHOWN_WITH = (
    select(_O.id, _O.remote_id)
    .where(
        _O.account_id.in_(_ACCOUNTS),
        _O.tracking_number == bindparam("number"),
        _O.id != bindparam("order"),
        or_(_O.created_at.is_(None), _O.created_at > bindparam("since")),
    )
    .order_by(_O.id.desc())
    .limit(20)
)
_CARRIERS = (
    select(t.carrier.c.code, t.carrier.c.shipper, t.carrier.c.shape, t.carrier.c.url)
    .where(t.carrier.c.company_id == bindparam("company"))
    .order_by(t.carrier.c.code)
)


def of_order(connection: Connection, order_id: str) -> ParcelRow | None:
    """The order's parcel, unless it was opened again; None where there is none."""
    row = connection.execute(_OF_ORDER, {"order": order_id}).first()
    return ParcelRow(*row) if row else None


def opened_at(connection: Connection, order_id: str) -> datetime | None:
    """When the order's parcel was opened again last; None where none ever was."""
    found: datetime | None = connection.execute(_OPENED, {"order": order_id}).scalar()
    return found


def add(tx: Tx, **values: Any) -> str:
    """A new parcel; its id. One an order (a constraint)."""
    parcel_id = tx.new_id()
    row = {"id": parcel_id, "state": ParcelState.PACKED.value, "packed_at": tx.now, "changed_at": tx.now}
    tx.connection.execute(insert(t.parcel), {**row, **values})
    tx.ordered.add(values["order_id"])
    return parcel_id


def set_parcel(tx: Tx, parcel_id: str, **values: Any) -> None:
    """Change a parcel's row."""
    here = update(t.parcel).where(_P.id == parcel_id)
    tx.connection.execute(here.values(changed_at=tx.now, **values))
    if not _SEEN_ELSEWHERE.isdisjoint(values):
        tx.ordered.update(tx.connection.execute(select(_P.order_id).where(_P.id == parcel_id)).scalars())


def order_of_line(connection: Connection, line_id: str) -> str | None:
    """The order of this line."""
    line = orders.orderline.c
    return connection.execute(select(line.order_id).where(line.id == line_id)).scalar()


def other_address(
    connection: Connection, company_id: str, number: str, order_id: str, address_hash: str, since: datetime
) -> int | None:
    """Back Market's number of an order that has this parcel number and goes to another address; None where none has.

    Of all accounts: a carrier's number is one parcel's, whoever sold what is in it.
    """
    given = {"company": company_id, "number": number, "order": order_id, "since": since}
    return connection.execute(_OTHER_ADDRESS, {**given, "address": address_hash}).scalar()


def shown_with(
    connection: Connection, company_id: str, number: str, order_id: str, since: datetime
) -> list[tuple[str, int]]:
    """Other orders (id and Back Market's number) that it shows with this parcel number, whoever shipped them."""
    given = {"company": company_id, "number": number, "order": order_id, "since": since}
    return [(row[0], row[1]) for row in connection.execute(_SHOWN_WITH, given)]


def carriers(connection: Connection, company_id: str) -> tuple[Carrier, ...]:
    """The seller's carriers, by their code."""
    return tuple(Carrier(*row) for row in connection.execute(_CARRIERS, {"company": company_id}))


def put_carrier(tx: Tx, carrier: Carrier) -> None:
    """This carrier from now on, under its code."""
    c = t.carrier.c
    values = {"shipper": carrier.shipper, "shape": carrier.shape, "url": carrier.url}
    here = and_(c.company_id == tx.company, c.code == carrier.code)
    if tx.connection.execute(update(t.carrier).where(here).values(**values)).rowcount == 0:
        row = {"company_id": tx.company, "code": carrier.code, **values}
        tx.connection.execute(insert(t.carrier), row)


def remove_carrier(tx: Tx, code: str) -> bool:
    """No carrier of the seller any more; whether it was one."""
    c = t.carrier.c
    return bool(
        tx.connection.execute(delete(t.carrier).where(c.company_id == tx.company, c.code == code)).rowcount
    )
