"""The open window: come in, enter a room, wait until it is at rest, and be led to a scene.

What scenes there are stands in `scenes`, a file for each group of rooms; `rooms` puts them in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from bmdesk.ui.application import Application
from bmdesk.ui.theme import Scheme

SMALL, LARGE = (1024, 640), (1440, 900)

_PATIENCE_S = 60.0
_SETTLED_S = 0.25


class NotShown(AssertionError):
    """This scene did not come on screen."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the window is looked at. `percent` is the text size."""

    language: str = "en"
    scheme: Scheme = Scheme.LIGHT
    size: tuple[int, int] = LARGE
    percent: int = 100

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.size[0]}x{self.size[1]}-{self.percent}"


@dataclass(frozen=True, slots=True)
class Scene:
    """Something to look at: its name, its room, and what leads there once the room is open."""

    name: str
    room: str
    lead: Callable[[OpenWindow, Any], object] = lambda _house, _page: None
    dialog: bool = False
    """Whether a dialog must be open then."""


class OpenWindow:
    """The open window. `show` leads to a scene and answers what is on screen then."""

    def __init__(self, application: Application, look: Look) -> None:
        self.application, self.look = application, look
        self.window = application.window
        self.window.feedback.sounds = self.window.feedback.flashes = False
        self._settled_s = _SETTLED_S

    @property
    def place(self) -> Any:
        """The workplace of the shift."""
        assert self.application.shift is not None
        return self.application.shift.place

    def open(self) -> None:
        """Come in and sign in."""
        self.window.resize(*self.look.size)
        self.application.start()
        self.wait(lambda: self.window.locked)
        self.settle()
        self.window.badge_typed.emit("OWNER")
        self.wait(lambda: not self.window.locked)
        self.settle()

    def close(self) -> None:
        """Leave; nothing of this window is left."""
        self.close_dialogs()
        self.window.may_close = lambda: True
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()

    def show(self, scene: Scene) -> list[QWidget]:
        """Lead there: the window, and the dialog over it where there is one. Raises NotShown."""
        try:
            return self._lead(scene)
        except NotShown:  # a list may be read anew in the moment in which its first line is chosen
            self.settle()
            return self._lead(scene)

    def _lead(self, scene: Scene) -> list[QWidget]:
        self.close_dialogs()
        scene.lead(self, self.enter(scene.room))
        self.settle()
        found = self.dialogs()
        if scene.dialog and not found:
            raise NotShown(f"{scene.name}: no dialog opened")
        return found or [self.window]

    def enter(self, room: str) -> Any:
        """The page of this room, at rest."""
        page = self.window.show_room(room)
        if page is None:
            raise NotShown(f"there is no room {room}")
        self.settle()
        return page

    def dialogs(self) -> list[QWidget]:
        """The dialogs that are open."""
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]

    def close_dialogs(self) -> None:
        """No question is open any more."""
        self.window.cheat_sheet.hide()
        self.window.banners.clear()
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QMenu):
                widget.close()
        for dialog in reversed(self.dialogs()):
            assert isinstance(dialog, QDialog)
            QDialog.done(dialog, 0)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def hurry(self) -> None:
        """From now on wait for answers only, not for what follows by timers."""
        self._settled_s = 0.03

    def wait_a_little(self) -> None:
        """At leisure, also where it hurries."""
        hurried, self._settled_s = self._settled_s, _SETTLED_S
        self.settle()
        self._settled_s = hurried

    def settle(self) -> None:
        """Let the page's questions be answered and its drawings finish."""
        quiet = time.monotonic() + self._settled_s
        while time.monotonic() < quiet or self.application.bridge.pending:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if time.monotonic() > quiet + _PATIENCE_S:
                raise NotShown("the window does not come to rest")

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the window live until this holds."""
        limit = time.monotonic() + _PATIENCE_S
        while not until():
            if time.monotonic() > limit:
                raise NotShown("the window is stuck")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def first(house: OpenWindow, table: Any) -> Any:
    """The row under the keyboard of a list, its first if none is. A list that is read anew meanwhile is waited for."""

    def found() -> bool:
        if table.model().rowCount() > 0 and table.under_keyboard() is None:
            table.choose_row(0)
        return table.under_keyboard() is not None

    house.wait(lambda: table.model().rowCount() > 0)
    table.choose_row(0)
    house.settle()
    house.wait(found)
    return table.under_keyboard()
