"""A few amounts beside each other as bars: what it is, how much, and a note. Drawn; its name says all lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bmdesk.texts import locale
from bmdesk.ui.theme import Theme, colour, px, tint

_BAR = 7.0
_LINE, _TEXT, _NOTE = 42, 13, 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: words, amount, a note beside the words, and the palette role of its colour."""

    words: str
    amount: int
    note: str = ""
    role: str = "fill"


class Bars(QWidget):
    """`show_bars([...])`; the longest bar is the largest amount."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # So that whoever has no eyes or no mouse comes to it too.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        Theme.now().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(220, max(1, px(_LINE) * len(self.bars)))

    def minimumSizeHint(self) -> QSize:
        return QSize(140, self.sizeHint().height())

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Replace what is shown."""
        if tuple(bars) == self.bars:
            return
        self.bars = tuple(bars)
        lines = (f"{bar.words}: {locale.number(bar.amount)} {bar.note}".strip() for bar in bars)
        self.setAccessibleName(f"{self._name}: {'; '.join(lines)}")
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((bar.amount for bar in self.bars), default=0) or 1
        for number, bar in enumerate(self.bars):
            line = QRectF(0, px(_LINE) * number, self.width(), px(_LINE))
            self._paint_words(painter, line, bar)
            under = QRectF(0, line.bottom() - _BAR - 8, line.width(), _BAR)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint("muted", "card", 0.14))
            painter.drawRoundedRect(under, _BAR / 2, _BAR / 2)
            if bar.amount:
                under.setWidth(max(_BAR, under.width() * bar.amount / most))
                painter.setBrush(colour(bar.role))
                painter.drawRoundedRect(under, _BAR / 2, _BAR / 2)

        if self.hasFocus():
            painter.setPen(QPen(colour("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)

    def _paint_words(self, painter: QPainter, line: QRectF, bar: Bar) -> None:
        area = QRectF(line.left(), line.top(), line.width(), line.height() - _BAR - 11)
        bold, plain = self._font(_TEXT, QFont.Weight.DemiBold), self._font(_TEXT, QFont.Weight.Normal)
        small = self._font(_NOTE, QFont.Weight.Normal)
        middle = Qt.AlignmentFlag.AlignVCenter
        amount = locale.number(bar.amount)
        painter.setFont(bold)
        painter.setPen(colour("text"))
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, amount)
        right = QFontMetricsF(bold).horizontalAdvance(amount) + 10
        painter.setFont(plain)
        metrics = QFontMetricsF(plain)
        room = max(area.width() - right, 0.0)
        words = metrics.elidedText(bar.words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, middle, words)
        used = metrics.horizontalAdvance(words) + 10
        if bar.note and used + QFontMetricsF(small).horizontalAdvance(bar.note) <= room:
            painter.setFont(small)
            painter.setPen(colour("muted"))
            painter.drawText(
                area.adjusted(used, 0, -right, 0), middle | Qt.AlignmentFlag.AlignRight, bar.note
            )

    def _font(self, size: int, weight: QFont.Weight) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(px(size))
        font.setWeight(weight)
        return font
