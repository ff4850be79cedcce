"""The window looks after its store: the backup that is due, and customers' data whose time is over.

On a thread of its own, so that neither lists nor scans wait for an archive; its writes go through the bridge, behind
every scan. What failed is said once, and tried again an hour later.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from bmdesk.services.caretaking import Looked, look_after
from bmdesk.services.desk import Desk
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.ui.bridge import Bridge, Closed
from bmdesk.ui.main_window import MainWindow

_log = logging.getLogger(__name__)

LOOK_MS = 60_000
AGAIN_S = 3600.0
STOP_S = 2.0


class Caretaker(QObject):
    """GUI thread only. `looked` after each look that did something, or failed to."""

    looked = Signal(object)  # Looked

    def __init__(
        self, desk: Desk, bridge: Bridge, window: MainWindow, machine: MachineSettings, data: DataDir
    ) -> None:
        super().__init__(window)
        self._desk = replace(desk, through=bridge.run)
        self._bridge, self._window, self._machine, self._data = bridge, window, machine, data
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._not_before = 0.0
        self._said: set[str] = set()
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self.look)
        self.looked.connect(self._say)

    def start(self) -> None:
        """Begin to look, a minute from now: the first minute belongs to whoever came to work."""
        self._clock.start()

    def stop(self) -> None:
        """End; a backup under way is given up and made at the next start."""
        self._clock.stop()
        self._stop.set()
        if self._thread is not None:
            self._thread.join(STOP_S)

    def look(self) -> None:
        """Look now, unless a look is under way or something failed a moment ago."""
        busy = self._thread is not None and self._thread.is_alive()
        if busy or self._stop.is_set() or time.monotonic() < self._not_before:
            return
        self._thread = threading.Thread(target=self._look, name="caretaker", daemon=True)
        self._thread.start()

    def _look(self) -> None:
        try:
            done = look_after(self._desk, self._data, self._machine, lambda: not self._stop.is_set())
        except Exception as bug:  # noqa: BLE001 - a thread's bug goes to the crash report, like any other
            if not self._stop.is_set():  # a store that closes under it is no bug
                _log.exception("the caretaker failed")
                self._bridge.crashed.emit(bug)
            return
        if not self._stop.is_set():
            self.looked.emit(done)

    def _say(self, done: Looked) -> None:
        if done.erased is not None and done.erased.orders:
            self._bridge.changed.emit(done.erased.changes)
        if done.backup is not None:
            self._said.clear()
            _log.info("backed up to %s", done.backup.file.name)
        failures = [one for one in done.failures if not isinstance(one, Closed)]
        if failures:
            self._not_before = time.monotonic() + AGAIN_S
        for one in failures:
            if one.code not in self._said:
                self._said.add(one.code)
                self._window.show_failure(one)
