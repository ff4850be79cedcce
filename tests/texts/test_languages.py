"""Every language says all that English says, in its own words, and each person gets the language that was meant."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from bmdesk.services.desk import Desk
from bmdesk.system.machine import LANGUAGE, MachineSettings
from bmdesk.system.paths import resources_dir
from bmdesk.texts import choice, language, languages, t, use_language
from bmdesk.texts.catalogue import codes
from tests.texts.test_catalogue import catalogue_file, fields, listed

OTHERS = [code for code in languages() if code != choice.SOURCE]

SAME = Path(__file__).with_name("same_words.txt")
"""Texts that rightly read the same in another language: each was looked at."""


def test_each_checklist_has_its_titles_in_every_language() -> None:
    lacking = [
        f"{path.name}: {title}"
        for path in sorted((resources_dir() / "checklists").glob("*.json"))
        for title in _titles(json.loads(path.read_text("utf-8")))
        if set(title) != set(languages()) or not all(words.strip() for words in title.values())
    ]

    assert not lacking, listed(lacking)


def test_the_grades_that_come_with_bmdesk_are_named_in_the_language_in_use(desk: Desk) -> None:
    use_language("de")

    named = {own.code: own.title for own in desk.read(desk.policies).grade_map.grades}

    assert named["NOT_FOR_SALE"] == t("grade.not_for_sale") != "Not for sale"


def _titles(document: Any) -> Iterator[dict[str, str]]:
    if isinstance(document, dict):
        if isinstance(document.get("title"), dict):
            yield document["title"]
        document = list(document.values())
    if isinstance(document, list):
        for one in document:
            yield from _titles(one)


def test_there_is_more_than_english() -> None:
    assert "de" in OTHERS


@pytest.mark.parametrize("other", OTHERS)
def test_a_language_says_all_that_english_says_and_nothing_else(other: str) -> None:
    english, theirs = codes(), codes(other)

    assert [code for code in english if code not in theirs] == []
    assert [code for code in theirs if code not in english] == []


@pytest.mark.parametrize("other", OTHERS)
def test_nothing_in_a_language_is_empty_or_left_for_later(other: str) -> None:
    with catalogue_file(other).open("rb") as file:
        entries = list(read_po(file, abort_invalid=True))

    assert [code for code, forms in codes(other).items() if not all(words.strip() for words in forms)] == []
    assert [entry.id for entry in entries if entry.id and entry.fuzzy] == []


@pytest.mark.parametrize("other", OTHERS)
def test_a_language_uses_the_fields_of_the_english_text(other: str) -> None:
    theirs = codes(other)

    odd = [
        f"{code}: {sorted(fields(*english))} / {sorted(fields(*theirs[code]))}"
        for code, english in in_both(other)
        if fields(*english) != fields(*theirs[code])
    ]
    odd += [
        f"{code}: {form!r} is an odd form"  # a form may leave out the number that chose it, nothing else
        for code, forms in theirs.items()
        for form in forms
        if len(fields(*forms) - fields(form)) > 1
    ]

    assert not odd, listed(odd)


@pytest.mark.parametrize("other", OTHERS)
def test_what_reads_like_english_was_looked_at(other: str) -> None:
    """An entry whose words were only copied is a text that nobody translated."""
    agreed = set(SAME.read_text("utf-8").split())
    theirs = codes(other)

    same = [code for code, english in in_both(other) if theirs[code] == english and _has_words(english)]

    assert [f"{code}: {theirs[code][0]}" for code in same if f"{other}:{code}" not in agreed] == []
    assert [
        line for line in agreed if line.startswith(f"{other}:") and line.partition(":")[2] not in same
    ] == []


@pytest.mark.parametrize("other", OTHERS)
def test_texts_that_begin_or_end_with_room_do_so_everywhere(other: str) -> None:
    theirs = codes(other)

    assert [
        code
        for code, english in in_both(other)
        if (english[0][:1] == " ", english[0][-1:] == " ")
        != (theirs[code][0][:1] == " ", theirs[code][0][-1:] == " ")
    ] == []


@pytest.mark.parametrize("spoken", languages())
def test_one_thing_is_not_spoken_of_as_many(spoken: str) -> None:
    use_language(spoken)

    one, many = t("orders_page.count", count=1), t("orders_page.count", count=2500)

    assert one.split()[0] == "1"
    assert one.split()[1] != many.split()[1]
    assert t("orders_page.count", count=0).split()[1] == many.split()[1]


def test_the_only_whole_number_chooses_where_no_count_is_named() -> None:
    assert t("warranties_page.months", months=1) == "1 month"
    assert t("warranties_page.months", months=24) == "24 months"


@pytest.mark.parametrize(
    ("given", "variable", "kept", "system", "expected"),
    [
        ("de", "en", "en", {"LANG": "en_US.UTF-8"}, "de"),
        ("", "de", "en", {"LANG": "en_US.UTF-8"}, "de"),
        ("", "", "de", {"LANG": "en_US.UTF-8"}, "de"),
        ("", "", "system", {"LANG": "de_AT.UTF-8"}, "de"),
        ("", "", "en", {"LANG": "de_AT.UTF-8"}, "en"),
        ("", "", "system", {"LC_ALL": "C", "LANG": "de_DE"}, "en"),
        ("", "", "system", {"LANG": "it_IT", "LANGUAGE": "it:de:en"}, "de"),
        ("", "", "system", {"LANG": "fr_FR.UTF-8"}, "en"),
        ("klingon", "", "system", {}, "en"),
    ],
)
def test_the_nearest_word_about_the_language_counts(
    given: str, variable: str, kept: str, system: dict[str, str], expected: str
) -> None:
    assert choice.meant(given, kept=lambda: kept, environ={**system, choice.VARIABLE: variable}) == expected


def test_the_language_that_was_set_holds_from_the_next_start(tmp_path: Path) -> None:
    MachineSettings(tmp_path / "settings.json").set(LANGUAGE, "de")

    assert "Einstellungen" in _help(tmp_path)
    assert language() == "en"


def _help(data: Path) -> str:
    call = [sys.executable, "-m", "bmdesk", "--data", str(data), "config", "--help"]
    done = subprocess.run(
        call,
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, choice.VARIABLE: "", "LC_ALL": "C.UTF-8"},
    )
    return done.stdout


def in_both(other: str) -> list[tuple[str, tuple[str, ...]]]:
    """What both say; that this language says all is a test of its own."""
    theirs = codes(other)
    return [(code, forms) for code, forms in codes().items() if code in theirs]


def _has_words(forms: tuple[str, ...]) -> bool:
    """Whether there is anything to translate: letters outside the fields."""
    return any(re.search(r"[^\W\d_]{2}", re.sub(r"\{[^}]*\}", "", form)) for form in forms)
