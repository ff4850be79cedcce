"""A text before it has a language. Pure: no catalogue, no disk; the domain may hold and compare these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A catalogue code and its parameters, in name order so that equal texts compare equal."""

    code: str
    params: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        # Deliberately not the rendered sentence: a log line or a test that prints a Text shows the code.
        inside = ", ".join(f"{name}={value}" for name, value in self.params)
        return f"{self.code}({inside})" if inside else self.code


def msg(code: str, /, **params: object) -> Text:
    """The text with this code. Parameters: str, int, Decimal, date, aware datetime, Text, or a tuple of Text."""
    return Text(code, tuple(sorted(params.items())))
