"""Effects of one order at the marketplace: what waits, what stands parked, what was ever sent. That it stands at Odoo
is another matter (odoo_orders): no step waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, func, select, update

from bmdesk.domain.effects import UNFINISHED, EffectState, Fault, Kind
from bmdesk.store.queries.outbox import EFFECT, EffectRow
from bmdesk.store.tables import outbox as t
from bmdesk.store.transaction import Tx

_E = t.effect.c

# Asked with every page of a long history, so built once: building a statement takes longer than running it.
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_STEP = _E.kind != Kind.SALE.value
_PARKED = select(_E.order_id).where(_E.order_id.in_(_SOME), _E.state == EffectState.PARKED.value, _STEP)


def unfinished(connection: Connection, order_id: str) -> list[EffectRow]:
    """What waits, flies, is in doubt or parked for this order, oldest first."""
    states = [state.value for state in UNFINISHED]
    query = EFFECT.where(_E.order_id == order_id, _E.state.in_(states), _STEP).order_by(_E.id)
    return [EffectRow(*row) for row in connection.execute(query)]


def count_of_account(connection: Connection, account_id: str, kinds: Sequence[Kind]) -> int:
    """How many of these kinds wait, fly, are in doubt or parked."""
    states = [state.value for state in UNFINISHED]
    query = select(func.count()).where(_E.account_id == account_id, _E.state.in_(states), _E.kind.in_(kinds))
    return int(connection.execute(query).scalar_one())


def parked(connection: Connection, order_ids: Sequence[str]) -> frozenset[str]:
    """Those of these orders (at most 500) of which something stands parked."""
    return frozenset(connection.execute(_PARKED, {"some": order_ids}).scalars())


def of_key(connection: Connection, order_id: str, kinds: Sequence[Kind], key: str) -> EffectRow | None:
    """The newest unfinished effect of these kinds with this key, or None: one in doubt before one that only waits."""
    found = [e for e in unfinished(connection, order_id) if e.key == key and e.kind in kinds]
    waiting = [e for e in found if e.state == EffectState.PENDING.value]
    return next((e for e in reversed(found) if e not in waiting), waiting[0] if waiting else None)


def carried(tx: Tx, effect: EffectRow) -> None:
    """What was wanted again until this moment is part of what this effect, in flight, is about to do: it reads the
    truth after this. Nobody has tried or seen that row.
    """
    same = and_(_E.account_id == effect.account_id, _E.kind == effect.kind, _E.key == effect.key)
    waits = and_(same, _E.state == EffectState.PENDING.value, _E.attempts == 0, _E.forced.is_(False))
    tx.connection.execute(delete(t.effect).where(waits, _E.fault == ""))


def withdraw_ship(tx: Tx, order_id: str) -> int:
    """Nothing is told of this order's parcel any more: what waits, or was refused, is withdrawn; how many."""
    waits = and_(
        _E.order_id == order_id,
        _E.kind == Kind.SHIP.value,
        _E.state.in_([EffectState.PENDING.value, EffectState.PARKED.value]),
    )
    ended = {"state": EffectState.CANCELLED.value, "ended_at": tx.now}
    return tx.connection.execute(update(t.effect).where(waits).values(**ended)).rowcount


def gives_way(effect: EffectRow) -> bool:
    """Whether a parked effect goes when a person asks anew: it was surely not done, and nobody put it aside."""
    kept = (Fault.AMBIGUOUS, Fault.BY_HAND)
    return effect.state == EffectState.PARKED.value and effect.fault not in kept
