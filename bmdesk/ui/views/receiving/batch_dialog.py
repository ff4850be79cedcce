"""A batch as a form: where it comes from, what it cost, and what holds for every unit in it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from bmdesk.services.desk import Desk
from bmdesk.services.goods import catalog, receiving
from bmdesk.services.goods.receiving import (
    SOURCES,
    VAT_SCHEMES,
    BadBatch,
    Batch,
    BatchForm,
    BatchSaved,
    Preset,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.texts import Failure, Text, msg, render, t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.form_dialog import FormDialog
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.words import refusal_words, sentence
from bmdesk.ui.workplace import Workplace

_OFFERED = 40


@dataclass(frozen=True, slots=True)
class Offers:
    """What the form offers to choose from: accessories by category, ways to erase, and what a new batch begins with."""

    currency: str
    vat_scheme: str
    warehouse: str
    bin: str
    accessories: dict[str, tuple[tuple[str, str], ...]]
    erasures: tuple[tuple[str, str], ...]


def offers(desk: Desk) -> Offers:
    """Read them in one snapshot."""

    def work(connection: Connection) -> Offers:
        policies = desk.policies(connection)
        erasures: dict[str, str] = {}
        accessories = {}
        for category, checklist in policies.checklists.items():
            accessories[category] = tuple((a.code, a.title) for a in checklist.accessories)
            erasures.update((method.code, method.title) for method in checklist.erasure_methods)
        said = policies.settings
        return Offers(
            policies.currency,
            said["receiving.vat_scheme"],
            said["receiving.warehouse"],
            said["receiving.bin"],
            accessories,
            tuple(erasures.items()),
        )

    return desk.read(work)


class BatchDialog(FormDialog):
    """`saved` fires with what was saved. A batch of None makes a new one, with the suggested code."""

    saved = Signal(object)  # BatchSaved

    def __init__(
        self, parent: QWidget, workplace: Workplace, offered: Offers, batch: Batch | None, code: str = ""
    ) -> None:
        title = t("batches.edit", batch=batch.code[:60]) if batch else t("batches.new")
        note = t("batches.incomplete_note") if batch and batch.incomplete else ""
        super().__init__(parent, title, msg("batches.save"), note)
        self.workplace = workplace
        self.batch = batch
        self._offered = offered
        self._accessories: dict[str, Segmented] = {}
        self._kept_accessories: dict[str, bool] = {}
        self._category = ""
        self._accessory_form = Form()
        self._build()
        if batch is not None:
            self._fill(receiving.form_of(batch))
        else:
            fresh = BatchForm(
                code,
                currency=offered.currency,
                vat_scheme=offered.vat_scheme,
                warehouse=offered.warehouse,
                bin=offered.bin,
            )
            self._fill(fresh)
        self.source.setFocus()

    def form(self) -> BatchForm:
        """What stands in the fields."""
        accessories = {
            **self._kept_accessories,
            **{code: choice.value() == "yes" for code, choice in self._accessories.items() if choice.value()},
        }
        for code, choice in self._accessories.items():
            if choice.value() == "":
                accessories.pop(code, None)
        return BatchForm(
            code=self.code.text().strip(),
            source=self.source.value(),
            supplier=self.supplier.text().strip(),
            unit_cost=self.cost.text().strip(),
            currency=self.currency.text().strip(),
            vat_scheme=self.vat.value(),
            warehouse=self.warehouse.text().strip(),
            bin=self.bin.text().strip(),
            preset=Preset(
                self.model.text().partition(" · ")[0].strip(),
                tuple(sorted(accessories.items())),
                self.erasure.value(),
                self.lock_method.text().strip(),
                self.labour.text().strip(),
            ),
            note=self.note.toPlainText().strip(),
        )

    def save(self) -> None:
        self.show_errors({})
        form = self.form()
        if not form.source:
            self.show_errors({"source": t("batches.source_needed")})
            return
        if self.batch is None:
            self.workplace.write(
                receiving.open_batch,
                form,
                then=self._was_saved,
                failed=self._was_refused,
                button=self.save_button,
            )
        else:
            self.workplace.write(
                receiving.change_batch,
                self.batch.id,
                form,
                self.workplace.actor,
                then=self._was_saved,
                failed=self._was_refused,
                button=self.save_button,
            )

    def _was_saved(self, saved: BatchSaved) -> None:
        self.saved.emit(saved)
        self.accept()

    def _was_refused(self, failure: Failure) -> None:
        if isinstance(failure, BadBatch):
            reason = failure.params["reason"]
            words = render(reason) if isinstance(reason, Text) else str(reason)
            self.show_errors({failure.field: words[:1].upper() + words[1:]})
        else:
            self.show_errors({"": refusal_words(failure)})

    def _fill(self, form: BatchForm) -> None:
        for field, value in (
            (self.code, form.code),
            (self.supplier, form.supplier),
            (self.cost, form.unit_cost),
            (self.currency, form.currency),
            (self.warehouse, form.warehouse),
            (self.bin, form.bin),
            (self.model, form.preset.model_code),
            (self.lock_method, form.preset.lock_method),
            (self.labour, form.preset.labour_minutes),
        ):
            field.setText(value)
        self.source.set_value(form.source)
        self.vat.set_value(form.vat_scheme)
        if form.preset.erasure_method and self.erasure.findData(form.preset.erasure_method) < 0:
            self.erasure.addItem(form.preset.erasure_method, form.preset.erasure_method)
        self.erasure.set_value(form.preset.erasure_method)
        self.note.setPlainText(form.note)
        self._kept_accessories = dict(form.preset.accessories)
        self._look_up(form.preset.model_code)

    # -- the model decides which accessories are asked

    def _look_up(self, words: str) -> None:
        self.workplace.read(
            catalog.list_variants,
            words.partition(" · ")[0],
            "",
            _OFFERED,
            then=self._offer,
            key=(id(self), "models"),
        )

    def _offer(self, variants: tuple[VariantRow, ...]) -> None:
        self._models.setStringList([f"{row.model_code} · {row.title}" for row in variants])
        typed = self.model.text().partition(" · ")[0].strip().casefold()
        chosen = next((row for row in variants if row.model_code.casefold() == typed), None)
        self._ask_accessories(chosen.category if chosen else "")

    def _ask_accessories(self, category: str) -> None:
        if category == self._category and self._accessories:
            return
        self._category = category
        for code, choice in self._accessories.items():
            if choice.value():
                self._kept_accessories[code] = choice.value() == "yes"
        asked: dict[str, str] = {}
        for name, known in self._offered.accessories.items():
            if category in ("", name):
                asked.update(known)
        if not category:  # without a model only what the batch says already, and the two that every box has
            common = {"BOX", "CABLE", *self._kept_accessories}
            asked = {code: words for code, words in asked.items() if code in common}
        self._rebuild_accessories(asked)

    def _rebuild_accessories(self, asked: dict[str, str]) -> None:
        fresh = Form()
        self._accessories = {}
        segments = [
            Segment("yes", t("batches.yes")),
            Segment("no", t("batches.no")),
            Segment("", t("batches.each")),
        ]
        for code, words in asked.items():
            choice = Segmented(words, segments, small=True)
            kept = self._kept_accessories.get(code)
            choice.set_value("" if kept is None else "yes" if kept else "no")
            choice.setMaximumWidth(px(300))
            fresh.add(f"accessory.{code}", words, choice)
            self._accessories[code] = choice
        self._presets.body.replaceWidget(self._accessory_form, fresh)
        self._accessory_form.deleteLater()
        self._accessory_form = fresh

    # -- how it is put together

    def _build(self) -> None:
        _, form = self.add_card()
        self.code, self.supplier = _line(64), _line(200)
        self.source = ChoiceBox(
            t("batches.source"),
            [("", t("batches.choose")), *((s, sentence(render(receiving.source_text(s)))) for s in SOURCES)],
        )
        form.add("source", t("batches.source"), self.source)
        form.add("supplier", t("batches.supplier"), self.supplier)
        form.add("code", t("batches.code"), self.code, t("batches.code_note"))
        self.cost, self.currency = _line(20), _line(3)
        self.currency.setFixedWidth(px(80))
        self.currency.setAccessibleName(t("batches.currency"))
        form.add("unit_cost", t("batches.cost"), self.cost, t("batches.cost_note"))
        form.add("currency", t("batches.currency"), self.currency)
        self.vat = ChoiceBox(t("batches.vat"), [(s, render(Text(f"vat.{s}"))) for s in VAT_SCHEMES])
        form.add("vat_scheme", t("batches.vat"), self.vat, t("batches.vat_note"))
        self.warehouse, self.bin = _line(40), _line(40)
        place = QWidget()
        mark(place, kind="clear")
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.warehouse)
        row.addWidget(self.bin)
        self.warehouse.setAccessibleName(t("batches.warehouse"))
        self.bin.setAccessibleName(t("batches.bin"))
        form.add("bin", t("batches.place"), place, t("batches.place_note"))
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(px(70))
        form.add("note", t("batches.note"), self.note)
        self._presets, preset = self.add_card(t("batches.presets"))
        self.model = _line(120)
        self._models = QStringListModel(self)
        offered = QCompleter(self._models, self)
        offered.setFilterMode(Qt.MatchFlag.MatchContains)
        offered.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.model.setCompleter(offered)
        self.model.setPlaceholderText(t("batches.model_hint"))
        self.model.textEdited.connect(self._look_up)
        self.model.editingFinished.connect(lambda: self._look_up(self.model.text()))
        preset.add("model_code", t("batches.model"), self.model, t("batches.presets_note"))
        self.erasure = ChoiceBox(t("batches.erasure"), [("", t("batches.each")), *self._offered.erasures])
        preset.add("erasure_method", t("batches.erasure"), self.erasure)
        self.lock_method = _line(80)
        self.lock_method.setPlaceholderText(t("batches.each"))
        preset.add("lock_method", t("batches.lock_method"), self.lock_method)
        self.labour = _line(6)
        self.labour.setPlaceholderText("0")
        preset.add("labour_minutes", t("batches.labour"), self.labour)
        self._presets.add(self._accessory_form)


def _line(longest: int) -> QLineEdit:
    field = QLineEdit()
    field.setMaxLength(longest)
    return field
