"""How an account is: whether it works, what stops it, and what a person can do about that. Test connection is here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from bmdesk.domain.changes import Change
from bmdesk.services.selling import accounts
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.settings import account_facts
from bmdesk.ui.views.settings.account_facts import AccountFacts
from bmdesk.ui.views.settings.errand_row import ErrandRow
from bmdesk.ui.views.settings.notice import Notice
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.confirm_machine import ask_confirm_machine
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import moment
from bmdesk.ui.workplace import Workplace

if TYPE_CHECKING:
    from bmdesk.connectors.verdict import Verdict
    from bmdesk.ui.syncing import Errand


class StatusCard(Card):
    """`tested` fires with the verdict's code once a trial has ended and its answer is on screen."""

    tested = Signal(str)

    def __init__(self, workplace: Workplace, name: str) -> None:
        super().__init__(t("settings.bm.account", account=name))
        self._workplace = workplace
        self._name = name
        self._facts: AccountFacts | None = None
        self.state = Pill()
        self.add_action(self.state)
        self.sandbox, self.problem, self.verdict = Notice(), Notice(), Notice()
        self.last = PlainLabel("", "note", wrap=True)
        self.test_button = ShortcutButton(msg("settings.bm.test"), "Ctrl+T", icon="link", kind="primary")
        self.trial = ErrandRow(
            self.test_button, self._send, t("settings.bm.testing"), t("settings.bm.stop_waiting")
        )
        self.trial.begun.connect(self.verdict.clear)
        self.trial.answered.connect(self._was_tried)
        self.trial.refused.connect(self._was_not_tried)
        self.trial.given_up.connect(lambda: self.verdict.show_words(Tone.NEUTRAL, t("settings.bm.stopped")))
        self.pause_button = ShortcutButton(msg("settings.bm.pause"), "Ctrl+U")
        self.pause_button.clicked.connect(self.pause_or_resume)
        self.over_button = ShortcutButton(msg("settings.bm.take_over"), kind="danger")
        self.over_button.clicked.connect(self.ask_take_over)
        self.switch_button = QPushButton(t("settings.bm.switch_off"))
        self.switch_button.clicked.connect(self.switch)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.trial, 1)
        for button in (self.over_button, self.pause_button, self.switch_button):
            row.addWidget(button)
        for part in (self.sandbox, self.problem, self.verdict, self.last):
            self.add(part)
        self.add(row)

    def show_facts(self, facts: AccountFacts) -> None:
        """Show how the account is now."""
        self._facts = facts
        row = facts.view.row
        words, tone = state_of(facts)
        self.state.show_words(words, tone)
        self._show_place(facts)
        self._show_problem(facts)
        self.last.setText(
            t("settings.bm.last_success", at=moment(row.last_success_at))
            if row.last_success_at
            else t("settings.bm.never")
        )
        self.pause_button.setText(t("settings.bm.resume") if row.pause_reason else t("settings.bm.pause"))
        self.pause_button.setAccessibleName(self.pause_button.text())
        self.switch_button.setText(t("settings.bm.switch_off") if row.active else t("settings.bm.switch_on"))
        self.over_button.setVisible(facts.claimed is not None)

    # -- the connection

    def test(self) -> None:
        """Ask the marketplace for one page, off the window's thread; the verdict comes when it comes."""
        self.trial.go()

    def forget_verdict(self) -> None:
        """Settings have changed: what was found with the old ones is no longer said."""
        self.verdict.clear()

    def _send(self, then: Callable[[Any], object], failed: Callable[[Failure], object]) -> Errand | None:
        syncing = self._workplace.syncing
        return syncing.test(self._name, then, failed) if syncing is not None else None

    def _was_tried(self, verdict: Verdict) -> None:
        words = [render(part) for part in (verdict.title, verdict.happened, verdict.todo)]
        self.verdict.show_words(Tone.OK if verdict.ok else Tone.BAD, *words)
        if verdict.ok:  # what blocked the account is forgotten
            self._workplace.bridge.announce(frozenset({Change.ACCOUNTS}))
        self.tested.emit(verdict.code)

    def _was_not_tried(self, failure: Failure) -> None:
        self.verdict.show_words(
            Tone.BAD, render(failure.title), render(failure.happened), render(failure.todo)
        )
        self.tested.emit(failure.code)

    # -- what a person decides

    def pause_or_resume(self) -> None:
        """Stop reading and sending; or go on, after a question where another store may be at work."""
        reason = self._facts.view.row.pause_reason if self._facts else ""
        if not reason:
            self._workplace.write(accounts.pause, self._name, button=self.pause_button)
        elif reason == accounts.BY_HAND:
            self._resume()
        elif reason == accounts.OTHER_MACHINE:
            ask_confirm_machine(self, self._workplace, self.pause_button)
        else:
            Confirm(
                self,
                t("settings.bm.restored_question"),
                render(accounts.pause_words(reason)),
                t("settings.bm.resume"),
                lambda _: self._resume(),
                danger=True,
            ).open()

    def ask_take_over(self) -> None:
        """The other store may still be in use: only a person knows."""
        claimed = self._facts.claimed if self._facts else None
        if claimed is None:
            return
        Confirm(
            self,
            t("settings.bm.take_over_question"),
            f"{render(claimed.happened)} {render(claimed.todo)}",
            t("settings.bm.take_over"),
            lambda _: self._workplace.write(account_facts.take_over, self._name),
            danger=True,
        ).open()

    def switch(self) -> None:
        """Switch the account off, after a question, or on again."""
        if self._facts is None:
            return
        if not self._facts.view.row.active:
            self._switch(active=True)
            return
        Confirm(
            self,
            t("settings.bm.off_question", account=self._name),
            t("settings.bm.off_happens"),
            t("settings.bm.switch_off"),
            lambda _: self._switch(active=False),
            danger=True,
        ).open()

    def _resume(self) -> None:
        self._workplace.write(accounts.resume, self._name, button=self.pause_button)

    def _switch(self, *, active: bool) -> None:
        desk, name = self._workplace.desk, self._name
        self._workplace.bridge.write(lambda: accounts.switch(desk, name, active=active))

    def _show_place(self, facts: AccountFacts) -> None:
        """Where nothing is real, that must be said before anything else."""
        url = facts.view.settings.url if facts.view.settings else ""
        if url:
            self.sandbox.show_words(Tone.WARN, t("settings.bm.elsewhere_title"), url)
        elif facts.is_sandbox:
            self.sandbox.show_words(
                Tone.WARN, t("settings.bm.sandbox_title"), t("settings.bm.sandbox_happens")
            )
        else:
            self.sandbox.clear()

    def _show_problem(self, facts: AccountFacts) -> None:
        if not facts.view.row.active:
            self.problem.show_words(Tone.NEUTRAL, t("settings.bm.is_off"))
        elif facts.claimed is not None:
            found = facts.claimed
            self.problem.show_words(Tone.BAD, render(found.title), render(found.happened), render(found.todo))
        elif facts.view.row.pause_reason:
            self.problem.show_words(Tone.WARN, t("settings.bm.paused"), _words(facts))
        elif facts.blocked is not None:
            found_ = facts.blocked
            self.problem.show_words(
                Tone.BAD, render(found_.title), render(found_.happened), render(found_.todo)
            )
        elif facts.view.problem is not None:
            self.problem.show_words(Tone.BAD, t("settings.bm.cannot_work"), _words(facts))
        else:
            self.problem.clear()


def state_of(facts: AccountFacts) -> tuple[str, Tone]:
    """The account in one word and its tone."""
    row = facts.view.row
    if not row.active:
        return t("settings.bm.state_off"), Tone.NEUTRAL
    if row.pause_reason:
        return t("settings.bm.state_paused"), Tone.WARN
    if facts.view.problem is not None or facts.claimed is not None:
        return t("settings.bm.state_stopped"), Tone.BAD
    if facts.token is None:
        return t("settings.bm.state_no_token"), Tone.WARN
    if row.last_success_at is None:
        return t("settings.bm.state_ready"), Tone.INFO
    return t("settings.bm.state_works"), Tone.OK


def _words(facts: AccountFacts) -> str:
    return render(facts.view.problem) if facts.view.problem is not None else ""
