"""Whoever starts bmdesk while it works unseen in the tray gets that window back, not a second one.

A lock that ends with its process says that somebody is there; a small file is the bell. Who does not answer in time is
taken for gone: a window too many is better than none.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

_LOOK_EVERY_MS = 250
_ANSWERS_WITHIN_S = 2.0


class Doorbell(QObject):
    """On the side that is hidden: `answer` is called when somebody rings."""

    def __init__(self, folder: Path, answer: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._bell, self._answer = _bell(folder), answer
        self._there = _lock(folder)
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def hang(self) -> None:
        """From now on somebody may ring. Where another one is hidden too, it has the bell."""
        if self._there.tryLock(0):
            _take(self._bell)  # nobody rang for this one yet
            self._timer.start()

    def take_down(self) -> None:
        """Nobody needs to ring any more."""
        self._timer.stop()
        if self._there.isLocked():
            self._there.unlock()

    def _look(self) -> None:
        if _take(self._bell):
            self._answer()


def ring(folder: Path, *, show: bool = True, wait_s: float = _ANSWERS_WITHIN_S) -> bool:
    """Whether a bmdesk of this folder is at work unseen, and its window now comes (`show`) or stays where it is."""
    there = _lock(folder)
    if there.tryLock(0):
        there.unlock()
        return False
    if there.error() is not QLockFile.LockError.LockFailedError:
        return False  # a folder that cannot be written says so when the store opens
    if not show:
        return True
    bell = _bell(folder)
    try:
        bell.touch()
    except OSError:
        return False
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        if not bell.exists():
            return True
        time.sleep(0.02)
    _take(bell)
    return False


def _lock(folder: Path) -> QLockFile:
    made = QLockFile(str(folder / "unseen.lock"))
    made.setStaleLockTime(0)  # it may be hidden for days; a process that is gone is found by its number
    return made


def _bell(folder: Path) -> Path:
    return folder / "unseen.ring"


def _take(bell: Path) -> bool:
    with contextlib.suppress(OSError):
        bell.unlink()
        return True
    return False
