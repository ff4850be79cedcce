"""Before a line is cancelled or its money given back: what that does, a reason, and nothing by a slip of the finger."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.money import Money
from bmdesk.domain.orders import REASONS, reason_text, undoing
from bmdesk.services.orders import handling
from bmdesk.services.orders.order_shown import LineDetail
from bmdesk.texts import Failure, Text, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.growing_dialog import GrowingDialog
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import money, refusal_words, sentence
from bmdesk.ui.workplace import Workplace

_LONGEST = 500
ALL, PART = "all", "part"


class UndoDialog(GrowingDialog):
    """Cancel (`refund` False) or refund this line of this order. `asked` once the service took it."""

    asked = Signal()

    def __init__(
        self, parent: QWidget, workplace: Workplace, order: int, line: LineDetail, *, refund: bool
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workplace, self._line, self._refund = workplace, line, refund
        title = (
            t("orders_page.refund_title", order=order)
            if refund
            else t("orders_page.cancel_title", order=order)
        )
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(min(580, parent.window().width() - 80))
        goods = " · ".join(filter(None, (broken(line.title or line.sku_text, 120), money(line.price))))
        self.effect = PlainLabel(t("orders_page.asking_effect"), wrap=True)
        self.form = Form()
        reasons = [(code, sentence(render(reason_text(code)))) for code in REASONS]
        self.reason = ChoiceBox(t("orders_page.reason"), [("", t("orders_page.choose_reason")), *reasons])
        self.scope = ChoiceBox(
            t("orders_page.how_much"),
            [(ALL, t("orders_page.whole", amount=money(line.price))), (PART, t("orders_page.part"))],
        )
        self.amount = QLineEdit()
        self.amount.setMaxLength(20)
        self.amount.setPlaceholderText(line.currency)
        self.message = QLineEdit()
        self.message.setMaxLength(_LONGEST)
        self.form.add("reason", t("orders_page.reason"), self.reason)
        # Only what has been shipped can be given back in part; before, the line goes back as a whole.
        self._parts = refund and undoing(line.state, whole=False) is not None
        if self._parts:
            self.form.add("scope", t("orders_page.how_much"), self.scope)
            self.form.add("amount", t("orders_page.amount", currency=line.currency), self.amount)
        self.form.add("message", t("orders_page.message"), self.message, t("orders_page.message_note"))
        self.error = PlainLabel("", "error", wrap=True)
        self.error.hide()
        yes = msg("orders_page.refund_yes") if refund else msg("orders_page.cancel_yes")
        self.yes = ShortcutButton(yes, "Ctrl+Return", kind="danger")
        self.yes.setAutoDefault(False)
        self.no = QPushButton(t("orders_page.leave_it"))
        self.no.setDefault(True)
        self._build(title, goods)
        self._connect()
        self._show_amount()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        if refund:
            self._show_effect(t("orders_page.refund_effect"))
        else:
            workplace.read(
                handling.effect_of_cancel,
                line.id,
                then=self._say_effect,
                failed=self._no_effect,
                key=id(self),
            )

    def save(self) -> None:
        """Ask the service; what is missing or wrong is said beside its field."""
        wrong = {}
        amount: Money | None = None
        if not self.reason.value():
            wrong["reason"] = t("orders_page.reason_needed")
        if self._parts and self.scope.value() == PART:
            try:
                amount = Money.parse(self.amount.text(), self._line.currency)
            except Failure as failure:
                wrong["amount"] = refusal_words(failure)
        self.form.show_errors(wrong)
        if wrong:
            return
        place, reason, message = self._workplace, self.reason.value(), self.message.text().strip()
        if self._refund:
            args = (place.actor, self._line.id, reason, amount, message)
            place.write(handling.refund, *args, then=self._done, failed=self._refused, button=self.yes)
        else:
            args_ = (place.actor, self._line.id, reason, message)
            place.write(handling.cancel, *args_, then=self._done, failed=self._refused, button=self.yes)

    def _done(self, _result: object) -> None:
        self.accept()
        self.asked.emit()

    def _refused(self, failure: Failure) -> None:
        self.error.setText(broken(refusal_words(failure), 800))
        self.error.show()

    def _say_effect(self, effect: Text) -> None:
        self._show_effect(f"{t('orders_page.cancel_effect')} {render(effect)}")

    def _no_effect(self, failure: Failure) -> None:
        self._show_effect(refusal_words(failure))

    def _show_effect(self, words: str) -> None:
        self.effect.setText(broken(words, 1200))

    def _show_amount(self) -> None:
        part = self._parts and self.scope.value() == PART
        self.amount.setEnabled(part)
        if part:
            self.amount.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, title: str, goods: str) -> None:
        notice = QFrame()
        mark(notice, kind="banner", tone=str(Tone.WARN))
        said = QVBoxLayout(notice)
        said.setContentsMargins(12, 10, 12, 10)
        said.addWidget(PlainLabel(t("orders_page.what_happens"), "caption"))
        said.addWidget(self.effect)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.no)
        row.addWidget(self.yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(title, "heading", wrap=True))
        column.addWidget(PlainLabel(goods, "note", wrap=True))
        column.addWidget(notice)
        column.addWidget(self.form)
        column.addWidget(self.error)
        column.addLayout(row)

    def _connect(self) -> None:
        self.scope.currentIndexChanged.connect(lambda _: self._show_amount())
        self.yes.clicked.connect(self.save)
        self.no.clicked.connect(self.reject)
