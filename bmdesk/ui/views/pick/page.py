"""Pick: a list by place in walking order, the next piece in large type, each scan moves along it.

Holds no rule: what lies where and what is next say services.shipping.picking. A scan reaches it wherever the focus is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.services.desk import Desk
from bmdesk.services.orders import order_view
from bmdesk.services.orders.order_view import OrderFilter, OrderRow, Tab
from bmdesk.services.shipping import picking
from bmdesk.services.shipping.picking import PickList, PickScan
from bmdesk.store.queries.picking import BatchRow
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui import papers
from bmdesk.ui.bridge import Priority
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import px
from bmdesk.ui.views.pick import rows
from bmdesk.ui.views.pick.card import NextCard
from bmdesk.ui.views.pick.new_list import NewList
from bmdesk.ui.views.pick.rows import Line
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace, is_badge

_SHOWN = frozenset({Change.PACKING, Change.ORDERS, Change.UNITS})
_MOST_ORDERS = 100


class PickPage(QWidget):
    """`shown` after each redraw. `found` is the list on screen; `answers` counts the scans that were answered."""

    shown = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.header_status = ""
        self.found: PickList | None = None
        self.answers = 0
        self._place = workplace
        self._result: PickScan | None = None
        self._trouble: Failure | None = None
        self._known: dict[str, BatchRow] = {}
        self._led_to: tuple[str, str] | None = None
        self._wanted: str | None = None
        self._asked = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(t("pick_page.name"))
        self._make_tools()
        self.next = NextCard()
        self.model = RowsModel(rows.columns(), self, key=lambda line: (line.item.line_id, line.item.unit_id))
        self.table = DataTable(t("pick_page.name"))
        self.table.setModel(self.model)
        self.table.opened.connect(lambda _: self.take_chosen())
        self.table.set_empty(EmptyState("pick", t("pick_page.empty"), note=t("pick_page.empty_note")))
        listed = Card()
        listed.add(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.tools)
        column.addWidget(self.next)
        column.addWidget(listed, 1)
        bind(self, "F2", msg("pick_page.key_type"), self.line.setFocus)
        bind(self.table, "Space", msg("pick_page.key_take"), self.take_chosen, local=True)
        workplace.bridge.changed.connect(self._changed)

    # -- what the frame calls

    def entered(self) -> None:
        """The room is on screen."""
        self._refresh_lists()

    def takes_scan(self, text: str) -> bool:
        """Bins and units in this room are for the list; a badge signs in as everywhere."""
        if is_badge(text):
            return False
        self.send(text)
        return True

    # -- what a person does

    def send(self, text: str) -> None:
        """This was scanned or typed."""
        batch, place = self._batch, self._place
        if batch is None:
            place.window.feedback.bad()
            self._result, self._trouble = None, None
            self.next.show_said(t("pick_page.begin_first"), Tone.BAD, "cross")
            return
        desk, seat = place.desk, place.seat
        place.bridge.write(
            lambda: picking.scan(desk, seat, batch.id, text),
            then=self._answered,
            failed=self._failed,
            priority=Priority.SCAN,
        )

    def take_chosen(self) -> None:
        """The chosen piece is in the cart, as its scan would say."""
        line = self.table.under_keyboard()
        if isinstance(line, Line) and line.item.identifier and not line.item.picked:
            self.send(line.item.identifier)

    def ask_new(self) -> None:
        """Which orders are picked together?"""
        self._place.read(_waiting, then=self._ask_orders, key=(id(self), "waiting"))

    def begin(self, order_ids: Sequence[str]) -> None:
        """A list of these orders."""
        place = self._place
        place.write(picking.new_batch, place.actor, list(order_ids), then=self._begun, button=self.new)

    def close_list(self) -> None:
        """Nobody picks this list any more."""
        batch = self._batch
        if batch is None:
            return
        if self.found is not None and self.found.left:
            Confirm(
                self,
                t("pick_page.close_question", number=batch.number),
                t("pick_page.close_happens", left=self.found.left),
                t("pick_page.close"),
                lambda _: self._close(batch),
            ).open()
        else:
            self._close(batch)

    def write_pdf(self, file: Path) -> None:
        """The list as it is, with barcodes."""
        batch = self._batch.id if self._batch is not None else None
        self._place.read(_write, batch, file, then=lambda _: self._place.say_written(file))

    def print_list(self) -> None:
        """The same, on this computer's default printer."""
        file = papers.folder() / self._file_name
        batch = self._batch.id if self._batch is not None else None
        self._place.read(_write, batch, file, then=lambda _: papers.print_file(self._place, file))

    # -- lists

    @property
    def _batch(self) -> BatchRow | None:
        """The list on screen; None while all that waits is shown."""
        return self._known.get(self.lists.value())

    def _begun(self, batch: BatchRow) -> None:
        self._result = self._led_to = None
        self._wanted = batch.id
        self._refresh_lists()

    def _close(self, batch: BatchRow) -> None:
        place = self._place
        place.write(picking.close_batch, place.actor, batch.id, then=lambda _: self._closed())

    def _closed(self) -> None:
        self._result = self._led_to = None
        self._wanted = ""
        self._refresh_lists()

    def _ask_orders(self, orders: tuple[OrderRow, ...]) -> None:
        if orders:
            NewList(self, orders, self.begin).open()
        else:
            self.next.show_said(t("pick_page.nothing_waits"), None, "info")

    def _refresh_lists(self) -> None:
        self._place.read(picking.batches, then=self._show_lists, key=(id(self), "lists"))

    def _show_lists(self, found: tuple[BatchRow, ...]) -> None:
        first = not self._asked
        self._asked = True
        self._known = {batch.id: batch for batch in found}
        choices = [("", t("pick_page.all")), *((batch.id, rows.list_words(batch)) for batch in found)]
        before = self.lists.value()
        self.lists.set_choices(choices)
        wanted = self._wanted if self._wanted is not None else before
        if first and found and not wanted:
            wanted = found[0].id  # whoever comes back goes on where the list stands
        self._wanted = None
        self.lists.set_value(wanted if wanted in self._known else "")
        self.close_button.setEnabled(self._batch is not None)
        self._refresh()

    # -- what came of it

    def _answered(self, result: PickScan) -> None:
        self.answers += 1
        self._result, self._trouble, self._led_to = result, None, None
        feedback = self._place.window.feedback
        feedback.ok() if result.ok else feedback.bad()
        self._refresh()

    def _failed(self, failure: Failure) -> None:
        self.answers += 1
        self._trouble = failure
        self._place.window.feedback.bad()
        self.next.show_said(refusal_words(failure), Tone.BAD, "cross")

    def _changed(self, changes: frozenset[Change]) -> None:
        if changes & _SHOWN and self.isVisible():
            self._refresh_lists()

    def _refresh(self) -> None:
        batch = self._batch
        self._place.read(
            picking.to_pick,
            batch.id if batch is not None else None,
            then=self._show,
            failed=self._failed,
            key=(id(self), "list"),
        )

    def _show(self, found: PickList) -> None:
        self.found = found
        shown = rows.lines(found, self._now)
        self.model.set_rows(shown)
        self.table.viewport().update()
        self._show_next(found, shown)
        done = sum(line.done for line in shown)
        words = t("pick_page.progress", done=done, all=len(shown), orders=found.orders)
        self.header_status = words if shown else ""
        if self.isVisible():
            self._place.window.set_header_status(self.header_status)
        for button in (self.print_button, self.pdf_button):
            button.setEnabled(bool(shown))
        self.shown.emit()

    def _show_next(self, found: PickList, shown: list[Line]) -> None:
        result = self._result
        stop, item = (result.stop, result.item) if result is not None else (None, None)
        if stop is None or item is None:
            stop, item = rows.next_of(found) or (None, None)
        if stop is not None and item is not None:
            self.next.show_next(
                stop.location or t("pick_page.nowhere"),
                rows.piece_words(item),
                t("pick_page.goods_of", goods=item.title or item.sku, order=item.order_number),
            )
            piece = item.line_id, item.unit_id
            if piece != self._led_to:  # where a person has gone since, they stay
                self._led_to = piece
                for number in self.model.numbers_of([piece]):
                    self.table.choose_row(number)
        elif shown:
            self.table.clearSelection()
            self.next.show_next(t("pick_page.all_fetched"), "", t("pick_page.to_packing"))
        else:
            self.next.show_next(t("pick_page.empty"), "", "")
        self._say(finished=bool(shown) and item is None)

    def _say(self, *, finished: bool) -> None:
        result = self._result
        if self._trouble is not None:
            return
        if result is not None and not result.ok:
            todo = render(result.todo) if result.todo is not None else ""
            self.next.show_said(f"{render(result.message)} {todo}".strip(), Tone.BAD, "cross")
        elif finished:
            self.next.show_said(render(result.message) if result is not None else "", Tone.OK, "check")
        elif result is not None:
            self.next.show_said(render(result.message), None, "check")
        elif self._batch is None and not self.model.rowCount():
            self.next.show_said("", None, "info")
        else:
            hint = t("pick_page.hint") if self._batch is not None else t("pick_page.hint_begin")
            self.next.show_said(hint, None, "scan" if self._batch is not None else "info")

    # -- how it is put together

    def _make_tools(self) -> None:
        self.lists = ChoiceBox(t("pick_page.which"), [("", t("pick_page.all"))])
        self.lists.setMinimumWidth(px(190))
        self.lists.activated.connect(lambda _: self._chose_list())
        self.line = QLineEdit()
        self.line.setPlaceholderText(t("pick_page.type"))
        self.line.setAccessibleName(t("pick_page.type"))
        self.line.setMaxLength(512)
        self.line.setToolTip(t("pick_page.type"))  # where buttons leave little room
        self.line.setMinimumWidth(px(100))
        self.line.setMaximumWidth(px(230))
        self.line.returnPressed.connect(self._typed)
        self.new = ShortcutButton(msg("pick_page.new"), "Ctrl+N", icon="plus", kind="primary")
        self.new.clicked.connect(self.ask_new)
        self.close_button = ShortcutButton(msg("pick_page.close"), "F12")
        self.close_button.clicked.connect(self.close_list)
        self.close_button.setEnabled(False)
        self.print_button = ShortcutButton(msg("pick_page.print"), "Ctrl+P", icon="printer")
        self.print_button.clicked.connect(self.print_list)
        self.print_button.setEnabled(False)
        self.pdf_button = ShortcutButton(msg("pick_page.pdf"), "Ctrl+S")
        self.pdf_button.clicked.connect(self._ask_file)
        self.pdf_button.setEnabled(False)
        self.tools = ToolbarRow(self.lists, self.line)
        for button in (self.print_button, self.pdf_button, self.close_button, self.new):
            self.tools.add_right(button)

    def _chose_list(self) -> None:
        self._result = self._led_to = None
        self.close_button.setEnabled(self._batch is not None)
        self._refresh()

    def _typed(self) -> None:
        text = self.line.text().strip()
        self.line.clear()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if text:
            self.send(text)

    def _ask_file(self) -> None:
        file, _ = QFileDialog.getSaveFileName(
            self, t("pick_page.pdf"), self._file_name, t("settings.pdf_files")
        )
        if file:
            self.write_pdf(Path(file))

    @property
    def _file_name(self) -> str:
        batch = self._batch
        return t("pick_page.file", number=batch.number) if batch is not None else t("pick_page.file_all")

    @property
    def _now(self) -> datetime:
        return self._place.desk.clock.now()


def _waiting(desk: Desk) -> tuple[OrderRow, ...]:
    return order_view.page(desk, OrderFilter(tab=Tab.TO_PICK), None, _MOST_ORDERS).rows


def _write(desk: Desk, batch_id: str | None, file: Path) -> None:
    from bmdesk.reports.parcel_papers import write_pick_list  # draws: not before somebody asks

    write_pick_list(desk, file, batch_id)
