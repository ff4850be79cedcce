"""The Catalogue room: where our products go in the marketplace's categories, what is asked of them there, and proposing
those that it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent

from bmdesk.domain.changes import Change
from bmdesk.domain.proposals import State
from bmdesk.domain.rights import Right
from bmdesk.services.desk import Desk
from bmdesk.services.selling import category_view
from bmdesk.services.selling.accounts import AccountView
from bmdesk.services.selling.category_view import Placed, Tree, Way
from bmdesk.texts import msg, t
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import px
from bmdesk.ui.views.catalogue.actions import Actions
from bmdesk.ui.views.catalogue.panel import WIDTH, ProductPanel
from bmdesk.ui.views.catalogue.words import FIT, path_words, product_columns
from bmdesk.ui.widgets.account_choice import AccountChoice, AccountNeeded
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fitting
from bmdesk.ui.widgets.form_dialog import FormDialog
from bmdesk.ui.widgets.fresh_page import FreshPage
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.words import category_words, moment
from bmdesk.ui.workplace import Workplace

_FOLLOWS_AFTER_MS = 120  # whoever runs down the list opens nothing on the way
_GATHER_MS = 1500
"""The sync and the bench change something all the time, and reading a catalogue takes a moment."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read for the list."""

    tree: Tree
    rows: tuple[Placed, ...]


