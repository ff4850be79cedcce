"""What an action is about: all listings or the chosen ones, and which aspects of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from bmdesk.domain.listing_reasons import ASPECTS, Aspect, aspect_text
from bmdesk.texts import msg, render, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.words import sentence

CHOSEN, ALL = "chosen", "all"


class AspectBoxes(QWidget):
    """A box for each aspect; `changed` when a person ticks one. Alt+1, Alt+2, Alt+3 do too."""

    changed = Signal()

    def __init__(self, ticked: Sequence[Aspect] = ASPECTS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="clear")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        self.boxes: dict[Aspect, QCheckBox] = {}
        for number, aspect in enumerate(ASPECTS, 1):
            box = QCheckBox(sentence(render(aspect_text(aspect))))
            box.setChecked(aspect in ticked)
            box.setToolTip(f"Alt+{number}")
            box.toggled.connect(lambda _: self.changed.emit())
            bind(self, f"Alt+{number}", msg("listings_page.tick", aspect=aspect_text(aspect)), box.toggle)
            self.boxes[aspect] = box
            row.addWidget(box)
        row.addStretch()

    def value(self) -> tuple[Aspect, ...]:
        """The aspects that are ticked."""
        return tuple(aspect for aspect, box in self.boxes.items() if box.isChecked())


def scope(count: int) -> Segmented:
    """The chosen listings, or all of the account."""
    made = Segmented(
        t("listings_page.scope"),
        [
            Segment(CHOSEN, t("listings_page.scope_chosen", count=count)),
            Segment(ALL, t("listings_page.scope_all")),
        ],
        small=True,
    )
    made.set_value(CHOSEN if count else ALL)
    if not count:
        made.hide()
    return made
