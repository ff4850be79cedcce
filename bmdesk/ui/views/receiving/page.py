"""The room of receiving: the list of batches, and the one that is looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.services.goods import receiving
from bmdesk.services.goods.receiving import Batch, BatchSaved
from bmdesk.texts import msg, render, t
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark
from bmdesk.ui.views.receiving.batch_dialog import BatchDialog, Offers, offers
from bmdesk.ui.views.receiving.batch_view import BatchView
from bmdesk.ui.views.receiving.words import FIT, PROGRESS_COLUMN, ProgressDelegate, batch_columns
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fitting
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.workplace import Workplace


class ReceivingPage(QWidget):
    """Enter opens a batch, Alt+Left goes back to the list."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.header_status = ""
        self.dialog: BatchDialog | None = None
        self._batches: tuple[Batch, ...] = ()
        self.view = BatchView(workplace)
        self.view.back_asked.connect(self.show_list)
        self.view.edit_asked.connect(self.edit)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._list())
        self.pages.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        lands_on(self, self.table)
        bind(self.table, "Ctrl+F", msg("batches.search"), self.search.setFocus)
        workplace.bridge.changed.connect(self._on_changed)

    def entered(self) -> None:
        """Show what is true now."""
        self.load()

    def takes_scan(self, text: str) -> bool:
        """While a form is open, scans are typed into it and reach no bench."""
        return self.dialog is not None and self.dialog.take_scan(text)

    def load(self) -> None:
        """Ask for the batches, and for the one that is open."""
        self.workplace.read(receiving.list_batches, then=self._show, key=(id(self), "batches"))
        if self.pages.currentWidget() is self.view:
            self.view.load()

    def show_list(self) -> None:
        """Back to all batches."""
        self.pages.setCurrentIndex(0)
        self.table.setFocus()
        self.load()

    def show_batch(self, batch: Batch) -> None:
        """Look at this batch."""
        self.pages.setCurrentWidget(self.view)
        self.view.show_batch(batch)
        self.view.receive.setFocus()

    def new(self) -> None:
        """The form of a new batch."""
        self.workplace.read(offers, then=self._open_form(None), key=(id(self), "offers"))

    def edit(self, batch: Batch | None) -> None:
        """The form of this batch."""
        if batch is not None:
            self.workplace.read(offers, then=self._open_form(batch), key=(id(self), "offers"))

    def _open_form(self, batch: Batch | None) -> Callable[[Offers], None]:
        def open_it(offered: Offers) -> None:
            dialog = BatchDialog(self, self.workplace, offered, batch, self._next_code())
            dialog.saved.connect(self._was_saved)
            dialog.finished.connect(self._form_closed)
            dialog.open()
            self.dialog = dialog

        return open_it

    def _form_closed(self) -> None:
        self.dialog = None

    def _was_saved(self, saved: BatchSaved) -> None:
        self.load()
        if saved.filled:
            self.workplace.window.say(Tone.OK, t("batches.filled", count=saved.filled), for_ms=6000)
        self.workplace.read(receiving.batch, saved.id, then=self.show_batch, key=(id(self), "saved"))

    def _next_code(self) -> str:
        """The day and a number that no batch has yet."""
        day = f"{self.workplace.desk.clock.now().astimezone():%Y%m%d}"
        taken = {batch.code for batch in self._batches}
        return next(code for n in range(1, 10_000) if (code := f"{day}-{n}") not in taken)

    def _show(self, batches: tuple[Batch, ...]) -> None:
        self._batches = batches
        open_ones = sum(batch.closed_at is None for batch in batches)
        self.header_status = t("batches.header", open=open_ones, count=len(batches)) if batches else ""
        if self.isVisible():
            self.workplace.window.set_header_status(self.header_status)
        self.model.set_rows(self._matching())
        self._say_empty()

    def _filter(self) -> None:
        self.model.reset(self._matching())
        self._say_empty()

    def _matching(self) -> list[Batch]:
        words = self.search.text().casefold().split()
        wanted = self.which.value()
        return [
            batch
            for batch in self._batches
            if (wanted != "open" or batch.closed_at is None)
            and (wanted != "incomplete" or batch.incomplete)
            and all(word in _searched(batch) for word in words)
        ]

    def _say_empty(self) -> None:
        nothing = bool(self._batches)
        self.empty.set_words(
            t("batches.none_match") if nothing else t("batches.none_yet"),
            "" if nothing else t("batches.none_yet_note"),
        )
        self.empty.button.setVisible(not nothing)

    def _on_changed(self, changes: frozenset[Change]) -> None:
        if self.isVisible() and changes & {Change.BATCHES, Change.UNITS}:
            self.load()

    def _list(self) -> QWidget:
        self.search = SearchBox(t("batches.search"))
        self.search.searched.connect(lambda _: self._filter())
        self.which = Segmented(
            t("batches.which"),
            (
                Segment("all", t("batches.which.all")),
                Segment("open", t("batches.which.open")),
                Segment("incomplete", t("batches.which.incomplete")),
            ),
            small=True,
        )
        self.which.set_value("all")
        self.which.chosen.connect(lambda _: self._filter())
        self.new_button = ShortcutButton(msg("batches.new"), "Ctrl+N", icon="plus", kind="primary")
        self.new_button.clicked.connect(self.new)
        bar = ToolbarRow(self.search, self.which)
        bar.add_right(self.new_button)
        self.model = RowsModel(batch_columns(), self)
        self.table = DataTable(t("window.room.receiving"))
        self.table.setModel(self.model)
        Fitting(self.table, FIT)
        self.table.setItemDelegateForColumn(PROGRESS_COLUMN, ProgressDelegate(self.table))
        self.table.opened.connect(self._open_row)
        self.empty = EmptyState(
            "receiving",
            t("batches.none_yet"),
            note=t("batches.none_yet_note"),
            action=t("batches.new"),
            on_action=self.new,
        )
        self.table.set_empty(self.empty)
        card = Card()
        card.add(self.table, 1)
        holder = QWidget()
        mark(holder, kind="clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(bar)
        column.addWidget(card, 1)
        return holder

    def _open_row(self, number: int) -> None:
        batch = self.model.row(number)
        if batch is not None:
            self.show_batch(batch)


def _searched(batch: Batch) -> str:
    source = render(receiving.source_text(batch.source))
    return f"{batch.code} {batch.supplier} {source} {batch.note}".casefold()
