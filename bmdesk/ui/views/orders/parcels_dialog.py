"""Parcels on their way out: what the driver takes, with a manifest a carrier, and what left and never arrived."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.domain.parcels import ParcelState
from bmdesk.reports import parcel_papers
from bmdesk.services.desk import Desk
from bmdesk.services.shipping import parcels
from bmdesk.services.shipping.parcels import Moved
from bmdesk.texts import Text, msg, render, t
from bmdesk.ui import papers
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.orders.words import parcel_tone, parcel_words
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING, moment
from bmdesk.ui.workplace import Workplace

OUT, LATE = "out", "late"
_SHOWN_FOR = frozenset({Change.PACKING, Change.ORDERS})


class ParcelsDialog(QDialog):
    """`order`: the order that a person went to, "" while none; its number is what the page searches for."""

    def __init__(self, parent: QWidget, workplace: Workplace) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("orders_page.parcels"))
        self.setModal(True)
        screen = parent.window().size()
        self.resize(min(860, screen.width() - 60), min(620, screen.height() - 60))
        self._workplace = workplace
        self.order: tuple[int, str] | None = None
        self._is_other_list = True
        self.switch = Segmented(
            t("orders_page.parcels"),
            [
                Segment(OUT, t("orders_page.to_hand_over"), "Alt+1"),
                Segment(LATE, t("orders_page.late"), "Alt+2"),
            ],
            small=True,
        )
        self.switch.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.table = DataTable(t("orders_page.parcels"), multi=True)
        self.model = RowsModel(_columns(), self.table, key=lambda one: one.row.id)
        self.table.setModel(self.model)
        self._empty = EmptyState("pack", t("orders_page.none_to_hand_over"))
        self.table.set_empty(self._empty)
        self.words = PlainLabel("", "note")
        self.hand_button = self._button(
            msg("orders_page.hand_over"), "H", "receiving", self.hand_over, "primary"
        )
        self.arrived_button = self._button(
            msg("orders_page.arrived"), "A", "check", lambda: self._each(parcels.delivered)
        )
        self.lost_button = self._button(
            msg("orders_page.lost"), "L", "warning", lambda: self._each(parcels.lost)
        )
        self.back_button = self._button(
            msg("orders_page.came_back"), "B", "undo", lambda: self._each(parcels.back)
        )
        self._build()
        self.switch.chosen.connect(lambda _: self._read_other())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.table.opened.connect(self._open)
        workplace.bridge.changed.connect(self._changed)
        self.show_list(OUT)

    def show_list(self, which: str) -> None:
        """Go to one of the two lists."""
        self.switch.set_value(which)
        self._read_other()
        self.table.setFocus()

    def hand_over(self) -> None:
        """The driver took the chosen ones, or, where none is chosen, all of them; the manifests are opened."""
        if self._lost_choice:
            return  # another handed the chosen ones over: that does not mean all
        chosen = self.table.chosen() or [self.model.row(n) for n in range(self.model.rowCount())]
        ids = [one.row.id for one in chosen if one is not None]
        if ids:
            place = self._workplace
            place.write(parcels.hand_over, place.actor, ids, then=self._handed, button=self.hand_button)

    @property
    def _lost_choice(self) -> bool:
        return self.table.has_left and not self.table.chosen_count

    def _handed(self, moved: Moved) -> None:
        self._is_other_list = True  # what is left now
        window = self._workplace.window
        refused = [f"{number}: {render(why.happened)}" for number, why in moved.refused]
        title = t("orders_page.handed_over", count=len(moved.parcels))
        window.say(Tone.WARN if refused else Tone.OK, title, *refused[:4], for_ms=0 if refused else 5000)
        if moved.manifests:
            self._workplace.read(_manifests, moved, then=self._show_manifests)

    def _show_manifests(self, files: Sequence[Path]) -> None:
        for file in files:
            papers.open_file(self._workplace, file)

    def _each(self, service: Callable[..., Any]) -> None:
        place = self._workplace
        for one in self.table.chosen():
            place.write(service, place.actor, one.row.id)

    def _open(self, number: int) -> None:
        row = self.model.row(number)
        if row is not None:
            self.order = row.order, row.row.order_id
            self.accept()

    def _read_other(self) -> None:
        self._is_other_list = True
        self._read()

    def _read(self) -> None:
        late = self.switch.value() == LATE
        service = parcels.late if late else parcels.to_hand_over
        self._empty.set_words(
            t("orders_page.none_late") if late else t("orders_page.none_to_hand_over"),
            "" if late else t("orders_page.none_to_hand_over_note"),
        )
        self._workplace.read(service, then=self._show, key=(id(self), "parcels"))

    def _show(self, found: Sequence[Any]) -> None:
        show = self.model.reset if self._is_other_list else self.model.set_rows
        self._is_other_list = False
        show(found)
        self._enable()

    def _changed(self, flags: frozenset[Change]) -> None:
        if flags & _SHOWN_FOR and self.isVisible():
            self._read()

    def _enable(self) -> None:
        late, chosen = self.switch.value() == LATE, self.table.chosen_count
        self.hand_button.setVisible(not late)
        self.hand_button.setEnabled(self.model.rowCount() > 0 and not self._lost_choice)
        for button in (self.arrived_button, self.lost_button, self.back_button):
            button.setVisible(late)
            button.setEnabled(chosen > 0)
        count = chosen if chosen > 1 else self.model.rowCount()
        code = (
            t("orders_page.chosen_parcels", count=count)
            if chosen > 1
            else t("orders_page.parcel_count", count=count)
        )
        self.words.setText(code if count else "")

    def _button(
        self, words: Text, keys: str, icon: str, act: Callable[[], object], kind: str = ""
    ) -> ShortcutButton:
        button = ShortcutButton(words, keys, icon=icon, kind=kind)
        button.setAutoDefault(False)
        button.clicked.connect(lambda *_: act())
        return button

    def _build(self) -> None:
        close = QPushButton(t("orders_page.close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        head = QHBoxLayout()
        head.addWidget(PlainLabel(t("orders_page.parcels"), "title"), 1)
        head.addWidget(self.switch)
        sheet = Card()
        sheet.add(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        for button in (self.arrived_button, self.back_button, self.lost_button, self.hand_button, close):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(sheet, 1)
        column.addLayout(row)


def _columns() -> tuple[Column, ...]:
    def state(one: Any) -> ParcelState:
        return ParcelState(one.row.state)

    return (
        Column(t("orders_page.carrier"), lambda one: one.shipper[:80] or NOTHING, width=130),
        Column(t("orders_page.tracking"), lambda one: one.number, stretch=True),
        Column(t("orders_page.column_number"), lambda one: str(one.order), width=100),
        Column(t("orders_page.country"), lambda one: one.country or NOTHING, width=70),
        Column(t("orders_page.packed"), lambda one: moment(one.row.packed_at), width=158),
        Column(
            t("orders_page.column_state"),
            lambda one: parcel_words(state(one)),
            pill=lambda one: parcel_tone(state(one)),
            width=170,
        ),
    )


def _manifests(desk: Desk, moved: Moved) -> list[Path]:
    files = []
    for one in moved.manifests:
        file = papers.folder() / f"manifest-{datetime.now().astimezone():%Y%m%d-%H%M%S}-{one.id[-6:]}.pdf"
        parcel_papers.write_manifest(desk, file, one)
        files.append(file)
    return files
