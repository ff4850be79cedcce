"""Every key that does something, kept with its meaning so that F1 can list it.

A view binds its keys here and nowhere else. Keys of a room work only while the room is on screen.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from bmdesk.texts import Text, render, t


@dataclass(frozen=True, slots=True)
class BoundKey:
    """One line of the cheat sheet."""

    keys: str
    meaning: str


_bound: weakref.WeakKeyDictionary[QShortcut, Text] = weakref.WeakKeyDictionary()


def bind(
    owner: QWidget, keys: str, meaning: Text, slot: Callable[[], object], *, local: bool = False
) -> QShortcut:
    """Call `slot` on these keys ("Ctrl+1", "F2", "P") while `owner` is visible and enabled. `local`: only
    with the focus inside.
    """
    context = Qt.ShortcutContext.WidgetWithChildrenShortcut if local else Qt.ShortcutContext.WindowShortcut
    shortcut = QShortcut(QKeySequence(keys), owner)
    shortcut.setContext(context)
    shortcut.setAutoRepeat(False)
    shortcut.activated.connect(slot)
    _bound[shortcut] = meaning
    return shortcut


def in_force(window: QWidget) -> list[BoundKey]:
    """The keys that work in this window now, in the order in which they were bound, each once."""
    lines: dict[BoundKey, None] = {}
    for shortcut, meaning in list(_bound.items()):
        if not shiboken6.isValid(shortcut) or not shortcut.isEnabled():
            continue
        owner = shortcut.parent()
        if isinstance(owner, QWidget) and owner.window() is window and owner.isVisible():
            lines[BoundKey(spelled(shortcut.key()), render(meaning))] = None
    return list(lines)


def spelled(keys: QKeySequence | str) -> str:
    """The keys as a person reads them on a button."""
    sequence = keys if isinstance(keys, QKeySequence) else QKeySequence(keys)
    native = sequence.toString(QKeySequence.SequenceFormat.NativeText)
    before, _, last = native.rpartition("+")
    # Qt calls it Return in every language; it bears another name on every keyboard.
    return f"{before}+{t('keys.enter')}".lstrip("+") if last in {"Return", "Enter"} else native
