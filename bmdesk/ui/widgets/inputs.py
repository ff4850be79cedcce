"""Fields for a person with gloves and a number pad: everything is selected on arrival, the wheel changes
nothing.
"""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QWidget

from bmdesk.texts import locale, t

_INDENT = 7  # the style sheet's padding does not reach the text of a spin box


class NumberBox(QSpinBox):
    """Whole numbers. Typing replaces what is there; a stray turn of the wheel does not."""

    def __init__(
        self, name: str, least: int = 0, most: int = 100, suffix: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setRange(least, most)
        self.setSuffix(suffix)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(_INDENT, 0, 0, 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # After a click Qt places the cursor once more, so the selection waits its turn.
        QTimer.singleShot(0, self, self.selectAll)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoiceBox(QComboBox):
    """One of a few. `choices` are (value, words); `value()` gives the chosen value back."""

    def __init__(
        self, name: str, choices: list[tuple[str, str]] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_choices(choices or [])

    def set_choices(self, choices: list[tuple[str, str]]) -> None:
        """Replace the choices; the chosen value stays chosen if it is still there. No signal is sent."""
        before = self.value()
        self.blockSignals(True)
        self.clear()
        for value, words in choices:
            self.addItem(words, value)
        self.set_value(before)
        self.blockSignals(False)

    def value(self) -> str:
        """The chosen value, "" if nothing is chosen."""
        return str(self.currentData() or "")

    def set_value(self, value: str) -> None:
        """Choose this value; a value that is not offered changes nothing."""
        found = self.findData(value)
        if found >= 0:
            self.setCurrentIndex(found)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class DayBox(QLineEdit):
    """A day as it is written here, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaxLength(10)
        self.setPlaceholderText(t("orders_page.day_shape"))

    def day(self) -> date | None:
        """None for what is no day."""
        try:
            return locale.read_day(self.text())
        except ValueError:
            return None


def begin_of(day: date) -> datetime:
    """The moment at which this day begins on this machine."""
    return datetime(day.year, day.month, day.day).astimezone()
