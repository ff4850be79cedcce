"""`bmdesk accounts`: the accounts at the marketplace, whether they work, and what they sell from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, complain, say, table
from bmdesk.texts import Text, msg, t

if TYPE_CHECKING:
    from bmdesk.services.desk import Desk
    from bmdesk.services.selling.accounts import AccountView
    from bmdesk.services.session import Session

app = new_app(help=t("cli.help_accounts"))

Name = Annotated[str | None, typer.Argument(help=t("cli.help_account_name"))]
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command(help=t("cli.help_accounts_add"))
def add(
    ctx: typer.Context,
    name: Name = None,
    region: Annotated[str | None, typer.Option(help=t("setting.backmarket.region"))] = None,
    environment: Annotated[str | None, typer.Option(help=t("setting.backmarket.environment"))] = None,
    url: Annotated[str | None, typer.Option(help=t("setting.backmarket.url"))] = None,
    markets: Annotated[str | None, typer.Option(help=t("setting.backmarket.markets"))] = None,
    company: Annotated[str | None, typer.Option(help=t("setting.backmarket.company"))] = None,
    contact: Annotated[str | None, typer.Option(help=t("setting.backmarket.contact"))] = None,
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help=t("cli.help_account_token"))] = False,
) -> None:
    from bmdesk.cli.secret import read_secret
    from bmdesk.services.selling import accounts
    from bmdesk.system.secrets import Secrets

    here = scope(ctx)
    called = name or here.account
    given = {
        "region": region,
        "environment": environment,
        "url": url,
        "markets": markets,
        "company": company,
        "contact": contact,
    }
    secret = accounts.token_name(called, here.company)
    token = read_secret(secret) if token_stdin else ""
    with here.session(reassess=False, new_account=True) as session:
        accounts.add(
            session.desk, called, **{key: value for key, value in given.items() if value is not None}
        )
    if token_stdin and (notice := Secrets(here.data.root).set(secret, token)) is not None:
        complain(notice)
    say(msg("cli.account_added", account=called))
    if not token_stdin and not Secrets(here.data.root).get(secret):
        say(msg("cli.account_wants_token", secret=secret))


@app.command("list", help=t("cli.help_accounts_list"))
def list_(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.services.selling import accounts

    with scope(ctx).session(reassess=False) as session:
        accounts.ensure(session.desk)
        now = session.desk.clock.now()
        rows = [_row(session, view) for view in accounts.listed(session.desk)]
    if json:
        as_json(rows)
        return
    heads = (
        t("cli.column_name"),
        t("cli.column_region"),
        t("cli.column_environment"),
        t("cli.column_markets"),
        t("cli.column_token"),
        t("cli.column_state"),
    )
    cells = [
        (
            row["name"],
            row["region"],
            row["environment"],
            ", ".join(row["markets"]),
            t("cli.yes") if row["token"] else t("cli.no"),
            _state(row, now),
        )
        for row in rows
    ]
    table(heads, cells)
    for row in rows:
        if row["problem"] is not None:
            say(msg("cli.account_problem", account=row["name"], problem=row["problem"]))


@app.command("test", help=t("cli.help_accounts_test"))
def try_(ctx: typer.Context, name: Name = None, json: Json = False) -> None:
    from bmdesk.services.selling import accounts
    from bmdesk.sync import connection
    from bmdesk.system.secrets import Secrets

    here = scope(ctx)
    called = name or here.account
    with here.session(reassess=False) as session:
        accounts.ensure(session.desk)
        verdict = connection.tried(session.desk, called, Secrets(session.data.root))
    if json:
        as_json({"name": called, **{key: getattr(verdict, key) for key in _VERDICT}})
    else:
        say(verdict.title)
        say(verdict.happened)
        say(verdict.todo)
    if not verdict.ok:
        raise typer.Exit(1)


@app.command("take-over", help=t("cli.help_accounts_take_over"))
def take_over(ctx: typer.Context, name: Name = None) -> None:
    from bmdesk.sync import connection
    from bmdesk.system.secrets import Secrets

    here = scope(ctx)
    called = name or here.account
    with here.session() as session:
        connection.take_over(session.desk, called, Secrets(session.data.root))
    say(msg("cli.account_taken_over", account=called))


@app.command(help=t("cli.help_accounts_pause"))
def pause(ctx: typer.Context, name: Name = None) -> None:
    from bmdesk.services.selling import accounts

    called = _do(ctx, name, accounts.pause)
    say(msg("cli.account_paused", account=called))


@app.command(help=t("cli.help_accounts_resume"))
def resume(ctx: typer.Context, name: Name = None) -> None:
    from bmdesk.services.selling import accounts

    called = _do(ctx, name, accounts.resume)
    say(msg("cli.account_resumed", account=called))


@app.command(help=t("cli.help_accounts_off"))
def off(ctx: typer.Context, name: Name = None) -> None:
    from bmdesk.services.selling import accounts

    called = _do(ctx, name, lambda desk, account: accounts.switch(desk, account, active=False))
    say(msg("cli.account_off", account=called))


@app.command(help=t("cli.help_accounts_on"))
def on(ctx: typer.Context, name: Name = None) -> None:
    from bmdesk.services.selling import accounts

    called = _do(ctx, name, lambda desk, account: accounts.switch(desk, account, active=True))
    say(msg("cli.account_on", account=called))


@app.command(help=t("cli.help_accounts_warehouse"))
def warehouse(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(help=t("cli.help_account_warehouse"))],
    name: Annotated[str, typer.Argument(help=t("cli.help_account_name"))],
) -> None:
    from bmdesk.services.selling import accounts

    _do(ctx, name, lambda desk, account: accounts.serve_warehouse(desk, code, account))
    say(msg("cli.account_warehouse", account=name, warehouse=code.strip().upper()))


def _do(ctx: typer.Context, name: str | None, step: Callable[[Desk, str], object]) -> str:
    """Take this step with the account of this name, or with the one of `--account`; its name."""
    from bmdesk.services.selling import accounts

    here = scope(ctx)
    called = name or here.account
    with here.session(reassess=False) as session:
        accounts.ensure(session.desk)
        step(session.desk, called)
    return called


_VERDICT = ("ok", "code", "title", "happened", "todo", "details")


def _row(session: Session, view: AccountView) -> dict[str, Any]:
    from bmdesk.services.selling import accounts
    from bmdesk.system.secrets import Secrets

    found, row = view.settings, view.row
    secret = accounts.secret_of(session.desk, row.name)
    token = bool(Secrets(session.data.root).get(secret))
    lacking = None if token else msg("account.no_token", secret=secret)
    return {
        "name": row.name,
        "region": str(found.region) if found else "",
        "environment": str(found.environment) if found else "",
        "url": found.url if found else "",
        "markets": found.markets if found else (),
        "token": token,
        "active": row.active,
        "paused": view.is_paused,
        "blocked_until": row.blocked_until,
        "problem": view.problem or lacking,
    }


def _state(row: dict[str, Any], now: datetime) -> Text:
    if not row["active"]:
        return msg("cli.account_is_off")
    if row["blocked_until"] is not None and row["blocked_until"] > now:
        return msg("cli.account_waits", until=row["blocked_until"])
    if row["problem"] is not None:
        return msg("cli.account_trouble")
    return msg("cli.account_ready")
