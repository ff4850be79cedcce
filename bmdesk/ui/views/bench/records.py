"""What is recorded of a device beside its tests: battery, locks, erasure, accessories.

Each card redraws only when its own part of the unit changed, so that a number half typed survives a scan.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QToolButton

from bmdesk.domain.battery import BatteryReading
from bmdesk.domain.cards import LOCK_KINDS, MOST_CYCLES
from bmdesk.domain.commands import RecordAccessory, RecordBattery, RecordErasure, RecordLock
from bmdesk.domain.inspection import Erasure, LockKind, lock_text
from bmdesk.services.grading.bench_view import UnitInHand
from bmdesk.texts import msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px, set_icon
from bmdesk.ui.views.bench.chip import ChipGrid
from bmdesk.ui.views.bench.roomy import RoomyButton
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.inputs import ChoiceBox, NumberBox
from bmdesk.ui.widgets.label import PlainLabel

_NOT_READ = -1
_GOING_ON = {
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.MouseFocusReason,
}


class EnterBox(NumberBox):
    """A number that counts when Enter is pressed; one below its range means "not read" and shows a dash."""

    entered = Signal()
    left = Signal()

    def __init__(self, name: str, most: int, suffix: str = "") -> None:
        super().__init__(name, _NOT_READ, most, suffix)
        self.setSpecialValueText("–")
        self.setValue(_NOT_READ)

    def number(self) -> int | None:
        """What was typed, None for nothing."""
        return None if self.value() == _NOT_READ else self.value()

    def show_number(self, number: int | None) -> None:
        """Show what was read, None for nothing."""
        self.setValue(_NOT_READ if number is None else number)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # A menu or another window in front is no end of typing.
        if event.reason() in _GOING_ON:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier
        ):
            self.interpretText()
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class BatteryCard(Card):
    """`told(RecordBattery)` on Enter in either field; `keypad_asked` for fingers on glass."""

    told = Signal(object)
    keypad_asked = Signal()
    entered = Signal()  # the number is given: the keyboard may go back to the page

    def __init__(self) -> None:
        super().__init__(t("bench_page.battery"))
        self._shown: tuple[str, BatteryReading | None, int] | None = None
        self._sent: tuple[int | None, int | None] | None = None  # on its way to the store
        self.note = PlainLabel("", "note")
        self.add_action(self.note)
        self.percent = EnterBox(t("bench_page.battery_percent"), 100, " %")
        self.cycles = EnterBox(t("bench_page.battery_cycles"), MOST_CYCLES)
        self.percent.setMinimumHeight(px(40))
        self.cycles.setMinimumHeight(px(40))
        self.percent.setToolTip(t("bench_page.key_battery"))
        for box in (self.percent, self.cycles):
            box.setMinimumWidth(px(64))
            box.entered.connect(self._tell)
            box.left.connect(self.commit)
        keypad = QToolButton()
        set_icon(keypad, "keyboard", "text", 22)
        keypad.setToolTip(t("bench_page.keypad"))
        keypad.setAccessibleName(t("bench_page.keypad"))
        keypad.clicked.connect(self.keypad_asked)
        self.keypad = keypad
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.percent, 3)
        self.cycles_name = PlainLabel(t("bench_page.cycles"), "note")
        row.addWidget(self.cycles_name)
        row.addWidget(self.cycles, 2)
        row.addWidget(keypad)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 100)
        self.add(row)
        self.add(self.bar)
        bind(self, "F4", msg("bench_page.key_battery"), self.percent.setFocus)

    def show_unit(self, unit: UnitInHand) -> None:
        """Redraw in place."""
        wanted = (unit.row.id, unit.battery, unit.battery_needed)
        if wanted == self._shown:
            return
        before, self._shown = self._shown, wanted
        if before is None or before[:2] != wanted[:2]:
            self._sent = None
            self.percent.show_number(unit.battery.percent if unit.battery else None)
            self.cycles.show_number(unit.battery.cycles if unit.battery else None)
        percent = unit.battery.percent if unit.battery else 0
        if self.bar.value() != percent:
            self.bar.setValue(percent)
        enough = percent >= unit.battery_needed
        tone = Tone.OK if enough else Tone.BAD
        if self.bar.property("tone") != str(tone):
            mark(self.bar, tone=str(tone))
        self.note.setText(
            t("bench_page.battery_needs", percent=unit.battery_needed) if unit.battery_needed else ""
        )
        self.note.set_tone(None if unit.battery is None or enough else Tone.BAD)
        has_battery = unit.checklist is None or unit.checklist.has_battery
        self.setVisible(has_battery)

    def fit(self, *, narrow: bool) -> None:
        """Leave out what a narrow column has no room for."""
        self.cycles_name.setVisible(not narrow)
        self.cycles.setToolTip(t("bench_page.battery_cycles"))

    def tell(self, percent: int) -> None:
        """A number came from the keypad."""
        self.percent.show_number(percent)
        self._tell()

    def commit(self) -> None:
        """Record what is typed and differs from what the store has; without Enter too."""
        for box in (self.percent, self.cycles):
            box.interpretText()
        kept = self._shown[1] if self._shown else None
        before = (kept.percent, kept.cycles) if kept else (None, None)
        percent, cycles = self.percent.number(), self.cycles.number()
        known = (before, self._sent)
        if self._shown is not None and percent is not None and (percent, cycles) not in known:
            self._send(percent, cycles)

    def _send(self, percent: int, cycles: int | None) -> None:
        self._sent = (percent, cycles)
        self.told.emit(RecordBattery(percent, cycles))

    def _tell(self) -> None:
        percent = self.percent.number()
        if percent is not None:
            self._send(percent, self.cycles.number())
            self.entered.emit()


class LocksCard(Card):
    """A chip a lock: unknown, off, on. `told(RecordLock)`."""

    told = Signal(object)

    def __init__(self) -> None:
        super().__init__(t("bench_page.locks"))
        self._on: dict[str, bool] = {}
        self.all_off = RoomyButton(
            msg("bench_page.locks_all_off"),
            "Ctrl+L",
            meaning=msg("bench_page.key_locks"),
            icon="unlock",
            small=True,
        )
        self.all_off.clicked.connect(lambda: self.told.emit(RecordLock(LOCK_KINDS, on=False)))
        self.add_action(self.all_off)
        self.grid = ChipGrid(t("bench_page.locks"), self._press)
        self.add(self.grid)

    def show_unit(self, unit: UnitInHand) -> None:
        """Redraw in place."""
        asked = unit.checklist.locks if unit.checklist else tuple(LockKind)
        self.setVisible(bool(asked))
        self.grid.offer([(kind.value, _short(kind)) for kind in asked])
        self._on = {record.kind.value: record.on for record in unit.locks}
        for kind, chip in self.grid.chips.items():
            name = _short(LockKind(kind))
            on = self._on.get(kind)
            long = render(lock_text(LockKind(kind)))
            if on is None:
                said, look = t("bench_page.lock_unknown", lock=long), ("lock", "muted")
            elif on:
                said, look = t("bench_page.lock_on", lock=long), ("lock", "bad")
            else:
                said, look = t("bench_page.lock_off", lock=long), ("unlock", "ok")
            words = t("bench_page.lock_on", lock=name) if on else name
            if words != chip.words or said != chip.accessibleName():
                chip.show_words(words)
                chip.setAccessibleName(said)
                chip.setToolTip(said)
            chip.show_icon(*look)

    def _press(self, kind: str) -> None:
        """Unknown or on -> off; off -> on."""
        self.told.emit(RecordLock((kind,), on=self._on.get(kind) is False))


class ErasureCard(Card):
    """How the former owner's data went. `told(RecordErasure)`."""

    told = Signal(object)
    method_asked = Signal(str)  # a certificate of no method proves nothing: which method is it of?
    entered = Signal()

    def __init__(self) -> None:
        super().__init__(t("bench_page.not_erased"))
        self._shown: tuple[str, Erasure | None] | None = None
        self._offered: list[tuple[str, str]] = []
        self.erased = RoomyButton(
            msg("bench_page.erased_now"),
            "Ctrl+E",
            meaning=msg("bench_page.key_erased"),
            icon="erase",
            small=True,
        )
        self.erased.clicked.connect(self._tell)
        self.add_action(self.erased)
        self.method = ChoiceBox(t("bench_page.erasure_method"))
        self.method.setMinimumContentsLength(6)
        self.method.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.certificate = QLineEdit()
        self.certificate.setPlaceholderText(t("bench_page.certificate"))
        self.certificate.setAccessibleName(t("bench_page.certificate"))
        self.certificate.setMaxLength(120)
        self.certificate.setMinimumWidth(px(70))
        self.certificate.returnPressed.connect(self._tell)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.method, 4)
        row.addWidget(self.certificate, 3)
        self.add(row)
        self.setTabOrder(self.method, self.certificate)
        self.setTabOrder(self.certificate, self.erased)

    def show_unit(self, unit: UnitInHand) -> None:
        """Redraw in place. The method last chosen stays chosen: one bench works with one tool."""
        methods = unit.checklist.erasure_methods if unit.checklist else ()
        choices = [("", t("bench_page.erasure_preset")), *((m.code, m.title) for m in methods)]
        if choices != self._offered:
            self._offered = choices
            self.method.set_choices(choices)
        if (unit.row.id, unit.erasure) == self._shown:
            return
        self._shown = (unit.row.id, unit.erasure)
        if unit.erasure is None:
            self.set_title(t("bench_page.not_erased"))
            self.title.set_tone(None)
            self.certificate.clear()
        else:
            self.set_title(t("bench_page.is_erased"))
            self.title.set_tone(Tone.OK)
            self.method.set_value(unit.erasure.method)
            self.certificate.setText(unit.erasure.certificate)

    def _tell(self) -> None:
        method = self.method.value() or None
        certificate = self.certificate.text().strip()
        self.entered.emit()
        if certificate and method is None:
            self.method_asked.emit(certificate)
        else:
            self.told.emit(RecordErasure(method, certificate or None))


