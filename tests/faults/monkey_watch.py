"""What went wrong while a monkey played: bugs of the program, complaints of Qt and Python, a window that stood still.

It hangs where the program itself tells of bugs (the log), so nothing of the program is changed.
"""

from __future__ import annotations

import collections
import contextlib
import faulthandler
import logging
import os
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

FROZEN_S = 1.0
BEAT_MS = 40
DEAD_S = 60.0
"""After so long without an answer nobody waits any longer."""


class Watch(QObject):
    """`found`: what must not be; `said`: what Qt only warned of; `worst`: the longest wait for the window in seconds.

    What the machine gave to other programs meanwhile is not the window's fault and is not counted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.acts: list[str] = []
        self.found: list[dict[str, object]] = []
        self.said: collections.Counter[str] = collections.Counter()
        self.worst = 0.0
        self._excused_until = 0.0
        self._began = time.monotonic()
        self._beat = time.monotonic()
        self._waited = self._stolen()
        self._stacks: list[str] = []
        self._stopped = threading.Event()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._handler = _Log(self)
        sys.unraisablehook = self._unraisable

    def start(self) -> None:
        logging.getLogger().addHandler(self._handler)
        self._beat, self._waited = time.monotonic(), self._stolen()
        self._timer.start()
        threading.Thread(target=self._look, name="monkey-watch", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self._timer.stop()
        logging.getLogger().removeHandler(self._handler)

    def excuse(self, seconds: float) -> None:
        """What begins so soon may take its time: another look goes through every widget of every room, in Qt, and
        another company is another window.
        """
        self._excused_until = time.monotonic() + seconds

    def note(self, act: str) -> None:
        """So that it is known even if the whole process goes down."""
        print(f"{time.monotonic() - self._began:.2f} {act}", file=sys.stderr, flush=True)

    def tell(self, kind: str, details: str) -> None:
        """Something was found."""
        self.found.append({"kind": kind, "details": details, "acts": self.acts[-30:]})
        print(f"FOUND {kind}\n{details}", file=sys.stderr, flush=True)

    # -- standing still

    def _tick(self) -> None:
        now, stolen = time.monotonic(), self._stolen()
        began = self._beat
        late = now - began - BEAT_MS / 1000 - max(0.0, stolen - self._waited)
        self._beat, self._waited = now, stolen
        excused = began < self._excused_until
        if not excused:
            self.worst = max(self.worst, late)
        stacks, self._stacks = self._stacks, []
        if late > FROZEN_S and not excused:
            self.tell("frozen", f"{late:.2f} s\n{_commonest(stacks)}")

    def _look(self) -> None:
        while not self._stopped.wait(0.05):
            silent = time.monotonic() - self._beat
            if silent > 0.3:
                self._stacks.append(_gui_stack())
            if silent > DEAD_S:
                self.tell("dead", _commonest(self._stacks))
                os._exit(4)

    def _stolen(self) -> float:
        """Seconds in which threads of this process wanted to run and the machine let others. All of them: the window
        waits for whoever has Python's lock.
        """
        waited = 0
        for task in Path("/proc/self/task").glob("*/schedstat"):
            with contextlib.suppress(OSError, IndexError, ValueError):
                waited += int(task.read_text().split()[1])
        return waited / 1e9

    def _unraisable(self, args: sys.UnraisableHookArgs) -> None:
        self.tell(
            "unraisable", "".join(traceback.format_exception(args.exc_value)) if args.exc_value else str(args)
        )


class _Log(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.WARNING)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "bmdesk.qt" and record.levelno < logging.ERROR:
            self._watch.said[record.getMessage()] += 1
        elif record.name in ("bmdesk.qt", "bmdesk.crash") or record.exc_info:
            trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
            self._watch.tell(record.name, f"{record.getMessage()}\n{trace}")


def _gui_stack() -> str:
    """Where the main thread is, newest first. As text at once: a frame that is held here would end its widgets here."""
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        return file.read().decode("utf-8", "replace").rpartition("Thread 0x")[2]


def _commonest(stacks: list[str]) -> str:
    return collections.Counter(stacks).most_common(1)[0][0] if stacks else "(nobody looked)"
