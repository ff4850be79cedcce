"""Everything known of one thing, on one sheet beside its list: a head that stays, cards below it that scroll.

Knows no service: what is read and how it is drawn are methods of the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from bmdesk.texts import Failure, Text, render
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import px, set_icon
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.workplace import Workplace


class DetailSheet(QWidget):
    """`closed` when the person wants the list back; `shown(id)` when what was asked for is drawn. `seen` is what was
    read last, None before and where it is gone.
    """

    closed = Signal()
    shown = Signal(str)

    def __init__(self, workplace: Workplace, icon: str, back: Text, width: int) -> None:
        super().__init__()
        self.workplace = workplace
        self.open_id = ""
        self.seen: Any = None
        self.setMinimumWidth(px(width))
        words = render(back)
        self._empty = EmptyState(icon, "", action=words, on_action=lambda *_: self.closed.emit())
        self._empty.hide()
        self.title = PlainLabel("", "title", wrap=True)
        close = QToolButton()
        close.setAccessibleName(words)
        close.setToolTip(words)
        set_icon(close, "cross", "muted", 18)
        close.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._head = Card()
        self._head.add(top)
        self._scroll = ScrollColumn()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self._scroll.column.addLayout(self._cards)
        self._scroll.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._head)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._empty, 1)
        bind(self, "Alt+Left", back, self.closed.emit)

    def show_one(self, open_id: str) -> None:
        """Read this one and draw it; the sheet before it stays until then."""
        if open_id != self.open_id:
            self._scroll.verticalScrollBar().setValue(0)
        self.open_id = open_id
        self.refresh()

    def refresh(self) -> None:
        """Read the same one again."""
        if self.open_id:
            self.workplace.read(
                *self._reading(), then=self._take, failed=self._missing, key=(id(self), "sheet")
            )

    def _reading(self) -> tuple[Any, ...]:
        """The service that knows it, and what it is asked."""
        raise NotImplementedError

    def _draw(self, seen: Any) -> Sequence[Card | None]:
        """Fill the head; answer the cards below it."""
        raise NotImplementedError

    def _take(self, seen: Any) -> None:
        if seen == self.seen:  # a person may be reading or selecting here
            return
        self.seen = seen
        self._empty.hide()
        self._head.show()
        self._scroll.show()
        cards = self._draw(seen)
        cleared(self._cards)
        for card in cards:
            if card is not None:
                self._cards.addWidget(card)
        self.shown.emit(self.open_id)

    def _missing(self, failure: Failure) -> None:
        self.seen = None
        self._scroll.hide()
        self._head.hide()
        self._empty.set_words(render(failure.title), render(failure.happened))
        self._empty.show()


def cleared(layout: QVBoxLayout) -> QVBoxLayout:
    """This layout without the widgets that stood in it."""
    while (item := layout.takeAt(0)) is not None:
        old = item.widget()
        if old is not None:
            old.hide()
            old.deleteLater()
    return layout
