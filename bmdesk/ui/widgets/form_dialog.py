"""A form in a window of its own: fields that scroll where the screen is low, Save and Cancel, all by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from bmdesk.domain.scan import clean
from bmdesk.texts import Text
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.workplace import is_badge


class FormDialog(QDialog):
    """Subclasses fill `forms` by `add_card` and override `save`; `error` says what belongs to no field."""

    def __init__(self, parent: QWidget, title: str, save: Text, note: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(700, screen.width() - 60), min(760, screen.height() - 60))
        self.forms: list[Form] = []
        self.area = ScrollColumn()
        self.error = PlainLabel("", "error", wrap=True)
        self.error.hide()
        self.save_button = ShortcutButton(save, "Ctrl+S", kind="primary")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(title, "title", wrap=True))
        if note:
            column.addWidget(PlainLabel(note, wrap=True))
        column.addWidget(self.area, 1)
        column.addWidget(self.error)
        column.addLayout(Answers(self, self.save_button))

    def add_card(self, title: str = "") -> tuple[Card, Form]:
        """One more card with a form."""
        card, form = Card(title), Form()
        card.add(form)
        self.forms.append(form)
        self.area.column.addWidget(card)
        return card, form

    def show_errors(self, errors: dict[str, str]) -> None:
        """Mark the fields; what no field has stands beside the buttons."""
        known: set[str] = set()
        for form in self.forms:
            mine = {key: words for key, words in errors.items() if _has(form, key)}
            known |= mine.keys()
            form.show_errors(mine)
        rest = [words for key, words in errors.items() if key not in known]
        self.error.setText(" ".join(rest))
        self.error.setVisible(bool(rest))

    def take_scan(self, text: str) -> bool:
        """A scan while the form is open goes into the field with the focus; False for a badge, which signs in."""
        if is_badge(text):
            return False
        field = self.focusWidget()
        if isinstance(field, QLineEdit) and not field.isReadOnly():
            field.setText(clean(text))
        return True

    def save(self) -> None:
        """Keep what stands in the fields."""
        raise NotImplementedError


def _has(form: Form, key: str) -> bool:
    try:
        form.field(key)
    except KeyError:
        return False
    return True
