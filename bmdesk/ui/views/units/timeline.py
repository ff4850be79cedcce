"""A unit's life as a line with a dot for each entry, newest first; painted, because there may be hundreds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import Theme, colour, pixmap, px

_LEFT = 26
_PAD = 6
_GAP = 14
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry: the sentence, the small line under it, the beginning of its hash, and whether the chain
    holds there.
    """

    sentence: str
    note: str
    digest: str
    whole: bool


class Timeline(QWidget):
    """Shows `Moment`s top to bottom. As tall as it needs to be for its width."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._moments: tuple[Moment, ...] = ()
        self._boxes: list[QRect] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        Theme.now().changed.connect(self.update)

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """Replace what is shown."""
        self._moments = tuple(moments)
        self.setAccessibleName(self._name)
        self.setAccessibleDescription("\n".join(f"{m.note}: {m.sentence}" for m in self._moments[:50]))
        self._lay_out()

    @property
    def sentences(self) -> list[str]:
        """What is shown, top to bottom."""
        return [moment.sentence for moment in self._moments]

    def sizeHint(self) -> QSize:
        return QSize(280, self.heightForWidth(max(self.width(), 200)))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return sum(self._measured(width)) or 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = self.devicePixelRatioF()
        small = self._small()
        code = QFontMetrics(small)
        for number, (moment, box) in enumerate(zip(self._moments, self._boxes, strict=True)):
            if not box.intersects(event.rect()):
                continue
            dot = QPointF(9, box.top() + _PAD + 9)
            painter.setPen(QPen(colour("line"), 2))
            if number + 1 < len(self._boxes):
                painter.drawLine(dot, QPointF(9, box.bottom() + 1 + _PAD + 9))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(Tone.INFO if moment.whole else Tone.BAD))
            painter.drawEllipse(dot, 4, 4)
            words = box.adjusted(_LEFT, _PAD, 0, 0)
            painter.setFont(self.font())
            painter.setPen(colour("text"))
            painter.drawText(words, _WRAP, moment.sentence)
            line = QRect(words.left(), box.bottom() - _GAP // 2 - code.height(), words.width(), code.height())
            painter.setFont(small)
            painter.setPen(colour("muted"))
            right = code.horizontalAdvance(moment.digest) + 22
            note = code.elidedText(
                moment.note, Qt.TextElideMode.ElideRight, max(40, line.width() - right - 8)
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, note)
            sign, role = ("check", "ok") if moment.whole else ("warning", "bad")
            painter.drawPixmap(line.right() - right + 4, line.center().y() - 6, pixmap(sign, 13, role, ratio))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, moment.digest)

    def _lay_out(self) -> None:
        top = 0
        self._boxes = []
        for height in self._measured(self.width()):
            self._boxes.append(QRect(0, top, self.width(), height))
            top += height
        self.setFixedHeight(max(1, top))
        self.update()

    def _measured(self, width: int) -> list[int]:
        metrics, small = QFontMetrics(self.font()), QFontMetrics(self._small())
        room = QRect(0, 0, max(60, width - _LEFT), 10_000)
        return [
            metrics.boundingRect(room, _WRAP, moment.sentence).height() + small.height() + _PAD + _GAP
            for moment in self._moments
        ]

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(px(12))
        return font
