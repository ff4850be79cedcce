"""Work orders that are open or wait for a part; assign, wait, go on, close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from bmdesk.services.grading import repairs
from bmdesk.services.grading.repairs import RepairLine
from bmdesk.texts import msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.asking import Asking, needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.words import days, hours, money
from bmdesk.ui.workplace import Workplace


class RepairQueue(QWidget):
    """`unit_opened(id)` when somebody wants to see a unit; `status_changed` when `status` says something new."""

    status_changed = Signal()
    unit_opened = Signal(str)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.status = ""
        self._stale = True
        self._lines: tuple[RepairLine, ...] = ()
        self.model = RowsModel(_columns(), self)
        self.table = DataTable(t("units_page.tab_repairs"))
        self.table.setModel(self.model)
        Fitting(self.table, _FIT)
        self._empty = EmptyState(
            "wrench", t("units_page.repairs_none"), note=t("units_page.repairs_none_note")
        )
        self.table.set_empty(self._empty)
        self.table.opened.connect(self._open)
        self.table.current_changed.connect(lambda _: self._offer())
        self.table.set_menu(self._fill_menu)
        self.which = Segmented(
            t("units_page.repairs_which"),
            [
                Segment("", t("units_page.repairs_all")),
                Segment("open", t("units_page.repairs_open")),
                Segment("waiting", t("units_page.repairs_waiting")),
            ],
            small=True,
        )
        self.which.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.which.set_value("")
        self.which.chosen.connect(lambda _: self._show_lines(self.model.reset))
        self.assign_button = ShortcutButton(msg("units_page.assign"), "T", icon="user")
        self.wait_button = ShortcutButton(msg("units_page.wait_for_part"), "W", icon="pause")
        self.arrived_button = ShortcutButton(msg("units_page.part_arrived"), "A", icon="box")
        self.close_button = ShortcutButton(msg("units_page.close_order"), "D", icon="check", kind="primary")
        self.assign_button.clicked.connect(self.assign)
        self.wait_button.clicked.connect(self.wait_for_part)
        self.arrived_button.clicked.connect(self.part_arrived)
        self.close_button.clicked.connect(self.close_order)
        actions = ToolbarRow()
        for button in (self.assign_button, self.wait_button, self.arrived_button, self.close_button):
            actions.add_right(button)
        card = Card()
        card.add(ToolbarRow(self.which))
        card.add(self.table, 1)
        card.add(actions)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card, 1)
        self._offer()

    def entered(self) -> None:
        """On screen again."""
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Read the queue again, now or once it is looked at."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.workplace.read(repairs.queue, then=self._take, key=(id(self), "queue"))

    @property
    def chosen(self) -> RepairLine | None:
        """The order in the chosen line."""
        line: RepairLine | None = self.table.under_keyboard()
        return line

    def assign(self) -> None:
        """Ask who repairs it."""
        line = self.chosen
        if line is None:
            return
        asking = Asking(
            self,
            t("units_page.assign_title"),
            line.fault,
            t("units_page.assign_yes"),
            lambda values: self._write(
                t("units_page.assign_said"), repairs.assign, line.id, values["technician"]
            ),
            needs("technician"),
        )
        asking.words("technician", t("units_page.fact_technician"), line.technician, longest=80)
        asking.open()

    def wait_for_part(self) -> None:
        """Ask which part is missing."""
        line = self.chosen
        if line is None:
            return
        asking = Asking(
            self,
            t("units_page.wait_title"),
            line.fault,
            t("units_page.wait_yes"),
            lambda values: self._write(
                t("units_page.wait_said", part=values["part"]), repairs.wait_for_part, line.id, values["part"]
            ),
            needs("part"),
        )
        asking.words("part", t("units_page.fact_waiting_for"), line.waiting_for, longest=200)
        asking.open()

    def part_arrived(self) -> None:
        """The part is here; the order goes on."""
        line = self.chosen
        if line is not None:
            self._write(t("units_page.part_arrived_said"), repairs.part_arrived, line.id)

    def close_order(self) -> None:
        """Ask what was done; the unit is inspected anew then."""
        line = self.chosen
        if line is None:
            return
        asking = Asking(
            self,
            t("units_page.close_title"),
            t("units_page.close_note", fault=line.fault),
            t("units_page.close_yes"),
            lambda values: self.close_with(line, values["outcome"]),
            needs("outcome"),
        )
        asking.words("outcome", t("units_page.outcome"), longest=500)
        asking.open()

    def close_with(self, line: RepairLine, outcome: str) -> None:
        """Close this order; what was done stands in the history."""
        said = t("units_page.close_said", identifier=line.unit.identifier or line.unit.row.title)
        self._write(said, repairs.close_order, line.id, outcome)

    def _write(self, said: str, service: Callable[..., Any], *args: object) -> None:
        self.workplace.write(
            service,
            self.workplace.actor,
            *args,
            then=lambda _: self.workplace.window.say(Tone.OK, said, for_ms=6000),
        )

    def _take(self, lines: tuple[RepairLine, ...]) -> None:
        self._lines = lines
        self._show_lines(self.model.set_rows)

    def _show_lines(self, show: Callable[[list[RepairLine]], None]) -> None:
        state = self.which.value()
        shown = [line for line in self._lines if state in ("", line.state)]
        show(shown)
        self.table.choose_first()
        waiting = sum(line.state == "waiting" for line in self._lines)
        self.status = t("units_page.repairs_status", count=len(self._lines), waiting=waiting)
        self._offer()
        self.status_changed.emit()

    def _offer(self) -> None:
        line = self.chosen
        for button in (self.assign_button, self.wait_button, self.close_button):
            button.setEnabled(line is not None)
        self.arrived_button.setEnabled(line is not None and line.state == "waiting")

    def _open(self, number: int) -> None:
        line: RepairLine | None = self.model.row(number)
        if line is not None:
            self.unit_opened.emit(line.unit.id)

    def _fill_menu(self, menu: QMenu) -> None:
        for button in (self.assign_button, self.wait_button, self.arrived_button, self.close_button):
            action = menu.addAction(button.icon(), button.text(), button.click)
            action.setEnabled(button.isEnabled())


_WIDTHS = {
    "identifier": 158,
    "model": 200,
    "fault": 190,
    "technician": 110,
    "waiting": 140,
    "age": 76,
    "parts": 110,
    "labour": 90,
}
_FIT = Fit(
    _WIDTHS,
    gives_way=("labour", "parts", "model", "technician"),
    stretches=("fault",),
    grows={"model": 290, "waiting": 240},
)


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("units_page.column_identifier"), lambda r: r.unit.identifier, identifier=True),
        Column(t("units_page.column_model"), _model, hint=_model, width=_WIDTHS["model"]),
        Column(t("units_page.column_fault"), lambda r: r.fault[:200], hint=lambda r: r.fault, stretch=True),
        Column(
            t("units_page.column_technician"),
            lambda r: r.technician[:80],
            hint=lambda r: r.technician,
            width=_WIDTHS["technician"],
        ),
        Column(
            t("units_page.column_waiting_for"),
            lambda r: (r.waiting_for or t("units_page.a_part"))[:80] if r.state == "waiting" else "",
            pill=lambda r: Tone.WARN if r.state == "waiting" else None,
            hint=lambda r: r.waiting_for,
            width=_WIDTHS["waiting"],
        ),
        Column(t("units_page.column_age"), lambda r: days(r.age_days), width=_WIDTHS["age"]),
        Column(t("units_page.column_parts"), _parts, number=True, width=_WIDTHS["parts"]),
        Column(
            t("units_page.column_labour"),
            lambda r: hours(r.labour_minutes) if r.labour_minutes else "",
            number=True,
            width=_WIDTHS["labour"],
        ),
    )


def _model(line: RepairLine) -> str:
    return (line.unit.row.title or line.unit.row.model_code or t("units_page.unknown_model"))[:200]


def _parts(line: RepairLine) -> str:
    cost = ", ".join(money(paid) for paid in line.parts_cost)
    return " · ".join(word for word in (str(line.parts) if line.parts else "", cost) if word)
