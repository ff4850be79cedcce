"""What is kept of how an order goes on: conflicts, what people asked for, and its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, insert, select, update

from bmdesk.store.kept import keep_text
from bmdesk.store.queries import sales
from bmdesk.store.tables import orders as t
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """What a person must decide, or has. All columns of its table."""

    id: str
    order_id: str
    line_id: str | None
    code: str
    params: Any
    at: datetime
    closed_at: datetime | None
    closed_by: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """What a person asked of a line. All columns of its table."""

    id: str
    order_id: str
    line_id: str
    kind: str
    reason: str
    message: str
    amount_minor: int | None
    state: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None


_C = t.conflict.c
_CONFLICT = select(*(_C[f.name] for f in fields(ConflictRow)))
_S = t.line_step.c
_STEP = select(*(_S[f.name] for f in fields(StepRow)))
ASKED, DONE, FAILED, WITHDRAWN = "asked", "done", "failed", "withdrawn"

# What is asked with every scan or page of a long history is built once: building it takes longer than running it.
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_ORDERS = select(t.customer_order).where(t.customer_order.c.id.in_(_SOME))
_CONFLICTS = _CONFLICT.where(_C.order_id.in_(_SOME)).order_by(_C.at, _C.id)
_OPEN_CONFLICTS = _CONFLICTS.where(_C.closed_at.is_(None))
_ASKED_LINES = select(_S.line_id).where(_S.order_id.in_(_SOME), _S.state == ASKED)
_ORDER = select(t.customer_order).where(t.customer_order.c.id == bindparam("order"))
_SET_ORDER = update(t.customer_order).where(t.customer_order.c.id == bindparam("key_id"))
_SET_LINE = update(t.orderline).where(t.orderline.c.id == bindparam("key_id"))
_HOW_MANY_OPEN = select(func.count()).where(_C.order_id == bindparam("order"), _C.closed_at.is_(None))
_CLOSE_OF = update(t.conflict).where(
    _C.order_id == bindparam("key_order"),
    _C.line_id.is_not_distinct_from(bindparam("key_line")),
    _C.code.in_(_SOME),
    _C.closed_at.is_(None),
)
_STEPS = _STEP.where(_S.order_id == bindparam("order")).order_by(_S.asked_at, _S.id)


def order(connection: Connection, order_id: str) -> Row:
    """The order with this id; it must exist."""
    return dict(connection.execute(_ORDER, {"order": order_id}).mappings().one())


def orders(connection: Connection, order_ids: Sequence[str]) -> dict[str, Row]:
    """The orders with these ids (at most 500), by id."""
    rows = connection.execute(_ORDERS, {"some": order_ids})
    return {row["id"]: dict(row) for row in rows.mappings()}


def ship_by(connection: Connection, order_ids: Sequence[str]) -> dict[str, datetime]:
    """By when these orders must leave, as far as that is known; by id."""
    o = t.customer_order.c
    found: dict[str, datetime] = {}
    for start in range(0, len(order_ids), 500):
        page = select(o.id, o.ship_by).where(o.id.in_(order_ids[start : start + 500]))
        found |= {row[0]: row[1] for row in connection.execute(page) if row[1] is not None}
    return found


def set_order(tx: Tx, order_id: str, **values: Any) -> None:
    """Change an order's row."""
    tx.connection.execute(_SET_ORDER, sales.noted_orders(tx, [{"key_id": order_id, **values}]))


def set_line(tx: Tx, line_id: str, **values: Any) -> None:
    """Change a line's row."""
    tx.connection.execute(_SET_LINE, sales.noted_lines(tx, [{"key_id": line_id, **values}]))


def conflicts(connection: Connection, order_ids: Sequence[str], *, closed: bool = False) -> list[ConflictRow]:
    """The open conflicts of these orders (at most 500), oldest first; with `closed` all of them."""
    query = _CONFLICTS if closed else _OPEN_CONFLICTS
    return [ConflictRow(*row) for row in connection.execute(query, {"some": order_ids})]


def raise_conflict(tx: Tx, order_id: str, line_id: str | None, code: str, params: Row) -> bool:
    """A person must decide this; whether that is new. One open conflict of a kind a line: newer words replace older."""
    here = and_(_C.order_id == order_id, _C.line_id == line_id if line_id else _C.line_id.is_(None))
    open_ = and_(here, _C.code == code, _C.closed_at.is_(None))
    if tx.connection.execute(update(t.conflict).where(open_).values(params=params)).rowcount:
        return False
    row = {"id": tx.new_id(), "order_id": order_id, "line_id": line_id, "code": code, "params": params}
    tx.connection.execute(insert(t.conflict), {**row, "at": tx.now})
    return True


def conflict(connection: Connection, conflict_id: str) -> ConflictRow | None:
    """The conflict with this id, or None."""
    row = connection.execute(_CONFLICT.where(_C.id == conflict_id)).first()
    return ConflictRow(*row) if row else None


