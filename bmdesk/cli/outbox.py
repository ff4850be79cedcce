"""`bmdesk outbox`: what waits to be sent, what went wrong, and what a person says about it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import named_account, scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import Failure, msg, render, t

if TYPE_CHECKING:
    from bmdesk.domain.effects import EffectState
    from bmdesk.services.desk import Actor, Desk
    from bmdesk.services.syncing.outbox import Handled, Shown

app = new_app(help=t("cli.help_outbox"))

_SHOWN = 100
_PAGE = 500

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help=t("cli.help_outbox_ids"))]
By = Annotated[str, typer.Option("--operator", help=t("cli.help_policy_operator"))]
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


class NotAllDone(Failure):
    """Some of what was asked for cannot be done. Params: `count`."""

    code = "cli.outbox_refused"


@app.command("list", help=t("cli.help_outbox_list"))
def list_(
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help=t("cli.help_outbox_state"))] = "",
    limit: Annotated[int | None, typer.Option(min=1, help=t("cli.help_units_limit"))] = None,
    json: Json = False,
) -> None:
    from bmdesk.services.selling import accounts
    from bmdesk.services.syncing import outbox

    states = _states(state)
    most = limit or (sys.maxsize if json else _SHOWN)
    called = named_account(ctx)
    found: list[Shown] = []
    with scope(ctx).session(reassess=False) as session:
        only = None
        if called:
            only = accounts.the_account(session.desk, called).id
        before = ""
        while len(found) < most:
            page = outbox.listed(session.desk, states, only, before, min(_PAGE, most - len(found)))
            found += page.rows
            before = page.next
            if not before:
                break
    if json:
        as_json([_row(one) for one in found])
        return
    heads = (
        t("cli.column_id"),
        t("cli.column_kind"),
        t("cli.outbox_column_of"),
        t("cli.column_market"),
        t("cli.column_state"),
        t("cli.column_what"),
    )
    table(heads, [(one.id[-8:], one.kind, _what(one), one.market, one.state, one.title) for one in found])
    if before:
        say(msg("cli.outbox_more", shown=len(found)))


@app.command(help=t("cli.help_outbox_show"))
def show(
    ctx: typer.Context,
    effect: Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_outbox_id"))],
    json: Json = False,
) -> None:
    from bmdesk.services.syncing import outbox

    with scope(ctx).session(reassess=False) as session:
        found = outbox.shown(session.desk, effect)
    if json:
        as_json({**_row(found), "actions": [action.value for action in found.actions]})
        return
    say(msg("cli.outbox_head", kind=found.kind, sku=found.sku or found.goods, state=found.state))
    for text in (found.title, found.happened, found.todo):
        say(text)
    if found.change:
        say(msg("cli.outbox_change", old=_said(found.change, "old"), new=_said(found.change, "new")))
    for code, value in (
        ("cli.column_id", found.id),
        ("cli.column_market", found.market),
        ("cli.column_title", found.goods if found.order is None else ""),
        ("cli.column_attempts", str(found.attempts)),
        ("cli.column_created", render(msg("cli.moment", at=found.created_at))),
        ("cli.column_next", render(msg("cli.moment", at=found.next_at)) if _goes_on(found) else ""),
        ("cli.column_request", found.request_id),
    ):
        if value:
            say(f"{t(code)}: {value}")


@app.command(help=t("cli.help_outbox_retry"))
def retry(ctx: typer.Context, ids: Ids, operator: By = "OWNER", json: Json = False) -> None:
    from bmdesk.services.syncing import outbox

    _do(ctx, ids, operator, outbox.retry, json=json)


@app.command(help=t("cli.help_outbox_park"))
def park(ctx: typer.Context, ids: Ids, operator: By = "OWNER", json: Json = False) -> None:
    from bmdesk.services.syncing import outbox

    _do(ctx, ids, operator, outbox.park, json=json)


@app.command(help=t("cli.help_outbox_cancel"))
def cancel(ctx: typer.Context, ids: Ids, operator: By = "OWNER", json: Json = False) -> None:
    from bmdesk.services.syncing import outbox

    _do(ctx, ids, operator, outbox.cancel, json=json)


def _do(
    ctx: typer.Context,
    ids: Sequence[str],
    operator: str,
    step: Callable[[Desk, Actor, Sequence[str]], Handled],
    *,
    json: bool,
) -> None:
    from bmdesk.cli.people import actor

    with scope(ctx).session(reassess=False) as session:
        handled = step(session.desk, actor(session.desk, operator), ids)
    if json:
        done = [{"id": one, "note": note} for one, note in handled.done]
        as_json({"done": done, "refused": [{"id": one, "reason": why} for one, why in handled.refused]})
    else:
        for one, note in (*handled.done, *handled.refused):
            say(f"{one}: {render(note)}")
    if handled.refused:
        raise NotAllDone(count=len(handled.refused))


def _row(one: Shown) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind_code,
        "lane": one.lane,
        "state": one.state_code.value,
        "attempts": one.attempts,
        "next_at": one.next_at,
        "title": one.title,
        "hint": one.todo,
        "happened": one.happened,
        "sku": one.sku,
        "order_id": one.order,
        "market": one.market,
        "request_id": one.request_id,
        "change": one.change,
        "fault": one.fault,
        "account": one.account,
    }


def _goes_on(one: Shown) -> bool:
    """Whether it is tried again by itself."""
    from bmdesk.domain.effects import EffectState

    return one.ended_at is None and one.state_code is not EffectState.PARKED


def _what(one: Shown) -> str:
    """The order it is a step of, or the SKU."""
    return one.sku if one.order is None else str(one.order)


def _said(change: dict[str, Any], which: str) -> str:
    value = change.get(which)
    return "-" if value is None or value == "" else str(value)


def _states(given: str) -> list[EffectState]:
    from bmdesk.domain.effects import EffectState

    wanted = [part for part in given.lower().replace("-", "_").replace(",", " ").split() if part]
    known = [state.value for state in EffectState]
    for part in wanted:
        if part not in known:
            raise typer.BadParameter(t("cli.bad_state", given=part[:40], known=", ".join(known)))
    return [EffectState(part) for part in wanted]
