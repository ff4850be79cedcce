"""The cut-over: what would change, row by row, before a person hands listings over or confirms prices.

Nothing can be confirmed before the preview is here, and nothing but what it shows is confirmed: when something changed
meanwhile it is shown anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from bmdesk.domain.listing_reasons import Aspect
from bmdesk.services.selling import management
from bmdesk.services.selling.management import Done, PreviewChanged
from bmdesk.services.selling.management_preview import Preview
from bmdesk.texts import Failure, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.listings.choices import ALL, AspectBoxes, scope
from bmdesk.ui.views.listings.cutover_columns import cutover_columns
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace

_EVERY = "*"
_COMMON = ""


class CutoverDialog(QDialog):
    """`confirmed(Done)` after it was done. `only`: an aspect that alone is meant (new prices), else a person ticks."""

    confirmed = Signal(object)
    loaded = Signal()

    def __init__(
        self,
        parent: QWidget,
        workplace: Workplace,
        run: LongRun,
        account_id: str,
        chosen: Sequence[str],
        only: Aspect | None = None,
    ) -> None:
        super().__init__(parent)
        self.preview: Preview | None = None
        self._workplace, self._run, self._account, self._chosen = workplace, run, account_id, list(chosen)
        self._only = only
        title = t("listings_page.prices_heading") if only else t("listings_page.hand_over_heading")
        self.setWindowTitle(title)
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(1040, room.width() - 60), min(720, room.height() - 60))
        self._build(title)
        self._run.told.connect(self._tell)
        self.load()

    def load(self) -> None:
        """Read the preview of what is chosen now; until it is here nothing can be confirmed."""
        self.preview = None
        self.yes.setEnabled(False)
        aspects = self._aspects()
        if not aspects:
            self.summary.setText(t("listings_page.tick_one"))
            self._show_rows(None)
            return
        self.summary.setText(t("listings_page.reading_preview"))
        self.summary.set_tone(Tone.NEUTRAL)
        self.bar.setRange(0, 0)
        self.bar.show()
        account, selection = self._account, self._selection()
        self._run.read(
            lambda desk: management.preview(desk, account, selection, aspects),
            then=self._show,
            failed=self._unread,
            key=(id(self), "preview"),
        )

    def confirm(self) -> None:
        """Hand over exactly what is shown."""
        shown = self.preview
        if shown is None or self._run.running:
            return
        self._workplace.read(
            management.right_to_hand_over,
            self._account,
            self._selection(),
            then=lambda right: self._workplace.with_pin(right, lambda: self._begin(shown), self._refused),
            failed=self._refused,
            key=(id(self), "right"),
        )

    def _begin(self, shown: Preview) -> None:
        begun = self._run.run(
            t("listings_page.handing_over"),
            management.manage,
            self._workplace.actor,
            self._account,
            self._selection(),
            shown.aspects,
            shown.digest,
            then=self._done,
            failed=self._refused,
        )
        if begun:
            self._rest(resting=True)

    def reject(self) -> None:
        """While it runs: stop after the page under way. Else: close."""
        if self._run.running and not self._what.isEnabled():
            self._run.stop()
            self.no.setEnabled(False)
        else:
            super().reject()

    def _aspects(self) -> tuple[Aspect, ...]:
        return (self._only,) if self._only is not None else self.aspects.value()

    def _selection(self) -> list[str] | None:
        return None if self.scope.value() == ALL else self._chosen

    def _show(self, shown: Preview) -> None:
        self.preview = shown
        self.bar.hide()
        self.summary.setText(_summary(shown))
        self.summary.set_tone(Tone.WARN if shown.problems else None)
        self._show_rows(shown)
        self.yes.setEnabled(bool(shown.rows or shown.to_create))
        if self.yes.isEnabled():
            self.yes.setFocus()
        self.loaded.emit()

    def _show_rows(self, shown: Preview | None) -> None:
        rows = shown.rows if shown is not None else ()
        kept = self.market.value()
        names = [one.market for one in shown.totals] if shown is not None else []
        self.market.set_choices(
            [
                (_EVERY, t("listings_page.every_market")),
                ("-", t("listings_page.common")),
                *((one, one) for one in names),
            ]
        )
        self.market.set_value(kept)
        chosen = self.market.value()
        wanted = [
            row for row in rows if chosen == _EVERY or row.market == (_COMMON if chosen == "-" else chosen)
        ]
        order = {name: number for number, name in enumerate([_COMMON, *names])}
        wanted.sort(key=lambda row: (order.get(row.market, len(order)), row.sku.casefold()))
        created = list(shown.to_create) if shown is not None else []
        troubled: list[Any] = [row for row in wanted if row.problem is not None]
        troubled += [one for one in created if one.problem is not None]
        self._fill("changes", [row for row in wanted if row.changes])
        self._fill("totals", list(shown.totals) if shown is not None else [])
        self._fill("problems", troubled)
        self._fill("new", created)

    def _fill(self, key: str, rows: list[Any]) -> None:
        table, model, code = self._tables[key]
        model.set_rows(rows)
        titles = {
            "changes": t("listings_page.tab_changes", count=len(rows)),
            "totals": t("listings_page.tab_totals"),
            "problems": t("listings_page.tab_problems", count=len(rows)),
            "new": t("listings_page.tab_new", count=len(rows)),
        }
        self.tabs.setTabText(code, titles[key])
        if rows:
            table.choose_row(0)

    def _unread(self, failure: Failure) -> None:
        self.bar.hide()
        self.summary.setText(refusal_words(failure))
        self.summary.set_tone(Tone.BAD)

    def _refused(self, failure: Failure) -> None:
        self._rest(resting=False)
        self.said.setText(refusal_words(failure))
        self.said.set_tone(Tone.BAD)
        self.said.show()
        if isinstance(failure, PreviewChanged):
            self.said.setText(t("listings_page.look_again"))
            self.said.set_tone(Tone.WARN)
            self.load()

    def _done(self, done: Done) -> None:
        self._rest(resting=False)
        self.accept()
        self.confirmed.emit(done)

    def _rest(self, *, resting: bool) -> None:
        self._what.setEnabled(not resting)
        self.yes.setEnabled(not resting and self.preview is not None)
        self.no.setEnabled(True)
        self.no.setText(t("listings_page.stop") if resting else t("ui.cancel"))
        self.bar.setVisible(resting)
        if resting:
            self.said.hide()
            self.bar.setRange(0, 0)

    def _tell(self, done: int, total: int) -> None:
        if not self._what.isEnabled():
            self.bar.setRange(0, max(total, 1))
            self.bar.setValue(done)

    # -- how it is put together

    def _build(self, title: str) -> None:
        self.scope = scope(len(self._chosen))
        self.scope.chosen.connect(lambda _: self.load())
        self.aspects = AspectBoxes()
        self.aspects.changed.connect(self.load)
        self.aspects.setVisible(self._only is None)
        self.market = ChoiceBox(t("listings_page.filter_market"), [(_EVERY, t("listings_page.every_market"))])
        self.market.setMinimumWidth(px(150))
        self.market.activated.connect(lambda _: self._show_rows(self.preview))
        self._what = QWidget()
        mark(self._what, kind="clear")
        what = QHBoxLayout(self._what)
        what.setContentsMargins(0, 0, 0, 0)
        what.setSpacing(16)
        what.addWidget(self.scope)
        what.addWidget(self.aspects)
        what.addStretch(1)
        what.addWidget(self.market)
        self.summary = PlainLabel("", wrap=True)
        self.said = PlainLabel("", wrap=True)
        self.said.hide()
        self.tabs = QTabWidget()
        self._tables: dict[str, tuple[DataTable, RowsModel, int]] = {}
        for key, columns in cutover_columns().items():
            self._add(key, columns)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        mark(self.bar, tone="accent")
        self.yes = QPushButton(
            t("listings_page.prices_yes") if self._only else t("listings_page.hand_over_yes")
        )
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.confirm)
        answers = Answers(self, self.yes, self.bar)
        self.no = answers.no
        note = t("listings_page.prices_note") if self._only else t("listings_page.hand_over_note")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(title, "title", wrap=True))
        column.addWidget(PlainLabel(note, "note", wrap=True))
        column.addWidget(self._what)
        column.addWidget(self.summary)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.said)
        column.addLayout(answers)

    def _add(self, key: str, columns: tuple[Column, ...]) -> None:
        table = DataTable(
            {
                "changes": t("listings_page.table_changes"),
                "totals": t("listings_page.tab_totals"),
                "problems": t("listings_page.table_problems"),
                "new": t("listings_page.table_new"),
            }[key]
        )
        model = RowsModel(columns, table)
        table.setModel(model)
        holder = QWidget()
        mark(holder, kind="clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(table)
        self._tables[key] = table, model, self.tabs.addTab(holder, "")


def _summary(shown: Preview) -> str:
    parts = [t("listings_page.sum_listings", count=shown.listings)]
    counts = [
        (Aspect.STOCK, t("listings_page.sum_stock", count=shown.counts.get(Aspect.STOCK, 0))),
        (Aspect.PRICE, t("listings_page.sum_price", count=shown.counts.get(Aspect.PRICE, 0))),
        (Aspect.CONTENT, t("listings_page.sum_content", count=shown.counts.get(Aspect.CONTENT, 0))),
    ]
    parts += [words for aspect, words in counts if aspect in shown.aspects]
    if shown.to_create:
        parts.append(t("listings_page.sum_new", count=len(shown.to_create)))
    if shown.problems:
        parts.append(t("listings_page.sum_problems", count=shown.problems))
    return " · ".join(parts)
