"""What a file would do, before it does it: a preview with errors by line, then page after page with a bar and a stop.

Knows no file: whoever opens it has read one, and brings what to show and the pages to write. Each page is one job of
the writer, so a scan never waits for more than one of them; what must be one piece (`whole`) runs beside, and only its
transactions are jobs of the writer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from bmdesk.services.desk import Desk
from bmdesk.services.lines import LineErrors, Progress
from bmdesk.texts import Failure, render, t
from bmdesk.ui.bridge import Priority
from bmdesk.ui.long_work import beside, desk_beside
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace

MOST_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One tab of the preview."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Any]


@dataclass(frozen=True, slots=True)
class More:
    """What is written only where a person also ticks it: the words beside the box, and the pages then."""

    words: str
    pages: Sequence[Callable[[Desk], Any]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown, and what is written if a person says so. `done` tells from the reports what came of it.

    `yes` is empty where there is nothing to say it to. `whole`: instead of pages, one piece of work that tells how far
    it is and stops when it is asked to.
    """

    title: str
    summary: str
    sheets: tuple[Sheet, ...]
    yes: str
    pages: Sequence[Callable[[Desk], Any]]
    done: Callable[[Sequence[Any]], str]
    whole: Callable[[Desk, Progress], Any] | None = None
    more: More | None = None

    @property
    def writes(self) -> bool:
        """Whether there is anything to write without another tick."""
        return self.whole is not None or bool(self.pages)


def error_sheet(errors: LineErrors) -> Sheet:
    """The lines that cannot be taken, each with its reason."""
    title = t("imports.errors", count=len(errors))
    return Sheet(
        title,
        (
            Column(t("imports.line"), lambda error: str(error.line), number=True, width=70),
            Column(t("imports.column"), lambda error: error.column, width=150),
            Column(
                t("imports.reason"),
                lambda error: render(error.reason),
                hint=lambda error: render(error.reason),
                stretch=True,
            ),
        ),
        errors.shown,
    )


class ImportDialog(QDialog):
    """Nothing is written before `start`. `imported` fires at the end, also when it was stopped half-way."""

    imported = Signal(object)  # the reports, one a page
    _told = Signal(int, int)  # from the thread beside

    def __init__(self, parent: QWidget, workplace: Workplace, preview: Preview) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(preview.title)
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(860, screen.width() - 60), min(620, screen.height() - 60))
        self.preview = preview
        self.reports: list[Any] = []
        self._workplace = workplace
        self._running = self._stopped = False
        self.tabs = QTabWidget()
        for sheet in preview.sheets:
            self._add(sheet)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self._told.connect(self._tell)
        self.pages = list(preview.pages)
        mark(self.bar, tone="accent")
        self.bar.hide()
        self.said = PlainLabel("", wrap=True)
        self.said.hide()
        self.yes = QPushButton(preview.yes)
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.setEnabled(preview.writes)
        self.yes.setVisible(bool(preview.yes))
        self.more = QCheckBox(preview.more.words if preview.more is not None else "")
        self.more.setVisible(preview.more is not None)
        self.more.toggled.connect(self._choose_pages)
        self.yes.clicked.connect(self.start)
        answers = Answers(self, self.yes, self.bar)
        self.no = answers.no
        if not preview.yes:
            self.no.setText(t("imports.close"))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(preview.title, "title", wrap=True))
        column.addWidget(PlainLabel(preview.summary, wrap=True))
        column.addWidget(self.tabs, 1)
        column.addWidget(self.more)
        column.addWidget(self.said)
        column.addLayout(answers)
        (self.yes if preview.writes else self.no).setFocus()

    def start(self) -> None:
        """Write the pages, one after the other."""
        if self._running or self.reports or not (self.pages or self.preview.whole):
            return
        self._running = True
        self.yes.setEnabled(False)
        self.more.setEnabled(False)
        self.bar.setRange(0, len(self.pages))
        self.bar.show()
        if self.preview.whole is not None:
            self._run_whole(self.preview.whole)
        else:
            self._next()

    def reject(self) -> None:
        """While pages are written: stop after the one under way. Else: close."""
        if self._running:
            self._stopped = True
            self.no.setEnabled(False)
        else:
            super().reject()

    def _choose_pages(self, more: bool) -> None:
        assert self.preview.more is not None
        self.pages = list(self.preview.more.pages if more else self.preview.pages)
        self.yes.setEnabled(bool(self.pages))

    def _run_whole(self, work: Callable[[Desk, Progress], Any]) -> None:
        desk = desk_beside(self._workplace)

        def progress(done: int, total: int) -> bool:
            self._told.emit(done, total)
            return not self._stopped

        beside(self, self._workplace, lambda: work(desk, progress), self._was_done, failed=self._was_refused)

    def _tell(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _was_done(self, report: Any) -> None:
        self.reports.append(report)
        self._workplace.bridge.announce(getattr(report, "changes", frozenset()))
        self._finish()

    def _next(self) -> None:
        page = self.pages[len(self.reports)]
        desk = self._workplace.desk
        self._workplace.bridge.write(
            lambda: page(desk), then=self._was_written, failed=self._was_refused, priority=Priority.BACKGROUND
        )

    def _was_written(self, report: Any) -> None:
        self.reports.append(report)
        self.bar.setValue(len(self.reports))
        if len(self.reports) < len(self.pages) and not self._stopped:
            self._next()
        else:
            self._finish()

    def _was_refused(self, failure: Failure) -> None:
        self._finish(failure)

    def _finish(self, failure: Failure | None = None) -> None:
        self._running = False
        whole = not self._stopped if self.preview.whole else len(self.reports) == len(self.pages)
        words = self.preview.done(self.reports)
        tone = Tone.OK
        if failure is not None:
            words = f"{refusal_words(failure)} {words}"
            tone = Tone.BAD
        elif not whole:
            words = f"{t('imports.stopped')} {words}"
            tone = Tone.WARN
        self.said.setText(words)
        self.said.set_tone(tone)
        self.said.show()
        self.bar.hide()
        self.yes.hide()
        self.no.setText(t("imports.close"))
        self.no.setEnabled(True)
        self.no.setFocus()
        self.imported.emit(self.reports)

    def _add(self, sheet: Sheet) -> None:
        table = DataTable(sheet.title)
        model = RowsModel(sheet.columns, table)
        model.set_rows(sheet.rows[:MOST_SHOWN])
        table.setModel(model)
        holder = QWidget()
        mark(holder, kind="clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(table)
        if len(sheet.rows) > MOST_SHOWN:
            column.addWidget(PlainLabel(t("imports.first_rows", count=MOST_SHOWN), "note"))
        self.tabs.addTab(holder, sheet.title)
