"""Parcels as lists for people, and what drivers took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, Select, and_, func, insert, or_, select

from bmdesk.domain.parcels import ParcelState
from bmdesk.store.queries import accounts
from bmdesk.store.queries.customers import SHIPPING
from bmdesk.store.queries.parcels import ParcelRow
from bmdesk.store.tables import customers, orders
from bmdesk.store.tables import parcels as t
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class ShownParcel:
    """A parcel with its order. `order` is Back Market's number; `country` where it goes; `conflicts` open ones."""

    row: ParcelRow
    order: int
    market: str
    conflicts: int
    country: str

    @property
    def number(self) -> str:
        return self.row.number

    @property
    def shipper(self) -> str:
        return self.row.shipper


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one driver took at once."""

    id: str
    shipper: str
    parcels: int
    at: datetime
    operator: str


_P, _M = t.parcel.c, t.manifest.c
_PARCEL = tuple(_P[f.name] for f in fields(ParcelRow))
_MANIFEST = select(*(_M[f.name] for f in fields(Manifest)))


def parcel(connection: Connection, company_id: str, parcel_id: str) -> ParcelRow | None:
    """The parcel with this id, or None."""
    row = connection.execute(
        select(*_PARCEL).where(_P.id == parcel_id, _P.account_id.in_(accounts.ids_of(company_id)))
    ).first()
    return ParcelRow(*row) if row else None


def find(connection: Connection, company_id: str, given: str) -> ParcelRow | None:
    """The newest parcel with this id, parcel number or order number that was not opened again; None where none has."""
    o = orders.customer_order.c
    bears = [_P.id == given, _P.number == given.upper()]
    if given.isdecimal() and len(given) <= 18:
        bears.append(o.remote_id == int(given))
    query = (
        select(*_PARCEL)
        .select_from(t.parcel.join(orders.customer_order, _P.order_id == o.id))
        .where(
            _P.account_id.in_(accounts.ids_of(company_id)), _P.state != ParcelState.UNDONE.value, or_(*bears)
        )
        .order_by(_P.id.desc())
    )
    row = connection.execute(query.limit(1)).first()
    return ParcelRow(*row) if row else None


def shown(
    connection: Connection,
    company_id: str,
    states: Sequence[str],
    after: str = "",
    limit: int = 200,
    *,
    account: str = "",
    left_before: datetime | None = None,
) -> list[ShownParcel]:
    """Parcels in these states, newest first, from the one after this id on. `left_before`: only those that were handed
    over, or else told, before this moment, the oldest first.
    """
    query = _shown(company_id).where(_P.state.in_(states))
    if account:
        query = query.where(_P.account_id == account)
    if after:
        query = query.where(_P.id < after)
    if left_before is not None:
        left = func.coalesce(_P.handed_at, _P.told_at)
        query = query.where(left < left_before).order_by(left, _P.id)
    else:
        query = query.order_by(_P.id.desc())
    return [_row(row) for row in connection.execute(query.limit(limit))]


def of_manifest(connection: Connection, company_id: str, manifest_id: str) -> list[ShownParcel]:
    """The parcels of a manifest, by number."""
    query = _shown(company_id).where(_P.manifest_id == manifest_id).order_by(_P.number, _P.id)
    return [_row(row) for row in connection.execute(query)]


def add_manifest(tx: Tx, shipper: str, parcels: int, operator: str) -> Manifest:
    """A driver of this carrier takes so many parcels."""
    manifest = Manifest(tx.new_id(), shipper, parcels, tx.now, operator)
    row = {f.name: getattr(manifest, f.name) for f in fields(Manifest)}
    tx.connection.execute(insert(t.manifest), {**row, "company_id": tx.company})
    return manifest


def manifests(connection: Connection, company_id: str, limit: int) -> list[Manifest]:
    """What drivers took, newest first."""
    query = _MANIFEST.where(_M.company_id == company_id).order_by(_M.id.desc()).limit(limit)
    return [Manifest(*row) for row in connection.execute(query)]


def _shown(company_id: str) -> Select[tuple[object, ...]]:
    o, a = orders.customer_order.c, customers.order_address.c
    goes = and_(a.order_id == o.id, a.kind == SHIPPING)
    return (
        select(*_PARCEL, o.remote_id, o.market, o.conflicts, func.coalesce(a.country, ""))
        .select_from(
            t.parcel.join(orders.customer_order, _P.order_id == o.id).outerjoin(customers.order_address, goes)
        )
        .where(_P.account_id.in_(accounts.ids_of(company_id)))
    )


def _row(row: object) -> ShownParcel:
    values = tuple(row)  # type: ignore[arg-type, var-annotated]
    size = len(_PARCEL)
    return ShownParcel(ParcelRow(*values[:size]), *values[size:])
