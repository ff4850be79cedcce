"""What no single order shows: one parcel number on two orders, one device in two lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, or_, select

from bmdesk.domain.stock import SHIPPED_STATES
from bmdesk.store.tables import orders as t

_O = t.customer_order.c
_L = t.orderline.c

# Asked for every page of a long history, so they are built once.
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_WITH_TRACKING = (
    select(_O.tracking_number, _O.id, _O.remote_id)
    .where(_O.account_id == bindparam("account"), _O.tracking_number.in_(_SOME))
    .order_by(_O.remote_id)
    .limit(500)
)
_WITH_IDENTIFIER = (
    select(_L.imei, _L.serial, _L.id, _O.remote_id, _L.remote_state)
    .select_from(t.orderline.join(t.customer_order, _L.order_id == _O.id))
    .where(
        _L.account_id == bindparam("account"),
        or_(_L.imei.in_(_SOME), _L.serial.in_(_SOME)),
        _L.remote_state.in_(sorted(SHIPPED_STATES)),
    )
    .order_by(_O.remote_id)
    .limit(500)
)


def with_tracking(
    connection: Connection, account_id: str, numbers: Sequence[str]
) -> dict[str, list[tuple[str, int]]]:
    """The orders (id, Back Market's number) that show each of these parcel numbers (at most 50), oldest first."""
    found: dict[str, list[tuple[str, int]]] = {}
    for number, order_id, remote_id in connection.execute(
        _WITH_TRACKING, {"account": account_id, "some": numbers}
    ):
        found.setdefault(number, []).append((order_id, remote_id))
    return found


def with_identifier(
    connection: Connection, account_id: str, values: Sequence[str]
) -> dict[str, list[tuple[str, int, int]]]:
    """The lines (id, number of the order, remote state) that were shipped with each of these identifiers (at most 50),
    oldest first.
    """
    found: dict[str, list[tuple[str, int, int]]] = {}
    for imei, serial, line_id, remote_id, state in connection.execute(
        _WITH_IDENTIFIER, {"account": account_id, "some": values}
    ):
        found.setdefault(imei or serial, []).append((line_id, remote_id, state))
    return found
