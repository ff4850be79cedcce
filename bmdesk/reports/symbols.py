"""Barcodes as plain patterns of black and white: Code 128, Data Matrix, QR.

Knows the symbols, not where or how large they are drawn: no Qt, no picture library, no paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import zxingcpp

from bmdesk.texts import Failure

QUIET_CODE128 = 10  # modules of white on either side (ISO/IEC 15417)
QUIET_DATA_MATRIX = 1  # all around (ISO/IEC 16022); drawn with 2, printers smear
QUIET_QR = 4  # all around (ISO/IEC 18004)
LONGEST = 300  # characters; far more than any card or identifier, and still a Data Matrix one can print


class NotEncodable(Failure):
    """This text cannot become a barcode of this kind. Parameters: `text`, `kind`."""

    code = "label.not_encodable"


@dataclass(frozen=True, slots=True)
class Bars:
    """One row of modules, left to right, without quiet zones. True is black; the first and the last are
    black."""

    text: str
    modules: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.modules)

    def runs(self) -> Iterator[tuple[int, int]]:
        """Each black bar as (first module, width in modules)."""
        at = 0
        for black, same in groupby(self.modules):
            width = len(list(same))
            if black:
                yield at, width
            at += width


@dataclass(frozen=True, slots=True)
class Matrix:
    """Square rows of modules, top to bottom, without quiet zone. True is black."""

    text: str
    rows: tuple[tuple[bool, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Each black stretch as (column, row, width in modules)."""
        for y, row in enumerate(self.rows):
            for x, width in Bars(self.text, row).runs():
                yield x, y, width


def code128(text: str) -> Bars:
    """Code 128 of printable ASCII, pairs of digits packed. Raises NotEncodable for anything else, or for
    nothing."""
    # Latin-1 letters stand for the symbol's function characters: what is scanned would not be what was given.
    if not all(" " <= c <= "~" for c in text):
        raise NotEncodable(text=_short(text), kind="Code 128")
    rows = _rows(text, zxingcpp.BarcodeFormat.Code128, "Code 128")  # fifty, all the same
    return Bars(text, _black(rows[0]))


def data_matrix(text: str) -> Matrix:
    """A square Data Matrix (ECC 200). Raises NotEncodable for control characters, nothing, or too much."""
    return _matrix(text, zxingcpp.BarcodeFormat.DataMatrix, "Data Matrix", force_square=True)


def qr(text: str) -> Matrix:
    """A QR code. Raises NotEncodable for control characters, nothing, or too much."""
    return _matrix(text, zxingcpp.BarcodeFormat.QRCode, "QR")


def _matrix(text: str, kind: zxingcpp.BarcodeFormat, name: str, **options: object) -> Matrix:
    if not text.isascii():
        # Said inside the symbol, else readers guess: an inverted ! came back as a Japanese stop.
        options["eci"] = "UTF-8"
    return Matrix(text, tuple(_black(row) for row in _rows(text, kind, name, **options)))


def _rows(text: str, kind: zxingcpp.BarcodeFormat, name: str, **options: object) -> list[list[int]]:
    """The symbol's modules by rows; 0 is black."""
    if not text or len(text) > LONGEST or not text.isprintable():
        raise NotEncodable(text=_short(text), kind=name)
    try:
        symbol = zxingcpp.create_barcode(text, kind, **options)
    except ValueError as too_long:
        raise NotEncodable(text=_short(text), kind=name) from too_long
    # The image offers a buffer, which its types do not say.
    image: Any = symbol.to_image(scale=1, add_quiet_zones=False)
    view: Any = memoryview(image)
    rows: list[list[int]] = view.tolist()
    return rows


def _black(row: list[int]) -> tuple[bool, ...]:
    return tuple(value == 0 for value in row)


def _short(text: str) -> str:
    clean = "".join(c if c.isprintable() else "?" for c in text[:40])
    return clean + ("..." if len(text) > 40 else "")
