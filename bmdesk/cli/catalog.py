"""`bmdesk catalog`: products from a file, the pieces of goods without units (`catalog_counted`), and products that the
marketplace does not know (`catalog_proposals`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bmdesk.cli import catalog_counted, catalog_proposals
from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say
from bmdesk.texts import t

app = new_app(help=t("cli.help_catalog"))


@app.command("import", help=t("cli.help_catalog_import"))
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_in"))],
    preview: Annotated[bool, typer.Option("--preview", help=t("cli.help_preview"))] = False,
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli import imports
    from bmdesk.services.goods import catalog

    with scope(ctx).session() as session:
        plan = catalog.read_catalog(session.desk, file)
        counts = (len(plan.to_add), len(plan.to_change), plan.unchanged)
        if not preview:
            report = catalog.apply_catalog(session.desk, plan)
            counts = (report.added, report.changed, report.unchanged)
    if json:
        document = dict(zip(("added", "changed", "unchanged"), counts, strict=True))
        as_json(
            {
                **document,
                "preview": preview,
                "errors": imports.errors_json(plan.errors),
                "ignored_columns": plan.ignored,
            }
        )
    else:
        if preview:
            for one in plan.planned[:50]:
                what = t("cli.plan_new") if one.new else ", ".join(change.field for change in one.changes)
                say(f"{one.line}: {one.model_code}: {what}")
        imports.print_ignored(plan.ignored)
        imports.print_errors(plan.errors)
        imports.say_counts(*counts, preview=preview)
    imports.refuse(plan.errors, file.name, preview=preview)


catalog_counted.add_to(app)
catalog_proposals.add_to(app)
