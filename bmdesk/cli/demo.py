"""`bmdesk demo`: a day at the bench in a store of its own, in a window or as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.texts import t

app = new_app(help=t("cli.help_demo"))


@app.command(help=t("cli.help_demo"))
def demo(
    ctx: typer.Context,
    headless: Annotated[bool, typer.Option("--headless", help=t("cli.help_demo_headless"))] = False,
    units: Annotated[int, typer.Option(min=1, max=100_000, help=t("cli.help_demo_units"))] = 50,
    out: Annotated[Path | None, typer.Option(help=t("cli.help_demo_out"))] = None,
) -> None:
    outside = scope(ctx).outside
    # Without a display there is only the story and its pictures.
    pictures = headless or outside.display_trouble() is not None
    folder = (out or Path("bmdesk-demo")).absolute()
    raise typer.Exit(outside.run_demo(folder, units, headless=pictures))
