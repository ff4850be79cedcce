"""The outbox: wanting, claiming, ending effects; and the log of what sync did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, insert, or_, select, update

from bmdesk.domain.effects import OPEN, REPLAY, STEPS, EffectState, Kind, Replay
from bmdesk.store.kept import keep_failure, keep_text, text_of
from bmdesk.store.tables import accounts, catalogue, listings
from bmdesk.store.tables import outbox as t
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

BY_HAND = "by_hand"
"""The fault of an effect that a person parked."""

SURELY_ENDED = timedelta(seconds=90)
"""So long after it was made no call goes on at the remote, whatever its connection did."""


class Interrupted(Failure):
    """bmdesk was stopped while this was being sent."""

    code = "effect.interrupted"


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An effect, all columns of its table."""

    id: str
    company_id: str
    account_id: str
    kind: str
    lane: str
    key: str
    listing_id: str | None
    sku_id: str | None
    market: str
    state: str
    urgent: bool
    forced: bool
    attempts: int
    created_at: datetime
    next_at: datetime
    claimed_at: datetime | None
    ended_at: datetime | None
    call_id: str | None
    fault: str
    problem: Any
    request_id: str
    change: Any


@dataclass(frozen=True, slots=True)
class ShownEffect:
    """An effect with the words a person knows it by."""

    effect: EffectRow
    sku: str
    title: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call that carries many effects, all columns of its table."""

    id: str
    account_id: str
    kind: str
    state: str
    task: int | None
    lines: int
    market: str
    started_at: datetime
    next_at: datetime | None
    polls: int
    ended_at: datetime | None


_E = t.effect.c
_EFFECT = select(*(_E[f.name] for f in fields(EffectRow)))
_CALL = select(*(t.call.c[f.name] for f in fields(CallRow)))
_PENDING_OF = _EFFECT.where(
    _E.account_id == bindparam("account"),
    _E.kind == bindparam("kind"),
    _E.key == bindparam("key"),
    _E.state == EffectState.PENDING.value,
)


def want(
    tx: Tx,
    account_id: str,
    kind: Kind,
    *,
    key: str,
    lane: str,
    listing_id: str | None = None,
    sku_id: str | None = None,
    market: str = "",
    urgent: bool = False,
) -> None:
    """See to it that an effect for this key will run after this transaction: one pending row, however often asked.

    `urgent`: do not wait for more to gather, for the end of a hold, or for hours after failures: what is gone must not
    be sold. A parked effect that only sends the present value gives way to the new one; one that must probe first,
    or that a person parked, keeps its lane until a person has looked.
    """
    if urgent:
        _hurry(tx, account_id, lane)
    found = tx.connection.execute(
        _PENDING_OF, {"account": account_id, "kind": kind.value, "key": key}
    ).first()
    if found is not None:
        known = EffectRow(*found)
        if urgent:
            # After a failure not at once: a marketplace that is down is not asked more often for every scan.
            tried = known.claimed_at + STEPS[0] if known.fault and known.claimed_at is not None else tx.now
            set_effect(tx, known.id, urgent=True, next_at=min(known.next_at, max(tx.now, tried)))
        return
    if REPLAY[kind] is Replay.ABSOLUTE:
        gives_way = and_(
            _E.account_id == account_id,
            _E.lane == lane,
            _E.state == EffectState.PARKED.value,
            _E.fault != BY_HAND,
        )
        tx.connection.execute(
            update(t.effect).where(gives_way).values(state=EffectState.CANCELLED.value, ended_at=tx.now)
        )
    row = {
        "id": tx.new_id(),
        "company_id": tx.company,
        "account_id": account_id,
        "kind": kind.value,
        "lane": lane,
        "key": key,
        "listing_id": listing_id,
        "sku_id": sku_id,
        "market": market,
        "state": EffectState.PENDING.value,
        "urgent": urgent,
        "created_at": tx.now,
        "next_at": tx.now,
    }
    tx.connection.execute(insert(t.effect), row)


def _hurry(tx: Tx, account_id: str, lane: str) -> None:
    """What is in doubt in this lane is looked at as soon as its call surely ended."""
    doubt = and_(_E.account_id == account_id, _E.lane == lane, _E.state == EffectState.UNCERTAIN.value)
    for effect_id, claimed_at, next_at in tx.connection.execute(
        select(_E.id, _E.claimed_at, _E.next_at).where(doubt)
    ).all():
        soonest = max(tx.now, claimed_at + SURELY_ENDED if claimed_at is not None else tx.now)
        set_effect(tx, effect_id, next_at=min(next_at, soonest))


def effect(connection: Connection, effect_id: str) -> EffectRow | None:
    """The effect with this id, or None."""
    row = connection.execute(_EFFECT.where(_E.id == effect_id)).first()
    return EffectRow(*row) if row else None


def pending(connection: Connection, account_id: str, kind: str, key: str) -> EffectRow | None:
    """The effect that waits for this key, or None."""
    row = connection.execute(_PENDING_OF, {"account": account_id, "kind": kind, "key": key}).first()
    return EffectRow(*row) if row else None


def ids_like(connection: Connection, company_id: str, part: str) -> list[str]:
    """At most two ids of this company's effects that begin or end with these letters and digits."""
    query = select(_E.id).where(_E.company_id == company_id)
    if len(part) < 26:
        query = query.where(or_(_E.id.startswith(part), _E.id.endswith(part)))
    else:
        query = query.where(_E.id == part)
    return list(connection.execute(query.limit(2)).scalars())


