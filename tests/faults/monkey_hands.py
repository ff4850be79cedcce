"""What a monkey presses, types and scans. Chance is always the caller's."""

from __future__ import annotations

import random
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from tests.timings.market import imei_of

HELD_DOWN = {
    Qt.KeyboardModifier.ShiftModifier: Qt.Key.Key_Shift,
    Qt.KeyboardModifier.ControlModifier: Qt.Key.Key_Control,
    Qt.KeyboardModifier.AltModifier: Qt.Key.Key_Alt,
}
PEOPLE = ("OWNER", "ANA", "LUIS", "SAM", "NOBODY", "")
SIZES = ((960, 600), (1024, 640), (1320, 840), (1440, 900), (1600, 1000))
KEYS = (
    *(Qt.Key.Key_Tab,) * 6, *(Qt.Key.Key_Return,) * 4, *(Qt.Key.Key_Escape,) * 3, *(Qt.Key.Key_Space,) * 3,
    *(Qt.Key.Key_Down,) * 4, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Backtab,
    Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_F4, Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F8,
    Qt.Key.Key_F9, Qt.Key.Key_F10, Qt.Key.Key_Menu,
    *(Qt.Key(code) for code in range(Qt.Key.Key_A.value, Qt.Key.Key_Z.value + 1)),
    *(Qt.Key(code) for code in range(Qt.Key.Key_0.value, Qt.Key.Key_9.value + 1)),
)  # fmt: skip
WORDS = (
    "1", "0", "7", "-3", "12.50", "1,234.56", "99999999999999999999", "1e9", "a", "iPhone 13", "B1", "MAIN", "A1",
    "Trade-in desk", "2026-02-30", "2026-11-22", "25:61", "08:30", "Ωmega Łódź", "日本語", "x" * 700, "<b>bold</b>",
    "=1+1", "{count}", "%s", "1234", "0000", "OWNER", "IP13-128-MID", "no spaces. none", "\u202eright to left",
)  # fmt: skip
CARDS = (
    "BMD:DONE", "BMD:DONE", "BMD:ALLPASS", "BMD:ALLPASS", "BMD:UNDO", "BMD:UNDO", "BMD:CONFIRM", "BMD:NEXT", "BMD:ALSO",
    "BMD:BATTERY:92", "BMD:BATTERY:71:900", "BMD:BATTERY:101", "BMD:LOCK:ALL:OFF", "BMD:LOCK:MDM:ON",
    "BMD:ERASED:BLANCCO:C-1", "BMD:ERASED", "BMD:DEFECT:BACK:SCRATCH:2", "BMD:DEFECT:SCREEN:CRACK:3",
    "BMD:DEFECT:NOWHERE:DENT:9", "BMD:TEST:TOUCH:FAIL", "BMD:TEST:BOOT:PASS", "BMD:TEST:NOSUCH:NA", "BMD:ACC:BOX:YES",
    "BMD:GRADE:GOOD:worn", "BMD:GRADE:PREMIUM:flawless", "BMD:GRADE:ZZZ", "BMD:HOLD:customer calls", "BMD:HOLD",
    "BMD:BATCH:TI-041", "BMD:BATCH:NEW-1", "BMD:MODEL:IP13-128-MID", "BMD:MODEL:NOSUCH", "BMD:BIN:MAIN/A1",
    "BMD:BIN:MAIN/Z9", "BMD:PART:REAR_CAMERA:28.50", "BMD:LABOUR:20", "BMD:OVERRIDE:said so", "BMD:PHOTO:x.jpg",
    "BMD:OP:ANA", "BMD:OP:SAM", "BMD:OP:OWNER", "BMD:OP:LUIS", "BMD:OP:GHOST", "BMD:", "BMD:NOPE:1", "bmd:done",
    "BMD:DONEBMD:DONE",
)  # fmt: skip
FOREIGN = (
    "https://example.invalid/track?id=1", "4006381333931", "0194252707227", "LX020410001FR", "1Z999AA10123456784",
    "00340434161094042557", "WIFI:S:shop;T:WPA;P:secret;;", "hello world", "C02ABCDEF123", "SKU-UNKNOWN-GOOD",
    "IP13-128-MID-EXCELLENT", "MAIN-A1", "123456", "1001", "356938035643800", "9" * 40, "A" * 530, "~~~~~~",
    "356938035643809490154203237518", "&é\"'(-è_çà",
)  # fmt: skip


def a_code(chance: random.Random, known: Sequence[str]) -> str:
    """A device of this store, a new one, a card, something foreign, or one of these with a character wrong."""
    kind = chance.random()
    if kind < 0.35 and known:
        return chance.choice(known)
    if kind < 0.45:
        return imei_of(700_000 + chance.randrange(40))
    if kind < 0.8:
        return chance.choice(CARDS)
    if kind < 0.95:
        return chance.choice(FOREIGN)
    code = list(chance.choice([*known, *CARDS, *FOREIGN]))
    code[chance.randrange(len(code))] = chance.choice("0O1IX:- ")
    return "".join(code)


def strike(window: QWidget, text: str) -> None:
    """All of it within a few milliseconds, at the window's native side: where a scanner's keys come in."""
    for char in text:
        handle: QWindow | None = window.windowHandle()  # none any more where a key closed it
        if handle is None:
            return
        match char:
            case "\r":
                press(handle, Qt.Key.Key_Return)
            case "\t":
                press(handle, Qt.Key.Key_Tab)
            case _:
                press(handle, Qt.Key(ord(char.upper())), text=char)
        if not isValid(window) or not window.isVisible():
            return


def press(
    handle: QWindow,
    key: Qt.Key,
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    text: str | None = None,
) -> None:
    """A key down and up again, others held meanwhile. Without `text` it writes what it writes by itself.

    Each stroke may be what takes the window away, or may let a timer do so: then the rest goes nowhere.
    `QTest.keyClick` would go on in the window that is gone, and the process would fall.
    """
    if text is None:
        text = _letters(key, held)
    order = [
        (one, Qt.KeyboardModifier.NoModifier, "") for modifier, one in HELD_DOWN.items() if held & modifier
    ]
    order.append((key, held, text))
    for goes_down, strokes in ((True, order), (False, order[::-1])):
        for code, with_it, letters in strokes:
            if not isValid(handle):
                return
            QTest.simulateEvent(handle, goes_down, code.value, with_it, letters, False)


def _letters(key: Qt.Key, held: Qt.KeyboardModifier) -> str:
    if not Qt.Key.Key_Space.value <= key.value < Qt.Key.Key_AsciiTilde.value:
        return ""
    letter = chr(key.value)
    return letter if held == Qt.KeyboardModifier.ShiftModifier else letter.lower()


def tap(widget: QWidget, button: Qt.MouseButton, at: QPoint, *, twice: bool = False) -> None:
    """A click, or a double click. What the button does as it goes down may take the widget away."""
    if twice:
        QTest.mouseDClick(widget, button, Qt.KeyboardModifier.NoModifier, at)
        return
    QTest.mousePress(widget, button, Qt.KeyboardModifier.NoModifier, at)
    if isValid(widget):
        QTest.mouseRelease(widget, button, Qt.KeyboardModifier.NoModifier, at)
