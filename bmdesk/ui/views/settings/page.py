"""The room of settings: sections at the left, the chosen one at the right. Each is built when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QWidget,
)

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.texts import msg, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import Theme, icon, px
from bmdesk.ui.views.settings import simple
from bmdesk.ui.views.settings.accounts import AccountSection
from bmdesk.ui.views.settings.checklists import ChecklistSection
from bmdesk.ui.views.settings.companies import CompaniesSection
from bmdesk.ui.views.settings.content import ContentSection
from bmdesk.ui.views.settings.gate import GateSection
from bmdesk.ui.views.settings.grades import GradesSection, SecondCheckSection
from bmdesk.ui.views.settings.listing_minimum import ListingMinimumSection
from bmdesk.ui.views.settings.listing_shipping import ListingShippingSection
from bmdesk.ui.views.settings.odoo import OdooSection
from bmdesk.ui.views.settings.only_for import OnlyFor
from bmdesk.ui.views.settings.operators import OperatorSection
from bmdesk.ui.views.settings.orders import OrdersSection
from bmdesk.ui.views.settings.prices import PriceSection
from bmdesk.ui.views.settings.safety import SafetySection
from bmdesk.ui.views.settings.scanner import ScannerSection
from bmdesk.ui.views.settings.shipping import ShippingSection
from bmdesk.ui.views.settings.store import StoreSection
from bmdesk.ui.views.settings.support import SupportSection
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.section import Section
from bmdesk.ui.workplace import Workplace, is_badge

_LIST_WIDTH, _LIST_WIDEST = 200, 280
_BESIDE_NAME = 88  # its picture, the scroll bar, and the air around
_ITEM_HEIGHT = 38


@dataclass(frozen=True, slots=True)
class Entry:
    """One section of the list."""

    key: str
    title: str
    icon: str
    build: Callable[[Workplace], Section]
    right: Right | None = None
    """What a person needs to change anything there; None: it is about this computer only, or asks by itself."""


class SettingsPage(QWidget):
    """`show_section(key)` goes to a section, as a click or the arrow keys do."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.header_status = ""
        self.entries = _entries()
        self.sections: dict[str, Section] = {}
        self._areas: dict[str, ScrollColumn] = {}
        self._stale: set[str] = set()
        self.list = QListWidget()
        self.list.setAccessibleName(t("window.room.settings"))
        self.list.setFixedWidth(px(_LIST_WIDTH))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for entry in self.entries:
            item = QListWidgetItem(entry.title)
            item.setSizeHint(QSize(0, px(_ITEM_HEIGHT)))
            self.list.addItem(item)
        self._tint()
        Theme.now().changed.connect(self._tint)
        self._stack = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.list)
        row.addWidget(self._stack, 1)
        self.setFocusProxy(self.list)
        self.list.setCurrentRow(0)
        workplace.settings_asked.connect(self.show_section)
        self.list.currentRowChanged.connect(lambda at: self.show_section(self.entries[at].key))
        bind(self, "Ctrl+PgDown", msg("settings.next_section"), lambda: self._step(1))
        bind(self, "Ctrl+PgUp", msg("settings.previous_section"), lambda: self._step(-1))
        workplace.bridge.changed.connect(self._on_changed)

    @property
    def section(self) -> Section | None:
        """The section on screen."""
        return self.sections.get(self.entries[self.list.currentRow()].key)

    def entered(self) -> None:
        """Show what is stored now."""
        self._fit_list()
        self.show_section(self.entries[self.list.currentRow()].key)

    def _fit_list(self) -> None:
        """As wide as its longest name, which no language may find cut off."""
        metrics = self.list.fontMetrics()
        longest = max(metrics.horizontalAdvance(entry.title) for entry in self.entries)
        self.list.setFixedWidth(min(max(px(_LIST_WIDTH), longest + px(_BESIDE_NAME)), px(_LIST_WIDEST)))

    def left(self) -> None:
        """Leave the section on screen."""
        if self.section is not None:
            self.section.hidden()

    def takes_scan(self, text: str) -> bool:
        """While the scanner's section is on screen a scan is a test; badges still sign people in."""
        section = self.section
        if isinstance(section, ScannerSection) and not is_badge(text):
            section.try_scan(text)
            return True
        return False

    def show_section(self, key: str) -> Section:
        """Go to this section."""
        at = next(number for number, entry in enumerate(self.entries) if entry.key == key)
        for shown, area in self._areas.items():
            if area is self._stack.currentWidget() and shown != key:
                self.sections[shown].hidden()
        if key not in self.sections:
            self._build(self.entries[at])
        self._stack.setCurrentWidget(self._areas[key])
        if self.list.currentRow() != at:
            self.list.blockSignals(True)
            self.list.setCurrentRow(at)
            self.list.blockSignals(False)
        self.sections[key].shown()
        return self.sections[key]

    def _build(self, entry: Entry) -> None:
        section = entry.build(self.workplace)
        area = ScrollColumn()
        if entry.right is not None:
            area.column.addWidget(OnlyFor(self.workplace, section, entry.right))
        area.column.addWidget(section)
        self.sections[entry.key] = section
        self._areas[entry.key] = area
        self._stack.addWidget(area)

    def _step(self, by: int) -> None:
        self.list.setCurrentRow((self.list.currentRow() + by) % len(self.entries))

    def _on_changed(self, changes: frozenset[Change]) -> None:
        section = self.section
        if section is not None and self.isVisible() and changes & section.reloads_on:
            section.load()

    def _tint(self) -> None:
        for number, entry in enumerate(self.entries):
            self.list.item(number).setIcon(icon(entry.icon, "muted"))


