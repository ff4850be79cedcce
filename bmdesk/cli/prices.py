"""`bmdesk prices`: what things should cost and why; what the rules would change, writing it, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli import price_choices, prices_files
from bmdesk.cli.account_scope import account_of, market_of_call
from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import locale, msg, render, t

if TYPE_CHECKING:
    from bmdesk.domain.money import Money
    from bmdesk.services.prices.applying import Applied, Run, RunChange
    from bmdesk.services.prices.simulation import PriceRow, Simulation

app = new_app(help=t("cli.help_prices"))

_SHOWN = 100
"""Rows that a person is shown; the document has them all."""

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
Market = Annotated[str, typer.Option(metavar="M", help=t("cli.help_prices_market"))]
Operator = Annotated[str, typer.Option(help=t("cli.help_bench_operator"))]
Listing = Annotated[str, typer.Argument(metavar="LISTING", help=t("cli.help_listings_named"))]


@app.command(help=t("cli.help_prices_explain"))
def explain(
    ctx: typer.Context,
    sku: Annotated[str, typer.Argument(metavar="SKU", help=t("cli.help_prices_sku"))],
    market: Market = "",
    json: Json = False,
) -> None:
    from bmdesk.services.prices.explaining import explain as explained

    with account_of(ctx, reassess=False) as (desk, account):
        found = explained(desk, account, sku, market_of_call(desk, ctx, market))
    decision, row = found.decision, found.row
    if json:
        as_json(
            {
                "sku": found.sku,
                "market": found.market,
                "price": _text(decision.price),
                "min_price": _text(decision.min_price),
                "floor": _text(decision.floor),
                "top": _text(decision.top),
                "present": _text(row.present) if row is not None else None,
                "reason": decision.reason,
                "unknown": decision.unknown,
                "steps": found.steps,
                "warnings": decision.warnings,
                "left_now": found.left_now,
                "left_new": found.left_new,
                "listing": _document(row) if row is not None else None,
            }
        )
        return
    for at, step in enumerate(found.steps, 1):
        say(f"{at}. {render(step)}")
    for warning in decision.warnings:
        say(msg("prices.said_warning", warning=warning))
    price = decision.price or "-"
    say(msg("prices.said_price", sku=found.sku, market=found.market, price=price))
    if found.left_new is not None:
        say(found.left_new)


@app.command(help=t("cli.help_prices_simulate"))
def simulate(
    ctx: typer.Context,
    rules: Annotated[str, typer.Option(metavar="FILE", help=t("cli.help_prices_rules_file"))] = "",
    market: Market = "",
    everything: Annotated[bool, typer.Option("--all", help=t("cli.help_prices_all"))] = False,
    json: Json = False,
) -> None:
    from bmdesk.domain.markets import market as market_of
    from bmdesk.services.prices.simulation import simulate as simulated

    where = market_of(market).locale if market.strip() else ""
    with account_of(ctx, reassess=False) as (desk, account):
        found = simulated(desk, account, document=_rules(rules), market=where)
    shown = [row for row in found.rows if everything or row.changes or row.breaks or row.new is None]
    if json:
        as_json({**_totals(found), "rows": [_document(row) for row in shown]})
    else:
        _show(found, shown)


@app.command(help=t("cli.help_prices_apply"))
def apply(
    ctx: typer.Context,
    market: Market = "",
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_yes"))] = False,
    operator: Operator = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.domain.markets import market as market_of
    from bmdesk.services.prices import applying
    from bmdesk.services.prices.simulation import simulate as simulated

    where = market_of(market).locale if market.strip() else ""
    with account_of(ctx, reassess=False) as (desk, account):
        found = simulated(desk, account, market=where)
        rows = [row for row in found.rows if row.writes]
        if not json:
            _show(found, rows)
        if rows and not yes:
            typer.confirm(t("cli.prices_confirm", count=len(rows)), abort=True)
        done = applying.apply(desk, actor(desk, operator), account, found.digest, market=where)
    _done(done, json=json)


@app.command(help=t("cli.help_prices_history"))
def history(
    ctx: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=t("cli.help_prices_run"))] = "",
    json: Json = False,
) -> None:
    from bmdesk.services.prices import applying

    with account_of(ctx, reassess=False) as (desk, account):
        if run:
            rows = applying.changes(desk, account, run)
            if json:
                as_json(
                    [
                        {
                            "listing": row.listing_id,
                            "sku": row.sku,
                            "market": row.market,
                            "before": _text(row.before),
                            "after": _text(row.after),
                        }
                        for row in rows
                    ]
                )
                return
            heads = (
                t("cli.column_listing"),
                t("cli.column_market"),
                t("prices.column_before"),
                t("prices.column_after"),
            )
            table(heads, [(row.sku, row.market, row.before or "-", row.after or "-") for row in rows])
            return
        runs = applying.runs(desk, account)
    if json:
        as_json(runs)
    else:
        _show_runs(runs)


@app.command(help=t("cli.help_prices_undo"))
def undo(
    ctx: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=t("cli.help_prices_run"))],
    operator: Operator = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.prices import applying

    with account_of(ctx, reassess=False) as (desk, account):
        done = applying.undo(desk, actor(desk, operator), account, run)
    _done(done, json=json)


@app.command(help=t("cli.help_prices_versions"))
def versions(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.services.prices.versions import versions as listed

    with scope(ctx).session(reassess=False) as session:
        found = listed(session.desk)
    if json:
        as_json(found)
        return
    heads = (
        t("prices.column_version"),
        t("prices.column_at"),
        t("prices.column_by"),
        t("prices.column_rules"),
        t("prices.column_in_force"),
    )
    table(
        heads,
        [
            (
                one.version,
                locale.moment(one.at) if one.at is not None else "bmdesk",
                one.by,
                one.rules,
                t("prices.in_force") if one.in_force else "",
            )
            for one in found
        ],
    )


@app.command(help=t("cli.help_prices_restore"))
def restore(
    ctx: typer.Context,
    version: Annotated[int, typer.Argument(metavar="VERSION", help=t("cli.help_prices_version"))],
    operator: Operator = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.prices.versions import restore as gone_back

    with scope(ctx).session(reassess=False) as session:
        made = gone_back(session.desk, actor(session.desk, operator), version)
    say(msg("prices.restored", version=version, made=made))


def _rules(file: str) -> object:
    from bmdesk.cli.policies import text_of
    from bmdesk.services.policy_documents import parse_document

    return parse_document("pricing", text_of(file)) if file else None


def _totals(found: Simulation) -> dict[str, Any]:
    totals = found.totals
    return {
        "rules_version": found.rules_version,
        "digest": found.digest,
        "listings_in_markets": totals.rows,
        "changes": totals.changes,
        "writes": totals.writes,
        "raised": totals.raised,
        "lowered": totals.lowered,
        "no_price": totals.no_price,
        "broken": totals.broken,
        "margin_now": _text(totals.margin_now),
        "margin_new": _text(totals.margin_new),
        "warnings": found.warnings,
    }


def _document(row: PriceRow) -> dict[str, Any]:
    return {
        "listing": row.listing_id,
        "sku": row.sku,
        "our_sku": row.our_sku,
        "market": row.market,
        "grade": row.grade,
        "quantity": row.quantity,
        "managed": row.managed,
        "automatic": row.automatic,
        "present": _text(row.present),
        "wanted": _text(row.wanted),
        "new": _text(row.new),
        "new_min": _text(row.new_min),
        "floor": _text(row.floor),
        "top": _text(row.top),
        "margin_now": _text(row.margin_now),
        "margin_new": _text(row.margin_new),
        "percent_now": row.percent_now,
        "percent_new": row.percent_new,
        "reason": row.reason,
        "unknown": row.unknown,
        "warnings": row.warnings,
        "breaks": [one.value for one in row.breaks],
        "chosen": None if row.chosen is None else {"price": _text(row.chosen.price), "why": row.chosen.why},
        "second_writer": _text(row.foreign),
    }


def _show(found: Simulation, rows: Sequence[PriceRow]) -> None:
    heads = (
        t("cli.column_listing"),
        t("cli.column_market"),
        t("prices.column_before"),
        t("prices.column_after"),
        t("prices.column_margin"),
        t("prices.column_said"),
    )
    shown = [
        (
            row.sku,
            row.market,
            row.present or "-",
            row.new or "-",
            f"{_margin(row.margin_now)} -> {_margin(row.margin_new)}",
            _said(row),
        )
        for row in rows[:_SHOWN]
    ]
    if shown:
        table(heads, shown)
    if len(rows) > _SHOWN:
        say(msg("lint.more", shown=_SHOWN, total=len(rows)))
    for warning in found.warnings:
        say(msg("prices.said_warning", warning=warning))
    totals = found.totals
    say(
        msg(
            "prices.summary",
            rows=totals.rows,
            changes=totals.changes,
            writes=totals.writes,
            raised=totals.raised,
            lowered=totals.lowered,
            none=totals.no_price,
            broken=totals.broken,
        )
    )
    say(msg("prices.summary_margin", now=totals.margin_now, new=totals.margin_new))


def _said(row: PriceRow) -> str:
    from bmdesk.services.prices.suggesting import FLOOR_NOTES

    if row.reason is not None:
        return render(row.reason)
    if row.foreign is not None:
        return t("prices.second_writer", price=row.foreign)
    said = [t(f"prices.breach.{one.value}") for one in row.breaks]
    said += [] if row.managed else [t("prices.only_shown")]
    return ", ".join(said + [render(one) for one in row.warnings if one.code in FLOOR_NOTES])


def _margin(money: Money | None) -> str:
    return "?" if money is None else str(money)


def _show_runs(runs: Sequence[Run]) -> None:
    heads = (
        t("prices.column_run"),
        t("prices.column_at"),
        t("prices.column_by"),
        t("prices.column_why"),
        t("prices.column_count"),
    )
    rows = [
        (
            one.id,
            locale.moment(one.at),
            one.by or t("prices.by_rules"),
            render(one.why_text) + (f" ({t('prices.undone')})" if one.undone else ""),
            one.count,
        )
        for one in runs
    ]
    table(heads, rows)


def _show_changes(rows: Sequence[RunChange]) -> None:
    heads = (
        t("cli.column_listing"),
        t("cli.column_market"),
        t("prices.column_before"),
        t("prices.column_after"),
    )
    table(heads, [(row.sku, row.market, row.before or "-", row.after or "-") for row in rows])


def _done(done: Applied, *, json: bool) -> None:
    if json:
        problems = [{"sku": sku, "reason": reason} for sku, reason in done.problems]
        as_json({"run": done.run_id or None, "count": done.count, "problems": problems})
        return
    for sku, reason in done.problems:
        say(f"{sku}: {render(reason)}")
    for note in done.notes:
        say(note)
    said = (
        msg("prices.applied", count=done.count, run=done.run_id)
        if done.count
        else msg("prices.nothing_applied")
    )
    say(said)


def _text(money: Money | None) -> str | None:
    return None if money is None else str(money)


price_choices.add_to(app)
prices_files.add_to(app)
