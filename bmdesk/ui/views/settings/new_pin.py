"""A new PIN for a person, typed twice; empty takes it off."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from bmdesk.system import pins
from bmdesk.texts import t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pin_dialog import pin_field


class NewPinDialog(QDialog):
    """`then(pin)` once both fields say the same."""

    def __init__(self, parent: QWidget, name: str, then: Callable[[str], object]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("pin.new_title", name=name))
        self.setModal(True)
        self.setMinimumWidth(px(460))
        self._then = then
        self.form = Form()
        self.pin, self.again = pin_field(t("pin.new")), pin_field(t("pin.again"))
        note = t("pin.new_note", shortest=pins.SHORTEST, longest=pins.LONGEST)
        self.form.add("pin", t("pin.new"), self.pin, note)
        self.form.add("again", t("pin.again"), self.again)
        self.yes = QPushButton(t("pin.keep"))
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self._try)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(t("pin.new_title", name=name), "heading", wrap=True))
        column.addWidget(PlainLabel(t("pin.what_for"), wrap=True))
        column.addWidget(self.form)
        column.addLayout(Answers(self, self.yes))
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try(self) -> None:
        pin = self.pin.text()
        wrong = {}
        if pin and not pins.is_pin(pin):
            wrong["pin"] = t("pin.new_note", shortest=pins.SHORTEST, longest=pins.LONGEST)
        elif pin != self.again.text():
            wrong["again"] = t("pin.differ")
        self.form.show_errors(wrong)
        if not wrong:
            self.accept()
            self._then(pin)
