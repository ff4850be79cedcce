"""What every import says: how much was taken, and each line that was not, with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bmdesk.cli.output import complain, say
from bmdesk.services.lines import LineErrors
from bmdesk.texts import Failure, msg, render

_SHOWN = 50


class LinesRefused(Failure):
    """Good lines were taken, these were not. Params: `count`, `file`."""

    code = "cli.lines_refused"


class LinesWrong(Failure):
    """A preview found lines that would not be taken. Params: `count`, `file`."""

    code = "cli.lines_wrong"


def errors_json(errors: LineErrors) -> list[dict[str, Any]]:
    """The errors as JSON takes them."""
    return [{"line": e.line, "column": e.column or None, "reason": render(e.reason)} for e in errors.shown]


def print_errors(errors: LineErrors) -> None:
    """Each refused line on stderr, the rest counted."""
    for error in errors.shown[:_SHOWN]:
        complain(error.text)
    hidden = len(errors.shown) + errors.more - _SHOWN
    if hidden > 0:
        complain(msg("cli.errors_more", count=hidden))


def print_ignored(columns: Sequence[str]) -> None:
    """The columns that nobody reads, on stderr: a misspelt one would else be lost in silence."""
    if columns:
        complain(msg("cli.columns_ignored", columns=", ".join(columns)))


def refuse(errors: LineErrors, file: str, *, preview: bool) -> None:
    """Raises when there is any error: a script must not take half an import for a whole one."""
    count = len(errors.shown) + errors.more
    if count:
        raise (LinesWrong if preview else LinesRefused)(count=count, file=file)


def say_counts(added: int, changed: int, unchanged: int, *, preview: bool) -> None:
    """What an import did, or would do."""
    if preview:
        say(msg("cli.would_import", added=added, changed=changed, unchanged=unchanged))
    else:
        say(msg("cli.imported", added=added, changed=changed, unchanged=unchanged))