def _entries() -> tuple[Entry, ...]:
    return (
        Entry("company", t("settings.section.company"), "tag", simple.CompanySection, Right.SETTINGS),
        Entry("bench", t("settings.section.bench"), "scan", simple.BenchSection, Right.SETTINGS),
        Entry(
            "receiving", t("settings.section.receiving"), "receiving", simple.ReceivingSection, Right.SETTINGS
        ),
        Entry("gate", t("settings.section.gate"), "check", GateSection, Right.SETTINGS),
        Entry("grades", t("settings.section.grades"), "star", GradesSection, Right.SETTINGS),
        Entry("checklists", t("settings.section.checklists"), "edit", ChecklistSection, Right.SETTINGS),
        Entry("second", t("settings.section.second"), "user", SecondCheckSection, Right.SETTINGS),
        Entry("buffers", t("settings.section.buffers"), "box", simple.BufferSection, Right.SETTINGS),
        Entry("backmarket", t("settings.section.backmarket"), "link", AccountSection, Right.ACCOUNTS),
        Entry("odoo", t("settings.section.odoo"), "sync", OdooSection, Right.ACCOUNTS),
        Entry("orders", t("settings.section.orders"), "orders", OrdersSection, Right.ORDER_HANDLING),
        Entry("shipping", t("settings.section.shipping"), "pack", ShippingSection, Right.SETTINGS),
        Entry("prices", t("settings.section.prices"), "chart", PriceSection, Right.PRICES),
        Entry("content", t("settings.section.content"), "listings", ContentSection, Right.SETTINGS),
        Entry(
            "listing_shipping",
            t("settings.section.listing_shipping"),
            "pack",
            ListingShippingSection,
            Right.SETTINGS,
        ),
        Entry(
            "listing_minimum",
            t("settings.section.listing_minimum"),
            "check",
            ListingMinimumSection,
            Right.SETTINGS,
        ),
        Entry("labels", t("settings.section.labels"), "printer", _labels),
        Entry("scanner", t("settings.section.scanner"), "keyboard", ScannerSection),
        Entry("photos", t("settings.section.photos"), "camera", simple.PhotoSection),
        Entry("look", t("settings.section.look"), "sun", simple.LookSection),
        Entry("companies", t("settings.section.companies"), "tag", CompaniesSection, Right.COMPANIES),
        Entry("operators", t("settings.section.operators"), "lock", OperatorSection, Right.OPERATORS),
        Entry("safety", t("settings.section.safety"), "lock", SafetySection),
        Entry("store", t("settings.section.store"), "download", StoreSection),
        Entry("support", t("settings.section.support"), "info", SupportSection),
    )


def _labels(workplace: Workplace) -> Section:
    # Drawing and printing: not before somebody looks.
    from bmdesk.ui.views.settings.labels import LabelSection

    return LabelSection(workplace)
