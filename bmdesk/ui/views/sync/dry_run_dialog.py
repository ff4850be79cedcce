"""Every intended write with its old and its new value, before any is made. Comes back early when it is cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from bmdesk.domain.effects import kind_text
from bmdesk.texts import Failure, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.syncing import BackgroundSync, Errand
from bmdesk.ui.views.sync.asking_dialog import AskingDialog
from bmdesk.ui.views.sync.words import old_new, short
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import NOTHING, sentence

if TYPE_CHECKING:
    from bmdesk.sync.dry_run import DryRun

_MOST_PROBLEMS = 4
_FIT = Fit(
    widths={"what": 110, "sku": 150, "market": 70, "change": 120, "not_written": 150},
    grows={"what": 170, "sku": 340, "change": 200},
    gives_way=("market",),
    stretches=("not_written",),
)


class DryRunDialog(AskingDialog):
    """Asks at once."""

    def __init__(self, parent: QWidget, syncing: BackgroundSync) -> None:
        super().__init__(parent, t("sync_page.dry_run"), _columns(), _FIT, (1000, 540))
        self.heading.setText(t("sync_page.dry_asking"))
        self.note.setText(t("sync_page.dry_note"))
        self.empty.set_words(t("sync_page.dry_waiting"))
        self.wait_for(syncing.dry_run(self.show_run, self.show_failure))

    def show_run(self, run: DryRun) -> None:
        """It is back."""
        self.ended()
        self.model.set_rows(run.writes)
        count = len(run.writes)
        words = t("sync_page.dry_none") if not count else t("sync_page.dry_found", count=count)
        if not run.complete:
            words = f"{words} {t('sync_page.dry_incomplete')}"
        self.heading.setText(words)
        self.empty.set_words(t("sync_page.dry_none_note"))
        if run.problems:
            self.show_problems(run.problems[:_MOST_PROBLEMS])
            if not count:
                self._say_nothing(t("sync_page.dry_not_asked"))

    def show_failure(self, failure: Failure) -> None:
        """It could not even begin."""
        self.ended()
        self.show_problems([failure])
        self._say_nothing(render(failure.title))

    def show_crash(self) -> None:
        self.ended()
        self._say_nothing(t("sync_page.dry_not_asked"))

    def show_steps(self, errand: Errand) -> None:
        if errand.steps > 1:
            self.heading.setText(t("sync_page.dry_steps", count=errand.steps))

    def _say_nothing(self, heading: str) -> None:
        self.heading.setText(heading)
        self.empty.set_words(t("sync_page.dry_not_asked"))


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
