"""Where people pack: the order in hand, what was proven of it, what waits for a supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, insert, not_, select, update

from bmdesk.domain.orders import OPEN
from bmdesk.store.tables import accounts, orders
from bmdesk.store.tables import parcels as t
from bmdesk.store.transaction import Row, Tx


@dataclass(frozen=True, slots=True)
class Proven:
    """A piece that was scanned and may leave. `unit_id` is None for a piece of counted goods."""

    line_id: str
    unit_id: str | None
    override_reason: str = ""
    override_by: str = ""
    overruled: tuple[str, ...] = ()
    """What exactly the supervisor let pass (domain.packing.Refusal.about)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The unit that was refused last. `reason`: a supervisor's badge is awaited for it."""

    unit_id: str
    line_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PackSeat:
    """What a packing place has in hand."""

    order_id: str | None = None
    proven: tuple[Proven, ...] = ()
    number: str = ""
    shipper: str = ""
    refused: Refused | None = None
    last_text: str = ""
    last_at: datetime | None = None


_S = t.pack_seat.c
_HERE = and_(
    _S.company_id == bindparam("key_company"),
    _S.station == bindparam("key_station"),
    _S.name == bindparam("key_seat"),
)

# Asked with every scan, so built once: building a statement takes longer than running it.
_SEAT = select(_S.order_id, _S.proven, _S.number, _S.shipper, _S.refused, _S.last_text, _S.last_at).where(
    _HERE
)
_CHANGE = update(t.pack_seat).where(_HERE)
_IN_OTHER_HANDS = (
    select(_S.station)
    .where(
        _S.company_id == bindparam("key_company"),
        _S.order_id == bindparam("order"),
        _S.changed_at > bindparam("since"),
        not_(and_(_S.station == bindparam("key_station"), _S.name == bindparam("key_seat"))),
    )
    .limit(1)
)


def seat(connection: Connection, company_id: str, station: str, name: str) -> PackSeat:
    """What this place has in hand; empty where nobody ever packed."""
    row = connection.execute(_SEAT, _key(company_id, station, name)).first()
    if row is None:
        return PackSeat()
    proven = tuple(
        Proven(**{**one, "overruled": tuple(one.get("overruled", ()))}) for one in row.proven or ()
    )
    refused = Refused(**row.refused) if row.refused else None
    return PackSeat(row.order_id, proven, row.number, row.shipper, refused, row.last_text, row.last_at)


def set_seat(tx: Tx, station: str, name: str, now: PackSeat) -> None:
    """Keep what this place has in hand: a crash gives it back."""
    values: dict[str, Any] = {
        "order_id": now.order_id,
        "proven": [_row(one) for one in now.proven],
        "number": now.number,
        "shipper": now.shipper,
        "refused": _row(now.refused) if now.refused else None,
        "last_text": now.last_text,
        "last_at": now.last_at,
        "changed_at": tx.now,
    }
    here = _key(tx.company, station, name)
    if tx.connection.execute(_CHANGE, {**here, **values}).rowcount == 0:
        key = {"company_id": tx.company, "station": station, "name": name}
        tx.connection.execute(insert(t.pack_seat), {**key, **values})


def in_other_hands(
    connection: Connection, company_id: str, order_id: str, station: str, name: str, since: datetime
) -> str | None:
    """The station where this order is being packed: another place than this one, where somebody scanned since."""
    given = {**_key(company_id, station, name), "order": order_id, "since": since}
    return connection.execute(_IN_OTHER_HANDS, given).scalar()


def ours_with(connection: Connection, company_id: str, number: int) -> list[str]:
    """The orders of this number, in any account, of which bmdesk still has something to do."""
    o, line, a = orders.customer_order.c, orders.orderline.c, accounts.account.c
    waits = exists(
        select(line.id).where(
            line.order_id == o.id, line.ours.is_(True), line.state.in_([s.value for s in OPEN])
        )
    )
    query = (
        select(o.id)
        .select_from(orders.customer_order.join(accounts.account, o.account_id == a.id))
        .where(a.company_id == company_id, o.remote_id == number, waits)
    )
    return list(connection.execute(query.order_by(o.id)).scalars())


def number_scanned(connection: Connection, company_id: str, order_id: str) -> str:
    """The parcel number that was scanned for this order where it is being packed, or empty."""
    s = t.pack_seat.c
    here = (s.company_id == company_id, s.order_id == order_id, s.number != "")
    return connection.execute(select(s.number).where(*here).limit(1)).scalar() or ""


def _key(company_id: str, station: str, name: str) -> Row:
    return {"key_company": company_id, "key_station": station, "key_seat": name}


def _row(one: Proven | Refused) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in one.__dataclass_fields__}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}
