"""The unit in hand, large: what it is, its numbers, where it stands."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout

from bmdesk.services.grading.bench_view import BenchView, UnitInHand
from bmdesk.texts import msg, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.bench.roomy import RoomyButton
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.words import identifier_words, state_tone, state_words


class CutLabel(PlainLabel):
    """Words cut to the room there is, whole in the tooltip; it never asks for more room than it is given."""

    def __init__(self, kind: str = "", *, selectable: bool = False) -> None:
        super().__init__("", kind, selectable=selectable)
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """All of the words."""
        return self._words

    def show_words(self, words: str) -> None:
        """Change what it says."""
        if words != self._words:
            self._words = words
            self.setToolTip(hint(words))
            self.setAccessibleName(words)
            self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        cut = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, max(self.width(), 24))
        if cut != self.text():
            self.setText(cut)


def tighten(card: Card) -> None:
    """A card of one or two lines needs less air above and below."""
    layout = card.layout()
    if layout is not None:
        layout.setContentsMargins(14, 6, 14, 8)


class UnitHeader(Card):
    """`model_asked` by button or F3."""

    model_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[object, ...] | None = None
        self.model_name = CutLabel("title")
        self.state = Pill()
        self.new_battery = Pill(t("bench_page.new_battery"), Tone.INFO)
        self.number = PlainLabel("", "huge", selectable=True)
        font = QFont(self.number.font())
        font.setFeature(QFont.Tag("tnum"), 1)
        font.setFeature(QFont.Tag("zero"), 1)
        self.number.setFont(font)
        self.others = CutLabel("note", selectable=True)
        self.model = RoomyButton(
            msg("bench_page.model"), "F3", meaning=msg("bench_page.key_model"), icon="edit", small=True
        )
        self.model.clicked.connect(self.model_asked)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.model_name, 1)
        top.addWidget(self.new_battery)
        top.addWidget(self.state)
        top.addWidget(self.model)
        numbers = QVBoxLayout()
        numbers.setSpacing(0)
        numbers.addWidget(self.number)
        numbers.addWidget(self.others)
        facts = QGridLayout()
        facts.setHorizontalSpacing(10)
        facts.setVerticalSpacing(1)
        self.batch, self.sku, self.place = CutLabel(), CutLabel(), CutLabel()
        captions = (t("bench_page.batch"), t("bench_page.sku"), t("bench_page.place"))
        for line, (caption, value) in enumerate(
            zip(captions, (self.batch, self.sku, self.place), strict=True)
        ):
            facts.addWidget(PlainLabel(caption, "caption"), line, 0)
            facts.addWidget(value, line, 1)
        facts.setColumnStretch(1, 1)
        below = QHBoxLayout()
        below.setSpacing(24)
        below.addLayout(numbers, 3)
        below.addLayout(facts, 2)
        self.add(top)
        self.add(below)
        self.body.setSpacing(2)
        tighten(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_view(self, view: BenchView, unit: UnitInHand) -> None:
        """Redraw in place."""
        row = unit.row
        wanted = (row, unit.identifiers, unit.new_battery, view.batch)
        if wanted == self._shown:
            return
        self._shown = wanted
        self.model_name.show_words(row.title or t("bench_page.unknown_model"))
        self.model_name.set_tone(None if row.title else Tone.WARN)
        self.state.show_words(state_words(row.state), state_tone(row.state))
        self.new_battery.setVisible(unit.new_battery)
        first = unit.identifiers[0] if unit.identifiers else None
        self.number.setText(first.value if first else "–")
        named = [f"{identifier_words(i.kind)} {i.value}" for i in unit.identifiers[1:]]
        kind = identifier_words(first.kind) if first else ""
        self.others.show_words("   ·   ".join([kind, *named]))
        in_batch = view.batch is not None and view.batch.id == row.batch_id
        self.batch.show_words(view.batch.code if in_batch and view.batch else "–")
        self.sku.show_words(row.sku or row.model_code or "–")
        self.place.show_words(row.location or "–")
