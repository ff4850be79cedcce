"""The one way from the window to the services and back: the GUI thread never waits.

One writer thread takes jobs by priority (scans first), one reader thread answers questions. Each result
comes back as one queued signal, so callbacks always run in the GUI thread. The bridge knows no service: it
is given callables.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from bmdesk.texts import Failure

_log = logging.getLogger(__name__)
R = TypeVar("R")


class Priority(IntEnum):
    """Which write goes first. Within one priority: first come, first served."""

    SCAN = 0
    PERSON = 10
    BACKGROUND = 20


_LAST = 1_000_000  # the closing job: behind every write
_LOOK_S = 0.2


class Closed(Failure):
    """The window closes: nothing is written any more."""

    code = "window.closed"


@dataclass(order=True, slots=True)
class _Job:
    priority: int
    number: int
    fn: Callable[..., Any] | None = field(compare=False)
    args: tuple[Any, ...] = field(compare=False, default=())
    then: Callable[[Any], object] | None = field(compare=False, default=None)
    failed: Callable[[Failure], object] | None = field(compare=False, default=None)
    key: object = field(compare=False, default=None)
    writes: bool = field(compare=False, default=False)
    quiet: bool = field(compare=False, default=False)  # another thread waits for it: nothing goes to the GUI


@dataclass(slots=True)
class _Outcome:
    job: _Job
    result: Any = None
    failure: Failure | None = None
    crash: BaseException | None = None


class Bridge(QObject):
    """Runs service calls off the GUI thread. Make it in the GUI thread; call `close()` before the
    application ends.

    A result with an attribute `changes` (a set of domain.changes.Change) makes `changed` fire after `then`
    ran. A Failure goes to the caller's `failed`, else to the signal `failure`. Any other exception is a bug:
    `crashed`.
    """

    changed = Signal(object)  # frozenset of change flags
    failure = Signal(object)  # Failure that no caller took
    crashed = Signal(object)  # BaseException
    busy = Signal(bool)  # whether a write is waiting or running
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count()
        self._writes: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._reads: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._newest: dict[object, int] = {}
        self._pending_writes = 0
        self._unanswered = 0
        self._outcomes: deque[_Outcome] = deque()
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._writer = threading.Thread(
            target=self._work, args=(self._writes,), name="bmdesk-writer", daemon=True
        )
        self._reader = threading.Thread(
            target=self._work, args=(self._reads,), name="bmdesk-reader", daemon=True
        )
        self._writer.start()
        self._reader.start()

    def write(
        self,
        fn: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], object] | None = None,
        failed: Callable[[Failure], object] | None = None,
        priority: int = Priority.PERSON,
    ) -> None:
        """Call `fn(*args)` on the writer thread; then `then(result)` or `failed(failure)` in the GUI
        thread.
        """
        if self._closed:
            raise RuntimeError("the bridge is closed: nothing can be written any more")
        self._pending_writes += 1
        self._unanswered += 1
        if self._pending_writes == 1:
            self.busy.emit(True)
        self._writes.put(_Job(priority, next(self._numbers), fn, args, then, failed, None, True))

    def read(
        self,
        fn: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], object] | None = None,
        failed: Callable[[Failure], object] | None = None,
        key: object = None,
    ) -> None:
        """Call `fn(*args)` on the reader thread. A newer read with the same `key` replaces this one: its
        callbacks never run. Nor do those of a read that comes after `close()`: a timer of a view that is still there
        may ask for one.
        """
        if self._closed:
            return
        number = next(self._numbers)
        self._unanswered += 1
        if key is not None:
            self._newest[key] = number
        self._reads.put(_Job(0, number, fn, args, then, failed, key, False))

    def run(self, transaction: Callable[[], R]) -> R:
        """Call this on the writer thread and wait for what it returns or raises (`Desk.through`). For threads other
        than the GUI's: what works in the background writes between the scans. Raises Closed once the window closes.
        """
        if threading.current_thread() is self._writer:
            return transaction()
        if self._closed:
            raise Closed()
        answer: Future[R] = Future()

        def work() -> None:
            try:
                answer.set_result(transaction())
            except BaseException as trouble:  # noqa: BLE001 - whatever it is, it belongs to the thread that waits
                answer.set_exception(trouble)

        self._writes.put(_Job(Priority.BACKGROUND, next(self._numbers), work, writes=True, quiet=True))
        while not wait([answer], _LOOK_S).done:
            if not self._writer.is_alive() and not answer.done():
                raise Closed()
        return answer.result()

    @property
    def pending(self) -> int:
        """How many calls have not been answered yet, reads that were replaced among them. GUI thread only."""
        return self._unanswered

    def forget(self, key: object) -> None:
        """Drop whatever read of this key is pending or running: its callbacks never run."""
        self._newest[key] = next(self._numbers)

    def announce(self, changes: frozenset[Any]) -> None:
        """Tell the views that these things changed elsewhere (another process, a timer). GUI thread only."""
        if changes:
            self.changed.emit(frozenset(changes))

    def close(self, timeout: float = 30.0) -> bool:
        """Finish every write already given, drop the reads, stop both threads. False if a thread is still
        busy after `timeout`.
        """
        if not self._closed:
            self._closed = True
            self._writes.put(_Job(_LAST, next(self._numbers), None))
            self._reads.put(_Job(0, next(self._numbers), None))
        self._writer.join(timeout)
        self._reader.join(min(timeout, 5.0))
        return not (self._writer.is_alive() or self._reader.is_alive())

    # -- the threads

    def _work(self, jobs: queue.PriorityQueue[_Job] | queue.SimpleQueue[_Job]) -> None:
        while (job := jobs.get()).fn is not None:
            outcome = _Outcome(job)
            try:
                if job.writes or not (self._closed or self._is_stale(job)):
                    outcome.result = job.fn(*job.args)
            except Failure as failure:
                outcome.failure = failure
            except Exception as crash:  # noqa: BLE001 - a thread that dies here would lose every later scan
                _log.exception("a service call crashed: %r", job.fn)
                outcome.crash = crash
            if job.quiet:
                del job, outcome
                continue
            if self._closed and outcome.failure is not None:
                _log.error("a write failed while closing: %s", outcome.failure)
            self._outcomes.append(outcome)
            # Nothing of it is held here any more: a callback may be the last that holds a widget, and widgets end in
            # the GUI thread or take the window with them.
            del job, outcome
            try:
                self._arrived.emit()
            except RuntimeError:  # the window is gone; the write itself is done and durable
                return

    def _is_stale(self, job: _Job) -> bool:
        return job.key is not None and self._newest.get(job.key) != job.number

    # -- the GUI thread

    def _deliver(self) -> None:
        outcome = self._outcomes.popleft()
        job = outcome.job
        self._unanswered -= 1
        if job.writes:
            self._pending_writes -= 1
            if self._pending_writes == 0:
                self.busy.emit(False)
        if self._closed:
            return
        if outcome.crash is not None:
            self.crashed.emit(outcome.crash)
        elif self._is_stale(job):
            return
        elif outcome.failure is not None:
            if job.failed is None:
                self.failure.emit(outcome.failure)
            elif alive(job.failed):
                job.failed(outcome.failure)
        else:
            try:
                if job.then is not None and alive(job.then):
                    job.then(outcome.result)
            finally:
                if job.writes:
                    self.announce(frozenset(getattr(outcome.result, "changes", ()) or ()))


def alive(callback: Callable[..., object]) -> bool:
    """False if this is a method of a widget that Qt has already destroyed."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)
