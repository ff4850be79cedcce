"""The papers of orders: where they come from, the blob once they are kept, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from bmdesk.store.tables import accounts as a
from bmdesk.store.tables import orders
from bmdesk.store.tables import parcels as t
from bmdesk.store.transaction import Row, Tx

WAITING, KEPT, FAILED = "waiting", "kept", "failed"
NOTE, LABEL, INVOICE = "delivery_note", "label", "invoice"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A paper, all columns of its table. `url` is signed: whoever has it may read the paper."""

    id: str
    order_id: str
    kind: str
    remote_id: str
    url: str
    blob: str
    name: str
    size: int
    state: str
    problem: Any
    attempts: int
    next_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper to be fetched, and Back Market's number of its order."""

    row: DocumentRow
    order_number: int


_D = t.document.c
_O = orders.customer_order.c
_COLUMNS = [_D[f.name] for f in fields(DocumentRow)]
_DOCUMENT = select(*_COLUMNS)
# Asked for every page of a long history, so it is built once.
_OF_ORDERS = _DOCUMENT.where(_D.order_id.in_(bindparam("some", expanding=True))).order_by(
    _D.kind, _D.remote_id
)


def document(connection: Connection, company_id: str, document_id: str) -> DocumentRow | None:
    """The paper with this id among the company's, or None."""
    query = (
        _DOCUMENT.select_from(
            t.document.join(orders.customer_order, _D.order_id == _O.id).join(
                a.account, _O.account_id == a.account.c.id
            )
        )
        .where(_D.id == document_id, a.account.c.company_id == company_id)
        .limit(1)
    )
    row = connection.execute(query).first()
    return DocumentRow(*row) if row else None


def account_of(connection: Connection, order_id: str) -> str | None:
    """The account of the order with this id, or None."""
    return connection.execute(select(_O.account_id).where(_O.id == order_id)).scalar()


def order_of(connection: Connection, document_id: str) -> str | None:
    """The order of the paper with this id, or None."""
    return connection.execute(select(_D.order_id).where(_D.id == document_id)).scalar()


def of_orders(connection: Connection, order_ids: Sequence[str]) -> list[DocumentRow]:
    """All papers of these orders (at most 500), by kind."""
    return [DocumentRow(*row) for row in connection.execute(_OF_ORDERS, {"some": order_ids})]


def add_many(tx: Tx, rows: Sequence[Row]) -> None:
    """New papers; all rows have the same columns besides id and time."""
    if rows:
        tx.connection.execute(insert(t.document), [{"id": tx.new_id(), "at": tx.now, **row} for row in rows])


def set_document(tx: Tx, document_id: str, **values: Any) -> None:
    """Change a paper's row."""
    tx.connection.execute(update(t.document).where(_D.id == document_id).values(at=tx.now, **values))


def put(tx: Tx, order_id: str, kind: str, remote_id: str, **values: Any) -> str:
    """Make or change the paper of this kind; its id."""
    here = and_(_D.order_id == order_id, _D.kind == kind, _D.remote_id == remote_id)
    found = tx.connection.execute(select(_D.id).where(here)).scalar()
    if found is not None:
        set_document(tx, found, **values)
        return str(found)
    document_id = tx.new_id()
    row = {"id": document_id, "order_id": order_id, "kind": kind, "remote_id": remote_id, "at": tx.now}
    tx.connection.execute(insert(t.document), {**row, **values})
    return document_id


def due(connection: Connection, account_id: str, now: datetime, limit: int) -> list[Wanted]:
    """Papers of this account whose next try has come, the longest waiting first."""
    query = select(*_COLUMNS, _O.remote_id.label("order_number")).select_from(_WITH_ORDER)
    query = query.where(_O.account_id == account_id, _D.state == WAITING, _D.next_at <= now)
    rows = connection.execute(query.order_by(_D.next_at, _D.id).limit(limit))
    return [Wanted(DocumentRow(*row[:-1]), row[-1]) for row in rows]


def next_due(connection: Connection, account_id: str) -> datetime | None:
    """When the next try of any paper of this account comes, or None."""
    query = select(func.min(_D.next_at)).select_from(_WITH_ORDER)
    return connection.execute(query.where(_O.account_id == account_id, _D.state == WAITING)).scalar()


def count_failed(connection: Connection, account_ids: Sequence[str], states: Sequence[str]) -> int:
    """Papers that could not be had, of orders in these states."""
    query = select(func.count()).select_from(_WITH_ORDER)
    return connection.execute(
        query.where(_O.account_id.in_(account_ids), _D.state == FAILED, _O.state.in_(states))
    ).scalar_one()


def by_order(rows: Sequence[DocumentRow], kind: str) -> Mapping[str, DocumentRow]:
    """Those of one kind, by their order."""
    return {row.order_id: row for row in rows if row.kind == kind}


_WITH_ORDER = t.document.join(orders.customer_order, _D.order_id == _O.id)
