"""What could stand in for a line without a unit: what it is, where it is, what would be earned with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bmdesk.services.orders.substitutes import Substitute
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import money

_LONGEST = 200


class SubstituteRow(QWidget):
    """`asked(unit id)` when a person takes it; what is only on its way cannot be taken yet."""

    asked = Signal(str)

    def __init__(self, one: Substitute, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="clear")
        words = QVBoxLayout()
        words.setSpacing(1)
        said = broken(render(one.words), _LONGEST)
        words.addWidget(PlainLabel(said, wrap=True))
        if one.margin is not None:
            margin = t("orders_page.margin", amount=money(one.margin))
        else:
            margin = t("orders_page.margin_unknown")
        known = (one.identifier, broken(one.where, 80), margin)
        note = PlainLabel(" · ".join(filter(None, known)), "note", wrap=True)
        if one.margin is not None and one.margin.minor < 0:
            note.set_tone(Tone.BAD)
        words.addWidget(note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(words, 1)
        if one.may_take:
            unit_id = one.unit_id
            take = QPushButton(t("orders_page.take_it"))
            take.setAutoDefault(False)
            take.setAccessibleName(f"{t('orders_page.take_it')}: {said}")
            take.clicked.connect(lambda *_: self.asked.emit(unit_id))
            row.addWidget(take, 0, Qt.AlignmentFlag.AlignTop)
