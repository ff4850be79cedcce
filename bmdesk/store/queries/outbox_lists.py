"""Effects for people and for the state of things: lists with the words they are known by, counts, and forgetting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from bmdesk.domain.effects import UNFINISHED, EffectState
from bmdesk.store.queries.outbox import EFFECT, EffectRow, is_held_up
from bmdesk.store.tables import accounts, catalogue, listings, orders, units
from bmdesk.store.tables import outbox as t
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class ShownEffect:
    """An effect with the words a person knows it by."""

    effect: EffectRow
    sku: str
    title: str
    order: int | None = None
    """Back Market's number of the order that it is a step of."""
    held_up: bool = False
    """It waits, and an older one stands parked in its lane: first a person decides on that."""


_E = t.effect.c
_A = accounts.account.c


def ids_like(connection: Connection, company_id: str, part: str) -> list[str]:
    """At most two ids of this company's effects that begin or end with these letters and digits."""
    query = select(_E.id).where(_E.company_id == company_id)
    if len(part) < 26:
        query = query.where(or_(_E.id.startswith(part), _E.id.endswith(part)))
    else:
        query = query.where(_E.id == part)
    return list(connection.execute(query.limit(2)).scalars())


def unfinished(connection: Connection, listing_ids: Sequence[str]) -> list[EffectRow]:
    """What waits, flies or is parked for these listings (at most 500), oldest first."""
    states = [s.value for s in UNFINISHED]
    query = EFFECT.where(_E.listing_id.in_(listing_ids), _E.state.in_(states)).order_by(_E.id)
    return [EffectRow(*row) for row in connection.execute(query)]


def shown(
    connection: Connection,
    company_id: str,
    *,
    states: Sequence[EffectState] = (),
    account_id: str | None = None,
    before: str = "",
    limit: int = 200,
) -> list[ShownEffect]:
    """Effects for a list, newest first, paged before an id; with the SKU and the title of what they are about."""
    query = _shown().where(_E.company_id == company_id)
    if states:
        query = query.where(_E.state.in_([s.value for s in states]))
    if account_id is not None:
        query = query.where(_E.account_id == account_id)
    if before:
        query = query.where(_E.id < before)
    return [_as_shown(row) for row in connection.execute(query.order_by(_E.id.desc()).limit(limit))]


def shown_one(connection: Connection, company_id: str, effect_id: str) -> ShownEffect | None:
    """One effect of this company with the words a person knows it by, or None."""
    row = connection.execute(_shown().where(_E.company_id == company_id, _E.id == effect_id)).first()
    return _as_shown(row) if row else None


def _shown() -> Select[Any]:
    sku, listing = catalogue.sku.c, listings.listing.c
    joined = t.effect.outerjoin(listings.listing, _E.listing_id == listing.id).outerjoin(
        catalogue.sku, sku.id == func.coalesce(_E.sku_id, listing.sku_id)
    )
    joined = joined.outerjoin(orders.customer_order, _E.order_id == orders.customer_order.c.id)
    # A unit is known by its IMEI, or whatever else is written on it.
    name = select(func.min(units.identifier.c.value)).where(units.identifier.c.unit_id == _E.unit_id)
    words = (
        func.coalesce(sku.text, listing.sku_text, ""),
        func.coalesce(listing.title, name.scalar_subquery(), ""),
        orders.customer_order.c.remote_id,
        and_(_E.state == EffectState.PENDING.value, is_held_up()),
    )
    return select(*(_E[f.name] for f in fields(EffectRow)), *words).select_from(joined)


def _as_shown(row: Any) -> ShownEffect:
    return ShownEffect(EffectRow(*row[:-4]), *row[-4:])


def count_by_state(connection: Connection, company_id: str, account_id: str | None = None) -> dict[str, int]:
    """How many effects are in each state."""
    query = select(_E.state, func.count()).where(_E.company_id == company_id)
    if account_id is not None:
        query = query.where(_E.account_id == account_id)
    return {row[0]: row[1] for row in connection.execute(query.group_by(_E.state))}


