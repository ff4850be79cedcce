"""The outbox: wanting, claiming, ending effects. What sync did is in sync_log, lists for people in outbox_lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, insert, or_, select, update
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bmdesk.domain.effects import REPLAY, STEPS, SURELY_ENDED, UNFINISHED, EffectState, Fault, Kind, Replay
from bmdesk.store.kept import keep_failure
from bmdesk.store.tables import outbox as t
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure

_AT_ONCE = 500


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
    order_id: str | None
    unit_id: str | None
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


_E = t.effect.c
EFFECT = select(*(_E[f.name] for f in fields(EffectRow)))
_PENDING_OF = EFFECT.where(
    _E.account_id == bindparam("account"),
    _E.kind == bindparam("kind"),
    _E.key == bindparam("key"),
    _E.state == EffectState.PENDING.value,
)
_UNFINISHED = EFFECT.where(
    _E.account_id == bindparam("account"),
    _E.lane == bindparam("lane"),
    _E.state.in_(sorted(UNFINISHED)),
).order_by(_E.id)
_IN_DOUBT = select(_E.id, _E.claimed_at, _E.next_at).where(
    _E.account_id == bindparam("account"),
    _E.lane == bindparam("lane"),
    _E.state == EffectState.UNCERTAIN.value,
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
    order_id: str | None = None,
    unit_id: str | None = None,
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
    known = pending(tx.connection, account_id, kind.value, key)
    if known is not None:
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
            _E.fault != Fault.BY_HAND.value,
        )
        tx.connection.execute(
            update(t.effect).where(gives_way).values(state=EffectState.CANCELLED.value, ended_at=tx.now)
        )
    row = _new(
        tx,
        account_id,
        kind,
        key=key,
        lane=lane,
        listing_id=listing_id,
        sku_id=sku_id,
        order_id=order_id,
        unit_id=unit_id,
        market=market,
        urgent=urgent,
    )
    tx.connection.execute(insert(t.effect), row)


def want_units(tx: Tx, account_id: str, kind: Kind, lanes: Mapping[str, str]) -> None:
    """`want` for thousands of units at once, in a few statements; `lanes` by unit. Of a kind that sends the present
    value.
    """
    assert REPLAY[kind] is Replay.ABSOLUTE, "a parked one gives way"
    mine = and_(_E.account_id == account_id, _E.kind == kind.value)
    waits = select(_E.key).where(mine, _E.state == EffectState.PENDING.value)
    waiting = set(tx.connection.execute(waits).scalars())
    parked = and_(mine, _E.state == EffectState.PARKED.value, _E.fault != Fault.BY_HAND.value)
    gives_way = [
        effect_id
        for effect_id, key in tx.connection.execute(select(_E.id, _E.key).where(parked))
        if key in lanes and key not in waiting
    ]
    for start in range(0, len(gives_way), _AT_ONCE):
        some = _E.id.in_(gives_way[start : start + _AT_ONCE])
        tx.connection.execute(
            update(t.effect).where(some).values(state=EffectState.CANCELLED.value, ended_at=tx.now)
        )
    rows = [
        _new(tx, account_id, kind, key=unit_id, lane=lane, unit_id=unit_id)
        for unit_id, lane in lanes.items()
        if unit_id not in waiting
    ]
    if rows:
        tx.connection.execute(insert(t.effect), rows)


def _new(tx: Tx, account_id: str, kind: Kind, **values: object) -> Row:
    """An effect that waits from now on."""
    return {
        "id": tx.new_id(),
        "company_id": tx.company,
        "account_id": account_id,
        "kind": kind.value,
        "state": EffectState.PENDING.value,
        "created_at": tx.now,
        "next_at": tx.now,
        **values,
    }


def _hurry(tx: Tx, account_id: str, lane: str) -> None:
    """What is in doubt in this lane is looked at as soon as its call surely ended."""
    doubt = tx.connection.execute(_IN_DOUBT, {"account": account_id, "lane": lane})
    for effect_id, claimed_at, next_at in doubt.all():
        soonest = max(tx.now, claimed_at + SURELY_ENDED if claimed_at is not None else tx.now)
        set_effect(tx, effect_id, next_at=min(next_at, soonest))


def effect(connection: Connection, effect_id: str) -> EffectRow | None:
    """The effect with this id, or None."""
    row = connection.execute(EFFECT.where(_E.id == effect_id)).first()
    return EffectRow(*row) if row else None


def pending(connection: Connection, account_id: str, kind: str, key: str) -> EffectRow | None:
    """The effect that waits for this key, or None."""
    row = connection.execute(_PENDING_OF, {"account": account_id, "kind": kind, "key": key}).first()
    return EffectRow(*row) if row else None


def unfinished(connection: Connection, account_id: str, lane: str) -> list[EffectRow]:
    """What of this lane has not ended: it waits, is under way, in doubt, or stands aside."""
    given = {"account": account_id, "lane": lane}
    return [EffectRow(*row) for row in connection.execute(_UNFINISHED, given)]


def unfinished_of(
    connection: Connection, account_id: str, lanes: Sequence[str]
) -> dict[str, list[EffectRow]]:
    """The same of many lanes, by lane."""
    found: dict[str, list[EffectRow]] = {}
    query = EFFECT.where(_E.account_id == account_id, _E.state.in_(sorted(UNFINISHED))).order_by(_E.id)
    for start in range(0, len(lanes), _AT_ONCE):
        for row in connection.execute(query.where(_E.lane.in_(lanes[start : start + _AT_ONCE]))):
            one = EffectRow(*row)
            found.setdefault(one.lane, []).append(one)
    return found


def due(
    connection: Connection,
    account_id: str,
    now: datetime,
    gathered_before: datetime,
    kinds: Sequence[Kind],
    limit: int,
    *,
    only: Sequence[str] | None = None,
    urgent: bool = False,
    urgent_since: str = "",
) -> list[EffectRow]:
    """Effects that may be sent now, oldest first: their time has come and they stand first in a free lane.

    Those that are not urgent wait until they were made before `gathered_before`. Uncertain ones come back when their
    call surely ended. `only`: of these ids (at most 500). `urgent`: only those; `urgent_since`: and made after this id.
    """
    given = {
        "account": account_id,
        "now": now,
        "gathered": gathered_before,
        "kinds": [kind.value for kind in kinds],
        "most": limit,
        "only": only,
        "since": urgent_since,
    }
    query = _due(urgent=urgent or bool(urgent_since), chosen=only is not None)
    return [EffectRow(*row) for row in connection.execute(query, given)]


@cache
def _due(*, urgent: bool, chosen: bool) -> Select[Any]:
    """The words of `due`, put together once: every run asks for every kind, and mostly for nothing."""
    ahead = t.effect.alias("ahead").c
    blocked = (
        select(ahead.id)
        .where(
            ahead.account_id == bindparam("account"),
            ahead.lane == _E.lane,
            ahead.id != _E.id,
            or_(
                ahead.state == EffectState.IN_FLIGHT.value,
                # Of two in doubt (a restored store may have them) the older goes first.
                and_(
                    ahead.state == EffectState.UNCERTAIN.value,
                    or_(_E.state == EffectState.PENDING.value, ahead.id < _E.id),
                ),
                _parked_before(ahead),
            ),
        )
        .exists()
    )
    ready = or_(
        _E.state == EffectState.UNCERTAIN.value,
        and_(
            _E.state == EffectState.PENDING.value,
            or_(_E.urgent.is_(True), _E.created_at <= bindparam("gathered")),
        ),
    )
    query = EFFECT.where(
        _E.account_id == bindparam("account"),
        _E.state.in_([EffectState.PENDING.value, EffectState.UNCERTAIN.value]),
        _E.kind.in_(bindparam("kinds", expanding=True)),
        _E.next_at <= bindparam("now"),
        ready,
        ~blocked,
    )
    if chosen:
        query = query.where(_E.id.in_(bindparam("only", expanding=True)))
    if urgent:
        query = query.where(_E.urgent.is_(True), _E.id > bindparam("since"))
    return query.order_by(_E.urgent.desc(), _E.id).limit(bindparam("most"))


def is_held_up() -> ColumnElement[bool]:
    """Whether an older effect stands parked in this one's lane: first a person decides on that."""
    ahead = t.effect.alias("ahead").c
    same_lane = and_(ahead.account_id == _E.account_id, ahead.lane == _E.lane)
    return select(ahead.id).where(same_lane, _parked_before(ahead)).exists()


