"""`bmdesk bench-figures`: how the bench worked in a period, for a person, a script or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import locale, msg, render, t

if TYPE_CHECKING:
    from decimal import Decimal

    from bmdesk.services.figures.bench import Figure, Snapshot

app = new_app(help=t("cli.help_bench_figures"))


@app.command(help=t("cli.help_bench_figures"))
def bench_figures(
    ctx: typer.Context,
    period: Annotated[str, typer.Option(help=t("cli.help_dashboard_period"))] = "30d",
    first: Annotated[str, typer.Option("--from", metavar="DAY", help=t("cli.help_dashboard_from"))] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help=t("cli.help_dashboard_to"))] = "",
    operator: Annotated[str, typer.Option(metavar="CODE", help=t("cli.help_bench_figures_operator"))] = "",
    csv: Annotated[Path | None, typer.Option(help=t("cli.help_dashboard_csv"))] = None,
    xlsx: Annotated[Path | None, typer.Option(help=t("cli.help_dashboard_xlsx"))] = None,
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.reports import bench_files
    from bmdesk.services.figures import bench, dashboard

    with scope(ctx).session() as session:
        days = dashboard.day_named(first), dashboard.day_named(last)
        chosen = dashboard.chosen(session.desk, period, *days)
        shown = bench.snapshot(session.desk, chosen, bench.operator_named(session.desk, operator))
    files = [file for file in (csv, xlsx) if file is not None]
    for file in files:
        bench_files.write_sheet(shown, file)
        if not json:
            say(msg("cli.written", file=str(file)))
    if json:
        as_json(document(shown))
    elif not files:
        _print(shown)


def document(shown: Snapshot) -> dict[str, Any]:
    """All of it, numbers as numbers; times in seconds, shares from 0 to 1, None where there is nothing to say."""
    return {
        "from": shown.period.first,
        "to": shown.period.last,
        "operator": shown.operator or None,
        "operator_name": shown.operator_name or None,
        "timezone": shown.timezone,
        "read_at": shown.read_at,
        "building": shown.building,
        "cards": {
            card.figure.value: {
                "value": _number(card.value),
                "before": _number(card.before),
                "change": _number(card.change),
            }
            for card in shown.cards
        },
        "timed": shown.timed,
        "listed": shown.listed,
        "trend": [
            {
                "from": point.period.first,
                "to": point.period.last,
                "units": point.units,
                "units_an_hour": _number(point.an_hour),
                "receipt_to_listing": point.listing,
            }
            for point in shown.trend
        ],
        "by_hour": {f"{line.hour:02d}": _number(line.units) for line in shown.by_hour},
        "grades": {line.grade: line.units for line in shown.grades},
        "operators": [
            {
                "code": line.code,
                "name": line.name,
                "units": line.units,
                "hours": line.hours,
                "units_an_hour": _number(line.an_hour),
                "time_a_unit": line.seconds,
                "held": line.held,
            }
            for line in shown.operators
        ],
        "blockers": {line.requirement: line.units for line in shown.blockers},
        "in_house": shown.in_house,
        "held_now": shown.held_now,
        "ages": [
            {"from_day": line.first, "to_day": line.last, "units": line.units, "ready": line.ready, "held": line.held}
            for line in shown.ages
        ],
    }  # fmt: skip


def _number(value: Decimal | None) -> int | float | None:
    """Counts and seconds are whole; means and shares have places, which a float says exactly enough."""
    if value is None:
        return None
    return int(value) if value.as_tuple().exponent == 0 else float(value)


def _print(shown: Snapshot) -> None:
    from bmdesk.domain.grading import SCALE, grade_text
    from bmdesk.reports.dashboard_words import growth_words
    from bmdesk.services.figures.bench import blocker_text, card_text

    say(msg("dashboard.period", first=shown.period.first, last=shown.period.last))
    if shown.operator:
        say(msg("bench_figures.only", name=shown.operator_name, code=shown.operator))
    if shown.building:
        say(msg("bench_figures_page.building"))
    table(
        (
            t("dashboard.column.figure"),
            t("dashboard.column.value"),
            t("dashboard.column.before"),
            t("dashboard.column.change"),
        ),
        [
            (
                render(card_text(card.figure)),
                _amount(card.figure, card.value),
                _amount(card.figure, card.before),
                "-" if card.change is None else growth_words(card.change),
            )
            for card in shown.cards
        ],
    )
    if shown.grades:
        table(
            (t("bench_figures.column.grade"), t("bench_figures.column.units")),
            [
                (render(grade_text(one.grade)) if one.grade in SCALE else one.grade, one.units)
                for one in shown.grades
            ],
        )
    if shown.operators:
        table(
            (
                t("bench_figures.column.operator"),
                t("bench_figures.column.units"),
                t("bench_figures.column.hours"),
                t("bench_figures.column.an_hour"),
                t("bench_figures.column.time"),
                t("bench_figures.column.held"),
            ),
            [
                (one.name, one.units, one.hours, _plain(one.an_hour), _seconds(one.seconds), one.held)
                for one in shown.operators
            ],
        )
    if shown.blockers:
        table(
            (t("bench_figures.column.blocker"), t("bench_figures.column.units")),
            [(render(blocker_text(one.requirement)), one.units) for one in shown.blockers],
        )
    table(
        (t("bench_figures.column.age"), t("bench_figures.column.units"), t("bench_figures.column.ready")),
        [
            (f"{one.first}-{one.last}" if one.last is not None else f"{one.first}+", one.units, one.ready)
            for one in shown.ages
        ],
    )


def _amount(figure: Figure, value: Decimal | None) -> str:
    from bmdesk.services.figures.bench import SECONDS
    from bmdesk.services.figures.bench import Figure as Card

    if value is None:
        return "-"
    if figure in SECONDS:
        return _seconds(int(value))
    if figure is Card.HELD:
        return t("dashboard.percent", number=locale.number(100 * value, 1))
    return locale.number(value)


def _plain(value: Decimal | None) -> str:
    return "-" if value is None else locale.number(value)


def _seconds(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
