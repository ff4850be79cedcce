"""`bmdesk warranties`: what runs, for whom, and until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import msg, t

app = new_app(help=t("cli.help_warranties"))

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command("list", help=t("cli.help_warranties_list"))
def list_(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(help=t("cli.help_warranties_words"))] = "",
    ends_before: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=t("cli.help_warranties_before"))
    ] = None,
    ended: Annotated[bool, typer.Option("--ended", help=t("cli.help_warranties_ended"))] = False,
    json: Json = False,
) -> None:
    from bmdesk.services.shipping import warranties

    before: date | None = ends_before.date() if ends_before else None
    with scope(ctx).session() as session:
        found: list[Any] = []
        after: tuple[str, str] | None = None
        while True:
            page = warranties.page(session.desk, words, before, ended=ended, after=after, limit=500)
            found += page.rows
            after = page.next
            if after is None:
                break
    if json:
        as_json(
            [
                {
                    "unit": one.unit_id,
                    "identifier": one.identifier,
                    "title": one.title,
                    "grade": one.grade,
                    "order_id": one.order,
                    "market": one.market,
                    "customer": one.customer,
                    "begins": one.begins.value,
                    "months": one.months,
                    "starts_on": one.starts_on,
                    "ends_on": one.ends_on,
                    "days_left": one.days_left,
                    "runs": one.runs,
                    "void": one.void or None,
                }
                for one in found
            ]
        )
        return
    heads = (
        t("cli.head_warranty_identifier"),
        t("cli.head_warranty_title"),
        t("cli.head_warranty_order"),
        t("cli.head_warranty_customer"),
        t("cli.head_warranty_until"),
        t("cli.head_warranty_days"),
    )
    table(
        heads,
        [
            (one.identifier, one.title, one.order, one.customer, one.ends_on, one.void or one.days_left)
            for one in found
        ],
    )


@app.command(help=t("cli.help_warranties_months"))
def months(
    ctx: typer.Context,
    sku: Annotated[str, typer.Argument(help=t("cli.help_warranties_sku"))],
    number: Annotated[int, typer.Argument(min=0, help=t("cli.help_warranties_number"))],
) -> None:
    from bmdesk.services.shipping import warranties

    with scope(ctx).session() as session:
        warranties.set_months(session.desk, sku, number or None)
    say(msg("cli.warranty_months", sku=sku, months=number))
