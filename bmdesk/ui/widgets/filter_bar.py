"""A row of compact boxes that narrow a list, and the filter in words. Knows no filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bmdesk.texts import msg
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton


class FilterBar(QWidget):
    """`titles` by a box's name. `changed` fires when a person chose otherwise. An empty value filters nothing."""

    changed = Signal()

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__()
        mark(self, kind="clear")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.boxes: dict[str, ChoiceBox] = {}
        for name, title in titles.items():
            box = ChoiceBox(title)
            box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.currentIndexChanged.connect(self._changed)
            self.boxes[name] = box
            self.offer(name, ())
            row.addWidget(box, 1)
        self.clear_button = ShortcutButton(msg("units_page.clear_filters"), "Alt+C", kind="flat")
        row.addWidget(self.clear_button)

    def offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """What this box offers, beside nothing."""
        box = self.boxes[name]
        box.set_choices([("", box.accessibleName()), *choices])

    def values(self) -> dict[str, str]:
        """The filter as it is chosen, "" where nothing is."""
        return {name: box.value() for name, box in self.boxes.items()}

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

    def _changed(self) -> None:
        for box in self.boxes.values():
            mark(box, chosen=bool(box.value()))
        self.changed.emit()
