"""One question, two answers, by keyboard: Enter does what the button says, Esc does nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.growing_dialog import GrowingDialog
from bmdesk.ui.widgets.label import PlainLabel


class Confirm(GrowingDialog):
    """Asks without blocking: `Confirm(...).open()`, and `then` is called only on yes.

    With `reason` (a field label) the person must also say why; `then` gets the words. `danger` asks for a
    second look: Cancel has the focus then, or the reason, and Enter answers only once one was given.
    """

    def __init__(
        self,
        parent: QWidget,
        question: str,
        what_happens: str,
        yes: str,
        then: Callable[[str], object],
        *,
        reason: str = "",
        danger: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(question)
        self.setModal(True)
        self.setMinimumWidth(px(440))
        self._then = then
        self.reason = QLineEdit()
        self.reason.setAccessibleName(reason)
        self.reason.setPlaceholderText(reason)
        self.reason.setMaxLength(300)
        self.reason.setVisible(bool(reason))
        self.yes = QPushButton(yes)
        mark(self.yes, kind="danger" if danger else "primary")
        self.yes.clicked.connect(self.accept)
        answers = Answers(self, self.yes)
        self.no = answers.no
        (self.no if danger and not reason else self.yes).setDefault(True)
        if reason:
            self.yes.setEnabled(False)
            self.reason.textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(question, "heading", wrap=True))
        column.addWidget(PlainLabel(what_happens, wrap=True))
        column.addWidget(self.reason)
        column.addSpacing(6)
        column.addLayout(answers)
        first = self.reason if reason else (self.no if danger else self.yes)
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.accepted.connect(lambda: self._then(self.reason.text().strip()))
