"""`bmdesk [--account A] units sold UNIT --line L`: a person says which unit another tool shipped with an order line."""

from __future__ import annotations

from typing import Annotated

import typer

from bmdesk.cli.context import named_account, scope
from bmdesk.cli.output import say
from bmdesk.texts import msg, t


def sold(
    ctx: typer.Context,
    unit: Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_units_id"))],
    line: Annotated[int, typer.Option(min=0, help=t("cli.help_units_sold_line"))],
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.goods import units
    from bmdesk.services.selling import sold as sales

    with scope(ctx).session() as session:
        who = actor(session.desk, operator)
        unit_id = units.show_unit(session.desk, unit).id
        sales.name(session.desk, who, unit_id, line, named_account(ctx))
    say(msg("cli.unit_sold", unit=unit, line=str(line)))


def add_to(group: typer.Typer) -> None:
    """Put the command into its group."""
    group.command("sold", help=t("cli.help_units_sold"))(sold)
