"""`bmdesk config`: settings of the company (in the store) and of this machine (in its own file), by one name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, complain, say, table
from bmdesk.texts import Text, msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.desk import Desk

app = new_app(help=t("cli.help_config"))

Key = Annotated[str, typer.Argument(help=t("cli.help_config_key"))]
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command("list", help=t("cli.help_config_list"))
def list_(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.services import settings
    from bmdesk.system.machine import KEYS

    with scope(ctx).session(reassess=False) as session:
        rows = [_of_company(session.desk, name) for name in settings.names(session.desk)]
        rows += [
            _row(name, _words(session.machine.get(key)), "machine", key.meaning) for name, key in KEYS.items()
        ]
    if json:
        as_json(rows)
    else:
        heads = (t("cli.column_key"), t("cli.column_value"), t("cli.column_meaning"))
        table(heads, [(row["key"], _dated(row), row["meaning"]) for row in rows])


@app.command(help=t("cli.help_config_get"))
def get(ctx: typer.Context, key: Key, json: Json = False) -> None:
    from bmdesk.services import settings
    from bmdesk.system.machine import KEYS

    if key in KEYS:
        row = _row(key, _words(scope(ctx).machine().get(KEYS[key])), "machine", KEYS[key].meaning)
    else:
        settings.setting(key)
        with scope(ctx).session(reassess=False) as session:
            row = _of_company(session.desk, key)
    if json:
        as_json({name: value for name, value in row.items() if name in {"key", "value", "at"}})
    else:
        say(_dated(row))


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
        before = settings.get(session.desk, key)
        settings.put(session.desk, key, value)
        given = settings.currencies_with_a_rate(session.desk) if key == "company.currency" else []
        if given and settings.get(session.desk, key) != before:
            complain(msg("setting.rates_of_before", currencies=", ".join(given), before=before))


@app.command(help=t("cli.help_config_reset"))
def reset(ctx: typer.Context, key: Key) -> None:
    from bmdesk.services import settings
    from bmdesk.system.machine import KEYS

    if key in KEYS:
        scope(ctx).data.prepare()
        scope(ctx).machine().reset(KEYS[key])
        return
    settings.setting(key)
    with scope(ctx).session(reassess=False) as session:
        settings.reset(session.desk, key)


def _of_company(desk: Desk, name: str) -> dict[str, Any]:
    from bmdesk.services import settings

    row = _row(name, settings.get(desk, name), "company", settings.setting(name).meaning)
    at = settings.given_at(desk, name) if name.startswith("rate.") else None
    return {**row, "at": at} if at else row


def _row(name: str, value: str, of: str, meaning: Text) -> dict[str, Any]:
    return {"key": name, "value": value, "of": of, "meaning": render(meaning)}


def _dated(row: dict[str, Any]) -> str:
    """The value, and of a rate the day from which it holds."""
    return t("cli.rate_since", rate=row["value"], since=row["at"]) if "at" in row else str(row["value"])


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
