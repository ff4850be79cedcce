"""What the room asks before it acts: one field or a few, Enter does it, Esc does nothing. No rule: services refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.cards import parse_place
from bmdesk.texts import t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel

Values = dict[str, str]
_Field = TypeVar("_Field", QLineEdit, ChoiceBox)


class Asking(QDialog):
    """A small form. `check(values)` answers {field: what is wrong}; `then(values)` runs once it answers {}."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        note: str,
        yes: str,
        then: Callable[[Values], object],
        check: Callable[[Values], dict[str, str]] = lambda _: {},
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(px(480))
        self._then = then
        self._check = check
        self.form = Form()
        self._fields: dict[str, QLineEdit | ChoiceBox] = {}
        self.yes = QPushButton(yes)
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self._try)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(title, "heading", wrap=True))
        if note:
            column.addWidget(PlainLabel(note, wrap=True))
        column.addWidget(self.form)
        column.addLayout(Answers(self, self.yes))

    def words(self, key: str, label: str, value: str = "", note: str = "", longest: int = 300) -> QLineEdit:
        """A field of words."""
        field = QLineEdit(value)
        field.setMaxLength(longest)
        return self._add(key, label, field, note)

    def choice(self, key: str, label: str, choices: list[tuple[str, str]], value: str = "") -> ChoiceBox:
        """One of a few."""
        field = ChoiceBox(label, choices)
        field.set_value(value)
        return self._add(key, label, field)

    def takes_bin(self, place: str) -> bool:
        """A bin was scanned while this question is open: it is the answer, where a bin is asked for."""
        field = self._fields.get("bin")
        if not isinstance(field, QLineEdit):
            return False
        field.setText(place)
        self._try()
        return True

    def _add(self, key: str, label: str, field: _Field, note: str = "") -> _Field:
        if not self._fields:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._fields[key] = field
        self.form.add(key, label, field, note)
        return field

    def values(self) -> Values:
        """What stands in the fields now."""
        return {
            key: field.value() if isinstance(field, ChoiceBox) else field.text().strip()
            for key, field in self._fields.items()
        }

    def _try(self) -> None:
        values = self.values()
        wrong = self._check(values)
        self.form.show_errors(wrong)
        if not wrong:
            self.accept()
            self._then(values)


def needs(*keys: str) -> Callable[[Values], dict[str, str]]:
    """A check that these fields hold something."""
    return lambda values: {key: t("units_page.field_needed") for key in keys if not values[key]}


def place_check(values: Values) -> dict[str, str]:
    """A check that the field `bin` holds a bin, with or without its warehouse."""
    given = values["bin"]
    readable = parse_place(given if "/" in given else f"-/{given}") is not None
    return {} if readable else {"bin": t("units_page.bin_unreadable")}
