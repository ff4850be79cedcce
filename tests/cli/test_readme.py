"""What the README shows and says to type is there: its pictures, its files, its commands with their options."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest

from bmdesk.cli.context import Outside
from bmdesk.cli.main import _root
from tests.processes import ROOT

README = (ROOT / "README.md").read_text("utf-8")
TO_TYPE = [line.partition("  #")[0].partition(" # ")[0].strip() for line in README.splitlines()]
COMMANDS = [
    *(line for line in TO_TYPE if line.startswith("bmdesk ")),
    *re.findall(r"`(bmdesk [^`]+)`", README),
]


def test_every_file_it_shows_or_leads_to_is_there() -> None:
    named = {*re.findall(r"\]\(([^)#]+)\)", README), *re.findall(r"`(resources/installer/[^`]+)`", README)}
    assert [name for name in named if not (ROOT / name).is_file()] == []
    pictures = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resources/pictures").glob("*.png")}
    assert pictures - named <= {"resources/pictures/bench-dark.png"}, "nobody sees these"


def test_it_names_places_of_its_own_that_exist() -> None:
    headings = {
        re.sub(r"[^\w -]", "", words.casefold()).replace(" ", "-")
        for words in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings


@pytest.fixture(scope="module")
def root() -> Any:
    return _root(Outside())


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_it_names_takes_what_is_said(root: Any, line: str) -> None:
    command, words = root, shlex.split(line)[1:]
    while words and hasattr(command, "list_commands"):
        context = command.context_class(command, info_name="bmdesk")
        _, words, _ = command.make_parser(context).parse_args(words)
        if words:
            command, words = command.get_command(context, words[0]), words[1:]
            assert command is not None, line
    if words:  # a capital stands for a number: --line L
        command.parse_args(
            command.context_class(command, info_name="bmdesk"), [re.sub("^[A-Z]$", "1", one) for one in words]
        )
