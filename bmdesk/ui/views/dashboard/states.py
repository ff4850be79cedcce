"""How the orders of the period stand: a ring, and beside it a line a state. Each leads to its orders."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
)

from bmdesk.domain.orders import LineState
from bmdesk.texts import locale, t
from bmdesk.ui.theme import colour, mark, px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.doughnut import Doughnut, Slice
from bmdesk.ui.words import order_words

ROLES = {
    LineState.WAITING: "muted",
    LineState.TO_ACCEPT: "warn",
    LineState.ACCEPTED: "accent",
    LineState.PACKED: "prime",
    LineState.SHIPPED: "ok",
    LineState.CANCELLED: "text",
    LineState.REFUNDED: "bad",
    LineState.UNPAID: "line",
}
"""The palette role of each state: neighbours on the ring look different."""

_BAND = 23.0


class StatesCard(Card):
    """`asked(LineState)`: a person wants to see the orders of this state."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__(t("dashboard_page.states"))
        self.ring = StateRing()
        self.ring.asked.connect(self.asked)
        self.buttons = {state: _StateButton(state) for state in LineState}
        legend = QVBoxLayout()
        legend.setSpacing(0)
        legend.addStretch()
        for state, button in self.buttons.items():
            button.clicked.connect(lambda _=False, state=state: self.asked.emit(state))
            button.hide()
            legend.addWidget(button)
        legend.addStretch()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.ring, 5)
        row.addLayout(legend, 6)
        self.add(row, 1)

    def show_states(self, states: Mapping[LineState, int]) -> None:
        """So many orders stand so."""
        self.ring.show_states(states)
        for state, button in self.buttons.items():
            count = states.get(state, 0)
            button.show_count(count)
            if button.isHidden() == bool(count):
                button.setVisible(bool(count))


class StateRing(Doughnut):
    """The ring alone; a click on a share asks for it."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__(t("dashboard_page.states"))
        self._states: tuple[tuple[LineState, int], ...] | None = None
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(150, 150)

    def show_states(self, states: Mapping[LineState, int]) -> None:
        """Draw these shares."""
        now = tuple(states.items())
        if now == self._states:
            return
        self._states = now
        whole = sum(states.values())
        slices = [Slice(order_words(state), count, ROLES[state]) for state, count in now]
        self.show_slices(slices, locale.number(whole), t("dashboard_page.orders_under", count=whole))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = self._ring()
        half = _BAND / 2
        self._paint_ring(painter, ring.adjusted(half, half, -half, -half))
        self._paint_middle(painter, ring)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        state = self.state_at(event.position())
        if state is None:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(order_words(state) if state is not None else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        state = self.state_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and state is not None:
            self.asked.emit(state)

    def state_at(self, place: QPointF) -> LineState | None:
        """Whose share is here; None beside the ring."""
        ring = self._ring()
        away = place - ring.center()
        radius = math.hypot(away.x(), away.y())
        if not ring.width() / 2 - _BAND - 4 <= radius <= ring.width() / 2 + 4:
            return None
        turned = math.atan2(away.x(), -away.y()) / math.tau % 1  # from the top, clockwise
        states = self._states or ()
        left = turned * sum(count for _, count in states)
        for state, count in states:
            left -= count
            if left < 0:
                return state
        return None

    def _ring(self) -> QRectF:
        size = min(self.width(), self.height(), 190) - 4.0
        return QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)


class _StateButton(QPushButton):
    """A line of the legend."""

    def __init__(self, state: LineState) -> None:
        super().__init__()
        mark(self, kind="flat")
        self.state = state
        self._words, self._count = order_words(state), ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_count(self, count: int) -> None:
        """So many orders."""
        words = locale.number(count)
        if words != self._count:
            self._count = words
            self.setAccessibleName(t("dashboard_page.state_open", state=self._words, count=count))
            self.setToolTip(self.accessibleName())
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._wide(self._words) + self._wide("0" * len(self._count)) + 46, px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(ROLES[self.state]))
        line = QRectF(self.rect()).adjusted(8, 0, -8, 0)
        painter.drawEllipse(QRectF(line.left(), line.center().y() - 5, 10, 10))
        painter.setFont(self._font())
        painter.setPen(colour("text"))
        room = line.adjusted(18, 0, -self._wide(self._count) - 8, 0)
        metrics = painter.fontMetrics()
        words = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._count)

    def _wide(self, words: str) -> int:
        return QFontMetrics(self._font()).horizontalAdvance(words)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(px(13))
        return font
