"""Buttons beside each other, in as many lines as they need."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bmdesk.ui.theme import mark

_GAP = 8


class Flow(QWidget):
    """`add` appends; Tab walks in the same order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="clear")
        self._items: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Append; it takes the width that it likes."""
        widget.setParent(self)
        self._items.append(widget)
        widget.show()
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return max((place.bottom() + 1 for place in places), default=0)

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def event(self, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Show}:
            # What stands in it has another size now, or shows its own for the first time.
            self._place(self.width())
            self.setFixedHeight(max(1, self.heightForWidth(self.width())))
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(event.size().width())
        if event.size().width() != event.oldSize().width():
            self.setFixedHeight(max(1, self.heightForWidth(event.size().width())))

    def _place(self, width: int) -> None:
        for widget, place in zip(self._items, self._places(width), strict=True):
            widget.setGeometry(place)

    def _places(self, width: int) -> list[QRect]:
        found: list[QRect] = []
        left = top = line = 0
        for widget in self._items:
            hint = widget.sizeHint()
            wide = min(hint.width(), width)
            if left and left + wide > width:
                left, top, line = 0, top + line + _GAP, 0
            found.append(QRect(left, top, wide, hint.height()))
            left += wide + _GAP
            line = max(line, hint.height())
        return found
