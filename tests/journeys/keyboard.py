"""Somebody without a mouse: presses the keys that F1 lists, walks with Tab, types, and reads what has the keyboard."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLineEdit, QWidget

from tests.pictures.rooms import House

_MOST_TABS = 200
_SLOW_MS = 60
"""Between two letters: quicker ones are a scanner's."""


class Hands:
    """Ten fingers at this window. What is pressed goes to the window that has the keyboard, as on a desk."""

    def __init__(self, house: House) -> None:
        self.house = house
        house.window.activateWindow()
        house.settle()

    @property
    def top(self) -> QWidget:
        """The menu, dialog or window that keys go to."""
        return (
            QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.house.window
        ).window()

    @property
    def focus(self) -> QWidget | None:
        """What has the keyboard."""
        return self.top.focusWidget()

    @property
    def asks(self) -> str:
        """The title of the dialog that asks; "" for none."""
        dialog = QApplication.activeModalWidget()
        return dialog.windowTitle() if dialog is not None else ""

    def press(self, *keys: str) -> None:
        """These keys, one after the other ("Ctrl+4", "Down", "Space")."""
        for one in keys:
            combination = QKeySequence(one)[0]  # type: ignore[index]
            handle = self.top.windowHandle()
            assert handle is not None, f"{one}: nothing takes keys"
            QTest.keyClick(handle, combination.key(), combination.keyboardModifiers())
            QTest.qWait(_SLOW_MS)
            self.house.settle()

    def type(self, text: str) -> None:
        """As a person types: slower than a scanner."""
        for char in text:
            handle = self.top.windowHandle()
            assert handle is not None
            QTest.keyClick(handle, char)  # type: ignore[call-overload]
            QTest.qWait(_SLOW_MS)
        self.house.settle()

    def go_to(self, words: str) -> QWidget:
        """Tab until what has the keyboard says these words."""
        passed: list[str] = []
        for _ in range(_MOST_TABS):
            now = self.focus
            if now is not None and words.casefold() in spoken(now).casefold():
                return now
            passed.append(spoken(now) if now is not None else "-")
            self.press("Tab")
        raise AssertionError(f"Tab does not come to {words!r}, only to {sorted(set(passed))}")

    def push(self, words: str) -> None:
        """Go to the button with these words and press it."""
        self.go_to(words)
        self.press("Space")

    def fill(self, field: str, text: str) -> None:
        """Go to this field and write this in the place of what stands there."""
        found = self.go_to(field)
        if isinstance(found, QLineEdit):
            found.selectAll()
        self.type(text)

    def choose_first(self, words: str) -> None:
        """Go to this list and to its first line."""
        table = self.go_to(words)
        for _ in range(_MOST_TABS):
            if isinstance(table, QAbstractItemView):
                break
            self.press("Tab")
            table = self.go_to(words)
        assert isinstance(table, QAbstractItemView), f"{words!r} is no list"
        model = table.model()
        self.house.wait(lambda: model.rowCount() > 0)
        self.press("Home")
        if not table.currentIndex().isValid():
            self.press("Down")
        assert table.currentIndex().isValid(), f"no line of {words!r} is chosen"

    def leave(self) -> None:
        """Esc closes what asks; then the desktop, which is not there offscreen, gives the window the keyboard back."""
        for _ in range(5):
            if not self.asks:
                self.house.window.activateWindow()
                self.house.settle()
                return
            self.press("Esc")
        raise AssertionError(f"{self.asks!r} does not close by Esc")


def spoken(widget: QWidget) -> str:
    """What a screen reader says of it."""
    words = widget.accessibleName() or str(getattr(widget, "text", str)() or "")
    if not words and isinstance(widget, QComboBox):
        words = widget.currentText()
    return words.replace("&", "") or type(widget).__name__
