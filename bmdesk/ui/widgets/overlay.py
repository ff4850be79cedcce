"""What lies over a whole window and grows with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QWidget


class Overlay(QFrame):
    """A hidden child of `over`; `cover()` shows it above everything else in there."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.over = over
        over.installEventFilter(self)
        self.hide()

    def cover(self) -> None:
        """Lie over the whole window, in front."""
        self.setGeometry(self.over.rect())
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.over and self.isVisible():
            self.setGeometry(self.over.rect())
        return False
