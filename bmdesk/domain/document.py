"""Reading JSON objects that people edit: every value with its place, every mistake named by it.

An unknown key is a mistake too, because a misspelt limit would else silently be no limit. `note` is allowed in every
object and means nothing. What the documents say is domain.policy and domain.prices.reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NoReturn, TypeVar

from bmdesk.texts import Failure, Text, msg

T = TypeVar("T")

CATEGORY = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""How a category is written, bmdesk's or a seller's own."""

# What a card can carry (BMD:TEST:<code>:PASS): no colon, no space.
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_]{0,31}")


class BadPolicy(Failure):
    """A policy document that cannot be used. Params: `document`, `place`, `expected` (a Text)."""

    code = "policy.bad"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a document with its place; every reading gives the type asked for or raises BadPolicy."""

    document: str
    place: str
    value: object

    def fail(self, expected: Text) -> NoReturn:
        raise BadPolicy(document=self.document, place=self.place or "-", expected=expected)

    def text(self, shortest: int, longest: int) -> str:
        if not isinstance(self.value, str) or not shortest <= len(self.value) <= longest:
            self.fail(msg("policy.expected_text", low=shortest, high=longest))
        return self.value

    def pattern(self, pattern: re.Pattern[str], expected: Text) -> str:
        if not isinstance(self.value, str) or not pattern.fullmatch(self.value):
            self.fail(expected)
        return self.value

    def code(self, *, rest: bool = False) -> str:
        if rest and self.value == "*":
            return "*"
        return self.pattern(_CODE, msg("policy.expected_code"))

    def title(self, language: str) -> str:
        titles = self.object().members
        for words in (titles.get(language), titles.get("en")):
            if isinstance(words, str) and 0 < len(words) <= 80:
                return words
        return self.fail(msg("policy.expected_title"))

    def whole(self, low: int, high: int) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not low <= self.value <= high:
            self.fail(msg("policy.expected_whole", low=low, high=high))
        return self.value

    def number(self) -> Decimal | None:
        """A number, or the text of one: JSON's own numbers may have been floats."""
        if self.value is None:
            return None
        text = str(self.value)
        if isinstance(self.value, bool) or not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", text):
            self.fail(msg("policy.expected_number"))
        return Decimal(text)

    def point(self) -> tuple[float, float]:
        match self.value:
            case [int() | float() as x, int() | float() as y] if 0 <= x <= 1 and 0 <= y <= 1:
                return float(x), float(y)
        return self.fail(msg("policy.expected_point"))

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            self.fail(msg("policy.expected_flag"))
        return self.value

    def choice(self, allowed: tuple[str, ...] | list[str]) -> str:
        if self.value not in allowed or not isinstance(self.value, str):
            self.fail(msg("policy.expected_choice", allowed=", ".join(allowed)))
        return self.value

    def day(self) -> date | None:
        if self.value is None:
            return None
        try:
            return date.fromisoformat(self.text(10, 10))
        except ValueError:
            self.fail(msg("policy.expected_day"))

    def items(self, fewest: int = 0) -> list[Value]:
        if not isinstance(self.value, list) or not fewest <= len(self.value) <= 1000:
            self.fail(msg("policy.expected_list", low=fewest))
        return [Value(self.document, f"{self.place}[{at}]", value) for at, value in enumerate(self.value)]

    def object(self) -> Object:
        return Object(self.document, self.place, self.value)

    def objects(self, fewest: int) -> Iterator[Object]:
        return (item.object() for item in self.items(fewest))

    def mapping(
        self, read: Callable[[Value], T], *, keys: tuple[str, ...] = (), needs_rest: bool = False
    ) -> Mapping[str, T]:
        """All members by name; `keys` are the names allowed (none given: any)."""
        inside = self.object()
        if needs_rest and "*" not in inside.members:
            inside.at("*")
        if unknown := [name for name in inside.members if keys and name not in keys and name != "note"]:
            inside.unknown(unknown[0], keys)
        return {name: read(inside.at(name)) for name in inside.members if name != "note"}


class Object:
    """One JSON object that remembers which members were read, so that `close` finds the unknown ones."""

    def __init__(self, document: str, place: str, value: object) -> None:
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            raise BadPolicy(document=document, place=place or "-", expected=msg("policy.expected_object"))
        self.document = document
        self.place = place
        self.members: dict[str, object] = value
        self._asked: list[str] = []

    def at(self, name: str, default: object = ...) -> Value:
        self._asked.append(name)
        value = self.members.get(name, default)
        if value is ...:
            raise BadPolicy(
                document=self.document, place=self._inside(name), expected=msg("policy.expected_member")
            )
        return Value(self.document, self._inside(name), value)

    def close(self) -> None:
        for name in self.members:
            if name not in self._asked and name != "note":
                self.unknown(name, tuple(self._asked))

    def unknown(self, name: str, allowed: tuple[str, ...]) -> NoReturn:
        expected = msg("policy.expected_known", allowed=", ".join(dict.fromkeys(allowed)))
        raise BadPolicy(document=self.document, place=self._inside(name[:40]), expected=expected)

    def _inside(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name


def all_different(document: str, place: str, codes: list[str]) -> None:
    """Raises BadPolicy at `place` for the first of these that stands there twice."""
    for at, code in enumerate(codes):
        if code in codes[:at]:
            raise BadPolicy(document=document, place=place, expected=msg("policy.expected_once", given=code))