def due(
    connection: Connection,
    account_id: str,
    now: datetime,
    gathered_before: datetime,
    kinds: Sequence[Kind],
    limit: int,
    *,
    only: Sequence[str] | None = None,
    urgent_since: str = "",
) -> list[EffectRow]:
    """Effects that may be sent now, oldest first: their time has come and they stand first in a free lane.

    Those that are not urgent wait until they were made before `gathered_before`. Uncertain ones come back when their
    call surely ended. `only`: of these ids (at most 500). `urgent_since`: only urgent ones made after this id.
    """
    ahead = t.effect.alias("ahead").c
    blocked = (
        select(ahead.id)
        .where(
            ahead.account_id == account_id,
            ahead.lane == _E.lane,
            ahead.id != _E.id,
            or_(
                ahead.state == EffectState.IN_FLIGHT.value,
                # Of two in doubt (a restored store may have them) the older goes first.
                and_(
                    ahead.state == EffectState.UNCERTAIN.value,
                    or_(_E.state == EffectState.PENDING.value, ahead.id < _E.id),
                ),
                and_(ahead.state == EffectState.PARKED.value, ahead.id < _E.id),
            ),
        )
        .exists()
    )
    ready = or_(
        _E.state == EffectState.UNCERTAIN.value,
        and_(
            _E.state == EffectState.PENDING.value,
            or_(_E.urgent.is_(True), _E.created_at <= gathered_before),
        ),
    )
    query = _EFFECT.where(
        _E.account_id == account_id,
        _E.state.in_([EffectState.PENDING.value, EffectState.UNCERTAIN.value]),
        _E.kind.in_([k.value for k in kinds]),
        _E.next_at <= now,
        ready,
        ~blocked,
    )
    if only is not None:
        query = query.where(_E.id.in_(only))
    if urgent_since:
        query = query.where(_E.urgent.is_(True), _E.id > urgent_since)
    return [
        EffectRow(*row) for row in connection.execute(query.order_by(_E.urgent.desc(), _E.id).limit(limit))
    ]


def postpone(
    tx: Tx, account_id: str, kind: Kind, *, urgent: bool, gathered: datetime, until: datetime, why: Failure
) -> int:
    """What is due of this kind waits until then, and says why; how many. A wait after a failure stays as it is."""
    waits = and_(
        _E.account_id == account_id,
        _E.kind == kind.value,
        _E.state == EffectState.PENDING.value,
        _E.urgent.is_(urgent),
        _E.next_at <= tx.now,
        or_(_E.urgent.is_(True), _E.created_at <= gathered),
    )
    values = {"next_at": until, "problem": keep_failure(why)}
    return tx.connection.execute(update(t.effect).where(waits).values(**values)).rowcount


def bring_forward(tx: Tx, account_id: str) -> None:
    """The clock was set back: what waits for a moment ahead is tried now, what is in doubt soon."""
    mine = and_(_E.account_id == account_id, _E.state == EffectState.PENDING.value)
    ahead = update(t.effect).where(mine, _E.next_at > tx.now)
    tx.connection.execute(ahead.values(next_at=tx.now))
    tx.connection.execute(update(t.effect).where(mine, _E.created_at > tx.now).values(created_at=tx.now))
    doubt = and_(_E.account_id == account_id, _E.state == EffectState.UNCERTAIN.value)
    later = tx.now + timedelta(minutes=2)
    tx.connection.execute(update(t.effect).where(doubt, _E.next_at > later).values(next_at=later))


