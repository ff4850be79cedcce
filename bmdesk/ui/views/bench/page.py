"""The bench as one page: what was scanned, the unit in hand, what is recorded of it, the verdict, and what to do next.

The page holds no rule: it shows `bench_view.view`, sends what a person does as the same command that its card carries,
and redraws in place when the store has it. Which scan says what is the services' business; beeps are the application's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from bmdesk.domain.cards import BadCard, parse_card
from bmdesk.domain.changes import Change
from bmdesk.domain.commands import AddPart, Command, Hold, RecordErasure, SetGrade
from bmdesk.domain.scanned import Kind
from bmdesk.services.company import Saved
from bmdesk.services.goods import catalog
from bmdesk.services.grading import bench, bench_choices, bench_today, bench_view, repairs, templates
from bmdesk.services.grading.bench import ScanResult
from bmdesk.services.grading.bench_choices import BenchChoices
from bmdesk.services.grading.bench_today import Today
from bmdesk.services.grading.bench_view import BenchView
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.texts import msg, render, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.views.bench.actions import ActionBar
from bmdesk.ui.views.bench.floating import Ask, Choice, Keypad
from bmdesk.ui.views.bench.models import ModelChooser
from bmdesk.ui.views.bench.status import StatusLine, fit_result
from bmdesk.ui.views.bench.today import EmptyBench
from bmdesk.ui.views.bench.unit_page import UnitPage
from bmdesk.ui.views.bench.way import WayToMarket
from bmdesk.ui.widgets.scan_line import ScanLine
from bmdesk.ui.words import answer_tone
from bmdesk.ui.workplace import Workplace

_SHOWN = frozenset(
    {Change.SEAT, Change.UNITS, Change.BATCHES, Change.CATALOGUE, Change.SETTINGS, Change.PHOTOS}
)
_ASKS_METHOD = "refused.method_needed.happened"
_ASKS_REASON = "refused.reason_needed.happened"


class BenchPage(QWidget):
    """`label_asked(unit id)`: print this unit's label. `shown` after each redraw."""

    label_asked = Signal(str)
    shown = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.header_status = ""
        self.view: BenchView | None = None
        self._place = workplace
        self._choices = BenchChoices((), ())
        self._next = ""
        self._stale_view = self._stale_today = self._stale_choices = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(t("bench_page.name"))
        self.line = ScanLine()
        fit_result(self.line)
        self.status = StatusLine()
        self.empty = EmptyBench()
        self.ask = Ask(self)
        self.keypad = Keypad(self)
        self.chooser = ModelChooser(self)
        self.unit = UnitPage(self.ask, workplace)
        self.bar = ActionBar()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.line)
        column.addWidget(self.status)
        column.addWidget(self._stack, 1)
        column.addWidget(self.bar)
        self._connect()

    # -- what the frame calls

    def entered(self) -> None:
        """The room is on screen: show what is true now."""
        self._refresh()
        self._refresh_today()
        self._refresh_choices()

    def left(self) -> None:
        """Another room is on screen."""
        for floating in (self.ask, self.keypad, self.chooser):
            floating.dismiss()

    def takes_scan(self, text: str) -> bool:
        """Show a scan the moment it arrives; the bench's services deal with it."""
        self._show_scanned(text)
        return False

    # -- wiring

    def _connect(self) -> None:
        place = self._place
        self._way = WayToMarket(place, self.status.show_way)
        place.scanned.connect(self._answered)
        place.seat_changed.connect(self._seat_changed)
        place.operator_changed.connect(lambda _: self._refresh())
        place.bridge.changed.connect(self._changed)
        self.line.entered.connect(self._typed)
        self.status.seat_chosen.connect(self._choose_seat)
        bind(self, "F2", msg("bench_page.key_scan_line"), self.line.field.setFocus)
        for floating in (self.ask, self.keypad, self.chooser):
            floating.opened.connect(self._hush)
            floating.closed.connect(self._hush)
        self.chooser.searched.connect(self._search_models)
        self.chooser.chosen.connect(self._choose_model)
        self.chooser.unknown.connect(self._draft_model)
        self.empty.model_asked.connect(self.chooser.open_list)
        self.empty.unit_asked.connect(place.show_unit)
        self.bar.told.connect(self._act)
        self.bar.hold_asked.connect(self._ask_hold)
        self.bar.repair_asked.connect(self._ask_repair)
        self.bar.label_asked.connect(self._ask_label)
        self.bar.repeat_asked.connect(lambda: place.step(templates.repeat_last))
        unit = self.unit
        unit.told.connect(place.perform)
        unit.model_asked.connect(self.chooser.open_list)
        unit.settled.connect(self._to_page)
        unit.method_asked.connect(self._ask_erasure)
        unit.keypad_asked.connect(self._ask_battery)
        unit.part_asked.connect(self._ask_part)
        unit.defect_removed.connect(lambda defect_id: place.step(bench.remove_defect, defect_id))
        unit.photos_dropped.connect(self._attach)
        unit.photos_opened.connect(self._show_unit)

    def _act(self, command: Command) -> None:
        """What is typed but not yet entered goes first: nobody presses Done to lose a number."""
        self.unit.battery.commit()
        self._place.perform(command)

    def _typed(self, text: str) -> None:
        self._to_page()
        self._show_scanned(text)
        self._place.scan(text)

    def _attach(self, files: list[Path]) -> None:
        for file in files:
            self._place.step(bench.attach_photo, file)

    def _show_unit(self) -> None:
        if self.view is not None and self.view.unit is not None:
            self._place.show_unit(self.view.unit.row.id)

    # -- what came of a scan

    def _show_scanned(self, text: str) -> None:
        if not (self.line.field.hasFocus() and self.line.field.text() and not self.line.field.stale):
            self.line.show_scan(text)

    def _answered(self, result: ScanResult) -> None:
        self._show_scanned(result.scan)
        tone = answer_tone(result)
        self.line.show_result(render(result.message), tone)
        self.status.show_todo(render(result.message), render(result.todo) if result.todo else "", tone)
        if result.kinds:
            self._ask_kind(result)
        elif result.code == _ASKS_REASON:
            self._ask_grade_reason(result.scan)
        elif result.code == _ASKS_METHOD:
            self._ask_erasure()
        self._way.note(result)
        if result.finished:
            self._refresh_choices()
        if not self.isVisible():
            self._stale_view = True

    def _ask_kind(self, result: ScanResult) -> None:
        words = dict(result.message.params).get("kinds")
        said = [render(text) for text in words] if isinstance(words, tuple) else []
        choices = [
            Choice(kind.value, name[:1].upper() + name[1:])
            for kind, name in zip(result.kinds, said, strict=False)
        ]
        self.ask.ask(
            t("bench_page.unclear", text=result.scan[:60]),
            choices,
            lambda kind: self._place.scan(result.scan, meant=Kind(kind)),
            columns=min(max(len(choices), 1), 3),
        )

    def _ask_grade_reason(self, scanned: str) -> None:
        try:
            command = parse_card(scanned)
        except BadCard:
            return
        if isinstance(command, SetGrade):
            self.unit.grade.ask_reason(command.grade)

    # -- questions

    def _hush(self) -> None:
        """While a question is open, "1" is its first answer and no test."""
        asking = any(f.isVisibleTo(self) for f in (self.ask, self.keypad, self.chooser))
        self.unit.checklist.hear_keys(loud=not asking)

    def _ask_hold(self) -> None:
        self.ask.ask(
            t("bench_page.hold_title"),
            [Choice(reason, reason) for reason in self._choices.hold_reasons],
            lambda reason: self._place.perform(Hold(reason)),
            write=t("bench_page.hold_reason"),
        )

    def _ask_repair(self) -> None:
        self.ask.ask(
            t("bench_page.repair_title"),
            [],
            lambda fault: self._place.step(repairs.send_in_hand_to_repair, fault),
            write=t("bench_page.repair_fault"),
        )

    def _ask_part(self) -> None:
        unit = self.view.unit if self.view else None
        if unit is not None and unit.checklist is not None:
            parts = [Choice(part.code, part.title) for part in unit.checklist.parts]
            self.ask.ask(t("bench_page.part_title"), parts, lambda code: self._place.perform(AddPart(code)))

    def _ask_erasure(self, certificate: str = "") -> None:
        unit = self.view.unit if self.view else None
        if unit is not None and unit.checklist is not None:
            methods = [Choice(method.code, method.title) for method in unit.checklist.erasure_methods]
            self.ask.ask(
                t("bench_page.erasure_how"),
                methods,
                lambda method: self._place.perform(RecordErasure(method, certificate or None)),
            )

    def _ask_battery(self) -> None:
        self.keypad.ask(t("bench_page.battery_percent"), 100, self.unit.battery.tell)

    def _ask_label(self) -> None:
        view = self.view
        if view is not None:
            unit_id = view.unit.row.id if view.unit is not None else view.last_unit_id
            if unit_id:
                self.label_asked.emit(unit_id)

    # -- models

    def _search_models(self, words: str) -> None:
        if self.chooser.isVisible():  # the search box waits a moment, and the list may be gone by then
            self._place.read(
                catalog.list_variants, words, then=self.chooser.show_variants, key="bench.models"
            )

    def _choose_model(self, variant_id: str) -> None:
        self._place.step(bench.choose_variant, variant_id)

    def _draft_model(self, words: str, category: str) -> None:
        def saved(draft: Saved) -> None:
            self._choose_model(draft.id)

        self._place.write(catalog.draft_variant, words, category, then=saved)

    # -- seats

    def _seat_changed(self, name: str) -> None:
        self.status.show_seat(name)
        for floating in (self.ask, self.keypad, self.chooser):
            floating.dismiss()
        self._refresh()

    def _choose_seat(self, name: str) -> None:
        if name != self._place.seat.name:
            self._place.seat = bench.Seat(name)
            self._place.seat_changed.emit(name)
        self._to_page()

    # -- redraw

    def _changed(self, changes: frozenset[Change]) -> None:
        if changes & _SHOWN:
            self._refresh()
        if Change.UNITS in changes:
            self._refresh_today()
        if Change.SETTINGS in changes:
            self._refresh_choices()

    def _refresh(self) -> None:
        self._stale_view = self._ask_for(
            bench_view.view, self._place.seat, then=self._show_view, key="bench.view"
        )

    def _refresh_today(self) -> None:
        # While a unit is in hand the day does not move: it is asked once the hand is empty again.
        if self._stale_today or self.view is None or self.view.unit is None:
            self._stale_today = self._ask_for(bench_today.today, then=self._show_today, key="bench.today")

    def _refresh_choices(self) -> None:
        self._stale_choices = self._ask_for(
            bench_choices.choices, then=self._show_choices, key="bench.choices"
        )

    def _ask_for(
        self, service: Callable[..., object], *args: object, then: Callable[..., object], key: str
    ) -> bool:
        """Ask now if the page can be seen; True when the answer is still owed."""
        if not self.isVisible():
            return True
        self._place.read(service, *args, then=then, key=key)
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale_view:
            self._refresh()
        if self._stale_today:
            self._refresh_today()
        if self._stale_choices:
            self._refresh_choices()

    def _show_view(self, view: BenchView) -> None:
        before, self.view = self.view, view
        unit, had = view.unit, before.unit if before else None
        if (unit.row.id if unit else None) != (had.row.id if had else None):
            for floating in (self.ask, self.keypad, self.chooser):
                floating.dismiss()
        self.status.show_view(view)
        self.bar.show_view(view)
        self.empty.show_view(view)
        self._show_next(view.next_model)
        if unit is not None:
            self.unit.show_view(view, unit)
            self._turn_to(self.unit)
        else:
            self._turn_to(self.empty)
            if had is not None or before is None:
                self._refresh_today()
        self._way.ask()
        self.shown.emit()

    def _show_next(self, variant_id: str) -> None:
        """What the next units will be, by name; asked only when it is another one."""
        if variant_id == self._next:
            return
        self._next = variant_id
        if not variant_id:
            self.empty.show_next("")
            return

        def named(variant: VariantRow) -> None:
            self.empty.show_next(variant.title)

        self._place.read(catalog.variant, variant_id, then=named, key="bench.next")

    def _turn_to(self, page: QWidget) -> None:
        if self._stack.currentWidget() is not page:
            within = self.window().focusWidget()
            # A field of the side that goes must not hand the keyboard to whatever comes next in line.
            if within is not None and self._stack.isAncestorOf(within):
                self._to_page()
            self._stack.setCurrentWidget(page)

    def _show_today(self, today: Today) -> None:
        self.empty.show_today(today)
        self.unit.today.show_today(today)
        self.header_status = t("bench_page.header_status", done=today.pace.done)
        if self.isVisible():
            self._place.window.set_header_status(self.header_status)

    def _show_choices(self, choices: BenchChoices) -> None:
        self._choices = choices
        self.unit.grade.offer(choices.grades)
        if self.view is not None and self.view.unit is not None:
            self.unit.grade.show_unit(self.view.unit)

    def _to_page(self) -> None:
        """The keyboard goes back to the keys of the room."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.unit.fit(self.width())
        self.empty.fit(self.width())
