"""Command cards on A4 sheets to cut out: Code 128 of each card, its words above and its text below.

Knows paper and scanners: bars of at least 0.25 mm, white around them, short cards three or two in a row,
long ones alone with a Data Matrix beside. Which cards there are is standard_cards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from bmdesk.reports.drawing import CENTRE, LEFT, PdfFile, dots, draw_bars, draw_fitted, draw_matrix, plain
from bmdesk.reports.standard_cards import (
    ChecklistChoices,
    Choice,
    DefectChoices,
    PrintedCard,
    Words,
    standard_cards,
)
from bmdesk.reports.symbols import QUIET_CODE128, Bars, Matrix, NotEncodable, code128, data_matrix
from bmdesk.texts import Failure, Text, render, t

from PySide6.QtCore import QRect, Qt  # isort: skip  # after drawing, which looks for Qt's libraries first
from PySide6.QtGui import QColor, QFont, QPainter, QPen  # isort: skip

__all__ = [
    "ChecklistChoices",
    "Choice",
    "DefectChoices",
    "NoCards",
    "PrintedCard",
    "standard_cards",
    "write_cards_pdf",
]

_DPI = 600
_PAGE_W, _PAGE_H = 210.0, 297.0  # A4, mm
_MARGIN = 10.0  # what office printers cannot reach, and some air
_HEADING = 11.0
_FOOTER = 6.0
_CARD_H = 25.0
_PAD = 2.0
_THIRD, _HALF, _ROW = 3, 2, 1  # cards in a row
_MODULE_MIN = 6  # dots: 0.254 mm
_MODULE_MAX = 9  # dots: 0.38 mm; wider bars only make the hand travel further
_CELL_MAX = dots(0.6, _DPI)  # of a Data Matrix


class NoCards(Failure):
    """A sheet of cards was asked for and there is no card."""

    code = "cards.none"


def write_cards_pdf(cards: Sequence[PrintedCard], path: Path) -> None:
    """Write the cards in their order, each run of one group under its heading.

    Raises NoCards, NotEncodable for a card whose text no barcode can hold, FileNotWritten.
    """
    if not cards:
        raise NoCards()
    sheets = _lay_out([_prepared(card) for card in cards])
    with PdfFile(path, _PAGE_W, _PAGE_H, _DPI, t("cards.document")) as pdf:
        for number, sheet in enumerate(sheets, 1):
            if number > 1:
                pdf.next_page()
            _draw_sheet(pdf.painter, sheet, number, len(sheets))


@dataclass(frozen=True, slots=True)
class _Card:
    """A card with its symbols; `per_row` is how many of its width fit side by side."""

    text: str
    title: str
    group: str
    bars: Bars | None
    matrix: Matrix | None
    per_row: int


@dataclass(slots=True)
class _Sheet:
    """What stands on one page: headings and rows of cards with their upper edge in mm."""

    headings: list[tuple[float, str]] = field(default_factory=list)
    rows: list[tuple[float, int, list[_Card]]] = field(default_factory=list)


def _prepared(card: PrintedCard) -> _Card:
    words, group = _words(card.title), _words(card.group)
    try:
        bars = code128(card.text)
    except NotEncodable:
        bars = None  # letters that only a Data Matrix can hold
    for per_row in (_THIRD, _HALF):
        if bars is not None and _module(bars, _inside(per_row)) is not None:
            return _Card(card.text, words, group, bars, None, per_row)
    matrix = data_matrix(card.text)
    if bars is not None and _module(bars, _inside(_ROW) - _matrix_room(matrix)) is None:
        bars = None
    return _Card(card.text, words, group, bars, matrix, _ROW)


def _lay_out(cards: Sequence[_Card]) -> list[_Sheet]:
    """Cards of a group share one width, so that columns line up; one that needs a row of its own has it."""
    sheets = [_Sheet()]
    y = _MARGIN
    for group, members in groupby(cards, key=lambda card: card.group):
        y = _under_heading(sheets, group, y)
        for per_row, row in _rows(list(members)):
            if y + _CARD_H > _PAGE_H - _MARGIN - _FOOTER:
                sheets.append(_Sheet())
                y = _under_heading(sheets, t("cards.continued", group=group), _MARGIN)
            sheets[-1].rows.append((y, per_row, row))
            y += _CARD_H
    return sheets


def _under_heading(sheets: list[_Sheet], heading: str, y: float) -> float:
    # A heading never stands alone at the foot of a page.
    if y + _HEADING + _CARD_H > _PAGE_H - _MARGIN - _FOOTER:
        sheets.append(_Sheet())
        y = _MARGIN
    sheets[-1].headings.append((y, heading))
    return y + _HEADING


def _rows(cards: Sequence[_Card]) -> Iterator[tuple[int, list[_Card]]]:
    side_by_side = min((card.per_row for card in cards if card.per_row != _ROW), default=_ROW)
    row: list[_Card] = []
    for card in cards:
        if card.per_row == _ROW:
            if row:
                yield side_by_side, row
                row = []
            yield _ROW, [card]
            continue
        row.append(card)
        if len(row) == side_by_side:
            yield side_by_side, row
            row = []
    if row:
        yield side_by_side, row


def _draw_sheet(painter: QPainter, sheet: _Sheet, number: int, sheets: int) -> None:
    width = _mm(_PAGE_W - 2 * _MARGIN)
    for y, heading in sheet.headings:
        box = QRect(_mm(_MARGIN), _mm(y + 2.0), width, _mm(6.5))
        draw_fitted(painter, box, heading, weight=QFont.Weight.Bold, smallest=_mm(3))
    for y, per_row, row in sheet.rows:
        for column, card in enumerate(row):
            card_width = width // per_row
            cell = QRect(_mm(_MARGIN) + column * card_width, _mm(y), card_width, _mm(_CARD_H))
            _draw_cut_lines(painter, cell)
            _draw_card(painter, card, cell.adjusted(_mm(_PAD), _mm(_PAD), -_mm(_PAD), -_mm(_PAD)))
    foot = QRect(_mm(_MARGIN), _mm(_PAGE_H - _MARGIN - 3.5), width, _mm(3.5))
    draw_fitted(painter, foot, t("cards.sheet", number=number, sheets=sheets), align=CENTRE)


def _draw_cut_lines(painter: QPainter, cell: QRect) -> None:
    painter.save()
    pen = QPen(QColor(150, 150, 150))
    pen.setWidth(_mm(0.15))
    pen.setStyle(Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([10, 10])
    painter.setPen(pen)
    painter.drawRect(cell)
    painter.restore()


def _draw_card(painter: QPainter, card: _Card, box: QRect) -> None:
    title = QRect(box.left(), box.top(), box.width(), _mm(4.8))
    below = QRect(box.left(), box.bottom() + 1 - _mm(3.4), box.width(), _mm(3.4))
    align = CENTRE
    middle = QRect(box.left(), title.bottom() + _mm(1), box.width(), below.top() - title.bottom() - _mm(2))
    if card.matrix is not None:
        room = _matrix_room(card.matrix)
        cell = _cell(card.matrix)
        side = len(card.matrix) * cell
        x = box.right() + 1 - side - 2 * cell
        draw_matrix(painter, card.matrix, x, box.top() + (box.height() - side) // 2, cell)
        for part in (title, below, middle):
            part.setWidth(box.width() - room)
        align = LEFT
    draw_fitted(painter, title, card.title, weight=QFont.Weight.DemiBold, align=align, smallest=_mm(2.2))
    if card.bars is None:
        below.setTop(middle.top())
        _draw_lines(painter, below, card.text)
        return
    draw_fitted(painter, below, card.text, align=align, smallest=_mm(1.6), elide=Qt.TextElideMode.ElideMiddle)
    module = _module(card.bars, middle.width())
    assert module is not None
    width = len(card.bars) * module
    left = middle.left() + (
        (middle.width() - width) // 2 if align == CENTRE else QUIET_CODE128 * module - _mm(_PAD)
    )
    draw_bars(painter, card.bars, max(left, middle.left()), middle.top(), module, middle.height())


def _draw_lines(painter: QPainter, box: QRect, text: str) -> None:
    """A text too long for bars, on as many lines of one size as it needs."""
    words = plain(text)
    lines = max(1, -(-len(words) // 60))
    height = min(_mm(3.4), box.height() // lines)
    for n in range(lines):
        line = QRect(box.left(), box.top() + n * height, box.width(), height)
        draw_fitted(painter, line, words[n * 60 : (n + 1) * 60])


def _module(bars: Bars, room: int) -> int | None:
    """Dots a module so that the bars with their quiet zones fill this room; None where they would be too
    thin."""
    module = room // (len(bars) + 2 * QUIET_CODE128)
    return min(module, _MODULE_MAX) if module >= _MODULE_MIN else None


def _matrix_room(matrix: Matrix) -> int:
    return (len(matrix) + 4) * _cell(matrix) + _mm(2)


def _cell(matrix: Matrix) -> int:
    """Dots a module so that the matrix stays inside its card."""
    return min(_CELL_MAX, _mm(_CARD_H - 2 * _PAD) // len(matrix))


def _inside(per_row: int) -> int:
    return _mm(_PAGE_W - 2 * _MARGIN) // per_row - 2 * _mm(_PAD)


def _words(words: Words) -> str:
    return plain(render(words) if isinstance(words, Text) else words)


def _mm(mm: float) -> int:
    return dots(mm, _DPI)
