"""The bar at the foot of the bench: what can be done with the unit as a whole, each with its key."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from bmdesk.domain.commands import Also, Done, Undo
from bmdesk.services.grading.bench_view import BenchView
from bmdesk.texts import msg
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.shortcut_button import ShortcutButton


class ActionBar(QWidget):
    """`told(command)` for what needs no question; the others ask the page."""

    told = Signal(object)
    hold_asked = Signal()
    repair_asked = Signal()
    label_asked = Signal()
    repeat_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.setFixedHeight(px(42))
        self.undo = ShortcutButton(msg("bench_page.undo"), "Ctrl+Z", meaning=msg("bench_page.key_undo"))
        self.also = ShortcutButton(msg("bench_page.also"), "F7", meaning=msg("bench_page.key_also"))
        self.repeat = ShortcutButton(msg("bench_page.repeat"), "Ctrl+R", meaning=msg("bench_page.key_repeat"))
        self.label = ShortcutButton(msg("bench_page.label"), "F6", meaning=msg("bench_page.key_label"))
        self.repair = ShortcutButton(msg("bench_page.repair"), "F9", meaning=msg("bench_page.key_repair"))
        self.hold = ShortcutButton(msg("bench_page.hold"), "F8", meaning=msg("bench_page.key_hold"))
        self.done = ShortcutButton(msg("bench_page.done"), "F12", kind="primary")
        self.undo.clicked.connect(lambda: self.told.emit(Undo()))
        self.also.clicked.connect(lambda: self.told.emit(Also()))
        self.repeat.clicked.connect(self.repeat_asked)
        self.label.clicked.connect(self.label_asked)
        self.repair.clicked.connect(self.repair_asked)
        self.hold.clicked.connect(self.hold_asked)
        self.done.clicked.connect(lambda: self.told.emit(Done()))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            bind(self.done, keys, msg("bench_page.done"), self.done.click)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.undo, self.also, self.repeat, self.label, self.repair):
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            row.addWidget(button)
        row.addStretch(4)
        self.hold.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.done.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)
        self.done.setMaximumWidth(px(220))
        row.addWidget(self.hold)
        row.addWidget(self.done, 3)
        self.show_view(None)

    def show_view(self, view: BenchView | None) -> None:
        """What can be done now. Whether it may be done, the service says."""
        in_hand = view is not None and view.unit is not None
        for button in (self.also, self.repair, self.hold, self.done):
            button.setEnabled(in_hand)
        self.repeat.setEnabled(in_hand and view is not None and view.last_unit_id is not None)
        self.label.setEnabled(view is not None and (in_hand or view.last_unit_id is not None))
