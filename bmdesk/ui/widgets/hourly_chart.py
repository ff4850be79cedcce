"""Units an hour as a line with a dashed target. pyqtgraph is imported on the first drawing, never before the
first paint.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from bmdesk.ui.theme import Theme, colour, px, tint

HEIGHT = 170


class HourlyChart(QWidget):
    """`show_hours([(8, 9), (9, 14)], target=15)`; colours follow the scheme."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._plot: Any = None
        self._hours: tuple[tuple[int, float], ...] = ()
        self._target: float | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        # pyqtgraph's own wishes would grow the card without end.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(px(HEIGHT))
        Theme.now().changed.connect(self._draw_again)

    def sizeHint(self) -> QSize:
        return QSize(360, px(HEIGHT))

    def show_hours(self, hours: Sequence[tuple[int, float]], target: float | None = None) -> None:
        """Hours of the day with their number of units, in order."""
        self._hours = tuple(hours)
        self._target = target
        said = ", ".join(f"{hour}: {units:g}" for hour, units in hours)
        self.setAccessibleName(f"{self._name}: {said}")
        self._draw()

    def _draw_again(self) -> None:
        if self._plot is not None:
            self._draw()

    def _draw(self) -> None:
        import pyqtgraph as pg  # 200 ms: not before the first paint

        if self._plot is None:
            self._plot = self._made(pg)
            self._column.addWidget(self._plot)
        plot = self._plot
        plot.setBackground(colour("card"))
        for side in ("bottom", "left"):
            axis = plot.getAxis(side)
            axis.setPen(pg.mkPen(colour("line")))
            axis.setTextPen(colour("muted"))
        plot.clear()
        hours = [hour for hour, _ in self._hours]
        units = [count for _, count in self._hours]
        plot.getAxis("bottom").setTicks([[(hour, str(hour)) for hour in hours]])
        top = max([*units, self._target or 0, 4]) * 1.15
        plot.setYRange(-0.04 * top, top, padding=0)  # room for the label of zero
        if hours:
            plot.setXRange(hours[0] - 0.3, max(hours[-1], hours[0] + 1) + 0.3, padding=0)
        fill = QColor(tint("fill", "card", 0.15))
        line = pg.mkPen(colour("fill" if not Theme.now().is_dark else "accent"), width=2)
        plot.plot(
            hours,
            units,
            pen=line,
            fillLevel=0,
            brush=fill,
            symbol="o",
            symbolSize=6,
            symbolBrush=line.color(),
            symbolPen=None,
            antialias=True,
        )
        if self._target is not None:
            dashed = pg.mkPen(colour("muted"), width=1, style=Qt.PenStyle.DashLine)
            plot.addItem(pg.InfiniteLine(self._target, angle=0, pen=dashed))

    def _made(self, pg: Any) -> Any:
        plot = pg.PlotWidget()
        plot.setMouseEnabled(False, False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.showGrid(y=True, alpha=0.10)
        font = QFont(self.font())
        font.setPixelSize(px(12))
        for side in ("bottom", "left"):
            plot.getAxis(side).setTickFont(font)
            plot.getAxis(side).setStyle(tickLength=-4 if side == "bottom" else 0, tickTextOffset=6)
        plot.getAxis("left").setStyle(hideOverlappingLabels=False)
        # The wheel scrolls the page, not the chart.
        plot.wheelEvent = lambda event: event.ignore()
        return plot
