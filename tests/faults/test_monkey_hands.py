"""A monkey's own hands: a window that goes away under them is nobody's crash."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from tests.faults.monkey_hands import press, strike, tap

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Mortal(QWidget):
    """Says what it was given, and dies of it where `dies_of` says so."""

    def __init__(self, dies_of: object = None) -> None:
        super().__init__()
        self.dies_of = dies_of
        self.heard: list[object] = []
        self.show()
        self.winId()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._hear(event.text() or Qt.Key(event.key()))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._hear((event.text() or Qt.Key(event.key()), "up"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hear(event.button())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hear((event.button(), "up"))

    def _hear(self, what: object) -> None:
        self.heard.append(what)
        if what == self.dies_of:
            QTimer.singleShot(0, lambda: delete(self))


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("dies_of", "heard"),
    [
        (Qt.Key.Key_Shift, [Qt.Key.Key_Shift]),
        ("A", [Qt.Key.Key_Shift, "A"]),
        (("A", "up"), [Qt.Key.Key_Shift, "A", ("A", "up")]),
        (None, [Qt.Key.Key_Shift, "A", ("A", "up"), (Qt.Key.Key_Shift, "up")]),
    ],
)
def test_a_key_goes_nowhere_once_its_window_is_gone(dies_of: object, heard: list[object]) -> None:
    window = Mortal(dies_of)
    press(window.windowHandle(), Qt.Key.Key_A, SHIFT)
    assert window.heard == heard


@pytest.mark.usefixtures("qapp")
def test_a_scan_ends_with_its_window() -> None:
    window = Mortal(("2", "up"))
    strike(window, "123\r")
    assert window.heard == ["1", ("1", "up"), "2", ("2", "up")]


def test_a_scan_arrives_as_it_was_printed(qtbot: QtBot) -> None:
    window = Mortal()
    qtbot.addWidget(window)
    strike(window, "Aa1:é-")
    assert window.heard == [one for char in "Aa1:é-" for one in (char, (char, "up"))]


def test_a_click_goes_down_and_up(qtbot: QtBot) -> None:
    window = Mortal()
    qtbot.addWidget(window)
    tap(window, Qt.MouseButton.LeftButton, QPoint(3, 3))
    assert window.heard == [Qt.MouseButton.LeftButton, (Qt.MouseButton.LeftButton, "up")]
