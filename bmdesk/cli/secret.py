"""`bmdesk secret`: tokens and passwords, read from standard input so that no shell history keeps them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import complain
from bmdesk.texts import Failure, t

app = new_app(help=t("cli.help_secret"))

_LONGEST = 10_000


class SecretUnreadable(Failure):
    """What came on standard input is no text. No params."""

    code = "cli.secret_unreadable"


@app.callback()
def _group() -> None:
    """A group, though it has one command so far."""


@app.command("set", help=t("cli.help_secret_set"))
def set_(ctx: typer.Context, name: Annotated[str, typer.Argument(help=t("cli.help_secret_name"))]) -> None:
    from bmdesk.system.secrets import Secrets

    data = scope(ctx).data.prepare()
    notice = Secrets(data.root).set(name, read_secret(name))
    if notice is not None:
        complain(notice)


def read_secret(name: str) -> str:
    """A secret from standard input, asked for without showing it where a person types. Raises SecretUnreadable."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"{name}: ")
    try:
        return sys.stdin.buffer.read(_LONGEST).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SecretUnreadable from None
