"""`bmdesk labels`: the label of a unit, as a PDF or to a printer. Qt is imported only here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import say
from bmdesk.texts import msg, t

app = new_app(help=t("cli.help_labels"))


@app.callback()
def _group() -> None:
    """A group, though it has one command so far."""


@app.command("print", help=t("cli.help_labels_print"))
def print_(
    ctx: typer.Context,
    unit: Annotated[list[str], typer.Argument(metavar="ID...", help=t("cli.help_units_id"))],
    out: Annotated[Path | None, typer.Option(help=t("cli.help_pdf_out"))] = None,
    size: Annotated[str, typer.Option(help=t("cli.help_labels_size"))] = "",
    printer: Annotated[str | None, typer.Option(help=t("cli.help_labels_printer"))] = None,
) -> None:
    if out is None and printer is None:
        raise typer.BadParameter(t("cli.labels_where"))
    from bmdesk.services import units
    from bmdesk.system.qt_libraries import require_libraries

    require_libraries()
    from bmdesk.reports.labels import LabelSize
    from bmdesk.reports.unit_labels import save_labels, send_labels

    wanted = LabelSize.parse(size) if size else None
    with scope(ctx).session() as session:
        found = [units.show_unit(session.desk, one).id for one in unit]
        if out is not None:
            save_labels(session.desk, found, out.absolute(), wanted)
            say(msg("cli.written", file=str(out)))
        if printer is not None:
            send_labels(session.desk, found, printer, wanted)
            say(msg("cli.printed", count=len(found)))
