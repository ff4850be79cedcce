"""Which orders must stand at the company's Odoo, and what waits of them in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, exists, func, or_, select

from bmdesk.domain.effects import UNFINISHED, EffectState, Kind
from bmdesk.domain.orders import LineState
from bmdesk.store.queries.outbox import EFFECT, EffectRow, set_effect
from bmdesk.store.tables import accounts, outbox
from bmdesk.store.tables import customers as c
from bmdesk.store.tables import orders as t
from bmdesk.store.tables.odoo import odoo_record
from bmdesk.store.transaction import Tx

SALE, CUSTOMER = "sale", "customer"
"""Kinds of records at Odoo: an order, and who bought. Stored so."""

_O, _L, _E, _R = t.customer_order.c, t.orderline.c, outbox.effect.c, odoo_record.c
_UNFINISHED = [one.value for one in UNFINISHED]
_UNDER_WAY = (LineState.ACCEPTED.value, LineState.PACKED.value)
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_ACCOUNT: BindParameter[Any] = bindparam("account")
_OF_SALE = and_(_E.account_id == _ACCOUNT, _E.kind == Kind.SALE.value, _E.key == _O.id)


def _has_line(*what: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_L.order_id == _O.id, _L.ours.is_(True), *what)


_OPEN = _has_line(_L.state.in_(_UNDER_WAY))
# Asked after every change of an order, so built once: building a statement takes longer than running it.
_TO_STAND = select(_O.id).where(
    _O.id.in_(_SOME),
    or_(
        _OPEN,
        # What had left before Odoo was there is history.
        _has_line(
            _L.state == LineState.SHIPPED.value,
            func.coalesce(_O.shipped_at, _L.first_read_at) >= bindparam("since", type_=_O.shipped_at.type),
        ),
        exists().where(_R.account_id == _ACCOUNT, _R.kind == SALE, _R.local_id == _O.id),
        exists().where(_OF_SALE, _E.state.in_(_UNFINISHED)),
    ),
)
_ALL_OPEN = (
    select(_O.id)
    .join(accounts.account, _O.account_id == accounts.account.c.id)
    .where(accounts.account.c.company_id == bindparam("company"), _OPEN)
    .order_by(_O.id)
)
_OF_BUYERS = (
    select(_O.id)
    .join(c.customer, _O.customer_id == c.customer.c.id)
    .where(or_(c.customer.c.id.in_(_SOME), c.customer.c.merged_into.in_(_SOME)), _OPEN)
)
_BEARING = (
    select(_O.id)
    .join(accounts.account, _O.account_id == accounts.account.c.id)
    .where(
        accounts.account.c.company_id == bindparam("company"),
        _O.remote_id == bindparam("number"),
        _has_line(),
    )
    .order_by(_O.id)
)
_GONE = (
    select(_O.id, exists().where(_OF_SALE, _E.state.in_(_UNFINISHED)))
    .join(accounts.account, _O.account_id == accounts.account.c.id)
    .where(
        accounts.account.c.company_id == bindparam("company"),
        _O.erased_at.is_(None),
        or_(
            _has_line(_L.state == LineState.PACKED.value),
            _has_line(
                _L.state.in_((LineState.SHIPPED.value, LineState.REFUNDED.value)),
                func.coalesce(_O.shipped_at, _L.first_read_at)
                >= bindparam("since", type_=_O.shipped_at.type),
            ),
        ),
    )
    .order_by(_O.id)
)
_EFFECT = EFFECT.where(
    _E.order_id == bindparam("order"), _E.kind == Kind.SALE.value, _E.state.in_(_UNFINISHED)
).order_by((_E.state == EffectState.PARKED.value).desc(), _E.id.desc())
_LEAVING = (
    select(t.allocation.c.unit_id)
    .join(t.orderline, t.allocation.c.line_id == _L.id)
    .join(outbox.effect, and_(_E.key == _L.order_id, _E.kind == Kind.SALE.value))
    .where(t.allocation.c.unit_id.in_(_SOME), _E.state.in_(_UNFINISHED))
)
_PARKED = select(_E.key).where(
    _E.account_id == _ACCOUNT,
    _E.kind == bindparam("which"),
    _E.key.in_(_SOME),
    _E.state == EffectState.PARKED.value,
)


def to_stand(connection: Connection, account_id: str, order_ids: Sequence[str], since: datetime) -> list[str]:
    """Those of these orders (at most 500) that must stand at this Odoo, or stand there already: with a line that bmdesk
    handles and that is accepted and not gone, or left after `since`; known there; or waiting to be sent.
    """
    given = {"account": account_id, "some": order_ids, "since": since}
    return sorted(connection.execute(_TO_STAND, given).scalars())


def hurry(tx: Tx, account_id: str, unit_ids: Sequence[str], problem: str) -> None:
    """Orders that wait with this problem for one of these units (at most 500) are tried at once."""
    of_units = select(_L.order_id).join(t.allocation, t.allocation.c.line_id == _L.id)
    waits = (
        _E.account_id == account_id,
        _E.kind == Kind.SALE.value,
        _E.state == EffectState.PENDING.value,
        _E.next_at > tx.now,
        _E.key.in_(of_units.where(t.allocation.c.unit_id.in_(unit_ids))),
    )
    found = tx.connection.execute(select(_E.id, _E.problem).where(*waits))
    for effect_id in [row.id for row in found if (row.problem or {}).get("code") == problem]:
        set_effect(tx, effect_id, next_at=tx.now)


def all_open(connection: Connection, company_id: str) -> list[str]:
    """The company's orders with a line that bmdesk handles, accepted and not gone."""
    return list(connection.execute(_ALL_OPEN, {"company": company_id}).scalars())


