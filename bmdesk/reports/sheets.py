"""A4 sheets of lines with barcodes beside them: what pick list, manifest and packing slip share. Knows no orders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bmdesk.reports.drawing import LEFT, RIGHT, PdfFile, dots, draw_bars, draw_fitted
from bmdesk.reports.symbols import QUIET_CODE128, NotEncodable, code128
from bmdesk.texts import t

from PySide6.QtCore import QRect, Qt  # isort: skip  # after drawing, which looks for Qt's libraries first
from PySide6.QtGui import QFont  # isort: skip

DPI = 300
_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 14.0
_FOOT = 8.0
BOLD = QFont.Weight.DemiBold


@dataclass(frozen=True, slots=True)
class Part:
    """Words in a row: how wide in mm, how bold, on which side."""

    words: str
    width: float
    bold: bool = False
    right: bool = False


class Sheets:
    """Rows from top to bottom, on as many pages as they need: with Sheets(path, title) as pages: pages.row(...).

    Raises bmdesk.system.durable.FileNotWritten where the folder or disk refuses.
    """

    inside = _WIDTH - 2 * _MARGIN

    def __init__(self, path: Path, title: str) -> None:
        self._pdf = PdfFile(path, _WIDTH, _HEIGHT, DPI, title)
        self._title = title
        self._page = 0
        self._y = _HEIGHT

    def __enter__(self) -> Self:
        self._pdf.__enter__()
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pdf.__exit__(kind, error, trace)

    def heading(self, words: str, note: str = "") -> None:
        """Large words, and smaller ones under them."""
        self.row([Part(words, self.inside, bold=True)], height=9)
        if note:
            self.row([Part(note, self.inside)], height=5)
        self.gap(3)

    def row(
        self, parts: list[Part], *, height: float = 6, code: str = "", follow: float = 0, tick: bool = False
    ) -> None:
        """Words side by side, and a Code 128 at the right edge. `follow`: mm that must find room below it too. `tick`:
        an empty box at the left edge.
        """
        if self._y + height + follow > _HEIGHT - _MARGIN - _FOOT:
            self._begin()
        if tick:
            self._box()
        x = _MARGIN
        for part in parts:
            weight = BOLD if part.bold else QFont.Weight.Normal
            box = QRect(dots(x, DPI), dots(self._y, DPI), dots(part.width - 1.5, DPI), dots(height, DPI))
            align = RIGHT if part.right else LEFT
            draw_fitted(
                self._pdf.painter, box, part.words, weight=weight, align=align, smallest=dots(1.6, DPI)
            )
            x += part.width
        if code:
            self._bars(code, height)
        self._y += height

    def gap(self, height: float) -> None:
        """Nothing for so many mm."""
        self._y += height

    def rule(self) -> None:
        """A thin line from edge to edge."""
        left, width = dots(_MARGIN, DPI), dots(self.inside, DPI)
        self._pdf.painter.fillRect(
            left, dots(self._y, DPI), width, max(1, dots(0.2, DPI)), Qt.GlobalColor.black
        )
        self._y += 1.5

    def _begin(self) -> None:
        self._page += 1
        if self._page > 1:
            self._pdf.next_page()
        self._y = _MARGIN
        foot = dots(_HEIGHT - _MARGIN - 4, DPI)
        box = QRect(dots(_MARGIN, DPI), foot, dots(self.inside, DPI), dots(4, DPI))
        words = t("sheet.page", title=self._title, page=self._page)
        draw_fitted(self._pdf.painter, box, words, align=RIGHT, smallest=dots(2, DPI))

    def _box(self) -> None:
        x, y, side, line = (dots(mm, DPI) for mm in (_MARGIN, self._y + 1, 4.0, 0.25))
        edges = ((x, y, side, line), (x, y + side, side, line), (x, y, line, side), (x + side, y, line, side))
        for edge in edges:
            self._pdf.painter.fillRect(*edge, Qt.GlobalColor.black)

    def _bars(self, code: str, height: float) -> None:
        """At the right edge, as wide as half a page at most; what no barcode holds stays words."""
        try:
            bars = code128(code)
        except NotEncodable:
            return
        room = dots(self.inside / 2, DPI)
        module = min(dots(0.34, DPI), room // (len(bars) + 2 * QUIET_CODE128))
        if module < 2:  # finer than a hand scanner reads from paper
            return
        x = dots(_WIDTH - _MARGIN, DPI) - (len(bars) + QUIET_CODE128) * module
        draw_bars(self._pdf.painter, bars, x, dots(self._y + 0.8, DPI), module, dots(height - 1.6, DPI))
