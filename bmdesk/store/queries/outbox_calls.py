"""Calls that carry many effects, their tasks at the remote, and what is in doubt about the making of new listings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from bmdesk.domain.effects import OPEN, EffectState, Fault, Kind
from bmdesk.store.queries.outbox import EFFECT, EffectRow
from bmdesk.store.tables import outbox as t
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call that carries many effects, all columns of its table."""

    id: str
    account_id: str
    kind: str
    state: str
    task: int | None
    market: str
    started_at: datetime
    polls: int
    ended_at: datetime | None


_E = t.effect.c
_CALL = select(*(t.call.c[f.name] for f in fields(CallRow)))


def add_call(tx: Tx, account_id: str, kind: Kind, market: str) -> str:
    """A call about to be made for several effects; its id."""
    call_id = tx.new_id()
    row = {"id": call_id, "account_id": account_id, "kind": kind.value, "state": "sending"}
    tx.connection.execute(insert(t.call), {**row, "market": market, "started_at": tx.now})
    return call_id


def set_call(tx: Tx, call_id: str, **values: Any) -> None:
    """Change a call's row."""
    tx.connection.execute(update(t.call).where(t.call.c.id == call_id).values(**values))


def call(connection: Connection, call_id: str) -> CallRow:
    """The call with this id; it must exist."""
    return CallRow(*connection.execute(_CALL.where(t.call.c.id == call_id)).one())


def running_calls(connection: Connection, account_id: str) -> list[CallRow]:
    """Calls whose task runs at the remote, oldest first."""
    query = _CALL.where(t.call.c.account_id == account_id, t.call.c.state == "running")
    return [CallRow(*row) for row in connection.execute(query.order_by(t.call.c.id))]


def bring_forward(tx: Tx, account_id: str) -> None:
    """The clock was set back: how long ago something was sent or ended counts from now, not from a moment ahead."""
    mine = t.call.c.account_id == account_id
    for moment in (t.call.c.started_at, t.call.c.ended_at):
        ahead = update(t.call).where(mine, moment > tx.now)
        tx.connection.execute(ahead.values({moment.name: tx.now}))


def of_call(connection: Connection, call_id: str) -> list[EffectRow]:
    """The effects that this call carries and that are not ended."""
    states = [s.value for s in OPEN]
    query = EFFECT.where(_E.call_id == call_id, _E.state.in_(states)).order_by(_E.id)
    return [EffectRow(*row) for row in connection.execute(query)]


def waiting_creates(connection: Connection, account_id: str, sku_ids: Sequence[str]) -> dict[str, EffectRow]:
    """The new listings of these SKUs (at most 500) that wait to be sent, by SKU."""
    mine = and_(_E.account_id == account_id, _E.kind == Kind.CREATE.value, _E.sku_id.in_(sku_ids))
    query = EFFECT.where(mine, _E.state == EffectState.PENDING.value)
    return {row[7]: EffectRow(*row) for row in connection.execute(query)}


def prices_to_make(connection: Connection, account_id: str, key: str) -> Any:
    """The prices kept for the next listing of this SKU: the newest ones since the last was made, or None."""
    query = select(_E.state, _E.change).where(
        _E.account_id == account_id, _E.kind == Kind.CREATE.value, _E.key == key
    )
    for state, change in connection.execute(query.order_by(_E.id.desc())):
        if state == EffectState.DONE.value:
            return None
        if isinstance(change, dict) and "prices" in change:
            return change
    return None


def forget_prices_to_make(tx: Tx, account_id: str) -> None:
    """Handed back: prices confirmed for listings that nobody made yet count no more. What may be made keeps its own."""
    ended = [EffectState.PENDING.value, EffectState.PARKED.value, EffectState.CANCELLED.value]
    mine = and_(_E.account_id == account_id, _E.kind == Kind.CREATE.value, _E.fault != Fault.AMBIGUOUS.value)
    tx.connection.execute(update(t.effect).where(mine, _E.state.in_(ended)).values(change=None))


def drop_refused_creates(tx: Tx, account_id: str, sku_ids: Sequence[str]) -> None:
    """Confirmed anew: what the remote refused for these SKUs (at most 500) gives way to the new want."""
    refused = and_(_E.state == EffectState.PARKED.value, _E.fault == Fault.REJECTED.value)
    mine = and_(_E.account_id == account_id, _E.kind == Kind.CREATE.value, _E.sku_id.in_(sku_ids))
    values = {"state": EffectState.CANCELLED.value, "ended_at": tx.now}
    tx.connection.execute(update(t.effect).where(mine, refused).values(**values))


def doubtful_create(connection: Connection, account_id: str, key: str, since: datetime) -> EffectRow | None:
    """The last new listing of this SKU that was cancelled since then although it may have been made, or None."""
    query = EFFECT.where(
        _E.account_id == account_id,
        _E.kind == Kind.CREATE.value,
        _E.key == key,
        _E.state == EffectState.CANCELLED.value,
        _E.fault == Fault.AMBIGUOUS.value,
        _E.ended_at > since,
    )
    row = connection.execute(query.order_by(_E.id.desc())).first()
    return EffectRow(*row) if row else None


def settle_doubts(tx: Tx, account_id: str, key: str) -> None:
    """It is known now that none of the cancelled attempts made this SKU's listing."""
    mine = and_(_E.account_id == account_id, _E.kind == Kind.CREATE.value, _E.key == key)
    cancelled = and_(_E.state == EffectState.CANCELLED.value, _E.fault == Fault.AMBIGUOUS.value)
    tx.connection.execute(update(t.effect).where(mine, cancelled).values(fault=""))
