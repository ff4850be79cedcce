"""A button that not everybody with a badge may press: shown, but off, with the reason as its hint.

It only spares people a refusal; whether somebody may is asked again by the service.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from bmdesk.domain.rights import Right, right_text, who_may
from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.workplace import Workplace


def needs(widget: QWidget, workplace: Workplace, right: Right) -> None:
    """Keep this widget off while whoever is signed in lacks this right, whatever its page says."""
    _Guard(widget, workplace, right)


def allow(action: QAction, workplace: Workplace, right: Right) -> None:
    """Switch the action of a menu that is about to open off, with the reason, where the right is not there."""
    if not workplace.may(right):
        action.setEnabled(False)
        action.setText(t("right.off", words=action.text(), needed=who_may(right)))


def permitted(workplace: Workplace, right: Right) -> bool:
    """Whether what a key asks for may begin; where not, it is said why."""
    if workplace.may(right):
        return True
    words = t("right.hint", what=right_text(right), needed=who_may(right))
    workplace.window.say(Tone.WARN, words, for_ms=6000)
    return False


class _Guard(QObject):
    def __init__(self, widget: QWidget, workplace: Workplace, right: Right) -> None:
        super().__init__(widget)
        self._widget, self._workplace, self._right = widget, workplace, right
        self._hint = widget.toolTip()
        self._took = False
        widget.installEventFilter(self)
        workplace.operator_changed.connect(self._look)
        self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        switched_on = event.type() == QEvent.Type.EnabledChange and self._widget.isEnabled()
        if watched is self._widget and switched_on and not self._workplace.may(self._right):
            self._took = True
            self._widget.setEnabled(False)
        return False

    def _look(self, _person: object = None) -> None:
        if self._workplace.may(self._right):
            self._widget.setToolTip(self._hint)
            if self._took:
                self._took = False
                self._widget.setEnabled(True)
            return
        words = t("right.hint", what=right_text(self._right), needed=who_may(self._right))
        self._widget.setToolTip(hint(words))
        # Where its page switched it off there is nothing to take.
        if not self._widget.testAttribute(Qt.WidgetAttribute.WA_ForceDisabled):
            self._took = True
            self._widget.setEnabled(False)
