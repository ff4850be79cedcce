"""What a label looks like, as a document: boxes in millimetres, and what stands in each.

Knows the kinds of label, the words each kind has, and what a template may say. Refuses to know paper, printers and
barcodes: drawing is reports.labels, a label printer's language reports.label_zpl.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from bmdesk.texts import Failure, Text, msg

SCAN = "scan"
"""The field that a scanner reads: every kind of label has it."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "unit": (SCAN, "title", "grade", "battery", "sku", "batch", "company", "origin", "unit_id"),
    "bin": (SCAN, "warehouse", "bin", "company"),
    "order": (SCAN, "market", "pieces", "ship_by", "carrier", "company"),
    "badge": (SCAN, "name", "code", "role", "company"),
    "card": (SCAN, "title", "group", "company"),
}
"""Which words each kind of label can carry."""

SYMBOLS = ("code128", "datamatrix", "qr")
DRAWN = ("text", *SYMBOLS)
ALIGNS = ("left", "centre", "right")
WEIGHTS = ("normal", "medium", "bold")
ELIDES = ("end", "middle")
MOST_LAYOUTS, MOST_ELEMENTS = 5, 30


class SizeUnreadable(Failure):
    """A label size that is not WxH in millimetres, or one that no label has. Parameter: `size`."""

    code = "label.size_unreadable"


class BadTemplate(Failure):
    """A template that cannot be drawn. Params: `where` (its place in the document), `reason` (a Text)."""

    code = "label.bad_template"


@dataclass(frozen=True, slots=True)
class LabelSize:
    """Width and height in millimetres."""

    width: float = 62.0
    height: float = 29.0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `62x29` (also `62 X 29`, `57,5x32`). 20 to 200 wide, 12 to 300 high. Raises SizeUnreadable."""
        found = re.fullmatch(
            r"\s*([0-9]{1,3}(?:[.,][0-9])?)\s*[xX\u00d7*]\s*([0-9]{1,3}(?:[.,][0-9])?)\s*(?:mm)?\s*", text
        )
        if found is None:
            raise SizeUnreadable(size=text[:40])
        width, height = (float(part.replace(",", ".")) for part in found.groups())
        if not (20 <= width <= 200 and 12 <= height <= 300):
            raise SizeUnreadable(size=text[:40])
        return cls(width, height)

    def __str__(self) -> str:
        return f"{self.width:g}x{self.height:g}"


@dataclass(frozen=True, slots=True)
class Label:
    """The words of one label, by the fields of its kind. An empty one is left out."""

    kind: str
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def scanned(self) -> str:
        """What a scanner reads from this label."""
        return self.words.get(SCAN, "")


@dataclass(frozen=True, slots=True)
class Element:
    """One box of a template: x, y, width, height in mm from the upper left corner; a symbol's white is inside."""

    draw: str
    field: str
    at: tuple[float, float, float, float]
    align: str = "left"
    weight: str = "normal"
    lines: int = 1
    elide: str = "end"


@dataclass(frozen=True, slots=True)
class Template:
    """Layouts of one kind of label at its own size; of another size, everything is stretched with it.

    The first layout is taken in which every symbol is wide enough to be read.
    """

    kind: str
    size: LabelSize
    layouts: tuple[tuple[Element, ...], ...]

    @classmethod
    def parse(cls, document: Any) -> Template:
        """Read a template's document. Raises BadTemplate with the place and what is wrong there."""
        found = _only(document, "", {"kind", "size", "layouts"})
        kind = _one_of(found.get("kind"), "kind", tuple(KINDS))
        try:
            size = LabelSize.parse(str(found.get("size")))
        except SizeUnreadable as bad:
            raise BadTemplate(where="size", reason=bad.happened) from None
        layouts = _list(found.get("layouts"), "layouts", MOST_LAYOUTS)
        return cls(
            kind,
            size,
            tuple(_layout(one, f"layouts[{number}]", kind, size) for number, one in enumerate(layouts)),
        )


def _layout(given: object, where: str, kind: str, size: LabelSize) -> tuple[Element, ...]:
    elements = tuple(
        _element(one, f"{where}[{number}]", kind, size)
        for number, one in enumerate(_list(given, where, MOST_ELEMENTS))
    )
    # A label without a barcode is a label that nobody can scan.
    if not any(one.draw in SYMBOLS and one.field == SCAN for one in elements):
        raise _bad(where, msg("label.template_no_symbol"))
    return elements


def _element(given: object, where: str, kind: str, size: LabelSize) -> Element:
    found = _only(given, where, {"draw", "field", "at", "align", "weight", "lines", "elide"})
    lines = found.get("lines", 1)
    if type(lines) is not int or lines not in (1, 2):
        raise _bad(f"{where}.lines", msg("label.template_one_of", allowed="1, 2"))
    return Element(
        _one_of(found.get("draw"), f"{where}.draw", DRAWN),
        _one_of(found.get("field"), f"{where}.field", KINDS[kind]),
        _box(found.get("at"), f"{where}.at", size),
        _one_of(found.get("align", "left"), f"{where}.align", ALIGNS),
        _one_of(found.get("weight", "normal"), f"{where}.weight", WEIGHTS),
        lines,
        _one_of(found.get("elide", "end"), f"{where}.elide", ELIDES),
    )


def _box(given: object, where: str, size: LabelSize) -> tuple[float, float, float, float]:
    numbers = given if isinstance(given, list) else []
    if len(numbers) != 4 or not all(type(one) in (int, float) for one in numbers):
        raise _bad(where, msg("label.template_four_numbers"))
    x, y, width, height = (
        float(min(max(one, -1000), 1000)) for one in numbers
    )  # none that a float cannot hold
    inside = x >= 0 and y >= 0 and width > 0 and height > 0
    if not (inside and x + width <= size.width + 0.001 and y + height <= size.height + 0.001):
        raise _bad(where, msg("label.template_outside", size=str(size)))
    return x, y, width, height


def _only(given: object, where: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _bad(where, msg("label.template_object"))
    if strangers := sorted(str(name)[:40] for name in set(given) - known):
        raise _bad(where, msg("label.template_unknown", name=strangers[0], known=", ".join(sorted(known))))
    return given


def _list(given: object, where: str, most: int) -> list[Any]:
    if not isinstance(given, list) or not 1 <= len(given) <= most:
        raise _bad(where, msg("label.template_list", most=most))
    return given


def _one_of(given: object, where: str, allowed: tuple[str, ...]) -> str:
    if not isinstance(given, str) or given not in allowed:
        raise _bad(where, msg("label.template_one_of", allowed=", ".join(allowed)))
    return given


def _bad(where: str, reason: Text) -> BadTemplate:
    return BadTemplate(where=where or "-", reason=reason)
