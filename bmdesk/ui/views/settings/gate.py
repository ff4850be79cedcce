"""The quality gate by category: which requirement holds a unit back, and the limits the requirements go by."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit

from bmdesk.domain.gate import ALWAYS_REQUIRED, REQUIREMENTS, Level, level_text, requirement_text
from bmdesk.services.grading.judgement import SELLABLE
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.document_section import DocumentSection
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.words import EVERY_OTHER, category_words, grade_words, sentence
from bmdesk.ui.workplace import Workplace

_TONES = {Level.REQUIRED: None, Level.WARNING: Tone.WARN, Level.OFF: Tone.NEUTRAL}


class GateSection(DocumentSection):
    """One category at a time; all are saved together."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "gate")
        self._body: dict[str, Any] = {}
        self._category = ""
        self.category = ChoiceBox(t("settings.gate.category"))
        self.category.setMinimumWidth(px(220))
        self.category.activated.connect(lambda _: self.show_category(self.category.value()))
        self.levels: dict[str, Segmented] = {}
        self.limits: dict[str, QLineEdit] = {}
        card = Card(t("settings.gate.card"))
        card.add(PlainLabel(t("settings.gate.note"), "note", wrap=True))
        line = QHBoxLayout()
        line.addWidget(PlainLabel(t("settings.gate.category")))
        line.addWidget(self.category)
        line.addStretch()
        card.add(line)
        self.add_footer(card.body)
        card.add(self._limit_grid())
        rule = QFrame()
        mark(rule, kind="line")
        card.add(rule)
        card.add(self._level_grid())
        self.column.addWidget(card)
        self.column.addStretch(1)

    def show_body(self, body: dict[str, Any]) -> None:
        self._body = body
        names = list(body["categories"])
        ordered = [name for name in names if name != EVERY_OTHER] + [EVERY_OTHER]
        self.category.set_choices([(name, category_words(name)) for name in ordered])
        wanted = self._category if self._category in ordered else ordered[0]
        self._category = ""
        self.show_category(wanted)

    def body(self) -> dict[str, Any]:
        self._take()
        return self._body

    def show_category(self, category: str) -> None:
        """Show this category; what was typed for the one before is kept until it is saved."""
        self._take()
        self._category = category
        self.category.set_value(category)
        policy = self._body["categories"][category]
        for code, choice in self.levels.items():
            choice.set_value(policy["levels"].get(code, Level.OFF.value))
        minimum = policy["battery"]["minimum"]
        photos = policy.get("photos_minimum", {})
        values = {
            **{f"battery.minimum.{key}": minimum.get(key, "") for key in (EVERY_OTHER, *SELLABLE)},
            **{f"photos_minimum.{key}": photos.get(key, "") for key in (EVERY_OTHER, *SELLABLE)},
            "battery.new_minimum": policy["battery"]["new_minimum"],
            "battery.retest_days": policy["battery"]["retest_days"],
            "test_max_age_days": policy["test_max_age_days"],
        }
        for place, field in self.limits.items():
            field.setText(str(values[place]))
            head, _, key = place.rpartition(".")
            if key in SELLABLE:
                field.setPlaceholderText(str(values[f"{head}.{EVERY_OTHER}"]))
            mark(field, wrong=False)

    def show_wrong(self, place: str) -> None:
        # categories.phone.battery.minimum.PREMIUM
        _, _, inside = place.partition("categories.")
        category, _, rest = inside.partition(".")
        if category in self._body.get("categories", {}):
            self._category = ""  # what is on screen is in the document already
            self.show_category(category)
        if rest in self.limits:
            mark(self.limits[rest], wrong=True)
            self.limits[rest].setFocus()
        elif rest.removeprefix("levels.") in self.levels:
            self.levels[rest.removeprefix("levels.")].setFocus()

    def _take(self) -> None:
        """Put what is on screen into the document, as it was typed: the services say what is wrong with it."""
        if not self._category:
            return
        policy = self._body["categories"][self._category]
        policy["levels"] = {code: choice.value() for code, choice in self.levels.items()}
        minimum: dict[str, object] = {}
        photos: dict[str, object] = {}
        for place, field in self.limits.items():
            typed = field.text().strip()
            head, _, key = place.rpartition(".")
            if head in ("battery.minimum", "photos_minimum"):
                if typed:
                    (minimum if head == "battery.minimum" else photos)[key] = number_or_text(typed)
            elif head == "battery":
                policy["battery"][key] = number_or_text(typed)
            else:
                policy[place] = number_or_text(typed)
        policy["battery"]["minimum"] = minimum
        policy["photos_minimum"] = photos

    def _limit_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(7)
        grid.setVerticalSpacing(6)
        for at, key in enumerate((EVERY_OTHER, *SELLABLE), 1):
            words = t("settings.gate.any_grade") if key == EVERY_OTHER else grade_words(key)
            grid.addWidget(PlainLabel(words, "caption"), 0, at)
        for row, (head, label) in enumerate(
            (
                ("battery.minimum", t("settings.gate.battery")),
                ("photos_minimum", t("settings.gate.photos")),
            ),
            1,
        ):
            grid.addWidget(PlainLabel(label), row, 0)
            for at, key in enumerate((EVERY_OTHER, *SELLABLE), 1):
                words = t("settings.gate.any_grade") if key == EVERY_OTHER else grade_words(key)
                grid.addWidget(self._limit(f"{head}.{key}", f"{label}: {words}"), row, at)
        for row, (place, label) in enumerate(
            (
                ("battery.new_minimum", t("settings.gate.new_battery")),
                ("battery.retest_days", t("settings.gate.retest")),
                ("test_max_age_days", t("settings.gate.test_age")),
            ),
            3,
        ):
            grid.addWidget(PlainLabel(label), row, 0)
            grid.addWidget(self._limit(place, label), row, 1)
        grid.setColumnStretch(6, 1)
        return grid

    def _limit(self, place: str, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setMaxLength(6)
        field.setFixedWidth(px(62))
        field.textEdited.connect(lambda _: self._edited(field))
        self.limits[place] = field
        return field

    def _edited(self, field: QLineEdit) -> None:
        mark(field, wrong=False)
        self.touched()

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
            if code in ALWAYS_REQUIRED:
                choice.set_offered(frozenset({Level.REQUIRED.value}))
                choice.setToolTip(t("settings.gate.always"))
            grid.addWidget(choice, row, 1)
            self.levels[code] = choice
        grid.setColumnStretch(0, 1)
        return grid


def number_or_text(typed: str) -> int | str:
    """The whole number that was typed, or the text as it is: whoever checks it names it."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else typed
