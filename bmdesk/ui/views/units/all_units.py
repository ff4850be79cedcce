"""All units: search, filters, a table that never waits, what is done to the chosen ones, the detail beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from bmdesk.services.goods import units
from bmdesk.services.goods.units import UnitFilter
from bmdesk.texts import msg, t
from bmdesk.ui.models.paged_model import Ask, Page, PagedModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.units.bulk import BulkRun
from bmdesk.ui.views.units.chosen import ChosenBar, counted
from bmdesk.ui.views.units.detail import WIDTH, DetailPanel
from bmdesk.ui.views.units.filters import UnitFilters, read_places
from bmdesk.ui.views.units.unit_columns import FIT, unit_columns
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fitting
from bmdesk.ui.widgets.kept_choice import MOST_CHOSEN
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.workplace import Workplace


class AllUnits(QWidget):
    """The list and its detail. `tools` (search, export) stand beside the page's switch. `status_changed` when
    `status` says something new.
    """

    status_changed = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.status = ""
        self._filter = UnitFilter()
        self.model = PagedModel(workplace.bridge, unit_columns(), self._fetch, self._count, self)
        self._build()
        self._connect()
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(120)
        self._follow.timeout.connect(self._follow_row)
        self._search_anew()

    # -- what the page calls

    def entered(self) -> None:
        """On screen again."""
        self._offer_places()

    def refresh(self) -> None:
        """Something changed in the store."""
        self.model.refresh()
        if not self.detail.isHidden():
            self.detail.refresh()

    def open_unit(self, unit_id: str) -> None:
        """Show this unit beside the list, or over it where there is no room for both."""
        self.detail.show_one(unit_id)
        self._sides.open_detail()
        if not self._sides.is_wide:
            self.detail.setFocus()

    def close_detail(self) -> None:
        """Only the list."""
        self._sides.close_detail()
        self.table.setFocus()

    def filter_by(self, search: str = "", **values: str) -> None:
        """Show what this filter leaves."""
        self.search.setText(search)
        self.close_detail()
        self.filters.set_values(**values)

    def copy(self) -> None:
        """The identifiers of the unit on the sheet, or of the chosen units, into the clipboard."""
        if self.detail.isVisible():
            self.detail.copy_identifiers()
            return
        names = [line.identifier for line in self.table.chosen() if line.identifier]
        if names:
            QGuiApplication.clipboard().setText("\n".join(names))
            said = t("units_page.copied", text=", ".join(names[:3]) + (" …" if len(names) > 3 else ""))
            self.workplace.window.say(Tone.OK, said, for_ms=2500)

    # -- the list

    def _fetch(self, ask: Ask) -> Page:
        # By the cursor where there is one; by counting lines only for a jump.
        after, offset = (ask.after, 0) if ask.after else ("", ask.offset)
        found = units.list_units(self.workplace.desk, ask.query, after=after, offset=offset, limit=ask.limit)
        return Page(found.lines, found.next or None)

    def _count(self, query: UnitFilter) -> int:
        return units.count_units(self.workplace.desk, query)

    def _search_anew(self) -> None:
        asked = self.filters.narrowed(self.search.text().strip())
        if not self._sides.is_wide:
            self._sides.close_detail()  # what was searched for is behind it
        if asked != self._filter or self.model.total is None:
            self._filter = asked
            self.table.clearSelection()
            self.model.reset(asked)
        self._say_status()

    def _say_status(self) -> None:
        total = self.model.total
        words = counted(total) or t("units_page.counting")
        parts = [words, self.filters.in_words]
        if self._filter.search:
            parts.append(t("units_page.searched", text=self._filter.search[:40]))
        self.status = " · ".join(part for part in parts if part)
        self.chosen.say(total)
        filtered = any((self._filter.search, self.filters.in_words))
        self.filters.clear_button.setEnabled(filtered)
        if filtered:
            self._empty.set_words(t("units_page.none_found"), t("units_page.none_found_todo"))
        else:
            self._empty.set_words(t("units_page.none_yet"), t("units_page.none_yet_todo"))
        self.status_changed.emit()

    def _offer_places(self) -> None:
        self.workplace.read(
            read_places,
            then=lambda found: self.filters.offer_places(*found),
            key=(id(self), "places"),
        )

    def _row_changed(self, number: int) -> None:
        if self.detail.isVisible() and number >= 0:
            self._follow.start()

    def _follow_row(self) -> None:
        row = self.table.under_keyboard()
        if row is not None and self.detail.isVisible():
            self.open_unit(row.id)

    def _open_row(self, number: int) -> None:
        row = self.model.row(number)
        if row is not None:
            self.open_unit(row.id)

    # -- export

    def export(self) -> None:
        """Ask for a file; the chosen units go there, or all that the filter leaves."""
        asking = QFileDialog(self, self.export_button.text())
        asking.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asking.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asking.setNameFilters(["Excel (*.xlsx)", "CSV (*.csv)"])
        asking.setDefaultSuffix("xlsx")
        asking.selectFile("units.xlsx")
        asking.filterSelected.connect(
            lambda kind: asking.setDefaultSuffix("csv" if "csv" in kind else "xlsx")
        )
        asking.fileSelected.connect(lambda name: self.export_to(Path(name)))
        asking.open()

    def export_to(self, path: Path) -> None:
        """Write the chosen units into this file; all that the filter leaves while fewer than two are chosen."""

        def write(ids: list[str] | None, total: int) -> None:
            self.bulk.export(
                total,
                partial(units.export_units, only=ids),
                path,
                self._filter,
                said=lambda count: t("units_page.exported", count=count, path=str(path)),
            )

        if self._exports_chosen:
            self.chosen.with_chosen(lambda ids: write(ids, len(ids)))
        else:
            write(None, self.model.total or 0)

    @property
    def _exports_chosen(self) -> bool:
        # One line is always under the keyboard; whoever means a part of the list chooses two and more.
        return 1 < self.table.chosen_count <= MOST_CHOSEN and self.table.chosen_count != self.model.total

    def _name_export(self) -> None:
        words = t("units_page.export_chosen") if self._exports_chosen else t("units_page.export")
        self.export_button.setText(words)
        self.export_button.setAccessibleName(words)

    # -- how it is put together

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.detail.isVisible():
            self.close_detail()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.search = SearchBox(t("units_page.search_hint"))
        self.search.setMinimumWidth(px(220))
        self.filters = UnitFilters()
        self.table = DataTable(t("units_page.table"), multi=True)
        self.table.setModel(self.model)
        Fitting(self.table, FIT)
        self.table.setTabKeyNavigation(False)
        self._empty = EmptyState("units", t("units_page.none_yet"))
        self.table.set_empty(self._empty)
        self.bulk = BulkRun(self.workplace)
        self.chosen = ChosenBar(self.workplace, self.table, self.bulk, lambda: self._filter)
        self.table.set_menu(self._fill_menu)
        self.detail = DetailPanel(self.workplace)
        self.detail.hide()
        self.export_button = ShortcutButton(msg("units_page.export"), "Ctrl+E", icon="download")
        self.tools = QWidget()
        mark(self.tools, kind="clear")
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(8)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.export_button)
        sheet = Card()
        sheet.body.setSpacing(8)
        sheet.add(self.table, 1)
        sheet.add(self.chosen)
        listed = QWidget()
        left = QVBoxLayout(listed)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        left.addWidget(self.bulk)
        left.addWidget(sheet, 1)
        self._sides = SideBySide(listed, self.detail, WIDTH, gives_way=True, of_list=(self.filters,))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.filters)
        column.addWidget(self._sides, 1)

    def _connect(self) -> None:
        self.search.searched.connect(lambda _: self._search_anew())
        self.filters.changed.connect(self._search_anew)
        self.bulk.finished.connect(lambda *_: self._offer_places())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._name_export())
        self.filters.clear_button.clicked.connect(lambda *_: self.filter_by())
        self.model.counted.connect(lambda _: self._say_status())
        self.model.failed.connect(self.workplace.window.show_failure)
        self.table.opened.connect(self._open_row)
        self.table.current_changed.connect(self._row_changed)
        self.detail.closed.connect(self.close_detail)
        self.export_button.clicked.connect(self.export)
        bind(self, "/", msg("units_page.search_key"), self._to_search)
        bind(self, "Ctrl+F", msg("units_page.search_key"), self._to_search)
        bind(self, "Ctrl+C", msg("units_page.copy"), self.copy)

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _fill_menu(self, menu: QMenu) -> None:
        self.chosen.fill_menu(menu)
        menu.addSeparator()
        menu.addAction(self.export_button.icon(), self.export_button.text(), self.export)
