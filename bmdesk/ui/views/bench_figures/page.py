"""The Bench figures room: how quickly devices are done, by whom, into which grades, what holds them up, and how
long they have been in the house; of everybody, or of one person.

Shows what `services.figures.bench` says.
"""

from __future__ import annotations

import importlib
from functools import partial
from pathlib import Path

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.reports import bench_files
from bmdesk.reports.dashboard_words import period_words
from bmdesk.services.desk import Desk
from bmdesk.services.figures import bench, dashboard
from bmdesk.services.figures.bench import Figure, Snapshot
from bmdesk.texts import locale, msg, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import px
from bmdesk.ui.views.bench_figures import words
from bmdesk.ui.views.bench_figures.cards import (
    AgesCard,
    BlockersCard,
    GradesCard,
    HoursCard,
    OperatorsCard,
    figure_card,
)
from bmdesk.ui.views.bench_figures.chosen_bar import ChosenBar
from bmdesk.ui.widgets.figures_page import FiguresPage
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.workplace import Workplace

_WIDE, _NARROW = 1000, 700
_GAP = 12


class BenchFiguresPage(FiguresPage):
    """Everything is made once; a new reading changes only values."""

    room = "bench_figures"
    shown_for = frozenset({Change.UNITS, Change.LISTINGS, Change.OPERATORS, Change.SETTINGS})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.shown: Snapshot | None = None
        self._wide: bool | None = None
        self._build()
        self.look_who()

    def landing(self) -> QWidget:
        return self.bar.spans

    def choose_span(self, span: str) -> None:
        """As if a person chose it."""
        self.bar.spans.set_value(span)
        self.refresh()

    def refresh(self) -> None:
        if self.may_see:
            self._stale = False
            asked = self.bar.span, self.bar.operator
            self.workplace.read(_read, *asked, then=self.show_figures, key=(id(self), "figures"))

    def show_figures(self, shown: Snapshot) -> None:
        """Draw these figures."""
        if not self.may_see:
            return  # somebody else is signed in since
        self.shown = shown
        self.bar.offer_people(shown)
        for card in shown.cards:
            stat = self.cards[card.figure]
            stat.show_value(
                words.value_words(card.figure, card.value), words.note_words(card), words.tone(card)
            )
            stat.setToolTip(hint(words.hint_words(shown, card.figure)))
        self.building.setVisible(shown.building)
        self.hours.show_figures(shown)
        self.grades.show_figures(shown)
        self.operators.show_figures(shown)
        self.blockers.show_figures(shown)
        self.ages.show_figures(shown)
        days, before = period_words(shown.period), period_words(shown.period.before)
        self.say_header(
            t("dashboard_page.status", days=days, before=before, time=locale.clock(shown.read_at))
        )

    def export(self, kind: str) -> None:
        """Ask for a file of this kind; what is seen goes there."""
        if self.shown is not None:
            whose = "".join(one for one in self.shown.operator if one.isalnum() or one in "-_")
            days = f"{self.shown.period.first}-{self.shown.period.last}"
            name = f"bmdesk-bench-{whose}-{days}" if whose else f"bmdesk-bench-{days}"
            self.bar.export_button.ask_file(kind, name, partial(self.export_to, self.shown))

    def export_to(self, shown: Snapshot, file: Path) -> None:
        """Write these figures into this file, as its name says."""
        self.workplace.read(_write, shown, file, then=self.workplace.say_written)

    # -- how it is put together

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width() >= px(_WIDE))
        self.bar.fit(narrow=event.size().width() < px(_NARROW))

    def _fit(self, wide: bool) -> None:
        """Three columns below the chart, or two where there is less room."""
        if wide == self._wide:
            return
        self._wide = wide
        grid = self._grid
        places: tuple[tuple[QWidget, int, int, int], ...]
        if wide:
            places = ((self.hours, 0, 0, 8), (self.grades, 0, 8, 4), (self.operators, 1, 0, 5),
                      (self.blockers, 1, 5, 3), (self.ages, 1, 8, 4))  # fmt: skip
        else:
            places = ((self.hours, 0, 0, 12), (self.grades, 1, 0, 6), (self.ages, 1, 6, 6),
                      (self.operators, 2, 0, 6), (self.blockers, 2, 6, 6))  # fmt: skip
        for card, row, column, across in places:
            grid.addWidget(card, row, column, 1, across)

    def _build(self) -> None:
        self.bar = ChosenBar()
        self.bar.asked.connect(self.refresh)
        self.bar.export_button.asked.connect(self.export)
        self.building = PlainLabel(t("bench_figures_page.building"), "note", wrap=True)
        self.building.hide()
        self.cards = {figure: figure_card(figure) for figure in Figure}
        figures = QHBoxLayout()
        figures.setSpacing(_GAP)
        for card in self.cards.values():
            figures.addWidget(card, 1)
        self.hours, self.grades, self.operators = HoursCard(), GradesCard(), OperatorsCard()
        self.blockers, self.ages = BlockersCard(), AgesCard()
        self.operators.asked.connect(self.bar.choose_person)
        self._grid = QGridLayout()
        self._grid.setSpacing(_GAP)
        for column in range(12):
            self._grid.setColumnStretch(column, 1)
        area = ScrollColumn()
        area.column.addLayout(figures)
        area.column.addLayout(self._grid, 1)
        column_ = QVBoxLayout(self.content)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(_GAP)
        column_.addWidget(self.bar)
        column_.addWidget(self.building)
        column_.addWidget(area, 1)
        self._fit(True)
        self.bar.spans.bind_keys(self.content, self.choose_span)
        bind(self.content, "Alt+P", msg("bench_figures_page.key_person"), self.bar.person.setFocus)
        bind(self.content, "F5", msg("bench_figures_page.key_refresh"), self.refresh)


def _read(desk: Desk, span: str, operator: str) -> Snapshot:
    # The chart's library takes 200 ms to come in: here nobody waits for it.
    importlib.import_module("pyqtgraph")
    return bench.snapshot(desk, dashboard.chosen(desk, span), operator)


def _write(_desk: Desk, shown: Snapshot, file: Path) -> Path:
    bench_files.write_sheet(shown, file)
    return file
