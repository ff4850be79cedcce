"""The sales of a period as lines: values under the mouse or the arrow keys, and a dragged range is a new period.

pyqtgraph is imported on the first drawing, never before the first paint. Knows no orders: points with their words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFont, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from bmdesk.reports.dashboard_words import steps
from bmdesk.texts import locale, msg
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import Theme, colour, mark, px, tint
from bmdesk.ui.widgets.label import PlainLabel

HEIGHT = 176
_DRAGGED = 8  # pixels from which on a press is no click
_TICK_ROOM = 84  # pixels that a day's name needs under the axis
_LABEL_HALF = 42  # pixels; a name that would leave the chart is not drawn at all
_MOST_DOTS = 45
_BAR = 0.1  # half of its breadth, where the chart is about one point broad
_AFTER_PAINT_MS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line, in the colour of a palette role."""

    name: str
    role: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """What is drawn. `ticks`: the short name of each point; `words`: what is said of it, first line first."""

    ticks: tuple[str, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    lines: tuple[Line, ...] = ()


class TrendChart(QWidget):
    """`range_chosen(first, last)`: a person dragged from one point to another, or chose them with Shift and Enter."""

    range_chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._plot: Any = None
        self._trend = Trend()
        self._drawn: tuple[Trend, bool, int] | None = None
        self._at: int | None = None
        self._anchor: int | None = None
        self._pressed: QPoint | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # pyqtgraph's own wishes would grow the card without end.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(px(HEIGHT))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(3, 3, 3, 3)
        self._bubble = _Bubble(self)
        Theme.now().changed.connect(self._draw_again)
        for keys, step, marking, meaning in (
            ("Left", -1, False, msg("dashboard_page.key_earlier")),
            ("Right", 1, False, msg("dashboard_page.key_later")),
            ("Shift+Left", -1, True, msg("dashboard_page.key_mark_earlier")),
            ("Shift+Right", 1, True, msg("dashboard_page.key_mark_later")),
        ):
            bind(self, keys, meaning, partial(self._step, step, marking=marking), local=True)
        for keys in ("Return", "Enter"):
            bind(self, keys, msg("dashboard_page.key_take"), self._take, local=True)

    def sizeHint(self) -> QSize:
        return QSize(420, px(HEIGHT))

    def show_trend(self, trend: Trend) -> None:
        """Draw this; where only values changed, in place."""
        if len(trend.ticks) != len(self._trend.ticks):
            self._leave()
        self._trend = trend
        if self._plot is None:
            # The library takes a while to come in: the numbers are on screen before it does.
            QTimer.singleShot(_AFTER_PAINT_MS, self, self._draw)
        else:
            self._draw()
            self._show_point()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._draw_again()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._leave()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)

    # -- the hand

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and self._trend.ticks:
            return self._mouse(event)
        if event.type() == QEvent.Type.Leave and self._pressed is None:
            self._leave()
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        here = event.position().toPoint()
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self._pressed, self._anchor = here, self._point_at(here)
            case QEvent.Type.MouseMove:
                self._at = self._point_at(here)
                if self._pressed is None:
                    self._anchor = None
                self._show_point()
            case QEvent.Type.MouseButtonRelease if self._pressed is not None:
                moved = abs(here.x() - self._pressed.x()) >= _DRAGGED
                self._pressed, self._at = None, self._point_at(here)
                if moved:
                    self._take()
                else:
                    self._anchor = None
                    self._show_point()
            case _:
                pass
        return True

    def _step(self, step: int, *, marking: bool) -> None:
        last = len(self._trend.ticks) - 1
        if last < 0:
            return
        before = self._at
        self._at = last if before is None else min(max(before + step, 0), last)
        if not marking:
            self._anchor = None
        elif self._anchor is None:
            self._anchor = self._at if before is None else before
        self._show_point()

    def _take(self) -> None:
        """What is marked is the new period."""
        if self._anchor is not None and self._at is not None:
            first, last = sorted((self._anchor, self._at))
            self._leave()
            self.range_chosen.emit(first, last)

    def _leave(self) -> None:
        self._at = self._anchor = self._pressed = None
        self._show_point()

    def _point_at(self, place: QPoint) -> int:
        across = float(self._plot.plotItem.vb.mapSceneToView(self._plot.mapToScene(place)).x())
        return min(max(round(across), 0), len(self._trend.ticks) - 1)

    # -- drawing

    def _draw_again(self) -> None:
        if self._plot is not None:
            self._draw()

    def _draw(self) -> None:
        if not self._trend.ticks:
            return
        import pyqtgraph as pg  # never before the first paint

        if self._plot is None:
            self._plot = self._made(pg)
        now = (self._trend, Theme.now().is_dark, self.width())
        if now == self._drawn:
            return
        self._drawn = now
        plot = self._plot
        plot.setBackground(colour("card"))
        for side in ("bottom", "left"):
            axis = plot.getAxis(side)
            axis.setPen(pg.mkPen(colour("line")))
            axis.setTextPen(colour("muted"))
        self._cursor.setPen(pg.mkPen(colour("muted"), width=1, style=Qt.PenStyle.DashLine))
        self._region.setBrush(pg.mkBrush(tint("fill", "card", 0.25)))
        self._scale()
        self._draw_lines(pg)
        self._dots.setZValue(5)

    def _scale(self) -> None:
        plot, count = self._plot, len(self._trend.ticks)
        lines = steps(max((value for line in self._trend.lines for value in line.values), default=0.0))
        places = 0 if lines[1] >= 1 else 2
        plot.getAxis("left").setTicks([[(value, locale.number(value, places)) for value in lines]])
        plot.setYRange(-0.06 * lines[-1], lines[-1] * 1.06, padding=0)  # room for the label of zero
        every = max(1, -(-count * px(_TICK_ROOM) // max(self.width() - 60, 1)))
        # Counted from the last: today is always named.
        named = [at for at in range(count) if (count - 1 - at) % every == 0]
        plot.getAxis("bottom").setTicks([[(at, self._trend.ticks[at]) for at in named]])
        air = max(0.4, px(_LABEL_HALF) * count / max(self.width() - 60, 1))
        plot.setXRange(-air, count - 1 + air, padding=0)

    def _draw_lines(self, pg: Any) -> None:
        lines = self._trend.lines
        while len(self._curves) > len(lines):
            self._plot.removeItem(self._curves.pop())
        while len(self._curves) < len(lines):
            self._curves.append(self._plot.plot([], [], antialias=True))
        count = len(self._trend.ticks)
        # One point alone is no line: it is as broad as a bar.
        places = list(range(count)) if count > 1 else [-_BAR, _BAR]
        for curve, line in zip(self._curves, lines, strict=True):
            shade = colour("fill" if line.role == "accent" and not Theme.now().is_dark else line.role)
            alone = len(lines) == 1
            curve.setData(
                places,
                list(line.values) if count > 1 else 2 * list(line.values),
                pen=pg.mkPen(shade, width=2),
                fillLevel=0 if alone else None,
                brush=tint("fill", "card", 0.15) if alone else None,
                symbol="o" if 1 < count <= _MOST_DOTS else None,
                symbolSize=5,
                symbolBrush=shade,
                symbolPen=None,
            )

    def _show_point(self) -> None:
        """The bubble, the dashed line and the marked range, as the hand or the keys have them."""
        if self._plot is None:
            return
        at, anchor = self._at, self._anchor
        self._cursor.setVisible(at is not None)
        self._region.setVisible(at is not None and anchor is not None)
        if at is None or at >= len(self._trend.ticks):
            self._bubble.hide()
            self._dots.setData([], [])
            self.setAccessibleDescription("")
            return
        self._cursor.setPos(at)
        if anchor is not None:
            self._region.setRegion((min(anchor, at) - 0.5, max(anchor, at) + 0.5))
        values = [line.values[at] for line in self._trend.lines]
        shades = [colour(line.role) for line in self._trend.lines]
        self._dots.setData([at] * len(values), values, brush=shades)
        said = self._trend.words[at]
        self.setAccessibleDescription(" ".join(said))
        scene = self._plot.plotItem.vb.mapViewToScene(QPointF(at, max(values, default=0.0)))
        self._bubble.show_at(said, self._plot.mapFromScene(scene) + self._plot.pos(), self.rect())

    def _made(self, pg: Any) -> Any:
        plot = pg.PlotWidget()
        plot.setMouseEnabled(False, False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.setCursor(Qt.CursorShape.CrossCursor)
        plot.showGrid(y=True, alpha=0.10)
        font = QFont(self.font())
        font.setPixelSize(px(12))
        for side in ("bottom", "left"):
            plot.getAxis(side).setTickFont(font)
            plot.getAxis(side).setStyle(tickLength=-4 if side == "bottom" else 0, tickTextOffset=6)
        plot.getAxis("left").setStyle(hideOverlappingLabels=False)
        plot.wheelEvent = lambda event: event.ignore()  # the wheel scrolls the page, not the chart
        self._curves: list[Any] = []
        self._region = pg.LinearRegionItem(movable=False, pen=pg.mkPen(None))
        self._cursor = pg.InfiniteLine(angle=90)
        self._dots = pg.ScatterPlotItem(size=9, pen=None)
        for item in (self._region, self._cursor, self._dots):
            plot.addItem(item)
        self._region.hide()
        self._cursor.hide()
        plot.viewport().setMouseTracking(True)
        plot.viewport().installEventFilter(self)
        self._column.addWidget(plot)
        self._bubble.raise_()
        return plot


class _Bubble(QFrame):
    """What is said of one point, beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        mark(self, kind="card", floating=True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._labels: list[PlainLabel] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(10, 6, 10, 6)
        self._rows.setSpacing(1)
        self.hide()

    def show_at(self, said: tuple[str, ...], point: QPoint, around: QRect) -> None:
        """These lines, where they hide neither the point nor leave the chart."""
        while len(self._labels) < len(said):
            label = PlainLabel("", "note" if not self._labels else "")
            self._labels.append(label)
            self._rows.addWidget(label)
        for number, label in enumerate(self._labels):
            label.setVisible(number < len(said))
            label.setText(said[number] if number < len(said) else "")
        self.adjustSize()
        left = point.x() + 14
        if left + self.width() > around.right() - 4:
            left = max(4, point.x() - 14 - self.width())
        top = min(max(4, point.y() - self.height() // 2), max(4, around.height() - self.height() - 30))
        self.move(left, top)
        self.show()
