"""A button that sends somebody out, what moves while they are away, and the way to wait no longer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from bmdesk.texts import Failure
from bmdesk.ui.theme import mark

if TYPE_CHECKING:
    from bmdesk.ui.syncing import Errand

Send = Callable[[Callable[[Any], object], Callable[[Failure], object]], "Errand | None"]
"""Begins the errand; it is told who takes its answer and who its failure. None: nobody can be sent now."""


class ErrandRow(QWidget):
    """`answered` or `refused` fires once the errand is back; `given_up` instead where a person waits no longer.

    `patient`: what was begun must come back. The second button then only asks it to come back early.
    """

    begun = Signal()
    answered = Signal(object)
    refused = Signal(object)  # Failure
    given_up = Signal()

    def __init__(
        self, button: QPushButton, send: Send, waiting: str, stop: str, *, patient: bool = False
    ) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._send = send
        self._patient = patient
        self._errand: Errand | None = None
        self._number = 0
        self.button = button
        self.button.clicked.connect(self.go)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(waiting)
        self.stop_button = QPushButton(stop)
        self.stop_button.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addWidget(self.stop_button)
        row.addWidget(self.bar, 1)
        row.addStretch()
        self._show_away(away=False)

    @property
    def is_away(self) -> bool:
        """Whether an answer is waited for."""
        return self._errand is not None

    def go(self) -> None:
        """Send somebody, unless somebody is away or the button is off."""
        if self.is_away or not self.button.isEnabled():
            return
        number = self._number = self._number + 1

        def awaited(take: Callable[..., object], *answer: object) -> None:
            if number == self._number and shiboken6.isValid(self):
                take(*answer)

        # What comes back arrives by a queued signal: never before this has returned.
        errand = self._send(partial(awaited, self.answered.emit), partial(awaited, self.refused.emit))
        if errand is None:
            return
        errand.ended.connect(partial(awaited, self._has_ended))
        self._errand = errand
        self.bar.setRange(0, 0)
        self._show_away(away=True)
        self.begun.emit()

    def stop(self) -> None:
        """Wait no longer: whatever still comes is not shown. A patient row asks for an early return and waits."""
        if self._errand is None:
            return
        self._errand.cancel()
        if self._patient:
            self.stop_button.setEnabled(False)
            return
        self._number += 1
        self._has_ended()
        self.given_up.emit()

    def _has_ended(self) -> None:
        """However it went, also by a bug."""
        self._errand = None
        self._show_away(away=False)

    def _show_away(self, *, away: bool) -> None:
        # The keyboard stays here: a button that is switched off would hand it on to whatever follows.
        buttons = [self.button, self.stop_button]
        before, after = buttons if away else reversed(buttons)
        had = before.hasFocus()
        after.setEnabled(True)
        after.setVisible(True)
        if had:
            after.setFocus(Qt.FocusReason.OtherFocusReason)
        self.button.setEnabled(not away)
        self.bar.setVisible(away)
        self.stop_button.setVisible(away)
