"""Tells a scanner's burst from a person's typing, wherever the focus is.

A scanner is a keyboard whose keys come a few milliseconds apart. Each character is held back until it is
clear whose it is: a burst of at least `shortest` characters becomes one `scanned` signal and no widget ever
sees it; anything else is handed on, in order, about one gap later. So the "3" of an IMEI presses no button
whose shortcut is 3. What the text means is none of this module's business.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

GAP_MS = 50  # measured: a scanner's gaps have p99 15 ms and, with a busy worker, at most 33
SHORTEST = 6
STALL_MS = 400
BREAK_MS = 150  # a pause after the first characters of a scan, on a screen that is far away or starved of its processor
LONGEST = 512  # a run longer than any barcode is a cat on the keyboard, not a scan

_PRESS, _RELEASE, _OVERRIDE = QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride
_KEY_EVENTS = frozenset({_PRESS, _RELEASE, _OVERRIDE})
_ENDS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})
_END_TEXTS = frozenset({"\r", "\n", "\t"})
_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
    }
)
_CTRL, _ALT, _META = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.MetaModifier,
)


class _Kind(Enum):
    CHARACTER = auto()
    END = auto()
    MODIFIER = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class _Held:
    press: bool
    key: Qt.Key
    text: str
    modifiers: Qt.KeyboardModifier


@dataclass(slots=True)
class _HandedOn:
    """Characters given to a widget because a silence seemed to end them, and what the widget showed
    before.
    """

    text: str
    stamp: int
    widget: weakref.ref[QWidget]
    before: object


class ScannerFilter(QObject):
    """Install with `app.installEventFilter(...)`; `scanned(text, seat)` fires once a scan.

    `seat` is the prefix that the scanner sends before each scan, from `prefixes`, or "" (two scanners on one
    station). Terminators are Enter, Tab, or silence. While a password is typed, or while `enabled` is False,
    nothing is held.
    """

    scanned = Signal(str, str)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        gap_ms: int = GAP_MS,
        shortest: int = SHORTEST,
        prefixes: Iterable[str] = (),
    ) -> None:
        super().__init__(parent)
        self.enabled = True
        self.configure(gap_ms=gap_ms, shortest=shortest, prefixes=prefixes)
        self._held: list[_Held] = []
        self._text = ""
        self._begun = ""
        self._last = 0
        self._ended_at: int | None = None
        self._swallow: set[int] = set()
        self._handed_on: _HandedOn | None = None
        self._turn = 0
        self._window: QWindow | None = None
        self._ends_with_key = False
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setTimerType(Qt.TimerType.PreciseTimer)
        self._silence.timeout.connect(self._maybe_silent)

    def configure(
        self, *, gap_ms: int = GAP_MS, shortest: int = SHORTEST, prefixes: Iterable[str] = ()
    ) -> None:
        """Change the settings at any time. Raises ValueError for a gap below 5 ms or a length below 2."""
        if gap_ms < 5 or shortest < 2:
            raise ValueError("a gap is at least 5 ms and a scan at least 2 characters")
        self._gap = gap_ms
        self._shortest = shortest
        self._prefixes = sorted((p for p in prefixes if p), key=len, reverse=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Key events reach the window first and then its widgets: only the first sight counts.
        # What is asked first of each event of the whole program must cost little.
        if (
            not isinstance(watched, QWindow)
            or not isinstance(event, QKeyEvent)
            or event.type() not in _KEY_EVENTS
        ):
            return False
        self._window = watched
        if not self.enabled or _typing_a_password():
            self._settle()
            return False
        if event.type() == _OVERRIDE:
            return self._override(event)
        if event.type() == _RELEASE:
            return self._release(event)
        return self._press(event)

    # -- one key

    def _override(self, event: QKeyEvent) -> bool:
        """Qt asks this before it looks for a shortcut; accepting it keeps the key away from the shortcuts."""
        stamp = _stamp(event)
        if self._text and stamp - self._last > self._pause():
            self._settle()
        kind = self._kind(event)
        ours = (kind is _Kind.CHARACTER and self._is_struck(event, stamp)) or (
            kind is _Kind.END and (len(self._text) >= self._shortest or self._just_ended(stamp))
        )
        if ours:
            event.accept()
        elif self._text and kind is not _Kind.MODIFIER:
            self._settle()
        return ours

    def _press(self, event: QKeyEvent) -> bool:
        stamp = _stamp(event)
        kind = self._kind(event)
        if kind is _Kind.MODIFIER:
            return False
        if self._text and stamp - self._last > self._pause():
            self._settle()
        if kind is _Kind.CHARACTER and self._is_struck(event, stamp):
            self._hold(event, stamp)
            return True
        if kind is _Kind.END:
            if len(self._text) >= self._shortest:
                self._swallow.add(event.key())
                self._last = stamp
                self._ends_with_key = True
                self._finish()
                return True
            if self._just_ended(stamp):  # the line feed after the carriage return
                self._swallow.add(event.key())
                return True
        self._settle()
        self._handed_on = None
        return False

    def _release(self, event: QKeyEvent) -> bool:
        key = event.key()
        if any(held.press and held.key == key for held in self._held):
            self._held.append(_Held(False, Qt.Key(key), event.text(), event.modifiers()))
            return True
        if key in self._swallow:
            self._swallow.discard(key)
            return True
        return False

    def _hold(self, event: QKeyEvent, stamp: int) -> None:
        if not self._text:
            earlier = self._handed_on
            if earlier is not None and stamp - earlier.stamp <= self._gap:
                self._text = earlier.text  # the silence was a stall of this computer: the scan goes on
            elif earlier is not None and self._may_go_on(earlier, stamp):
                self._begun = earlier.text
            else:
                self._handed_on = None
        self._turn += 1
        self._ended_at = None
        self._text += event.text()
        self._last = stamp
        self._held.append(_Held(True, Qt.Key(event.key()), event.text(), event.modifiers()))
        if len(self._text) > LONGEST:
            self._finish()
            return
        # Once it is long enough to be a scan, a longer wait costs nobody anything and a stalled computer
        # splits nothing.
        wait = self._gap if len(self._text) < self._shortest else 3 * self._gap
        self._silence.start(max(wait, self._pause()))

    def _pause(self) -> int:
        """The longest pause inside the run that is held, in milliseconds.

        A scanner that ended its last scan with a key ends this one so too: what has begun as a burst is waited for,
        or a stall would make two wrong codes of one.
        """
        begun = len(self._text) >= self._shortest
        return max(self._gap, STALL_MS) if begun and self._ends_with_key else self._gap

    def _may_go_on(self, earlier: _HandedOn, stamp: int) -> bool:
        """Whether a scan that now begins is the rest of one: several keys came at a scanner's speed just before it, and
        it is known to end with a key. Those few alone are a person's, and so are they if no scan follows.
        """
        return self._ends_with_key and len(earlier.text) > 1 and stamp - earlier.stamp <= BREAK_MS

    # -- whose was it?

    def _maybe_silent(self) -> None:
        # The timer may be first in line while keys still wait in the queue: let them pass before deciding.
        turn = self._turn
        QTimer.singleShot(0, self, lambda: self._settle() if turn == self._turn else None)

    def _settle(self) -> None:
        """The run is over: a scan without a terminator, or a person's typing."""
        if not self._text:
            return
        if len(self._text) >= self._shortest:
            self._ends_with_key = False
            if self._begun:  # nothing says that it belongs to what was handed on
                self._begun, self._handed_on = "", None
            self._finish()
        else:
            self._hand_on()

    def _finish(self) -> None:
        text, earlier = self._begun + self._text, self._handed_on
        down = {held.key for held in self._held if held.press} - {
            held.key for held in self._held if not held.press
        }
        self._swallow.update(key.value for key in down)
        self._forget()
        self._handed_on = None
        self._ended_at = self._last
        if earlier is not None:
            _put_back(earlier)
        seat = next((prefix for prefix in self._prefixes if text.startswith(prefix)), "")
        self.scanned.emit(text[len(seat) :], seat)

    def _hand_on(self) -> None:
        held, text, earlier = self._held, self._text, self._handed_on
        if self._begun and len(text) == 1:
            earlier = None  # one key by itself goes on with nothing
        else:
            text = self._begun + text
        stamp = self._last
        self._forget()
        widget = _focus(self._window)
        if widget is None:
            return
        if earlier is None or earlier.widget() is not widget:
            earlier = _HandedOn(text, stamp, weakref.ref(widget), _shown(widget))
        self._handed_on = _HandedOn(text, stamp, earlier.widget, earlier.before)
        for key in held:
            # Each key may move the focus or open a dialog, so its receiver is looked up anew.
            receiver = _focus(self._window)
            if receiver is not None:
                # Qt's test library is the one public door through which a key still meets shortcuts and
                # focus rules.
                action = QTest.KeyAction.Press if key.press else QTest.KeyAction.Release
                QTest.sendKeyEvent(action, receiver, key.key, key.text, key.modifiers)

    def _forget(self) -> None:
        self._silence.stop()
        self._turn += 1
        self._held = []
        self._text = self._begun = ""

    def _is_struck(self, event: QKeyEvent, stamp: int) -> bool:
        """False for the repeats of a key that a person holds down.

        X calls it a repeat too when a scanner sends the same digit twice within one millisecond.
        """
        if not event.isAutoRepeat():
            return True
        earlier = self._handed_on
        if self._text or earlier is None:
            return bool(self._text) and stamp - self._last <= self._gap
        return stamp - earlier.stamp <= self._gap or self._may_go_on(earlier, stamp)

    def _just_ended(self, stamp: int) -> bool:
        return not self._text and self._ended_at is not None and 0 <= stamp - self._ended_at <= self._gap

    def _kind(self, event: QKeyEvent) -> _Kind:
        key, text, held_down = event.key(), event.text(), event.modifiers()
        if key in _MODIFIERS:
            return _Kind.MODIFIER
        commanding = bool(held_down & (_CTRL | _ALT | _META))
        if key in _ENDS or text in _END_TEXTS:
            # A line feed may come as a key of its own or, from some scanners, as Ctrl+J.
            return _Kind.OTHER if commanding and not (self._text and text in _END_TEXTS) else _Kind.END
        if text and text.isprintable():
            alt_gr = bool(held_down & _CTRL) and bool(held_down & _ALT)
            return _Kind.CHARACTER if alt_gr or not commanding else _Kind.OTHER
        # Separators inside a barcode (GS, RS) come as Ctrl+key, and so may a scanner's prefix (STX).
        control = len(text) == 1 and text < " " and key not in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
        if control and (self._text or any(prefix[0] == text for prefix in self._prefixes)):
            return _Kind.CHARACTER
        return _Kind.OTHER


