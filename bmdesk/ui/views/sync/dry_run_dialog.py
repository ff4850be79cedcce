"""Every intended write with its old and its new value, before any is made. Comes back early when it is cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.effects import kind_text
from bmdesk.texts import Failure, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.syncing import BackgroundSync, Errand
from bmdesk.ui.theme import mark
from bmdesk.ui.views.sync.words import old_new, short
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING, sentence

if TYPE_CHECKING:
    from bmdesk.sync.dry_run import DryRun

_TICK_MS = 300
_MOST_PROBLEMS = 4


class DryRunDialog(QDialog):
    """Asks at once. Closing it ends the asking."""

    def __init__(self, parent: QWidget, syncing: BackgroundSync) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("sync_page.dry_run"))
        self.setModal(True)
        self.resize(880, 540)
        self.heading = PlainLabel(t("sync_page.dry_asking"), "heading", wrap=True)
        self.note = PlainLabel(t("sync_page.dry_note"), "note", wrap=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.problems = PlainLabel("", wrap=True)
        self.problems.set_tone(Tone.BAD)
        self.problems.hide()
        self.model = RowsModel(_columns(), self)
        self.table = DataTable(t("sync_page.dry_run"))
        self.table.setModel(self.model)
        self._empty = EmptyState("sync", t("sync_page.dry_waiting"))
        self.table.set_empty(self._empty)
        self.stop_button = QPushButton(t("sync_page.dry_stop"))
        self.close_button = QPushButton(t("sync_page.close"))
        mark(self.close_button, kind="primary")
        self.close_button.setDefault(True)
        sheet = Card()
        sheet.add(self.table, 1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.stop_button)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        for widget in (self.heading, self.note, self.progress, self.problems):
            column.addWidget(widget)
        column.addWidget(sheet, 1)
        column.addLayout(buttons)
        self._errand: Errand | None = syncing.dry_run(self.show_run, self.show_failure)
        self._errand.crashed.connect(self._show_crash)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._count)
        self._tick.start()
        self.stop_button.clicked.connect(self._stop)
        self.close_button.clicked.connect(self.accept)
        self.finished.connect(lambda _: self._stop())

    def show_run(self, run: DryRun) -> None:
        """It is back."""
        self._end()
        self.model.set_rows(run.writes)
        count = len(run.writes)
        words = t("sync_page.dry_none") if not count else t("sync_page.dry_found", count=count)
        if not run.complete:
            words = f"{words} {t('sync_page.dry_incomplete')}"
        self.heading.setText(words)
        self._empty.set_words(t("sync_page.dry_none_note"))
        if run.problems:
            lines = [_in_full(problem) for problem in run.problems[:_MOST_PROBLEMS]]
            self.problems.setText("\n".join(lines))
            self.problems.show()
            if not count:
                self.heading.setText(t("sync_page.dry_not_asked"))
                self._empty.set_words(t("sync_page.dry_not_asked"))

    def show_failure(self, failure: Failure) -> None:
        """It could not even begin."""
        self._end()
        self.heading.setText(render(failure.title))
        self.problems.setText(_in_full(failure))
        self.problems.show()
        self._empty.set_words(t("sync_page.dry_not_asked"))

    def _show_crash(self, _bug: object) -> None:
        """The crash report tells the rest."""
        self._end()
        self.heading.setText(t("sync_page.dry_not_asked"))
        self._empty.set_words(t("sync_page.dry_not_asked"))

    def _count(self) -> None:
        if self._errand is not None and self._errand.steps > 1:
            self.heading.setText(t("sync_page.dry_steps", count=self._errand.steps))

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        if self._errand is not None:
            self._errand.cancel()

    def _end(self) -> None:
        self._tick.stop()
        self._errand = None
        self.progress.hide()
        self.stop_button.hide()


def _in_full(failure: Failure) -> str:
    return broken(f"{render(failure.title)}. {render(failure.happened)} {render(failure.todo)}", 900)


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("sync_page.column_what"), lambda w: sentence(render(kind_text(w.kind))), width=150),
        Column(
            t("sync_page.column_sku"),
            lambda w: short(w.sku, 80) or NOTHING,
            hint=lambda w: short(w.sku),
            width=220,
        ),
        Column(t("sync_page.column_market"), lambda w: w.market or NOTHING, width=80),
        Column(t("sync_page.column_change"), lambda w: old_new(w.old, w.new), width=170),
        Column(
            t("sync_page.column_not_written"),
            lambda w: short(render(w.problem)) if w.problem else "",
            tone=lambda w: Tone.WARN,
            hint=lambda w: render(w.problem) if w.problem else "",
            stretch=True,
        ),
    )
