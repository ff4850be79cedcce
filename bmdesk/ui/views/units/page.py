"""The Units room: all units, those whose battery is to be read again, those in repair."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from bmdesk.domain import scan as router
from bmdesk.domain.changes import Change
from bmdesk.domain.scanned import AmbiguousScan, BadgeScan, BinScan, Expected, ImeiScan, Kind, SerialScan
from bmdesk.services.goods import units
from bmdesk.services.goods.unit_detail import UnitDetail
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.views.units.all_units import AllUnits
from bmdesk.ui.views.units.repair_queue import RepairQueue
from bmdesk.ui.views.units.retests import RetestList
from bmdesk.ui.widgets.asking import Asking
from bmdesk.ui.widgets.fresh_page import FreshPage
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.workplace import Workplace


class UnitsPage(FreshPage):
    """Three lists behind one switch. Scans of a device open its unit here; scans of a bin filter by it."""

    shown_for = frozenset(
        {Change.UNITS, Change.REPAIRS, Change.PHOTOS, Change.CATALOGUE, Change.BATCHES, Change.LISTINGS}
    )

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self.header_status = ""
        self.switch = Segmented(
            t("units_page.switch"),
            [
                Segment("all", t("units_page.tab_all")),
                Segment("retests", t("units_page.tab_retests")),
                Segment("repairs", t("units_page.tab_repairs")),
            ],
            small=True,
        )
        self.all = AllUnits(workplace)
        self.retests = RetestList(workplace)
        self.repairs = RepairQueue(workplace)
        self._tabs: dict[str, AllUnits | RetestList | RepairQueue] = {
            "all": self.all,
            "retests": self.retests,
            "repairs": self.repairs,
        }
        self._stack = QStackedWidget()
        for tab in self._tabs.values():
            self._stack.addWidget(tab)
            tab.status_changed.connect(self._say)
        self.retests.unit_opened.connect(self.show_unit)
        self.repairs.unit_opened.connect(self.show_unit)
        self.switch.chosen.connect(self.show_tab)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.switch.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        head.addWidget(self.switch)
        head.addWidget(self.all.tools, 1)
        head.addStretch()
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        lands_on(self, self.all.table)
        bind(self, "Alt+1", msg("units_page.tab_all"), lambda: self.show_tab("all"))
        bind(self, "Alt+2", msg("units_page.tab_retests"), lambda: self.show_tab("retests"))
        bind(self, "Alt+3", msg("units_page.tab_repairs"), lambda: self.show_tab("repairs"))
        workplace.unit_asked.connect(self.show_unit)
        self.show_tab("all")

    def entered(self) -> None:
        """The room is on screen again."""
        self._tab.entered()
        super().entered()

    def show_tab(self, key: str) -> None:
        """Go to one of all, retests, repairs."""
        self.switch.set_value(key)
        tab = self._tabs[key]
        self._stack.setCurrentWidget(tab)
        self.all.tools.setVisible(key == "all")
        lands_on(self, tab.table)
        tab.entered()
        tab.table.setFocus()
        self._say()

    def show_unit(self, unit_id: str) -> None:
        """Open the detail of this unit."""
        self.show_tab("all")
        self.all.open_unit(unit_id)

    def takes_scan(self, text: str) -> bool:
        """Whether this scan is the room's own: a device opens its unit, a bin filters the list.

        Badges, command cards and everything else go on to the bench.
        """
        read = router.route(text, Expected.DEVICE)
        question = QApplication.activeModalWidget()
        if question is not None:
            return self._answers(question, read)
        match read:
            case BinScan(warehouse=warehouse, bin=bin_):
                self.show_tab("all")
                self.all.filter_by(bin=f"{warehouse}/{bin_}")
                self.workplace.window.feedback.ok()
                return True
            case ImeiScan() | SerialScan():
                self._look_up(text)
                return True
            case AmbiguousScan(kinds=kinds) if Kind.SERIAL in kinds or Kind.IMEI in kinds:
                self._look_up(text)
                return True
        return False

    def _answers(self, question: QWidget, read: router.Scan) -> bool:
        """A question is open: a bin may be its answer; nothing moves behind it. Badges still sign in."""
        if isinstance(read, BadgeScan):
            return False
        feedback = self.workplace.window.feedback
        place = f"{read.warehouse}/{read.bin}" if isinstance(read, BinScan) else ""
        if place and isinstance(question, Asking) and question.takes_bin(place):
            feedback.ok()
        else:
            feedback.bad()
        return True

    def _look_up(self, text: str) -> None:
        shown = router.clean(text)[:60]

        def found(unit: UnitDetail) -> None:
            self.workplace.window.feedback.ok()
            self.show_unit(unit.id)

        def missing(_: Failure) -> None:
            self.workplace.window.feedback.bad()
            self.workplace.window.say(
                Tone.WARN,
                t("units_page.scan_unknown", text=shown),
                t("units_page.scan_unknown_todo"),
                for_ms=8000,
            )

        self.workplace.read(units.show_unit, text, then=found, failed=missing, key=(id(self), "scan"))

    def _redraw(self) -> None:
        super()._redraw()
        for tab in self._tabs.values():
            tab.refresh()

    @property
    def _tab(self) -> AllUnits | RetestList | RepairQueue:
        return next(tab for tab in self._tabs.values() if tab is self._stack.currentWidget())

    def _say(self) -> None:
        tab = self._tab
        self.header_status = tab.status
        if self.workplace.window.current_room == "units":
            self.workplace.window.set_header_status(tab.status)
