"""The foot of a question: Cancel and the answer, at the right, as every question has them."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget

from bmdesk.texts import t


class Answers(QHBoxLayout):
    """`yes` is the answer; `no` says Cancel and closes the dialog, also by Enter while it has the focus. `left` is what
    stands at the other end.
    """

    def __init__(self, dialog: QDialog, yes: QPushButton, left: QWidget | None = None) -> None:
        super().__init__()
        self.no = QPushButton(t("ui.cancel"))
        self.no.clicked.connect(dialog.reject)
        self.setSpacing(10)
        if left is not None:
            self.addWidget(left, 1)
        self.addStretch()
        self.addWidget(self.no)
        self.addWidget(yes)
