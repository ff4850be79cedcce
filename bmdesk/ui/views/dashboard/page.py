"""The Dashboard room: how sales go, how orders stand, what happened, and the way to where it is dealt with.

Shows what `services.figures.dashboard` says.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.domain.orders import LineState
from bmdesk.reports import dashboard_words as words
from bmdesk.services.desk import Desk
from bmdesk.services.figures.dashboard import BadPeriod, Figure, Snapshot, Span
from bmdesk.texts import Failure, locale, msg, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import px
from bmdesk.ui.views.dashboard.feed import Feed
from bmdesk.ui.views.dashboard.figure_card import FigureCard
from bmdesk.ui.views.dashboard.period_bar import PeriodBar
from bmdesk.ui.views.dashboard.reading import Asked, Seen, Sold, read
from bmdesk.ui.views.dashboard.side import FootBar, QuickActions
from bmdesk.ui.views.dashboard.states import StatesCard
from bmdesk.ui.views.dashboard.trend_card import TrendCard
from bmdesk.ui.views.dashboard.ways import Ways
from bmdesk.ui.widgets.figures_page import FiguresPage
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace, is_badge

_WIDE, _NARROW, _STATUS = 1040, 760, 860
_GAP = 12


class DashboardPage(FiguresPage):
    """Everything is made once; a new reading changes only values."""

    room = "dashboard"
    shown_for = frozenset(
        {
            Change.ORDERS,
            Change.CUSTOMERS,
            Change.PACKING,
            Change.SYNC,
            Change.LISTINGS,
            Change.ACCOUNTS,
            Change.SETTINGS,
        }
    )

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.seen: Seen | None = None
        self._asked = Asked()
        self._fitted: tuple[bool, bool] | None = None
        self._ways = Ways(workplace)
        self._build()
        self._connect()
        self.look_who()

    def landing(self) -> QWidget:
        return self.bar.landing

    def takes_scan(self, text: str) -> bool:
        """Whoever scans wants to work: the bench takes it, and is on screen."""
        if not is_badge(text) and self.workplace.window.has_room("bench"):
            self.workplace.window.show_room("bench")
        return False

    def ask(self) -> None:
        """Read what is chosen in the bar."""
        try:
            self._asked = self.bar.wanted()
        except ValueError:
            self.bar.say_wrong(t("dashboard_page.no_day"))
            return
        self.bar.say_wrong("")
        lands_on(self, self.bar.landing)
        self.refresh()

    def refresh(self) -> None:
        """Read anew what was asked for last: days that somebody types just now are asked for when they are whole."""
        if not self.may_see:
            return
        self._stale = False
        self.workplace.read(
            read, self._asked, then=self.show_seen, key=(id(self), "seen"), failed=self._refused
        )

    def show_seen(self, seen: Seen) -> None:
        """Draw these figures, where they differ from those on screen."""
        if not self.may_see:
            return  # somebody else is signed in since
        self.seen, shown = seen, seen.shown
        self.bar.show_period(shown.period)
        self.bar.offer_markets(shown.markets)
        for card in shown.cards:
            self.cards[card.figure].show_card(shown, card)
        self.trend.show_trend(shown, seen.sold, split=self.bar.is_split)
        self.states.show_states(shown.states)
        self.feed.show_entries(shown.feed)
        self.foot.show_footer(shown.footer)
        self._say_status()

    def export(self, kind: str) -> None:
        """Ask for a file of this kind; what is seen goes there."""
        if self.seen is None:
            return
        shown = self.seen.shown
        name = f"bmdesk-{shown.period.first}-{shown.period.last}"
        self.bar.export_button.ask_file(kind, name, partial(self.export_to, shown))

    def export_to(self, shown: Snapshot, file: Path) -> None:
        """Write these figures into this file, as its name says."""
        self.workplace.read(_write, shown, file, then=self.workplace.say_written)

    def _say_status(self) -> None:
        if self.seen is None or not self.may_see:
            return
        shown = self.seen.shown
        days, time = words.period_words(shown.period), locale.clock(shown.read_at)
        if self.width() >= px(_STATUS):
            before = words.period_words(shown.period.before)
            self.say_header(t("dashboard_page.status", days=days, before=before, time=time))
        else:
            self.say_header(t("dashboard_page.status_short", days=days, time=time))

    # -- what changed

    def _refused(self, failure: Failure) -> None:
        if isinstance(failure, BadPeriod):
            self.bar.say_wrong(refusal_words(failure))
            self._asked = self.seen.asked if self.seen is not None else Asked()
        else:
            self.workplace.window.show_failure(failure)

    def _to_range(self, first: int, last: int) -> None:
        if self.seen is not None:
            points = self.seen.shown.trend
            self.bar.choose_days(points[first].period.first, points[last].period.last)

    def _to_orders(self, state: LineState) -> None:
        if self.seen is not None:
            self._ways.to_orders(state, self.seen.asked.market, self.seen.shown.period)

    def _split(self) -> None:
        if self.seen is not None:
            self.trend.show_trend(self.seen.shown, self.seen.sold, split=self.bar.is_split)

    def _begin_selling(self, sold: Sold) -> None:
        """What there is to do where nothing was sold."""
        match sold:
            case Sold.NO_ACCOUNT:
                self.workplace.show_settings("backmarket")
            case Sold.NEVER:
                self._ways.go("sync")
            case _:
                self.bar.choose_span(Span.YEAR.value)

    # -- how it is put together

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        self._fit(wide=width >= px(_WIDE), narrow=width < px(_NARROW))
        self._say_status()

    def _fit(self, *, wide: bool, narrow: bool) -> None:
        """Six cards in a line, or three, or two; and all below each other where two charts have no room."""
        if (wide, narrow) == self._fitted:
            return
        self._fitted = wide, narrow
        across = 6 if wide else 2 if narrow else 3
        for number, card in enumerate(self.cards.values()):
            self._figures.addWidget(card, number // across, number % across)
        for column in range(6):
            self._figures.setColumnStretch(column, 1 if column < across else 0)
        for number, part in enumerate((self.trend, self.states, self.feed, self.quick)):
            self._lower.addWidget(part, number if narrow else number // 2, 0 if narrow else number % 2)
        self._lower.setColumnStretch(1, 0 if narrow else 11)
        self.foot.fit(narrow=narrow)
        self.bar.fit(narrow=narrow)

    def _build(self) -> None:
        self.bar = PeriodBar()
        self.cards = {figure: FigureCard(figure) for figure in Figure}
        self._figures = QGridLayout()
        self._figures.setSpacing(_GAP)
        self.trend = TrendCard()
        self.states = StatesCard()
        self.feed = Feed()
        self.quick = QuickActions(self._ways.go)
        self.foot = FootBar(self._ways.go)
        self._lower = QGridLayout()
        self._lower.setSpacing(_GAP)
        self._lower.setColumnStretch(0, 21)
        self._lower.setRowStretch(0, 3)
        self._lower.setRowStretch(1, 2)
        area = ScrollColumn()
        area.column.setContentsMargins(0, 0, 0, 0)  # in line with what does not scroll
        area.column.addLayout(self._figures)
        area.column.addLayout(self._lower, 1)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addWidget(self.bar)
        column.addWidget(area, 1)
        column.addWidget(self.foot)
        self._fit(wide=True, narrow=False)

    def _connect(self) -> None:
        self.bar.asked.connect(self.ask)
        self.bar.split_asked.connect(self._split)
        self.bar.export_button.asked.connect(self.export)
        self.trend.range_chosen.connect(self._to_range)
        self.trend.begin_asked.connect(self._begin_selling)
        self.trend.rates_asked.connect(lambda: self.workplace.show_settings("prices"))
        self.states.asked.connect(self._to_orders)
        self.feed.asked.connect(self._ways.to_entry)
        self.bar.spans.bind_keys(self.content, self.bar.choose_span)
        bind(self.content, "Alt+M", msg("dashboard_page.key_market"), self.bar.market.setFocus)
        bind(self.content, "Alt+V", msg("dashboard_page.key_trend"), self.trend.chart.setFocus)
        bind(self.content, "F5", msg("dashboard_page.key_refresh"), self.refresh)


def _write(_desk: Desk, shown: Snapshot, file: Path) -> Path:
    from bmdesk.reports import dashboard_files

    dashboard_files.write(shown, file)
    return file