def count_unfinished(connection: Connection, company_id: str) -> dict[str, int]:
    """How many effects wait, fly, are uncertain or parked; ended ones, of which there are many, are not counted."""
    states = [s.value for s in UNFINISHED]
    query = select(_E.state, func.count()).where(_E.company_id == company_id, _E.state.in_(states))
    return {row[0]: row[1] for row in connection.execute(query.group_by(_E.state))}


def count_by_kind(connection: Connection, company_id: str) -> dict[tuple[str, str], dict[str, int]]:
    """The same by the account's name and the kind, each by state."""
    states = [s.value for s in UNFINISHED]
    query = (
        select(_A.name, _E.kind, _E.state, func.count())
        .join_from(t.effect, accounts.account, _A.id == _E.account_id)
        .where(_E.company_id == company_id, _E.state.in_(states))
        .group_by(_A.name, _E.kind, _E.state)
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for account, kind, state, count in connection.execute(query):
        found.setdefault((account, kind), {})[state] = count
    return found


def count_parked(connection: Connection, account_id: str) -> dict[str, int]:
    """How many of this account wait for a person, by their fault."""
    parked = _E.state == EffectState.PARKED.value
    query = select(_E.fault, func.count()).where(_E.account_id == account_id, parked)
    return {row[0]: row[1] for row in connection.execute(query.group_by(_E.fault))}


def parked_for(connection: Connection, account_id: str, fault: str) -> list[str]:
    """The ids of those of this account that wait for a person for this fault, the oldest first."""
    of_account = (_E.account_id == account_id, _E.state == EffectState.PARKED.value, _E.fault == fault)
    return list(connection.execute(select(_E.id).where(*of_account).order_by(_E.id)).scalars())


def count_stuck(
    connection: Connection, account_id: str, attempts: int, before: datetime, *, untried: bool
) -> int:
    """How many that wait or are uncertain failed so often, or were made before this moment.

    `untried`: those that were made so long ago count too when nobody tried them yet.
    """
    old = _E.created_at < before if untried else and_(_E.created_at < before, _E.attempts > 0)
    waiting = _E.state.in_([EffectState.PENDING.value, EffectState.UNCERTAIN.value])
    query = select(func.count()).where(
        _E.account_id == account_id, waiting, or_(_E.attempts >= attempts, old)
    )
    return connection.execute(query).scalar_one()


def forget_some(tx: Tx, older_than: datetime, most: int = 500) -> bool:
    """Drop some of what is older than this: lines of the log, ended effects, ended calls that carry nothing any more.

    What waits or needs a person stays. Whether there may be more: then ask again, in another transaction.
    """
    log, ended = t.sync_log.c, _E.state.in_([EffectState.DONE.value, EffectState.CANCELLED.value])
    mine = select(accounts.account.c.id).where(accounts.account.c.company_id == tx.company)
    carried = select(_E.call_id).where(_E.call_id.is_not(None))
    calls = t.call.c
    old = (
        (t.sync_log, and_(log.company_id == tx.company, log.at < older_than)),
        (t.effect, and_(_E.company_id == tx.company, ended, _E.ended_at < older_than)),
        (t.call, and_(calls.account_id.in_(mine), calls.ended_at < older_than, calls.id.not_in(carried))),
    )
    more = False
    for table, chosen in old:
        ids = tx.connection.execute(select(table.c.id).where(chosen).limit(most)).scalars().all()
        if ids:
            tx.connection.execute(table.delete().where(table.c.id.in_(ids)))
        more = more or len(ids) == most
    return more


def count_flying(connection: Connection, account_id: str, before: datetime) -> int:
    """How many are in flight since before this moment: their answer, or the end of their task, never came."""
    flying = _E.state == EffectState.IN_FLIGHT.value
    query = select(func.count()).where(_E.account_id == account_id, flying, _E.claimed_at < before)
    return connection.execute(query).scalar_one()
