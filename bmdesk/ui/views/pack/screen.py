"""The Pack screen itself: lies over the whole room, one colour, words readable from two metres.

Shows what it is given and tells which key or button was pressed; knows no service.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from bmdesk.services.shipping.pack_result import Stage
from bmdesk.services.shipping.pack_view import PackView
from bmdesk.texts import msg, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import are_words_large, colour, mark, px
from bmdesk.ui.views.pack import words
from bmdesk.ui.views.pack.words import Said
from bmdesk.ui.widgets.big import BigRow, BigRows, BigText, Sign
from bmdesk.ui.widgets.flow import Flow
from bmdesk.ui.widgets.overlay import Overlay
from bmdesk.ui.widgets.shortcut_button import ShortcutButton

_CALM_MS = 5000
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_UNDER = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_LONGEST = 512


class PackScreen(Overlay):
    """`typed(text)`: a code was typed by hand. `told(text)`: a key or button says what this card says."""

    typed = Signal(str)
    told = Signal(str)
    override_asked = Signal()
    papers_asked = Signal()
    full_asked = Signal()
    leave_asked = Signal()
    calmed = Signal()  # the colour of the last answer has gone by itself

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        mark(self, kind="clear")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(t("pack_page.name"))
        self.tone: Tone | None = None
        self.said = Said("scan", "")
        self._noted = ""
        self._view: PackView | None = None
        self._next: tuple[BigRow, ...] = ()
        self._next_due: datetime | None = None
        self._now: datetime | None = None
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self.calm_now)
        self.order = BigText(84)
        self.order_note = BigText(24, weight=QFont.Weight.Medium)
        self.ship_by = BigText(44, align=_RIGHT)
        self.left = BigText(26, align=_RIGHT, weight=QFont.Weight.DemiBold)
        self.waiting = BigText(22, align=_RIGHT, weight=QFont.Weight.Medium)
        self.sign = Sign(220)
        self.title = BigText(92, least=20)
        self.detail = BigText(38, weight=QFont.Weight.Medium, align=_UNDER)
        self.more = BigText(22, weight=QFont.Weight.Medium, align=_UNDER)
        self.rows = BigRows()
        self._make_foot()
        self._lay_out()

    # -- what it shows

    def show_view(self, view: PackView, said: Said | None, now: datetime) -> None:
        """Redraw. `said`: what came of the last scan; None shows the stage alone."""
        self._view = view
        self.said = said or words.refused(view) or words.stage(view)
        self.tone = self.said.tone
        self._calm.stop()
        if self.tone is not None and not self.said.lasting:
            self._calm.start()
        self._now = now
        self._draw()
        in_hand = view.order is not None
        self.confirm.setEnabled(view.stage is Stage.CONFIRM)
        self.undo.setEnabled(in_hand)
        self.aside.setEnabled(in_hand or view.refused is not None)
        self.override.setEnabled(view.refused is not None and view.refused.may_override)

    def show_next(self, rows: tuple[BigRow, ...], due: datetime | None, now: datetime) -> None:
        """The orders that wait, and by when the first of them must leave; shown while none is in hand."""
        self._next, self._next_due, self._now = rows, due, now
        self._draw()

    def note(self, *lines: str) -> None:
        """One more thing to know, beside what is said; nothing takes it back."""
        self._noted = " ".join(line for line in lines if line)
        self._draw()

    def show_failure(self, said: Said) -> None:
        """Something failed: red, whatever was shown before."""
        self.said, self.tone = said, said.tone
        self._calm.stop()
        self._draw()

    def show_clock(self, now: datetime) -> None:
        """How long the order has."""
        self._now = now
        self._draw_clock()

    def show_waiting(self, count: int | None) -> None:
        """How many orders wait to be packed."""
        said = "" if count is None else t("pack_page.waiting", count=count)
        self.waiting.show_words(said, self._ink("muted"))

    def _draw(self) -> None:
        view, said = self._view, self.said
        self.order.show_words(words.order_title(view, self.tone) if view else "", self._ink("text"))
        self.order_note.show_words(words.order_note(view.order) if view else "", self._ink("muted"))
        self._draw_clock()
        self.waiting.show_words(self.waiting.words, self._ink("muted"))
        self.sign.show_sign(said.sign, self._ink("accent"))
        self.title.show_words(said.title, self._ink("text"))
        self.detail.show_words(said.detail, self._ink("text"))
        self.more.show_words(" ".join(filter(None, (self._noted, said.more))), self._ink("muted"))
        order = view.order if view else None
        self.rows.show_rows(words.rows(order) if order else self._next, self.tone)
        self.setAccessibleDescription(" ".join(part for part in (said.title, said.detail, said.more) if part))
        self.update()

    def _draw_clock(self) -> None:
        if self._now is None:
            return
        order = self._view.order if self._view else None
        due = order.ship_by if order is not None else self._next_due
        ship_by, left, tone = words.clock(due, self._now)
        self.ship_by.show_words(ship_by, self._ink(str(tone) if tone else "text"))
        self.left.show_words(left, self._ink(str(tone) if tone else "muted"))

    def calm_now(self) -> None:
        """The colour goes; the words of the stage stay."""
        if self._view is not None:
            self.said = words.stage(self._view)
            self.tone = self.said.tone
            self._draw()
            self.calmed.emit()

    def _ink(self, role: str) -> str:
        """On a coloured screen everything is written in one light (or dark) ink."""
        return role if self.tone is None else "card"

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sign.set_room(event.size().width() // 7)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), colour(str(self.tone) if self.tone else "page"))

    # -- keys

    def _make_foot(self) -> None:
        self.line = QLineEdit()
        self.line.setMaxLength(_LONGEST)
        self.line.setPlaceholderText(t("pack_page.type"))
        self.line.setAccessibleName(t("pack_page.type"))
        self.line.returnPressed.connect(self._typed)
        bind(self, "F2", msg("pack_page.key_type"), self.line.setFocus)
        self.confirm = ShortcutButton(msg("pack_page.confirm"), "F12", kind="primary")
        self.undo = ShortcutButton(msg("pack_page.undo"), "Ctrl+Z")
        self.aside = ShortcutButton(msg("pack_page.aside"), "F7")
        self.override = ShortcutButton(msg("pack_page.override"), "F8")
        self.papers = ShortcutButton(msg("pack_page.papers"), "F6", meaning=msg("pack_page.key_papers"))
        self.full = ShortcutButton(msg("pack_page.full"), "F11", meaning=msg("pack_page.key_full"))
        self.leave = ShortcutButton(msg("pack_page.leave"), "Ctrl+W")
        for button, card in (
            (self.confirm, "BMD:CONFIRM"),
            (self.undo, "BMD:UNDO"),
            (self.aside, "BMD:NEXT"),
        ):
            button.clicked.connect(lambda _=False, card=card: self.told.emit(card))
        self.override.clicked.connect(self.override_asked)
        self.papers.clicked.connect(self.papers_asked)
        self.full.clicked.connect(self.full_asked)
        self.leave.clicked.connect(self.leave_asked)

    def _typed(self) -> None:
        text = self.line.text().strip()
        self.line.clear()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if text:
            self.typed.emit(text)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.order, 5)
        left.addWidget(self.order_note, 2)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.ship_by, 4)
        right.addWidget(self.left, 2)
        right.addWidget(self.waiting, 2)
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addLayout(left, 5)
        head.addLayout(right, 3)
        said = QVBoxLayout()
        said.setSpacing(6)
        said.addWidget(self.title, 5)
        said.addWidget(self.detail, 3)
        said.addWidget(self.more, 2)
        middle = QHBoxLayout()
        middle.setSpacing(28)
        middle.addWidget(self.sign)
        middle.addLayout(said, 1)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        self.line.setMaximumWidth(px(260))
        self.line.setMinimumWidth(px(110))
        foot.addWidget(self.line, 1)
        foot.addStretch()
        large, keys = are_words_large(), Flow()
        for button in (
            self.leave,
            self.full,
            self.papers,
            self.override,
            self.aside,
            self.undo,
            self.confirm,
        ):
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            (keys.add if large else foot.addWidget)(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 18, 32, 16)
        column.setSpacing(14)
        column.addLayout(head, 4)
        column.addLayout(middle, 9)
        column.addWidget(self.rows, 6)
        column.addLayout(foot)
        if large:
            column.addWidget(keys)  # in as many lines as larger words need
        else:
            keys.deleteLater()
