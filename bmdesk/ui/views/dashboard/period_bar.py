"""Of which days and which market the figures are, and the button that keeps them as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bmdesk.reports.dashboard_words import market_words
from bmdesk.services.figures.dashboard import Period, Span
from bmdesk.texts import locale, msg, t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.dashboard.reading import CUSTOM, Asked
from bmdesk.ui.widgets.export_button import ExportButton
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.segmented import Segment
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.spans import SpanChoice

EACH = "*"
"""All markets, with a line for each in the trend."""
FILES = ("xlsx", "csv", "pdf", "png")


class PeriodBar(QWidget):
    """`asked()`: other figures; `split_asked()`: the same in other lines."""

    asked = Signal()
    split_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._market = ""
        self.spans = SpanChoice(Segment(CUSTOM, t("dashboard_page.custom")))
        self.spans.chosen.connect(self._span_chosen)
        self.market = ChoiceBox(t("dashboard_page.market"))
        self.market.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.market.setMinimumContentsLength(11)
        self.market.activated.connect(lambda _: self._market_chosen())
        self.offer_markets(())
        self.export_button = ExportButton(FILES)
        self._line = QGridLayout()
        self._line.setHorizontalSpacing(8)
        self._line.setVerticalSpacing(8)
        self._line.setColumnStretch(1, 1)
        self.fit(narrow=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._line)
        column.addWidget(self._made_days())

    def fit(self, *, narrow: bool) -> None:
        """In one line, or in two where there is less room."""
        self._line.addWidget(self.spans, 0, 0, 1, 4 if narrow else 1)
        self._line.addWidget(self.market, int(narrow), 2)
        self._line.addWidget(self.export_button, int(narrow), 3)

    def wanted(self) -> Asked:
        """What is chosen. Raises ValueError for a day that is none."""
        span = self.spans.value() or Span.MONTH.value
        market = "" if self.market.value() == EACH else self.market.value()
        if span != CUSTOM:
            return Asked(span, market=market)
        first, last = (locale.read_day(field.text()) for field in (self.first, self.last))
        return Asked(CUSTOM, first, last, market)

    @property
    def is_split(self) -> bool:
        """Whether each market has a line of its own."""
        return self.market.value() == EACH

    @property
    def landing(self) -> QWidget:
        """Where the keyboard lands: on what is chosen."""
        buttons = self.spans.findChildren(QPushButton)
        return next((button for button in buttons if button.isChecked()), self.spans)

    def choose_span(self, span: str) -> None:
        """As if a person chose it."""
        self._span_chosen(span)

    def choose_days(self, first: date, last: date) -> None:
        """As if a person typed them."""
        self.spans.set_value(CUSTOM)
        self.first.setText(locale.day(first))
        self.last.setText(locale.day(last))
        self._days.show()
        self.ask()

    def show_period(self, period: Period) -> None:
        """The days that are shown, where nobody types their own."""
        if self.spans.value() != CUSTOM:
            self.first.setText(locale.day(period.first))
            self.last.setText(locale.day(period.last))

    def offer_markets(self, found: Sequence[str]) -> None:
        """The markets in which something was sold; the chosen one stays. An order that names none is under all."""
        codes = sorted({*found, self.market.value()} - {"", EACH})
        choices = [
            ("", t("dashboard_page.every_market")),
            *([(EACH, t("dashboard_page.each_market"))] if len(codes) > 1 else []),
            *((code, market_words(code)) for code in codes),
        ]
        now = [(str(self.market.itemData(n)), self.market.itemText(n)) for n in range(self.market.count())]
        if now != choices:
            self.market.set_choices(choices)

    def say_wrong(self, words: str) -> None:
        """Why these days are no period; "" when they are one."""
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))

    def ask(self) -> None:
        """Show what is chosen."""
        self.asked.emit()

    def _span_chosen(self, span: str) -> None:
        self.spans.set_value(span)
        self._days.setVisible(span == CUSTOM)
        self.say_wrong("")
        if span == CUSTOM:
            self.first.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.first.selectAll()
        else:
            self.ask()

    def _market_chosen(self) -> None:
        narrowed = "" if self.is_split else self.market.value()
        if narrowed != self._market:
            self._market = narrowed
            self.ask()
        else:
            self.split_asked.emit()

    def _made_days(self) -> QWidget:
        self._days = QWidget()
        mark(self._days, kind="clear")
        self.first, self.last = QLineEdit(), QLineEdit()
        self.go_button = ShortcutButton(msg("dashboard_page.show_days"), icon="chart")
        self.wrong = PlainLabel("", "error")
        self.wrong.hide()
        row = QHBoxLayout(self._days)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        example = locale.day(date(2026, 3, 31))
        for words, field in ((t("dashboard_page.from"), self.first), (t("dashboard_page.to"), self.last)):
            label = PlainLabel(words, "note")
            label.setBuddy(field)
            field.setAccessibleName(words)
            field.setPlaceholderText(example)
            field.setMaxLength(20)
            field.setFixedWidth(px(124))
            field.returnPressed.connect(self.ask)
            row.addWidget(label)
            row.addWidget(field)
        row.addWidget(self.go_button)
        row.addWidget(self.wrong, 1)
        row.addStretch()
        self.go_button.clicked.connect(self.ask)
        self._days.hide()
        return self._days
