"""Where everything on a label goes, in whole printer dots: a template, a size and the words made ready to be drawn.

Knows what scanners need: bars of whole dots, wide enough, white around them. Knows neither Qt nor a printer's language.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from bmdesk.domain.label_template import SCAN, SYMBOLS, Element, Label, LabelSize, Template
from bmdesk.reports.symbols import (
    QUIET_CODE128,
    QUIET_QR,
    Bars,
    Matrix,
    NotEncodable,
    code128,
    data_matrix,
    qr,
)
from bmdesk.system.paths import resources_dir
from bmdesk.texts import Failure

_THINNEST_MM, _WIDEST_MM = 0.185, 0.5  # 7.5 mil bars; thinner ones are read by some scanners only
_SMALLEST_CELL_MM, _LARGEST_CELL_MM = 0.24, 0.8
_TALLEST_BARS_MM = 15.0
_QUIET_DATA_MATRIX = 2  # the norm asks for one; printers smear


class NothingToScan(Failure):
    """What is to be scanned fits on this label as no barcode. Parameters: `identifier`, `size`."""

    code = "label.nothing_to_scan"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in dots."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PlacedText:
    """Words and the box they must stay in."""

    box: Box
    words: str
    element: Element


@dataclass(frozen=True, slots=True)
class PlacedBars:
    """Code 128; the box is what is black, `module` dots the narrowest bar."""

    box: Box
    bars: Bars
    module: int


@dataclass(frozen=True, slots=True)
class PlacedMatrix:
    """Data Matrix or QR code; the box is what is black, `module` dots a cell."""

    box: Box
    matrix: Matrix
    module: int
    kind: str


Placed = PlacedText | PlacedBars | PlacedMatrix


@dataclass(frozen=True, slots=True)
class Plan:
    """A label of so many dots, and everything on it."""

    width: int
    height: int
    dpi: int
    placed: tuple[Placed, ...]


@cache
def standard(kind: str) -> Template:
    """The template of this kind that comes with bmdesk."""
    return Template.parse(standard_document(kind))


def standard_document(kind: str) -> dict[str, Any]:
    """The same as it is written, for whoever begins an own one."""
    document: dict[str, Any] = json.loads((resources_dir() / "labels" / f"{kind}.json").read_text("utf-8"))
    return document


def plan(template: Template, label: Label, size: LabelSize, dpi: int) -> Plan:
    """The first layout whose symbols can all be read, at this size. Raises NothingToScan where there is none."""
    for layout in template.layouts:
        placed = _place(template, layout, label, size, dpi)
        if placed is not None:
            return Plan(_dots(size.width, dpi), _dots(size.height, dpi), dpi, placed)
    raise NothingToScan(identifier=label.scanned[:60], size=str(size))


def _place(
    template: Template, layout: tuple[Element, ...], label: Label, size: LabelSize, dpi: int
) -> tuple[Placed, ...] | None:
    found: list[Placed] = []
    for element in layout:
        words = label.words.get(element.field, "")
        box = _stretched(element, template.size, size, dpi)
        if element.draw not in SYMBOLS:
            if words.strip():
                found.append(PlacedText(box, words, element))
            continue
        if not words and element.field != SCAN:
            continue
        symbol = _bars(words, box, dpi) if element.draw == "code128" else _matrix(element, words, box, dpi)
        if symbol is None:
            return None
        found.append(symbol)
    return tuple(found)


def _stretched(element: Element, own: LabelSize, size: LabelSize, dpi: int) -> Box:
    across, down = size.width / own.width, size.height / own.height
    x, y, width, height = element.at
    left, top = _dots(x * across, dpi), _dots(y * down, dpi)
    return Box(left, top, _dots((x + width) * across, dpi) - left, _dots((y + height) * down, dpi) - top)


def _bars(words: str, room: Box, dpi: int) -> PlacedBars | None:
    try:
        bars = code128(words)
    except NotEncodable:
        return None
    module = min(room.width // (len(bars) + 2 * QUIET_CODE128), max(1, int(_WIDEST_MM * dpi / 25.4)))
    if not module or module * 25.4 / dpi < _THINNEST_MM:
        return None
    width, height = len(bars) * module, min(room.height, _dots(_TALLEST_BARS_MM, dpi))
    box = Box(room.x + (room.width - width) // 2, room.y + (room.height - height) // 2, width, height)
    return PlacedBars(box, bars, module)


def _matrix(element: Element, words: str, room: Box, dpi: int) -> PlacedMatrix | None:
    make, quiet = (qr, QUIET_QR) if element.draw == "qr" else (data_matrix, _QUIET_DATA_MATRIX)
    try:
        matrix = make(words)
    except NotEncodable:
        return None
    cells = len(matrix) + 2 * quiet
    module = min(min(room.width, room.height) // cells, max(1, int(_LARGEST_CELL_MM * dpi / 25.4)))
    if not module or module * 25.4 / dpi < _SMALLEST_CELL_MM:
        return None
    side = len(matrix) * module
    x = {
        "left": room.x + quiet * module,
        "centre": room.x + (room.width - side) // 2,
        "right": room.x + room.width - side - quiet * module,
    }[element.align]
    return PlacedMatrix(Box(x, room.y + (room.height - side) // 2, side, side), matrix, module, element.draw)


def _dots(mm: float, dpi: int) -> int:
    return round(mm * dpi / 25.4)
