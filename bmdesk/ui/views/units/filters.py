"""The row of filters above the units."""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.domain.gate import Blocker, Level
from bmdesk.domain.grading import SCALE
from bmdesk.domain.policy import CATEGORIES
from bmdesk.domain.unit import State
from bmdesk.services.desk import Desk
from bmdesk.services.goods import receiving, units
from bmdesk.services.goods.units import UnitFilter
from bmdesk.texts import render, t
from bmdesk.ui.widgets.filter_bar import FilterBar
from bmdesk.ui.words import category_words, grade_words, state_words

MOST_OFFERED = 1000  # a longer list helps nobody; a bin can still be scanned

# The blockers whose title needs no unit; the others, and requirements with several blockers, have words of their own.
_PLAIN = (
    "model", "battery_missing", "lock_activation_on", "lock_mdm_on", "lock_sim_on", "lock_blacklist_on", "erasure",
    "grade", "inspection", "second_check", "repair", "not_for_sale", "earlier_evidence",
)  # fmt: skip


class UnitFilters(FilterBar):
    """How units stand, why they are not for sale, where they came from and lie."""

    def __init__(self) -> None:
        super().__init__(
            {
                "state": t("units_page.filter_state"),
                "grade": t("units_page.filter_grade"),
                "blocker": t("units_page.filter_blocker"),
                "batch": t("units_page.filter_batch"),
                "bin": t("units_page.filter_bin"),
                "category": t("units_page.filter_category"),
            }
        )
        self.offer("state", [(s.value, state_words(s.value)) for s in State])
        self.offer("grade", [(grade, grade_words(grade)) for grade in SCALE])
        self.offer("blocker", _blocker_choices())
        self.offer("category", [(name, category_words(name)) for name in CATEGORIES])

    def offer_places(self, batches: Sequence[str], bins: Sequence[str]) -> None:
        """The batches and bins there are now; what is chosen stays chosen."""
        for name, places in (("batch", batches), ("bin", bins)):
            kept = self.boxes[name].value()
            gone = [kept] if kept and kept not in places else []
            self.offer(name, [(place, place) for place in (*places, *gone)])

    def narrowed(self, search: str) -> UnitFilter:
        """The filter with these words to search for."""
        chosen = self.values()
        return UnitFilter(
            search=search,
            state=chosen["state"],
            grade=chosen["grade"],
            blocker=chosen["blocker"],
            batch=chosen["batch"],
            bin=chosen["bin"],
            category=chosen["category"],
        )


def read_places(desk: Desk) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes of the batches, newest first, and the bins. Reader thread."""
    batches = tuple(batch.code for batch in receiving.list_batches(desk))
    return batches[:MOST_OFFERED], units.bins(desk)[:MOST_OFFERED]


def _blocker_choices() -> list[tuple[str, str]]:
    own = [
        ("hold", t("units_page.blocker_hold")),
        ("tests_missing", t("units_page.blocker_tests_missing")),
        ("tests_failed", t("units_page.blocker_tests_failed")),
        ("tests_old", t("units_page.blocker_tests_old")),
        ("battery_low", t("units_page.blocker_battery_low")),
        ("battery_old", t("units_page.blocker_battery_old")),
        ("identifier", t("units_page.blocker_identifier")),
        ("new_battery", t("units_page.blocker_new_battery")),
        ("lock_activation", t("units_page.blocker_lock_activation")),
        ("lock_mdm", t("units_page.blocker_lock_mdm")),
        ("lock_sim", t("units_page.blocker_lock_sim")),
        ("lock_blacklist", t("units_page.blocker_lock_blacklist")),
        ("accessories", t("units_page.blocker_accessories")),
        ("photos", t("units_page.blocker_photos")),
    ]
    plain = [(code, render(Blocker(code, Level.REQUIRED).title)) for code in _PLAIN]
    return sorted([*own, *plain], key=lambda choice: choice[1].casefold())
