"""What happened lately between bmdesk and the marketplaces; each line leads to what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal

from bmdesk.reports.dashboard_feed import About, about, feed_words
from bmdesk.services.syncing.sync_status import LogEntry
from bmdesk.texts import t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import lately, log_tone, moment

_FIT = Fit(
    widths={"at": 70, "kind": 96, "text": 200, "link": 90},
    gives_way=(),
    grows={"at": 120, "kind": 150, "link": 180},
    stretches=("text",),
)
_LINK = 3
_SHORT_LINK = 24


class Feed(Card):
    """`asked(LogEntry)`: a person wants to go where this happened."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__(t("dashboard_page.feed"))
        self._entries: tuple[LogEntry, ...] = ()
        self.model = RowsModel(_columns(), self)
        self.table = DataTable(t("dashboard_page.feed"))
        self.table.setModel(self.model)
        self.table.set_empty(EmptyState("history", t("dashboard_page.feed_empty")))
        self.table.setMinimumHeight(120)
        self.table.setMouseTracking(True)
        self.table.horizontalHeader().hide()
        Fitting(self.table, _FIT)
        self.table.opened.connect(self._open)
        self.table.clicked.connect(self._clicked)
        self.table.entered.connect(self._point)
        self.add(self.table, 1)

    def show_entries(self, entries: Sequence[LogEntry]) -> None:
        """The newest first."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.model.set_rows(entries)

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == _LINK:
            self._open(index.row())

    def _point(self, index: QModelIndex) -> None:
        shape = Qt.CursorShape.PointingHandCursor if index.column() == _LINK else Qt.CursorShape.ArrowCursor
        self.table.viewport().setCursor(shape)

    def _open(self, number: int) -> None:
        entry = self.model.row(number)
        if entry is not None:
            self.asked.emit(entry)


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("sync_page.column_at"), lambda e: lately(e.at), hint=lambda e: moment(e.at), width=70),
        Column(t("dashboard_page.feed_kind"), _kind_words, pill=_tone, width=96),
        Column(t("sync_page.column_text"), feed_words, hint=feed_words, stretch=True),
        Column(t("dashboard_page.feed_link"), _link_words, tone=lambda e: Tone.INFO, hint=_hint, width=90),
    )


def _kind_words(entry: LogEntry) -> str:
    return {
        About.LISTING: t("dashboard_page.about_listing"),
        About.STEP: t("dashboard_page.about_step"),
        About.STOCK: t("dashboard_page.about_stock"),
        About.READING: t("dashboard_page.about_reading"),
    }[about(entry)]


def _tone(entry: LogEntry) -> Tone:
    return log_tone(entry.level) or Tone.NEUTRAL


def _link_words(entry: LogEntry) -> str:
    match about(entry):
        case About.LISTING:
            sku = " ".join(entry.sku.split())
            return sku[:_SHORT_LINK] or t("dashboard_page.link_listing")
        case About.STEP:
            return t("dashboard_page.link_step")
        case About.STOCK:
            return t("dashboard_page.link_stock")
        case _:
            return t("dashboard_page.link_log")


def _hint(entry: LogEntry) -> str:
    return t("dashboard_page.link_hint", what=_link_words(entry))
