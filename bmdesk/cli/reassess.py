"""`bmdesk reassess`: ask the gate again about every unit whose date has come or whose policies changed."""

from __future__ import annotations

from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say
from bmdesk.texts import msg, t

app = new_app(help=t("cli.help_reassess"))


@app.command(help=t("cli.help_reassess"))
def reassess(
    ctx: typer.Context, json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False
) -> None:
    from bmdesk.services.grading import bench

    looked = moved = 0
    with scope(ctx).session(reassess=False) as session:
        while True:
            done = bench.reassess(session.desk)
            looked += done.looked_at
            moved += done.moved
            if not done.more:
                break
    if json:
        as_json({"looked_at": looked, "moved": moved})
    else:
        say(msg("cli.reassessed", looked=looked, moved=moved))
