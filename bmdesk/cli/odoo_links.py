"""`bmdesk odoo links`: what another address, database or company means for what is linked to Odoo."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bmdesk.cli.asking import ask
from bmdesk.cli.context import scope
from bmdesk.cli.output import say
from bmdesk.texts import msg, t

_COMMAND = "bmdesk odoo links forget"


class Answer(StrEnum):
    """`keep`: the same Odoo in a new place. `forget`: another one."""

    KEEP = "keep"
    FORGET = "forget"


def links(
    ctx: typer.Context,
    answer: Annotated[Answer, typer.Argument(help=t("cli.help_odoo_links_answer"))],
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_odoo_links_yes"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.odoo import which_odoo

    with scope(ctx).session(reassess=False) as session:
        who = actor(session.desk, operator)
        if answer is Answer.KEEP:
            which_odoo.same(session.desk, who)
            say(msg("odoo.links_kept"))
        else:
            ask(yes=yes, command=_COMMAND, question=t("cli.odoo_links_ask"))
            which_odoo.another(session.desk, who)
            say(msg("odoo.links_forgotten"))
