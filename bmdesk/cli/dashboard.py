"""`bmdesk dashboard`: the figures of a period, for a person, a script or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import msg, render, t

if TYPE_CHECKING:
    from datetime import date

    from bmdesk.services.figures.dashboard import Period, Snapshot

app = new_app(help=t("cli.help_dashboard"))


@app.command(help=t("cli.help_dashboard"))
def dashboard(
    ctx: typer.Context,
    period: Annotated[str, typer.Option(help=t("cli.help_dashboard_period"))] = "30d",
    first: Annotated[str, typer.Option("--from", metavar="DAY", help=t("cli.help_dashboard_from"))] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help=t("cli.help_dashboard_to"))] = "",
    market: Annotated[str, typer.Option(help=t("cli.help_dashboard_market"))] = "",
    csv: Annotated[Path | None, typer.Option(help=t("cli.help_dashboard_csv"))] = None,
    xlsx: Annotated[Path | None, typer.Option(help=t("cli.help_dashboard_xlsx"))] = None,
    pdf: Annotated[Path | None, typer.Option(help=t("cli.help_dashboard_pdf"))] = None,
    png: Annotated[Path | None, typer.Option(help=t("cli.help_dashboard_png"))] = None,
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.services.figures import dashboard as figures

    if pdf is not None or png is not None:
        from bmdesk.system.qt_libraries import require_libraries

        require_libraries()
    with scope(ctx).session() as session:
        chosen = figures.chosen(session.desk, period, figures.day_named(first), figures.day_named(last))
        shown = figures.snapshot(session.desk, chosen, figures.market_named(market))
    files = [file for file in (csv, xlsx, pdf, png) if file is not None]
    for file in files:
        _written(shown, file, page="pdf" if file == pdf else "png" if file == png else "")
        if not json:
            say(msg("cli.written", file=str(file)))
    if json:
        as_json(document(shown))
    elif not files:
        _print(shown)


def _written(shown: Snapshot, file: Path, page: str) -> None:
    if page:
        from bmdesk.reports import dashboard_page  # it brings Qt, which a table does without

        (dashboard_page.write_pdf if page == "pdf" else dashboard_page.write_png)(shown, file)
    else:
        from bmdesk.reports import dashboard_files

        dashboard_files.write_sheet(shown, file)


def document(shown: Snapshot) -> dict[str, Any]:
    """All of it; money in major units of `currency`, shares from 0 to 1, None where there is nothing to say."""
    from bmdesk.reports.dashboard_feed import about
    from bmdesk.services.figures.dashboard import amount

    return {
        **_days(shown.period),
        "before": _days(shown.period.before),
        "market": shown.market,
        "markets": shown.markets,
        "currency": shown.currency,
        "timezone": shown.timezone,
        "read_at": shown.read_at,
        "building": shown.building,
        "cards": {
            card.figure.value: {
                "value": amount(shown, card.figure, card.value),
                "before": amount(shown, card.figure, card.before),
                "change": card.change,
                "line": [amount(shown, card.figure, point) for point in card.line],
            }
            for card in shown.cards
        },
        "trend": [
            {
                **_days(point.period),
                "revenue": _money(shown, point.revenue_minor),
                "orders": point.orders,
                "products": point.products,
            }
            for point in shown.trend
        ],
        "by_market": [
            {
                "market": line.market,
                "revenue": _money(shown, line.revenue_minor),
                "orders": line.orders,
                "trend": [_money(shown, minor) for minor in line.points],
            }
            for line in shown.by_market
        ],
        "states": {state.value: count for state, count in shown.states.items()},
        "queued": shown.footer.queued,
        "errors": shown.footer.errors,
        "out_of_stock": shown.footer.out_of_stock,
        "sync_rate": shown.footer.sync_rate,
        "rates": [
            {
                "currency": used.currency,
                "rate": used.rate,
                "given_at": used.at,
                "from": used.first,
                "to": used.last,
                "given_later": used.early,
            }
            for used in shown.rates
        ],
        "without_rate": shown.missing,
        "feed": [
            {
                "id": line.id,
                "at": line.at,
                "level": line.level,
                "kind": about(line).value,
                "code": line.text.code,
                "text": line.text,
            }
            for line in shown.feed
        ],
    }


def _print(shown: Snapshot) -> None:
    from bmdesk.domain.orders import state_text
    from bmdesk.reports import dashboard_words as words
    from bmdesk.services.figures.dashboard import card_text

    say(msg("dashboard.period", first=shown.period.first, last=shown.period.last))
    if shown.building:
        say(msg("dashboard.building"))
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
                words.whole_words(shown, card.figure, card.value),
                words.whole_words(shown, card.figure, card.before),
                words.change_words(card),
            )
            for card in shown.cards
        ],
    )
    if shown.states:
        table(
            (t("dashboard.column.state"), t("dashboard.column.orders")),
            [(render(state_text(state)), count) for state, count in shown.states.items()],
        )
    for line in words.rate_lines(shown):
        say(line)
    for currency in shown.missing:
        if currency:
            say(msg("dashboard.no_rate", currency=currency))
        else:
            say(msg("dashboard.left_out", currency=words.currency_words(currency)))
    footer = shown.footer
    say(msg("dashboard.footer", queued=footer.queued, errors=footer.errors, sold_out=footer.out_of_stock))


def _days(period: Period) -> dict[str, date]:
    return {"from": period.first, "to": period.last}


def _money(shown: Snapshot, minor: int) -> str:
    from bmdesk.domain.money import Money

    return str(Money(minor, shown.currency).amount)