def was_decided(connection: Connection, line_id: str, code: str, **about: object) -> bool:
    """Whether a person has decided this for this line already, with these params."""
    query = select(_C.params).where(_C.line_id == line_id, _C.code == code, _C.closed_by != "")
    found = connection.execute(query).scalars()
    return any(about.items() <= (params or {}).items() for params in found)


def close_conflict(tx: Tx, conflict_id: str, by: str) -> None:
    """A person has decided this one."""
    here = and_(_C.id == conflict_id, _C.closed_at.is_(None))
    tx.connection.execute(update(t.conflict).where(here).values(closed_at=tx.now, closed_by=by))


def close_conflicts(tx: Tx, line_id: str, codes: Sequence[str], by: str = "") -> int:
    """These need nobody any more; how many were open. `by`: the person who decided, empty where it settled itself."""
    here = and_(_C.line_id == line_id, _C.code.in_(codes), _C.closed_at.is_(None))
    done = update(t.conflict).where(here).values(closed_at=tx.now, closed_by=by)
    return tx.connection.execute(done).rowcount


def close_of(tx: Tx, order_id: str, line_id: str | None, codes: Sequence[str], by: str = "") -> int:
    """These of a line, or of the order as a whole, need nobody any more; how many were open."""
    which = {"key_order": order_id, "key_line": line_id, "some": codes}
    return tx.connection.execute(_CLOSE_OF, {**which, "closed_at": tx.now, "closed_by": by}).rowcount


def count_conflicts(connection: Connection, order_id: str) -> int:
    """How many are open."""
    return connection.execute(_HOW_MANY_OPEN, {"order": order_id}).scalar_one()


def ask(
    tx: Tx, order_id: str, line_id: str, kind: str, reason: str, message: str, amount: int | None, by: str
) -> str:
    """A person asks for this; its id. One a line at a time (a constraint)."""
    step_id = tx.new_id()
    row = {"id": step_id, "order_id": order_id, "line_id": line_id, "kind": kind, "reason": reason}
    more = {"message": message, "amount_minor": amount, "state": ASKED, "asked_by": by, "asked_at": tx.now}
    tx.connection.execute(insert(t.line_step), {**row, **more})
    return step_id


def step(connection: Connection, step_id: str) -> StepRow | None:
    """The step with this id, or None."""
    row = connection.execute(_STEP.where(_S.id == step_id)).first()
    return StepRow(*row) if row else None


def steps(connection: Connection, order_id: str) -> list[StepRow]:
    """All that people asked of this order's lines, oldest first."""
    return [StepRow(*row) for row in connection.execute(_STEPS, {"order": order_id})]


def asked_step(connection: Connection, line_id: str) -> StepRow | None:
    """What a person asked of this line and has not happened yet, or None."""
    row = connection.execute(_STEP.where(_S.line_id == line_id, _S.state == ASKED)).first()
    return StepRow(*row) if row else None


def asked_lines(connection: Connection, order_ids: Sequence[str]) -> frozenset[str]:
    """The lines of these orders (at most 500) that a person asked to cancel or refund, and that still stand."""
    return frozenset(connection.execute(_ASKED_LINES, {"some": order_ids}).scalars())


def was_asked(connection: Connection, line_id: str) -> bool:
    """Whether a person asked to cancel or refund this line, and it happened or may happen still."""
    query = select(_S.id).where(_S.line_id == line_id, _S.state.in_([ASKED, DONE])).limit(1)
    return connection.execute(query).first() is not None


def end_step(tx: Tx, step_id: str, state: str) -> None:
    """It was done, failed, or was withdrawn."""
    here = and_(_S.id == step_id, _S.state == ASKED)
    if state == DONE:
        tx.ordered.update(tx.connection.execute(select(_S.order_id).where(here)).scalars())
    tx.connection.execute(update(t.line_step).where(here).values(state=state, ended_at=tx.now))


def tell(
    tx: Tx, order_id: str, text: Text, *, line_id: str | None = None, operator: str = "", station: str = ""
) -> None:
    """One line of the order's timeline. No customer data."""
    row = {"order_id": order_id, "line_id": line_id, "at": tx.now, "operator": operator, "station": station}
    tx.connection.execute(insert(t.order_event), {**row, "text": keep_text(text)})


def tell_many(tx: Tx, said: Sequence[tuple[str, str | None, Text]]) -> None:
    """The same for many at once, by nobody: order, line or None, what."""
    if said:
        rows = [
            {
                "order_id": order_id,
                "line_id": line_id,
                "at": tx.now,
                "operator": "",
                "station": "",
                "text": kept,
            }
            for order_id, line_id, kept in ((one, line, keep_text(text)) for one, line, text in said)
        ]
        tx.connection.execute(insert(t.order_event), rows)


def timeline(connection: Connection, order_id: str, limit: int = 500) -> list[Row]:
    """What happened to this order, oldest first."""
    query = select(t.order_event).where(t.order_event.c.order_id == order_id)
    rows = connection.execute(query.order_by(t.order_event.c.id.desc()).limit(limit)).mappings()
    return [dict(row) for row in rows][::-1]
