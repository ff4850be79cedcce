"""A product as a form. A draft from the bench becomes a product by being saved."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from bmdesk.domain.identifiers import Ean, NotAnEan
from bmdesk.domain.policy import CATEGORIES
from bmdesk.services.company import Saved
from bmdesk.services.goods import catalog
from bmdesk.services.goods.catalog import BadVariant, VariantForm, form_of
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.products.words import field_words
from bmdesk.ui.widgets.edit_table import EditColumn, EditTable
from bmdesk.ui.widgets.form_dialog import FormDialog
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import category_words, refusal_words
from bmdesk.ui.workplace import Workplace

_LINES = (
    ("model_code", 64),
    ("brand", 120),
    ("model", 200),
    ("storage", 40),
    ("colour", 80),
    ("ean", 20),
    ("backmarket_product_id", 60),
    ("new_price", 20),
    ("currency", 3),
    ("new_price_on", 10),
    ("new_price_source", 120),
    ("weight_g", 9),
)


class ProductDialog(FormDialog):
    """`saved` fires with the id. Without a row it makes a new product."""

    saved = Signal(str)

    def __init__(
        self, parent: QWidget, workplace: Workplace, row: VariantRow | None, currency: str = ""
    ) -> None:
        title = t("products.edit", product=row.title[:90]) if row else t("products.new")
        note = t("products.draft_note") if row and row.draft else ""
        super().__init__(parent, title, msg("products.save"), note)
        self.workplace = workplace
        self.row = row
        self.fields: dict[str, QLineEdit] = {}
        self._build(row.category if row else CATEGORIES[0])
        self._fill(form_of(row) if row else VariantForm(currency=currency))
        self.fields["model_code"].setFocus()

    def form(self) -> VariantForm:
        """What stands in the fields."""
        words = {name: field.text() for name, field in self.fields.items()}
        attributes = tuple((row["name"], row["value"]) for row in self.attributes.rows() if row["name"])
        return VariantForm(**words, category=self.category.value(), attributes=attributes)

    def save(self) -> None:
        self.show_errors({})
        self.workplace.write(
            catalog.save_variant,
            self.row.id if self.row else None,
            self.form(),
            then=self._was_saved,
            failed=self._was_refused,
            button=self.save_button,
        )

    def _was_saved(self, saved: Saved) -> None:
        self.saved.emit(saved.id)
        self.accept()

    def _was_refused(self, failure: Failure) -> None:
        if not isinstance(failure, BadVariant):
            self.show_errors({"": refusal_words(failure)})
            return
        errors: dict[str, str] = {}
        for problem in failure.problems:
            words = render(problem.reason)
            words = words[:1].upper() + words[1:]
            if problem.field not in self.fields and problem.field != "category":
                words = f"{field_words(problem.field)}: {words}"
            errors.setdefault(problem.field, words)
        self.show_errors(errors)

    def _check_ean(self) -> None:
        """An EAN is printed with a check digit: a wrong one is said as soon as the field is left."""
        typed = self.fields["ean"].text().strip()
        error = ""
        if typed:
            try:
                Ean.parse(typed)
            except NotAnEan as wrong:
                error = render(wrong.reason)
        self._ean_said.setText(error)
        self._ean_said.setVisible(bool(error))
        mark(self.fields["ean"], wrong=bool(error))

    def _forget_day(self) -> None:
        """Day and source were those of the price before: another one has its own, today's where none is given."""
        for name in ("new_price_on", "new_price_source"):
            if self.row is not None and self.fields[name].text() == str(getattr(form_of(self.row), name)):
                self.fields[name].clear()

    def _fill(self, form: VariantForm) -> None:
        for name, field in self.fields.items():
            field.setText(str(getattr(form, name)))
        self.attributes.set_rows([{"name": name, "value": value} for name, value in form.attributes])

    def _build(self, category: str) -> None:
        for name, longest in _LINES:
            field = QLineEdit()
            field.setMaxLength(longest)
            self.fields[name] = field
        names = list(dict.fromkeys((*CATEGORIES, category)))
        self.category = ChoiceBox(
            t("products.field.category"), [(name, category_words(name)) for name in names]
        )
        self.category.set_value(category)
        _, form = self.add_card()
        form.add("model_code", field_words("model_code"), self.fields["model_code"], t("products.code_note"))
        form.add("brand", field_words("brand"), self.fields["brand"])
        form.add("model", field_words("model"), self.fields["model"])
        form.add("category", field_words("category"), self.category, t("products.category_note"))
        form.add("storage", field_words("storage"), self.fields["storage"])
        form.add("colour", field_words("colour"), self.fields["colour"])
        card, more = self.add_card(t("products.more"))
        more.add("ean", field_words("ean"), self.fields["ean"])
        self._ean_said = PlainLabel("", "error", wrap=True)
        self._ean_said.hide()
        more.add_row(self._ean_said)
        self.fields["ean"].editingFinished.connect(self._check_ean)
        more.add(
            "backmarket_product_id",
            field_words("backmarket_product_id"),
            self.fields["backmarket_product_id"],
        )
        more.add("new_price", field_words("new_price"), self.fields["new_price"], t("products.price_note"))
        self.fields["currency"].setFixedWidth(px(80))
        more.add("currency", field_words("currency"), self.fields["currency"])
        more.add(
            "new_price_on",
            field_words("new_price_on"),
            self.fields["new_price_on"],
            t("products.price_on_note"),
        )
        self.fields["new_price_source"].setPlaceholderText(t("products.by_hand"))
        more.add("new_price_source", field_words("new_price_source"), self.fields["new_price_source"])
        self.fields["new_price"].textEdited.connect(self._forget_day)
        more.add("weight_g", field_words("weight_g"), self.fields["weight_g"])
        self.attributes = EditTable(
            t("products.attributes"),
            (
                EditColumn("name", t("products.attribute_name"), 200),
                EditColumn("value", t("products.attribute_value")),
            ),
            {"name": "", "value": ""},
        )
        self.attributes.setMinimumHeight(px(190))
        card.add(PlainLabel(t("products.attributes"), "heading"))
        card.add(PlainLabel(t("products.attributes_note"), "note", wrap=True))
        card.add(self.attributes)
