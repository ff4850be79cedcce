"""Of which days and of whom the figures are, and the button that keeps them as a file."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from bmdesk.services.figures.bench import Snapshot
from bmdesk.services.figures.dashboard import Span
from bmdesk.texts import t
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.export_button import ExportButton
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.spans import SpanChoice

FILES = ("xlsx", "csv")


class ChosenBar(QWidget):
    """`asked()`: other figures."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.spans = SpanChoice()
        self.spans.chosen.connect(lambda _: self.asked.emit())
        self.person = ChoiceBox(t("bench_figures_page.person"))
        self.person.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.person.setMinimumContentsLength(14)
        self.person.activated.connect(lambda _: self.asked.emit())
        self._offer([])
        self.export_button = ExportButton(FILES)
        self._line = QGridLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setHorizontalSpacing(8)
        self._line.setVerticalSpacing(8)
        self._line.setColumnStretch(1, 1)
        self.fit(narrow=False)

    @property
    def span(self) -> str:
        """The chosen Span."""
        return self.spans.value() or Span.MONTH.value

    @property
    def operator(self) -> str:
        """The code of the chosen person's badge; "" for everybody."""
        return self.person.value()

    def fit(self, *, narrow: bool) -> None:
        """In one line, or in two where there is less room."""
        self._line.addWidget(self.spans, 0, 0, 1, 4 if narrow else 1)
        self._line.addWidget(self.person, int(narrow), 2)
        self._line.addWidget(self.export_button, int(narrow), 3)

    def choose_person(self, code: str) -> None:
        """As if a person chose it; "" is everybody."""
        if code != self.operator:
            self.person.set_value(code)
            self.asked.emit()

    def offer_people(self, shown: Snapshot) -> None:
        """Who finished something in these days; whoever is chosen stays, also where that was nothing."""
        found = {line.code: line.name for line in shown.operators}
        if self.operator and self.operator not in found:
            own = shown.operator_name if shown.operator == self.operator else self.person.currentText()
            found[self.operator] = own
        self._offer(sorted(found.items(), key=lambda one: (one[1].casefold(), one[0])))

    def _offer(self, people: list[tuple[str, str]]) -> None:
        names = [name for _, name in people]
        choices = [("", t("bench_figures_page.everybody"))]
        # Two people of one name are told apart by their badges.
        choices += [(code, name if names.count(name) == 1 else f"{name} ({code})") for code, name in people]
        now = [(str(self.person.itemData(n)), self.person.itemText(n)) for n in range(self.person.count())]
        if now != choices:
            self.person.set_choices(choices)
