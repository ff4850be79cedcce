"""What must be fetched from the shelves for accepted orders, and batches of orders that are picked together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, func, insert, or_, select, update

from bmdesk.domain.orders import LineState
from bmdesk.store.queries import accounts
from bmdesk.store.queries.allocations import RESERVED
from bmdesk.store.queries.order_progress import ASKED
from bmdesk.store.tables import catalogue, listings, orders
from bmdesk.store.tables import parcels as t
from bmdesk.store.tables import people as p
from bmdesk.store.tables import units as u
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class BatchRow:
    """Orders that are picked together. `number` is what people call it."""

    id: str
    number: int
    at: datetime
    operator: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PickRow:
    """A piece to fetch. `unit_id` empty: so many `pieces` of counted goods. `state`: of its reservation, empty where it
    is not reserved for this line any more. `order` is Back Market's number.
    """

    line_id: str
    unit_id: str
    order_id: str
    order: int
    sku: str
    title: str
    warehouse: str
    bin: str
    ship_by: datetime | None
    state: str
    picked_at: datetime | None
    pieces: int = 1


_A, _L, _O = orders.allocation.c, orders.orderline.c, orders.customer_order.c
_B, _I = t.pick_batch.c, t.pick_item.c
_BATCH = select(*(_B[f.name] for f in fields(BatchRow)))
_V, _PR, _SKU = catalogue.variant.c, catalogue.product.c, catalogue.sku.c
_COLUMNS: tuple[Any, ...] = (
    _L.id,
    u.unit.c.id,
    _O.id,
    _O.remote_id,
    func.coalesce(_SKU.text, _L.sku_text),
    _PR.brand,
    _PR.model,
    _V.storage,
    _V.colour,
    func.coalesce(p.location.c.warehouse, ""),
    func.coalesce(p.location.c.bin, ""),
    _O.ship_by,
)


def reserved(
    connection: Connection, company_id: str, *, batched: bool = False, limit: int = 5000
) -> list[PickRow]:
    """Reserved units of accepted lines that bmdesk fulfils; with `batched` also those that somebody fetches, or has."""
    asked = exists(
        select(orders.line_step.c.id).where(
            orders.line_step.c.line_id == _L.id, orders.line_step.c.state == ASKED
        )
    )
    wanted = and_(
        _A.state == RESERVED,
        _L.ours.is_(True),
        _L.state == LineState.ACCEPTED.value,
        ~asked,
        _mine(company_id),
    )
    query = _with_place(
        select(*_COLUMNS, _A.state).select_from(
            orders.allocation.join(orders.orderline, _A.line_id == _L.id)
            .join(orders.customer_order, _L.order_id == _O.id)
            .join(u.unit, _A.unit_id == u.unit.c.id)
            .outerjoin(p.location, u.unit.c.location_id == p.location.c.id)
            .outerjoin(catalogue.sku, u.unit.c.sku_id == _SKU.id)
            .outerjoin(catalogue.variant, u.unit.c.variant_id == _V.id)
            .outerjoin(catalogue.product, _V.product_id == _PR.id)
        )
    ).where(wanted)
    in_batch = exists(
        select(_I.unit_id)
        .select_from(t.pick_item.join(t.pick_batch, _I.batch_id == _B.id))
        .where(
            _I.unit_id == _A.unit_id,
            _I.line_id == _A.line_id,
            or_(_B.closed_at.is_(None), _I.picked_at.is_not(None)),
        )
    )
    if not batched:
        query = query.where(~in_batch)
    return [_row(r, r[-1], None) for r in connection.execute(query.limit(limit))]


def counted(
    connection: Connection, company_id: str, order_ids: Sequence[str] | None = None, limit: int = 1000
) -> list[PickRow]:
    """Accepted lines of counted goods that are not packed, by the link of their listing."""
    q = listings.listing.c
    query = (
        select(
            _L.id, _O.id, _O.remote_id, _SKU.text, _PR.brand, _PR.model, _V.storage, _V.colour, _O.ship_by, _L.quantity
        )
        .select_from(
            orders.orderline.join(orders.customer_order, _L.order_id == _O.id)
            .join(listings.listing, _L.listing_id == q.id)
            .join(catalogue.sku, q.sku_id == _SKU.id)
            .join(catalogue.variant, _SKU.variant_id == _V.id)
            .join(catalogue.product, _V.product_id == _PR.id)
        )
        .where(
            _SKU.pieces.is_not(None), _L.ours.is_(True), _L.state == LineState.ACCEPTED.value, _mine(company_id)
        )
    )  # fmt: skip
    if order_ids is not None:
        query = query.where(_O.id.in_(order_ids))
    rows = connection.execute(query.order_by(_O.ship_by, _L.remote_id).limit(limit))
    return [
        PickRow(r[0], "", r[1], r[2], r[3], _words(r[4:8]), "", "", r[8], RESERVED, None, r[9]) for r in rows
    ]


def of_batch(connection: Connection, batch_id: str) -> list[PickRow]:
    """The units of a batch, with whether they are still wanted."""
    live = and_(_A.line_id == _I.line_id, _A.unit_id == _I.unit_id)
    query = select(*_COLUMNS, func.coalesce(_A.state, ""), _I.picked_at).select_from(
        t.pick_item.join(orders.orderline, _I.line_id == _L.id)
        .join(orders.customer_order, _L.order_id == _O.id)
        .join(u.unit, _I.unit_id == u.unit.c.id)
        .outerjoin(orders.allocation, live)
        .outerjoin(p.location, u.unit.c.location_id == p.location.c.id)
        .outerjoin(catalogue.sku, u.unit.c.sku_id == _SKU.id)
        .outerjoin(catalogue.variant, u.unit.c.variant_id == _V.id)
        .outerjoin(catalogue.product, _V.product_id == _PR.id)
    )
    rows = connection.execute(_with_place(query).where(_I.batch_id == batch_id))
    return [_row(r, r[-2], r[-1]) for r in rows]


def identifiers(connection: Connection, unit_ids: Sequence[str]) -> dict[str, str]:
    """What each of these units (any number) is called: its IMEI, else its first identifier."""
    i = u.identifier.c
    found: dict[str, str] = {}
    for begin in range(0, len(unit_ids), 500):
        query = select(i.unit_id, i.value).where(i.unit_id.in_(unit_ids[begin : begin + 500]))
        for unit_id, value in connection.execute(query.order_by(i.kind != "imei", i.value)):
            found.setdefault(unit_id, value)
    return found


def add_batch(tx: Tx, operator: str, rows: Sequence[PickRow]) -> BatchRow:
    """These pieces are picked together from now on."""
    newest = select(func.max(_B.number)).where(_B.company_id == tx.company)
    number = (tx.connection.execute(newest).scalar() or 0) + 1
    batch = BatchRow(tx.new_id(), number, tx.now, operator, None)
    values = {f.name: getattr(batch, f.name) for f in fields(BatchRow)}
    tx.connection.execute(insert(t.pick_batch), {**values, "company_id": tx.company})
    items = [{"batch_id": batch.id, "line_id": r.line_id, "unit_id": r.unit_id} for r in rows if r.unit_id]
    tx.connection.execute(insert(t.pick_item), [{**one, "picked_by": ""} for one in items])
    return batch


def batch(connection: Connection, company_id: str, given: str) -> BatchRow | None:
    """The batch with this id or number, or None."""
    bears = _B.number == int(given) if given.isdecimal() and len(given) <= 9 else _B.id == given
    row = connection.execute(_BATCH.where(_B.company_id == company_id, bears)).first()
    return BatchRow(*row) if row else None


def batches(connection: Connection, company_id: str, limit: int, *, closed: bool) -> list[BatchRow]:
    """Batches, newest first; the open ones, or all."""
    query = _BATCH.where(_B.company_id == company_id).order_by(_B.number.desc())
    if not closed:
        query = query.where(_B.closed_at.is_(None))
    return [BatchRow(*row) for row in connection.execute(query.limit(limit))]


def note_picked(tx: Tx, batch_id: str, line_id: str, unit_id: str, operator: str) -> None:
    """This piece is in the cart."""
    here = and_(_I.batch_id == batch_id, _I.line_id == line_id, _I.unit_id == unit_id)
    tx.connection.execute(update(t.pick_item).where(here).values(picked_at=tx.now, picked_by=operator))


def close_batch(tx: Tx, batch_id: str) -> None:
    """Nobody picks this any more."""
    tx.connection.execute(update(t.pick_batch).where(_B.id == batch_id).values(closed_at=tx.now))


def _mine(company_id: str) -> Any:
    return _L.account_id.in_(accounts.ids_of(company_id))


def _with_place(query: Any) -> Any:
    return query.order_by(p.location.c.warehouse, p.location.c.bin, _O.ship_by, _L.remote_id, u.unit.c.id)


def _row(r: Any, state: str, picked_at: datetime | None) -> PickRow:
    title = _words(r[5:9])
    return PickRow(r[0], r[1], r[2], r[3], r[4], title, r[9], r[10], r[11], state, picked_at)


def _words(parts: Sequence[str | None]) -> str:
    return " ".join(part for part in parts if part)