def _parked_before(ahead: ReadOnlyColumnCollection[str, Any]) -> ColumnElement[bool]:
    """Whether this one stands parked in the way. What is taken back need not wait until it was accepted or shipped."""
    back, on = (Kind.CANCEL.value, Kind.REFUND.value), (Kind.ACCEPT.value, Kind.SHIP.value)
    passes = and_(_E.kind.in_(back), ahead.kind.in_(on))
    return and_(ahead.state == EffectState.PARKED.value, ahead.id < _E.id, ~passes)


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


def is_due(
    connection: Connection,
    account_id: str,
    now: datetime,
    gathered_before: datetime,
    held: Sequence[Kind] = (),
) -> bool:
    """Whether any effect's time has come, and no parked one stands before it (else its lane may be taken).

    `held`: kinds that are not sent now.
    """
    given = {"account": account_id, "now": now, "gathered": gathered_before}
    return connection.execute(_any_due(), {**given, "held": [one.value for one in held]}).first() is not None


@cache
def _any_due() -> Select[Any]:
    query = select(_E.id).where(
        _E.account_id == bindparam("account"),
        _E.state.in_([EffectState.PENDING.value, EffectState.UNCERTAIN.value]),
        _E.next_at <= bindparam("now"),
        _E.kind.not_in(bindparam("held", expanding=True)),
        ~is_held_up(),
        or_(
            _E.state == EffectState.UNCERTAIN.value,
            _E.urgent.is_(True),
            _E.created_at <= bindparam("gathered"),
        ),
    )
    return query.limit(1)


