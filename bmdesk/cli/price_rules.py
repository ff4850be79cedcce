"""`bmdesk prices rules`: the rules for prices to a file and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli.asking import ask
from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say
from bmdesk.texts import Text, msg, t

if TYPE_CHECKING:
    from bmdesk.services.desk import Desk
    from bmdesk.services.files.rules_file import RulesPlan
    from bmdesk.services.prices.simulation import Totals

app = new_app(help=t("cli.help_price_rules"))

_SHOWN = 100


@app.command(help=t("cli.help_price_rules_export"))
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_price_rules_file"))],
) -> None:
    from bmdesk.services.files import rules_file

    with scope(ctx).session(reassess=False) as session:
        rules_file.export_rules(session.desk, file.absolute())
    say(msg("cli.written", file=str(file)))


@app.command("import", help=t("cli.help_price_rules_import"))
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_price_rules_file"))],
    preview: Annotated[bool, typer.Option("--preview", help=t("cli.help_preview"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_listings_yes"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli import imports
    from bmdesk.cli.people import actor
    from bmdesk.services.files import rules_file
    from bmdesk.services.files.rules_words import change_text

    version: int | None = None
    with scope(ctx).session(reassess=False) as session:
        plan = rules_file.read_rules(session.desk, file)
        would = _would(session.desk, scope(ctx).account, plan)
        if not json:
            imports.print_errors(plan.errors)
            for change in plan.changes[:_SHOWN]:
                say(change_text(change))
            say(_summary(plan))
            if would is not None:
                say(_prices(would))
        if plan.changes and not preview and not plan.errors:
            ask(yes=yes, command="bmdesk prices rules import", question=t("cli.price_rules_ask"))
            version = rules_file.take_rules(session.desk, actor(session.desk, operator), plan).version
    if json:
        as_json(
            {
                "added": plan.added,
                "changed": plan.changed,
                "gone": plan.gone,
                "preview": preview,
                "version": version,
                "changes": plan.changes,
                "prices": None if would is None else _document(would),
                "errors": imports.errors_json(plan.errors),
            }
        )
    elif version is not None:
        say(msg("cli.price_rules_taken", version=version))
    imports.refuse(plan.errors, file.name, preview=True)


def _would(desk: Desk, account: str, plan: RulesPlan) -> Totals | None:
    """What the rules would do to the prices of this account, where there is one."""
    from bmdesk.services.prices.simulation import simulate
    from bmdesk.services.selling import accounts

    known = [view.row.id for view in accounts.listed(desk) if view.row.name == account]
    if not known or not plan.changes:
        return None
    return simulate(desk, known[0], document=plan.document).totals


def _prices(would: Totals) -> Text:
    return msg(
        "rules_file.would",
        changes=would.changes,
        raised=would.raised,
        lowered=would.lowered,
        none=would.no_price,
    )


def _document(would: Totals) -> dict[str, int]:
    return {
        "changes": would.changes,
        "raised": would.raised,
        "lowered": would.lowered,
        "no_price": would.no_price,
    }


def _summary(plan: RulesPlan) -> Text:
    if plan.changes:
        return msg("rules_file.summary", added=plan.added, changed=plan.changed, gone=plan.gone)
    return msg("rules_file.errors" if plan.errors else "rules_file.same")
