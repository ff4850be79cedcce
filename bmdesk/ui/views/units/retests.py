"""Units whose battery must be read again, the oldest reading first; Enter takes one to the bench."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bmdesk.services.desk import Desk
from bmdesk.services.goods import units
from bmdesk.services.goods.units import RetestLine
from bmdesk.texts import msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.units.detail_actions import take_to_bench
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.words import day, days, grade_tone, grade_words, percent
from bmdesk.ui.workplace import Workplace

_Due = tuple[RetestLine, int]


class RetestList(QWidget):
    """`unit_opened(id)` when somebody wants to see a unit; `status_changed` when `status` says something new."""

    status_changed = Signal()
    unit_opened = Signal(str)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.status = ""
        self._stale = True
        self.model = RowsModel(_columns(), self, key=lambda due: due[0].unit.id)
        self.table = DataTable(t("units_page.tab_retests"))
        self.table.setModel(self.model)
        self.table.set_empty(
            EmptyState("battery", t("units_page.retests_none"), note=t("units_page.retests_none_note"))
        )
        self.table.opened.connect(self.take)
        bench = ShortcutButton(msg("units_page.to_bench"), "B", icon="scan", kind="primary")
        show = ShortcutButton(msg("units_page.show_unit"), "I", icon="info")
        bench.clicked.connect(lambda: self._take_to_bench(self.table.under_keyboard()))
        show.clicked.connect(self._show)
        row = ToolbarRow(PlainLabel(t("units_page.retests_hint"), "note"))
        row.add_right(show)
        row.add_right(bench)
        card = Card()
        card.add(self.table, 1)
        card.add(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card, 1)

    def entered(self) -> None:
        """On screen again."""
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Read the list again, now or once it is looked at."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.workplace.read(_due, then=self._take, key=(id(self), "list"))

    def take(self, number: int) -> None:
        """Take this unit to the bench."""
        self._take_to_bench(self.model.row(number))

    def _take_to_bench(self, row: _Due | None) -> None:
        if row is not None and row[0].unit.identifier:
            take_to_bench(self.workplace, row[0].unit.identifier)

    def _show(self) -> None:
        row: _Due | None = self.table.under_keyboard()
        if row is not None:
            self.unit_opened.emit(row[0].unit.id)

    def _take(self, rows: tuple[_Due, ...]) -> None:
        self.model.set_rows(rows)
        self.table.choose_first()
        self.status = t("units_page.retests_status", count=len(rows))
        self.status_changed.emit()


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("units_page.column_identifier"), lambda r: r[0].unit.identifier, identifier=True),
        Column(t("units_page.column_model"), lambda r: r[0].unit.row.title[:200], stretch=True),
        Column(
            t("units_page.column_grade"),
            lambda r: grade_words(r[0].unit.row.grade),
            pill=lambda r: grade_tone(r[0].unit.row.grade),
            width=110,
        ),
        Column(
            t("units_page.column_battery"),
            lambda r: percent(r[0].unit.row.battery_percent),
            number=True,
            width=76,
        ),
        Column(t("units_page.column_read"), lambda r: day(r[0].read_at), width=110),
        Column(
            t("units_page.column_overdue"),
            lambda r: days(r[1]) if r[1] else t("units_page.due_today"),
            pill=lambda r: Tone.WARN if r[1] else Tone.INFO,
            width=120,
        ),
        Column(t("units_page.column_bin"), lambda r: r[0].unit.row.location, width=120),
    )


def _due(desk: Desk) -> tuple[_Due, ...]:
    """The list with the days each unit is overdue. Reader thread."""
    lines = units.retest_list(desk)
    today = desk.read(lambda connection: desk.today(desk.policies(connection), desk.clock.now()))
    return tuple((line, max(0, (today - line.due_on).days)) for line in lines)
