"""All units: search, filters, a table that never waits, what is done to the chosen ones, the detail beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QSplitter, QVBoxLayout, QWidget

from bmdesk.services import units, units_actions
from bmdesk.services.desk import Desk
from bmdesk.services.units import UnitFilter, UnitLine
from bmdesk.texts import msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.paged_model import PAGE, Ask, Page, PagedModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark
from bmdesk.ui.views.units import showing
from bmdesk.ui.views.units.asking import Asking, place_check
from bmdesk.ui.views.units.bulk import BulkRun
from bmdesk.ui.views.units.detail import DetailPanel
from bmdesk.ui.views.units.filters import FilterBar, read_places
from bmdesk.ui.views.units.label_dialog import LabelDialog
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.workplace import Workplace

MOST_AT_ONCE = 10_000  # what a table gives as chosen
MOST_LABELS = 500
_SIDE_BY_SIDE = 1060  # below this width the detail takes the whole room
_DETAIL_WIDTH = 470
# What gives way first when the table gets narrow. Identifier, grade and state always stay.
_GIVES_WAY = ("sku", "changed", "blocker", "battery", "bin", "model")
_NAMES = ("identifier", "model", "sku", "grade", "battery", "state", "bin", "blocker", "changed")
_WIDTHS = (158, 182, 158, 108, 70, 110, 100, 158, 108)


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
        self._asked_for: str | None = None
        self.model = PagedModel(workplace.bridge, _columns(), self._fetch, self._count, self)
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
        self.detail.refresh()
        if self.isVisible():
            self._offer_places()

    def open_unit(self, unit_id: str) -> None:
        """Show this unit beside the list, or over it where there is no room for both."""
        self._asked_for = unit_id
        self.detail.show_unit(unit_id)
        self.detail.show()
        self._make_room()
        if not self._wide:
            self.detail.setFocus()

    def close_detail(self) -> None:
        """Only the list."""
        self._asked_for = None
        self.detail.hide()
        self._make_room()
        self.table.setFocus()

    def filter_by(self, search: str = "", **values: str) -> None:
        """Show what this filter leaves."""
        self.search.setText(search)
        self.close_detail()
        self.filters.set_values(**values)

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
        if asked != self._filter or self.model.total is None:
            self._filter = asked
            self.table.clearSelection()
            self.model.reset(asked)
        self._say_status()

    def _say_status(self) -> None:
        total = self.model.total
        words = t("units_page.count", count=f"{total:,}") if total is not None else t("units_page.counting")
        parts = [words, self.filters.in_words]
        if self._filter.search:
            parts.append(t("units_page.searched", text=self._filter.search[:40]))
        self.status = " · ".join(part for part in parts if part)
        self._say_chosen()
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
        row = self.model.row(self.table.currentIndex().row())
        if row is not None and self.detail.isVisible():
            self.open_unit(row.id)

    def _open_row(self, number: int) -> None:
        row = self.model.row(number)
        if row is not None:
            self.open_unit(row.id)

    # -- the chosen ones

    def _say_chosen(self) -> None:
        selection = self.table.selectionModel().selection()
        number = sum(selection.at(n).height() for n in range(selection.count()))
        total = self.model.total
        if number == 0:
            words = t("units_page.count", count=f"{total:,}") if total is not None else ""
        elif number > MOST_AT_ONCE:
            words = t("units_page.chosen_first", count=f"{number:,}", most=f"{MOST_AT_ONCE:,}")
        else:
            words = t("units_page.chosen", count=f"{number:,}")
        self.chosen.setText(words)
        for button in self._for_chosen:
            button.setEnabled(number > 0 and not self.bulk.running)

    def with_chosen(self, then: Callable[[list[str]], object]) -> None:
        """Gather the ids of the chosen rows, also of those that are not loaded, and go on with them."""
        numbers = self.table.chosen_rows()
        if numbers:
            self.workplace.read(_ids_at, self._filter, numbers, then=then, key=(id(self), "chosen"))

    def move_chosen(self) -> None:
        """Ask for a bin, then move the chosen units there."""

        def ask(ids: list[str]) -> None:
            def go(values: dict[str, str]) -> None:
                place = values["bin"]
                self.bulk.run(
                    ids,
                    units_actions.move_to_bin,
                    place,
                    said=lambda done: t("units_page.moved", count=done, place=place),
                )

            asking = Asking(
                self,
                t("units_page.move_title", count=len(ids)),
                t("units_page.move_note"),
                t("units_page.move_yes"),
                go,
                place_check,
            )
            asking.words("bin", t("units_page.move_bin"), note=t("units_page.bin_hint"), longest=60)
            asking.open()

        self.with_chosen(ask)

    def hold_chosen(self) -> None:
        """Ask why, then hold the chosen units."""

        def ask(ids: list[str]) -> None:
            Confirm(
                self,
                t("units_page.hold_title", count=len(ids)),
                t("units_page.hold_note"),
                t("units_page.hold_yes"),
                lambda reason: self.bulk.run(
                    ids,
                    units_actions.hold,
                    reason,
                    said=lambda done: t("units_page.held", count=done),
                ),
                reason=t("units_page.hold_reason"),
            ).open()

        self.with_chosen(ask)

    def release_chosen(self) -> None:
        """Take the hold off the chosen units; the gate decides what they are then."""

        def ask(ids: list[str]) -> None:
            Confirm(
                self,
                t("units_page.release_title", count=len(ids)),
                t("units_page.release_note"),
                t("units_page.release_yes"),
                lambda _: self.bulk.run(
                    ids,
                    units_actions.release,
                    said=lambda done: t("units_page.released", count=done),
                ),
            ).open()

        self.with_chosen(ask)

    def label_chosen(self) -> None:
        """The labels of the chosen units, one job."""

        def go(ids: list[str]) -> None:
            if len(ids) > MOST_LABELS:
                words = t("units_page.labels_limit", count=len(ids), most=MOST_LABELS)
                self.workplace.window.say(Tone.WARN, words, for_ms=8000)
            LabelDialog(self, self.workplace, ids[:MOST_LABELS]).open()

        self.with_chosen(go)

    def export(self) -> None:
        """Ask for a file; all that the filter leaves goes there."""
        asking = QFileDialog(self, t("units_page.export"))
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
        """Write all that the filter leaves into this file."""

        self.bulk.export(
            self.model.total or 0,
            units.export_units,
            path,
            self._filter,
            said=lambda count: t("units_page.exported", count=f"{count:,}", path=str(path)),
        )

    # -- how it is put together

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.detail.isVisible():
            self.close_detail()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    @property
    def _wide(self) -> bool:
        return self.width() >= _SIDE_BY_SIDE

    def _make_room(self) -> None:
        """Both side by side, or the detail alone."""
        detail = not self.detail.isHidden()
        for widget in (self.filters, self._left):
            widget.setVisible(self._wide or not detail)
        if detail and self._wide and self._split.sizes()[1] == 0:
            self._split.setSizes([self.width() - _DETAIL_WIDTH, _DETAIL_WIDTH])
        QTimer.singleShot(0, self, self._fit_columns)

    def _fit_columns(self) -> None:
        """Hide what does not fit rather than cut what matters."""
        room = self.table.viewport().width()
        widths = dict(zip(_NAMES, _WIDTHS, strict=True))
        needed = sum(widths.values())
        hidden: set[str] = set()
        for name in _GIVES_WAY:
            if needed <= room:
                break
            needed -= widths[name]
            hidden.add(name)
        for number, name in enumerate(_NAMES):
            self.table.setColumnHidden(number, name in hidden)

    def _build(self) -> None:
        self.search = SearchBox(t("units_page.search_hint"))
        self.search.setMinimumWidth(220)
        self.filters = FilterBar()
        self.table = DataTable(t("units_page.table"), multi=True)
        self.table.setModel(self.model)
        self.table.setTabKeyNavigation(False)
        self._empty = EmptyState("units", t("units_page.none_yet"))
        self.table.set_empty(self._empty)
        self.table.set_menu(self._fill_menu)
        self.bulk = BulkRun(self.workplace)
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
        sheet.add(self._chosen_row())
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        left.addWidget(self.bulk)
        left.addWidget(sheet, 1)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(12)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._left)
        self._split.addWidget(self.detail)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._split.splitterMoved.connect(lambda *_: self._fit_columns())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.filters)
        column.addWidget(self._split, 1)

    def _chosen_row(self) -> ToolbarRow:
        self.chosen = PlainLabel("", "note")
        move = ShortcutButton(msg("units_page.move"), "M", icon="box")
        hold = ShortcutButton(msg("units_page.hold"), "H", icon="hold")
        release = ShortcutButton(msg("units_page.release"), "U", icon="unlock")
        labels = ShortcutButton(msg("units_page.labels"), "L", icon="printer")
        move.clicked.connect(self.move_chosen)
        hold.clicked.connect(self.hold_chosen)
        release.clicked.connect(self.release_chosen)
        labels.clicked.connect(self.label_chosen)
        self._for_chosen = (move, hold, release, labels)
        row = ToolbarRow(self.chosen)
        for button in self._for_chosen:
            row.add_right(button)
        return row

    def _connect(self) -> None:
        self.search.searched.connect(lambda _: self._search_anew())
        self.filters.changed.connect(self._search_anew)
        self.filters.clear_button.clicked.connect(lambda: self.filter_by())
        self.model.counted.connect(lambda _: self._say_status())
        self.model.failed.connect(self.workplace.window.show_failure)
        self.table.opened.connect(self._open_row)
        self.table.current_changed.connect(self._row_changed)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._say_chosen())
        self.bulk.finished.connect(lambda *_: self._say_chosen())
        self.detail.closed.connect(self.close_detail)
        self.export_button.clicked.connect(self.export)
        bind(self, "/", msg("units_page.search_key"), self._to_search)
        bind(self, "Ctrl+F", msg("units_page.search_key"), self._to_search)
        self.model.modelReset.connect(self._say_chosen)
        self._say_chosen()

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _fill_menu(self, menu: QMenu) -> None:
        for button, act in zip(
            self._for_chosen,
            (self.move_chosen, self.hold_chosen, self.release_chosen, self.label_chosen),
            strict=True,
        ):
            menu.addAction(button.icon(), button.text(), act)
        menu.addSeparator()
        menu.addAction(self.export_button.icon(), self.export_button.text(), self.export)


def _columns() -> tuple[Column, ...]:
    width = dict(zip(_NAMES, _WIDTHS, strict=True))
    return (
        Column(t("units_page.column_identifier"), lambda u: u.identifier, identifier=True),
        Column(t("units_page.column_model"), _model, hint=_model, stretch=True),
        Column(
            t("units_page.column_sku"),
            lambda u: u.row.sku or "",
            hint=lambda u: u.row.sku,
            width=width["sku"],
        ),
        Column(
            t("units_page.column_grade"),
            lambda u: showing.grade_words(u.row.grade),
            pill=lambda u: showing.grade_tone(u.row.grade),
            width=width["grade"],
        ),
        Column(
            t("units_page.column_battery"),
            lambda u: showing.percent(u.row.battery_percent),
            number=True,
            width=width["battery"],
        ),
        Column(
            t("units_page.column_state"),
            lambda u: showing.state_words(u.row.state),
            pill=lambda u: showing.state_tone(u.row.state),
            width=width["state"],
        ),
        Column(
            t("units_page.column_bin"),
            lambda u: u.row.location,
            hint=lambda u: u.row.location,
            width=width["bin"],
        ),
        Column(
            t("units_page.column_blocker"),
            _blocker,
            tone=lambda u: None if u.held or not u.blockers else Tone.NEUTRAL,
            hint=_all_blockers,
            width=width["blocker"],
        ),
        Column(
            t("units_page.column_changed"),
            lambda u: showing.lately(u.row.changed_at),
            hint=lambda u: showing.moment(u.row.changed_at),
            width=width["changed"],
        ),
    )


def _model(line: UnitLine) -> str:
    return (line.row.title or line.row.model_code or t("units_page.unknown_model"))[:200]


def _blocker(line: UnitLine) -> str:
    return render(line.blockers[0].title)[:200] if line.blockers else ""


def _all_blockers(line: UnitLine) -> str:
    return "\n".join(render(blocker.title)[:200] for blocker in line.blockers)


def _ids_at(desk: Desk, asked: UnitFilter, numbers: Sequence[int]) -> list[str]:
    """The ids of the units that stand in these lines of the filtered list now. Reader thread."""
    ids: list[str] = []
    wanted: dict[int, list[int]] = {}
    for number in numbers:
        wanted.setdefault(number // PAGE, []).append(number % PAGE)
    cursor, after_page = "", -2
    for page, places in wanted.items():
        after = cursor if page == after_page + 1 else ""
        found = units.list_units(desk, asked, after=after, offset=0 if after else page * PAGE, limit=PAGE)
        ids += [found.lines[place].id for place in places if place < len(found.lines)]
        cursor, after_page = found.next, page
    return ids
