"""The quality gate by category: which requirement holds a unit back, and the limits the requirements go by."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout

from bmdesk.domain.gate import ALWAYS_REQUIRED, REQUIREMENTS, Level, requirement_text
from bmdesk.services.grading.judgement import SELLABLE
from bmdesk.texts import render, t
from bmdesk.ui.views.settings.by_category import CategorySection
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import EVERY_OTHER, grade_words
from bmdesk.ui.workplace import Workplace


class GateSection(CategorySection):
    """The categories that the document names; each has all its rules itself."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "gate", t("settings.gate.card"), t("settings.gate.note"))
        self.add_footer(self.card.body)
        levels = self.level_grid({code: render(requirement_text(code)) for code in REQUIREMENTS})
        for code in ALWAYS_REQUIRED:
            self.levels[code].set_offered(frozenset({Level.REQUIRED.value}))
            self.levels[code].setToolTip(t("settings.gate.always"))
        self.add_grids(self._limit_grid(), levels)

    def names(self) -> list[str]:
        return [*(name for name in self._body["categories"] if name != EVERY_OTHER), EVERY_OTHER]

    def limits_of(self, rules: dict[str, Any]) -> dict[str, object]:
        battery, photos = rules["battery"], rules.get("photos_minimum", {})
        return {
            **{f"battery.minimum.{key}": battery["minimum"].get(key, "") for key in (EVERY_OTHER, *SELLABLE)},
            **{f"photos_minimum.{key}": photos.get(key, "") for key in (EVERY_OTHER, *SELLABLE)},
            "battery.new_minimum": battery["new_minimum"],
            "battery.retest_days": battery["retest_days"],
            "test_max_age_days": rules["test_max_age_days"],
        }

    def show_rules(self, category: str) -> None:
        super().show_rules(category)
        for place, field in self.limits.items():
            head, _, key = place.rpartition(".")
            if key in SELLABLE:
                field.setPlaceholderText(self.limits[f"{head}.{EVERY_OTHER}"].text())

    def keep(self, category: str, levels: dict[str, str], limits: dict[str, int | str]) -> None:
        rules = self._body["categories"][category]
        rules["levels"] = levels
        minimum: dict[str, int | str] = {}
        photos: dict[str, int | str] = {}
        for place, typed in limits.items():
            head, _, key = place.rpartition(".")
            if head in ("battery.minimum", "photos_minimum"):
                if typed != "":
                    (minimum if head == "battery.minimum" else photos)[key] = typed
            elif head == "battery":
                rules["battery"][key] = typed
            else:
                rules[place] = typed
        rules["battery"]["minimum"] = minimum
        rules["photos_minimum"] = photos

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
                grid.addWidget(self.limit(f"{head}.{key}", f"{label}: {words}"), row, at)
        for row, (place, label) in enumerate(
            (
                ("battery.new_minimum", t("settings.gate.new_battery")),
                ("battery.retest_days", t("settings.gate.retest")),
                ("test_max_age_days", t("settings.gate.test_age")),
            ),
            3,
        ):
            grid.addWidget(PlainLabel(label), row, 0)
            grid.addWidget(self.limit(place, label), row, 1)
        grid.setColumnStretch(6, 1)
        return grid
