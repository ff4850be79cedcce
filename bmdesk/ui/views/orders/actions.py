"""What is done to orders and their lines: accepted, gathered for picking, given a unit, taken back, decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from bmdesk.domain.changes import Change
from bmdesk.domain.orders import NAMES_A_UNIT, Way, way_text
from bmdesk.domain.parcels import ParcelState
from bmdesk.domain.rights import Right
from bmdesk.services.desk import Desk
from bmdesk.services.orders import documents, handling
from bmdesk.services.orders.order_shown import ConflictShown, LineDetail, StepShown
from bmdesk.services.shipping import parcels, picking
from bmdesk.texts import Failure, Text, render, t
from bmdesk.ui.label_printing import print_and_say
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.orders.assign_dialog import AssignDialog
from bmdesk.ui.views.orders.undo_dialog import UndoDialog
from bmdesk.ui.widgets.allowed import permitted
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.workplace import Workplace

Ids = list[str]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of accepting many: how many, and which were refused and why."""

    count: int
    problems: tuple[tuple[str, Text], ...]
    stopped: bool
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.ORDERS, Change.SYNC}))


class Actions:
    """Dialogs stand over `page`."""

    def __init__(self, page: QWidget, workplace: Workplace, run: LongRun) -> None:
        self._page, self.workplace, self._run = page, workplace, run
        self.dialog: QDialog | None = None

    def take_scan(self, text: str) -> bool:
        """A code answers the question that is open, if it is about a unit."""
        return isinstance(self.dialog, AssignDialog) and self.dialog.take_scan(text)

    # -- many orders

    def accept(self, ids: Ids) -> None:
        """Accept these orders: at the marketplace, as soon as may be."""
        actor = self.workplace.actor

        def work(desk: Desk, progress: Callable[[int, int], bool]) -> Accepted:
            problems: list[tuple[str, Text]] = []
            accepted = 0
            for number, order_id in enumerate(ids):
                if not progress(number, len(ids)):
                    return Accepted(accepted, tuple(problems), stopped=True)
                try:
                    done = handling.accept(desk, actor, order_id)
                except Failure as failure:
                    problems.append((order_id, failure.happened))
                else:
                    accepted += bool(done.count)
                    problems += [(order_id, why) for why in done.waits]
            return Accepted(accepted, tuple(problems), stopped=False)

        def said(done: Accepted) -> None:
            self._run.say_outcome(t("orders_page.accepted", count=done.count), done)

        if not self._run.run(t("orders_page.accepting"), work, then=said):
            self._busy()

    def new_batch(self, ids: Ids) -> None:
        """Gather these orders for one walk through the store, and go to Pick."""
        place = self.workplace

        def made(_batch: object) -> None:
            place.window.say(Tone.OK, t("orders_page.batch_made"), for_ms=5000)
            place.bridge.announce(frozenset({Change.PACKING}))
            if place.window.has_room("pick"):
                place.window.show_room("pick")

        place.write(picking.new_batch, place.actor, ids, then=made)

    # -- one line

    def accept_line(self, order_id: str, line_id: str) -> None:
        """Accept this line alone."""
        self._write(handling.accept, order_id, [line_id], said=t("orders_page.accepted", count=1))

    def assign(self, line: LineDetail) -> None:
        """Ask which unit this line gets."""
        place = self.workplace

        def go(unit_id: str) -> None:
            self._write(handling.assign, line.id, unit_id, said=t("orders_page.assigned"))

        self._open(AssignDialog(self._page, place, t("orders_page.assign_title"), line, go))

    def use(self, line_id: str, unit_id: str) -> None:
        """This substitute is for the line."""
        self._write(handling.assign, line_id, unit_id, said=t("orders_page.assigned"))

    def unassign(self, line: LineDetail, unit_id: str, identifier: str) -> None:
        """Ask, then the unit is for sale again."""

        def go(why: str) -> None:
            self._write(handling.unassign, line.id, unit_id, why, said=t("orders_page.unassigned"))

        Confirm(
            self._page,
            t("orders_page.unassign_title", identifier=identifier[:40]),
            t("orders_page.unassign_note"),
            t("orders_page.unassign"),
            go,
            reason=t("orders_page.unassign_reason"),
        ).open()

    def cancel(self, order: int, line: LineDetail) -> None:
        """Say what it does, ask for the reason, then cancel the line."""
        self._undo(order, line, refund=False)

    def refund(self, order: int, line: LineDetail) -> None:
        """Say what it does, ask for the reason and how much, then give the money back."""
        self._undo(order, line, refund=True)

    # -- what a person decides

    def settle(self, conflict: ConflictShown, way: Way, line: LineDetail | None) -> None:
        """Settle this conflict in this way; where a unit must be named, ask for it."""
        if way not in NAMES_A_UNIT:
            self._settle(conflict.id, way)
            return
        if line is not None:
            title = render(way_text(way))
            self._open(
                AssignDialog(
                    self._page,
                    self.workplace,
                    title,
                    line,
                    lambda unit_id: self._settle(conflict.id, way, unit_id),
                )
            )

    def withdraw(self, step: StepShown) -> None:
        """What was asked for is not asked for any more."""
        self._write(handling.withdraw, step.id, said=t("orders_page.withdrawn"))

    def happened(self, step: StepShown, *, did: bool) -> None:
        """A person looked at Back Market: it happened, or it did not."""
        service = handling.happened if did else handling.did_not_happen
        self._write(service, step.id, said=t("orders_page.settled"))

    def _settle(self, conflict_id: str, way: Way, unit_id: str = "") -> None:
        self._write(handling.resolve, conflict_id, way, unit_id, said=t("orders_page.settled"))

    # -- the parcel

    def move_parcel(self, parcel_id: str, to: ParcelState) -> None:
        """Somebody heard where the parcel is; or, before it was told, it is opened again."""
        service = {
            ParcelState.DELIVERED: parcels.delivered,
            ParcelState.LOST: parcels.lost,
            ParcelState.BACK: parcels.back,
            ParcelState.UNDONE: parcels.open_again,
        }[to]
        self._write(service, parcel_id, said=t("orders_page.parcel_moved"))

    # -- papers

    def attach_invoice(self, order_id: str) -> None:
        """Choose a PDF; it is kept and sent to Back Market."""
        name, _ = QFileDialog.getOpenFileName(
            self._page, t("orders_page.choose_invoice"), "", t("orders_page.pdf_files")
        )
        if name:
            self.keep_invoice(order_id, Path(name))

    def keep_invoice(self, order_id: str, file: Path) -> None:
        """This file is the invoice of the order."""
        self._write(documents.keep_invoice, order_id, file, said=t("orders_page.invoice_kept"))

    def print_label(self, order_id: str) -> None:
        """Print the label that goes with this order's units to the packing place."""
        print_and_say(self.workplace, "order", [order_id])

    # -- how

    def _undo(self, order: int, line: LineDetail, *, refund: bool) -> None:
        if not permitted(self.workplace, Right.CANCEL):
            return
        dialog = UndoDialog(self._page, self.workplace, order, line, refund=refund)
        said = t("orders_page.refund_asked") if refund else t("orders_page.cancel_asked")
        dialog.asked.connect(lambda: self.workplace.window.say(Tone.OK, said, for_ms=6000))
        self._open(dialog)

    def _write(self, service: Callable[..., Any], *args: Any, said: str) -> None:
        place = self.workplace

        def done(result: Any) -> None:
            waits = [render(why) for why in getattr(result, "waits", ())]
            place.window.say(Tone.WARN if waits else Tone.OK, said, *waits[:3], for_ms=0 if waits else 5000)

        place.write(service, place.actor, *args, then=done)

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._closed())
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def _busy(self) -> None:
        self.workplace.window.say(Tone.WARN, t("orders_page.busy"), for_ms=4000)
