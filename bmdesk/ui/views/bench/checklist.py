"""The checklist: one row a test, each with its key, three results, and a field where something is measured.

A panel is built once for each checklist and kept, so that the next unit only changes what is chosen in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bmdesk.domain.commands import AllPass, Command, RecordTest
from bmdesk.domain.inspection import Checklist, Outcome, Test, TestResult
from bmdesk.services.grading.bench_view import UnitInHand
from bmdesk.texts import msg, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.bench.roomy import RoomyButton
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.segmented import Segment, Segmented

_RESULT, _WIDEST = 138, 10_000
_TWO_LINES = 30


class ChecklistCard(Card):
    """`told(command)` for each result that a person gives; `model_asked` while nobody knows what the device is."""

    told = Signal(object)
    model_asked = Signal()

    def __init__(self) -> None:
        super().__init__(t("bench_page.checklist"))
        self._panels: dict[Checklist, _Panel] = {}
        self._loud = True
        self._narrow = False
        self._all_letter: QShortcut | None = None
        self.progress = PlainLabel("", "note")
        self.all_pass = RoomyButton(msg("bench_page.all_pass"), "F5", icon="check", small=True)
        self.all_pass.clicked.connect(lambda: self.told.emit(AllPass()))
        self._all_letter = bind(self.all_pass, "A", msg("bench_page.all_pass"), self.all_pass.click)
        self.add_action(self.progress)
        self.add_action(self.all_pass)
        self._stack = QStackedWidget()
        self._unknown = EmptyState(
            "phone",
            t("bench_page.which_model"),
            note=t("bench_page.which_model_note"),
            action=t("bench_page.choose_model"),
            on_action=self.model_asked.emit,
        )
        self._stack.addWidget(self._unknown)
        self.add(self._stack, 1)

    @property
    def panel(self) -> _Panel | None:
        """The rows on screen."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, _Panel) else None

    def show_unit(self, unit: UnitInHand) -> None:
        """Redraw in place."""
        self.all_pass.setEnabled(unit.checklist is not None)
        if unit.checklist is None:
            self.progress.setText("")
            self._stack.setCurrentWidget(self._unknown)
            return
        panel = self._panels.get(unit.checklist)
        if panel is None:
            panel = _Panel(unit.checklist)
            panel.told.connect(self.told)
            panel.hear_keys(loud=self._loud)
            panel.fit(narrow=self._narrow)
            self._panels[unit.checklist] = panel
            self._stack.addWidget(panel)
        panel.show_results({r.code: r for r in unit.tests}, unit.grade or None)
        self._stack.setCurrentWidget(panel)
        self.progress.setText(t("bench_page.progress", done=panel.done, all=panel.asked))

    def fit(self, *, narrow: bool) -> None:
        """One line a test, or two in a narrow column."""
        if narrow != self._narrow:
            self._narrow = narrow
            for panel in self._panels.values():
                panel.fit(narrow=narrow)

    def hear_keys(self, *, loud: bool) -> None:
        """Whether the tests' own keys do anything now."""
        self._loud = loud
        if self._all_letter is not None:
            self._all_letter.setEnabled(loud)
        for panel in self._panels.values():
            panel.hear_keys(loud=loud)


