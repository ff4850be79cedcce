"""`bmdesk companies`: the companies of this store. Every other command works for one of them: `--company CODE`."""

from __future__ import annotations

from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import msg, t

app = new_app(help=t("cli.help_companies"))

Code = Annotated[str, typer.Argument(help=t("cli.help_company_code"))]
Name = Annotated[str, typer.Argument(help=t("cli.help_company_name"))]


@app.command("list", help=t("cli.help_companies_list"))
def list_(
    ctx: typer.Context, json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False
) -> None:
    from bmdesk.services import companies

    with scope(ctx).session(reassess=False) as session:
        found = companies.listed(session.desk)
    if json:
        keep = ("code", "name", "timezone", "currency")
        as_json([{name: getattr(row, name) for name in keep} for row in found])
        return
    heads = (
        t("cli.column_code"),
        t("cli.column_name"),
        t("cli.column_timezone"),
        t("cli.column_currency"),
    )
    table(heads, [(row.code, row.name, row.timezone, row.currency) for row in found])


@app.command(help=t("cli.help_companies_add"))
def add(
    ctx: typer.Context,
    code: Code,
    name: Name,
    timezone: Annotated[str, typer.Option(help=t("cli.help_company_timezone"))] = "",
    currency: Annotated[str, typer.Option(help=t("cli.help_company_currency"))] = "",
) -> None:
    from bmdesk.services import companies

    with scope(ctx).session(reassess=False) as session:
        made = companies.add(session.desk, None, code, name, timezone, currency)
    say(msg("cli.company_added", code=made.row.code))


@app.command(help=t("cli.help_companies_rename"))
def rename(ctx: typer.Context, code: Code, name: Name) -> None:
    from bmdesk.services import companies

    with scope(ctx).session(reassess=False) as session:
        made = companies.rename(session.desk, None, code, name)
    say(msg("cli.company_renamed", code=made.row.code, name=made.row.name))
