"""One item of the queue in full: what it is, what happened, what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bmdesk.services.odoo.units.diverged import Both
from bmdesk.services.syncing.outbox import Action, Shown
from bmdesk.texts import msg, render, t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.sync.words import change_words, what_words
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.facts import Facts, broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import NOTHING, effect_tone, moment, sentence


class EffectDetail(Card):
    """`show_effect(item)`; None shows how many are chosen. `copy_asked` from the button beside the request id,
    `order_asked` from the one that leads to the order it is about, `ours_asked` from the one that sends what is here
    over what somebody changed there.
    """

    copy_asked = Signal()
    order_asked = Signal()
    ours_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(px(330))
        self.effect: Shown | None = None
        self.pill = Pill()
        self.title = PlainLabel("", "heading", wrap=True)
        self.happened = PlainLabel("", wrap=True, selectable=True)
        self.todo = PlainLabel("", wrap=True)
        for label in (self.title, self.happened, self.todo):
            _yield(label)
        self.copy_button = QPushButton(t("sync_page.copy"))
        self.order_button = ShortcutButton(msg("sync_page.show_order"), "O", icon="orders")
        self.ours_button = QPushButton(t("sync_page.both_send"))
        self.both = _BothSides()
        self._facts: Facts | None = None
        self._empty = EmptyState("sync", t("sync_page.nothing_chosen"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignTop)
        area = ScrollColumn()
        area.column.setSpacing(8)
        area.column.addLayout(head)
        area.column.addWidget(self.happened)
        area.column.addWidget(PlainLabel(t("sync_page.what_to_do"), "caption"))
        area.column.addWidget(self.todo)
        area.column.addWidget(self.order_button, 0, Qt.AlignmentFlag.AlignLeft)
        area.column.addWidget(self.both)
        area.column.addWidget(self.ours_button, 0, Qt.AlignmentFlag.AlignLeft)
        line = QWidget()
        mark(line, kind="clear")
        self._place = QVBoxLayout(line)
        self._place.setContentsMargins(0, 4, 0, 0)
        area.column.addWidget(line)
        area.column.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)
        area.column.addStretch()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(area)
        self.add(self._stack, 1)
        self.copy_button.clicked.connect(self.copy_asked)
        self.order_button.clicked.connect(self.order_asked)
        self.ours_button.clicked.connect(self.ours_asked)

    def show_effect(self, effect: Shown | None, chosen: int) -> None:
        """Show this item; where several or none are chosen, say so."""
        if effect == self.effect and effect is not None:
            return
        self.effect = effect
        if effect is None:
            self._empty.set_words(
                t("sync_page.chosen", count=chosen) if chosen else t("sync_page.nothing_chosen"),
                t("sync_page.chosen_note") if chosen else "",
            )
            self._stack.setCurrentIndex(0)
            return
        title, state = render(effect.title), sentence(render(effect.state))
        self.title.setText(broken(title if title.casefold() != state.casefold() else what_words(effect)))
        self.pill.show_words(state, effect_tone(effect.state_code))
        self.happened.setText(broken(render(effect.happened), 2000))
        self.todo.setText(broken(render(effect.todo), 1000))
        self.copy_button.setVisible(bool(effect.request_id))
        self.order_button.setVisible(effect.order is not None)
        self.both.show_all(effect.both)
        self.ours_button.setVisible(bool(effect.both))
        self._show_facts(effect)
        self._stack.setCurrentIndex(1)

    def copy(self) -> bool:
        """The request id into the clipboard; False where there is none."""
        if self.effect is None or not self.effect.request_id:
            return False
        QGuiApplication.clipboard().setText(self.effect.request_id)
        return True

    def _show_facts(self, effect: Shown) -> None:
        facts = Facts(70)
        facts.add(t("sync_page.column_what"), what_words(effect))
        facts.add(t("sync_page.column_sku"), effect.sku)
        if effect.order is not None:
            facts.add(t("sync_page.fact_order"), str(effect.order))
        else:
            facts.add(t("sync_page.fact_goods"), effect.goods)
        facts.add(t("sync_page.column_account"), effect.account)
        facts.add(t("sync_page.column_market"), effect.market)
        change = change_words(effect)
        facts.add(t("sync_page.column_change"), change if change != NOTHING else "")
        facts.add(t("sync_page.column_attempts"), str(effect.attempts or ""))
        waits = Action.PARK in effect.actions
        facts.add(t("sync_page.column_next"), moment(effect.next_at) if waits else "")
        facts.add(t("sync_page.column_since"), moment(effect.created_at))
        facts.add(t("sync_page.fact_ended"), moment(effect.ended_at))
        facts.add(t("sync_page.fact_request"), effect.request_id)
        if self._facts is not None:
            self._place.removeWidget(self._facts)
            self._facts.hide()
            self._facts.deleteLater()
        for label in facts.findChildren(PlainLabel):
            _yield(label)
        self._facts = facts
        self._place.addWidget(facts)


class _BothSides(QWidget):
    """A small table: each field that was changed on both sides, as it is here and as it is in Odoo."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 4, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnMinimumWidth(0, px(70))
        for column in (1, 2):
            self._grid.setColumnStretch(column, 1)
        self._labels: list[PlainLabel] = []

    def show_all(self, both: tuple[Both, ...]) -> None:
        """Show these; nothing of it is seen where there are none."""
        for label in self._labels:
            self._grid.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._labels = []
        self.setVisible(bool(both))
        if not both:
            return
        heads = ("", t("sync_page.both_here"), t("sync_page.both_there"))
        for column, words in enumerate(heads):
            self._put(PlainLabel(words, "caption"), 0, column)
        for line, one in enumerate(both, start=1):
            self._put(PlainLabel(render(one.name), "note", wrap=True), line, 0)
            for column, words in enumerate((one.here, one.there), start=1):
                self._put(PlainLabel(broken(words or NOTHING), wrap=True, selectable=True), line, column)
        self._put(PlainLabel(t("sync_page.both_note"), "note", wrap=True), len(both) + 1, 0, 3)

    def _put(self, label: PlainLabel, line: int, column: int, span: int = 1) -> None:
        _yield(label)
        self._grid.addWidget(label, line, column, 1, span, Qt.AlignmentFlag.AlignTop)
        self._labels.append(label)


def _yield(label: PlainLabel) -> None:
    """A long word never widens the panel: the rest of it would be cut off."""
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
