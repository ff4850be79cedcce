"""The unit in hand with all its parts: checks at the left, records in the middle, the verdict at the right.

On a small screen the two columns of records become one; nothing is ever cut off, each column scrolls for itself.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from bmdesk.domain.commands import AddLabour
from bmdesk.services.grading.bench_view import BenchView, UnitInHand
from bmdesk.texts import msg, t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.bench.checklist import ChecklistCard
from bmdesk.ui.views.bench.defects import DefectsCard, PhotosCard
from bmdesk.ui.views.bench.floating import Ask
from bmdesk.ui.views.bench.header import CutLabel, UnitHeader, tighten
from bmdesk.ui.views.bench.records import AccessoriesCard, BatteryCard, ErasureCard, LocksCard
from bmdesk.ui.views.bench.roomy import RoomyButton
from bmdesk.ui.views.bench.today import SlimToday
from bmdesk.ui.views.bench.verdict import BlockersCard, GradeCard
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.scroll import scrolling
from bmdesk.ui.workplace import Workplace

_WIDE = 1080  # pixels of the page from which the records stand in two columns
_NARROW = 920  # and below which a test takes two lines
_LABOUR_STEP = 5


class UnitPage(QWidget):
    """Passes on what its cards say; `told(command)` carries every record."""

    told = Signal(object)
    settled = Signal()
    model_asked = Signal()
    keypad_asked = Signal()
    method_asked = Signal(str)
    part_asked = Signal()
    defect_removed = Signal(str)
    photos_dropped = Signal(object)
    photos_opened = Signal()

    def __init__(self, ask: Ask, workplace: Workplace) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.header = UnitHeader()
        self.checklist = ChecklistCard()
        self.battery = BatteryCard()
        self.locks = LocksCard()
        self.erasure = ErasureCard()
        self.accessories = AccessoriesCard()
        self.work = WorkCard()
        self.defects = DefectsCard(ask)
        self.photos = PhotosCard(workplace.bridge, workplace.desk.photos)
        self.grade = GradeCard()
        self.blockers = BlockersCard()
        self.today = SlimToday()
        self._lay_out()
        self._connect()

    def show_view(self, view: BenchView, unit: UnitInHand) -> None:
        """Redraw in place: each part looks whether its own piece changed."""
        self.header.show_view(view, unit)
        for part in (
            self.checklist,
            self.battery,
            self.locks,
            self.erasure,
            self.accessories,
            self.work,
            self.defects,
            self.photos,
            self.grade,
            self.blockers,
        ):
            part.show_unit(unit)

    def fit(self, width: int) -> None:
        """Arrange the columns for a page of this width."""
        wide = width >= px(_WIDE)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._records.direction() is not direction:
            self._records.setDirection(direction)
        self._columns.setStretch(0, 8 if wide else 11)
        self._columns.setStretch(1, 12 if wide else 10)
        self._right.setFixedWidth(min(max(width // 4, 240), 300))
        self.checklist.fit(narrow=width < px(_NARROW))
        self.battery.fit(narrow=width < 1300)

    def _lay_out(self) -> None:
        first, second = _column(), _column()
        for card in (self.battery, self.locks, self.erasure, self.accessories):
            first.addWidget(card)
        first.addStretch(1)
        second.addWidget(self.defects, 1)
        second.addWidget(self.photos)
        second.addWidget(self.work)
        holder = QWidget()
        mark(holder, kind="clear")
        self._records = QBoxLayout(QBoxLayout.Direction.LeftToRight, holder)
        self._records.setContentsMargins(0, 0, 0, 0)
        self._records.setSpacing(12)
        self._records.addLayout(first, 11)
        self._records.addLayout(second, 9)
        verdict = QWidget()
        mark(verdict, kind="clear")
        column = _column()
        verdict.setLayout(column)
        column.addWidget(self.grade)
        column.addWidget(self.blockers, 1)
        column.addWidget(self.today)
        self._right = scrolling(verdict)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(12)
        self._columns.addWidget(self.checklist, 10)
        self._columns.addWidget(scrolling(holder), 17)
        left = _column()
        left.addWidget(self.header)
        left.addLayout(self._columns, 1)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(12)
        page.addLayout(left, 1)
        page.addWidget(self._right)

    def _connect(self) -> None:
        for card in (
            self.checklist,
            self.battery,
            self.locks,
            self.erasure,
            self.accessories,
            self.work,
            self.defects,
            self.grade,
        ):
            card.told.connect(self.told)
        for settling in (self.battery.entered, self.erasure.entered, self.grade.settled):
            settling.connect(self.settled)
        self.header.model_asked.connect(self.model_asked)
        self.checklist.model_asked.connect(self.model_asked)
        self.erasure.method_asked.connect(self.method_asked)
        self.battery.keypad_asked.connect(self.keypad_asked)
        self.work.part_asked.connect(self.part_asked)
        self.defects.removal_asked.connect(self.defect_removed)
        self.photos.dropped.connect(self.photos_dropped)
        self.photos.opened.connect(self.photos_opened)


class WorkCard(Card):
    """Minutes and parts. `told(AddLabour)`, `part_asked`."""

    told = Signal(object)
    part_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.minutes = CutLabel("heading")
        self.minutes.setMinimumWidth(px(60))
        self.labour = RoomyButton(
            msg("bench_page.labour"), "Ctrl+M", meaning=msg("bench_page.key_labour"), small=True
        )
        self.labour.clicked.connect(lambda: self.told.emit(AddLabour(_LABOUR_STEP)))
        self.part = RoomyButton(
            msg("bench_page.part"), "Ctrl+P", meaning=msg("bench_page.key_part"), small=True
        )
        self.part.clicked.connect(self.part_asked)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.minutes, 1)
        row.addWidget(self.labour)
        row.addWidget(self.part)
        self.add(row)
        tighten(self)

    def show_unit(self, unit: UnitInHand) -> None:
        """Redraw in place."""
        self.minutes.show_words(t("bench_page.minutes", minutes=unit.labour_minutes))
        self.part.setEnabled(unit.checklist is not None)


def _column() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    return column
