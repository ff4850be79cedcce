"""The command line: global options, the commands by noun, and how a call ends.

Exit 0 done, 1 failed (one line on stderr), 2 wrong usage, 130 stopped by the keyboard. A command's module is imported
only when it is called, so that a scan script starts at once.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from bmdesk.cli.context import ACCOUNT, Outside, make_scope
from bmdesk.cli.output import complain, complain_of, words_as_document
from bmdesk.cli.typer_words import in_our_words, speak
from bmdesk.system import program
from bmdesk.texts import Failure, languages, t

COMMANDS = (
    "demo", "config", "secret", "accounts", "odoo", "listings", "prices", "backbox", "categories", "sync", "outbox",
    "catalog", "bench", "units", "batches", "orders", "pick", "pack", "parcels", "warranties", "customers", "operators",
    "companies", "labels", "cards", "policies", "repairs", "dashboard", "bench-figures", "db", "doctor", "reassess",
    "simulator",
)  # fmt: skip
"""Every command in the order of the help; each is the module of this package with its name (with _ for -)."""

_JSON = "--json"
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]
_log = logging.getLogger(__name__)


def run(argv: Sequence[str], outside: Outside) -> int:
    """Run one call; the exit code. Only bugs get a traceback, and that one goes to the log."""
    _speak_utf8()
    speak()
    command = _root(outside)
    try:
        answer = _answered(command, list(argv))
        _flush()
    except Failure as failure:
        return _failed(failure)
    except typer.Abort:
        return 130
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return _reader_gone()
    except Exception as error:  # noqa: BLE001 - a bug: told from an error here, and kept with its traceback in the log
        if isinstance(error, _UsageError):
            context = getattr(error, "ctx", None)
            if context is not None:
                complain(context.get_usage())
            complain(in_our_words(error.format_message()))  # type: ignore[attr-defined]
            return 2
        return _bug(error)
    return answer if isinstance(answer, int) else 0


def _answered(command: Any, argv: list[str]) -> Any:
    """Run it. `--json` may stand anywhere, and where a command has only words for an answer, they are the document."""

    def main(words: list[str]) -> Any:
        return command.main(words, prog_name="bmdesk", standalone_mode=False)

    try:
        return main(argv)
    except _UsageError as error:
        if getattr(error, "option_name", "") != _JSON:
            raise
    others = [word for word in argv if word != _JSON]  # refused before anything was done
    try:
        return main([*others, _JSON])
    except _UsageError as error:
        if getattr(error, "option_name", "") != _JSON:
            raise
    with words_as_document():
        return main(others)


class LazyGroup(typer.core.TyperGroup):
    """A group whose commands are imported when they are named."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bmdesk.cli.{cmd_name.replace('-', '_')}")
        found = typer.main.get_command(module.app)
        found.name = cmd_name
        return found


def _root(outside: Outside) -> Any:
    app = new_app(cls=LazyGroup, invoke_without_command=True, help=t("cli.help"))

    @app.callback()
    def bmdesk_(
        ctx: typer.Context,
        data: Annotated[Path | None, typer.Option(help=t("cli.help_data"), envvar="BMDESK_DATA")] = None,
        company: Annotated[str, typer.Option(help=t("cli.help_company"), envvar="BMDESK_COMPANY")] = "",
        account: Annotated[str, typer.Option(help=t("cli.help_account"))] = ACCOUNT,
        hidden: Annotated[bool, typer.Option("--hidden", help=t("cli.help_hidden"))] = False,
        lang: Annotated[str, typer.Option(help=t("cli.help_lang", known=", ".join(languages())))] = "",
        version: Annotated[
            bool, typer.Option("--version", help=t("cli.help_version"), is_eager=True)
        ] = False,
    ) -> None:
        if version:
            print(program.version())
            raise typer.Exit
        if lang and lang not in languages():  # what it chooses was chosen before the first word: see app.main
            raise typer.BadParameter(
                t("cli.unknown_language", known=", ".join(languages())), param_hint="--lang"
            )
        ctx.obj = make_scope(data, company, account, outside, hidden=hidden)
        if ctx.invoked_subcommand is None:
            raise typer.Exit(outside.open_window(ctx.obj))

    return typer.main.get_command(app)


def new_app(**options: Any) -> typer.Typer:
    """A Typer as all commands use it: plain help, no completion commands, errors left to `run`."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **options,
    )


def _failed(failure: Failure) -> int:
    try:
        complain_of(failure)
    except (KeyError, TypeError, ValueError) as error:  # its words do not fit its parameters
        return _bug(error)
    return 1


def _speak_utf8() -> None:
    # A robot reads UTF-8 whatever the locale; a file name that is none is shown, not a crash.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _flush() -> None:
    sys.stdout.flush()


def _reader_gone() -> int:
    # Whoever read our output has left (`| head`): say nothing more, or Python complains once again at its end.
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        pass
    return 141


def _bug(error: Exception) -> int:
    logs = [
        handler.baseFilename
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.FileHandler)
    ]
    if logs:
        _log.exception("a command ended by a bug", exc_info=error)
    else:
        import traceback

        traceback.print_exception(error)
    complain(t("cli.bug", error=type(error).__name__, log=logs[0] if logs else "-"))
    return 1