def is_due(connection: Connection, account_id: str, now: datetime, gathered_before: datetime) -> bool:
    """Whether any effect's time has come (its lane may still be taken)."""
    query = (
        select(_E.id)
        .where(
            _E.account_id == account_id,
            _E.state.in_([EffectState.PENDING.value, EffectState.UNCERTAIN.value]),
            _E.next_at <= now,
            or_(
                _E.state == EffectState.UNCERTAIN.value,
                _E.urgent.is_(True),
                _E.created_at <= gathered_before,
            ),
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None


def next_at(connection: Connection, account_id: str) -> datetime | None:
    """When the next waiting effect is tried, or None when none waits."""
    waiting = _E.state.in_([EffectState.PENDING.value, EffectState.UNCERTAIN.value])
    query = select(func.min(_E.next_at)).where(_E.account_id == account_id, waiting)
    return connection.execute(query).scalar()


def is_interrupted(connection: Connection, account_id: str) -> bool:
    """Whether anything is in flight, apart from what a running task carries."""
    running = select(t.call.c.id).where(t.call.c.state == "running", t.call.c.task.is_not(None))
    query = (
        select(_E.id)
        .where(
            _E.account_id == account_id,
            _E.state == EffectState.IN_FLIGHT.value,
            or_(_E.call_id.is_(None), _E.call_id.not_in(running)),
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None


def claim(tx: Tx, effects: Sequence[EffectRow]) -> list[EffectRow]:
    """Mark these as in flight, as far as they still wait; those that are ours now. Commit before anything is sent."""
    mine = []
    for one in effects:
        still = update(t.effect).where(
            _E.id == one.id,
            _E.state.in_([EffectState.PENDING.value, EffectState.UNCERTAIN.value]),
        )
        values = {"state": EffectState.IN_FLIGHT.value, "claimed_at": tx.now}
        if tx.connection.execute(still.values(**values)).rowcount == 1:
            mine.append(one)
    return mine


def set_effect(tx: Tx, effect_id: str, **values: Any) -> None:
    """Change an effect's row."""
    tx.connection.execute(update(t.effect).where(_E.id == effect_id).values(**values))


def end(
    tx: Tx,
    effect_id: str,
    state: EffectState,
    *,
    fault: str = "",
    problem: Failure | None = None,
    change: Row | None = None,
    request_id: str = "",
) -> None:
    """The effect is done, parked or cancelled."""
    values: dict[str, Any] = {
        "state": state.value,
        "ended_at": tx.now if state is not EffectState.PARKED else None,
        "fault": fault,
        "problem": keep_failure(problem),
        "request_id": request_id,
    }
    if change is not None:
        values["change"] = change
    set_effect(tx, effect_id, **values)


def again(
    tx: Tx,
    effect_id: str,
    state: EffectState,
    at: datetime,
    *,
    fault: str = "",
    problem: Failure | None = None,
    failed: bool = True,
    request_id: str = "",
) -> None:
    """The effect is tried again at this moment: pending, or uncertain when it may have happened.

    A want that came meanwhile has made the next pending row; then this one gives way to it, unless it is uncertain.
    The newer one inherits the wait after a failure, and a person's word; where nothing failed it goes when it is due.
    """
    row = effect(tx.connection, effect_id)
    assert row is not None, "an effect that was claimed exists"
    if state is EffectState.PENDING:
        params = {"account": row.account_id, "kind": row.kind, "key": row.key}
        newer = tx.connection.execute(_PENDING_OF, params).first()
        if newer is not None and newer[0] != effect_id:
            end(tx, effect_id, EffectState.CANCELLED, fault=fault, problem=problem, request_id=request_id)
            heir = EffectRow(*newer)
            values: dict[str, Any] = {"forced": row.forced or heir.forced}
            if fault or failed:
                values |= {"next_at": at, "fault": fault, "problem": keep_failure(problem)}
            set_effect(tx, heir.id, attempts=row.attempts + failed, **values)
            return
    set_effect(
        tx,
        effect_id,
        state=state.value,
        next_at=at,
        attempts=row.attempts + failed,
        fault=fault,
        problem=keep_failure(problem),
        request_id=request_id,
    )


def interrupted(tx: Tx, account_id: str, until: datetime) -> int:
    """After a crash: what was in flight and has no running task may or may not have happened; how many.

    A new listing is sent with a call only, and the call is noted before it is sent: without one nothing was sent.
    """
    unsent = and_(
        _E.account_id == account_id,
        _E.state == EffectState.IN_FLIGHT.value,
        _E.kind == Kind.CREATE.value,
        _E.call_id.is_(None),
        _E.fault != "ambiguous",
    )
    waiting = tx.connection.execute(select(_E.id).where(unsent)).scalars().all()
    for effect_id in waiting:
        again(tx, effect_id, EffectState.PENDING, tx.now, problem=Interrupted(), failed=False)
    running = select(t.call.c.id).where(t.call.c.state == "running", t.call.c.task.is_not(None))
    lost = and_(
        _E.account_id == account_id,
        _E.state == EffectState.IN_FLIGHT.value,
        or_(_E.call_id.is_(None), _E.call_id.not_in(running)),
    )
    values = {"state": EffectState.UNCERTAIN.value, "next_at": until, "fault": "ambiguous"}
    problem = keep_failure(Interrupted())
    found = tx.connection.execute(update(t.effect).where(lost).values(**values, problem=problem)).rowcount
    return found + len(waiting)


def cancel_pending(tx: Tx, listing_id: str, kind: Kind) -> int:
    """Handed back: what waits for this listing is not sent any more; how many."""
    waits = and_(
        _E.listing_id == listing_id,
        _E.kind == kind.value,
        _E.state.in_([EffectState.PENDING.value, EffectState.PARKED.value]),
    )
    values = {"state": EffectState.CANCELLED.value, "ended_at": tx.now}
    return tx.connection.execute(update(t.effect).where(waits).values(**values)).rowcount


def unfinished(connection: Connection, listing_ids: Sequence[str]) -> list[EffectRow]:
    """What waits, flies or is parked for these listings (at most 500), oldest first."""
    states = [s.value for s in OPEN] + [EffectState.PARKED.value]
    query = _EFFECT.where(_E.listing_id.in_(listing_ids), _E.state.in_(states)).order_by(_E.id)
    return [EffectRow(*row) for row in connection.execute(query)]


def unfinished_of_skus(connection: Connection, account_id: str, sku_ids: Sequence[str]) -> list[EffectRow]:
    """What waits, flies or is parked for the making of listings of these SKUs."""
    states = [s.value for s in OPEN] + [EffectState.PARKED.value]
    query = _EFFECT.where(
        _E.account_id == account_id,
        _E.sku_id.in_(sku_ids),
        _E.kind == Kind.CREATE.value,
        _E.state.in_(states),
    )
    return [EffectRow(*row) for row in connection.execute(query.order_by(_E.id))]


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
    words = (func.coalesce(sku.text, listing.sku_text, ""), func.coalesce(listing.title, ""))
    return select(*(_E[f.name] for f in fields(EffectRow)), *words).select_from(joined)


def _as_shown(row: Any) -> ShownEffect:
    return ShownEffect(EffectRow(*row[:-2]), row[-2], row[-1])


def count_by_state(connection: Connection, company_id: str, account_id: str | None = None) -> dict[str, int]:
    """How many effects are in each state."""
    query = select(_E.state, func.count()).where(_E.company_id == company_id)
    if account_id is not None:
        query = query.where(_E.account_id == account_id)
    return {row[0]: row[1] for row in connection.execute(query.group_by(_E.state))}


def count_unfinished(connection: Connection, company_id: str) -> dict[str, int]:
    """How many effects wait, fly, are uncertain or parked; ended ones, of which there are many, are not counted."""
    states = [s.value for s in OPEN] + [EffectState.PARKED.value]
    query = select(_E.state, func.count()).where(_E.company_id == company_id, _E.state.in_(states))
    return {row[0]: row[1] for row in connection.execute(query.group_by(_E.state))}


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


def add_call(tx: Tx, account_id: str, kind: Kind, lines: int, market: str) -> str:
    """A call about to be made for several effects; its id."""
    call_id = tx.new_id()
    row = {"id": call_id, "account_id": account_id, "kind": kind.value, "state": "sending", "lines": lines}
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


def of_call(connection: Connection, call_id: str) -> list[EffectRow]:
    """The effects that this call carries and that are not ended."""
    states = [s.value for s in OPEN]
    query = _EFFECT.where(_E.call_id == call_id, _E.state.in_(states)).order_by(_E.id)
    return [EffectRow(*row) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of what sync did."""

    id: int
    account_id: str | None
    at: datetime
    level: str
    text: Text
    listing_id: str | None
    effect_id: str | None
    market: str


def log(
    tx: Tx,
    account_id: str | None,
    level: str,
    text: Text,
    *,
    listing_id: str | None = None,
    effect_id: str | None = None,
    market: str = "",
) -> None:
    """Keep a line for people: `info`, `warning` or `error`. No customer data, no secret."""
    row = {
        "company_id": tx.company,
        "account_id": account_id,
        "at": tx.now,
        "level": level,
        "text": keep_text(text),
        "listing_id": listing_id,
        "effect_id": effect_id,
        "market": market,
    }
    tx.connection.execute(insert(t.sync_log), row)


def log_lines(
    connection: Connection,
    company_id: str,
    *,
    before: int | None = None,
    listing_id: str | None = None,
    levels: Sequence[str] = (),
    limit: int = 200,
) -> list[LogLine]:
    """The log, newest first, paged before an id."""
    c = t.sync_log.c
    query = select(c.id, c.account_id, c.at, c.level, c.text, c.listing_id, c.effect_id, c.market)
    query = query.where(c.company_id == company_id)
    if before is not None:
        query = query.where(c.id < before)
    if listing_id is not None:
        query = query.where(c.listing_id == listing_id)
    if levels:
        query = query.where(c.level.in_(levels))
    rows = connection.execute(query.order_by(c.id.desc()).limit(limit))
    return [LogLine(r[0], r[1], r[2], r[3], text_of(r[4]) or msg("effect.nothing"), *r[5:]) for r in rows]


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


def hurry(tx: Tx, account_id: str) -> None:
    """A person does not want to wait: what failed and waits for its next try is tried now.

    Not what is in doubt, which waits until its call has surely ended, nor what a limit put off.
    """
    waits = and_(
        _E.account_id == account_id,
        _E.state == EffectState.PENDING.value,
        _E.next_at > tx.now,
        _E.fault.not_in(["", "ambiguous", "rate_limited"]),
    )
    tx.connection.execute(update(t.effect).where(waits).values(next_at=tx.now))


def count_flying(connection: Connection, account_id: str, before: datetime) -> int:
    """How many are in flight since before this moment: their answer, or the end of their task, never came."""
    flying = _E.state == EffectState.IN_FLIGHT.value
    query = select(func.count()).where(_E.account_id == account_id, flying, _E.claimed_at < before)
    return connection.execute(query).scalar_one()


def waiting_creates(connection: Connection, account_id: str, sku_ids: Sequence[str]) -> dict[str, EffectRow]:
    """The new listings of these SKUs (at most 500) that wait to be sent, by SKU."""
    mine = and_(_E.account_id == account_id, _E.kind == Kind.CREATE.value, _E.sku_id.in_(sku_ids))
    query = _EFFECT.where(mine, _E.state == EffectState.PENDING.value)
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
    mine = and_(_E.account_id == account_id, _E.kind == Kind.CREATE.value, _E.fault != "ambiguous")
    tx.connection.execute(update(t.effect).where(mine, _E.state.in_(ended)).values(change=None))


def drop_refused_creates(tx: Tx, account_id: str, sku_ids: Sequence[str]) -> None:
    """Confirmed anew: what the remote refused for these SKUs (at most 500) gives way to the new want."""
    refused = and_(_E.state == EffectState.PARKED.value, _E.fault == "rejected")
    mine = and_(_E.account_id == account_id, _E.kind == Kind.CREATE.value, _E.sku_id.in_(sku_ids))
    values = {"state": EffectState.CANCELLED.value, "ended_at": tx.now}
    tx.connection.execute(update(t.effect).where(mine, refused).values(**values))


def doubtful_create(connection: Connection, account_id: str, key: str, since: datetime) -> EffectRow | None:
    """The last new listing of this SKU that was cancelled since then although it may have been made, or None."""
    query = _EFFECT.where(
        _E.account_id == account_id,
        _E.kind == Kind.CREATE.value,
        _E.key == key,
        _E.state == EffectState.CANCELLED.value,
        _E.fault == "ambiguous",
        _E.ended_at > since,
    )
    row = connection.execute(query.order_by(_E.id.desc())).first()
    return EffectRow(*row) if row else None


def settle_doubts(tx: Tx, account_id: str, key: str) -> None:
    """It is known now that none of the cancelled attempts made this SKU's listing."""
    mine = and_(_E.account_id == account_id, _E.kind == Kind.CREATE.value, _E.key == key)
    cancelled = and_(_E.state == EffectState.CANCELLED.value, _E.fault == "ambiguous")
    tx.connection.execute(update(t.effect).where(mine, cancelled).values(fault=""))
