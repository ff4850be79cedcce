"""The row of filters above the units: compact boxes, and the filter in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bmdesk.domain.gate import Blocker, Level
from bmdesk.domain.grading import SCALE
from bmdesk.domain.policy import CATEGORIES
from bmdesk.domain.unit import State
from bmdesk.services import receiving, units
from bmdesk.services.desk import Desk
from bmdesk.services.units import UnitFilter
from bmdesk.texts import msg, render, t
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import category_words, grade_words, state_words

NAMES = ("state", "grade", "blocker", "batch", "bin", "category")
MOST_OFFERED = 1000  # a longer list helps nobody; a bin can still be scanned

# The blockers whose title needs no unit; the others, and requirements with several blockers, have words of their own.
_PLAIN = (
    "model", "battery_missing", "lock_activation_on", "lock_mdm_on", "lock_sim_on", "lock_blacklist_on", "erasure",
    "grade", "inspection", "second_check", "repair", "not_for_sale", "earlier_evidence",
)  # fmt: skip


class FilterBar(QWidget):
    """`changed` fires when a person chose another filter. An empty value filters nothing."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="clear")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        titles = {
            "state": t("units_page.filter_state"),
            "grade": t("units_page.filter_grade"),
            "blocker": t("units_page.filter_blocker"),
            "batch": t("units_page.filter_batch"),
            "bin": t("units_page.filter_bin"),
            "category": t("units_page.filter_category"),
        }
        self.boxes: dict[str, ChoiceBox] = {}
        for name in NAMES:
            box = ChoiceBox(titles[name])
            box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.currentIndexChanged.connect(self._changed)
            self.boxes[name] = box
            row.addWidget(box, 1)
        self.clear_button = ShortcutButton(msg("units_page.clear_filters"), "Alt+C", kind="flat")
        row.addWidget(self.clear_button)
        self._offer("state", [(s.value, state_words(s.value)) for s in State])
        self._offer("grade", [(grade, grade_words(grade)) for grade in SCALE])
        self._offer("blocker", _blocker_choices())
        self._offer("category", [(name, category_words(name)) for name in CATEGORIES])
        self.offer_places((), ())
        self._changed()

    def offer_places(self, batches: Sequence[str], bins: Sequence[str]) -> None:
        """The batches and bins there are now; what is chosen stays chosen."""
        self._offer("batch", [(code, code) for code in batches])
        self._offer("bin", [(place, place) for place in bins])

    def values(self) -> dict[str, str]:
        """The filter as it is chosen, "" where nothing is."""
        return {name: box.value() for name, box in self.boxes.items()}

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

    def set_values(self, **values: str) -> None:
        """Choose exactly these; a value that is not offered yet is offered from now on."""
        for name, box in self.boxes.items():
            value = values.get(name, "")
            box.blockSignals(True)
            if value and box.findData(value) < 0:
                box.addItem(value, value)
            box.set_value(value)
            box.blockSignals(False)
        self._changed()

    @property
    def in_words(self) -> str:
        """The chosen values, in the order of the boxes."""
        return ", ".join(box.currentText() for box in self.boxes.values() if box.value())

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        box = self.boxes[name]
        kept = box.value()
        if kept and kept not in {value for value, _ in choices}:
            choices = [*choices, (kept, kept)]
        box.set_choices([("", box.accessibleName()), *choices])

    def _changed(self) -> None:
        for box in self.boxes.values():
            mark(box, chosen=bool(box.value()))
        self.changed.emit()


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
