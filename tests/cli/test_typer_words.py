"""What Typer itself says is said in the language of the call; what a program reads stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bmdesk.cli.output import as_json, table
from bmdesk.cli.typer_words import in_our_words
from bmdesk.domain.money import Money
from bmdesk.texts import msg, render, use_language
from tests.cli.conftest import Bmdesk


@pytest.fixture
def german() -> Iterator[None]:
    use_language("de")
    yield
    use_language("en")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("No such option: --far", "Diese Option gibt es nicht: --far"),
        (
            "No such option: --jsn (Possible options: --json)",
            "Diese Option gibt es nicht: --jsn. Gemeint ist vielleicht --json.",
        ),
        ("No such command 'unts'.", "Diesen Befehl gibt es nicht: unts"),
        ("Missing argument 'ID'.", "ID fehlt."),
        ("Got unexpected extra argument(s) (a b)", "Diese Angaben sind zu viel: a b"),
        (
            "Invalid value for '--limit': 'x' is not a valid int.",
            "Der Wert für '--limit' passt nicht: „x“ ist keine ganze Zahl.",
        ),
        ("Something that no version said so far.", "Something that no version said so far."),
    ],
)
def test_a_wrong_call_is_explained_in_german(german: None, said: str, shown: str) -> None:
    assert in_our_words(said) == shown


def test_english_is_left_as_typer_writes_it() -> None:
    assert in_our_words("Missing argument 'ID'.") == "Missing argument 'ID'."


def test_a_table_shows_days_and_money_as_people_write_them_and_json_as_programs_do(
    german: None, capsys: pytest.CaptureFixture[str]
) -> None:
    at = datetime(2026, 3, 1, 11, 5, tzinfo=UTC)
    table(("a", "b", "c"), [(at.astimezone(), at.date(), Money.parse("1234.50", "EUR"))])
    local = at.astimezone()
    assert f"{local:%d.%m.%Y %H:%M}  01.03.2026  1.234,50 EUR" in capsys.readouterr().out
    as_json({"at": at, "price": Decimal("1234.50")})
    assert json.loads(capsys.readouterr().out) == {"at": "2026-03-01T11:05:00+00:00", "price": "1234.50"}


def test_days_and_sums_that_a_history_keeps_as_words_are_shown_as_people_write_them(german: None) -> None:
    assert "28,50 EUR" in render(msg("history.part", part="CAMERA", cost="28.50 EUR"))
    assert "1.148,00 EUR" in render(msg("history.cost", before="-", after="1148.00 EUR"))
    assert "01.03.2026" in render(msg("blocker.tests_old.title", on="2026-03-01"))


def test_help_and_refusals_of_a_german_call_are_german(bmdesk: Bmdesk) -> None:
    shown = bmdesk("--lang", "de", "units", "list", "--help").out
    assert (
        shown.startswith("Aufruf: bmdesk units list")
        and "Optionen:" in shown
        and "Diese Hilfe zeigen." in shown
    )
    assert not {"Usage", "Options", "default:", "Show this"} & set(shown.replace("[", " ").split())
    refused = bmdesk("--lang", "de", "units", "nonsense")
    assert refused.code == 2
    assert refused.err.splitlines()[-1] == "Diesen Befehl gibt es nicht: nonsense"
