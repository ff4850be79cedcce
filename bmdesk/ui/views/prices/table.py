"""The table of the matrix: prices as cells of two lines, and the SKU beside each line, which never scrolls away."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bmdesk.services.prices.simulation import PriceRow
from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import colour, pixmap, px, tint
from bmdesk.ui.views.prices.lines import Line, MatrixModel
from bmdesk.ui.views.prices.words import (
    margin_tone,
    number_words,
    percent_of,
    percent_words,
    pictures,
    shown_price,
    step_words,
)
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import our_words

_Index = QModelIndex | QPersistentModelIndex
_HIGH, _COLUMN, _WIDEST, _SKU = 46, 126, 190, 236
_ICON = 13
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_LEFT, _RIGHT = _MIDDLE | Qt.AlignmentFlag.AlignLeft, _MIDDLE | Qt.AlignmentFlag.AlignRight


class Face(NamedTuple):
    """A font with its measures; `rise`: how far its letters reach above the middle more than below, doubled."""

    font: QFont
    metrics: QFontMetrics
    rise: int


class MatrixTable(DataTable):
    """`cell_changed`: another price is under the keyboard."""

    cell_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent=parent)
        self._column = -1
        skus = SkuHeader(self)
        self.setVerticalHeader(skus)
        skus.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        skus.setDefaultSectionSize(px(_HIGH))
        skus.setMinimumSectionSize(px(_HIGH))
        skus.setSectionsClickable(True)
        skus.setFixedWidth(px(_SKU))
        skus.show()
        self.setItemDelegate(PriceDelegate(self))

    def show_model(self, model: MatrixModel) -> None:
        """Show this model; what was chosen in the one before is forgotten."""
        self.setModel(model)
        self._share_width()
        model.about_to_move.connect(self._note)
        model.moved.connect(self._put_back)
        self.selectionModel().currentChanged.connect(lambda *_: self.cell_changed.emit())

    def price(self) -> PriceRow | None:
        """The price under the keyboard; None where there is none, or it has left the list."""
        model, at = self.model(), self.currentIndex()
        if not isinstance(model, MatrixModel) or self.has_left or not at.isValid():
            return None
        return model.cell(at.row(), at.column())

    def go_to(self, listing_id: str, market: str) -> None:
        """Put the keyboard on this price, where the list has it."""
        model = self.model()
        if isinstance(model, MatrixModel):
            index = model.index_of(listing_id, market)
            if index.isValid():
                self.choose_row(index.row())
                self._go_to_column(index.column())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Few markets take the room there is, within reason; many scroll."""
        model = self.model()
        count = model.columnCount() if model is not None else 0
        if count:
            wide = min(max(self.viewport().width() // count, px(_COLUMN)), px(_WIDEST))
            for number in range(count):
                self.horizontalHeader().resizeSection(number, wide)

    def _note(self) -> None:
        self._column = self.currentIndex().column()

    def _put_back(self) -> None:
        # What keeps the choice knows lines; of a price the column belongs to it.
        self._go_to_column(self._column)

    def _go_to_column(self, column: int) -> None:
        at = self.currentIndex()
        if at.isValid() and column >= 0 and at.column() != column:
            index = self.model().index(at.row(), column)
            self.selectionModel().setCurrentIndex(index, self.selectionModel().SelectionFlag.NoUpdate)


class SkuHeader(QHeaderView):
    """The SKU, and under it its title and grade."""

    def __init__(self, table: MatrixTable) -> None:
        super().__init__(Qt.Orientation.Vertical, table)
        self.setAccessibleName(t("prices_page.sku"))

    def sizeHint(self) -> QSize:
        return QSize(px(_SKU), super().sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, number: int) -> None:
        model = self.model()
        line = model.row(number) if isinstance(model, MatrixModel) else None
        if not isinstance(line, Line):
            return
        table = self.parent()
        chosen = isinstance(table, MatrixTable) and table.currentIndex().row() == number
        painter.save()
        painter.fillRect(rect, tint("fill", "card", 0.18) if chosen else _ground(number))
        if chosen:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), colour("accent"))
        painter.setPen(colour("line"))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        area = rect.adjusted(12, 4, -10, -4)
        upper, lower = _halves(area)
        bold = _font(self.font(), 13, QFont.Weight.DemiBold)
        _write(painter, upper, _LEFT, line.sku, bold, colour("text"), Qt.TextElideMode.ElideMiddle)
        small = _font(self.font(), 12)
        said = " · ".join(part for part in (our_words(line.grade), line.title) if part)
        _write(painter, lower, _LEFT, said, small, colour("muted"), Qt.TextElideMode.ElideRight)
        painter.restore()


