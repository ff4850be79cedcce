"""Python's garbage collector, in the GUI thread only.

Left alone it runs in whatever thread makes the next object. Where that is a thread of the store, it may be the one to
end a widget that only a cycle still held, and Qt dies of that. So while a window is open nobody collects by chance: a
timer of the GUI thread does, a little and often.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 250
_MADE = 2_000  # objects between two looks at the youngest
_MIDDLE_EVERY = 10
_ALL_EVERY_S = 120.0


class Litter(QObject):
    """`start()` once there is an event loop; `stop()` gives collecting back to Python. GUI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = False
        self._looks = 0
        self._last_all = 0.0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """From now on nothing is collected but here."""
        if not self._timer.isActive():
            self._was_on = gc.isenabled()
            gc.disable()
            self._last_all = time.monotonic()
            self._timer.start()

    def settle(self) -> None:
        """What is there now stays until `stop`: modules, tables, words. No later look goes through them again."""
        gc.freeze()

    def stop(self) -> None:
        """Python collects again by itself."""
        if self._timer.isActive():
            self._timer.stop()
            gc.unfreeze()
            if self._was_on:
                gc.enable()

    def look(self) -> None:
        """Collect what is young; now and then what has lived longer, seldom all of it."""
        if gc.get_count()[0] < _MADE:
            return
        self._looks += 1
        if time.monotonic() - self._last_all > _ALL_EVERY_S:
            gc.collect()
            self._last_all = time.monotonic()
        else:
            gc.collect(1 if self._looks % _MIDDLE_EVERY == 0 else 0)
