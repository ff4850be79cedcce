"""A policy document with rules by category: a level for each requirement, and the limits they go by.

One category is on screen at a time; all are saved together. How a document keeps its limits is known to its section.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit

from bmdesk.domain.gate import Level, level_text
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.document_section import DocumentSection, number_or_text
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.words import EVERY_OTHER, category_words, sentence
from bmdesk.ui.workplace import Workplace

_TONES = {Level.REQUIRED: None, Level.WARNING: Tone.WARN, Level.OFF: Tone.NEUTRAL}


class CategorySection(DocumentSection):
    """Subclasses fill `card`, and answer `names`, `limits_of` and `keep`."""

    limit_length = 6
    limit_width = 62

    def __init__(self, workplace: Workplace, name: str, title: str, note: str) -> None:
        super().__init__(workplace, name)
        self._body: dict[str, Any] = {}
        self._category = ""
        self.category = ChoiceBox(t("settings.gate.category"))
        self.category.setMinimumWidth(px(220))
        self.category.activated.connect(lambda _: self.show_category(self.category.value()))
        self.levels: dict[str, Segmented] = {}
        self.limits: dict[str, QLineEdit] = {}
        self.card = Card(title)
        self.card.add(PlainLabel(note, "note", wrap=True))
        line = QHBoxLayout()
        line.addWidget(PlainLabel(t("settings.gate.category")))
        line.addWidget(self.category)
        line.addStretch()
        self.card.add(line)
        self.column.addWidget(self.card)
        self.column.addStretch(1)

    # -- the subclass's part

    def names(self) -> list[str]:
        """The categories to choose from; the first is shown first."""
        raise NotImplementedError

    def limits_of(self, rules: dict[str, Any]) -> dict[str, object]:
        """What these rules say, for every place in `limits`."""
        raise NotImplementedError

    def keep(self, category: str, levels: dict[str, str], limits: dict[str, int | str]) -> None:
        """Put into the document what is on screen, as it was typed: the services say what is wrong with it."""
        raise NotImplementedError

    # -- how it goes

    def show_body(self, body: dict[str, Any]) -> None:
        self._body = body
        names = self.names()
        self.category.set_choices([(name, category_words(name)) for name in names])
        self.show_rules(self._category if self._category in names else names[0])

    def body(self) -> dict[str, Any]:
        self._take()
        return self._body

    def show_category(self, category: str) -> None:
        """Show this category; what was typed for the one before is kept until it is saved."""
        self._take()
        self.show_rules(category)

    def show_rules(self, category: str) -> None:
        """Show what the document says of this category."""
        self._category = category
        self.category.set_value(category)
        rules = self.rules(category)
        for code, choice in self.levels.items():
            choice.set_value(rules["levels"].get(code, Level.OFF.value))
        values = self.limits_of(rules)
        for place, field in self.limits.items():
            field.setText(str(values[place]))
            mark(field, wrong=False)

    def show_wrong(self, place: str) -> None:
        # categories.phone.battery.minimum.PREMIUM
        _, _, inside = place.partition("categories.")
        category, _, rest = inside.partition(".")
        if category in self._body.get("categories", {}):
            self.show_rules(category)  # what is on screen is in the document already
        if rest in self.limits:
            mark(self.limits[rest], wrong=True)
            self.limits[rest].setFocus()
        elif rest.removeprefix("levels.") in self.levels:
            self.levels[rest.removeprefix("levels.")].setFocus()

    def rules(self, category: str) -> dict[str, Any]:
        """What holds for this category: its own rules, or those of every other."""
        categories = self._body["categories"]
        found: dict[str, Any] = categories.get(category, categories[EVERY_OTHER])
        return found

    def _take(self) -> None:
        if self._category:
            levels = {code: choice.value() for code, choice in self.levels.items()}
            limits = {place: number_or_text(field.text().strip()) for place, field in self.limits.items()}
            self.keep(self._category, levels, limits)

    # -- what the card is filled with

    def add_grids(self, above: QGridLayout, below: QGridLayout) -> None:
        """Both, with a line between them."""
        rule = QFrame()
        mark(rule, kind="line")
        self.card.add(above)
        self.card.add(rule)
        self.card.add(below)

    def level_grid(self, requirements: Mapping[str, str]) -> QGridLayout:
        """A line for each requirement (code and words), with the choice of its level."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        segments = [
            Segment(level.value, sentence(render(level_text(level))), tone=_TONES[level]) for level in Level
        ]
        for row, (code, words) in enumerate(requirements.items()):
            choice = Segmented(words, segments, small=True)
            choice.setFixedWidth(px(252))
            choice.chosen.connect(lambda _: self.touched())
            grid.addWidget(PlainLabel(words, wrap=True), row, 0)
            grid.addWidget(choice, row, 1)
            self.levels[code] = choice
        grid.setColumnStretch(0, 1)
        return grid

    def limit(self, place: str, name: str) -> QLineEdit:
        """The field for the limit at this place of the rules."""
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setMaxLength(self.limit_length)
        field.setFixedWidth(px(self.limit_width))
        field.textEdited.connect(lambda _: self._edited(field))
        self.limits[place] = field
        return field

    def _edited(self, field: QLineEdit) -> None:
        mark(field, wrong=False)
        self.touched()
