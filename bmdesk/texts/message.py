"""A text before it has a language. Pure: no catalogue, no disk; the domain may hold and compare these."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Text:
    """A catalogue code and its parameters, in name order so that equal texts compare equal."""

    code: str
    params: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        # Deliberately not the rendered sentence: a log line or a test that prints a Text shows the code.
        inside = ", ".join(f"{name}={value}" for name, value in self.params)
        return f"{self.code}({inside})" if inside else self.code


@runtime_checkable
class Amount(Protocol):
    """An amount of money, as `domain.money` has it."""

    @property
    def amount(self) -> Decimal: ...

    @property
    def currency(self) -> str: ...


def msg(code: str, /, **params: object) -> Text:
    """The text with this code. Parameters: str, int, Decimal, Amount, date, aware datetime, Text, tuples of these."""
    return Text(code, tuple(sorted(params.items())))
