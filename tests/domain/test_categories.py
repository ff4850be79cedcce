"""What a leaf asks, and what of ours answers it: by its name, by a person's word, within what is allowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.categories import Kind, LeafAttribute, Trouble, answer, bare, fits, kind_of, source_of

COLOUR = LeafAttribute("color", "Couleur", Kind.CHOICE, required=True, allowed=("Black", "Space Gray", "Red"))
STORAGE = LeafAttribute("storage", "Storage", Kind.CHOICE, required=True, allowed=("64 GB", "128 GB", "1 TB"))
SCREEN = LeafAttribute("screen_size", "Screen size", Kind.DECIMAL, required=False)
YEAR = LeafAttribute("year", "Year", Kind.INTEGER, required=True)
MEMORY = LeafAttribute("memory", "Memory", Kind.TEXT, required=False)
FACTS = {"brand": "Apple", "colour": "space-gray", "storage": "128gb", "ram": "6 GB", "screen size": "6,1"}


@pytest.mark.parametrize(
    ("attribute", "source", "theirs", "trouble"),
    [
        (COLOUR, "colour", "Space Gray", None),
        (STORAGE, "storage", "128 GB", None),
        (SCREEN, "screen size", "6.1", None),
        (MEMORY, "ram", "6 GB", None),
        (YEAR, "", "", Trouble.MISSING),
    ],
)
def test_what_is_called_alike_answers_by_itself(
    attribute: LeafAttribute, source: str, theirs: str, trouble: Trouble | None
) -> None:
    said = answer(attribute, FACTS)
    assert (said.source, said.theirs, said.trouble) == (source, theirs, trouble)


def test_a_person_may_choose_name_value_and_a_fixed_answer() -> None:
    assert answer(COLOUR, {"colour": "Graphite"}).trouble is Trouble.NOT_ALLOWED
    assert answer(COLOUR, {"colour": "Graphite"}, renamed={"graphite": "Black"}).theirs == "Black"
    assert answer(COLOUR, {"finish": "red"}, "finish").theirs == "Red"
    assert answer(COLOUR, {}, "=Black").theirs == "Black"
    assert (
        answer(COLOUR, {"colour": "Graphite"}, renamed={"graphite": "Mauve"}).trouble is Trouble.NOT_ALLOWED
    )
    assert answer(COLOUR, {"colour": "Red"}, "finish").trouble is Trouble.MISSING, "the chosen one is empty"


def test_what_is_not_asked_for_may_be_empty_and_not_wrong() -> None:
    assert answer(SCREEN, {}).trouble is None
    assert answer(SCREEN, {"screen size": "big"}).trouble is Trouble.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("attribute", "value", "trouble"),
    [
        (YEAR, "2021", None),
        (YEAR, "2021.5", Trouble.NOT_A_NUMBER),
        (YEAR, "1e3", Trouble.NOT_A_NUMBER),
        (YEAR, "-", Trouble.NOT_A_NUMBER),
        (SCREEN, "6.1", None),
        (SCREEN, '6.1"', Trouble.NOT_A_NUMBER),
        (MEMORY, "x" * 200, None),
        (MEMORY, "x" * 201, Trouble.TOO_LONG),
        (LeafAttribute("x", "X", Kind.CHOICE, required=True), "anything", None),
    ],
)
def test_an_answer_fits_its_kind(attribute: LeafAttribute, value: str, trouble: Trouble | None) -> None:
    assert fits(attribute, value) is trouble


def test_a_kind_of_tomorrow_is_a_text() -> None:
    assert [kind_of(number) for number in (0, 3, 4, -1)] == [Kind.DECIMAL, Kind.CHOICE, Kind.TEXT, Kind.TEXT]


WORDS = st.text(max_size=12)


@given(
    allowed=st.lists(WORDS, max_size=5),
    facts=st.dictionaries(WORDS, WORDS, max_size=5),
    kind=st.sampled_from(Kind),
    required=st.booleans(),
    name=WORDS,
)
def test_whatever_is_sent_without_trouble_is_allowed(
    allowed: list[str], facts: dict[str, str], kind: Kind, required: bool, name: str
) -> None:
    asked = LeafAttribute(name, name, kind, required, tuple(allowed))
    said = answer(asked, facts)
    assert said.source in {"", *facts}
    assert said.source == source_of(asked, facts)
    if said.trouble is None and said.theirs:
        assert fits(asked, said.theirs) is None
        assert kind is not Kind.CHOICE or not allowed or said.theirs in allowed
    if said.trouble is None and not said.theirs:
        assert not (required and not said.ours)
    assert bare(bare(name)) == bare(name)