class CataloguePage(FreshPage):
    """A list of products with their leaves, and beside it what the leaf of the chosen one asks."""

    shown_for = frozenset({Change.CATALOGUE, Change.LISTINGS, Change.UNITS, Change.SETTINGS})
    """The last two for what goes along with a proposal: what is in stock, at which price. What the sync makes of one
    comes with LISTINGS.
    """

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.header_status = ""
        self.seen = _NOTHING
        self.run = LongRun(workplace)
        self.account = AccountChoice(workplace)
        self._asked: tuple[str, str, str] = ("", "", "")
        self.setAcceptDrops(True)
        self._follow = QTimer(self, singleShot=True, interval=_FOLLOWS_AFTER_MS)
        self._follow.timeout.connect(self._follow_row)
        self._soon = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._soon.timeout.connect(self.load)
        self._build()
        self.account.changed.connect(self._account_changed)
        self.account.load()

    def entered(self) -> None:
        """The room is on screen again."""
        self.account.load()
        super().entered()

    def left(self) -> None:
        """Nobody looks: what is not begun is not read."""
        if self._soon.isActive():
            self._soon.stop()
            self._stale = True

    def takes_scan(self, text: str) -> bool:
        """While a form is open, scans are typed into it and reach no bench."""
        form = self.panel.dialog or self.acts.dialog
        return isinstance(form, FormDialog) and form.take_scan(text)

    def load(self) -> None:
        """Read the products and the tree of the account that is shown."""
        self._soon.stop()
        if self.account.id:
            account, before = self.account.id, self.seen
            self.run.read(
                lambda desk: _seen(desk, account, before), then=self._show, key=(id(self), "products")
            )

    def close_detail(self) -> None:
        """Only the list."""
        self._sides.close_detail()
        self.table.setFocus()

    def open_row(self) -> None:
        """Show the product under the keyboard beside the list, or over it where there is no room for both."""
        row: Placed | None = self.table.under_keyboard()
        if row is not None:
            self._sides.open_detail()
            self.panel.show_product(self.account.id, row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.panel.isVisible():
            self.close_detail()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.acts.read_file(files[0])

    # -- the list

    def _account_changed(self, view: AccountView | None) -> None:
        self._accounts.turn(found=view is not None)
        if view is not None:
            self.load()

    def _show(self, seen: Seen) -> None:
        if (
            seen is self.seen
        ):  # drawing thousands of rows again would be felt; only what a leaf asks may have changed
            self._follow_soon()
            return
        self.seen = seen
        categories_ = sorted({one.product.category for one in seen.rows})
        self.category.set_choices(
            [("", t("products.every_category")), *((name, category_words(name)) for name in categories_)]
        )
        self._show_age(seen.tree)
        self._filter()

    def _filter(self) -> None:
        asked = (self.search.text().strip().casefold(), self.which.value(), self.category.value())
        rows = [one for one in self.seen.rows if _fits(one, *asked)]
        show = self.model.set_rows if asked == self._asked else self.model.reset
        self._asked = asked
        show(rows)
        if self.table.is_fresh:
            self.table.choose_first()
        filtered = any(asked)
        self.empty.set_words(
            t("catalogue_page.none_match") if filtered else t("catalogue_page.none_yet"),
            "" if filtered else t("catalogue_page.none_yet_note"),
        )
        nowhere = sum(one.goes_nowhere for one in self.seen.rows)
        self.header_status = t("catalogue_page.header", count=len(self.seen.rows), nowhere=nowhere)
        if self.isVisible():
            self.workplace.window.set_header_status(self.header_status, Tone.WARN if nowhere else None)
        self._say_chosen()
        self._follow_soon()

    def _follow_soon(self) -> None:
        if self.panel.isVisible():
            self._follow.start()

    def _show_age(self, tree: Tree) -> None:
        if tree.read_at is None:
            self.age.setText(t("catalogue_page.tree_never"))
            self.age.set_tone(Tone.WARN)
            return
        words = t("catalogue_page.tree_read", leaves=len(tree.leaves), at=moment(tree.read_at))
        if tree.unread:
            words += " " + t("catalogue_page.tree_unread", count=tree.unread)
        self.age.setText(words)
        self.age.set_tone(Tone.WARN if tree.unread else None)

    def _follow_row(self) -> None:
        row: Placed | None = self.table.under_keyboard()
        if row is not None and self.panel.isVisible():
            self.panel.show_product(self.account.id, row)

    def _say_chosen(self) -> None:
        chosen: list[Placed] = self.table.chosen()
        self.leaf_button.setEnabled(bool(chosen and self.seen.tree.leaves))
        self.suggest_button.setEnabled(any(one.way is Way.SUGGESTED for one in chosen))
        self.sheet_button.setEnabled(len(chosen) == 1)
        self.propose_button.setEnabled(any(one.proposal.is_open for one in chosen))
        only = chosen[0] if len(chosen) == 1 else None
        self.chosen_words.setText(
            path_words(only.leaf) if only else t("catalogue_page.chosen", count=len(chosen)) if chosen else ""
        )

    def _redraw(self) -> None:
        super()._redraw()
        self.load()

    def _changed(self, flags: frozenset[Change]) -> None:
        # Whoever changed the catalogue looks at what that did.
        if self.isVisible() and Change.CATALOGUE not in flags and flags & self.shown_for:
            self._soon.start()
        else:
            super()._changed(flags)

    # -- how it is put together

    def _build(self) -> None:
        self.search = SearchBox(t("catalogue_page.search"))
        self.search.setMinimumWidth(px(136))
        self.search.searched.connect(lambda _: self._filter())
        self.which = ChoiceBox(
            t("catalogue_page.which"),
            [
                ("", t("catalogue_page.all")),
                ("nowhere", t("catalogue_page.nowhere")),
                ("lacking", t("catalogue_page.lacking")),
                ("ready", t("catalogue_page.ready_ones")),
                ("under_way", t("catalogue_page.under_way")),
            ],
        )
        self.category = ChoiceBox(t("products.field.category"), [("", t("products.every_category"))])
        for box in (self.which, self.category):
            box.activated.connect(lambda _: self._filter())
        self.import_button = ShortcutButton(msg("catalogue_page.import"), "Ctrl+I", icon="upload")
        self.export_button = ShortcutButton(msg("catalogue_page.export"), "Ctrl+E", icon="download")
        self.tree_button = ShortcutButton(msg("catalogue_page.read_tree"), "F5", icon="refresh")
        bar = ToolbarRow(self.account, self.search, self.which, self.category)
        for button in (self.export_button, self.import_button, self.tree_button):
            bar.add_right(button)
        self.age = PlainLabel("", "note", wrap=True)
        self.model = RowsModel(product_columns(), self, key=lambda one: one.product.variant_id)
        self.table = DataTable(t("window.room.catalogue"), multi=True)
        self.table.setModel(self.model)
        Fitting(self.table, FIT)
        self.acts = Actions(
            self, self.workplace, self.run, self.account, self.table, lambda: self.seen.tree.leaves
        )
        self.empty = EmptyState(
            "folder", t("catalogue_page.none_yet"), note=t("catalogue_page.none_yet_note")
        )
        self.table.set_empty(self.empty)
        listed = Card()
        listed.add(self.age)
        listed.add(self.table, 1)
        self.panel = ProductPanel(self.workplace)
        self.panel.hide()
        self._sides = SideBySide(listed, self.panel, WIDTH, gives_way=True)
        self._accounts = AccountNeeded(self, self.workplace, self.table)
        for widget, stretch in ((bar, 0), (self.run, 0), (self._sides, 1), (self._chosen_bar(), 0)):
            self._accounts.room.addWidget(widget, stretch)
        self._connect()

    def _chosen_bar(self) -> ToolbarRow:
        self.chosen_words = PlainLabel("", "note")
        self.leaf_button = ShortcutButton(msg("catalogue_page.choose_leaf"), "Ctrl+L", icon="folder")
        self.suggest_button = ShortcutButton(msg("catalogue_page.take_suggestion"), "Ctrl+T", icon="check")
        self.sheet_button = ShortcutButton(msg("catalogue_page.edit_sheet"), "Ctrl+B", icon="edit")
        self.propose_button = ShortcutButton(
            msg("catalogue_page.propose"), "Ctrl+R", icon="upload", kind="primary"
        )
        for button in (self.leaf_button, self.suggest_button, self.sheet_button):
            needs(button, self.workplace, Right.LINKS)
        needs(self.propose_button, self.workplace, Right.MANAGEMENT)
        bar = ToolbarRow()
        bar.add(self.chosen_words, 1)
        for button in (self.leaf_button, self.suggest_button, self.sheet_button, self.propose_button):
            bar.add_right(button)
        bind(self, "Ctrl+Shift+U", msg("catalogue_page.unmap"), self.acts.unmap)
        bind(self, "Ctrl+Shift+B", msg("catalogue_page.take_back"), self.acts.take_back)
        return bar

    def _connect(self) -> None:
        self.table.opened.connect(lambda _: self.open_row())
        self.table.current_changed.connect(lambda _: self._follow.start())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._say_chosen())
        self.panel.closed.connect(self.close_detail)
        self.import_button.clicked.connect(self.acts.ask_file)
        self.export_button.clicked.connect(self.acts.ask_place)
        self.tree_button.clicked.connect(self.acts.read_tree)
        self.leaf_button.clicked.connect(self.acts.choose_leaf)
        self.suggest_button.clicked.connect(self.acts.take_suggestions)
        self.sheet_button.clicked.connect(self.acts.edit_sheet)
        self.propose_button.clicked.connect(self.acts.propose)
        for keys in ("/", "Ctrl+F"):
            bind(self, keys, msg("catalogue_page.search"), self._to_search)

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


_NOTHING = Seen(Tree((), 0, None, 0), ())
"""Nothing was read yet."""


def _seen(desk: Desk, account_id: str, before: Seen) -> Seen:
    """What there is now; the very same as `before` where nothing changed."""
    now = Seen(category_view.tree(desk, account_id), category_view.placed(desk, account_id))
    return before if before is not _NOTHING and now == before else now


def _fits(one: Placed, words: str, which: str, category: str) -> bool:
    if category and one.product.category != category:
        return False
    searched = f"{one.product.title} {one.product.model_code} {path_words(one.leaf)}".casefold()
    if not all(word in searched for word in words.split()):
        return False
    match which:
        case "nowhere":
            return one.goes_nowhere
        case "lacking":
            return one.proposal.is_open and bool(one.proposal.lacks)
        case "ready":
            return one.proposal.is_open and not one.proposal.lacks
        case "under_way":
            return not one.proposal.is_open or one.proposal.state is not State.DRAFT
    return True
