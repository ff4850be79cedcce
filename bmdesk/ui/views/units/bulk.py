"""One action over many units, a page at a time: progress while it runs, a stop between two pages, the result in words.

Knows how to gather the chosen units and to count; what is done to a page of them is the service's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.run_bar import RunBar
from bmdesk.ui.workplace import Workplace

PAGE = 50
_EXPORT_AT_ONCE = 2000  # fewer are written before anybody could press Stop


@dataclass(slots=True)
class Tally:
    """What came of it so far: how many were done, and how many were refused for which reason."""

    done: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def words(self) -> str:
        """The reasons, the most frequent first."""
        return "; ".join(f"{count} × {why}" for why, count in self.refused.most_common(5))


class BulkRun(RunBar):
    """A slim bar that is visible while an action runs. `finished(Tally, stopped)` when it is over."""

    finished = Signal(object, bool)
    _told_done = Signal(int)

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(msg("units_page.stop"), parent)
        self._workplace = workplace
        self._ids: list[str] = []
        self._at = 0
        self._exporting = False
        self._told_done.connect(self._told)
        self._tally = Tally()
        self._write: Callable[[Sequence[str]], Any] | None = None
        self._say: Callable[[int], str] = str

    @property
    def running(self) -> bool:
        """Whether an action is under way; a second one has to wait."""
        return self._write is not None

    def run(
        self, ids: Sequence[str], service: Callable[..., Any], *args: Any, said: Callable[[int], str]
    ) -> None:
        """Call `service(desk, actor, page of ids, *args)` for all ids; `said(n)` says that n were done."""
        if self.running or not ids:
            return
        self._ids, self._at, self._stop, self._tally, self._say = list(ids), 0, False, Tally(), said
        desk, actor = self._workplace.desk, self._workplace.actor
        self._write = lambda page: service(desk, actor, page, *args)
        self.bar.setRange(0, len(self._ids))
        self.setVisible(len(self._ids) > PAGE)
        self._next()

    def export(self, total: int, service: Callable[..., int], *args: Any, said: Callable[[int], str]) -> None:
        """Call `service(desk, *args, progress)`, which answers how many of about `total` were written."""
        if self._exporting:
            return
        self._exporting, self._stop = True, False
        self.bar.setRange(0, max(1, total))
        self._told(0)
        self.setVisible(total > _EXPORT_AT_ONCE)

        def progress(done: int) -> bool:  # on the reader thread
            self._told_done.emit(done)
            return not self._stop

        def over() -> None:
            self._exporting = False
            self.hide()
            self.stop_button.setEnabled(True)

        def done(count: int) -> None:
            over()
            self._workplace.window.say(Tone.OK, said(count), for_ms=6000)

        def failed(failure: Failure) -> None:
            over()
            self._workplace.window.show_failure(failure)

        self._workplace.read(service, *args, progress, then=done, failed=failed)

    def _told(self, done: int) -> None:
        self.bar.setValue(done)
        self.words.setText(t("units_page.bulk_progress", done=done, total=self.bar.maximum()))

    def _next(self) -> None:
        assert self._write is not None
        if self._at >= len(self._ids) or self._stop:
            self._end(stopped=self._at < len(self._ids))
            return
        self._told(self._at)
        page = self._ids[self._at : self._at + PAGE]
        self._at += len(page)
        self._workplace.bridge.write(self._write, page, then=self._take, failed=self._fail)

    def _take(self, outcome: Any) -> None:
        done, refused = counted(outcome)
        self._tally.done += done
        self._tally.refused.update(refused)
        self._next()

    def _fail(self, failure: Failure) -> None:
        self._workplace.window.show_failure(failure)
        self._end(stopped=True)

    def _end(self, *, stopped: bool) -> None:
        self._write = None
        self.hide()
        self.stop_button.setEnabled(True)
        tally = self._tally
        count = sum(tally.refused.values())
        lines = [t("units_page.bulk_refused", count=count, reasons=tally.words)] if count else []
        if stopped:
            left = len(self._ids) - tally.done - count
            lines.append(t("units_page.bulk_stopped", count=left))
        tone = Tone.WARN if lines else Tone.OK
        self._workplace.window.say(tone, self._say(tally.done), *lines, for_ms=0 if lines else 6000)
        self.finished.emit(tally, stopped)


def counted(outcome: Any) -> tuple[int, Counter[str]]:
    """How many units of a page were done, and the reasons of the others."""
    reasons = Counter(render(refusal.reason) for refusal in outcome.refused)
    return len(outcome.done), reasons
