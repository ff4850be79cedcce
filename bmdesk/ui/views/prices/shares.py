"""The table of shares: how much of the new price each grade is offered for, by category."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from bmdesk.domain.policy import CATEGORIES
from bmdesk.services.grading.judgement import SELLABLE
from bmdesk.texts import t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import scrolling
from bmdesk.ui.words import EVERY_OTHER, category_words, grade_words


class ShareTable(QWidget):
    """A field left empty takes the share of the first row. `changed` when a person changed one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.fields: dict[tuple[str, str], QLineEdit] = {}
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
        card.body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        area = scrolling(card)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        column.addWidget(area)

    def show_shares(self, shares: Mapping[str, Mapping[str, Any]]) -> None:
        """Fill the fields."""
        rest = shares.get(EVERY_OTHER, {})
        for category in shares:
            if (category, SELLABLE[0]) not in self.fields:
                self._add_row(category)  # a category of the seller's own
        for (category, grade), field in self.fields.items():
            field.setText(str(shares.get(category, {}).get(grade, "")))
            field.setPlaceholderText("" if category == EVERY_OTHER else str(rest.get(grade, "")))
            mark(field, wrong=False)

    def shares(self) -> dict[str, dict[str, str]]:
        """The table as it stands in the fields."""
        found: dict[str, dict[str, str]] = {EVERY_OTHER: {}}
        for (category, grade), field in self.fields.items():
            if typed := field.text().strip().replace(",", "."):
                found.setdefault(category, {})[grade] = typed
        return found

    def categories(self) -> list[str]:
        """The categories that have a row."""
        return list(dict.fromkeys(category for category, _ in self.fields if category != EVERY_OTHER))

    def show_wrong(self, place: str) -> None:
        """Mark the field at `phone.GOOD` and go there."""
        category, _, grade = place.partition(".")
        field = self.fields.get((category, grade))
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
            field.setFixedWidth(px(72))
            field.textEdited.connect(lambda _, field=field: self._edited(field))
            self._grid.addWidget(field, row, at)
            self.fields[category, grade] = field

    def _edited(self, field: QLineEdit) -> None:
        mark(field, wrong=False)
        self.changed.emit()
