"""What a listing needs at least, by category: what keeps it from being made or put online, and what is only said."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit

from bmdesk.domain.gate import Level, level_text
from bmdesk.domain.listing_minimum import REQUIREMENTS, requirement_text
from bmdesk.domain.policy import CATEGORIES
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.settings.gate import number_or_text
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.document_section import DocumentSection
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.words import EVERY_OTHER, category_words, sentence
from bmdesk.ui.workplace import Workplace

_TONES = {Level.REQUIRED: None, Level.WARNING: Tone.WARN, Level.OFF: Tone.NEUTRAL}


class ListingMinimumSection(DocumentSection):
    """One category at a time; one that has none of its own begins as all others are, once it is changed."""

    judges = False

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "listing_minimum")
        self._body: dict[str, Any] = {}
        self._category = ""
        self.category = ChoiceBox(t("settings.gate.category"))
        self.category.setMinimumWidth(px(220))
        self.category.activated.connect(lambda _: self.show_category(self.category.value()))
        self.levels: dict[str, Segmented] = {}
        self.limits: dict[str, QLineEdit] = {}
        card = Card(t("settings.listing_minimum.card"))
        card.add(PlainLabel(t("settings.listing_minimum.note"), "note", wrap=True))
        line = QHBoxLayout()
        line.addWidget(PlainLabel(t("settings.gate.category")))
        line.addWidget(self.category)
        line.addStretch()
        card.add(line)
        card.add(self._level_grid())
        rule = QFrame()
        mark(rule, kind="line")
        card.add(rule)
        card.add(self._limit_grid())
        self.add_footer(card.body)
        self.column.addWidget(card)
        self.column.addStretch(1)

    def show_body(self, body: dict[str, Any]) -> None:
        self._body = body
        own = [name for name in body["categories"] if name not in (EVERY_OTHER, "note", *CATEGORIES)]
        names = (EVERY_OTHER, *CATEGORIES, *own)
        self.category.set_choices([(name, category_words(name)) for name in names])
        wanted, self._category = self._category or EVERY_OTHER, ""
        self.show_category(wanted)

    def body(self) -> dict[str, Any]:
        self._take()
        return self._body

    def show_category(self, category: str) -> None:
        """Show this category; what was typed for the one before is kept until it is saved."""
        self._take()
        self._category = category
        self.category.set_value(category)
        rules = self._rules(category)
        for code, choice in self.levels.items():
            choice.set_value(rules["levels"].get(code, Level.OFF.value))
        for name, field in self.limits.items():
            field.setText(str(rules.get(name, 1)))
            mark(field, wrong=False)

    def show_wrong(self, place: str) -> None:
        # categories.phone.photos_fewest
        _, _, inside = place.partition("categories.")
        category, _, rest = inside.partition(".")
        if category in self._body.get("categories", {}):
            self._category = ""  # what is on screen is in the document already
            self.show_category(category)
        if rest in self.limits:
            mark(self.limits[rest], wrong=True)
            self.limits[rest].setFocus()

    def _rules(self, category: str) -> dict[str, Any]:
        categories = self._body["categories"]
        found: dict[str, Any] = categories.get(category, categories[EVERY_OTHER])
        return found

    def _take(self) -> None:
        """Put what is on screen into the document; a category that says what all others say has none of its own."""
        if not self._category:
            return
        before = self._rules(self._category)
        typed = {name: number_or_text(field.text().strip()) for name, field in self.limits.items()}
        levels = {code: choice.value() for code, choice in self.levels.items()}
        said = {**before, **typed, "levels": levels}
        if said != {**before, **{name: before.get(name, 1) for name in self.limits}}:
            self._body["categories"][self._category] = said

    def _level_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        segments = [
            Segment(level.value, sentence(render(level_text(level))), tone=_TONES[level]) for level in Level
        ]
        for row, code in enumerate(REQUIREMENTS):
            words = render(requirement_text(code))
            grid.addWidget(PlainLabel(words, wrap=True), row, 0)
            choice = Segmented(words, segments, small=True)
            choice.setFixedWidth(px(252))
            choice.chosen.connect(lambda _: self.touched())
            grid.addWidget(choice, row, 1)
            self.levels[code] = choice
        grid.setColumnStretch(0, 1)
        return grid

    def _limit_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        for row, (name, words) in enumerate(
            (
                ("title_shortest", t("settings.listing_minimum.title")),
                ("comment_shortest", t("settings.listing_minimum.comment")),
                ("photos_fewest", t("settings.listing_minimum.photos")),
            )
        ):
            field = QLineEdit()
            field.setAccessibleName(words)
            field.setMaxLength(4)
            field.setFixedWidth(px(72))
            field.textEdited.connect(lambda _, field=field: self._edited(field))
            self.limits[name] = field
            grid.addWidget(PlainLabel(words), row, 0)
            grid.addWidget(field, row, 1)
        grid.setColumnStretch(2, 1)
        return grid

    def _edited(self, field: QLineEdit) -> None:
        mark(field, wrong=False)
        self.touched()
