"""The left rail: the rooms of the house, and who is in it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bmdesk.texts import t
from bmdesk.ui.shortcuts import spelled
from bmdesk.ui.theme import mark, set_icon, set_pixmap
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.label import PlainLabel

WIDTH = 180
NARROW_WIDTH = 62


class Rail(QFrame):
    """One button a room. `room_asked(key)` when a person picks one; `sign_out_asked` from the button at the
    bottom.
    """

    room_asked = Signal(str)
    sign_out_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self._buttons: dict[str, QPushButton] = {}
        self._words: dict[QPushButton, tuple[str, str]] = {}
        self._narrow = False
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        logo = QLabel()
        set_pixmap(logo, "logo", "on_fill", 22)
        self._brand = PlainLabel(t("app.name"))
        self._brand.setObjectName("brand")
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 0, 12)
        head.setSpacing(10)
        head.addWidget(logo)
        head.addWidget(self._brand, 1)
        self._rooms = QVBoxLayout()
        self._rooms.setSpacing(6)
        self.operator = PlainLabel("", "note")
        self.operator.setContentsMargins(12, 0, 0, 4)
        self.operator.hide()
        self.sign_out = self._button(t("window.sign_out"), "sign-out")
        self.sign_out.setCheckable(False)
        self.sign_out.clicked.connect(self.sign_out_asked)
        self.sign_out.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 16, 10, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(self._rooms)
        column.addStretch()
        column.addWidget(self.operator)
        column.addWidget(self.sign_out)

    def add(self, key: str, label: str, icon: str, shortcut: str) -> None:
        """Append a room."""
        button = self._button(label, icon, spelled(shortcut) if shortcut else "")
        button.clicked.connect(lambda: self.room_asked.emit(key))
        button.toggled.connect(lambda on: set_icon(button, icon, "on_fill" if on else "rail_text", 19))
        self._group.addButton(button)
        self._buttons[key] = button
        self._rooms.addWidget(button)

    def choose(self, key: str) -> None:
        """Show which room is on screen."""
        self._buttons[key].setChecked(True)

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
        self.setFixedWidth(NARROW_WIDTH if narrow else WIDTH)
        self._brand.setVisible(not narrow)
        self.operator.setVisible(bool(self.operator.text()) and not narrow)
        for button in self._words:
            self._show_words(button)

    def _show_words(self, button: QPushButton) -> None:
        label, keys = self._words[button]
        # The style leaves too little room after the icon.
        button.setText("" if self._narrow else f"  {label}")
        known = [words for words in (label if self._narrow else "", keys) if words]
        button.setToolTip("  ".join(known))

    def _button(self, label: str, icon: str, keys: str = "") -> QPushButton:
        button = QPushButton()
        self._words[button] = (label, keys)
        self._show_words(button)
        mark(button, kind="rail")
        button.setCheckable(True)
        button.setAccessibleName(label)
        button.setMinimumHeight(41)
        button.setIconSize(QSize(19, 19))
        # Tab must walk through the page, not through the rail each time round: the rail has its own keys.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_icon(button, icon, "rail_text", 19)
        return button
