"""What stands on the bench while the hand is empty: come and scan, and how the day goes. And a slim line of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from bmdesk.domain.grading import SCALE
from bmdesk.services.grading.bench_today import Today
from bmdesk.services.grading.bench_view import BatchInHand, BenchView, RecentUnit
from bmdesk.texts import msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.bench.header import CutLabel, tighten
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.doughnut import Doughnut, Slice
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.hourly_chart import HourlyChart
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import scrolling
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.stat import StatCard
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import (
    NOTHING,
    arrived_words,
    grade_tone,
    grade_words,
    minutes_and_seconds,
    percent,
    state_tone,
    state_words,
)

_WIDE = 960
_OPERATOR = 4


class EmptyBench(QWidget):
    """`unit_asked(id)` when a person wants to see one of the units done last; `model_asked` for the units to come."""

    unit_asked = Signal(str)
    model_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._today: Today | None = None
        self.done = StatCard(t("bench_page.done_today"), "0")
        self.time = StatCard(t("bench_page.time_a_unit"), "–")
        self.ready = StatCard(t("bench_page.ready_share"), "–")
        self.held = StatCard(t("bench_page.held_today"), "0")
        stats = QHBoxLayout()
        stats.setSpacing(12)
        for card in (self.done, self.time, self.ready, self.held):
            card.setMinimumWidth(px(110))
            stats.addWidget(card, 1)
        self.chart = HourlyChart(t("bench_page.units_an_hour"))
        self.grades = Doughnut(t("bench_page.grades_today"))
        chart = Card(t("bench_page.units_an_hour"))
        chart.add(self.chart, 1)
        grades = Card(t("bench_page.grades_today"))
        grades.add(self.grades, 1)
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        self._grid.addWidget(self._made_invitation(), 0, 0, 2, 1)
        self._chart_card, self._grades_card = chart, grades
        self._grid.addWidget(chart, 0, 1)
        self._grid.addWidget(grades, 0, 2)
        self._grid.addWidget(self._made_recent(), 1, 1, 1, 2)
        for at, share in enumerate((5, 9, 5)):
            self._grid.setColumnStretch(at, share)
        self._grid.setRowStretch(0, 4)
        self._grid.setRowStretch(1, 6)
        holder = QWidget()
        mark(holder, kind="clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(stats)
        column.addLayout(self._grid, 1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolling(holder))

    def fit(self, width: int) -> None:
        """Leave out what a small screen has no room for: the shares of the grades, and who did a unit."""
        narrow = width < px(_WIDE)
        self._grades_card.setVisible(not narrow)
        self._grid.addWidget(self._chart_card, 0, 1, 1, 2 if narrow else 1)
        self.table.setColumnHidden(_OPERATOR, narrow)

    def show_view(self, view: BenchView) -> None:
        """The batch that units will join."""
        self._show_batch(view.batch)

    def show_next(self, model: str) -> None:
        """What the next units will be, "" when each is asked for."""
        words = t("bench_page.next_named", model=model) if model else t("bench_page.next_unknown")
        self.next.show_words(words)

    def show_today(self, today: Today) -> None:
        """Redraw what changed."""
        if today == self._today:
            return
        before, self._today = self._today, today
        pace = today.pace
        more = pace.done - pace.yesterday_by_now
        tone = Tone.OK if more > 0 else Tone.WARN if more < 0 else None
        self.done.show_value(str(pace.done), t("bench_page.against_yesterday", more=f"{more:+d}"), tone)
        target = 3600 // max(pace.target_per_hour, 1)
        said = t("bench_page.target_time", time=minutes_and_seconds(target))
        if pace.seconds_per_unit is None:
            self.time.show_value("–", said)
        else:
            tone = Tone.OK if pace.seconds_per_unit <= target else Tone.WARN
            self.time.show_value(minutes_and_seconds(pace.seconds_per_unit), said, tone)
        share = f"{round(100 * today.good / today.units)} %" if today.units else "–"
        self.ready.show_value(share, t("bench_page.ready_of", good=today.good, units=today.units))
        self.held.show_value(str(today.held), t("bench_page.held_note"), Tone.WARN if today.held else None)
        if before is None or before.pace != pace:
            hours = [(hour, float(count)) for hour, count in _filled(pace.per_hour)]
            self.chart.show_hours(hours, float(pace.target_per_hour))
            slices = [
                Slice(grade_words(grade), count, str(grade_tone(grade)))
                for grade, count in sorted(pace.grades, key=lambda pair: SCALE.index(pair[0]))
                if grade in SCALE
            ]
            self.grades.show_slices(slices, str(pace.done), t("bench_page.graded"))
        self._recent.set_rows(today.recent)

    def _made_invitation(self) -> Card:
        card = Card()
        self.invitation = EmptyState("scan", t("bench_page.scan_a_device"), note=t("bench_page.scan_note"))
        mark(self.invitation.sentence, kind="title")
        self.batch_title = CutLabel("heading")
        self.batch_note = CutLabel("note")
        self.batch_bar = QProgressBar()
        self.batch_bar.setTextVisible(False)
        mark(self.batch_bar, tone=str(Tone.INFO))
        self.model = ShortcutButton(msg("bench_page.next_model"), "F3", icon="phone")
        self.model.clicked.connect(self.model_asked)
        card.add(self.invitation, 1)
        self.next = CutLabel("note")
        self.next.show_words(t("bench_page.next_unknown"))
        for widget in (self.batch_title, self.batch_bar, self.batch_note, self.next):
            card.add(widget)
        card.add(self.model)
        return card

    def _made_recent(self) -> Card:
        card = Card(t("bench_page.recent"))
        self._recent = RowsModel(
            [
                Column(t("bench_page.recent_number"), lambda u: u.identifier, identifier=True),
                Column(t("bench_page.recent_model"), lambda u: u.title, hint=lambda u: u.title, stretch=True),
                Column(
                    t("bench_page.grade"),
                    lambda u: grade_words(u.grade),
                    pill=lambda u: grade_tone(u.grade),
                    width=104,
                ),
                Column(
                    t("bench_page.battery"), lambda u: percent(u.battery) or NOTHING, number=True, width=72
                ),
                Column(t("bench_page.recent_operator"), lambda u: u.operator, width=92),
                Column(
                    t("bench_page.recent_state"),
                    lambda u: state_words(u.state),
                    pill=lambda u: state_tone(u.state),
                    width=96,
                ),
            ]
        )
        self.table = DataTable(t("bench_page.recent"))
        self.table.setModel(self._recent)
        self.table.set_empty(EmptyState("clock", t("bench_page.recent_none")))
        self.table.setMinimumHeight(px(110))
        self.table.opened.connect(self._open)
        card.add(self.table, 1)
        return card

    def _open(self, number: int) -> None:
        unit = self._recent.row(number)
        if isinstance(unit, RecentUnit):
            self.unit_asked.emit(unit.id)

    def _show_batch(self, batch: BatchInHand | None) -> None:
        self.batch_bar.setVisible(batch is not None and batch.expected > 0)
        if batch is None:
            self.batch_title.show_words(t("bench_page.no_batch"))
            self.batch_note.show_words(t("bench_page.no_batch_note"))
            return
        self.batch_title.show_words(t("bench_page.batch_named", batch=batch.code))
        if batch.expected:
            self.batch_bar.setRange(0, batch.expected)
            self.batch_bar.setValue(min(batch.found, batch.expected))
        self.batch_note.show_words(arrived_words(batch))


class SlimToday(Card):
    """One line of the day, for the corner of the eye."""

    def __init__(self) -> None:
        super().__init__()
        self.done = PlainLabel("0", "big")
        self.words = CutLabel("caption")
        self.words.show_words(t("bench_page.done_today"))
        self.pace = CutLabel("note")
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(self.words)
        lines.addWidget(self.pace)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.done, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(lines, 1)
        self.add(row)
        tighten(self)

    def show_today(self, today: Today) -> None:
        """Redraw in place."""
        pace = today.pace
        self.done.setText(str(pace.done))
        target = 3600 // max(pace.target_per_hour, 1)
        mine = "–" if pace.seconds_per_unit is None else minutes_and_seconds(pace.seconds_per_unit)
        self.pace.show_words(t("bench_page.pace", time=mine, target=minutes_and_seconds(target)))


def _filled(hours: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """Every hour from the first to the last: an hour without a unit is a zero, no gap."""
    known = dict(hours)
    return [(hour, known.get(hour, 0)) for hour in range(min(known), max(known) + 1)] if known else []
