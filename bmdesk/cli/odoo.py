"""`bmdesk odoo`: the company's Odoo."""

from __future__ import annotations

from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.odoo_aside import aside
from bmdesk.cli.odoo_drift import drift
from bmdesk.cli.odoo_import import import_
from bmdesk.cli.odoo_links import links
from bmdesk.cli.odoo_orders import orders
from bmdesk.cli.odoo_setup import setup
from bmdesk.cli.output import as_json, say
from bmdesk.texts import t

app = new_app(help=t("cli.help_odoo"))

_VERDICT = ("ok", "code", "title", "happened", "todo", "details")
_FINDING = ("code", "title", "happened", "todo", "blocks")

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command("test", help=t("cli.help_odoo_test"))
def try_(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.sync import odoo_connection
    from bmdesk.system.secrets import Secrets

    with scope(ctx).session(reassess=False) as session:
        verdict = odoo_connection.tried(session.desk, Secrets(session.data.root))
    if json:
        as_json(
            {
                **{key: getattr(verdict, key) for key in _VERDICT},
                "findings": [{key: getattr(one, key) for key in _FINDING} for one in verdict.findings],
            }
        )
    else:
        # The verdict's own words are those of its gravest finding.
        for one in verdict.findings or (verdict,):
            for text in (one.title, one.happened, one.todo):
                say(text)
    if not verdict.ok:
        raise typer.Exit(1)


app.command("setup", help=t("cli.help_odoo_setup"))(setup)
app.command("import", help=t("cli.help_odoo_import"))(import_)
app.command("drift", help=t("cli.help_odoo_drift"))(drift)
app.command("aside", help=t("cli.help_odoo_aside"))(aside)
app.command("orders", help=t("cli.help_odoo_orders"))(orders)
app.command("links", help=t("cli.help_odoo_links"))(links)
