"""What the window's frame says beside the rooms: that nothing here is real, and how syncing goes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import Theme, colour, px

STRIP_HEIGHT = 24
_DOT = 8


class Strip(QWidget):
    """A coloured strip over the whole window, hidden while it has no words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ""
        self._tone = Tone.WARN
        self.setFixedHeight(px(STRIP_HEIGHT))
        self.hide()
        Theme.now().changed.connect(self.update)

    def show_words(self, words: str, tone: Tone) -> None:
        """Say this; "" hides the strip."""
        self.words, self._tone = words, tone
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self._tone))
        font = QFont(self.font())
        font.setPixelSize(px(13))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(colour("card"))
        room = self.rect().adjusted(12, 0, -12, 0)
        words = QFontMetrics(font).elidedText(self.words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)


class SyncLight(QAbstractButton):
    """A dot and a few words. A click asks for the room where the rest is told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.NEUTRAL
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # Tab walks through the page; the room behind this has a key of its own.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        Theme.now().changed.connect(self.update)

    def show_words(self, words: str, tone: Tone) -> None:
        """Say this; "" hides it."""
        self._tone = tone
        self.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.updateGeometry()
        self.update()

    @property
    def tone(self) -> Tone:
        return self._tone

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._font()).horizontalAdvance(self.text())
        return QSize(min(words, px(420)) + _DOT + 22, px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._tone if self.isEnabled() else Tone.NEUTRAL))
        middle = self.height() / 2
        painter.drawEllipse(QRectF(6, middle - _DOT / 2, _DOT, _DOT))
        font = self._font()
        painter.setFont(font)
        quiet = self._tone in {Tone.OK, Tone.NEUTRAL} or not self.isEnabled()
        painter.setPen(colour("muted" if quiet else self._tone))
        room = self.rect().adjusted(_DOT + 12, 0, -6, 0)
        words = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(px(12))
        font.setUnderline(self.underMouse())
        return font
