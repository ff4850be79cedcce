"""`bmdesk prices rates`: exchange rates from a file, and those that were given."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, complain, say, table
from bmdesk.texts import locale, msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.files.rates_file import PlannedRate, RatesPlan

app = new_app(help=t("cli.help_price_rates"))

_SHOWN = 100

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command("import", help=t("cli.help_price_rates_import"))
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_in"))],
    preview: Annotated[bool, typer.Option("--preview", help=t("cli.help_preview"))] = False,
    far: Annotated[bool, typer.Option("--far", help=t("cli.help_price_rates_far"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli import imports
    from bmdesk.cli.people import actor
    from bmdesk.services.files import rates_file
    from bmdesk.services.lines import LineError, gathered

    with scope(ctx).session(reassess=False) as session:
        plan = rates_file.read_rates(session.desk, file)
        if not json:
            _say(plan)
        if plan.far and not far and not preview and not json and sys.stdin.isatty():
            far = typer.confirm(t("cli.price_rates_ask", count=len(plan.far)))
        added = len(plan.planned if far else plan.near)
        if not preview:
            added = rates_file.take_rates(session.desk, actor(session.desk, operator), plan, far=far).added
    aside = [] if far else [LineError(one.line, _too_far(one)) for one in plan.far]
    errors = gathered(plan.errors.shown, aside, more=plan.errors.more)
    if json:
        as_json(
            {
                "added": added,
                "unchanged": plan.unchanged,
                "preview": preview,
                "base": plan.base,
                "rates": [_document(one) for one in plan.planned],
                "errors": imports.errors_json(errors),
            }
        )
    else:
        imports.print_errors(errors)
        imports.say_counts(added, 0, plan.unchanged, preview=preview)
    imports.refuse(errors, file.name, preview=preview)


@app.command("list", help=t("cli.help_price_rates_list"))
def list_(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.services import rates

    with scope(ctx).session(reassess=False) as session:
        book = rates.book(session.desk)
    if json:
        as_json({"base": book.currency, "rates": book.rates})
        return
    heads = (
        t("cli.column_currency"),
        t("cli.column_rate"),
        t("cli.column_since"),
        t("cli.column_source"),
        t("cli.column_state"),
    )
    table(heads, [(r.currency, _shown(r.rate), r.at, r.source, _state(r)) for r in book.rates[:_SHOWN]])
    for rate in book.rates:
        if rate.stale:
            complain(msg("rates.stale", currency=rate.currency, since=rate.at))


def _say(plan: RatesPlan) -> None:
    heads = (
        t("cli.column_line"),
        t("cli.column_currency"),
        t("cli.column_before"),
        t("cli.column_rate"),
        t("cli.column_day"),
        t("cli.column_moves"),
    )
    rows = []
    for one in plan.planned[:_SHOWN]:
        moves = _moves(one) if one.counts else t("cli.price_rates_kept_only")
        rows.append((one.line, one.currency, _shown(one.old), _shown(one.rate), one.on, moves))
    if rows:
        table(heads, rows)
    if plan.left_out:
        say(msg("cli.price_rates_older", count=plan.left_out))


def _too_far(one: PlannedRate) -> Any:
    return msg(
        "cli.price_rates_too_far",
        currency=one.currency,
        before=_shown(one.old),
        after=_shown(one.rate),
        moves=_moves(one),
    )


def _document(one: PlannedRate) -> dict[str, Any]:
    return {
        "line": one.line,
        "currency": one.currency,
        "old": one.old,
        "rate": one.rate,
        "date": one.on,
        "moves_percent": one.moves,
        "far": one.is_far,
        "counts": one.counts,
    }


def _state(rate: Any) -> str:
    if rate.stale:
        return t("rates.state_stale")
    return t("settings.rates.in_force" if rate.in_force else "settings.rates.past")


def _moves(one: PlannedRate) -> str:
    return "" if one.moves is None else render(msg("rates_file.moves", percent=f"{one.moves:+f}"))


def _shown(rate: Any) -> str:
    if rate is None:
        return ""
    words = f"{rate:f}"
    return locale.number(type(rate)(words.rstrip("0").rstrip(".") if "." in words else words))
