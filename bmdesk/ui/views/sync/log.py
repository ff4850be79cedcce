"""What sync did, newest first: by level, by words, each line in full under the table."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from bmdesk.services.syncing import sync_status
from bmdesk.services.syncing.sync_status import LogEntry
from bmdesk.texts import msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.paged_model import Page, PagedModel
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.views.sync.words import short, since
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.log_levels import LogLevels
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING, log_tone, log_words, moment
from bmdesk.ui.workplace import Workplace

_FIT = Fit(
    widths={"at": 92, "level": 104, "account": 110, "market": 80, "sku": 170, "text": 300},
    gives_way=("account", "level", "market"),
    grows={"sku": 260},
    stretches=("text",),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    levels: tuple[str, ...] = ()
    words: str = ""


class Log(QWidget):
    """The log of this company's syncing."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self._begun = False
        self.levels = LogLevels()
        self.search = SearchBox(t("sync_page.log_hint"))
        self._walk = Walk(self._read)
        self.model = PagedModel(workplace.bridge, _columns(), self._walk.fetch, None, self)
        self.table = DataTable(t("sync_page.tab_log"))
        self.table.setModel(self.model)
        Fitting(self.table, _FIT)
        self.table.set_empty(EmptyState("history", t("sync_page.log_empty")))
        self.line = PlainLabel("", wrap=True, selectable=True)
        self.line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.line.hide()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.levels)
        head.addStretch()
        head.addWidget(self.search)
        sheet = Card()
        self.cut = PlainLabel(t("sync_page.log_cut", count=sync_status.MOST_SEARCHED), "note", wrap=True)
        self.cut.hide()
        sheet.add(self.table, 1)
        sheet.add(self.cut)
        sheet.add(self.line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(sheet, 1)
        lands_on(self, self.table)
        self.levels.chosen.connect(lambda _: self.ask())
        self.search.searched.connect(lambda _: self.ask())
        self.table.current_changed.connect(self._show_line)
        for signal in (self.model.modelReset, self.model.moved):
            signal.connect(lambda: self.cut.setVisible(self.model.is_cut))
        self.model.failed.connect(workplace.window.show_failure)
        bind(self, "/", msg("sync_page.log_hint"), self._to_search)

    def refresh(self) -> None:
        """Something was added."""
        if self._begun:
            self._walk.forget()
            self.model.refresh()
        else:
            self.ask()

    def ask(self) -> None:
        """Show what the level and the words leave."""
        self._begun = True
        self.line.hide()
        self.model.reset(_Asked(self.levels.wanted, self.search.text().strip()))

    def _read(self, query: _Asked, after: int | None, limit: int) -> Page:
        found = sync_status.log(self.workplace.desk, after, query.levels, query.words, limit)
        # Words so rare that the log was looked through for long: what was found stands and it is said, no bench waits.
        is_cut = found.next is not None and len(found.lines) < limit
        return Page(found.lines, None if is_cut else found.next, is_cut)

    def _show_line(self, number: int) -> None:
        entry = self.model.row(number)
        self.line.setVisible(entry is not None)
        if entry is not None:
            said = [moment(entry.at), entry.market, broken(entry.sku, 200), broken(render(entry.text), 2000)]
            self.line.setText("  ".join(filter(None, said)))

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("sync_page.column_at"), lambda e: since(e.at), hint=lambda e: moment(e.at), width=92),
        Column(
            t("sync_page.column_level"),
            lambda e: log_words(e.level),
            pill=lambda e: log_tone(e.level) or Tone.NEUTRAL,
            width=104,
        ),
        Column(t("sync_page.column_account"), lambda e: e.account or NOTHING, width=110),
        Column(t("sync_page.column_market"), lambda e: e.market or NOTHING, width=80),
        Column(
            t("sync_page.column_listing"),
            lambda e: short(e.sku, 80) or NOTHING,
            hint=lambda e: short(e.sku),
            width=170,
        ),
        Column(t("sync_page.column_text"), _text, tone=_tone, hint=_text, stretch=True),
    )


def _text(entry: LogEntry) -> str:
    return short(render(entry.text))


def _tone(entry: LogEntry) -> Tone | None:
    return Tone.BAD if entry.level == "error" else None