class AccessoriesCard(Card):
    """What came in the box: unknown, there, missing. `told(RecordAccessory)`."""

    told = Signal(object)

    def __init__(self) -> None:
        super().__init__(t("bench_page.accessories"))
        self._there: dict[str, bool] = {}
        self.grid = ChipGrid(t("bench_page.accessories"), self._press)
        self.add(self.grid)

    def show_unit(self, unit: UnitInHand) -> None:
        """Redraw in place."""
        asked = unit.checklist.accessories if unit.checklist else ()
        self.setVisible(bool(asked))
        self.grid.offer([(item.code, item.title) for item in asked])
        self._there = {record.code: record.present for record in unit.accessories}
        for code, chip in self.grid.chips.items():
            there = self._there.get(code)
            look = {None: ("minus", "muted"), True: ("check", "ok"), False: ("cross", "bad")}[there]
            said = {
                None: t("bench_page.accessory_unknown"),
                True: t("bench_page.accessory_there"),
                False: t("bench_page.accessory_missing"),
            }[there]
            chip.show_icon(*look)
            chip.setAccessibleDescription(said)
            chip.setChecked(bool(there))

    def _press(self, code: str) -> None:
        """Unknown or missing -> there; there -> missing."""
        self.told.emit(RecordAccessory(code, present=not self._there.get(code, False)))


def _short(kind: LockKind) -> str:
    """The lock as people call it across a bench; the chip's tooltip says it in full."""
    return {
        LockKind.ACTIVATION: t("bench_page.lock_activation"),
        LockKind.MDM: t("bench_page.lock_mdm"),
        LockKind.SIM: t("bench_page.lock_sim"),
        LockKind.BLACKLIST: t("bench_page.lock_blacklist"),
    }[kind]
