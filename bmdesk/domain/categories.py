"""What a leaf of the marketplace's categories asks of a product, and whether what we know of one answers it.

Pure rules over texts: which leaf a product belongs to, and what a person said of attributes and values, is brought.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import IntEnum, StrEnum
from functools import lru_cache

LONGEST = 200
"""Characters of an answer, by the contract."""

ALWAYS = "="
"""A source that begins so is no name of ours: what follows is the answer for every product of the leaf."""


class Kind(IntEnum):
    """What an attribute wants, by the contract's number."""

    DECIMAL = 0
    INTEGER = 1
    TEXT = 2
    CHOICE = 3


class Trouble(StrEnum):
    """Why an attribute is not answered well."""

    MISSING = "missing"
    NOT_ALLOWED = "not_allowed"
    NOT_A_NUMBER = "not_a_number"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class LeafAttribute:
    """One question of a leaf. `field` is what an upload calls it; `allowed`: the only answers to a choice."""

    field: str
    name: str
    kind: Kind
    required: bool
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a product says to a question. `source`: where that comes from, empty where nothing of ours fits.

    `ours` is our value, `theirs` the one to send; both may be empty. `trouble`: why it cannot be sent.
    """

    attribute: LeafAttribute
    source: str
    ours: str
    theirs: str
    trouble: Trouble | None = None


# What the marketplace's fields are called here, where the name itself does not tell.
_SAME = {"color": "colour", "memory": "ram", "capacity": "storage", "storagecapacity": "storage"}


def kind_of(number: int) -> Kind:
    """A number that the contract does not know is taken for a text: nothing can be held against it."""
    return Kind(number) if number in list(Kind) else Kind.TEXT


@lru_cache(maxsize=20_000)  # the same few names and values, again for every product
def bare(text: str) -> str:
    """How names and values are compared: letters and digits alone, case-folded. `128 GB` is `128gb`."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def source_of(attribute: LeafAttribute, names: Mapping[str, str]) -> str:
    """Which of our `names` answers it by itself: one called like its field or its name; empty for none."""
    return _source(attribute.field, attribute.name, tuple(names))


@lru_cache(maxsize=20_000)  # thousands of products have the same few names
def _source(field: str, name: str, names: tuple[str, ...]) -> str:
    known = {bare(one): one for one in names}
    for given in (field, name):
        key = bare(given)
        if found := known.get(key) or known.get(_SAME.get(key, "")):
            return found
    return ""


def answer(
    attribute: LeafAttribute,
    facts: Mapping[str, str],
    source: str = "",
    renamed: Mapping[str, str] | None = None,
) -> Answer:
    """What a product with these `facts` (our names, our values) says to this question.

    `source`: what a person chose for it (a name of ours, or `=` and a fixed answer); `renamed`: what a person said our
    values are called there, by their `bare` text.
    """
    chosen = source or source_of(attribute, facts)
    ours = chosen[len(ALWAYS) :].strip() if chosen.startswith(ALWAYS) else facts.get(chosen, "").strip()
    if not ours:
        return Answer(attribute, chosen, "", "", Trouble.MISSING if attribute.required else None)
    said = (renamed or {}).get(bare(ours), ours)
    theirs, trouble = _as_kind(attribute, said)
    return Answer(attribute, chosen, ours, theirs, trouble)


def fits(attribute: LeafAttribute, value: str) -> Trouble | None:
    """Why this answer cannot be sent; None where it can."""
    return _as_kind(attribute, value)[1]


def _as_kind(attribute: LeafAttribute, said: str) -> tuple[str, Trouble | None]:
    match attribute.kind:
        case Kind.CHOICE if attribute.allowed:
            exact = said if said in attribute.allowed else _by_bare(attribute.allowed).get(bare(said), "")
            return exact, None if exact else Trouble.NOT_ALLOWED
        case Kind.DECIMAL | Kind.INTEGER:
            return _number(attribute.kind, said)
    return ("", Trouble.TOO_LONG) if len(said) > LONGEST else (said, None)


@lru_cache(maxsize=1_000)  # a leaf may allow hundreds, and asks every product
def _by_bare(allowed: tuple[str, ...]) -> Mapping[str, str]:
    """Of values that compare equal the first."""
    return {bare(one): one for one in reversed(allowed)}


def _number(kind: Kind, said: str) -> tuple[str, Trouble | None]:
    text = said.replace(",", ".")
    if len(text) > 20 or not set(text) <= set("0123456789.-"):
        return "", Trouble.NOT_A_NUMBER
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "", Trouble.NOT_A_NUMBER
    if kind is Kind.INTEGER and number != number.to_integral_value():
        return "", Trouble.NOT_A_NUMBER
    return (str(int(number)) if kind is Kind.INTEGER else text), None
