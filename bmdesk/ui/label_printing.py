"""Labels in the window: printing them without waiting for a printer, and the thread that empties this station's queue.

The system's printer is asked on the reader thread; the network's only ever on the queue's own thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from bmdesk.domain.changes import Change
from bmdesk.domain.label_template import Label
from bmdesk.services import companies, printing
from bmdesk.services.desk import Desk
from bmdesk.texts import Failure, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.workplace import Workplace

_log = logging.getLogger(__name__)

LOOK_S = 5.0
"""So often the queue is looked at while something waits; what is handed in is sent at once."""
_AFTER_BUG_S = 60.0


def print_named(
    workplace: Workplace,
    kind: str,
    names: Sequence[str],
    then: Callable[[bool], object],
    failed: Callable[[Failure], object] | None = None,
) -> None:
    """Print the labels of these things where this machine prints. `then(queued)`: True where the queue has them now."""
    from bmdesk.reports import label_printing  # draws: not before a label is asked for

    def work(desk: Desk) -> label_printing.Prepared:
        return label_printing.prepare(desk, kind, names, label_printing.Station.of(workplace.machine))

    _print(workplace, work, then, failed)


def print_and_say(workplace: Workplace, kind: str, names: Sequence[str]) -> None:
    """Print these labels; a banner says that they are on their way, or what went wrong."""
    words = t("units_page.labels_printed", count=len(names))
    print_named(workplace, kind, names, lambda _: workplace.window.say(Tone.OK, words, for_ms=4000))


def print_labels_of(
    workplace: Workplace,
    kind: str,
    labels: Callable[[Desk], Sequence[Label]],
    then: Callable[[bool], object],
    failed: Callable[[Failure], object] | None = None,
) -> None:
    """The same for labels of this kind that are made as they are read."""
    from bmdesk.reports import label_printing

    def work(desk: Desk) -> label_printing.Prepared:
        station = label_printing.Station.of(workplace.machine)
        return label_printing.prepare_labels(desk, labels(desk), kind, station)

    _print(workplace, work, then, failed)


def _print(
    workplace: Workplace,
    work: Callable[[Desk], object],
    then: Callable[[bool], object],
    failed: Callable[[Failure], object] | None,
) -> None:
    from bmdesk.reports import label_printing

    def ready(job: label_printing.Prepared) -> None:
        if not job.body:
            then(False)
            return
        workplace.write(
            label_printing.hand_in, workplace.actor, job, then=lambda _: then(True), failed=failed
        )

    workplace.read(work, then=ready, failed=failed)


class LabelQueue(QObject):
    """Sends what waits for the network's label printer, and says in the status bar what still does. GUI thread only."""

    _looked = Signal(object)  # (labels waiting, reason as Text or None)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._place = workplace
        self._desk = replace(workplace.desk, through=workplace.bridge.run)
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="bmdesk-labels", daemon=True)
        self._said: tuple[int, str] | None = None
        self._stumbled = False
        self._looked.connect(self._say)

    def start(self) -> None:
        """Begin, with what waited when the window was closed."""
        self._place.bridge.changed.connect(self._changed)
        self._thread.start()

    def stop(self) -> None:
        """Send nothing more. What is under way ends by itself, or is sent again at the next start."""
        self._ended.set()
        self._wake.set()
        self._thread.join(1.0)

    def _changed(self, changes: frozenset[Change]) -> None:
        if Change.PRINTING in changes:
            self._wake.set()

    def _work(self) -> None:
        while not self._ended.is_set():
            self._wake.clear()
            if self._ended.is_set():
                return  # it was set before: nobody wakes this thread again
            left, pause = 0, LOOK_S
            try:
                left = self._look()
            except Failure as failure:
                _log.warning("the queue of labels could not be looked at: %s", failure)
                left = 1
            except RuntimeError:
                return  # the window is gone
            except Exception as bug:  # noqa: BLE001 - a thread that dies here would print nothing all day
                _log.exception("the queue of labels stumbled")
                if not self._stumbled:  # said once; the labels behind it are still to be printed
                    self._place.bridge.crashed.emit(bug)
                self._stumbled, left, pause = True, 1, _AFTER_BUG_S
            self._wake.wait(pause if left else None)

    def _look(self) -> int:
        left = 0
        # The printer is everybody's; what is said is of whom the window shows.
        for desk in companies.desks(self._desk):
            waits = printing.standing(desk)
            if waits.count and not self._ended.is_set():
                from bmdesk.reports.label_printing import drain

                drain(desk, lambda: not self._ended.is_set())
                waits = printing.standing(desk)
            if desk is self._desk:
                self._looked.emit((waits.count, waits.problem))
            left += waits.count
        return left

    def _say(self, found: tuple[int, object]) -> None:
        count, problem = found
        words = ""
        if count and problem is not None:
            words = t("printing.wait_why", count=count, reason=problem)
        elif count:
            words = t("printing.wait", count=count)
        if (count, words) == self._said:
            return
        self._said = (count, words)
        self._place.window.set_status(labels=words)
        self._place.bridge.announce(frozenset({Change.PRINTING}))
