"""Where the keyboard lands when somebody comes into a room.

Not a focus proxy: with one, Tab past the last button of the room leads back to the proxy, and never to what stands
above it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget


class _Landing(QObject):
    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.target: QWidget | None = None
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.gotFocus() and self.target is not None:
            self.target.setFocus(event.reason())
        return False


def lands_on(page: QWidget, target: QWidget) -> None:
    """Whoever gives the focus to the page gives it to `target`; the last one named counts."""
    landing = next((one for one in page.children() if isinstance(one, _Landing)), None) or _Landing(page)
    landing.target = target
