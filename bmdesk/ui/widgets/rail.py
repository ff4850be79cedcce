"""The left rail: the rooms of the house with what waits in them, and who is in it.

In a low window it stands denser, and scrolls where even that is too much.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import spelled
from bmdesk.ui.theme import colour, mark, px, set_icon, set_pixmap
from bmdesk.ui.widgets.company_chip import CompanyChip
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.label import PlainLabel

WIDTH = 180
NARROW_WIDTH = 62
_ROOMY, _DENSE, _LOW = (41, 6), (32, 2), (27, 1)  # height of a button, and the gap under it
_HEAD_AND_FOOT = 150
_BADGE = 18
_MOST = 999


class Rail(QFrame):
    """One button a room. `room_asked(key)` when a person picks one; `sign_out_asked` from the button at the
    bottom.
    """

    room_asked = Signal(str)
    sign_out_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(px(WIDTH))
        self._buttons: dict[str, RoomButton] = {}
        self._narrow = False
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        logo = QLabel()
        set_pixmap(logo, "logo", "on_fill", 22)
        self._brand = PlainLabel(t("app.name"))
        self._brand.setObjectName("brand")
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 0, 6)
        head.setSpacing(10)
        head.addWidget(logo)
        head.addWidget(self._brand, 1)
        inside = QWidget()
        mark(inside, kind="clear")
        self._rooms = QVBoxLayout(inside)
        self._rooms.setContentsMargins(0, 0, 0, 0)
        self._rooms.setSpacing(_ROOMY[1])
        self._rooms.addStretch()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for policy in (self.area.setHorizontalScrollBarPolicy, self.area.setVerticalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # the wheel scrolls, and so does going to a room
        self.area.setWidget(inside)
        mark(self.area.viewport(), kind="clear")
        self.operator = PlainLabel("", "note")
        self.operator.setContentsMargins(12, 0, 0, 4)
        self.operator.hide()
        self.sign_out = RoomButton(t("window.sign_out"), "sign-out")
        self.sign_out.setCheckable(False)
        self.sign_out.clicked.connect(self.sign_out_asked)
        self.sign_out.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 14, 10, 10)
        column.setSpacing(6)
        self.company = CompanyChip()
        column.addLayout(head)
        column.addWidget(self.company)
        column.addWidget(self.area, 1)
        column.addWidget(self.operator)
        column.addWidget(self.sign_out)

    def add(self, key: str, label: str, icon: str, shortcut: str) -> None:
        """Append a room."""
        button = RoomButton(label, icon, spelled(shortcut) if shortcut else "")
        button.clicked.connect(lambda: self.room_asked.emit(key))
        button.set_narrow(self._narrow)
        self._group.addButton(button)
        self._buttons[key] = button
        self._rooms.insertWidget(self._rooms.count() - 1, button)
        self._fit()

    def offer(self, key: str, *, offered: bool) -> None:
        """Whether this room is there for whoever is here."""
        self._buttons[key].setVisible(offered)
        self._fit()

    def is_offered(self, key: str) -> bool:
        """Whether this room can be seen in the rail."""
        return not self._buttons[key].isHidden()

    def choose(self, key: str) -> None:
        """Show which room is on screen."""
        button = self._buttons[key]
        button.setChecked(True)
        self.area.ensureWidgetVisible(button, 0, 8)

    def set_count(self, key: str, number: int, words: str = "", tone: Tone = Tone.INFO) -> None:
        """How many things wait in this room, and in words what they are; 0 shows nothing. A room that is not there is
        no mistake.
        """
        button = self._buttons.get(key)
        if button is not None:
            button.set_count(number, words, tone)

    def count(self, key: str) -> int:
        """How many things wait in this room, as it is shown."""
        return self._buttons[key].number

    def set_operator(self, name: str) -> None:
        """Name who is signed in; "" hides the name and the sign-out button."""
        self.operator.setText(name)
        self.operator.setToolTip(hint(name))
        self.operator.setVisible(bool(name) and not self._narrow)
        self.sign_out.setVisible(bool(name))

    def set_narrow(self, narrow: bool) -> None:
        """Only icons, their words in the tooltips: a small window needs the room for its page."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setFixedWidth(NARROW_WIDTH if narrow else px(WIDTH))
        self._brand.setVisible(not narrow)
        self.company.set_narrow(narrow)
        self.operator.setVisible(bool(self.operator.text()) and not narrow)
        for button in (*self._buttons.values(), self.sign_out):
            button.set_narrow(narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Denser where the rooms would not all be seen."""
        offered = sum(not button.isHidden() for button in self._buttons.values())
        room = self.height() - px(_HEAD_AND_FOOT)
        fits = [one for one in (_ROOMY, _DENSE) if offered * px(sum(one)) <= room]
        height, gap = fits[0] if fits else _LOW
        self._rooms.setSpacing(gap)
        for button in (*self._buttons.values(), self.sign_out):
            button.set_height(height, dense=height < _ROOMY[0])


class RoomButton(QPushButton):
    """An icon, its words, and a number that waits."""

    def __init__(self, label: str, icon: str, keys: str = "") -> None:
        super().__init__()
        self._label, self._keys = label, keys
        self._narrow = False
        self._high = 0
        self._what, self._tone = "", Tone.INFO
        self.number = 0
        mark(self, kind="rail")
        self.setCheckable(True)
        self.setIconSize(QSize(19, 19))
        # Tab must walk through the page, not through the rail each time round: the rail has its own keys.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # As wide as the rail, never wider than it: the area around would cut it off.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        set_icon(self, icon, "rail_text", 19)
        self.toggled.connect(lambda on: set_icon(self, icon, "on_fill" if on else "rail_text", 19))
        self.set_height(_ROOMY[0], dense=False)
        self._say()

    def set_count(self, number: int, words: str, tone: Tone) -> None:
        """Show this number; 0 shows none."""
        if (number, words, tone) != (self.number, self._what, self._tone):
            self.number, self._what, self._tone = number, words, tone
            self._say()
            self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Only the icon."""
        self._narrow = narrow
        self._say()

    def set_height(self, height: int, *, dense: bool) -> None:
        """As low as can be read, where many rooms share a low window."""
        if height != self._high:
            self._high = height
            mark(self, dense=dense)
            self.setFixedHeight(px(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.number:
            return
        most = 99 if self._narrow else _MOST
        words = str(self.number) if self.number <= most else f"{most}+"
        font = QFont(self.font())
        font.setPixelSize(10 if self._narrow else px(12))
        font.setWeight(QFont.Weight.DemiBold)
        height = 14 if self._narrow else px(_BADGE)
        width = max(height, QFontMetrics(font).horizontalAdvance(words) + (6 if self._narrow else 10))
        top = 2 if self._narrow else (self.height() - height) / 2
        box = QRectF(self.width() - width - (1 if self._narrow else 8), top, width, height)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        chosen = self.isChecked() and self._tone is Tone.INFO
        painter.setBrush(colour("on_fill" if chosen else "fill" if self._tone is Tone.INFO else self._tone))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(colour("fill" if chosen else "on_fill" if self._tone is Tone.INFO else "card"))
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _say(self) -> None:
        # The style leaves too little room after the icon.
        self.setText("" if self._narrow else f"  {self._label}")
        what = self._what if self.number else ""
        self.setAccessibleName(f"{self._label}, {what}" if what else self._label)
        known = [words for words in (self._label if self._narrow else "", self._keys, what) if words]
        self.setToolTip("  ".join(known))
