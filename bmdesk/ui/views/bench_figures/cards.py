"""The cards of the room: hours of the day, grades, people, reasons, ages. Each draws one part of the figures."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from bmdesk.services.figures.bench import Figure, OperatorLine, Snapshot, blocker_text, card_text
from bmdesk.texts import locale, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import are_words_large, px
from bmdesk.ui.views.bench_figures import words
from bmdesk.ui.widgets.bars import Bar, Bars
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.doughnut import Doughnut, Slice
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.hourly_chart import HourlyChart
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.stat import StatCard
from bmdesk.ui.widgets.table import ROW_HEIGHT, DataTable
from bmdesk.ui.words import NOTHING, grade_tone, grade_words

_MOST_BLOCKERS = 8
_ROWS = 5
_FIT = Fit(
    widths={"operator": 110, "units": 62, "an_hour": 82, "time": 60, "held": 62},
    gives_way=("held", "time"),
    stretches=("operator",),
    grows={"held": 130},
)


def figure_card(figure: Figure) -> StatCard:
    """The card of one figure."""
    card = StatCard(render(card_text(figure)), NOTHING)
    if not are_words_large():  # large ones ask for more by themselves
        card.setMinimumWidth(px(104))
    for label in (card.caption, card.note):
        label.setWordWrap(True)
    return card


class HoursCard(Card):
    """How the day goes."""

    def __init__(self) -> None:
        super().__init__(t("bench_figures_page.by_hour"))
        self.chart = HourlyChart(t("bench_figures_page.by_hour"))
        self.add(_either(self.chart, EmptyState("chart", t("bench_figures_page.by_hour_empty"))), 1)

    def show_figures(self, shown: Snapshot) -> None:
        """Draw the hours."""
        stack = self.chart.parentWidget()
        assert isinstance(stack, QStackedWidget)
        stack.setCurrentIndex(0 if shown.by_hour else 1)
        if shown.by_hour:
            self.chart.show_hours([(line.hour, float(line.units)) for line in shown.by_hour])


class GradesCard(Card):
    """The mix of grades."""

    def __init__(self) -> None:
        super().__init__(t("bench_figures_page.grades"))
        self.ring = Doughnut(t("bench_figures_page.grades"))
        self.add(self.ring, 1)

    def show_figures(self, shown: Snapshot) -> None:
        """Draw the shares."""
        slices = [
            Slice(grade_words(one.grade) or NOTHING, one.units, str(grade_tone(one.grade) or Tone.NEUTRAL))
            for one in shown.grades
        ]
        done = sum(one.units for one in shown.grades)
        under = t("bench_figures_page.units_done", count=done)
        self.ring.show_slices(slices, locale.number(done), under)


class OperatorsCard(Card):
    """Who did what; always everybody. `asked(code)`: a person wants to see this one's figures alone."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(t("bench_figures_page.operators"))
        self.operator = ""
        self.model = RowsModel(self._columns(), self, key=lambda line: line.code)
        self.table = DataTable(t("bench_figures_page.operators"))
        self.table.setModel(self.model)
        self.table.set_empty(EmptyState("user", t("bench_figures_page.operators_empty")))
        self.table.setMinimumHeight(px(ROW_HEIGHT) * (_ROWS + 1))
        self.table.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.table.clicked.connect(lambda index: self._ask(index.row()))
        self.table.opened.connect(self._ask)
        Fitting(self.table, _FIT)
        self.add(self.table, 1)

    def show_figures(self, shown: Snapshot) -> None:
        """List the people; whose figures these are is marked."""
        self.operator = shown.operator
        self.model.set_rows(shown.operators)

    def _ask(self, number: int) -> None:
        line = self.model.row(number)
        if line is not None:
            self.asked.emit(line.code)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                t("bench_figures.column.operator"),
                lambda one: one.name,
                icon=lambda one: "check" if one.code == self.operator else "",
                hint=_person,
                stretch=True,
            ),
            Column(
                t("bench_figures.column.units"), lambda one: locale.number(one.units), number=True, width=66
            ),
            Column(t("bench_figures.column.an_hour"), _an_hour, number=True, width=84),
            Column(t("bench_figures.column.time_short"), _time, number=True, width=66),
            Column(
                t("bench_figures.column.held"), lambda one: locale.number(one.held), number=True, width=66
            ),
        )


class BlockersCard(Card):
    """What keeps units held; of one person, those that this person inspected last."""

    def __init__(self) -> None:
        super().__init__(t("bench_figures_page.blockers"))
        self.bars = Bars(t("bench_figures_page.blockers"))
        self.note = PlainLabel("", "note", wrap=True)
        self._empty = EmptyState("check", t("bench_figures_page.blockers_empty"))
        self.add(self.note)
        self.add(self.bars)
        self.add(self._empty, 1)
        self.body.addStretch()

    def show_figures(self, shown: Snapshot) -> None:
        """The most frequent first."""
        self.bars.show_bars(
            [
                Bar(render(blocker_text(line.requirement)), line.units, role="warn")
                for line in shown.blockers[:_MOST_BLOCKERS]
            ]
        )
        name, held = shown.operator_name, shown.held_now
        if shown.operator:
            self.note.setText(t("bench_figures_page.held_now_of", count=held, name=name))
            self._empty.set_words(t("bench_figures_page.blockers_empty_of", name=name))
        else:
            self.note.setText(t("bench_figures_page.held_now", count=held))
            self._empty.set_words(t("bench_figures_page.blockers_empty"))
        for widget, there in ((self.bars, shown.held_now), (self.note, shown.held_now)):
            widget.setVisible(bool(there))
        self._empty.setVisible(not shown.held_now)


class AgesCard(Card):
    """How long units are in the house, all of them: those that nobody inspected yet are nobody's."""

    def __init__(self) -> None:
        super().__init__(t("bench_figures_page.ages"))
        self.bars = Bars(t("bench_figures_page.ages"))
        self.note = PlainLabel("", "note", wrap=True)
        self._empty = EmptyState("box", t("bench_figures_page.ages_empty"))
        self.add(self.note)
        self.add(self.bars)
        self.add(self._empty, 1)
        self.body.addStretch()

    def show_figures(self, shown: Snapshot) -> None:
        """The youngest first; what is old stands out."""
        roles = ("ok", "fill", "fill", "warn", "bad")
        self.bars.show_bars(
            [
                Bar(
                    words.age_words(line),
                    line.units,
                    t("bench_figures_page.age_note", ready=line.ready, held=line.held) if line.units else "",
                    role,
                )
                for line, role in zip(shown.ages, roles, strict=True)
            ]
        )
        self.note.setText(
            t("bench_figures_page.in_house_all", count=shown.in_house)
            if shown.operator
            else t("bench_figures_page.in_house", count=shown.in_house)
        )
        for widget in (self.bars, self.note):
            widget.setVisible(bool(shown.in_house))
        self._empty.setVisible(not shown.in_house)


def _person(line: OperatorLine) -> str:
    return t("bench_figures_page.person_hint", name=line.name, code=line.code)


def _an_hour(line: OperatorLine) -> str:
    return NOTHING if line.an_hour is None else locale.number(line.an_hour, 1)


def _time(line: OperatorLine) -> str:
    return words.span_words(line.seconds)


def _either(one: QWidget, other: QWidget) -> QStackedWidget:
    stack = QStackedWidget()
    stack.addWidget(one)
    stack.addWidget(other)
    return stack
