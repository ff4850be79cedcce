"""`bmdesk listings export|import`: listings as a file, and Back Market's own template as a file of wishes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.account_scope import account_of as _account
from bmdesk.cli.asking import ask
from bmdesk.cli.context import scope
from bmdesk.cli.output import as_json, complain, say, table
from bmdesk.texts import msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.desk import Actor, Desk
    from bmdesk.services.files.listings_file import ListingsPlan, ListingsTaken
    from bmdesk.services.files.upload_file import UploadPlan
    from bmdesk.services.prices.applying import Applied

_SHOWN = 100
_COMMAND = "bmdesk listings import"


def export(ctx: typer.Context, file: Annotated[Path, typer.Argument(help=t("cli.help_table_out"))]) -> None:
    from bmdesk.services.files import listings_file

    with _account(ctx) as (desk, account):
        count = listings_file.export_listings(desk, account, file.absolute())
    say(msg("cli.prices_exported", count=count, file=str(file)))


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_in"))],
    market: Annotated[str, typer.Option(metavar="M", help=t("cli.help_listings_file_market"))] = "",
    preview: Annotated[bool, typer.Option("--preview", help=t("cli.help_preview"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_listings_yes"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.files import upload_file

    with _account(ctx) as (desk, account):
        who = actor(desk, operator)
        if upload_file.is_template(file):
            _template(
                desk, who, account, file, _market(desk, ctx, market), preview=preview, yes=yes, json=json
            )
        else:
            _listings(desk, who, account, file, preview=preview, yes=yes, json=json)


def _listings(
    desk: Desk, who: Actor, account: str, file: Path, *, preview: bool, yes: bool, json: bool
) -> None:
    from bmdesk.cli import imports
    from bmdesk.services.files import listings_file

    plan = listings_file.read_listings(desk, account, file)
    taken: ListingsTaken | None = None
    if not json:
        _show(plan)
    if plan.wishes and not preview:
        ask(yes=yes, command=_COMMAND, question=t("cli.listings_file_ask", count=len(plan.wishes)))
        undo = listings_file.undo_path(desk, file.absolute())
        taken = listings_file.take_listings(desk, who, account, plan, undo, _progress)
    changed = len(plan.wishes) if taken is None else taken.count
    if json:
        problems = taken.problems if taken is not None else ()
        as_json(
            {
                "changed": changed,
                "unchanged": plan.unchanged,
                "preview": preview,
                "changes": plan.changes,
                "would_write": [
                    _written(row) for one in plan.hand_over for row in one.shown.rows if row.changes
                ],
                "undo": str(taken.undo) if taken is not None else None,
                "problems": [{"sku": sku, "reason": reason} for sku, reason in problems],
                "errors": imports.errors_json(plan.errors),
            }
        )
    else:
        imports.print_errors(plan.errors)
        imports.say_counts(0, changed, plan.unchanged, preview=taken is None)
        if taken is not None:
            for sku, reason in taken.problems:
                complain(f"{sku}: {render(reason)}")
            say(msg("cli.listings_file_undo", file=str(taken.undo)))
    imports.refuse(plan.errors, file.name, preview=preview)


def _template(
    desk: Desk, who: Actor, account: str, file: Path, market: str, *, preview: bool, yes: bool, json: bool
) -> None:
    from bmdesk.cli import imports
    from bmdesk.services.files import prices_file, upload_file
    from bmdesk.services.lines import gathered

    plan = upload_file.read_upload(desk, account, file, market)
    errors = gathered(plan.errors.shown, plan.prices.errors.shown)
    count = len(plan.prices.planned)
    run: Applied | None = None
    if not json:
        _show_template(plan)
    if count and not preview:
        ask(yes=yes, command=_COMMAND, question=t("cli.prices_ask", count=count))
        run = prices_file.take_prices(desk, who, account, plan.prices)
    if json:
        as_json(
            {
                "lines": plan.rows,
                "examples": plan.examples,
                "prices": [
                    {"line": one.line, "sku": one.sku, "old": one.old and str(one.old), "new": str(one.new)}
                    for one in plan.prices.planned
                ],
                "preview": preview,
                "run": run.run_id if run is not None else None,
                "errors": imports.errors_json(errors),
            }
        )
    else:
        imports.print_errors(errors)
        imports.say_counts(0, count if run is None else run.count, plan.prices.unchanged, preview=run is None)
    imports.refuse(errors, file.name, preview=preview)


def _show(plan: ListingsPlan) -> None:
    from bmdesk.cli import listing_words

    heads = (
        t("cli.column_line"),
        t("cli.column_listing"),
        t("rules_file.column"),
        t("cli.column_before"),
        t("prices.column_after"),
    )
    rows = [(one.line, one.sku, one.column, one.before, one.after) for one in plan.changes[:_SHOWN]]
    if rows:
        table(heads, rows)
    for one in plan.hand_over:
        listing_words.preview(one.shown)


def _show_template(plan: UploadPlan) -> None:
    heads = (t("cli.column_line"), t("cli.column_sku"), t("cli.column_price"), t("cli.column_what"))
    rows = [(row.line, row.sku, row.price, row.verdict) for row in plan.rows[:_SHOWN]]
    if rows:
        table(heads, rows)
    if plan.examples:
        say(msg("cli.template_example"))


def _written(row: Any) -> dict[str, Any]:
    return {
        "sku": row.sku,
        "market": row.market or None,
        "aspect": row.aspect.value,
        "old": None if row.old is None else str(row.old),
        "new": str(row.new),
    }


def _progress(done: int, total: int) -> bool:
    if total > _SHOWN and sys.stderr.isatty():
        complain(msg("cli.listings_progress", done=done, total=total))
    return True


def _market(desk: Desk, ctx: typer.Context, given: str) -> str:
    from bmdesk.domain.markets import market
    from bmdesk.services.selling import account_settings

    if given.strip():
        return market(given).locale
    name = scope(ctx).account
    return desk.read(lambda c: account_settings.of(c, desk.company, name)).primary_market
