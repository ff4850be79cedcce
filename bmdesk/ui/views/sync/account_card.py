"""One account: how it stands, what is read when, how much of the hour is used, and its buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy

from bmdesk.domain.effects import OPEN, EffectState
from bmdesk.services.odoo import odoo_account
from bmdesk.services.selling.accounts import OTHER_MACHINE
from bmdesk.services.syncing.sync_status import AccountHealth, FeedHealth
from bmdesk.texts import locale, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.sync.words import health_tone, short, since, soon
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.table import ROW_HEIGHT, DataTable
from bmdesk.ui.words import NOTHING, moment

_FIT = Fit(
    widths={"kind": 170, "market": 80, "every": 90, "last": 130, "next": 130, "read": 84, "problem": 200},
    grows={"kind": 260},
    gives_way=("read", "every"),
    stretches=("problem",),
)


class AccountCard(Card):
    """Redrawn in place by `show_health`. The buttons say which account they mean by its name."""

    test_asked = Signal(str)
    pause_asked = Signal(str)
    resume_asked = Signal(str)
    confirm_asked = Signal()
    import_asked = Signal()
    stock_asked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(t("sync_page.account_title", name=name))
        self.name = name
        self._pause = ""
        self._active = self._testing = False
        self.state = PlainLabel("", wrap=True)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.pill = Pill()
        self.region = Pill()
        self.facts = PlainLabel("", "note", wrap=True)
        self.lines = PlainLabel("", "note")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(px(180))
        self.model = RowsModel(_columns(), self)
        self.table = DataTable(t("sync_page.feeds_of", account=name))
        self.table.setModel(self.model)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        Fitting(self.table, _FIT)
        self.test = QPushButton(t("sync_page.test"))
        self.toggle = QPushButton()
        self.take_over = QPushButton(t("sync_page.odoo_import"))
        self.stock = QPushButton(t("sync_page.stock_check"))
        for button in (self.take_over, self.stock, self.test, self.toggle):
            self.add_action(button)
        self.take_over.clicked.connect(self.import_asked)
        self.test.clicked.connect(lambda: self.test_asked.emit(self.name))
        self.toggle.clicked.connect(self.press_toggle)
        self.stock.clicked.connect(self.stock_asked)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.region, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.facts, 1)
        top.addWidget(self.lines)
        top.addWidget(self.bar)
        self.add(top)
        self.add(self.state)
        self.add(self.table)

    def show_health(self, health: AccountHealth) -> None:
        """Show this."""
        active, pause = health.active, health.pause_reason
        self._pause = pause
        tone = health_tone(health) if active else Tone.NEUTRAL
        words = t("sync_page.works") if health.works else t("sync_page.waits")
        self.pill.show_words(words if active else t("sync_page.off"), tone)
        place = f"{health.region} · {t('sync_page.sandbox')}" if health.sandbox else health.region
        self.region.show_words(place, Tone.WARN if health.sandbox else Tone.NEUTRAL)
        self.region.setVisible(bool(place))
        self.state.setText(broken(short(render(health.state), 600)))
        self.state.setVisible(not health.works)
        self.facts.setText(" · ".join(_facts(health)))
        self._show_lines(health)
        self.model.set_rows(health.feeds)
        self.table.setVisible(bool(health.feeds))
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + 4 + px(ROW_HEIGHT) * len(health.feeds)
        )
        self.toggle.setText(t("sync_page.resume") if pause else t("sync_page.pause"))
        self.toggle.setAccessibleName(f"{self.toggle.text()}: {self.name}")
        self.toggle.setEnabled(active)
        self._active = active
        for button in (self.take_over, self.stock):
            button.setVisible(health.system == odoo_account.SYSTEM)
            button.setEnabled(active)
        self._show_test()

    def show_testing(self, *, on: bool) -> None:
        """The connection is being tested, or no longer."""
        self._testing = on
        self._show_test()

    def press_toggle(self) -> None:
        """Pause it, or let it go on."""
        if not self._pause:
            self.pause_asked.emit(self.name)
        elif self._pause == OTHER_MACHINE:
            self.confirm_asked.emit()
        else:
            self.resume_asked.emit(self.name)

    def _show_test(self) -> None:
        self.test.setText(t("sync_page.testing") if self._testing else t("sync_page.test"))
        self.test.setAccessibleName(f"{self.test.text()}: {self.name}")
        self.test.setEnabled(self._active and not self._testing)

    def _show_lines(self, health: AccountHealth) -> None:
        for part in (self.bar, self.lines):
            part.setVisible(health.lines_allowed > 0)
        self.bar.setRange(0, max(1, health.lines_allowed))
        self.bar.setValue(min(health.lines_used, health.lines_allowed))
        full = health.more_lines_at is not None
        mark(self.bar, tone="warn" if full else "accent")
        words = t("sync_page.lines_used", used=health.lines_used, allowed=health.lines_allowed)
        if health.more_lines_at is not None:
            words = f"{words} · {t('sync_page.lines_more', at=soon(health.more_lines_at))}"
        self.lines.setText(words)


def _facts(health: AccountHealth) -> list[str]:
    waiting = sum(health.queue.get(state, 0) for state in OPEN)
    parked = health.queue.get(EffectState.PARKED, 0)
    found = [t("sync_page.fact_waiting", count=waiting)]
    if parked:
        found.append(t("sync_page.fact_parked", count=parked))
    if health.feeds:
        found += _times(health)
    found += [
        t("sync_page.fact_blocked", what=render(what), at=soon(until)) for what, until in health.blocked
    ]
    return found


def _times(health: AccountHealth) -> list[str]:
    """When it was read last, and when it will be."""
    last = max((feed.last_success for feed in health.feeds if feed.last_success), default=None)
    following = min((feed.next_run for feed in health.feeds if feed.next_run), default=None)
    found = [t("sync_page.fact_last", at=since(last)) if last else t("sync_page.fact_never")]
    if following is not None and health.works:
        found.append(t("sync_page.fact_next", at=soon(following)))
    return found


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("sync_page.column_kind"), lambda f: render(f.kind), width=150),
        Column(t("sync_page.column_market"), lambda f: f.market or NOTHING, width=90),
        Column(t("sync_page.column_every"), _every, width=90),
        Column(
            t("sync_page.column_last"),
            lambda f: since(f.last_success),
            tone=lambda f: Tone.WARN if f.overdue else None,
            hint=lambda f: moment(f.last_success),
            width=130,
        ),
        Column(
            t("sync_page.column_next"),
            lambda f: soon(f.next_run),
            hint=lambda f: moment(f.next_run),
            width=130,
        ),
        Column(t("sync_page.column_read"), lambda f: locale.number(f.read), number=True, width=84),
        Column(
            t("sync_page.column_problem"),
            lambda f: short(render(f.problem)) if f.problem else "",
            tone=lambda f: Tone.BAD,
            hint=lambda f: f"{render(f.problem)}\n{render(f.todo)}" if f.problem and f.todo else "",
            stretch=True,
        ),
    )


def _every(feed: FeedHealth) -> str:
    return t("sync_page.minutes", count=round(feed.every.total_seconds() / 60)) if feed.every else NOTHING
