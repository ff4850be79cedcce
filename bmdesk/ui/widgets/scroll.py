"""What scrolls when the window is too small for it, without a frame of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from bmdesk.ui.theme import are_words_large, mark


class ScrollColumn(QScrollArea):
    """Put widgets into `column`. Whatever gets the focus is scrolled into view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(_across())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        mark(inside, kind="clear")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 6, 0)
        self.column.setSpacing(12)
        self.setWidget(inside)
        mark(self.viewport(), kind="clear")


class ScrollRow(QScrollArea):
    """As high as what it holds, and scrolls sideways where that is too wide; by the arrow keys too."""

    def __init__(self, inside: QWidget, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        mark(self.viewport(), kind="clear")
        self._inside = inside
        self.setWidget(inside)
        self.fit()

    def fit(self) -> None:
        """What it holds has another size now."""
        inside = self._inside
        inside.adjustSize()
        is_wide = inside.width() > self.width()
        bar = self.horizontalScrollBar().sizeHint().height() if is_wide else 0
        self.setFixedHeight(inside.height() + bar)
        # Only where there is something to scroll does Tab stop here.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_wide else Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


def scrolling(inside: QWidget) -> QScrollArea:
    """This widget in an area that scrolls it; Tab goes past the area to what stands inside."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(_across())
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


def _across() -> Qt.ScrollBarPolicy:
    policy = Qt.ScrollBarPolicy
    return policy.ScrollBarAsNeeded if are_words_large() else policy.ScrollBarAlwaysOff
