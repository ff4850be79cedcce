"""The Warranties room: what was sold and is still covered, those that end first before the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout

from bmdesk.domain.changes import Change
from bmdesk.services.shipping import warranties
from bmdesk.services.shipping.warranties import Warranty
from bmdesk.texts import locale, msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.paged_model import Page, PagedModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.filter_bar import FilterBar
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.list_room import ListRoom
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.words import NOTHING, days
from bmdesk.ui.workplace import Workplace

_LONGEST = 200
_NEAR = 60
"""Days before its end from which a warranty is marked."""
_FIT = Fit(
    widths={
        "identifier": 160,
        "title": 210,
        "customer": 150,
        "order": 100,
        "market": 70,
        "starts": 112,
        "ends": 112,
        "left": 120,
    },
    gives_way=("market", "starts", "customer"),
    stretches=("title", "customer"),
    grows={"order": 130, "left": 150},
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed by. `within` days it ends; `ended`: those that are over or void too."""

    words: str = ""
    within: int = 0
    ended: bool = False


class WarrantiesPage(ListRoom):
    """A list; whoever wants more goes on to the unit, the order or the customer."""

    room = "warranties"
    shown_for = frozenset({Change.ORDERS, Change.PACKING, Change.CUSTOMERS})
    search_key = msg("warranties_page.search_key")
    _query: Asked | None

    def __init__(self, workplace: Workplace) -> None:
        table = DataTable(t("window.room.warranties"))
        super().__init__(workplace, SearchBox(t("warranties_page.search")), table, _columns(), _FIT)
        self._build()
        self._connect()
        self._search_anew()

    def search_for(self, words: str) -> None:
        """Show what these words find, also what is over."""
        self.search.setText(words)
        self.filters.set_values(which="all")

    def show_unit(self) -> None:
        """Go to the unit of the line under the keyboard."""
        row = self._current()
        if row is not None:
            self.workplace.show_unit(row.unit_id)

    def show_order(self) -> None:
        """Go to its order."""
        row = self._current()
        if row is not None:
            self.workplace.show_order(row.order_id, row.order)

    def show_customer(self) -> None:
        """Go to who bought it."""
        row = self._current()
        if row is not None and row.customer_id is not None:
            page = self.workplace.window.show_room("customers")
            found = getattr(page, "open_customer", None)
            if callable(found):
                found(row.customer_id)

    # -- the list

    def _read(self, query: Asked, after: Any | None, limit: int) -> Page:
        before = (
            (datetime.now().astimezone() + timedelta(days=query.within + 1)).date() if query.within else None
        )
        found = warranties.page(
            self.workplace.desk, query.words, before, ended=query.ended, after=after, limit=limit
        )
        return Page(found.rows, found.next)

    def _paged(self, columns: Sequence[Column]) -> PagedModel:
        # Nobody counts them.
        return PagedModel(self.run.beside, columns, self._walk.fetch, None, self, key=self._key)

    def _asks(self) -> Asked:
        chosen = self.filters.values()
        return Asked(self.search.text().strip(), int(chosen["within"] or 0), ended=chosen["which"] == "all")

    def _loaded(self) -> None:
        super()._loaded()
        self._say_status()

    def _say_status(self) -> None:
        filtered = self._query is not None and self._query != Asked()
        self.filters.clear_button.setEnabled(bool(self.filters.in_words))
        if filtered:
            self._empty.set_words(t("warranties_page.none_found"), t("warranties_page.none_found_note"))
        else:
            self._empty.set_words(t("warranties_page.none_yet"), t("warranties_page.none_yet_note"))
        total = self.model.total
        words = "" if total is None else t("warranties_page.count", count=total)
        self._say(" · ".join(part for part in (words, self.filters.in_words) if part))
        self._moved()

    def _open_row(self, number: int) -> None:
        self.show_order()

    def _moved(self) -> None:
        row = self._current()
        self.unit_button.setEnabled(row is not None)
        self.order_button.setEnabled(row is not None)
        self.customer_button.setEnabled(row is not None and row.customer_id is not None)
        self.about.setText(_about(row) if row is not None else "")

    def _current(self) -> Warranty | None:
        found = self.table.under_keyboard()
        return found if isinstance(found, Warranty) else None

    def _redraw(self) -> None:
        self._walk.forget()
        super()._redraw()

    # -- how it is put together

    def _build(self) -> None:
        self.filters = FilterBar(
            {"within": t("warranties_page.filter_within"), "which": t("warranties_page.filter_which")}
        )
        self.filters.offer("within", [(str(n), t("warranties_page.within", days=n)) for n in (30, 60, 90)])
        self.filters.offer("which", [("all", t("warranties_page.filter_all"))])
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.filters)
        self._empty = EmptyState(
            "warranties", t("warranties_page.none_yet"), note=t("warranties_page.none_yet_note")
        )
        self.table.set_empty(self._empty)
        self.table.set_menu(self._fill_menu)
        self.about = PlainLabel("", "note")
        self.unit_button = ShortcutButton(msg("warranties_page.show_unit"), "U", icon="units")
        self.order_button = ShortcutButton(msg("warranties_page.show_order"), "O", icon="orders")
        self.customer_button = ShortcutButton(msg("warranties_page.show_customer"), "K", icon="user")
        bar = ToolbarRow()
        bar.add(self.about)
        for button in (self.unit_button, self.order_button, self.customer_button):
            bar.add_right(button)
        listed = Card()
        listed.add(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(tools)
        column.addWidget(listed, 1)
        column.addWidget(bar)
        lands_on(self, self.table)

    def _connect(self) -> None:
        self.filters.changed.connect(self._search_anew)
        self.filters.clear_button.clicked.connect(lambda *_: self.filters.set_values())
        self.unit_button.clicked.connect(self.show_unit)
        self.order_button.clicked.connect(self.show_order)
        self.customer_button.clicked.connect(self.show_customer)
        super()._connect()

    def _fill_menu(self, menu: QMenu) -> None:
        for button in (self.unit_button, self.order_button, self.customer_button):
            menu.addAction(button.icon(), button.text(), button.click).setEnabled(button.isEnabled())


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("warranties_page.column_identifier"), lambda w: w.identifier or NOTHING, identifier=True),
        Column(
            t("warranties_page.column_title"),
            lambda w: w.title[:_LONGEST] or NOTHING,
            hint=lambda w: w.title[:500],
            stretch=True,
        ),
        Column(
            t("warranties_page.column_customer"),
            lambda w: w.customer[:_LONGEST] or NOTHING,
            hint=lambda w: w.customer[:500],
        ),
        Column(t("warranties_page.column_order"), lambda w: str(w.order)),
        Column(t("warranties_page.column_market"), lambda w: w.market or NOTHING),
        Column(t("warranties_page.column_starts"), lambda w: locale.day(w.starts_on)),
        Column(t("warranties_page.column_ends"), lambda w: locale.day(w.ends_on)),
        Column(t("warranties_page.column_left"), _left, pill=_left_tone),
    )


def _left(row: Warranty) -> str:
    if row.void:
        return t("warranties_page.void")
    return days(row.days_left) if row.days_left > 0 else t("warranties_page.over")


def _left_tone(row: Warranty) -> Tone:
    if not row.runs:
        return Tone.NEUTRAL
    return Tone.WARN if row.days_left <= _NEAR else Tone.OK


def _about(row: Warranty) -> str:
    return t("warranties_page.months", months=row.months)
