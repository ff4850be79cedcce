"""`bmdesk config`: settings of the company (in the store) and of this machine (in its own file), by one name."""

from __future__ import annotations

from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import render, t

app = new_app(help=t("cli.help_config"))

Key = Annotated[str, typer.Argument(help=t("cli.help_config_key"))]
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command("list", help=t("cli.help_config_list"))
def list_(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.services import settings
    from bmdesk.system.machine import KEYS

    with scope(ctx).session(reassess=False) as session:
        rows = [
            (name, settings.get(session.desk, name), "company", render(spec.meaning))
            for name, spec in settings.SETTINGS.items()
        ]
        rows += [
            (name, _words(session.machine.get(key)), "machine", render(key.meaning))
            for name, key in KEYS.items()
        ]
    if json:
        as_json([dict(zip(("key", "value", "of", "meaning"), row, strict=True)) for row in rows])
    else:
        table(
            (t("cli.column_key"), t("cli.column_value"), t("cli.column_meaning")),
            [(r[0], r[1], r[3]) for r in rows],
        )


@app.command(help=t("cli.help_config_get"))
def get(ctx: typer.Context, key: Key, json: Json = False) -> None:
    from bmdesk.services import settings
    from bmdesk.system.machine import KEYS

    if key in KEYS:
        value = _words(scope(ctx).machine().get(KEYS[key]))
    else:
        settings.setting(key)
        with scope(ctx).session(reassess=False) as session:
            value = settings.get(session.desk, key)
    if json:
        as_json({"key": key, "value": value})
    else:
        say(value)


@app.command("set", help=t("cli.help_config_set"))
def set_(
    ctx: typer.Context,
    key: Key,
    value: Annotated[str, typer.Argument(help=t("cli.help_config_value"))],
) -> None:
    from bmdesk.services import settings
    from bmdesk.system.machine import KEYS

    if key in KEYS:
        scope(ctx).data.prepare()
        machine = scope(ctx).machine()
        machine.set(KEYS[key], KEYS[key].parse(value))
        return
    settings.setting(key)
    with scope(ctx).session(reassess=False) as session:
        settings.put(session.desk, key, value)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
