"""One question of a leaf, answered for one product: an allowed value chosen, or a text or number typed."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from bmdesk.domain.categories import LONGEST, Kind
from bmdesk.services.selling import category_filling
from bmdesk.services.selling.category_filling import Asked
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.theme import px
from bmdesk.ui.widgets.form_dialog import FormDialog
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace


class AnswerDialog(FormDialog):
    """What is saved is a fact of the product, for every marketplace and for Products."""

    def __init__(self, parent: QWidget, workplace: Workplace, account_id: str, code: str, one: Asked) -> None:
        asked = one.attribute
        super().__init__(
            parent, asked.name, msg("catalogue_page.keep"), t("catalogue_page.answer_note", code=code)
        )
        self.workplace, self._account, self._code, self._one = workplace, account_id, code, one
        self.field: ChoiceBox | QLineEdit
        if asked.kind is Kind.CHOICE and asked.allowed:
            self.field = ChoiceBox(
                asked.name,
                [("", t("catalogue_page.no_answer")), *((value, value) for value in asked.allowed)],
            )
            self.field.set_value(one.answer.theirs)
        else:
            self.field = QLineEdit(one.answer.theirs or one.answer.ours)
            self.field.setMaxLength(LONGEST)
        _, form = self.add_card()
        ours = one.answer.ours
        form.add("value", asked.name, self.field, t("catalogue_page.ours_is", value=ours) if ours else "")
        self.resize(min(560, self.width()), min(px(270), self.height()))
        self.field.setFocus()

    def save(self) -> None:
        """Keep the answer; the dialog stays where it is refused."""
        self.show_errors({})
        value = self.field.value() if isinstance(self.field, ChoiceBox) else self.field.text()
        self.workplace.write(
            category_filling.fill,
            self.workplace.actor,
            self._account,
            self._code,
            self._one.attribute.field,
            value,
            then=lambda _: self.accept(),
            failed=self._refused,
            button=self.save_button,
        )

    def _refused(self, failure: Failure) -> None:
        self.show_errors({"value": refusal_words(failure)})
