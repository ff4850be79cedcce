"""Parcels that Back Market organises, as they were read, for which orders to ask, and labels made before packing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from bmdesk.store.tables import orders
from bmdesk.store.tables import parcels as t
from bmdesk.store.transaction import Row, Tx

_B = t.backship.c
_O = orders.customer_order.c

# Asked with every scan at packing, so built once: building a statement takes longer than running it.
_ORDER_OF_LABEL = (
    select(_B.order_number)
    .where(_B.account_id == bindparam("account"), _B.number == bindparam("number"))
    .order_by(_B.remote_id.desc())
    .limit(1)
)
_LABEL_OF_ORDER = (
    select(_B.number)
    .where(_B.account_id == bindparam("account"), _B.order_number == bindparam("order"), _B.number != "")
    .order_by(_B.remote_id.desc())
    .limit(1)
)


def to_ask(
    connection: Connection, account_id: str, made_since: datetime, states: Sequence[str], limit: int
) -> list[Row]:
    """Orders (id, remote_id) of these states whose parcel Back Market organises and that has not arrived, made since
    then: those of which no shipment was read yet, the most urgent first; then those that were read longest ago.
    """
    asked = select(_B.read_at).where(_B.account_id == account_id, _B.order_number == _O.remote_id)
    arrived = asked.where(_B.delivered_at.is_not(None))
    query = select(_O.id, _O.remote_id).where(
        _O.account_id == account_id,
        _O.is_backship.is_(True),
        _O.state.in_(states),
        or_(_O.created_at.is_(None), _O.created_at >= made_since),
        ~arrived.exists(),
    )
    oldest = asked.order_by(_B.read_at.desc()).limit(1).scalar_subquery()
    urgency = (oldest.is_not(None), oldest, _O.ship_by.is_(None), _O.ship_by, _O.id)
    return [dict(row) for row in connection.execute(query.order_by(*urgency).limit(limit)).mappings()]


def put(tx: Tx, account_id: str, remote_id: int, **values: Any) -> None:
    """Keep a shipment as it was just read."""
    here = and_(_B.account_id == account_id, _B.remote_id == remote_id)
    values = {**values, "read_at": tx.now}
    if tx.connection.execute(update(t.backship).where(here).values(**values)).rowcount == 0:
        tx.connection.execute(
            insert(t.backship), {"account_id": account_id, "remote_id": remote_id, **values}
        )


# ---------------------------------------------------------------- labels


def order_of_label(connection: Connection, account_id: str, number: str) -> int | None:
    """The order for which the label with this number was made, or None."""
    return connection.execute(_ORDER_OF_LABEL, {"account": account_id, "number": number}).scalar()


def label_of_order(connection: Connection, account_id: str, order_number: int) -> str:
    """The parcel number on the label that was made for this order before it was packed, or empty.

    By Back Market (Backship), or by a carrier's own tool (put_label).
    """
    return connection.execute(_LABEL_OF_ORDER, {"account": account_id, "order": order_number}).scalar() or ""


def put_label(tx: Tx, account_id: str, order_number: int, number: str, carrier: str) -> None:
    """The seller's carrier made the label with this number for the order.

    Kept beside the labels of Back Market's own shipments, under the order's number made negative: theirs are positive.
    """
    forget_label(tx, account_id, order_number)
    key = {"account_id": account_id, "remote_id": -order_number, "order_number": order_number}
    values = {"number": number, "carrier": carrier, "scanned": False, "url": "", "read_at": tx.now}
    tx.connection.execute(insert(t.backship), {**key, **values})


def own_label(connection: Connection, account_id: str, order_number: int) -> str:
    """The number on the label that the seller's carrier made for this order, or empty."""
    query = select(_B.number).where(_B.account_id == account_id, _B.remote_id == -order_number)
    return connection.execute(query).scalar() or ""


def forget_label(tx: Tx, account_id: str, order_number: int) -> None:
    """The label that the seller's carrier made for this order counts no more."""
    tx.connection.execute(
        delete(t.backship).where(_B.account_id == account_id, _B.remote_id == -order_number)
    )
