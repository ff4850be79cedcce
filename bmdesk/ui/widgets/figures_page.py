"""A room of figures: read each minute anew and soon after something changed, as long as somebody looks.

Only for those who may see figures; for others it says so and shows none.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from bmdesk.domain.rights import Right
from bmdesk.texts import t
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fresh_page import FreshPage
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.workplace import Workplace

EVERY_MS = 60_000
GATHER_MS = 1500
"""A page of orders, a scan a second are many changes, and the figures are not what people wait for."""


class FiguresPage(FreshPage):
    """A page fills `content`, reads in `refresh`, names its `room` and where the keyboard lands, and calls `look_who`
    when it is built.
    """

    room: str

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, stale=True)
        self.header_status = ""
        self.content = QWidget()
        mark(self.content, kind="clear")
        self.nothing = EmptyState(
            "lock",
            t("dashboard_page.not_for_you"),
            note=t("dashboard_page.not_for_you_note"),
            action=t("dashboard_page.to_bench"),
            on_action=lambda *_: workplace.window.show_room("bench"),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.content)
        self._stack.addWidget(self.nothing)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self._every = QTimer(self, interval=EVERY_MS)
        self._soon = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._every.timeout.connect(self.refresh)
        self._soon.timeout.connect(self.refresh)
        workplace.operator_changed.connect(self.look_who)
        workplace.window.closing.connect(self.left)

    @property
    def may_see(self) -> bool:
        """Whether whoever is signed in may see figures."""
        return self.workplace.may(Right.FIGURES)

    @property
    def is_reading(self) -> bool:
        """Whether it reads by itself, each minute."""
        return self._every.isActive()

    def entered(self) -> None:
        """The room is on screen again."""
        self._every.start()
        self.look_who()
        self.refresh()

    def left(self) -> None:
        """Nobody looks: nothing is read."""
        self._every.stop()
        self._soon.stop()

    def refresh(self) -> None:
        """Read anew what is chosen, where whoever is signed in may see it."""
        raise NotImplementedError

    def landing(self) -> QWidget:
        """Where the keyboard lands, while there are figures."""
        raise NotImplementedError

    def look_who(self, _person: object = None) -> None:
        """Whoever may not see figures finds none, also none of those that somebody else had on screen."""
        may = self.may_see
        self._stack.setCurrentIndex(0 if may else 1)
        lands_on(self, self.landing() if may else self.nothing.button)
        if not may:
            self._every.stop()
            self.say_header("")
        elif self.isVisible() and not self._every.isActive():
            self._every.start()
            self.refresh()

    def say_header(self, said: str) -> None:
        """Of which days the figures are, beside the room's name."""
        self.header_status = said
        if self.workplace.window.current_room == self.room:
            self.workplace.window.set_header_status(said)

    def _redraw(self) -> None:
        super()._redraw()
        if not self._soon.isActive():
            self._soon.start()