class _Panel(QScrollArea):
    told = Signal(object)

    def __init__(self, checklist: Checklist) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.done = self.asked = 0
        holder = QWidget()
        mark(holder, kind="clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(2)
        self.rows = {test.code: _Row(test) for test in checklist.tests}
        for row in self.rows.values():
            row.told.connect(self.told)
            column.addWidget(row)
        column.addStretch()
        self.setWidget(holder)

    def show_results(self, results: Mapping[str, TestResult], grade: str | None) -> None:
        self.done = self.asked = 0
        for code, row in self.rows.items():
            result = results.get(code)
            applies = row.test.applies_to(grade) or result is not None
            row.show_result(result, applies=applies)
            self.asked += applies
            self.done += result is not None

    def fit(self, *, narrow: bool) -> None:
        for row in self.rows.values():
            row.fit(narrow=narrow)

    def hear_keys(self, *, loud: bool) -> None:
        for row in self.rows.values():
            if row.key is not None:
                row.key.setEnabled(loud)


class _Row(QWidget):
    told = Signal(object)

    def __init__(self, test: Test) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.test = test
        self.key: QShortcut | None = None
        self._shown: tuple[TestResult | None, bool] | None = None
        self._badge = PlainLabel(test.key, "key" if test.key else "")
        self._badge.setFixedWidth(px(28))
        self._badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = _TitleLabel(test.title)
        self.value: QLineEdit | None = _value_field(test) if test.measured else None
        self.result = Segmented(
            test.title,
            [
                Segment(Outcome.PASS.value, t("bench_page.pass"), tone=Tone.OK),
                Segment(Outcome.FAIL.value, t("bench_page.fail"), tone=Tone.BAD),
                Segment(Outcome.NA.value, t("bench_page.na")),
            ],
            small=True,
        )
        self.result.setMinimumWidth(px(_RESULT))
        self.result.chosen.connect(self._choose)
        for button in self.result.findChildren(QPushButton)[1:]:
            # Tab goes from test to test, the arrows from result to result.
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        named = QHBoxLayout()
        named.setSpacing(8)
        named.addWidget(self._badge)
        named.addWidget(self._title, 1)
        given = QHBoxLayout()
        given.setSpacing(8)
        if self.value is not None:
            self.value.returnPressed.connect(lambda: self._choose(Outcome.PASS.value))
            self._badge.hide()
            given.addWidget(self.value, 1)
        given.addWidget(self.result)
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.addLayout(named, 1)
        self._lines.addLayout(given)
        self.fit(narrow=False)
        if test.key:
            self.key = bind(self, test.key, msg("bench_page.key_test", test=test.title), self._toggle)

    def show_result(self, result: TestResult | None, *, applies: bool) -> None:
        if (result, applies) == self._shown:
            return
        self._shown = (result, applies)
        self.result.set_value(result.outcome.value if result else "")
        self._title.set_tone(Tone.BAD if result and result.outcome is Outcome.FAIL else None)
        if self.value is not None:
            self.value.setText(f"{result.value:f}" if result and result.value is not None else "")
        self.setVisible(applies)

    def fit(self, *, narrow: bool) -> None:
        """In a narrow column, and where a number takes room of its own, the title stands above the results."""
        two = narrow or self.value is not None
        way = QBoxLayout.Direction.TopToBottom if two else QBoxLayout.Direction.LeftToRight
        self._lines.setDirection(way)
        self._lines.setSpacing(3 if two else 8)
        self._lines.setContentsMargins(0, 3 if two else 0, 0, 4 if two else 0)
        if narrow and self.value is None:
            self.result.setMaximumWidth(_WIDEST)
        else:
            self.result.setMaximumWidth(px(_RESULT))

    def _toggle(self) -> None:
        """Not tested or failed -> pass; passed -> fail."""
        now = self._shown[0] if self._shown else None
        passed = now is not None and now.outcome is Outcome.PASS
        self._choose(Outcome.FAIL.value if passed else Outcome.PASS.value)

    def _choose(self, outcome: str) -> None:
        value = self.value.text().strip().replace(":", "") if self.value is not None else ""
        now = self._shown[0] if self._shown else None
        # Until the store has it, the screen shows what the store has.
        self.result.set_value(now.outcome.value if now else "")
        command: Command = RecordTest(
            self.test.code, outcome, value if value and outcome != Outcome.NA.value else None
        )
        self.told.emit(command)


class _TitleLabel(PlainLabel):
    """A title that takes two small lines where one is too short, whole in the tooltip too."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self._words = words
        self._tone: Tone | None = None
        self.setMaximumHeight(px(_TWO_LINES))
        self.setToolTip(hint(words))
        self.setMinimumWidth(px(40))

    def set_tone(self, tone: Tone | None) -> None:
        if tone is not self._tone:
            self._tone = tone
            super().set_tone(tone)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        small = QFontMetrics(QApplication.font()).horizontalAdvance(self._words) > self.width()
        if small != self.wordWrap():
            self.setWordWrap(small)
            mark(self, small=small)


def _value_field(test: Test) -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(test.unit)
    field.setAccessibleName(f"{test.title} {test.unit}".strip())
    field.setMaxLength(20)
    field.setMinimumWidth(px(50))
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    return field
