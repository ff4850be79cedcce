"""The tab with what would be written: every price that changes, and the one way to write them.

Nothing is written but what is shown: a digest goes with the answer, and where something changed meanwhile it is shown
anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.desk import Desk
from bmdesk.services.prices import applying
from bmdesk.services.prices.applying import Applied, PreviewChanged
from bmdesk.services.prices.simulation import PriceRow, Simulation
from bmdesk.texts import Failure, locale, msg, t
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.prices.change_columns import FIT, change_columns
from bmdesk.ui.views.prices.figures import Figures
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fitting
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import money
from bmdesk.ui.workplace import Workplace

Key = tuple[str, str]


class ChangesTab(QWidget):
    """`show_simulation` draws what was counted; `written` after prices were; `asked` for the matrix at one of them."""

    written = Signal(object)
    asked = Signal(str, str)
    stale = Signal()
    """What is shown is not what stands there any more."""

    def __init__(self, workplace: Workplace, run: LongRun) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._workplace, self._run = workplace, run
        self.account_id = ""
        self.status = ""
        self.seen: Simulation | None = None
        self._rows: list[PriceRow] = []
        self.figures = Figures()
        self.search = SearchBox(t("prices_page.search"))
        self.search.setMinimumWidth(px(150))
        self.which = ChoiceBox(
            t("prices_page.which"),
            [
                ("", t("prices_page.which_all")),
                ("written", t("prices_page.which_written")),
                ("shown", t("prices_page.which_shown")),
            ],
        )
        self.model = RowsModel(change_columns(), self, key=key_of)
        self.table = DataTable(t("prices_page.changes"), multi=True)
        self.table.setModel(self.model)
        Fitting(self.table, FIT)
        self._empty = EmptyState("check", t("prices_page.no_changes"), note=t("prices_page.no_changes_note"))
        self.table.set_empty(self._empty)
        self.said = PlainLabel("", "note", wrap=True)
        self.write_some = ShortcutButton(msg("prices_page.write_chosen"), "Ctrl+K", icon="upload")
        self.write_all = ShortcutButton(
            msg("prices_page.write_all"), "Ctrl+Return", icon="upload", kind="primary"
        )
        self._build()
        self._connect()

    def show_simulation(self, account_id: str, found: Simulation) -> None:
        """Draw this; what is chosen stays chosen."""
        self.account_id, self.seen = account_id, found
        self._rows = [row for row in found.rows if row.changes or row.writes]
        self.figures.show_totals(found.totals)
        self._narrow()
        self.table.choose_first()

    def ask_all(self) -> None:
        """Write every price that is shown as one that is written."""
        if self.seen is not None and self._count(self._rows):
            self._ask(self.seen, None)

    def ask_chosen(self) -> None:
        """Write the chosen ones of what is shown."""
        keys = {key_of(row) for row in self.table.chosen() if row.writes}
        if not keys or self.seen is None:
            self._workplace.window.say(Tone.WARN, t("prices_page.none_chosen"), for_ms=5000)
        else:
            self._ask(self.seen, keys)

    def _ask(self, found: Simulation, only: set[Key] | None) -> None:
        rows = [row for row in found.rows if row.writes and (only is None or key_of(row) in only)]
        if not rows:
            return
        raised = sum(_is_raised(row) for row in rows)
        broken = sum(bool(row.breaks) for row in rows)
        lowered = sum(_is_lowered(row) for row in rows)
        lines = [t("prices_page.write_happens", raised=locale.number(raised), lowered=locale.number(lowered))]
        if only is None:
            before, after = money(found.totals.margin_now), money(found.totals.margin_new)
            lines.append(t("prices_page.write_margin", before=before, after=after))
        if broken:
            lines.append(t("prices_page.write_mends", count=broken))
        shown_only = sum(_is_left(row) for row in found.rows) if only is None else 0
        if shown_only:
            lines.append(t("prices_page.write_leaves", count=shown_only))
        question = t("prices_page.write_question", count=len(rows))
        yes = t("prices_page.write_yes")
        Confirm(self, question, "\n\n".join(lines), yes, lambda _: self._prove(found.digest, only)).open()

    def _prove(self, digest: str, only: set[Key] | None) -> None:
        self._workplace.with_pin(Right.PRICES, lambda: self._write(digest, only))

    def _write(self, digest: str, only: set[Key] | None) -> None:
        actor, account = self._workplace.actor, self.account_id

        def work(desk: Desk, progress: Any) -> Applied:
            return applying.apply(desk, actor, account, digest, only=only, progress=progress)

        begun = self._run.run(t("prices_page.writing"), work, then=self._done, failed=self._refused)
        if not begun:
            self._workplace.window.say(Tone.WARN, t("listings_page.busy"), for_ms=4000)

    def _done(self, done: Applied) -> None:
        self._run.say_outcome(t("prices_page.written", count=done.count), done)
        self.written.emit(done)

    def _refused(self, failure: Failure) -> None:
        if isinstance(failure, PreviewChanged):
            self._look_again()
        else:
            self._workplace.window.show_failure(failure)

    def _look_again(self) -> None:
        self._workplace.window.say(Tone.WARN, t("prices_page.look_again"), t("prices_page.look_again_note"))
        self.stale.emit()

    # -- the list

    def _narrow(self) -> None:
        words, which = self.search.text().casefold().split(), self.which.value()
        rows = [
            row
            for row in self._rows
            if (not which or row.writes == (which == "written")) and _bears(row, words)
        ]
        self.model.set_rows(rows)
        written = self._count(self._rows)
        self.write_all.setEnabled(written > 0)
        self.write_all.setText(
            t("prices_page.write_all_count", count=written) if written else t("prices_page.write_all")
        )
        shown_only = sum(_is_left(row) for row in self._rows)
        self.said.setText(t("prices_page.shown_only_note", count=shown_only) if shown_only else "")
        self.status = t("prices_page.changing", count=len(self._rows))
        self._chose()

    def _chose(self) -> None:
        self.write_some.setEnabled(self.table.chosen_count > 0)

    def _count(self, rows: Sequence[PriceRow]) -> int:
        return sum(row.writes for row in rows)

    def _open(self, number: int) -> None:
        row = self.model.row(number)
        if row is not None:
            self.asked.emit(row.listing_id, row.market)

    def _build(self) -> None:
        card = Card()
        card.add(self.figures)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.which)
        listed = Card()
        listed.add(self.table, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.said, 1)
        for button in (self.write_some, self.write_all):
            button.give_way()
            needs(button, self._workplace, Right.PRICES)
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(card)
        column.addLayout(tools)
        column.addWidget(listed, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.search.searched.connect(lambda _: self._narrow())
        self.which.activated.connect(lambda _: self._narrow())
        self.table.opened.connect(self._open)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._chose())
        self.write_all.clicked.connect(self.ask_all)
        self.write_some.clicked.connect(self.ask_chosen)
        for keys in ("/", "Ctrl+F"):
            bind(self, keys, msg("prices_page.search_key"), self.search.setFocus)


def key_of(row: PriceRow) -> Key:
    """Which price this is."""
    return row.listing_id, row.market


def _is_raised(row: PriceRow) -> bool:
    return row.new is not None and row.present is not None and row.new.minor > row.present.minor


def _is_lowered(row: PriceRow) -> bool:
    return row.new is not None and row.present is not None and row.new.minor < row.present.minor


def _is_left(row: PriceRow) -> bool:
    return row.changes and (not row.managed or row.foreign is not None)


def _bears(row: PriceRow, words: Sequence[str]) -> bool:
    text = f"{row.sku} {row.our_sku} {row.title} {row.market}".casefold()
    return all(word in text for word in words)
