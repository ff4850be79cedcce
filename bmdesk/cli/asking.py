"""A yes before something is changed: from a person who looks, or given with the call."""

from __future__ import annotations

import sys

import typer

from bmdesk.texts import Failure


class NotConfirmed(Failure):
    """Nothing is changed without a person's yes. Params: `command`."""

    code = "cli.needs_yes"


def ask(*, yes: bool, command: str, question: str) -> None:
    """Returns once somebody said yes. Raises NotConfirmed where there is nobody to ask, Abort where they say no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise NotConfirmed(command=command)
    if not typer.confirm(question):
        raise typer.Abort
