"""Make an Odoo ready: look, see what will be done, choose, let it be done, and be told what came of it.

Nothing is changed, here or there, before the second button; and it may all be done again at any time. The
administrator's password lives in its field until then and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui import long_work
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.views.settings import odoo_facts
from bmdesk.ui.views.settings.errand_row import ErrandRow
from bmdesk.ui.views.settings.notice import Notice
from bmdesk.ui.views.settings.odoo_plan import DecisionForm, Line, Lines, ProductList
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace

if TYPE_CHECKING:
    from bmdesk.connectors.odoo.setting_up.setup_steps import Done, Step
    from bmdesk.sync.odoo_setup import Plan, Said
    from bmdesk.ui.syncing import Errand

_SIZE = (760, 780)
_STEP_OF_SCROLL = 0.8


class OdooSetupDialog(QDialog):
    """`looked` fires when a plan is on screen, `ended` when what was done is, `refused` when a failure is."""

    looked = Signal()
    ended = Signal()
    refused = Signal(str)
    _told = Signal(int, int, object)

    def __init__(self, parent: QWidget, workplace: Workplace) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("settings.odoo.setup"))
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(_SIZE[0], screen.width() - 60), min(_SIZE[1], screen.height() - 60))
        self._workplace = workplace
        self.plan: Plan | None = None
        self.area = ScrollColumn()
        self.problem = Notice()
        self._who()
        self.area.column.addWidget(self.problem)
        self.outcome, self.outcome_head, self.outcome_lines = self._lines_card()
        self.steps, self.steps_head, self.step_lines = self._lines_card()
        self._products()
        self._choices()
        self.present, _, self.present_lines = self._lines_card(t("settings.odoo.present"))
        self.area.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(t("settings.odoo.setup"), "title", wrap=True))
        column.addWidget(PlainLabel(t("settings.odoo.setup_note"), wrap=True))
        column.addWidget(self.area, 1)
        column.addLayout(self._foot())
        self._told.connect(self._show_progress)
        for keys, sign in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            bind(self, keys, msg("settings.odoo.scroll"), lambda sign=sign: self._scroll(sign))  # type: ignore[misc]
        self._forget_plan()
        self.user.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- looking

    def look(self) -> None:
        """See what would be done; nothing is changed."""
        self.look_row.go()

    def show_plan(self, plan: Plan) -> None:
        """What would be done, what can be chosen, what is right already."""
        self.plan = plan
        self.problem.clear()
        self._show_steps(plan)
        self.products.show_products(plan.survey.untracked)
        self.products_card.setVisible(bool(plan.survey.untracked))
        self.decisions.show_decisions(plan.decisions)
        self._order_keys()
        self.choices_card.setVisible(bool(plan.decisions))
        self.present_lines.show_lines([Line(Tone.OK, render(one)) for one in plan.present])
        self.present.setVisible(bool(plan.present))
        self.do_button.setEnabled(not plan.is_empty)

    def _order_keys(self) -> None:
        """By Tab the choices come where they stand: before the button that does them."""
        before: QWidget = self.products.none_button
        for box in self.decisions.boxes.values():
            QWidget.setTabOrder(before, box)
            before = box

    def _send_look(self, then: Callable[[Any], object], failed: Callable[[Failure], object]) -> Errand | None:
        user, secret = self.user.text().strip(), self.secret.text()
        lacks = bool(user) and not secret
        self.form.show_errors({"secret": t("settings.odoo.admin_secret_needed")} if lacks else {})
        if lacks:
            return None
        desk = self._workplace.desk
        admin, said = odoo_facts.administrator(user, secret), self._said()
        return long_work.sent(
            self, self._workplace, lambda _: odoo_facts.look(desk, admin, said), then, failed
        )

    def _was_looked(self, plan: Plan) -> None:
        self.outcome.hide()
        self.show_plan(plan)
        if self.do_button.isEnabled():
            self.do_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.looked.emit()

    def _said(self) -> Said:
        return odoo_facts.said(
            track=self.products.chosen,
            give_rights=self.rights.isChecked(),
            picked=self.decisions.choices,
        )

    def _plan_again(self) -> None:
        """A person has chosen something: what follows from it. Odoo is not asked again."""
        if self.plan is not None:
            self.do_button.setEnabled(False)  # until what it would do is on screen
            self._workplace.read(
                odoo_facts.planned_again,
                self.plan,
                self._said(),
                then=self._was_planned,
                failed=self._was_refused,
                key=(id(self), "plan"),
            )

    def _was_planned(self, plan: Plan) -> None:
        if self.plan is not None and not self.do_row.is_away:
            self.show_plan(plan)
            self.looked.emit()

    def _forget_plan(self) -> None:
        """Who does it is another one now: what was seen with other eyes holds no more."""
        self.plan = None
        for card in (self.steps, self.products_card, self.choices_card, self.present):
            card.hide()
        self.do_button.setEnabled(False)

    def _show_steps(self, plan: Plan) -> None:
        user = plan.survey.operator
        lines = [Line(Tone.WARN, render(one.title), refusal_words(one)) for one in plan.taken]
        if plan.survey.unread:
            models = ", ".join(plan.survey.unread)
            lines.append(Line(Tone.WARN, t("cli.odoo_setup_unread", user=user, models=models)))
        for step in plan.steps:
            needs = "" if step.may else t("settings.odoo.needs_admin", user=user)
            lines.append(Line(Tone.INFO if step.may else Tone.WARN, render(step.says), needs))
        lines += [Line(Tone.INFO, render(one.says)) for one in plan.choices]
        if plan.is_empty:
            lines.append(Line(Tone.OK, t("cli.odoo_setup_all_there")))
        self.steps_head.setText(t("cli.odoo_setup_company", company=plan.company, user=user))
        self.step_lines.show_lines(lines)
        self.steps.show()

    # -- doing

    def carry_out(self) -> None:
        """Do what is on screen."""
        self.do_row.go()

    def _send_do(self, then: Callable[[Any], object], failed: Callable[[Failure], object]) -> Errand | None:
        plan = self.plan
        if plan is None:
            return None
        desk, actor = long_work.desk_beside(self._workplace), self._workplace.actor
        admin = odoo_facts.administrator(self.user.text().strip(), self.secret.text())
        return long_work.sent(
            self,
            self._workplace,
            lambda errand: odoo_facts.carry_out(desk, actor, admin, plan, self._tell, errand),
            then,
            failed,
        )

    def _tell(self, number: int, total: int, step: Step) -> None:
        """From the errand's thread to the window's."""
        try:
            self._told.emit(number, total, step)
        except RuntimeError:  # the dialog was closed: whoever closed it does not want to know
            return

    def _show_progress(self, number: int, total: int, step: Step) -> None:
        if self.do_row.is_away:
            self.do_row.bar.setRange(0, total)
            self.do_row.bar.setValue(number - 1)
            self.progress.setText(
                t("cli.odoo_setup_progress", done=number, total=total, what=render(step.says))
            )

    def _has_begun(self) -> None:
        self.problem.clear()
        self.area.setEnabled(False)
        self.progress.setText(t("settings.odoo.doing"))
        self.progress.show()

    def _was_done(self, done: tuple[Done, ...]) -> None:
        plan = self.plan
        assert plan is not None  # nothing forgets it while it is carried out
        self._rest()
        self._workplace.bridge.announce(frozenset({Change.ACCOUNTS}))
        lines = [_became(one) for one in done]
        lines += [
            Line(Tone.NEUTRAL, render(step.says), t("settings.odoo.not_tried"))
            for step in plan.steps[len(done) :]
        ]
        lines += [Line(Tone.OK, render(one.says)) for one in plan.choices]
        left = [one.costs for one in plan.decisions if one.costs is not None]
        lines += [Line(Tone.WARN, render(one)) for one in left]
        whole = len(done) == len(plan.steps) and all(one.failure is None for one in done)
        self.outcome.set_title(t("settings.odoo.all_done") if whole else t("settings.odoo.part_done"))
        self.outcome_head.setText(t("settings.odoo.done_note"))
        self.outcome_lines.show_lines(lines)
        self.outcome.show()
        self.secret.clear()
        self._forget_plan()
        self.decisions.clear()
        self.products.show_products(())
        self.area.verticalScrollBar().setValue(0)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ended.emit()

    def _was_refused(self, failure: Failure) -> None:
        self._rest()
        self.problem.show_words(
            Tone.BAD, render(failure.title), render(failure.happened), render(failure.todo)
        )
        self.area.verticalScrollBar().setValue(0)
        self.refused.emit(failure.code)

    def _rest(self) -> None:
        self.area.setEnabled(True)
        self.progress.hide()

    # -- closing

    def reject(self) -> None:
        """While something is done it is asked to end after the present step; whoever asks twice does not wait."""
        if self.do_row.is_away and self.do_row.stop_button.isEnabled():
            self.do_row.stop()
            self.progress.setText(t("settings.odoo.stopping"))
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The frame's own button asks as Esc does."""
        if self.do_row.is_away and self.do_row.stop_button.isEnabled():
            self.reject()
            event.ignore()
            return
        super().closeEvent(event)

    # -- what it is made of

    def _who(self) -> None:
        card = Card(t("settings.odoo.who"))
        card.add(PlainLabel(t("settings.odoo.who_note"), "note", wrap=True))
        self.form = Form()
        self.user, self.secret = QLineEdit(), QLineEdit()
        for field in (self.user, self.secret):
            field.setMaxLength(4000)
            field.textEdited.connect(lambda _: self._forget_plan())
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.form.add("user", t("settings.odoo.admin_user"), self.user)
        self.form.add("secret", t("settings.odoo.admin_secret"), self.secret, t("settings.odoo.admin_note"))
        self.rights = QCheckBox(t("settings.odoo.give_rights"))
        self.rights.setChecked(True)
        self.rights.toggled.connect(lambda _: self._plan_again())
        self.form.add_row(self.rights)
        card.add(self.form)
        self.look_button = ShortcutButton(msg("settings.odoo.look"), "Ctrl+L", icon="search")
        self.look_button.setDefault(True)  # Enter in a field looks, and changes nothing
        self.look_row = ErrandRow(
            self.look_button, self._send_look, t("settings.odoo.looking"), t("settings.bm.stop_waiting")
        )
        self.look_row.begun.connect(self._forget_plan)
        self.look_row.begun.connect(self.problem.clear)
        self.look_row.answered.connect(self._was_looked)
        self.look_row.refused.connect(self._was_refused)
        self.look_row.given_up.connect(
            lambda: self.problem.show_words(Tone.NEUTRAL, t("settings.bm.stopped"))
        )
        card.add(self.look_row)
        self.area.column.addWidget(card)

    def _lines_card(self, title: str = "") -> tuple[Card, PlainLabel, Lines]:
        card, head, lines = (
            Card(title or t("settings.odoo.steps")),
            PlainLabel("", "note", wrap=True),
            Lines(),
        )
        if not title:
            card.add(head)
        card.add(lines)
        card.hide()
        self.area.column.addWidget(card)
        return card, head, lines

    def _products(self) -> None:
        self.products_card = Card(t("settings.odoo.products"))
        self.products_card.add(PlainLabel(t("settings.odoo.products_note"), "note", wrap=True))
        self.products = ProductList()
        self.products.ticked.connect(self._plan_again)
        self.products_card.add(self.products)
        self.area.column.addWidget(self.products_card)

    def _choices(self) -> None:
        self.choices_card = Card(t("settings.odoo.chosen"))
        self.choices_card.add(PlainLabel(t("settings.odoo.choices_note"), "note", wrap=True))
        self.decisions = DecisionForm()
        self.decisions.picked.connect(self._plan_again)
        self.choices_card.add(self.decisions)
        self.area.column.addWidget(self.choices_card)

    def _foot(self) -> QVBoxLayout:
        self.progress = PlainLabel("", wrap=True)
        self.progress.hide()
        self.do_button = ShortcutButton(msg("settings.odoo.do"), "Ctrl+S", kind="primary")
        self.do_row = ErrandRow(
            self.do_button,
            self._send_do,
            t("settings.odoo.doing"),
            t("settings.odoo.stop_doing"),
            patient=True,
        )
        self.do_row.begun.connect(self._has_begun)
        self.do_row.answered.connect(self._was_done)
        self.do_row.refused.connect(self._was_refused)
        self.close_button = QPushButton(t("sync_page.close"))
        self.close_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.do_row, 1)
        row.addWidget(self.close_button)
        foot = QVBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.progress)
        foot.addLayout(row)
        return foot

    def _scroll(self, sign: int) -> None:
        bar = self.area.verticalScrollBar()
        bar.setValue(bar.value() + sign * round(_STEP_OF_SCROLL * self.area.viewport().height()))


def _became(one: Done) -> Line:
    says = render(one.step.says)
    if one.failure is not None:
        return Line(Tone.BAD, t("cli.odoo_setup_not_done", what=says), refusal_words(one.failure))
    return Line(Tone.OK, says, "" if one.changed else t("settings.odoo.was_there"))
