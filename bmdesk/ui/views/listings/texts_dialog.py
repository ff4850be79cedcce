"""What buyers read now and would read: applied through this preview, and earlier changes taken back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QPushButton, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.desk import Desk
from bmdesk.services.selling import content_preview, content_runs
from bmdesk.services.selling.content_changes import COMMENT, PARTS, WARRANTY, WAYS
from bmdesk.services.selling.content_preview import ContentPreview, ContentPreviewChanged, ContentRow
from bmdesk.store.queries.content import RunRow
from bmdesk.texts import msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px, set_icon
from bmdesk.ui.views.listings.choices import ALL, scope
from bmdesk.ui.views.listings.preview_dialog import PreviewDialog, with_problems
from bmdesk.ui.views.listings.words import named, saying_words
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.words import moment, sentence

_RUNS = 12


class TextsDialog(PreviewDialog):
    """Old and new side by side, of the chosen listings or of all whose texts bmdesk writes."""

    changed_since = (ContentPreviewChanged,)
    note = msg("listings_page.texts_note")
    yes_words = msg("listings_page.texts_yes")
    running = msg("listings_page.writing_texts")

    def title(self) -> str:
        return t("listings_page.texts_title")

    def choices(self, markets: Sequence[str]) -> Sequence[QWidget]:
        self.scope = scope(len(self.ids))
        self.scope.chosen.connect(lambda _: self.load())
        every = ("", t("listings_page.every_market"))
        self.market = ChoiceBox(
            t("listings_page.filter_market"), [every, *((one, named(one)) for one in markets)]
        )
        self.market.setMinimumWidth(px(190))
        self.market.activated.connect(lambda _: self.load())
        self.parts = {part: QCheckBox(words) for part, words in _part_words().items()}
        for box in self.parts.values():
            box.setChecked(True)
            box.toggled.connect(lambda _: self.load())
        self.undo = QPushButton(t("listings_page.texts_undo"))
        set_icon(self.undo, "undo")
        needs(self.undo, self.workplace, Right.MANAGEMENT)
        self._menu = QMenu(self.undo)
        self.undo.setMenu(self._menu)
        return [self.scope, self._ticks(), self.market, self.undo]

    def columns(self) -> Sequence[Column]:
        return _columns()

    def missing(self) -> str:
        return "" if self._parts() else t("listings_page.tick_one")

    def load(self) -> None:
        super().load()
        account = self.account_id
        self.run.read(
            lambda desk: content_runs.runs(desk, account, _RUNS),
            then=self._offer_undo,
            key=(id(self), "runs"),
        )

    def ask(self, desk: Desk) -> ContentPreview:
        return content_preview.preview(
            desk, self.account_id, self._selection(), self._chosen_markets(), self._parts()
        )

    def rows_of(self, shown: ContentPreview) -> Sequence[ContentRow]:
        return sorted(shown.rows, key=lambda row: not row.changes and row.problem is None)

    def summary(self, shown: ContentPreview) -> tuple[str, Tone | None]:
        count = len(shown.changed)
        words = with_problems(t("listings_page.texts_sum", count=count, due=shown.due), shown.problems)
        if shown.automatic:
            words = f"{words} · {t('listings_page.texts_automatic')}"
        return words, Tone.WARN if shown.problems else None

    def told(self, row: ContentRow) -> Sequence[tuple[str, str]]:
        new = saying_words(row.new, row.market)
        notes = [sentence(render(note)) for note in row.notes]
        if row.kept:
            notes.append(t("listings_page.texts_kept"))
        return (
            (t("listings_page.column_problem"), sentence(render(row.problem)) if row.problem else ""),
            (
                t("listings_page.reads_now", market=named(row.market)),
                saying_words(row.old, row.market),
            ),
            (t("listings_page.would_read"), new),
            (t("listings_page.to_know"), "\n".join(notes)),
        )

    def may_go(self, shown: ContentPreview) -> bool:
        return bool(shown.changed)

    def work(self, desk: Desk, shown: ContentPreview, progress: Any) -> Any:
        return content_preview.apply(
            desk,
            self.workplace.actor,
            self.account_id,
            shown.digest,
            self._selection(),
            self._chosen_markets(),
            self._parts(),
            progress,
        )

    def take_back(self, run_id: str) -> None:
        """Let those listings say again what they said before."""
        self.workplace.write(
            content_runs.undo,
            self.workplace.actor,
            self.account_id,
            run_id,
            then=lambda done: self._taken_back(done.count),
            failed=self._refused,
        )

    def _taken_back(self, count: int) -> None:
        self.said.setText(t("listings_page.texts_taken_back", count=count))
        self.said.set_tone(Tone.OK)
        self.said.show()
        self.load()

    def _offer_undo(self, runs: tuple[RunRow, ...]) -> None:
        self._menu.clear()
        for run in runs:
            words = t(
                "listings_page.texts_run",
                at=moment(run.at),
                why=content_runs.why_text(run),
                by=run.by or t("listings_page.by_itself"),
                count=run.count,
            )
            action = self._menu.addAction(words, partial(self.take_back, run.id))
            action.setEnabled(run.undone_by is None)
        self.undo.setVisible(bool(runs))

    def _selection(self) -> list[str] | None:
        return None if self.scope.value() == ALL else self.ids

    def _chosen_markets(self) -> list[str]:
        return [self.market.value()] if self.market.value() else []

    def _parts(self) -> tuple[str, ...]:
        return tuple(part for part in PARTS if self.parts[part].isChecked())

    def _ticks(self) -> QWidget:
        holder = QWidget()
        mark(holder, kind="clear")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        for box in self.parts.values():
            row.addWidget(box)
        return holder


def _part_words() -> dict[str, str]:
    return {
        COMMENT: t("listings_page.part_comment"),
        WARRANTY: t("listings_page.part_warranty"),
        WAYS: t("listings_page.part_ways"),
    }


def _columns() -> tuple[Column, ...]:
    def old(row: ContentRow) -> str:
        return saying_words(row.old, row.market)

    def new(row: ContentRow) -> str:
        if row.problem is not None:
            return sentence(render(row.problem))
        return saying_words(row.new, row.market) or t("listings_page.already_so")

    return (
        Column(t("listings_page.column_market"), lambda r: r.market, width=74),
        Column(
            t("listings_page.column_sku"),
            lambda r: r.sku[:200],
            hint=lambda r: f"{r.sku}\n{r.title}"[:600],
            width=190,
        ),
        Column(t("listings_page.column_now"), old, hint=old, width=300),
        Column(
            t("listings_page.column_new"),
            new,
            hint=new,
            tone=lambda r: Tone.WARN if r.problem is not None else Tone.INFO if r.changes else None,
            stretch=True,
        ),
        Column(
            t("listings_page.column_due"),
            lambda r: t("listings_page.due") if r.due else "",
            pill=lambda r: Tone.WARN if r.due else None,
            width=80,
        ),
    )
