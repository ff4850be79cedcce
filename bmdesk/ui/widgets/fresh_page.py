"""A page that keeps up with the store: what changed while it was not on screen is drawn when it is entered again."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from bmdesk.domain.changes import Change
from bmdesk.ui.workplace import Workplace


class FreshPage(QWidget):
    """`shown_for`: the changes after which the page reads again. A page redraws in `_redraw` and calls this one's."""

    shown_for: frozenset[Change]

    def __init__(self, workplace: Workplace, *, stale: bool = False) -> None:
        super().__init__()
        self.workplace = workplace
        self._stale = stale
        workplace.bridge.changed.connect(self._changed)

    def entered(self) -> None:
        """The room is on screen again."""
        if self._stale:
            self._redraw()

    def _changed(self, flags: frozenset[Change]) -> None:
        if not flags & self.shown_for:
            return
        if self.isVisible():
            self._redraw()
        else:
            self._stale = True

    def _redraw(self) -> None:
        """Read again what is shown."""
        self._stale = False
