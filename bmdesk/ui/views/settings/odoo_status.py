"""How the company's Odoo is: whether it works, what stops it, and what a test of the connection finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services.company import Saved
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.odoo import odoo_account, which_odoo
from bmdesk.services.selling import accounts
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.views.settings.errand_row import ErrandRow
from bmdesk.ui.views.settings.notice import Notice
from bmdesk.ui.views.settings.odoo_facts import OdooFacts
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import moment
from bmdesk.ui.workplace import Workplace

if TYPE_CHECKING:
    from bmdesk.connectors.verdict import Finding, Verdict
    from bmdesk.ui.syncing import Errand


class OdooStatusCard(Card):
    """`tested` fires with the verdict's code once a trial has ended and its answer is on screen."""

    tested = Signal(str)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(t("settings.odoo.state"))
        self._workplace = workplace
        self.state = Pill()
        self.add_action(self.state)
        self.problem, self.verdict = Notice(), Notice()
        self.findings: list[Notice] = []
        self._found = QVBoxLayout()
        self._found.setSpacing(6)
        self.last = PlainLabel("", "note", wrap=True)
        self.test_button = ShortcutButton(msg("settings.bm.test"), "Ctrl+T", icon="link", kind="primary")
        self.trial = ErrandRow(
            self.test_button, self._send, t("settings.bm.testing"), t("settings.bm.stop_waiting")
        )
        self.trial.begun.connect(self.forget_verdict)
        self.trial.answered.connect(self._was_tried)
        self.trial.refused.connect(self._was_not_tried)
        self.trial.given_up.connect(lambda: self.verdict.show_words(Tone.NEUTRAL, t("settings.bm.stopped")))
        self.set_up_button = ShortcutButton(msg("settings.odoo.set_up"), "Ctrl+U", icon="wrench")
        self.same_button = QPushButton(t("settings.odoo.same"))
        self.same_button.clicked.connect(self._ask_same)
        self.another_button = QPushButton(t("settings.odoo.another"))
        self.another_button.clicked.connect(self._ask_another)
        self.answers = QWidget()
        mark(self.answers, kind="clear")
        which = QHBoxLayout(self.answers)
        which.setContentsMargins(0, 0, 0, 0)
        which.setSpacing(8)
        which.addWidget(self.same_button)
        which.addWidget(self.another_button)
        which.addStretch()
        self.answers.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.trial, 1)
        row.addWidget(self.set_up_button)
        for part in (self.problem, self.answers, self.last):
            self.add(part)
        self.add(row)
        self.add(self.verdict)
        self.add(self._found)

    def show_facts(self, facts: OdooFacts) -> None:
        """Show how it is now."""
        self.state.show_words(*state_of(facts))
        row = facts.account
        asked = facts.blocked is not None and facts.blocked.code == which_odoo.ANOTHER
        self.answers.setVisible(asked and row is not None and row.active)
        if row is None or not row.active:
            self.problem.clear()
            self.last.setText(t("settings.odoo.off_note"))
            return
        if row.pause_reason:
            words = render(accounts.pause_words(row.pause_reason))
            self.problem.show_words(
                Tone.WARN, t("settings.bm.paused"), words, t("settings.odoo.resume_at_sync")
            )
        elif facts.blocked is not None:
            self.problem.show_words(Tone.BAD, *_words(facts.blocked))
        elif facts.key_ends is not None:
            self.problem.show_words(Tone.WARN, *_words(facts.key_ends))
        else:
            self.problem.clear()
        at = row.last_success_at
        self.last.setText(t("settings.bm.last_success", at=moment(at)) if at else t("settings.bm.never"))

    def forget_verdict(self) -> None:
        """Settings have changed: what was found with the old ones is no longer said."""
        self.verdict.clear()
        for notice in self.findings:
            self._found.removeWidget(notice)
            notice.hide()
            notice.deleteLater()
        self.findings = []

    def _ask_same(self) -> None:
        self._ask(
            t("settings.odoo.same_question"),
            t("settings.odoo.same_happens"),
            self.same_button,
            which_odoo.same,
        )

    def _ask_another(self) -> None:
        self._ask(
            t("settings.odoo.another_question"),
            t("settings.odoo.another_happens"),
            self.another_button,
            which_odoo.another,
        )

    def _ask(
        self, question: str, happens: str, button: QPushButton, answer: Callable[[Desk, Actor], Saved]
    ) -> None:
        """What the other Odoo is, is said once and with its consequences."""

        def say() -> None:
            self.forget_verdict()
            self._workplace.write(answer, self._workplace.actor, button=button)

        Confirm(
            self,
            question,
            happens,
            button.text(),
            lambda _: self._workplace.with_pin(Right.ENVIRONMENT, say),
            danger=answer is which_odoo.another,
        ).open()

    def _send(self, then: Callable[[Any], object], failed: Callable[[Failure], object]) -> Errand | None:
        syncing = self._workplace.syncing
        return syncing.test(odoo_account.NAME, then, failed) if syncing is not None else None

    def _was_tried(self, verdict: Verdict) -> None:
        if verdict.ok:
            self.verdict.show_words(Tone.OK, *_words(verdict))
        elif not verdict.findings:
            self.verdict.show_words(Tone.BAD, *_words(verdict))
        if verdict.ok or verdict.code == which_odoo.ANOTHER:
            # What blocked it is forgotten, or the trial itself stopped it: `problem` says that, above its answers.
            self._workplace.bridge.announce(frozenset({Change.ACCOUNTS}))
        for one in verdict.findings:
            if one.code != which_odoo.ANOTHER:
                self._show_finding(one)
        self.tested.emit(verdict.code)

    def _was_not_tried(self, failure: Failure) -> None:
        self.verdict.show_words(Tone.BAD, *_words(failure))
        self.tested.emit(failure.code)

    def _show_finding(self, one: Finding) -> None:
        notice = Notice()
        # There may be more than the window shows at once: by Tab each comes into view.
        notice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._found.addWidget(notice)
        QWidget.setTabOrder(self.findings[-1] if self.findings else self.set_up_button, notice)
        self.findings.append(notice)
        notice.show_words(Tone.BAD if one.blocks else Tone.WARN, *_words(one))


def state_of(facts: OdooFacts) -> tuple[str, Tone]:
    """The connection in one word and its tone."""
    row = facts.account
    if row is None or not row.active:
        return t("settings.odoo.state_unused"), Tone.NEUTRAL
    if row.pause_reason:
        return t("settings.bm.state_paused"), Tone.WARN
    if facts.blocked is not None:
        return t("settings.bm.state_stopped"), Tone.BAD
    if facts.key is None:
        return t("settings.odoo.state_no_key"), Tone.WARN
    if row.last_success_at is None:
        return t("settings.bm.state_ready"), Tone.INFO
    return t("settings.bm.state_works"), Tone.OK


def _words(said: Verdict | Finding | Failure) -> tuple[str, str, str]:
    return render(said.title), render(said.happened), render(said.todo)
