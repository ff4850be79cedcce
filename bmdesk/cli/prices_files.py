"""Files of prices: rates (`price_rates`), rules (`price_rules`), and `bmdesk prices export|import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli import price_rates, price_rules
from bmdesk.cli.account_scope import account_of
from bmdesk.cli.asking import ask
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.files.prices_file import PlannedPrice, PricesPlan

_SHOWN = 100


def add_to(prices: typer.Typer) -> None:
    """These commands below `bmdesk prices`."""
    prices.command(help=t("cli.help_prices_export"))(export)
    prices.command("import", help=t("cli.help_prices_import"))(import_)
    prices.add_typer(price_rates.app, name="rates")
    prices.add_typer(price_rules.app, name="rules")


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_out"))],
    market: Annotated[str, typer.Option(metavar="M", help=t("cli.help_listings_market"))] = "",
) -> None:
    from bmdesk.services.files import prices_file

    with account_of(ctx, reassess=False) as (desk, account):
        count = prices_file.export_prices(desk, account, file.absolute(), _market(market))
    say(msg("cli.prices_exported", count=count, file=str(file)))


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_in"))],
    market: Annotated[str, typer.Option(metavar="M", help=t("cli.help_prices_default_market"))] = "",
    preview: Annotated[bool, typer.Option("--preview", help=t("cli.help_preview"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_listings_yes"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli import imports
    from bmdesk.cli.people import actor
    from bmdesk.services.files import prices_file

    run = None
    with account_of(ctx, reassess=False) as (desk, account):
        plan = prices_file.read_prices(desk, account, file, _market(market))
        count = len(plan.planned)
        if not json:
            _show(plan)
        if plan.planned and not preview:
            ask(yes=yes, command="bmdesk prices import", question=t("cli.prices_ask", count=count))
            run = prices_file.take_prices(desk, actor(desk, operator), account, plan)
    if json:
        as_json(
            {
                "changed": count if run is None else run.count,
                "unchanged": plan.unchanged,
                "preview": preview,
                "run": run.run_id if run is not None else None,
                "prices": [_document(one) for one in plan.planned],
                "problems": [{"sku": sku, "reason": reason} for sku, reason in run.problems] if run else [],
                "errors": imports.errors_json(plan.errors),
            }
        )
    else:
        imports.print_errors(plan.errors)
        imports.say_counts(0, count if run is None else run.count, plan.unchanged, preview=run is None)
        if run is not None:
            for sku, reason in run.problems:
                say(f"{sku}: {render(reason)}")
            for note in run.notes:
                say(note)
            say(msg("prices.applied", count=run.count, run=run.run_id))
    imports.refuse(plan.errors, file.name, preview=preview)


def _market(given: str) -> str:
    from bmdesk.domain.markets import market

    return market(given).locale if given.strip() else ""


def _show(plan: PricesPlan) -> None:
    heads = (
        t("cli.column_line"),
        t("cli.column_listing"),
        t("cli.column_market"),
        t("prices.column_before"),
        t("prices.column_after"),
        t("prices.column_margin"),
    )
    rows = [
        (one.line, one.sku, one.market, one.old or "-", one.new, one.margin or "?")
        for one in plan.planned[:_SHOWN]
    ]
    if rows:
        table(heads, rows)
    if len(plan.planned) > _SHOWN:
        say(msg("lint.more", shown=_SHOWN, total=len(plan.planned)))


def _document(one: PlannedPrice) -> dict[str, Any]:
    return {
        "line": one.line,
        "listing": one.listing_id,
        "sku": one.sku,
        "market": one.market,
        "old": None if one.old is None else str(one.old),
        "new": str(one.new),
        "min_price": str(one.minimum),
        "floor": None if one.floor is None else str(one.floor),
        "margin": None if one.margin is None else str(one.margin),
    }
