"""Prices: the share of the new price by category and grade, and the exchange rates it is turned into money with."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QLineEdit

from bmdesk.domain.policy import CATEGORIES
from bmdesk.services.grading.judgement import SELLABLE
from bmdesk.texts import t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.settings.document import DocumentSection
from bmdesk.ui.views.settings.rates import RatesCard
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import EVERY_OTHER, category_words, grade_words
from bmdesk.ui.workplace import Workplace


class PriceSection(DocumentSection):
    """A field left empty takes the share of the first row."""

    judges = False

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "pricing")
        self._body: dict[str, Any] = {}
        self.shares: dict[tuple[str, str], QLineEdit] = {}
        card = Card(t("settings.prices.card"))
        card.add(PlainLabel(t("settings.prices.note"), "note", wrap=True))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(len(SELLABLE) + 1, 1)
        for at, grade in enumerate(SELLABLE, 1):
            self._grid.addWidget(PlainLabel(grade_words(grade), "caption"), 0, at)
        for category in (EVERY_OTHER, *CATEGORIES):
            self._add_row(category)
        card.add(self._grid)
        self.add_footer(card.body)
        self.rates = RatesCard(workplace)
        self.column.addWidget(card)
        self.column.addWidget(self.rates)
        self.column.addStretch(1)

    def load(self) -> None:
        super().load()
        self.rates.load()

    def show_body(self, body: dict[str, Any]) -> None:
        self._body = body
        rest = body["shares"].get(EVERY_OTHER, {})
        for category in body["shares"]:
            if (category, SELLABLE[0]) not in self.shares:
                self._add_row(category)  # a category of the seller's own
        for (category, grade), field in self.shares.items():
            field.setText(str(body["shares"].get(category, {}).get(grade, "")))
            field.setPlaceholderText("" if category == EVERY_OTHER else str(rest.get(grade, "")))
            mark(field, wrong=False)

    def body(self) -> dict[str, Any]:
        shares: dict[str, dict[str, str]] = {EVERY_OTHER: {}}
        for (category, grade), field in self.shares.items():
            if typed := field.text().strip().replace(",", "."):
                shares.setdefault(category, {})[grade] = typed
        return {**self._body, "shares": shares}

    def show_wrong(self, place: str) -> None:
        # shares.phone.GOOD
        _, _, inside = place.partition("shares.")
        category, _, grade = inside.partition(".")
        field = self.shares.get((category, grade))
        if field is not None:
            mark(field, wrong=True)
            field.setFocus()

    def _add_row(self, category: str) -> None:
        row, words = self._grid.rowCount(), category_words(category)
        self._grid.addWidget(PlainLabel(words), row, 0)
        for at, grade in enumerate(SELLABLE, 1):
            field = QLineEdit()
            field.setAccessibleName(f"{words}: {grade_words(grade)}")
            field.setMaxLength(8)
            field.setFixedWidth(px(84))
            field.textEdited.connect(lambda _, field=field: self._edited(field))
            self._grid.addWidget(field, row, at)
            self.shares[category, grade] = field

    def _edited(self, field: QLineEdit) -> None:
        mark(field, wrong=False)
        self.touched()
