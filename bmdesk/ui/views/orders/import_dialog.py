"""How orders come in: by themselves, older ones by their date, and those that could not be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.orders import history_import
from bmdesk.services.orders.history_import import History, Importing
from bmdesk.services.selling import accounts
from bmdesk.services.selling.accounts import AccountView
from bmdesk.services.setting_table import account_setting
from bmdesk.store.kept import text_of
from bmdesk.store.queries import orders
from bmdesk.texts import Failure, Text, locale, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.cards_dialog import CardsDialog
from bmdesk.ui.widgets.detail_sheet import cleared
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.import_run import UNDER_WAY, ImportRun
from bmdesk.ui.widgets.inputs import ChoiceBox, DayBox, begin_of
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import NOTHING, coming, day, moment, refusal_words
from bmdesk.ui.workplace import Workplace

_SHOWN_FOR = frozenset({Change.SYNC, Change.ORDERS, Change.SETTINGS, Change.ACCOUNTS})
_MOST_RUNS, _MOST_KEPT = 5, 50


@dataclass(frozen=True, slots=True)
class Aside:
    """An order that could not be taken."""

    remote_id: str
    reason: Text | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """One account's imports, read at once."""

    importing: Importing
    aside: tuple[Aside, ...]


class ImportOrdersDialog(CardsDialog):
    """Stays up to date while it is open."""

    def __init__(self, parent: QWidget, workplace: Workplace) -> None:
        super().__init__(parent, t("orders_page.import_title"), 800)
        self._workplace = workplace
        self._names: dict[str, str] = {}
        self._drawn: Standing | None = None
        self.account = ChoiceBox(t("orders_page.column_account"))
        self.account.hide()
        self.automatic = QCheckBox(t("orders_page.import_automatic"))
        self.last = PlainLabel("", "note", wrap=True)
        self.since, self.until = DayBox(), DayBox()
        self.state = ChoiceBox(
            t("orders_page.import_state"),
            [
                ("", t("orders_page.import_every_state")),
                ("1", t("orders_page.import_state_new")),
                ("3", t("orders_page.import_state_accepted")),
                ("9", t("orders_page.import_state_finished")),
                ("10", t("orders_page.import_state_waiting")),
            ],
        )
        self.start_button = ShortcutButton(msg("orders_page.import_start"), "Ctrl+Return", icon="download")
        self.start_button.setAutoDefault(False)
        needs(self.start_button, workplace, Right.ORDER_HANDLING)
        needs(self.automatic, workplace, Right.ACCOUNTS)
        self.form = Form()
        self._runs, self._aside = QVBoxLayout(), QVBoxLayout()
        self.aside_card = Card()
        self._build()
        self._connect()
        workplace.read(accounts.listed, then=self._show_accounts, key=(id(self), "accounts"))

    def start(self) -> None:
        """Read the older orders of this range."""
        wrong = {}
        since, until = self.since.day(), self.until.day()
        if since is None:
            wrong["since"] = t("orders_page.not_a_day")
        if until is None:
            wrong["until"] = t("orders_page.not_a_day")
        self.form.show_errors(wrong)
        if since is None or until is None:
            return
        state = int(self.state.value()) if self.state.value() else None
        place = self._workplace
        place.write(
            history_import.start,
            place.actor,
            self.account.value(),
            begin_of(since),
            begin_of(until + timedelta(days=1)),  # the last day is meant whole
            state,
            then=self._said,
            failed=self._not_started,
            button=self.start_button,
        )

    # -- reading

    def _show_accounts(self, found: tuple[AccountView, ...]) -> None:
        self._names = {view.row.id: view.row.name for view in found}
        self.account.set_choices([(view.row.id, view.row.name) for view in found])
        self.account.setVisible(len(found) > 1)
        self._read()

    def _read(self) -> None:
        account = self.account.value()
        if account:
            self._workplace.read(
                _standing,
                account,
                then=self._show,
                failed=self._workplace.window.show_failure,
                key=(id(self), "all"),
            )

    def _changed(self, flags: frozenset[Change]) -> None:
        if flags & _SHOWN_FOR:
            self._read()

    def _show(self, found: Standing) -> None:
        if found == self._drawn:  # a button may have the focus
            return
        self._drawn = found
        importing = found.importing
        self.automatic.blockSignals(True)
        self.automatic.setChecked(importing.automatic)
        self.automatic.blockSignals(False)
        self.last.setText(_last(importing))
        self._show_runs(importing.history)
        self._show_aside(found.aside)

    def _show_runs(self, runs: Sequence[History]) -> None:
        cleared(self._runs)
        under_way = any(run.state in UNDER_WAY for run in runs)
        self.start_button.setEnabled(not under_way)
        for run in runs[:_MOST_RUNS]:
            self._runs.addWidget(self._run(run))

    def _run(self, run: History) -> QWidget:
        view = ImportRun(self._workplace, Right.ORDER_HANDLING)
        for button, act in (
            (view.pause_button, history_import.pause),
            (view.resume_button, history_import.resume),
            (view.cancel_button, history_import.cancel),
        ):
            button.clicked.connect(lambda _=False, act=act: self._move(act, run.id))
        last = run.until - timedelta(microseconds=1)
        parts = [
            t("orders_page.import_seen", seen=run.seen, count=run.count),
            t("orders_page.import_new", new=run.new, updated=run.updated),
        ]
        if run.quarantined:
            parts.append(t("orders_page.import_aside", count=run.quarantined))
        words = t("orders_page.import_range", since=day(run.since), until=day(last))
        view.show_run(run, words, [" · ".join(parts)])
        return view

    def _move(self, act: object, history_id: str) -> None:
        assert callable(act)
        self._workplace.write(act, self._workplace.actor, history_id, then=self._said)

    def _show_aside(self, found: Sequence[Aside]) -> None:
        cleared(self._aside)
        self.aside_card.setVisible(bool(found))
        self.aside_card.set_title(t("orders_page.aside_title", count=len(found)))
        for one in found[:_MOST_KEPT]:
            row = QHBoxLayout()
            row.setSpacing(8)
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(PlainLabel(broken(one.remote_id or NOTHING, 60), "heading", selectable=True))
            words.addWidget(
                PlainLabel(broken(render(one.reason) if one.reason is not None else NOTHING, 400), wrap=True)
            )
            words.addWidget(PlainLabel(moment(one.at), "note"))
            again = QPushButton(t("orders_page.import_again"))
            again.setAutoDefault(False)
            again.setAccessibleName(f"{t('orders_page.import_again')}: {one.remote_id[:60]}")
            again.clicked.connect(lambda _=False, one=one, again=again: self._again(one, again))
            row.addLayout(words, 1)
            row.addWidget(again, 0, Qt.AlignmentFlag.AlignTop)
            holder = QWidget()
            mark(holder, kind="clear")
            holder.setLayout(row)
            row.setContentsMargins(0, 4, 0, 4)
            self._aside.addWidget(holder)

    # -- what a person does

    def _again(self, one: Aside, button: QPushButton) -> None:
        syncing = self._workplace.syncing
        if syncing is None:
            return
        button.setEnabled(False)
        name = self._names.get(self.account.value(), "")
        errand = syncing.import_again(
            name, one.remote_id, self._was_again, self._workplace.window.show_failure
        )
        errand.ended.connect(lambda: _enable(button))

    def _was_again(self, _saved: object) -> None:
        self._workplace.window.say(Tone.OK, t("orders_page.import_taken"), for_ms=4000)
        self._workplace.bridge.announce(frozenset({Change.ORDERS}))

    def _switch(self, on: bool) -> None:
        name = self._names.get(self.account.value(), "")
        value = "true" if on else "false"
        self._workplace.write(
            settings.put,
            account_setting(name, "import_orders"),
            value,
            then=self._said,
            button=self.automatic,
        )

    def _said(self, _answer: object) -> None:
        self._read()

    def _not_started(self, failure: Failure) -> None:
        self.form.show_errors({"since": refusal_words(failure)})

    # -- how it is put together

    def _build(self) -> None:
        today = datetime.now().astimezone().date()
        self.since.setText(locale.day(today - timedelta(days=365)))
        self.until.setText(locale.day(today))
        itself = Card(t("orders_page.import_itself"))
        itself.add(self.automatic)
        itself.add(self.last)
        older = Card(t("orders_page.import_older"))
        older.add(PlainLabel(t("orders_page.import_older_note"), "note", wrap=True))
        self.form.add("since", t("orders_page.import_since"), self.since)
        self.form.add("until", t("orders_page.import_until"), self.until)
        self.form.add("state", t("orders_page.import_state"), self.state)
        older.add(self.form)
        line = QHBoxLayout()
        line.addStretch()
        line.addWidget(self.start_button)
        older.add(line)
        older.add(self._runs)
        self.aside_card.add(PlainLabel(t("orders_page.aside_note"), "note", wrap=True))
        self.aside_card.add(self._aside)
        self.aside_card.hide()
        self.head.addWidget(self.account)
        self.show_cards(itself, older, self.aside_card)
        self.automatic.setFocus()

    def _connect(self) -> None:
        self.account.activated.connect(lambda _: self._read())
        self.automatic.clicked.connect(self._switch)
        self.start_button.clicked.connect(self.start)
        self._workplace.bridge.changed.connect(self._changed)


def _enable(button: QPushButton) -> None:
    if shiboken6.isValid(button):
        button.setEnabled(True)


def _standing(desk: Desk, account: str) -> Standing:
    rows = desk.read(lambda connection: orders.quarantined(connection, [account]))
    aside = tuple(Aside(r["remote_id"], text_of(r["reason"]), r["at"]) for r in rows if r["kind"] == "order")
    return Standing(history_import.importing(desk, account), aside)


def _last(importing: Importing) -> str:
    said = [
        t("orders_page.import_last", at=moment(importing.until))
        if importing.until is not None
        else t("orders_page.import_never")
    ]
    if importing.since is not None:
        said.append(t("orders_page.import_complete_since", at=day(importing.since)))
    if importing.next_at is not None:
        said.append(t("orders_page.import_next", at=coming(importing.next_at)))
    if not importing.automatic:
        said.append(t("orders_page.import_off_note"))
    return " · ".join(said)
