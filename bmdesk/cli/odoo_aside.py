"""`bmdesk odoo aside`: what was read of Odoo and left aside, and whose value counts where both changed a product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.output import as_json, complain_of, say, table
from bmdesk.texts import msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.odoo.left_aside import Aside, Decided

_MOST = 200
"""So many are shown; the document has more of them."""


def aside(
    ctx: typer.Context,
    ours: Annotated[list[str] | None, typer.Option(metavar="ID", help=t("cli.help_odoo_aside_ours"))] = None,
    theirs: Annotated[
        list[str] | None, typer.Option(metavar="ID", help=t("cli.help_odoo_aside_theirs"))
    ] = None,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.odoo import left_aside

    decided: list[Decided] = []
    with scope(ctx).session(reassess=False) as session:
        desk = session.desk
        who = actor(desk, operator)
        for given, takes in ((ours or [], False), (theirs or [], True)):
            chosen = [left_aside.find(desk, one) for one in given]
            if chosen:
                decided.append(left_aside.decide(desk, who, chosen, theirs=takes))
        found = left_aside.listed(desk)
    done = sum(one.done for one in decided)
    refused = [no for one in decided for no in one.refused]
    if json:
        said = [{"code": one.code, "happened": one.happened, "todo": one.todo} for one in refused]
        as_json({"aside": [_one(one) for one in found], "decided": done, "refused": said})
    else:
        _show(found)
        if decided:
            say(msg("odoo.aside.decided", count=done))
        for no in refused:
            complain_of(no)
    if found or refused:
        raise typer.Exit(1)


def _show(found: tuple[Aside, ...]) -> None:
    if not found:
        say(msg("odoo.aside.none"))
        return
    heads = (
        t("odoo.aside.head_id"),
        t("odoo.aside.head_name"),
        t("odoo.aside.head_here"),
        t("odoo.aside.head_there"),
        t("odoo.aside.head_why"),
    )
    rows = [
        (
            one.id,
            one.name,
            ", ".join(f"{render(both.name)} {both.here}" for both in one.fields),
            ", ".join(f"{render(both.name)} {both.there}" for both in one.fields),
            one.reason,
        )
        for one in found[:_MOST]
    ]
    table(heads, rows)


def _one(one: Aside) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "number": one.number,
        "name": one.name,
        "says": one.reason,
        "todo": one.todo,
        "at": one.at,
        "fields": {both.field: {"here": both.here, "there": both.there} for both in one.fields},
    }
