"""The sheet of a proposal: what a person says of a product that the marketplace does not know."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from bmdesk.domain.proposals import LONGEST_IMAGE, LONGEST_TITLE, MOST_IMAGES, Sheet, wrong_image
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import catalog
from bmdesk.services.goods.catalog import BadVariant
from bmdesk.services.selling import proposals
from bmdesk.services.selling.proposals import Done, Proposed
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.theme import px
from bmdesk.ui.widgets.form_dialog import FormDialog
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.words import grade_words, refusal_words
from bmdesk.ui.workplace import Workplace

_PRODUCT = (("ean", 20), ("weight_g", 9), ("new_price", 20), ("currency", 3))


class SheetDialog(FormDialog):
    """Suggested words stand in the fields until a person writes others. Empty is no fault: what lacks is listed."""

    def __init__(self, parent: QWidget, workplace: Workplace, account_id: str, one: Proposed) -> None:
        variant = one.built.variant
        super().__init__(
            parent,
            t("catalogue_page.sheet", product=variant.title[:90]),
            msg("catalogue_page.keep"),
            t("catalogue_page.sheet_note"),
        )
        self.workplace, self._account, self._one = workplace, account_id, one
        self.fields: dict[str, QLineEdit] = {}
        self._build(one)
        self.fields["title"].setFocus()

    def sheet(self) -> Sheet:
        """What stands in the fields; what was only suggested is not kept."""
        shown, kept = self._one.built.sheet, self._one.built.kept
        before = kept.sheet if kept is not None else Sheet()
        title, description = self.fields["title"].text().strip(), self.description.toPlainText().strip()
        return Sheet(
            title if title != shown.title else before.title,
            description if description != shown.description else before.description,
            tuple(words for one in self._images if (words := one.text().strip())),
            self.grade.value(),
        )

    def save(self) -> None:
        self.show_errors({})
        said = {name: self.fields[name].text() for name, _ in _PRODUCT}
        self.workplace.write(
            _save,
            self.workplace.actor,
            self._account,
            self._one,
            self.sheet(),
            said,
            then=lambda _: self.accept(),
            failed=self._refused,
            button=self.save_button,
        )

    def _refused(self, failure: Failure) -> None:
        if isinstance(failure, BadVariant):
            self.show_errors({one.field: render(one.reason) for one in failure.problems})
        else:
            self.show_errors({"": refusal_words(failure)})

    def _check_images(self) -> None:
        """An address that cannot be fetched is said as soon as its field is left."""
        wrong = {
            f"image_{number}": t("catalogue_page.image_wrong")
            for number, field in enumerate(self._images, 1)
            if field.text().strip() and wrong_image(field.text().strip())
        }
        focused = self.focusWidget()
        self.forms[1].show_errors(wrong)
        if focused is not None:  # whoever goes on is not called back
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, one: Proposed) -> None:
        shown, form_of = one.built.sheet, catalog.form_of(one.built.variant)
        card, form = self.add_card()
        self.fields["title"] = QLineEdit(shown.title)
        self.fields["title"].setMaxLength(LONGEST_TITLE)
        form.add("title", t("proposals.part_title"), self.fields["title"])
        self.description = QPlainTextEdit(shown.description)
        self.description.setTabChangesFocus(True)
        self.description.setMinimumHeight(px(110))
        form.add("description", t("proposals.part_description"), self.description)
        self.grade = ChoiceBox(
            t("catalogue_page.grade"),
            [
                ("", t("catalogue_page.grade_by_stock", grade=grade_words(one.built.grade))),
                *((grade, grade_words(grade)) for grade in proposals.GRADES),
            ],
        )
        self.grade.set_value(shown.grade)
        form.add("grade", t("catalogue_page.grade"), self.grade, t("catalogue_page.grade_note"))
        _, images = self.add_card(t("catalogue_page.images_card"))
        self._images: list[QLineEdit] = []
        for number in range(1, MOST_IMAGES + 1):
            field = QLineEdit(shown.images[number - 1] if number <= len(shown.images) else "")
            field.setMaxLength(LONGEST_IMAGE)
            field.editingFinished.connect(self._check_images)
            self._images.append(field)
            images.add(f"image_{number}", t("proposals.part_image", number=number), field)
        _, product = self.add_card(t("catalogue_page.of_product"))
        words = {
            "ean": t("products.field.ean"),
            "weight_g": t("products.field.weight"),
            "new_price": t("products.field.new_price"),
            "currency": t("products.field.currency"),
        }
        for name, longest in _PRODUCT:
            self.fields[name] = QLineEdit(str(getattr(form_of, name)))
            self.fields[name].setMaxLength(longest)
            product.add(name, words[name], self.fields[name])
        card.setAccessibleName(t("catalogue_page.sheet", product=one.built.variant.title[:90]))


def _save(
    desk: Desk, actor: Actor, account_id: str, one: Proposed, sheet: Sheet, said: dict[str, str]
) -> Done:
    """The product first: where one of its facts is wrong, nothing is kept."""
    row = catalog.variant(desk, one.built.variant.id)
    before = catalog.form_of(row)
    form = replace(before, ean=said["ean"], weight_g=said["weight_g"])
    form = replace(form, new_price=said["new_price"], currency=said["currency"])
    if (form.new_price, form.currency) != (before.new_price, before.currency):
        form = replace(form, new_price_on="", new_price_source="")
    if form != before:
        catalog.save_variant(desk, row.id, form)
    return proposals.save(desk, actor, account_id, row.model_code, sheet)