class PriceDelegate(QStyledItemDelegate):
    """Above: the price and its marks. Below: the margin, coloured and in figures, and by how much the price moves."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(px(_COLUMN), px(_HIGH))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model, table = index.model(), self.parent()
        row = model.cell(index.row(), index.column()) if isinstance(model, MatrixModel) else None
        at = table.currentIndex() if isinstance(table, MatrixTable) else QModelIndex()
        box = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(box, tint("fill", "card", 0.10) if at.row() == index.row() else _ground(index.row()))
        if row is None:
            _write(painter, box.adjusted(0, 0, -12, 0), _RIGHT, "–", _font(option.font, 13), colour("muted"))
        else:
            _paint_price(painter, box, row, option.font)
        if at.row() == index.row() and at.column() == index.column():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            with_keyboard = isinstance(table, QWidget) and table.hasFocus()
            painter.setPen(QPen(colour("accent"), 2.0 if with_keyboard else 1.0))
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 6, 6)
        painter.restore()


def _paint_price(painter: QPainter, box: QRect, row: PriceRow, base: QFont) -> None:
    percent = percent_of(row)
    tone = margin_tone(percent)
    if row.managed and tone is not Tone.NEUTRAL:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint(tone))
        painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 5, 5)
    upper, lower = _halves(box.adjusted(10, 4, -9, -4))
    left = upper.left()
    ratio = painter.device().devicePixelRatioF()
    for picture, its_tone in pictures(row):
        middle = QPoint(left, upper.center().y() - px(_ICON) // 2 + 1)
        painter.drawPixmap(middle, pixmap(picture, px(_ICON), str(its_tone), ratio))
        left += px(_ICON) + 3
    weight = QFont.Weight.Bold if row.changes else QFont.Weight.Medium
    shade = colour("text" if row.managed else "muted")
    price = number_words(shown_price(row))
    _write(painter, upper, _RIGHT, price, _font(base, 13, weight), shade)
    medium = _font(base, 12, QFont.Weight.Medium)
    _write(painter, lower, _RIGHT, percent_words(percent), medium, colour(tone))
    moves = step_words(row)
    if moves:
        _write(painter, lower, _LEFT, moves, _font(base, 11, QFont.Weight.Medium), colour("accent"))


def _halves(area: QRect) -> tuple[QRect, QRect]:
    half = area.height() // 2
    return QRect(area.left(), area.top(), area.width(), half), QRect(
        area.left(), area.top() + half, area.width(), area.height() - half
    )


def _write(
    painter: QPainter,
    area: QRect,
    where: Qt.AlignmentFlag,
    words: str,
    face: Face,
    shade: QColor,
    elide: Qt.TextElideMode | None = None,
) -> None:
    """One line in the middle of the area. By its point: words in a rectangle are laid out as a text, at a cost."""
    font, metrics, rise = face
    if elide is not None:
        words = metrics.elidedText(words, elide, area.width())
    painter.setFont(font)
    painter.setPen(shade)
    right = bool(where & Qt.AlignmentFlag.AlignRight)
    left = area.right() + 1 - metrics.horizontalAdvance(words) if right else area.left()
    painter.drawText(left, area.top() + (area.height() + rise) // 2, words)


def _ground(number: int) -> QColor:
    return tint("text", "card", 0.025) if number % 2 else colour("card")


def _font(base: QFont, size: int, weight: QFont.Weight = QFont.Weight.Normal) -> Face:
    return _made(base.key(), px(size), weight)


@lru_cache(maxsize=64)
def _made(base: str, pixels: int, weight: QFont.Weight) -> Face:
    """Thousands of cells share a handful of fonts."""
    font = QFont()
    font.fromString(base)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    metrics = QFontMetrics(font)
    return Face(font, metrics, metrics.ascent() - metrics.descent())
