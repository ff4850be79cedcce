"""What takes long: it runs beside the window's reader and writer, says how far it is, and stops when a person says so.

Its reads keep no page waiting, and its writes go through the window's one writer, a page at a time, between the scans.
Knows no service.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from bmdesk.services.desk import Desk
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.bridge import Bridge
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.run_bar import RunBar
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.workplace import Workplace

_SHOWN_AFTER_MS = 300  # what is done sooner needs no bar


class _Beside(Bridge):
    """Drops questions once the window closes: a timer of a list may still ask then."""

    over = False

    def read(self, fn: Callable[..., Any], *args: Any, **how: Any) -> None:
        if not self.over:
            super().read(fn, *args, **how)


class LongRun(RunBar):
    """A slim bar that is visible while something long runs. One thing at a time: `running`."""

    ended = Signal()
    told = Signal(int, int)

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(msg("listings_page.stop"), parent)
        self._workplace = workplace
        self.beside = _Beside(self)
        """Threads of the room's own: its lists are read there, so that no bench waits for a page of them."""
        self.running = False
        self._what = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SHOWN_AFTER_MS)
        self._soon.timeout.connect(self.show)
        self.told.connect(self._tell)
        self.beside.crashed.connect(self._crashed)
        workplace.window.closing.connect(self._close)

    def run(
        self,
        what: str,
        service: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> bool:
        """Call `service(desk, *args, progress)`; False while something else is running. `what` says it in words.

        A failure that nobody takes becomes a banner. What a result `changes` is announced.
        """
        if self.running:
            return False
        self.running, self._stop, self._what = True, False, what
        self.words.setText(what)
        self.bar.setRange(0, 0)
        self.stop_button.setEnabled(True)
        self._soon.start()
        desk = replace(self._workplace.desk, through=self._workplace.bridge.run)

        def done(result: Any) -> None:
            self._end()
            then(result)
            self._workplace.bridge.announce(frozenset(getattr(result, "changes", ()) or ()))

        def refused(failure: Failure) -> None:
            self._end()
            (failed or self._workplace.window.show_failure)(failure)

        self.beside.write(lambda: service(desk, *args, self._progress), then=done, failed=refused)
        return True

    def read(
        self,
        service: Callable[[Desk], Any],
        then: Callable[[Any], object],
        key: object,
        failed: Callable[[Failure], object] | None = None,
    ) -> None:
        """Ask what takes long to answer; a newer question of the same key replaces it."""
        desk = self._workplace.desk
        self.beside.read(
            lambda: service(desk), then=then, failed=failed or self._workplace.window.show_failure, key=key
        )

    def with_chosen(
        self, table: DataTable, walk: Walk, query: Any, then: Callable[[list[Any]], object]
    ) -> None:
        """Gather the chosen rows of `table`, also those that are not loaded, and go on with them if there are any."""
        rows, unread = table.chosen(), table.chosen_unread()
        if unread:
            self.read(lambda _: rows + walk.at(query, unread), then=then, key=(id(table), "chosen"))
        elif rows:
            then(rows)

    def say_outcome(self, said: str, done: Any) -> None:
        """Say what came of an action over many things: how many, why not the others, what to know."""
        reasons = Counter(render(reason) for _, reason in done.problems)
        lines = [
            t("listings_page.not_done", count=count, reason=why) for why, count in reasons.most_common(4)
        ]
        lines += [render(note) for note in getattr(done, "notes", ())]
        if done.stopped:
            lines.append(t("listings_page.stopped"))
        tone = Tone.WARN if lines else Tone.OK
        self._workplace.window.say(tone, said, *lines, for_ms=0 if lines else 6000)

    def _progress(self, done: int, total: int) -> bool:  # on its own thread
        if not self._stop:
            self.told.emit(done, total)
        return not self._stop

    def _tell(self, done: int, total: int) -> None:
        if self.running:
            self.bar.setRange(0, max(total, 1))
            self.bar.setValue(done)
            self.words.setText(t("listings_page.progress", what=self._what, done=done, total=total))

    def _end(self) -> None:
        self.running = False
        self._soon.stop()
        self.hide()
        self.ended.emit()

    def _crashed(self, crash: BaseException) -> None:
        self._end()
        self._workplace.bridge.crashed.emit(crash)

    def _close(self) -> None:
        self._stop = True
        self.beside.over = True
        self.beside.close()
