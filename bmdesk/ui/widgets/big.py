"""Words and rows for eyes two metres away: as large as their room allows, and never cut without a sign of it.

Painted, so that text from outside is text and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import colour, mark, pixmap

_LONGEST = 600
_WRAPPED = Qt.TextFlag.TextWordWrap
_ANYWHERE = Qt.TextFlag.TextWrapAnywhere
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class BigText(QWidget):
    """Plain words in the largest type up to `most` pixels that fits where they stand; `ink` is a palette role."""

    def __init__(
        self,
        most: int,
        *,
        least: int = 13,
        align: Qt.AlignmentFlag = _LEFT,
        weight: QFont.Weight = QFont.Weight.Bold,
    ) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.words = ""
        self._most, self._least, self._align, self._weight = most, least, align, weight
        self.ink = "text"
        self._fitted: tuple[str, QSize, QFont, bool] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_words(self, words: str, ink: str = "") -> None:
        """Change what it says, and the colour it is written in."""
        words = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
        if (words, ink or self.ink) != (self.words, self.ink):
            self.words, self.ink = words, ink or self.ink
            self.setAccessibleName(words)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.words:
            return
        font, breaks = self._fit()
        painter = QPainter(self)
        painter.setFont(font)
        painter.setPen(colour(self.ink))
        flags = int(self._align) | int(_ANYWHERE if breaks else _WRAPPED)
        painter.drawText(self.rect(), flags, self.words)

    def _fit(self) -> tuple[QFont, bool]:
        """The type, and whether words have to be broken for it."""
        if self._fitted is None or self._fitted[:2] != (self.words, self.size()):
            font = QFont(self.font())
            font.setWeight(self._weight)
            low, high = self._least, max(self._least, min(self._most, self.height()))
            while low < high:
                middle = (low + high + 1) // 2
                font.setPixelSize(middle)
                low, high = (middle, high) if self._fits(font) else (low, middle - 1)
            font.setPixelSize(low)
            self._fitted = (self.words, self.size(), font, not self._fits(font))
        return self._fitted[2], self._fitted[3]

    def _fits(self, font: QFont) -> bool:
        needed = QFontMetrics(font).boundingRect(self.rect(), int(_WRAPPED), self.words)
        return needed.width() <= self.width() and needed.height() <= self.height()


class Sign(QWidget):
    """A drawing as large as its room, that says without colour what the screen says in words."""

    def __init__(self, most: int) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._name, self._ink, self._most = "scan", "accent", most
        self.set_room(most)

    def set_room(self, width: int) -> None:
        """How wide it may be."""
        self.setFixedWidth(min(width, self._most))

    @property
    def name(self) -> str:
        """Which drawing stands there."""
        return self._name

    def show_sign(self, name: str, ink: str) -> None:
        """Change the drawing."""
        self._name, self._ink = name, ink
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        side = min(self.width(), self.height(), self._most)
        picture = pixmap(self._name, side, self._ink, self.devicePixelRatioF())
        QPainter(self).drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, picture)


@dataclass(frozen=True, slots=True)
class BigRow:
    """One line: a sign, what it is, what is said of it, its number in type that is never cut, and where it lies."""

    icon: str
    tone: Tone
    title: str
    note: str = ""
    code: str = ""
    place: str = ""
    faded: bool = False

    @property
    def words(self) -> str:
        """All of it, for whoever hears the screen."""
        return ", ".join(part for part in (self.title, self.note, self.code, self.place) if part)


class BigRows(QWidget):
    """As many rows as there is room for, the first first; how many more there are stands in the last one."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.rows: tuple[BigRow, ...] = ()
        self._on: Tone | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_rows(self, rows: Sequence[BigRow], on: Tone | None = None) -> None:
        """Replace the rows; `on`: the tone that the whole screen has."""
        self.rows, self._on = tuple(rows), on
        self.setAccessibleName("; ".join(row.words for row in self.rows))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = max(_LOWEST, min(_HIGHEST, self.height() // min(len(self.rows), _FEW)))
        room = max(1, self.height() // height)
        shown = self.rows if len(self.rows) <= room else self.rows[: max(1, room - 1)]
        for number, row in enumerate(shown):
            self._draw(painter, QRect(0, number * height, self.width(), height), row)
        left = len(self.rows) - len(shown)
        if left and room > 1:
            painter.setFont(_font(self.font(), height * 0.3, QFont.Weight.Medium))
            painter.setPen(self._ink("muted"))
            box = QRect(height, len(shown) * height, self.width() - height, height)
            painter.drawText(box, int(_LEFT), t("ui.more_rows", count=left))

    def _draw(self, painter: QPainter, box: QRect, row: BigRow) -> None:
        height = box.height()
        painter.setOpacity((0.62 if self._on is None else 0.8) if row.faded else 1.0)
        painter.fillRect(QRect(box.left(), box.top(), box.width(), 1), self._ink("line"))
        side = int(height * 0.5)
        ink = str(row.tone) if self._on is None else "card"
        picture = pixmap(row.icon, side, ink, self.devicePixelRatioF())
        painter.drawPixmap(box.left() + 2, box.top() + (height - side) // 2, picture)
        left, right = box.left() + side + int(height * 0.3), box.right()
        right = self._place(painter, QRect(left, box.top(), right - left, height), row)
        if row.code:
            font = _font(self.font(), height * 0.42, QFont.Weight.DemiBold)
            width = QFontMetrics(font).horizontalAdvance(row.code)
            while width > (right - left) * 0.75 and font.pixelSize() > _SMALLEST:
                font.setPixelSize(font.pixelSize() - 1)
                width = QFontMetrics(font).horizontalAdvance(row.code)
            painter.setFont(font)
            painter.setPen(self._ink("text"))
            painter.drawText(QRect(right - width, box.top(), width, height), int(_LEFT), row.code)
            right -= width + int(height * 0.35)
        half = height // 2 if row.note else height
        words = QRect(left, box.top() + (int(height * 0.08) if row.note else 0), max(0, right - left), half)
        self._line(painter, words, row.title, height * 0.32, QFont.Weight.DemiBold, "text")
        if row.note:
            under = QRect(left, box.top() + half, max(0, right - left), int(height * 0.42))
            self._line(painter, under, row.note, height * 0.24, QFont.Weight.Normal, "muted")
        painter.setOpacity(1.0)

    def _place(self, painter: QPainter, box: QRect, row: BigRow) -> int:
        """Draw where it lies at the right; where the rest ends."""
        if not row.place:
            return box.right()
        font = _font(self.font(), box.height() * 0.36, QFont.Weight.Bold)
        metrics = QFontMetrics(font)
        words = metrics.elidedText(row.place, Qt.TextElideMode.ElideMiddle, int(box.width() * 0.35))
        width = metrics.horizontalAdvance(words) + box.height() // 2
        area = QRectF(box.right() - width, box.top() + box.height() * 0.18, width, box.height() * 0.64)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("text" if self._on is None else "card"))
        painter.drawRoundedRect(area, 8, 8)
        painter.setFont(font)
        painter.setPen(colour("card" if self._on is None else str(self._on)))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)
        return int(area.left()) - box.height() // 3

    def _line(
        self, painter: QPainter, box: QRect, words: str, size: float, weight: QFont.Weight, ink: str
    ) -> None:
        font = _font(self.font(), size, weight)
        painter.setFont(font)
        painter.setPen(self._ink(ink))
        cut = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(_LEFT), cut)

    def _ink(self, role: str) -> QColor:
        return colour(role if self._on is None else "card")


_LOWEST, _HIGHEST, _FEW = 48, 84, 3
_SMALLEST = 12


def _font(base: QFont, size: float, weight: QFont.Weight) -> QFont:
    font = QFont(base)
    font.setPixelSize(max(_SMALLEST, int(size)))
    font.setWeight(weight)
    return font
