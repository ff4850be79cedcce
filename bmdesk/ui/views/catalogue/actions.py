"""What is done to products in the Catalogue: given a leaf, proposed, taken back, read from a file of sheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QWidget

from bmdesk.domain.changes import Change
from bmdesk.domain.proposals import State
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.selling import categories, proposals, proposals_file
from bmdesk.services.selling.categories import CategoryView
from bmdesk.services.selling.category_view import Placed, Way
from bmdesk.services.selling.proposals_file import SheetPlan
from bmdesk.texts import t
from bmdesk.ui import errands
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.catalogue.leaf_picker import LeafPicker
from bmdesk.ui.views.catalogue.propose_dialog import ProposeDialog
from bmdesk.ui.views.catalogue.sheet_dialog import SheetDialog
from bmdesk.ui.views.catalogue.sheet_import import preview_of
from bmdesk.ui.widgets.account_choice import AccountChoice
from bmdesk.ui.widgets.import_dialog import ImportDialog
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.workplace import Workplace

if TYPE_CHECKING:
    from bmdesk.connectors.backmarket.import_categories import TreeRead


class Actions:
    """Acts on the chosen rows of `table`; `leaves` are those to choose from, dialogs stand over `page`."""

    def __init__(
        self,
        page: QWidget,
        workplace: Workplace,
        run: LongRun,
        account: AccountChoice,
        table: DataTable,
        leaves: Callable[[], Sequence[CategoryView]],
    ) -> None:
        self._page, self.workplace, self._run = page, workplace, run
        self._account, self._table, self._leaves = account, table, leaves
        self.dialog: LeafPicker | SheetDialog | ProposeDialog | ImportDialog | None = None

    def read_tree(self) -> None:
        """Ask the marketplace for its categories; what they ask is read with them."""
        view, syncing = self._account.now, self.workplace.syncing
        if view is None or syncing is None:
            return
        self._run.run(
            t("catalogue_page.reading_tree"),
            errands.read_categories,
            syncing.secrets,
            view.row.name,
            then=self._tree_read,
        )

    def choose_leaf(self) -> None:
        """A leaf for the chosen products."""
        chosen, leaves = self._chosen(), self._leaves()
        if not chosen or not leaves:
            return
        named = ", ".join(one.product.title for one in chosen[:4]) + (" …" if len(chosen) > 4 else "")
        ours = {one.product.category for one in chosen}
        picker = LeafPicker(self._page, leaves, named, ours.pop() if len(ours) == 1 else "")
        picker.picked.connect(lambda leaf, whole: self._map(chosen, leaf, whole=whole))
        self._open(picker)

    def take_suggestions(self) -> None:
        """The chosen products go where it is suggested that they go."""
        wanted: dict[int, list[str]] = {}
        for one in self._chosen():
            if one.way is Way.SUGGESTED and one.leaf is not None:
                wanted.setdefault(one.leaf.row.category_id, []).append(one.product.model_code)
        if wanted:
            self._write(_map_all, self._account.id, wanted)

    def unmap(self) -> None:
        """The chosen products belong to no leaf."""
        codes = [one.product.model_code for one in self._chosen() if one.way is Way.CHOSEN]
        if codes:
            self._write(_map_all, self._account.id, {None: codes})

    def edit_sheet(self) -> None:
        """What a person says of the product under the keyboard."""
        row: Placed | None = self._table.under_keyboard()
        if row is None:
            return
        if row.proposal.is_open:
            self._open(SheetDialog(self._page, self.workplace, self._account.id, row.proposal))
        else:
            self.workplace.window.show_failure(proposals.UnderWay(model_code=row.product.model_code))

    def propose(self) -> None:
        """Show what would be sent for the chosen products."""
        codes = [one.product.model_code for one in self._chosen()]
        if codes:
            dialog = ProposeDialog(self._page, self.workplace, self._account.id, codes)
            dialog.proposed.connect(self._proposed)
            self._open(dialog)

    def take_back(self) -> None:
        """The chosen proposals wait for nothing any more."""
        states = (State.ASKED, State.REVIEW, State.REFUSED, State.REJECTED)
        codes = [one.product.model_code for one in self._chosen() if one.proposal.state in states]
        if codes:
            self._write(proposals.take_back, self._account.id, codes)

    def read_file(self, file: Path) -> None:
        """Read a file of sheets and show what it would do."""
        account = self._account.id
        self._run.read(
            lambda desk: proposals_file.read(desk, account, file),
            then=self._preview,
            key=(id(self), "file"),
        )

    def write_file(self, file: Path) -> None:
        """The sheets of the chosen products, or of all that may be proposed where at most one is chosen."""
        chosen = [one.product.model_code for one in self._chosen()]
        codes = chosen if len(chosen) > 1 else None
        account = self._account.id
        self._run.read(
            lambda desk: proposals_file.write(desk, account, file, codes),
            then=lambda _: self.workplace.say_written(file),
            key=(id(self), "write"),
        )

    def ask_file(self) -> None:
        """Which file of sheets to read."""
        name, _ = QFileDialog.getOpenFileName(self._page, t("catalogue_page.import"), "", t("imports.tables"))
        if name:
            self.read_file(Path(name))

    def ask_place(self) -> None:
        """Where to write the sheets."""
        name, _ = QFileDialog.getSaveFileName(
            self._page, t("catalogue_page.export"), "proposals.xlsx", t("imports.tables")
        )
        if name:
            self.write_file(Path(name))

    def _open(self, dialog: LeafPicker | SheetDialog | ProposeDialog | ImportDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def _map(self, chosen: list[Placed], leaf: int, *, whole: bool) -> None:
        codes = [one.product.model_code for one in chosen]
        ours = chosen[0].product.category if whole else ""
        self._write(_map_these, self._account.id, leaf, codes, ours)

    def _write(self, service: Any, *args: Any) -> None:
        self.workplace.write(service, self.workplace.actor, *args)

    def _proposed(self, done: proposals.Done) -> None:
        self.workplace.window.say(Tone.OK, t("catalogue_page.proposed", count=done.count), for_ms=8000)

    def _preview(self, plan: SheetPlan) -> None:
        dialog = ImportDialog(
            self._page, self.workplace, preview_of(self.workplace.actor, self._account.id, plan)
        )
        self._open(dialog)

    def _tree_read(self, done: TreeRead) -> None:
        words = t("catalogue_page.tree_done", leaves=done.leaves, new=done.new, gone=done.gone)
        self.workplace.window.say(Tone.WARN if done.left else Tone.OK, words, for_ms=8000)
        self.workplace.bridge.announce(frozenset({Change.CATALOGUE}))

    def _chosen(self) -> list[Placed]:
        return self._table.chosen()


def _map_these(
    desk: Desk, actor: Actor, account_id: str, leaf: int, codes: list[str], ours: str
) -> categories.Mapped:
    done = categories.map_products(desk, actor, account_id, leaf, codes)
    if ours:
        categories.map_category(desk, actor, account_id, leaf, ours)
    return done


def _map_all(
    desk: Desk, actor: Actor, account_id: str, wanted: dict[int | None, list[str]]
) -> categories.Mapped:
    count = sum(
        categories.map_products(desk, actor, account_id, leaf, codes).count for leaf, codes in wanted.items()
    )
    return categories.Mapped(count)
