"""The words that Typer brings along, in the language of the call: headings of help, and what was typed wrong.

Typer writes most of them into its code in English. Here they are found by their English form, and what another version
says in other words stays English: understood, if not at home.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import typer

from bmdesk.texts import Text, msg, render, t
from bmdesk.texts.choice import SOURCE, language

# The class that Typer's contexts come from; its formatter is a setting of it.
_CONTEXT: Any = typer.Context.__mro__[1]
_ENGLISH: Any = _CONTEXT.formatter_class

_Said = Callable[[re.Match[str]], Text]


class Formatter(_ENGLISH):  # type: ignore[misc]
    """Typer's own, with our words where it has its own."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        if prefix is None and language() != SOURCE:
            prefix = f"{t('cli.typer.usage')} "
        super().write_usage(prog, args, prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(_one_of(_HEADINGS, heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().write_dl([(first, _help(second)) for first, second in rows], *args, **options)


def in_our_words(said: str) -> str:
    """What Typer says of a wrong call, in the language of the call."""
    return _one_of(_ERRORS, said)


def speak() -> None:
    """From now on help is written in our words."""
    _CONTEXT.formatter_class = Formatter


def _one_of(table: Sequence[tuple[re.Pattern[str], _Said]], said: str) -> str:
    if language() == SOURCE:
        return said
    for pattern, text in table:
        found = pattern.fullmatch(said)
        if found:
            return render(text(found))
    return said


def _help(said: str) -> str:
    if language() == SOURCE:
        return said
    said = _one_of(_HELP, said)
    words, bracket, extras = said.rpartition("  [")
    if not bracket or not extras.endswith("]"):
        return said
    return f"{words}{bracket}{'; '.join(_one_of(_EXTRAS, one) for one in extras[:-1].split('; '))}]"


def _when_typer_says(pattern: str, text: _Said) -> tuple[re.Pattern[str], _Said]:
    return re.compile(pattern, re.DOTALL), text


_HEADINGS = (
    _when_typer_says("Options", lambda _: msg("cli.typer.options")),
    _when_typer_says("Arguments", lambda _: msg("cli.typer.arguments")),
    _when_typer_says("Commands", lambda _: msg("cli.typer.commands")),
)
_HELP = (_when_typer_says(r"Show this message and exit\.", lambda _: msg("cli.typer.help")),)
_EXTRAS = (
    _when_typer_says("required", lambda _: msg("cli.typer.required")),
    _when_typer_says(r"default: (.*)", lambda found: msg("cli.typer.default", value=found[1])),
    _when_typer_says(r"env var: (.*)", lambda found: msg("cli.typer.env_var", name=found[1])),
)
_REASONS = (
    _when_typer_says(
        r"(?:Value )?'(.*)' is not one of (.*)\.",
        lambda found: msg("cli.typer.not_one_of", value=found[1], known=found[2]),
    ),
    _when_typer_says(
        r"(?:Value )?'(.*)' is not a valid int(?:eger)?\.",
        lambda found: msg("cli.typer.no_whole_number", value=found[1]),
    ),
    _when_typer_says(
        r"(?:Value )?'(.*)' is not a valid float\.", lambda found: msg("cli.typer.no_number", value=found[1])
    ),
    _when_typer_says(
        r"(.*) is not in the range (.*)\.",
        lambda found: msg("cli.typer.out_of_range", value=found[1], range=found[2]),
    ),
    _when_typer_says(r"\w+ '(.*)' does not exist\.", lambda found: msg("cli.typer.no_file", name=found[1])),
)
_ERRORS = (
    _when_typer_says(
        r"No such option: (\S+?)\.? Did you mean (.*)\?",
        lambda found: msg("cli.typer.no_option_but", name=found[1], others=found[2]),
    ),
    _when_typer_says(
        r"No such option: (\S+) \(Possible options: (.*)\)",
        lambda found: msg("cli.typer.no_option_but", name=found[1], others=found[2]),
    ),
    _when_typer_says(r"No such option: (\S+)", lambda found: msg("cli.typer.no_option", name=found[1])),
    _when_typer_says(
        r"No such command '(.*)'\.? Did you mean (.*)\?",
        lambda found: msg("cli.typer.no_command_but", name=found[1], others=found[2]),
    ),
    _when_typer_says(r"No such command '(.*)'\.", lambda found: msg("cli.typer.no_command", name=found[1])),
    _when_typer_says(r"Missing command\.", lambda _: msg("cli.typer.missing_command")),
    _when_typer_says(
        r"Missing argument '?(.*?)'?\.", lambda found: msg("cli.typer.missing_argument", name=found[1])
    ),
    _when_typer_says(
        r"Missing option '?(.*?)'?\.", lambda found: msg("cli.typer.missing_option", name=found[1])
    ),
    _when_typer_says(
        r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)",
        lambda found: msg("cli.typer.too_much", words=found[1]),
    ),
    _when_typer_says(
        r"Option '(.*)' requires (?:an argument|\d+ arguments)\.",
        lambda found: msg("cli.typer.needs_value", name=found[1]),
    ),
    _when_typer_says(
        r"Option '(.*)' does not take a value\.",
        lambda found: msg("cli.typer.takes_no_value", name=found[1]),
    ),
    _when_typer_says(r"Invalid value for (.*?): (.*)", lambda found: _invalid(found[1], found[2])),
    _when_typer_says(
        r"Invalid value: (.*)", lambda found: msg("cli.typer.invalid", why=_one_of(_REASONS, found[1]))
    ),
)


def _invalid(what: str, why: str) -> Text:
    return msg("cli.typer.invalid_for", what=what, why=_one_of(_REASONS, why))
