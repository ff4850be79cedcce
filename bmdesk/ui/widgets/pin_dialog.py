"""Asks whoever is signed in for their PIN, by keyboard or on a pad for gloves. Whether it fits, a service says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QVBoxLayout

from bmdesk.services import rights
from bmdesk.system import pins
from bmdesk.texts import Failure, Text, render, t
from bmdesk.ui.theme import mark, set_icon
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.growing_dialog import GrowingDialog
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace


def pin_field(name: str) -> QLineEdit:
    """A field that takes digits and shows none."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setMaxLength(pins.LONGEST)
    field.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]*"), field))
    field.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
    field.setAccessibleName(name)
    return field


class PinDialog(GrowingDialog):
    """`then` is called once the PIN was right; `left` when the person went away without one."""

    def __init__(
        self, workplace: Workplace, what: Text, then: Callable[[], object], left: Callable[[], object]
    ) -> None:
        super().__init__(workplace.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("pin.title"))
        self.setModal(True)
        self.setMinimumWidth(360)
        self._workplace = workplace
        self._then = then
        self.field = pin_field(t("pin.title"))
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.error = PlainLabel("", "error", wrap=True)
        self.error.hide()
        self.yes = QPushButton(t("pin.yes"))
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.setEnabled(False)
        self.yes.clicked.connect(self._try)
        self.field.textChanged.connect(self._typed)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        person = workplace.operator.name if workplace.operator else ""
        column.addWidget(PlainLabel(t("pin.of", name=person), "heading", wrap=True))
        column.addWidget(PlainLabel(t("pin.for", what=render(what)), "note", wrap=True))
        column.addWidget(self.field)
        column.addWidget(self.error)
        column.addLayout(self._pad())
        column.addLayout(Answers(self, self.yes))
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.rejected.connect(left)
        # Somebody else's badge: it is no longer this person who is asked.
        workplace.operator_changed.connect(self.reject)

    def _pad(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, digit in enumerate("123456789"):
            grid.addWidget(self._key(digit), number // 3, number % 3)
        grid.addWidget(self._key("0"), 3, 1)
        back = QPushButton()
        set_icon(back, "undo", "text")
        back.setAccessibleName(t("pin.back"))
        back.setToolTip(t("pin.back"))
        mark(back, kind="digit")
        back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        back.setAutoDefault(False)
        back.clicked.connect(self.field.backspace)
        grid.addWidget(back, 3, 2)
        return grid

    def _key(self, digit: str) -> QPushButton:
        key = QPushButton(digit)
        mark(key, kind="digit")
        # The keyboard has digits of its own: Tab need not walk through ten of them.
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.setAutoDefault(False)
        key.clicked.connect(lambda: self.field.insert(digit))
        return key

    def _typed(self, text: str) -> None:
        self.yes.setEnabled(len(text) >= pins.SHORTEST)
        if text:
            self.error.hide()

    def _try(self) -> None:
        place = self._workplace
        person = place.operator
        if person is None or not self.yes.isEnabled():
            return
        self.yes.setEnabled(False)
        # Slow on purpose, so not on the writer's thread: only its two small writes go there.
        desk = replace(place.desk, through=place.bridge.run)
        place.bridge.read(
            rights.prove, desk, person.code, self.field.text(), then=self._right, failed=self._wrong
        )

    def _right(self, _: object) -> None:
        if not self.isVisible():  # somebody else works here by now: it was not their PIN
            return
        self.accept()
        self._then()

    def _wrong(self, failure: Failure) -> None:
        self.field.clear()
        self.field.setFocus()
        self.error.setText(refusal_words(failure))
        self.error.show()
