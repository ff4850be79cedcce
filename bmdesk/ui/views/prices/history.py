"""The tab with what was: when prices changed, with undo; the versions of the rules, with a way back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services.company import Saved
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.prices import applying, versions
from bmdesk.services.prices.applying import Applied, Run
from bmdesk.services.prices.versions import RulesVersion
from bmdesk.texts import locale, msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.views.prices.words import market_title
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING, moment, money, sentence
from bmdesk.ui.workplace import Workplace

_MOST_RUNS = 200
_FOLLOWS_AFTER_MS = 120

_RUNS_FIT = Fit(
    {"at": 148, "who": 72, "count": 64, "version": 72, "why": 130, "state": 130},
    gives_way=("version", "who", "count", "why"),
    stretches=("why", "at"),
)
_CHANGES_FIT = Fit(
    {"sku": 130, "market": 92, "before": 104, "after": 104},
    gives_way=("before",),
    stretches=("sku",),
)
_VERSIONS_FIT = Fit(
    {"version": 70, "at": 148, "who": 110, "rules": 64, "state": 84},
    gives_way=("rules", "who"),
    stretches=("who", "at"),
)


class HistoryTab(QWidget):
    """`load(account)` reads both lists."""

    def __init__(self, workplace: Workplace, run: LongRun) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._workplace, self._run = workplace, run
        self.account_id = ""
        self.status = ""
        self.runs = RowsModel(_run_columns(), self)
        self.changes = RowsModel(_change_columns(), self)
        self.versions = RowsModel(_version_columns(), self, key=lambda row: (row.version, row.at))
        self.table = _listing(t("prices_page.runs"), self.runs, _RUNS_FIT)
        self.change_table = _listing(t("prices_page.run_changes"), self.changes, _CHANGES_FIT)
        self.version_table = _listing(t("prices_page.versions"), self.versions, _VERSIONS_FIT)
        self.undo_button = ShortcutButton(msg("prices_page.undo"), "Ctrl+Z", icon="undo")
        self.back_button = ShortcutButton(msg("prices_page.go_back"), "Ctrl+B", icon="history")
        for button in (self.undo_button, self.back_button):
            button.setEnabled(False)
        needs(self.undo_button, workplace, Right.PRICES)
        needs(self.back_button, workplace, Right.PRICES)
        self._follow = QTimer(self, singleShot=True, interval=_FOLLOWS_AFTER_MS)
        self._build()
        self._connect()

    def load(self, account_id: str) -> None:
        """Read runs and versions anew."""
        self.account_id = account_id
        self._workplace.read(
            applying.runs, account_id, _MOST_RUNS, then=self._show_runs, key=(id(self), "runs")
        )
        self._workplace.read(versions.versions, then=self._show_versions, key=(id(self), "versions"))

    def ask_undo(self) -> None:
        """Put back what this occasion changed, after a question."""
        run = self._run_chosen()
        if run is None or run.undone:
            return
        Confirm(
            self,
            t("prices_page.undo_question", count=run.count, at=moment(run.at)),
            t("prices_page.undo_happens"),
            t("prices_page.undo"),
            lambda _: self._workplace.with_pin(Right.PRICES, lambda: self._undo(run)),
        ).open()

    def ask_restore(self) -> None:
        """Let this version of the rules count again, after a question."""
        row = self._version_chosen()
        if row is None or row.in_force:
            return
        Confirm(
            self,
            t("prices_page.back_question", version=row.version),
            t("prices_page.back_happens"),
            t("prices_page.go_back"),
            lambda _: self._workplace.with_pin(Right.PRICES, lambda: self._restore(row)),
        ).open()

    def _undo(self, run: Run) -> None:
        actor, account = self._workplace.actor, self.account_id

        def work(desk: Desk, progress: Any) -> Applied:
            return applying.undo(desk, actor, account, run.id, progress)

        def done(result: Applied) -> None:
            self._run.say_outcome(t("prices_page.undone_said", count=result.count), result)
            self.load(account)

        if not self._run.run(t("prices_page.undoing"), work, then=done):
            self._workplace.window.say(Tone.WARN, t("listings_page.busy"), for_ms=4000)

    def _restore(self, row: RulesVersion) -> None:
        def work(desk: Desk, actor: Actor) -> Saved:
            made = versions.restore(desk, actor, row.version)
            return Saved(str(made), frozenset({Change.SETTINGS}))

        def done(saved: Saved) -> None:
            words = t("prices_page.back_said", version=row.version, new=saved.id)
            self._workplace.window.say(Tone.OK, words, for_ms=6000)
            self.load(self.account_id)

        self._workplace.write(work, self._workplace.actor, then=done, button=self.back_button)

    def _show_runs(self, found: tuple[Run, ...]) -> None:
        self.runs.set_rows(found)
        self.status = t("prices_page.run_count", count=len(found))
        self.table.choose_first()
        self._moved()

    def _show_versions(self, found: tuple[RulesVersion, ...]) -> None:
        self.versions.set_rows(found)
        self.version_table.choose_first()
        self._moved()

    def _moved(self) -> None:
        run, row = self._run_chosen(), self._version_chosen()
        self.undo_button.setEnabled(run is not None and not run.undone)
        self.back_button.setEnabled(row is not None and not row.in_force)
        self._follow.start()

    def _read_changes(self) -> None:
        run = self._run_chosen()
        if run is None:
            self.changes.set_rows(())
            return
        self._workplace.read(
            applying.changes,
            self.account_id,
            run.id,
            then=self.changes.set_rows,
            key=(id(self), "changes"),
        )

    def _run_chosen(self) -> Run | None:
        found = self.table.under_keyboard()
        return found if isinstance(found, Run) else None

    def _version_chosen(self) -> RulesVersion | None:
        found = self.version_table.under_keyboard()
        return found if isinstance(found, RulesVersion) else None

    def _build(self) -> None:
        runs, changes, rules = (
            Card(t("prices_page.runs")),
            Card(t("prices_page.run_changes")),
            Card(t("prices_page.versions")),
        )
        runs.add_action(self.undo_button)
        runs.add(PlainLabel(t("prices_page.runs_note"), "note", wrap=True))
        runs.add(self.table, 1)
        changes.add(self.change_table, 1)
        rules.add_action(self.back_button)
        rules.add(PlainLabel(t("prices_page.versions_note"), "note", wrap=True))
        rules.add(self.version_table, 1)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(runs, 3)
        left.addWidget(changes, 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(left, 5)
        row.addWidget(rules, 4)

    def _connect(self) -> None:
        self.table.current_changed.connect(lambda _: self._moved())
        self.version_table.current_changed.connect(lambda _: self._moved())
        self._follow.timeout.connect(self._read_changes)
        self.undo_button.clicked.connect(self.ask_undo)
        self.back_button.clicked.connect(self.ask_restore)
        self.table.opened.connect(lambda _: self.ask_undo())
        self.version_table.opened.connect(lambda _: self.ask_restore())


def _listing(name: str, model: RowsModel, fit: Fit) -> DataTable:
    table = DataTable(name)
    table.setModel(model)
    Fitting(table, fit)
    return table


def _run_columns() -> tuple[Column, ...]:
    return (
        Column(t("prices_page.at"), lambda r: moment(r.at)),
        Column(t("prices_page.who"), lambda r: r.by or NOTHING),
        Column(t("prices_page.count"), lambda r: locale.number(r.count), number=True),
        Column(t("prices_page.version"), lambda r: str(r.rules_version or NOTHING), number=True),
        Column(t("prices_page.why"), lambda r: sentence(render(r.why_text)), stretch=True),
        Column(
            t("prices_page.state"),
            lambda r: t("prices_page.is_undone") if r.undone else t("prices_page.stands"),
            pill=lambda r: Tone.NEUTRAL if r.undone else Tone.OK,
        ),
    )


def _change_columns() -> tuple[Column, ...]:
    return (
        Column(t("prices_page.sku"), lambda r: r.sku, hint=lambda r: r.sku, stretch=True),
        Column(t("prices_page.market"), lambda r: market_title(r.market)),
        Column(t("prices_page.before"), lambda r: money(r.before) or NOTHING, number=True),
        Column(t("prices_page.after"), lambda r: money(r.after) or NOTHING, number=True),
    )


def _version_columns() -> tuple[Column, ...]:
    return (
        Column(t("prices_page.version"), lambda r: str(r.version), number=True),
        Column(t("prices_page.at"), lambda r: moment(r.at) or NOTHING),
        Column(t("prices_page.who"), _by, hint=_by, stretch=True),
        Column(t("prices_page.rules"), lambda r: locale.number(r.rules), number=True),
        Column(
            t("prices_page.state"),
            lambda r: t("prices_page.in_force") if r.in_force else t("prices_page.past"),
            pill=lambda r: Tone.OK if r.in_force else Tone.NEUTRAL,
        ),
    )


def _by(row: RulesVersion) -> str:
    return row.by or t("prices_page.came_with")
