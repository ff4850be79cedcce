"""The trend with all that belongs to it: which line is whose, at which rates it was converted, what is left out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from bmdesk.reports import dashboard_words as words
from bmdesk.services.figures.dashboard import Snapshot
from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import colour, px
from bmdesk.ui.views.dashboard.drawn import trend_of
from bmdesk.ui.views.dashboard.reading import Sold
from bmdesk.ui.views.dashboard.trend import Line, TrendChart
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.flow import Flow
from bmdesk.ui.widgets.label import PlainLabel


class TrendCard(Card):
    """`range_chosen(first, last)`: points; `begin_asked(Sold)`: nothing was sold; `rates_asked()`: a rate lacks."""

    range_chosen = Signal(int, int)
    begin_asked = Signal(object)
    rates_asked = Signal()

    def __init__(self) -> None:
        super().__init__(t("dashboard_page.trend"))
        self._sold = Sold.SOME
        self._drags = False
        self.chart = TrendChart(t("dashboard_page.trend"))
        self.chart.range_chosen.connect(self.range_chosen)
        self.nothing = EmptyState("chart", t("dashboard_page.none_then"), action=" ")
        self.nothing.button.clicked.connect(lambda: self.begin_asked.emit(self._sold))
        self.note = PlainLabel(t("dashboard_page.drag"), "note")
        self.add_action(self.note)
        self.note.hide()
        self.legend = _Legend()
        self.rates = PlainLabel("", "note", wrap=True)
        self.missing = PlainLabel("", wrap=True)
        self.missing.set_tone(Tone.WARN)
        self.rates_button = QPushButton(t("dashboard_page.give_rate"))
        self.rates_button.clicked.connect(self.rates_asked)
        for label in (self.rates, self.missing):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.chart)
        self._stack.addWidget(self.nothing)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self.rates)
        said.addWidget(self.missing)
        foot = QHBoxLayout()
        foot.addLayout(said, 1)
        foot.addWidget(self.rates_button, 0, Qt.AlignmentFlag.AlignBottom)
        self.add(self.legend)
        self.add(self._stack, 1)
        self.add(foot)
        for widget in (self.legend, self.rates, self.missing, self.rates_button):
            widget.hide()

    def show_trend(self, shown: Snapshot, sold: Sold, *, split: bool) -> None:
        """Draw it; what was not sold has no line."""
        self._sold = sold
        some = sold is Sold.SOME
        self._stack.setCurrentIndex(0 if some else 1)
        self._drags = some and len(shown.trend) > 1
        self._show_note()
        if some:
            trend = trend_of(shown, split=split)
            self.chart.show_trend(trend)
            self.legend.show_lines(trend.lines if split else ())
        else:
            self.legend.show_lines(())
            self._say_nothing(sold)
        self._show_rates(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_note()

    def _show_note(self) -> None:
        """Only where there is room for it beside the title."""
        needed = self.title.minimumSizeHint().width() + self.note.sizeHint().width() + px(50)
        self.note.setVisible(self._drags and self.width() >= needed)

    def _say_nothing(self, sold: Sold) -> None:
        match sold:
            case Sold.NO_ACCOUNT:
                said = t("dashboard_page.no_account"), t("dashboard_page.no_account_note")
                action = t("dashboard_page.to_account")
            case Sold.NEVER:
                said = t("dashboard_page.never"), t("dashboard_page.never_note")
                action = t("dashboard_page.to_sync")
            case _:
                said = t("dashboard_page.none_then"), t("dashboard_page.none_then_note")
                action = t("dashboard_page.show_year")
        self.nothing.set_words(*said)
        self.nothing.button.setText(action)

    def _show_rates(self, shown: Snapshot) -> None:
        said = [words.rates_words(shown)]
        if shown.building:
            said.insert(0, t("dashboard.building"))
        self.rates.setText(" ".join(filter(None, said)))
        self.rates.setToolTip("\n".join(words.rate_lines(shown)))
        self.rates.setVisible(bool(self.rates.text()))
        named = ", ".join(words.currency_words(one) for one in shown.missing)
        if named:
            self.missing.setText(t("dashboard_page.no_rate", currencies=named))
        for widget in (self.missing, self.rates_button):
            widget.setVisible(bool(named))


class _Legend(Flow):
    """Which colour is which market."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[tuple[str, str], ...] = ()

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """These lines; none hides the legend."""
        now = tuple((line.name, line.role) for line in lines)
        if now == self._shown:
            return
        self._shown = now
        for item in self._items:
            item.hide()
            item.deleteLater()
        self._items = []
        for name, role in now:
            self.add(_Key(name, role))
        self.setVisible(bool(now))
        self.setFixedHeight(max(1, self.heightForWidth(max(self.width(), 200))))


class _Key(QWidget):
    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role
        font = QFont(self.font())
        font.setPixelSize(px(12))
        self.setFont(font)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self._name) + 24, px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._role))
        painter.drawRoundedRect(QRectF(0, self.height() / 2 - 2, 14, 4), 2, 2)
        painter.setPen(colour("muted"))
        painter.drawText(self.rect().adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._name)
