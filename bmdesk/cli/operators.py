"""`bmdesk operators`: the people with a badge."""

from __future__ import annotations

from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.system import pins
from bmdesk.texts import msg, t

app = new_app(help=t("cli.help_operators"))

Code = Annotated[str, typer.Argument(help=t("cli.help_operator_code"))]
Role = Annotated[str, typer.Option(help=t("cli.help_operator_role"))]


@app.command("list", help=t("cli.help_operators_list"))
def list_(
    ctx: typer.Context, json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False
) -> None:
    from bmdesk.services import company

    with scope(ctx).session() as session:
        found = company.operators(session.desk)
    if json:
        keep = ("code", "name", "role", "active")
        as_json([{name: getattr(person, name) for name in keep} for person in found])
        return
    heads = (t("cli.column_code"), t("cli.column_name"), t("cli.column_role"), t("cli.column_badge"))
    rows = [(p.code, p.name, p.role, t("cli.badge_works") if p.active else t("cli.badge_off")) for p in found]
    table(heads, rows)


@app.command(help=t("cli.help_operators_add"))
def add(
    ctx: typer.Context,
    code: Code,
    name: Annotated[str, typer.Argument(help=t("cli.help_operator_name"))],
    role: Role = "operator",
) -> None:
    from bmdesk.services import company

    with scope(ctx).session() as session:
        company.add_operator(session.desk, code, name, role)
    say(msg("cli.operator_added", badge=code.strip().upper()))


@app.command(help=t("cli.help_operators_change"))
def change(
    ctx: typer.Context,
    code: Code,
    name: Annotated[str | None, typer.Option(help=t("cli.help_operator_name"))] = None,
    role: Annotated[str | None, typer.Option(help=t("cli.help_operator_role"))] = None,
    on: Annotated[bool, typer.Option("--on", help=t("cli.help_operator_on"))] = False,
) -> None:
    from bmdesk.services import company

    with scope(ctx).session() as session:
        person = company.operator(session.desk, code)
        company.change_operator(
            session.desk, person.code, name or person.name, role or person.role, active=on or person.active
        )
    say(msg("cli.operator_changed", badge=person.code))


@app.command(help=t("cli.help_operators_pin"))
def pin(
    ctx: typer.Context,
    code: Code,
    forget: Annotated[bool, typer.Option("--forget", help=t("cli.help_operator_pin_forget"))] = False,
) -> None:
    from bmdesk.cli.secret import read_secret
    from bmdesk.services import company, rights

    with scope(ctx).session() as session:
        person = company.operator(session.desk, code)
        given = "" if forget else read_secret(f"PIN {person.code}").strip()
        if not given and not forget:
            raise rights.BadPin(shortest=pins.SHORTEST, longest=pins.LONGEST)
        rights.set_pin(session.desk, None, person.code, given)
    words = (
        msg("cli.operator_pin_off", badge=person.code)
        if forget
        else msg("cli.operator_pin_set", badge=person.code)
    )
    say(words)


@app.command(help=t("cli.help_operators_off"))
def off(ctx: typer.Context, code: Code) -> None:
    from bmdesk.services import company

    with scope(ctx).session() as session:
        person = company.operator(session.desk, code)
        company.change_operator(session.desk, person.code, person.name, person.role, active=False)
    say(msg("cli.operator_off", badge=person.code))
