"""The worker: one thread around the engine. Wakes when something is due, when it is told to, and to look around.

It holds the right to sync while it runs; where another process has it, it looks again now and then and says who.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from bmdesk.domain.changes import Change
from bmdesk.services.desk import Desk
from bmdesk.sync.engine import Report
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import SyncedElsewhere, Syncing, Tools
from bmdesk.texts import Failure

_log = logging.getLogger(__name__)

LOOK_AROUND = timedelta(seconds=1)
"""How often the outbox is looked at: what a scan wants is sent this much later at most, after it has gathered."""

_ASK_AGAIN = timedelta(seconds=15)


class Worker:
    """Syncs all companies of the store in the background until it is stopped. `told` hears of every run that did
    something, `failed` of failures; both are called in the worker's thread. `crashed` hears of a bug, after which the
    worker has ended.
    """

    def __init__(
        self,
        desk: Desk,
        tools: Tools,
        told: Callable[[Report], None],
        failed: Callable[[Failure], None],
        crashed: Callable[[BaseException], None],
        width: int = 4,
    ) -> None:
        self._desk, self._tools, self._width = desk, tools, width
        self._told, self._failed, self._crashed = told, failed, crashed
        self._wake, self._stop = threading.Event(), threading.Event()
        self._everything = False
        self._thread = threading.Thread(target=self._work, name="bmdesk-sync", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def sync_now(self) -> None:
        """Read everything and send everything, now."""
        self._everything = True
        self._wake.set()

    def stop(self, timeout: float = 30.0) -> bool:
        """End after the call that is under way; False when it is still busy. Nothing is lost either way."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def rest(self, seconds: float) -> None:
        """Wait so long, or until the worker is stopped: how its connectors wait for their turn."""
        self._stop.wait(seconds)

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    with Syncing.begin(self._desk, self._tools, alone=False) as syncing:
                        self._told(Report(changes=frozenset({Change.SYNC})))  # somebody syncs now
                        self._sync(syncing)
                except SyncedElsewhere as elsewhere:
                    self._failed(elsewhere)
                    self._pause(_ASK_AGAIN)
                except Failure as failure:  # the store is busy or gone for a moment; the window says so
                    self._failed(failure)
                    self._pause(_ASK_AGAIN)
        except BaseException as bug:  # noqa: BLE001 - a thread's bug goes to the crash report, like any other
            _log.exception("the sync worker ended")
            self._crashed(bug)

    def _sync(self, syncing: Syncing) -> None:
        while not self._stop.is_set():
            everything, self._everything = self._everything, False
            if everything or syncing.is_due():
                manner = Manner(everything=everything, width=self._width, keep_going=self._goes_on)
                report = syncing.run(manner)
                if everything or report.pulled or report.done or report.failed or report.problems:
                    self._told(report)
            else:
                syncing.beat_if_due()
            self._pause(LOOK_AROUND)

    def _goes_on(self) -> bool:
        return not self._stop.is_set()

    def _pause(self, how_long: timedelta) -> None:
        self._wake.wait(how_long.total_seconds())
        self._wake.clear()