def is_interrupted(connection: Connection, account_id: str) -> bool:
    """Whether anything is in flight, apart from what a running task carries."""
    return connection.execute(select(_E.id).where(_left_flying(account_id)).limit(1)).first() is not None


def _left_flying(account_id: str) -> ColumnElement[bool]:
    """In flight, and not carried by a task that runs at the remote."""
    running = select(t.call.c.id).where(t.call.c.state == "running", t.call.c.task.is_not(None))
    return and_(
        _E.account_id == account_id,
        _E.state == EffectState.IN_FLIGHT.value,
        or_(_E.call_id.is_(None), _E.call_id.not_in(running)),
    )


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


def park(
    tx: Tx,
    effect_id: str,
    fault: Fault,
    problem: Failure,
    *,
    change: Row | None = None,
    request_id: str = "",
) -> bool:
    """A person must look at this effect before its lane goes on; whether it stays.

    One that only sends the present value does not stay in the way of a want that came while it was under way: the
    newer one finds out itself whether it can be written, and inherits a person's word.
    """
    row = effect(tx.connection, effect_id)
    assert row is not None, "an effect that was claimed exists"
    newer = pending(tx.connection, row.account_id, row.kind, row.key)
    if newer is None or REPLAY[Kind(row.kind)] is not Replay.ABSOLUTE:
        state = EffectState.PARKED
    else:
        state = EffectState.CANCELLED
        set_effect(tx, newer.id, forced=row.forced or newer.forced)
    end(tx, effect_id, state, fault=fault.value, problem=problem, change=change, request_id=request_id)
    return state is EffectState.PARKED


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
        heir = pending(tx.connection, row.account_id, row.kind, row.key)
        if heir is not None and heir.id != effect_id:
            end(tx, effect_id, EffectState.CANCELLED, fault=fault, problem=problem, request_id=request_id)
            values: dict[str, Any] = {"forced": row.forced or heir.forced}
            if fault or failed:
                # A zero does not inherit hours: it is tried again as after a first failure.
                soon = min(at, tx.now + STEPS[0]) if heir.urgent else at
                values |= {"next_at": soon, "fault": fault, "problem": keep_failure(problem)}
            set_effect(tx, heir.id, attempts=row.attempts + failed, **values)
            return
    if state is EffectState.UNCERTAIN and row.claimed_at is not None:
        newer = pending(tx.connection, row.account_id, row.kind, row.key)
        if newer is not None and newer.urgent:
            at = min(at, max(tx.now, row.claimed_at + SURELY_ENDED))
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

    A new listing is sent with a call only, and the call is noted before it is sent: without one nothing was sent. So
    it is with what gives money back, where `change` is noted.
    """
    listing = and_(_E.kind == Kind.CREATE.value, _E.call_id.is_(None))
    money = and_(_E.kind.in_([Kind.CANCEL.value, Kind.REFUND.value]), _E.change.is_(None))
    unsent = and_(_left_flying(account_id), or_(listing, money), _E.fault != Fault.AMBIGUOUS.value)
    waiting = tx.connection.execute(select(_E.id).where(unsent)).scalars().all()
    for effect_id in waiting:
        again(tx, effect_id, EffectState.PENDING, tx.now, problem=Interrupted(), failed=False)
    values = {"state": EffectState.UNCERTAIN.value, "next_at": until, "fault": Fault.AMBIGUOUS.value}
    problem = keep_failure(Interrupted())
    found = tx.connection.execute(
        update(t.effect).where(_left_flying(account_id)).values(**values, problem=problem)
    ).rowcount
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


def hurry(tx: Tx, account_id: str) -> None:
    """A person does not want to wait: what failed and waits for its next try is tried now.

    Not what is in doubt, which waits until its call has surely ended, nor what a limit put off.
    """
    waits = and_(
        _E.account_id == account_id,
        _E.state == EffectState.PENDING.value,
        _E.next_at > tx.now,
        _E.fault.not_in(["", Fault.AMBIGUOUS.value, Fault.RATE_LIMITED.value]),
    )
    tx.connection.execute(update(t.effect).where(waits).values(next_at=tx.now))
