"""`bmdesk cards`: the command cards of this company on paper. Qt is imported only here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import say
from bmdesk.texts import msg, t

app = new_app(help=t("cli.help_cards"))


@app.command(help=t("cli.help_cards"))
def cards(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option(help=t("cli.help_pdf_out"))],
    category: Annotated[list[str] | None, typer.Option(help=t("cli.help_cards_category"))] = None,
) -> None:
    from bmdesk.reports import company_cards
    from bmdesk.system.qt_libraries import require_libraries

    require_libraries()
    with scope(ctx).session() as session:
        count = company_cards.write_company_cards(session.desk, out.absolute(), tuple(category or ()))
    say(msg("cli.cards_written", count=count, file=str(out)))
