"""The room of products: what devices can be, drafts from the bench first; edited one by one or by a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.domain.commands import SetModel
from bmdesk.domain.policy import CATEGORIES
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.goods import catalog
from bmdesk.services.goods.catalog import CatalogPlan
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import px
from bmdesk.ui.views.products.catalog_import import preview_of
from bmdesk.ui.views.products.counted_dialog import CountedDialog
from bmdesk.ui.views.products.product_dialog import ProductDialog
from bmdesk.ui.views.products.words import FIT, product_columns
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fitting
from bmdesk.ui.widgets.import_dialog import ImportDialog
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.words import category_words
from bmdesk.ui.workplace import Workplace

_PAGE = 500
_MOST = 20_000
_DRAFTS = "draft"


class ProductsPage(QWidget):
    """Enter edits the chosen product; a file dropped here is read as a catalogue."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.header_status = ""
        self._asked = ("", "")
        self.dialog: ProductDialog | None = None
        self.import_dialog: ImportDialog | None = None
        self.counted_dialog: CountedDialog | None = None
        self.setAcceptDrops(True)
        self._build()
        lands_on(self, self.table)
        bind(self, "Ctrl+F", msg("products.search"), self.search.setFocus)
        workplace.bridge.changed.connect(self._on_changed)

    def entered(self) -> None:
        """Show what is stored now."""
        self.load()

    def takes_scan(self, text: str) -> bool:
        """While a form is open, scans are typed into it and reach no bench."""
        open_form = self.dialog or self.counted_dialog
        return open_form is not None and open_form.take_scan(text)

    def load(self) -> None:
        """Ask for the products that match."""
        words, category = self.search.text().strip(), self.category.value()
        asked = words, category
        self.workplace.read(
            find, *asked, then=lambda found: self._show(asked, found), key=(id(self), "products")
        )

    def new(self) -> None:
        """The form of a new product."""
        self.workplace.read(
            settings.get,
            "company.currency",
            then=lambda currency: self._open(None, currency),
            key=(id(self), "new"),
        )

    def edit(self, row: VariantRow | None) -> None:
        """The form of this product."""
        if row is not None:
            self._open(row)

    def count(self) -> None:
        """The counted pieces of the chosen product."""
        chosen = self.table.chosen()
        if len(chosen) == 1:
            self.counted_dialog = CountedDialog(self, self.workplace, chosen[0])
            self.counted_dialog.finished.connect(self._form_closed)
            self.counted_dialog.open()

    def read_file(self, file: Path) -> None:
        """Read a catalogue file and show what it would do."""
        self.said.setText(t("imports.reading", file=file.name[:80]))
        self.said.show()
        self.workplace.read(
            catalog.read_catalog, file, then=self._preview, failed=self._unread, key=(id(self), "file")
        )

    def write_cards(self, file: Path) -> None:
        """The model cards of the chosen products."""
        from bmdesk.domain.cards import card_text
        from bmdesk.reports.cards import PrintedCard, write_cards_pdf  # draws: not before somebody asks

        group = msg("cards.group_models")
        cards = [
            PrintedCard(card_text(SetModel(row.model_code)), row.title[:80], group)
            for row in self.table.chosen()
        ]
        self.workplace.bridge.read(
            write_cards_pdf, cards, file, then=lambda _: self.workplace.say_written(file)
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.read_file(files[0])

    def _open(self, row: VariantRow | None, currency: str = "") -> None:
        self.dialog = ProductDialog(self, self.workplace, row, currency)
        self.dialog.saved.connect(lambda _: self.load())
        self.dialog.finished.connect(self._form_closed)
        self.dialog.open()

    def _form_closed(self) -> None:
        self.dialog = self.counted_dialog = None

    def _show(self, asked: tuple[str, str], found: tuple[VariantRow, ...]) -> None:
        show = self.model.set_rows if asked == self._asked else self.model.reset
        self._asked = asked
        show(found)
        drafts = sum(row.draft for row in found)
        self.header_status = (
            t("products.header_drafts", count=len(found), drafts=drafts)
            if drafts
            else t("products.header", count=len(found))
        )
        if self.isVisible():
            self.workplace.window.set_header_status(self.header_status, Tone.WARN if drafts else None)
        filtered = bool(self.search.text().strip() or self.category.value())
        self.empty.set_words(
            t("products.none_match") if filtered else t("products.none_yet"),
            "" if filtered else t("products.none_yet_note"),
        )
        self.empty.button.setVisible(not filtered)
        self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = len(self.table.chosen_rows())
        self.card_button.setEnabled(chosen > 0)
        self.count_button.setEnabled(chosen == 1)

    def _preview(self, plan: CatalogPlan) -> None:
        self.said.hide()
        self.import_dialog = ImportDialog(self, self.workplace, preview_of(plan))
        self.import_dialog.imported.connect(lambda _: self.load())
        self.import_dialog.open()

    def _unread(self, failure: Failure) -> None:
        self.said.hide()
        self.workplace.window.show_failure(failure)

    def _on_changed(self, changes: frozenset[Change]) -> None:
        if Change.CATALOGUE in changes and self.isVisible():
            self.load()

    def _build(self) -> None:
        self.search = SearchBox(t("products.search"))
        self.search.setMinimumWidth(px(136))
        self.search.searched.connect(lambda _: self.load())
        self.category = ChoiceBox(
            t("products.field.category"),
            [
                ("", t("products.every_category")),
                (_DRAFTS, t("products.only_drafts")),
                *((name, category_words(name)) for name in CATEGORIES),
            ],
        )
        self.category.setMinimumWidth(px(152))
        self.category.activated.connect(lambda _: self.load())
        self.new_button = ShortcutButton(msg("products.new"), "Ctrl+N", icon="plus", kind="primary")
        self.new_button.clicked.connect(self.new)
        self.import_button = ShortcutButton(msg("products.import.ask"), "Ctrl+I", icon="upload")
        self.import_button.clicked.connect(self._ask_file)
        self.card_button = ShortcutButton(msg("products.cards"), "Ctrl+P", icon="printer")
        self.card_button.clicked.connect(self._ask_cards)
        self.card_button.setEnabled(False)
        self.count_button = ShortcutButton(msg("counted.ask"), "Ctrl+K", meaning=msg("counted.ask_meaning"))
        self.count_button.clicked.connect(self.count)
        self.count_button.setEnabled(False)
        bar = ToolbarRow(self.search, self.category)
        for button in (self.count_button, self.card_button, self.import_button, self.new_button):
            bar.add_right(button)
        self.said = PlainLabel("", "note", wrap=True)
        self.said.hide()
        self.model = RowsModel(product_columns(), self)
        self.table = DataTable(t("window.room.products"), multi=True)
        self.table.setModel(self.model)
        Fitting(self.table, FIT)
        self.table.opened.connect(lambda number: self.edit(self.model.row(number)))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        self.empty = EmptyState(
            "tag",
            t("products.none_yet"),
            note=t("products.none_yet_note"),
            action=t("products.new"),
            on_action=self.new,
        )
        self.table.set_empty(self.empty)
        card = Card()
        card.add(self.said)
        card.add(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(bar)
        column.addWidget(card, 1)

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, t("products.import.ask"), "", t("imports.tables"))
        if name:
            self.read_file(Path(name))

    def _ask_cards(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, t("products.cards"), "models.pdf", t("settings.pdf_files")
        )
        if name:
            self.write_cards(Path(name))


def find(desk: Desk, words: str, category: str) -> tuple[VariantRow, ...]:
    """The products that match, drafts first, then by model code; no more than a person would scroll through."""
    only_drafts = category == _DRAFTS

    def ask(after: str) -> tuple[VariantRow, ...]:
        return catalog.list_variants(desk, words, after, _PAGE, drafts=only_drafts)

    found: list[VariantRow] = []
    page = ask("")
    while page:
        found += [row for row in page if category in ("", _DRAFTS, row.category)]
        page = ask(page[-1].model_code) if len(page) == _PAGE and len(found) < _MOST else ()
    return tuple(sorted(found, key=lambda row: not row.draft))
