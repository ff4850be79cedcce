"""The rooms, one on screen at a time. A window too small for a room scrolls it rather than cutting it off."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from bmdesk.ui.theme import are_words_large, mark, px

_ENOUGH = (860, 500)
"""Every room can be worked in on so many pixels while words have their usual size (a test holds that), so with larger
words none needs more than that much more; what its cards would like to have may be twice that.
"""


class RoomStack(QStackedWidget):
    """Only the room on screen says how much place is needed; `area` is what stands in the window."""

    def __init__(self) -> None:
        super().__init__()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes past it to what stands in the room
        self.area.setWidget(self)
        mark(self, kind="clear")
        mark(self.area.viewport(), kind="clear")
        self.currentChanged.connect(lambda _: self.updateGeometry())

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def heightForWidth(self, width: int) -> int:
        """What the room on screen needs is said below; the area would ask all rooms."""
        return 0

    def minimumSizeHint(self) -> QSize:
        page: QWidget | None = self.currentWidget()
        if page is None or not are_words_large():
            return QSize(0, 0)
        return page.minimumSizeHint().expandedTo(page.minimumSize()).boundedTo(QSize(*map(px, _ENOUGH)))
