"""A device drawn by its zones: where is the scratch? Front and back stand side by side, the edges around the
front.

Which zones a device has is data; what a defect does to the grade is not this widget's business. It shows
marks and says which zone was chosen, by mouse, by arrow keys and Enter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from bmdesk.texts import t
from bmdesk.ui.theme import colour, px, tint
from bmdesk.ui.words import severity_tone

# Width of one side for a height of 1, by category: the outlines are given in a unit square.
_SHAPES: Mapping[str, float] = {
    "phone": 0.5,
    "tablet": 0.74,
    "laptop": 0.95,
    "watch": 0.6,
    "console": 1.15,
    "audio": 0.95,
}
_GAP = 26.0
_CAPTION = 20.0
_RIM = 7.0  # pixels by which edges grow
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class PictureZone(Protocol):
    """What a zone must offer (domain.inspection.Zone does): `side` is front, back or edge."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def outline(self) -> tuple[tuple[float, float], ...]: ...


@dataclass(frozen=True, slots=True)
class ZoneMark:
    """How many defects a zone has, and the worst severity (1 to 3)."""

    count: int
    severity: int


class DevicePicture(QWidget):
    """`zone_chosen(code)` when a person picks a zone; `show_marks` paints a dot on each zone that has
    defects.
    """

    zone_chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zones: tuple[PictureZone, ...] = ()
        self._marks: Mapping[str, ZoneMark] = {}
        self._shape = _SHAPES["phone"]
        self._at = -1
        self._hover = -1
        self._chosen = ""
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 190)

    def sizeHint(self) -> QSize:
        return QSize(300, 280)

    def show_device(self, category: str, zones: Sequence[PictureZone]) -> None:
        """Draw another kind of device. Later zones lie on earlier ones."""
        self._shape = _SHAPES.get(category, 0.8)
        self._zones = tuple(zones)
        self._marks = {}
        self._at = self._hover = -1
        self._chosen = ""
        self.update()

    def show_marks(self, marks: Mapping[str, ZoneMark]) -> None:
        """Replace all dots; zones that this device does not have are ignored."""
        self._marks = dict(marks)
        self.update()

    def show_chosen(self, code: str) -> None:
        """Show this zone as the chosen one, "" for none. No signal is sent."""
        self._chosen = code
        self.update()

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_body(painter)
        for number in range(len(self._zones)):
            self._paint_zone(painter, number)
        if self.hasFocus() and self._at >= 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("accent"), 3))
            painter.drawPolygon(self._polygon(self._zones[self._at]))
        for zone in self._zones:
            mark = self._marks.get(zone.code)
            if mark is not None and mark.count:
                self._paint_mark(painter, self._polygon(zone), mark)
        self._paint_captions(painter)

    def _paint_body(self, painter: QPainter) -> None:
        """What lies between screen and edges, where the edges run all round."""
        if {"EDGE_TOP", "EDGE_BOTTOM", "EDGE_LEFT", "EDGE_RIGHT"} <= {zone.code for zone in self._zones}:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint("muted", "card", 0.22))
            painter.drawRect(self._square("front"))

    def _paint_zone(self, painter: QPainter, number: int) -> None:
        zone = self._zones[number]
        mark = self._marks.get(zone.code)
        fill = QColor(colour("page"))
        if mark is not None and mark.count:
            fill = tint(severity_tone(mark.severity), "card", 0.2)
        if zone.code == self._chosen:
            fill = tint("fill", "card", 0.28)
        elif number == self._hover:
            fill = tint("fill", "card", 0.14)
        painter.setBrush(fill)
        chosen = zone.code == self._chosen
        painter.setPen(
            QPen(colour("accent") if chosen else tint("muted", "card", 0.55), 2 if chosen else 1.2)
        )
        painter.drawPolygon(self._polygon(zone))

    def _paint_mark(self, painter: QPainter, polygon: QPolygonF, mark: ZoneMark) -> None:
        centre = polygon.boundingRect().center()
        dot = QRectF(centre.x() - 10, centre.y() - 10, 20, 20)
        painter.setPen(QPen(colour("card"), 2))
        painter.setBrush(colour(severity_tone(mark.severity)))
        painter.drawEllipse(dot)
        painter.setPen(colour("card"))
        painter.setFont(self._font(12, QFont.Weight.Bold))
        painter.drawText(dot, Qt.AlignmentFlag.AlignCenter, str(mark.count) if mark.count < 10 else "9+")

    def _paint_captions(self, painter: QPainter) -> None:
        painter.setFont(self._font(12, QFont.Weight.Normal))
        painter.setPen(colour("muted"))
        names = {"front": t("ui.device.front"), "back": t("ui.device.back")}
        pointed = self._hover if self._hover >= 0 else self._at if self.hasFocus() else -1
        if pointed >= 0:
            zone = self._zones[pointed]
            names["back" if zone.side == "back" else "front"] = zone.title
        for side, words in names.items():
            square = self._square(side)
            if any(zone.side == side for zone in self._zones):
                room = _GAP + 40
                line = QRectF(
                    square.left() - room / 2, square.bottom() + _RIM + 2, square.width() + room, _CAPTION
                )
                painter.drawText(line, Qt.AlignmentFlag.AlignCenter, words)

    # -- where a zone is

    def _square(self, side: str) -> QRectF:
        """The rectangle that this side's unit square fills."""
        sides = 2 if any(zone.side == "back" for zone in self._zones) else 1
        height = self.height() - _CAPTION - 2 * _RIM - 6
        width = height * self._shape
        room = (self.width() - 2 * _RIM - 4 - _GAP * (sides - 1)) / sides
        if width > room:
            height, width = height * room / width, room
        left = (self.width() - width * sides - _GAP * (sides - 1)) / 2
        top = (self.height() - _CAPTION - height) / 2 - 1
        return QRectF(left + (width + _GAP if side == "back" else 0), top, width, height)

    def _polygon(self, zone: PictureZone) -> QPolygonF:
        square = self._square(zone.side)
        points = [_placed(square, x, y) for x, y in zone.outline]
        if zone.side == "edge":
            points = [_pushed_out(point, square) for point in points]
        return QPolygonF(points)

    def _zone_at(self, point: QPointF) -> int:
        for number in reversed(range(len(self._zones))):
            if self._polygon(self._zones[number]).containsPoint(point, Qt.FillRule.OddEvenFill):
                return number
        return -1

    # -- choosing

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self._zone_at(event.position())
        if hover != self._hover:
            self._hover = hover
            self.setCursor(Qt.CursorShape.PointingHandCursor if hover >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._zone_at(event.position())
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._at = number
            self._choose(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS and self._zones:
            self._move(*_ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._at >= 0:
            self._choose(self._at)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._at < 0 and self._zones:
            self._at = 0
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._zone_at(QPointF(event.pos()))
            if number >= 0:
                QToolTip.showText(event.globalPos(), self._zones[number].title, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _choose(self, number: int) -> None:
        self._chosen = self._zones[number].code
        self.update()
        self.zone_chosen.emit(self._chosen)

    def _move(self, right: float, down: float) -> None:
        """To the nearest zone in this direction; sideways distance counts double."""
        here = self._polygon(self._zones[max(self._at, 0)]).boundingRect().center()
        best, nearest = self._at, float("inf")
        for number, zone in enumerate(self._zones):
            offset = self._polygon(zone).boundingRect().center() - here
            ahead = offset.x() * right + offset.y() * down
            aside = abs(offset.x() * down) + abs(offset.y() * right)
            if number != self._at and ahead > 1 and ahead + 2 * aside < nearest:
                best, nearest = number, ahead + 2 * aside
        self._at = max(best, 0)
        self.setAccessibleDescription(self._zones[self._at].title)
        self.update()

    def _font(self, size: int, weight: QFont.Weight) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(px(size))
        font.setWeight(weight)
        return font


def _placed(square: QRectF, x: float, y: float) -> QPointF:
    return QPointF(square.left() + x * square.width(), square.top() + y * square.height())


def _pushed_out(point: QPointF, square: QRectF) -> QPointF:
    """Edges are thin: where they lie on the rim of the square they grow outwards, until a gloved hand can
    hit them.
    """
    x, y = point.x(), point.y()
    if min(x - square.left(), square.right() - x) < 0.5:
        x += -_RIM if x < square.center().x() else _RIM
    if min(y - square.top(), square.bottom() - y) < 0.5:
        y += -_RIM if y < square.center().y() else _RIM
    return QPointF(x, y)
