"""What a listing needs at least, by category: what keeps it from being made or put online, and what is only said."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout

from bmdesk.domain.listing_minimum import REQUIREMENTS, requirement_text
from bmdesk.domain.policy import CATEGORIES
from bmdesk.texts import render, t
from bmdesk.ui.views.settings.by_category import CategorySection
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import EVERY_OTHER
from bmdesk.ui.workplace import Workplace


class ListingMinimumSection(CategorySection):
    """Every category; one that has no rules of its own begins as all others are, once it is changed."""

    judges = False
    limit_length = 4
    limit_width = 72

    def __init__(self, workplace: Workplace) -> None:
        title, note = t("settings.listing_minimum.card"), t("settings.listing_minimum.note")
        super().__init__(workplace, "listing_minimum", title, note)
        levels = self.level_grid({code: render(requirement_text(code)) for code in REQUIREMENTS})
        self.add_grids(levels, self._limit_grid())
        self.add_footer(self.card.body)

    def names(self) -> list[str]:
        known = (EVERY_OTHER, *CATEGORIES)
        return [*known, *(name for name in self._body["categories"] if name not in ("note", *known))]

    def limits_of(self, rules: dict[str, Any]) -> dict[str, object]:
        return {name: rules.get(name, 1) for name in self.limits}

    def keep(self, category: str, levels: dict[str, str], limits: dict[str, int | str]) -> None:
        before = self.rules(category)
        said = {**before, **limits, "levels": levels}
        if said != {**before, **self.limits_of(before)}:
            self._body["categories"][category] = said

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
            grid.addWidget(PlainLabel(words), row, 0)
            grid.addWidget(self.limit(name, words), row, 1)
        grid.setColumnStretch(2, 1)
        return grid
