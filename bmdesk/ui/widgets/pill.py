"""A word in a rounded tint: state, grade, result. As a widget, and as a delegate for table cells."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import colour, px, tint

TONE_ROLE = int(Qt.ItemDataRole.UserRole) + 41
"""A model answers this role with a Tone for a cell drawn as a pill."""
HEIGHT = 22
_SIDE = 10


class Pill(QWidget):
    """Plain words on their tone's tint."""

    def __init__(self, words: str = "", tone: Tone = Tone.NEUTRAL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    @property
    def words(self) -> str:
        return self._words

    @property
    def tone(self) -> Tone:
        return self._tone

    def show_words(self, words: str, tone: Tone) -> None:
        """Change what it says."""
        self._words = words
        self._tone = tone
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(
            QFontMetrics(_pill_font(self.font())).horizontalAdvance(self._words) + 2 * _SIDE, px(HEIGHT)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_pill(painter, QRectF(self.rect()), self._words, self._tone)


class PillDelegate(QStyledItemDelegate):
    """Draws a cell as a pill in the tone that the model gives for `TONE_ROLE`; without one, as an ordinary
    cell.
    """

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tone = index.data(TONE_ROLE)
        words = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if not tone or not words:
            super().paint(painter, option, index)
            return
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        widget = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, blank, painter, widget)
        area = QRectF(option.rect)
        metrics = QFontMetrics(_pill_font(option.font))
        width = min(metrics.horizontalAdvance(words) + 2 * _SIDE, area.width() - 12)
        box = QRectF(area.left() + 6, area.center().y() - px(HEIGHT) / 2, width, px(HEIGHT))
        painter.save()
        paint_pill(
            painter,
            box,
            metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(width) - _SIDE),
            Tone(tone),
        )
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + 2 * _SIDE, size.height())


def paint_pill(painter: QPainter, box: QRectF, words: str, tone: Tone) -> None:
    """Draw one pill into this box."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tint(tone)))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(colour(tone))
    painter.setFont(_pill_font(painter.font()))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _pill_font(font: QFont) -> QFont:
    made = QFont(font)
    made.setPixelSize(px(13))
    made.setWeight(QFont.Weight.Medium)
    return made
