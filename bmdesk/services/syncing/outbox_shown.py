"""An effect of the outbox in words: what it makes right, how it stands, what a person may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bmdesk.domain.effects import EffectState, Kind, PricelistOf, kind_text, state_text
from bmdesk.services.odoo.units import diverged
from bmdesk.services.odoo.units.diverged import Both
from bmdesk.store.kept import failure_of
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.queries.outbox_lists import ShownEffect
from bmdesk.store.transaction import Row
from bmdesk.texts import Text, msg


class Action(StrEnum):
    """What a person may do with an effect."""

    RETRY = "retry"
    PARK = "park"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Shown:
    """An effect in words. `title`, `happened`, `todo` always say something, whether there is a problem or not.

    `goods`: the title of what it is about, or the order's number. `actions`: what a person may do with it now.
    """

    id: str
    account: str
    account_id: str
    kind: Text
    kind_code: str
    lane: str
    listing_id: str | None
    sku: str
    goods: str
    market: str
    state: Text
    state_code: EffectState
    attempts: int
    next_at: datetime
    created_at: datetime
    ended_at: datetime | None
    change: Row | None
    title: Text
    happened: Text
    todo: Text
    fault: str
    request_id: str
    actions: tuple[Action, ...]
    order_id: str | None = None
    order: int | None = None
    """Back Market's number, where it is a step of an order."""
    both: tuple[Both, ...] = ()
    """What is here and what is in Odoo, where both were changed and a person decides."""


def shown_of(found: ShownEffect, names: Mapping[str, str]) -> Shown:
    """An effect in words. `names`: of the accounts, by id."""
    row = found.effect
    state, kind = EffectState(row.state), Kind(row.kind)
    title, happened, todo = _words(row, state, found.held_up)
    return Shown(
        id=row.id,
        account=names.get(row.account_id, ""),
        account_id=row.account_id,
        kind=kind_text(kind),
        kind_code=row.kind,
        lane=row.lane,
        listing_id=row.listing_id,
        sku=found.sku or _grade_of(row),
        goods=found.title if found.order is None else f"#{found.order}",
        market=row.market,
        state=state_text(state),
        state_code=state,
        attempts=row.attempts,
        next_at=row.next_at,
        created_at=row.created_at,
        ended_at=row.ended_at,
        change=row.change if row.change and "new" in row.change else None,
        title=title,
        happened=happened,
        todo=todo,
        fault=row.fault,
        request_id=row.request_id,
        actions=actions_of(row),
        order_id=row.order_id,
        order=found.order,
        both=diverged.both(row.change) if state is EffectState.PARKED else (),
    )


def _grade_of(row: EffectRow) -> str:
    """Of a pricelist what it holds prices for, written as SKUs end by themselves; "" for any other effect."""
    if row.kind != Kind.PRICELIST.value:
        return ""
    of = PricelistOf.of(row.key)
    return f"{of.grade}-NB" if of.new_battery else of.grade


def _words(row: EffectRow, state: EffectState, held_up: bool) -> tuple[Text, Text, Text]:
    if held_up:
        return msg("outbox.waiting"), msg("outbox.held_up", since=row.created_at), msg("outbox.todo_held_up")
    problem = failure_of(row.problem)
    if problem is not None and state not in {EffectState.DONE, EffectState.IN_FLIGHT}:
        todo = problem.todo if state is not EffectState.CANCELLED else msg("outbox.todo_none")
        return problem.title, problem.happened, todo
    match state:
        case EffectState.PENDING:
            return msg("outbox.waiting"), msg("outbox.waits", since=row.created_at), msg("outbox.todo_soon")
        case EffectState.IN_FLIGHT if row.call_id is not None:
            return msg("outbox.sending"), msg("outbox.task_runs"), msg("outbox.todo_soon")
        case EffectState.IN_FLIGHT:
            return msg("outbox.sending"), msg("outbox.is_sent"), msg("outbox.todo_soon")
        case EffectState.UNCERTAIN:
            return msg("outbox.uncertain"), msg("outbox.may_have_happened"), msg("outbox.todo_looks")
        case EffectState.PARKED:
            return msg("outbox.aside"), msg("outbox.is_aside"), msg("outbox.todo_decide")
        case EffectState.DONE:
            return msg("outbox.done"), msg("outbox.is_done"), msg("outbox.todo_none")
        case EffectState.CANCELLED:
            return msg("outbox.not_sent"), msg("outbox.is_cancelled"), msg("outbox.todo_none")


def actions_of(row: EffectRow) -> tuple[Action, ...]:
    """What a person may do with it now."""
    match EffectState(row.state):
        case EffectState.PENDING | EffectState.UNCERTAIN:
            return Action.RETRY, Action.PARK, Action.CANCEL
        case EffectState.PARKED:
            return Action.RETRY, Action.CANCEL
        case _:
            return ()


def refusal_of(row: EffectRow) -> Text:
    """Why nothing of the kind can be done now."""
    match EffectState(row.state):
        case EffectState.IN_FLIGHT:
            return msg("outbox.refused_in_flight")
        case EffectState.PARKED:
            return msg("outbox.refused_parked")
        case _:
            return msg("outbox.refused_ended", state=state_text(EffectState(row.state)))


def code_of(row: EffectRow) -> str:
    """What happened at the last attempt, as its code; empty where nothing did."""
    problem = failure_of(row.problem)
    return problem.code if problem is not None else ""


def what_of(row: EffectRow) -> Text:
    """What it makes right."""
    return kind_text(Kind(row.kind))
