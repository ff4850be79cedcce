"""A comment as a seller writes it once for many devices: words, facts in braces, and parts that stand only where their
facts hold.

`{battery}` is a fact. `[Battery at least {battery} %. ]` stands only where every fact inside holds; `{?new_battery}`
says nothing and only asks. `{{`, `}}`, `[[`, `]]` are the signs themselves. A fact is what holds for every unit that
could ship; whoever knows the units brings them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

FACTS = (
    "brand",
    "model",
    "storage",
    "colour",
    "ram",
    "grade",
    "warranty",
    "battery",
    "battery_floor",
    "cycles",
    "accessories",
    "new_battery",
)
"""What a template may name. `battery`: the lowest reading of the units in hand, percent; `battery_floor`: what the gate
asks of every unit of this grade; `cycles`: the most; `accessories`: those that every unit has; `warranty`: months."""

_SIGN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{\??[^{}\[\]]*\}|[{}\[\]]")


class BadTemplate(ValueError):
    """A template that cannot be read. `given`: what it stumbled over; `unknown`: a fact that nobody knows."""

    def __init__(self, given: str, *, unknown: bool = False) -> None:
        super().__init__(given)
        self.given, self.unknown = given, unknown


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words (`fact` empty), a fact, or the question for one (`asks`). `part` numbers the optional part; 0 is none."""

    words: str
    fact: str
    asks: bool
    part: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """What buyers read. `lacking`: facts that must be there and do not hold, so that nothing can be said; `left_out`:
    those whose parts do not stand.
    """

    text: str
    lacking: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A comment that was read. `parse` it."""

    pieces: tuple[_Piece, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Raises BadTemplate for an unknown fact, or a bracket or brace without its other half."""
        return cls(tuple(_pieces(text)))

    @property
    def length(self) -> int:
        """Characters of its own words, without those of the facts."""
        return sum(len(piece.words) for piece in self.pieces)

    @property
    def facts(self) -> frozenset[str]:
        """The facts that it names."""
        return frozenset(piece.fact for piece in self.pieces if piece.fact)

    def render(self, known: Mapping[str, str]) -> Rendered:
        """The comment with these facts; one that is not among them does not hold."""
        out = {piece.part for piece in self.pieces if piece.fact and piece.part and piece.fact not in known}
        lacking = {piece.fact for piece in self.pieces if piece.fact and not piece.part} - known.keys()
        left = {piece.fact for piece in self.pieces if piece.fact and piece.part} - known.keys()
        said = "".join(
            piece.words or (known.get(piece.fact, "") if piece.fact and not piece.asks else "")
            for piece in self.pieces
            if not piece.part or piece.part not in out
        )
        tidy = re.sub(r"[ \t]{2,}", " ", said).strip()
        return Rendered(tidy, tuple(sorted(lacking)), tuple(sorted(left)))


def literal(text: str) -> str:
    """The same words as a template without facts."""
    return re.sub(r"[{}\[\]]", lambda found: found[0] * 2, text)


def words_alone(text: str) -> int:
    """Characters of a template without its facts; of one that cannot be read yet, all that was typed."""
    try:
        return Template.parse(text).length
    except BadTemplate:
        return len(text)


def _pieces(text: str) -> Iterator[_Piece]:
    at, part, parts = 0, 0, 0
    for found in _SIGN.finditer(text):
        if found.start() > at:
            yield _Piece(text[at : found.start()], "", False, part)
        at, sign = found.end(), found[0]
        if sign in ("{{", "}}", "[[", "]]"):
            yield _Piece(sign[0], "", False, part)
        elif sign == "[" and not part:
            parts += 1
            part = parts
        elif sign == "]" and part:
            part = 0
        elif len(sign) > 1:
            asks = sign.startswith("{?")
            name = sign.strip("{?}").strip()
            if name not in FACTS:
                raise BadTemplate(name[:40] or sign, unknown=True)
            yield _Piece("", name, asks, part)
        else:
            raise BadTemplate(sign)
    if part:
        raise BadTemplate("[")
    if at < len(text):
        yield _Piece(text[at:], "", False, 0)
