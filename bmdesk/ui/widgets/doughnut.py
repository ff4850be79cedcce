"""Shares of a whole as a ring, with a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bmdesk.texts import locale
from bmdesk.ui.theme import colour, px

_RING = 23.0
_GAP = 16.0
_WIDEST_LEGEND = 150
_LINE = 23


@dataclass(frozen=True, slots=True)
class Slice:
    """One share: words, amount, and the palette role of its colour."""

    words: str
    amount: int
    role: str


class Doughnut(QWidget):
    """`show_slices([...], "142", "graded")`. Zero slices show an empty ring."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._slices: tuple[Slice, ...] = ()
        self._middle, self._under = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(px(220), px(150))

    def show_slices(self, slices: Sequence[Slice], middle: str, under: str) -> None:
        """Replace what is shown."""
        self._slices, self._middle, self._under = tuple(slices), middle, under
        said = ", ".join(f"{s.words} {s.amount}" for s in slices)
        self.setAccessibleName(f"{self._name}: {said}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        legend = self._legend_width()
        size = min(self.width() - legend - _GAP, self.height()) - 4.0
        left = max(2.0, (self.width() - legend - _GAP - size) / 2)
        ring = QRectF(left, (self.height() - size) / 2, size, size)
        self._paint_ring(painter, ring.adjusted(_RING / 2, _RING / 2, -_RING / 2, -_RING / 2))
        self._paint_middle(painter, ring)
        self._paint_legend(painter, ring.right() + _GAP, legend)

    def _paint_ring(self, painter: QPainter, ring: QRectF) -> None:
        total = sum(s.amount for s in self._slices)
        pen = QPen(colour("line"), _RING, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if not total:
            painter.setPen(pen)
            painter.drawEllipse(ring)
            return
        gap = 16 if sum(1 for s in self._slices if s.amount) > 1 else 0  # one degree, in sixteenths
        start = 90 * 16.0
        for part in self._slices:
            span = 360 * 16 * part.amount / total
            if part.amount:
                pen.setColor(colour(part.role))
                painter.setPen(pen)
                painter.drawArc(ring, round(start - span + gap / 2), max(1, round(span) - gap))
            start -= span

    def _paint_middle(self, painter: QPainter, ring: QRectF) -> None:
        large, small = self._font(22, QFont.Weight.Bold), self._font(12, QFont.Weight.Normal)
        room = ring.width() - 2 * _RING
        # Words that would touch the ring stand in the accessible name alone: the card says what is counted.
        under = self._under if QFontMetrics(small).horizontalAdvance(self._under) < 0.9 * room else ""
        high, low = QFontMetrics(large).height(), QFontMetrics(small).height() if under else 0
        top = ring.center().y() - (high + low) / 2
        painter.setPen(colour("text"))
        painter.setFont(large)
        painter.drawText(
            QRectF(ring.x(), top, ring.width(), high), Qt.AlignmentFlag.AlignCenter, self._middle
        )
        painter.setPen(colour("muted"))
        painter.setFont(small)
        painter.drawText(QRectF(ring.x(), top + high, ring.width(), low), Qt.AlignmentFlag.AlignCenter, under)

    def _paint_legend(self, painter: QPainter, left: float, width: float) -> None:
        painter.setFont(self._font(13, QFont.Weight.Normal))
        high = px(_LINE)
        top = (self.height() - high * len(self._slices)) / 2
        for row, part in enumerate(self._slices):
            line = QRectF(left, top + high * row, width, high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(part.role))
            painter.drawEllipse(QRectF(left, line.center().y() - 5, 10, 10))
            painter.setPen(colour("text"))
            words = painter.fontMetrics().elidedText(
                part.words, Qt.TextElideMode.ElideRight, int(line.width()) - px(46)
            )
            painter.drawText(line.adjusted(17, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
            painter.drawText(
                line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, locale.number(part.amount)
            )

    def _legend_width(self) -> float:
        metrics = QFontMetrics(self._font(13, QFont.Weight.Normal))
        return min(
            float(px(_WIDEST_LEGEND)),
            max((metrics.horizontalAdvance(s.words) for s in self._slices), default=0) + px(50),
        )

    def _font(self, size: int, weight: QFont.Weight) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(px(size))
        font.setWeight(weight)
        return font
