"""`bmdesk catalog proposals`, `propose`, `take-back` and the files of sheets: products Back Market does not know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.account_scope import account_of
from bmdesk.cli.output import as_json, complain, say, table
from bmdesk.texts import msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.selling.category_check import Lack
    from bmdesk.services.selling.proposals import Preview, Proposed

_SHOWN = 200
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
Operator = Annotated[str, typer.Option(help=t("cli.help_bench_operator"))]
Models = Annotated[
    list[str] | None, typer.Argument(metavar="[MODEL_CODE]...", help=t("cli.help_proposals_models"))
]


def proposals_(ctx: typer.Context, model: Models = None, json: Json = False) -> None:
    from bmdesk.services.selling import proposals

    with account_of(ctx, reassess=False) as (desk, account):
        found = proposals.listed(desk, account, model or None)
    if json:
        as_json([_document(one) for one in found])
        return
    heads = (t("cli.column_model"), t("cli.column_product"), t("cli.column_state"), t("cli.column_reason"))
    rows = [
        (
            one.built.variant.model_code,
            one.built.variant.title,
            proposals.state_text(one.state),
            one.problem or (one.lacks[0].reason if one.lacks and one.is_open else ""),
        )
        for one in found
    ]
    table(heads, rows[:_SHOWN])
    ready = sum(one.is_open and not one.lacks for one in found)
    say(msg("cli.proposals_counted", number=len(found), ready=ready))


def propose(
    ctx: typer.Context,
    model: Annotated[list[str], typer.Argument(metavar="MODEL_CODE...", help=t("cli.help_proposals_models"))],
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_proposals_yes"))] = False,
    operator: Operator = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.asking import NotConfirmed
    from bmdesk.cli.people import actor
    from bmdesk.services.selling import proposals

    with account_of(ctx, reassess=False) as (desk, account):
        who = actor(desk, operator)
        shown = proposals.preview(desk, account, model)
        done = proposals.propose(desk, who, account, model, shown.digest).count if yes else 0
    if json:
        as_json({**_preview(shown), "proposed": done})
    else:
        _print(shown)
        if yes:
            say(msg("cli.proposals_done", count=done))
    if shown.rows and not yes and not json:
        raise NotConfirmed(command=f"bmdesk catalog propose {' '.join(model)} --yes")
    if shown.lacking:
        raise typer.Exit(1)


def take_back(
    ctx: typer.Context,
    model: Annotated[list[str], typer.Argument(metavar="MODEL_CODE...", help=t("cli.help_proposals_models"))],
    operator: Operator = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.selling import proposals

    with account_of(ctx, reassess=False) as (desk, account):
        done = proposals.take_back(desk, actor(desk, operator), account, model)
    say(msg("cli.proposals_taken_back", count=done.count))


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_out"))],
    model: Models = None,
) -> None:
    from bmdesk.services.selling import proposals_file

    with account_of(ctx, reassess=False) as (desk, account):
        count = proposals_file.write(desk, account, file, model or None)
    say(msg("cli.proposals_written", count=count, file=str(file)))


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_in"))],
    preview: Annotated[bool, typer.Option("--preview", help=t("cli.help_preview"))] = False,
    operator: Operator = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli import imports
    from bmdesk.cli.people import actor
    from bmdesk.services.selling import proposals_file

    with account_of(ctx, reassess=False) as (desk, account):
        who = actor(desk, operator)
        plan = proposals_file.read(desk, account, file)
        changed, errors = len(plan.planned), plan.errors
        if not preview:
            report = proposals_file.apply(desk, who, account, plan)
            changed, errors = report.changed, report.errors
    if json:
        as_json(
            {
                "changed": changed,
                "unchanged": plan.unchanged,
                "preview": preview,
                "errors": imports.errors_json(errors),
                "ignored_columns": plan.ignored,
            }
        )
    else:
        if preview:
            for one in plan.planned[:50]:
                say(f"{one.line}: {one.model_code}: {', '.join(change.field for change in one.changes)}")
        imports.print_ignored(plan.ignored)
        imports.print_errors(errors)
        imports.say_counts(0, changed, plan.unchanged, preview=preview)
    imports.refuse(errors, file.name, preview=preview)


def add_to(group: typer.Typer) -> None:
    """Put the commands into their group."""
    group.command("proposals", help=t("cli.help_catalog_proposals"))(proposals_)
    group.command("propose", help=t("cli.help_catalog_propose"))(propose)
    group.command("take-back", help=t("cli.help_catalog_take_back"))(take_back)
    group.command("proposals-export", help=t("cli.help_proposals_export"))(export)
    group.command("proposals-import", help=t("cli.help_proposals_import"))(import_)


def _print(shown: Preview) -> None:
    heads = (t("cli.column_model"), t("cli.column_field"), t("cli.column_value"))
    rows = [
        (one.built.variant.model_code if not at else "", name, value)
        for one in shown.rows
        for at, (name, value) in enumerate((n, v) for n, v in one.built.cells.items() if v)
    ]
    if rows:
        table(heads, rows)
    for one in shown.lacking:
        for lack in one.lacks:
            complain(f"{one.built.variant.model_code}: {render(lack.reason)}")
    for one in shown.under_way:
        complain(msg("cli.proposal_under_way", model_code=one.built.variant.model_code))
    say(msg("cli.proposals_preview", count=len(shown.rows), lacking=len(shown.lacking), market=shown.market))


def _preview(shown: Preview) -> dict[str, Any]:
    return {
        "market": shown.market,
        "columns": list(shown.columns),
        "rows": [dict(one.built.cells) for one in shown.rows],
        "lacking": [_document(one) for one in shown.lacking],
        "under_way": [one.built.variant.model_code for one in shown.under_way],
    }


def _document(one: Proposed) -> dict[str, Any]:
    built = one.built
    return {
        "model_code": built.variant.model_code,
        "title": built.sheet.title,
        "description": built.sheet.description,
        "images": list(built.sheet.images),
        "sku": built.sku,
        "grade": built.grade,
        "leaf": built.leaf or None,
        "state": one.state.value,
        "since": one.since,
        "problem": one.problem,
        "product_id": built.variant.backmarket_product_id or None,
        "lacks": [_lack(lack) for lack in one.lacks],
    }


def _lack(one: Lack) -> dict[str, Any]:
    field = one.attribute.field if one.attribute else one.part
    return {"code": one.code.value, "field": field or None, "reason": one.reason}
