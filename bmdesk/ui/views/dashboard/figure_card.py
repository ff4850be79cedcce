"""One figure of the dashboard: what it is, how much, how it changed, and a small line of how it went."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from bmdesk.reports import dashboard_words as words
from bmdesk.services.figures.dashboard import Card, Figure, Snapshot, card_text
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import Theme, colour, mark, px, tint
from bmdesk.ui.widgets.label import PlainLabel

_LARGE, _LEAST, _UNIT = 26, 15, 13
_DOT = QPointF(0.1, 0.0)
"""So long is the line of a point that stands alone between two gaps: a dot."""
_TONES = {1: Tone.OK, -1: Tone.BAD, 0: None}


class FigureCard(QFrame):
    """Drawn in place: only what changed is painted anew."""

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        mark(self, kind="card")
        self.figure = figure
        self.caption = PlainLabel(render(card_text(figure)), "caption")
        self.value = BigNumber()
        self.change = PlainLabel("", "note")
        self.line = Sparkline()
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.change)
        foot.addWidget(self.line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 12, 10)
        column.setSpacing(2)
        column.addWidget(self.caption)
        column.addWidget(self.value)
        column.addLayout(foot)

    def show_card(self, shown: Snapshot, card: Card) -> None:
        """This is how much it is now."""
        value, unit = words.value_words(shown, self.figure, card.value), words.unit_words(shown, card)
        change = words.change_words(card)
        self.value.show_words(value, unit)
        if self.change.text() != change:
            self.change.setText(change)
        self.change.set_tone(_TONES[words.direction(card)])
        self.line.show_points(card.line)
        whole = words.whole_words(shown, self.figure, card.value)
        before = words.whole_words(shown, self.figure, card.before)
        days = words.period_words(shown.period.before)
        said = t("dashboard_page.card_hint", value=whole, change=change, before=before, days=days)
        self.setToolTip(said)
        self.setAccessibleName(f"{self.caption.text()}: {said}")


class BigNumber(QWidget):
    """A number as large as its place allows, its unit small behind it. Never cut off."""

    def __init__(self) -> None:
        super().__init__()
        self._words, self._unit = words.NOTHING, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """The number as it is shown."""
        return self._words

    def show_words(self, number: str, unit: str) -> None:
        """Change what it says."""
        if (number, unit) != (self._words, self._unit):
            self._words, self._unit = number, unit
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(90, px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        small = self._font(px(_UNIT), QFont.Weight.Medium)
        unit = QFontMetricsF(small).horizontalAdvance(self._unit) + 5 if self._unit else 0.0
        size = px(_LARGE)
        while size > px(_LEAST) and self._width(size) + unit > self.width():
            size -= 1
        painter.setFont(self._font(size, QFont.Weight.Bold))
        painter.setPen(colour("text"))
        base = self.height() - px(9)
        painter.drawText(QPointF(0, base), self._words)
        painter.setFont(small)
        painter.setPen(colour("muted"))
        painter.drawText(QPointF(self._width(size) + 5, base), self._unit)

    def _width(self, size: int) -> float:
        return QFontMetricsF(self._font(size, QFont.Weight.Bold)).horizontalAdvance(self._words)

    def _font(self, size: int, weight: QFont.Weight) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(size)
        font.setWeight(weight)
        return font


class Sparkline(QWidget):
    """How a figure went, without an axis. Where there is nothing to say the line has a gap."""

    def __init__(self) -> None:
        super().__init__()
        self._points: tuple[Decimal | None, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        Theme.now().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(60, px(26))

    def show_points(self, points: Sequence[Decimal | None]) -> None:
        """Another line."""
        if tuple(points) != self._points:
            self._points = tuple(points)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        known = [float(point) for point in self._points if point is not None]
        if len(known) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = colour("accent" if Theme.now().is_dark else "fill")
        area = QRectF(self.rect()).adjusted(2, 3, -4, -3)
        for run in self._runs(area, min(known), max(known)):
            line = QPainterPath(run[0])
            for point in run[1:] or [run[0] + _DOT]:
                line.lineTo(point)
            under = QPainterPath(line)
            under.lineTo(run[-1].x(), area.bottom() + 2)
            under.lineTo(run[0].x(), area.bottom() + 2)
            painter.fillPath(under, tint("fill", "card", 0.13))
            painter.strokePath(line, QPen(shade, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        last = self._place(area, len(self._points) - 1, min(known), max(known))
        if last is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade)
            painter.drawEllipse(last, 2.5, 2.5)

    def _runs(self, area: QRectF, low: float, high: float) -> list[list[QPointF]]:
        runs: list[list[QPointF]] = [[]]
        for number in range(len(self._points)):
            place = self._place(area, number, low, high)
            if place is not None:
                runs[-1].append(place)
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if run]

    def _place(self, area: QRectF, number: int, low: float, high: float) -> QPointF | None:
        point = self._points[number]
        if point is None:
            return None
        across = number / max(len(self._points) - 1, 1)
        up = (float(point) - low) / (high - low) if high > low else 0.5 if high else 0.0
        return QPointF(area.left() + area.width() * across, area.bottom() - area.height() * up)
