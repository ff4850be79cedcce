"""A code and its parameters become words, and a mistake in either is found at once."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bmdesk.texts import Failure, Text, UnknownText, language, languages, msg, render, t, use_language
from bmdesk.texts import catalogue as catalogue_module


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Templates of this test alone, by code."""
    own: dict[str, str] = {}
    monkeypatch.setattr(catalogue_module, "_template", lambda text: own[text.code])
    return own


def test_a_code_without_words_is_a_bug_and_not_an_empty_label() -> None:
    with pytest.raises(UnknownText):
        t("nobody.ever.wrote_this")


def test_a_missing_parameter_is_a_bug_and_not_a_hole_in_the_sentence(words: dict[str, str]) -> None:
    words["story"] = "{count} units"

    with pytest.raises(UnknownText, match="count"):
        t("story")


def test_texts_inside_texts_are_said_in_words(words: dict[str, str]) -> None:
    words |= {"outer": "Held: {reasons}.", "low": "battery {percent} %", "lock": "{kind} lock is on"}

    assert (
        t("outer", reasons=(msg("low", percent=76), msg("lock", kind="SIM")))
        == "Held: battery 76 %, SIM lock is on."
    )


def test_numbers_and_dates_are_shown_as_people_write_them(words: dict[str, str]) -> None:
    words["all"] = "{price} {day} {moment}"
    moment = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    shown = t("all", price=Decimal("1E+3"), day=date(2026, 3, 1), moment=moment)

    assert shown == f"1,000 2026-03-01 {moment.astimezone():%Y-%m-%d %H:%M}"


def test_numbers_that_name_a_thing_are_not_taken_apart(words: dict[str, str]) -> None:
    words["named"] = "Order {order} of {orders}: {count}"

    assert (
        t("named", order=40000001, orders=(40000001, 2), count=1234) == "Order 40000001 of 40000001, 2: 1,234"
    )


def test_braces_in_what_people_typed_stay_what_they_are(words: dict[str, str]) -> None:
    words["note"] = "Note: {note}"

    assert t("note", note="{0} {note} {x.__class__}") == "Note: {0} {note} {x.__class__}"


def test_a_language_without_a_catalogue_falls_back_to_english() -> None:
    use_language("xx")

    assert language() == "en"
    assert t("app.name") == "bmdesk"


def test_equal_texts_are_equal_whatever_the_order_of_their_parameters() -> None:
    assert msg("a.b", x=1, y=2) == msg("a.b", y=2, x=1)
    assert str(msg("a.b", x=1)) == "a.b(x=1)"
    assert hash(msg("a.b", x=1)) == hash(Text("a.b", (("x", 1),)))


def test_a_failure_carries_three_texts_with_its_parameters() -> None:
    class Burnt(Failure):
        code = "kitchen.burnt"

    burnt = Burnt(what="toast")

    assert burnt.title == msg("kitchen.burnt.title", what="toast")
    assert burnt.happened == msg("kitchen.burnt.happened", what="toast")
    assert burnt.todo == msg("kitchen.burnt.todo", what="toast")
    assert str(burnt) == "kitchen.burnt(what=toast)"


class _Anything:
    """Stands for any parameter, whatever the template does with it."""

    def __format__(self, spec: str) -> str:
        return "x"


def test_every_catalogue_entry_can_be_said() -> None:
    for spoken in languages():
        use_language(spoken)
        for code, forms in catalogue_module.codes(spoken).items():
            names = {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}
            assert render(msg(code, **dict.fromkeys(names, _Anything())))