def gone(
    connection: Connection, account_id: str, company_id: str, since: datetime
) -> tuple[list[str], list[str]]:
    """The company's orders with a line that bmdesk handles and that is packed, or left after `since`: those of which
    nothing is on its way to this Odoo, and those of which something waits, flies, is in doubt or parked.
    """
    given = {"account": account_id, "company": company_id, "since": since}
    at_rest: list[str] = []
    under_way: list[str] = []
    for order_id, is_moving in connection.execute(_GONE, given):
        (under_way if is_moving else at_rest).append(order_id)
    return at_rest, under_way


def bearing(connection: Connection, company_id: str, number: int) -> list[str]:
    """The company's orders that have this number at their marketplace, with a line that bmdesk handles."""
    return list(connection.execute(_BEARING, {"company": company_id, "number": number}).scalars())


def of_buyers(connection: Connection, customer_ids: Sequence[str]) -> list[str]:
    """The same of these customers (at most 500), whoever became one with them."""
    return list(connection.execute(_OF_BUYERS, {"some": customer_ids}).scalars())


def unfinished(connection: Connection, order_id: str) -> EffectRow | None:
    """What waits, flies, is in doubt or parked to make this order stand at Odoo, what is parked before the rest; None
    where nothing is.
    """
    row = connection.execute(_EFFECT, {"order": order_id}).first()
    return EffectRow(*row) if row else None


def parked(connection: Connection, account_id: str, kind: Kind, keys: Sequence[str]) -> frozenset[str]:
    """Which of these keys (at most 500) a person must look at before anything of this kind is sent for them."""
    given = {"account": account_id, "which": kind.value, "some": keys}
    return frozenset(connection.execute(_PARKED, given).scalars())


def leaving(connection: Connection, unit_ids: Sequence[str]) -> frozenset[str]:
    """Those of these units (at most 500) that belong to an order which is still on its way to Odoo."""
    return (
        frozenset(connection.execute(_LEAVING, {"some": list(unit_ids)}).scalars())
        if unit_ids
        else frozenset()
    )