def _stamp(event: QKeyEvent) -> int:
    return event.timestamp() or time.monotonic_ns() // 1_000_000


def _focus(window: QWindow | None) -> QWidget | None:
    popup = QApplication.activePopupWidget()
    if popup is not None:
        inside: QWidget | None = popup.focusWidget()
        return popup if inside is None else inside
    for widget in (QApplication.focusWidget(), QApplication.activeModalWidget(), QApplication.activeWindow()):
        if widget is not None:
            return widget
    # Without a window manager no window is ever the active one; the keys came to this one all the same.
    for top in QApplication.topLevelWidgets():
        if window is not None and top.windowHandle() is window:
            focused: QWidget | None = top.focusWidget()
            return top if focused is None else focused
    return None


def _typing_a_password() -> bool:
    widget = QApplication.focusWidget()
    return isinstance(widget, QLineEdit) and widget.echoMode() != QLineEdit.EchoMode.Normal


def _shown(widget: QWidget) -> object:
    prop = widget.metaObject().userProperty()
    return prop.read(widget) if prop.isValid() and prop.isWritable() else None


def _put_back(earlier: _HandedOn) -> None:
    widget = earlier.widget()
    if widget is None or not shiboken6.isValid(widget) or earlier.before is None:
        return
    prop = widget.metaObject().userProperty()
    if prop.isValid() and prop.isWritable():
        prop.write(widget, earlier.before)
