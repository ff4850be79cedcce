"""The dated tables of the pricing document: the marketplace's commission, and value added tax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bmdesk.domain.markets import MARKETS
from bmdesk.domain.policy import CATEGORIES
from bmdesk.domain.prices.tables import EVERY, MARGIN, REGULAR
from bmdesk.texts import locale, t
from bmdesk.ui.theme import mark
from bmdesk.ui.views.prices.words import market_named
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.edit_table import EditColumn, EditTable, empty_hint
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import category_words


class DatedTable(QWidget):
    """Rows of (`kind`, market, from, percent). `changed` when a person changed one."""

    changed = Signal()

    def __init__(self, title: str, note: str, kind: str, name: str, kinds: list[tuple[str, str]]) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._kind = kind
        every = [(EVERY, t("prices_page.every"))]
        markets = [(market.locale, market_named(market.locale)) for market in MARKETS]
        self.edit = EditTable(
            title,
            (
                EditColumn(kind, name, choices=(*every, *kinds), width=180),
                EditColumn("market", t("prices_page.market"), choices=(*every, *markets)),
                EditColumn("from", t("prices_page.from"), width=110, hint=t("orders_page.day_shape")),
                EditColumn("percent", t("prices_page.percent_of"), width=90),
            ),
            {kind: EVERY, "market": EVERY, "from": "", "percent": ""},
        )
        self.table = self.edit.table
        self.edit.changed.connect(self.changed)
        card = Card(title)
        card.add(PlainLabel(note, "note", wrap=True))
        card.add(self.edit, 1)
        card.add(PlainLabel(empty_hint(), "note", wrap=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    def show_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Fill the table."""
        self.edit.set_rows(
            [
                {
                    self._kind: str(row.get(self._kind, EVERY)),
                    "market": str(row.get("market", EVERY)),
                    "from": _day_words(row.get("from")),
                    "percent": str(row.get("percent", "")),
                }
                for row in rows
            ]
        )

    def written(self) -> list[dict[str, Any]]:
        """The rows as the document has them."""
        found = []
        for row in self.edit.rows():
            made = {self._kind: row[self._kind], "market": row["market"]}
            if row["from"]:
                made["from"] = _day_iso(row["from"])
            found.append({**made, "percent": row["percent"].replace(",", ".")})
        return found

    def show_wrong(self, number: int, key: str) -> None:
        """Mark this cell and go there."""
        self.edit.show_wrong(number, key)


def commission_table() -> DatedTable:
    """What the marketplace takes, by category and market."""
    kinds = [(one, category_words(one)) for one in CATEGORIES]
    return DatedTable(
        t("prices_page.commissions"),
        t("prices_page.commissions_note"),
        "category",
        t("prices_page.filter_category"),
        kinds,
    )


def vat_table() -> DatedTable:
    """VAT by scheme and market, where it is another one than the market's standard rate."""
    kinds = [(REGULAR, t("prices_page.vat_regular")), (MARGIN, t("prices_page.vat_margin"))]
    return DatedTable(
        t("prices_page.vat"), t("prices_page.vat_note"), "scheme", t("prices_page.scheme"), kinds
    )


def _day_words(day: object) -> str:
    if not day:
        return ""
    try:
        return locale.day(date.fromisoformat(str(day)))
    except ValueError:
        return str(day)


def _day_iso(typed: str) -> str:
    """As the document has it; what is no day stays as it was typed, for the services to refuse."""
    try:
        return locale.read_day(typed).isoformat()
    except ValueError:
        return typed
