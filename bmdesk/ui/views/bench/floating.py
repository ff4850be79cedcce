"""Questions over the bench: they float under the scan line, so that nothing below them moves.

Each choice has a key of its own. While a question is open the page's single-letter keys are silent, so that "1" means
the first answer and no test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bmdesk.texts import msg, t
from bmdesk.ui.theme import mark, set_icon
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton

KEYS = (*"123456789", "0", *"QWERTYUIOP")
_TOP = 64  # below the scan line


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its value and its words."""

    value: str
    words: str


class Floating(Card):
    """A card that lies over `page`, as wide as it needs. Esc closes it; `closed` tells."""

    opened = Signal()
    closed = Signal()

    def __init__(self, page: QWidget, width: int = 560) -> None:
        super().__init__("", page)
        mark(self, floating=True)
        self._page = page
        self._width = width
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(36)
        shadow.setOffset(0, 8)
        shadow.setColor(QColor(0, 0, 0, 90))
        self.setGraphicsEffect(shadow)
        self._close = QToolButton()
        self._close.setToolTip(t("bench_page.close_question"))
        self._close.setAccessibleName(t("bench_page.close_question"))
        set_icon(self._close, "cross", "muted", 18)
        self._close.clicked.connect(self.dismiss)
        self.add_action(self._close)
        page.installEventFilter(self)
        self.hide()

    def float_up(self, focus: QWidget) -> None:
        """Show it, with the keyboard in `focus`."""
        self.show()
        self._place()
        self.raise_()
        focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit()

    def dismiss(self) -> None:
        """Close it; the keyboard goes back to the page."""
        if self.isVisibleTo(self._page):
            within: QWidget | None = self._page.window().focusWidget()
            if within is None or self.isAncestorOf(within):
                self._page.setFocus(Qt.FocusReason.OtherFocusReason)
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            event.accept()  # what is typed at a question is for nobody behind it

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._page and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        width = min(self._width, self._page.width() - 24)
        self.setFixedWidth(width)
        height = min(max(self.sizeHint().height(), self.minimumHeight()), self._page.height() - _TOP - 8)
        self.setGeometry((self._page.width() - width) // 2, _TOP, width, height)


class Ask(Floating):
    """One question with a few answers, and a line for another answer where that is wanted."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.note = PlainLabel("", "note", wrap=True)
        self.add(self.note)
        self._holder = QWidget()
        mark(self._holder, kind="clear")
        self.add(self._holder)
        self.line = QLineEdit()
        self.line.setMaxLength(300)
        self.line.setAccessibleName(t("bench_page.own_answer"))
        self.line.returnPressed.connect(self._written)
        self.ok = QPushButton(t("bench_page.ok"))
        mark(self.ok, kind="primary")
        self.ok.clicked.connect(self._written)
        self._row = QFrame()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.ok)
        self.add(self._row)
        self._then: Callable[[str], object] = lambda _: None
        self.buttons: dict[str, ShortcutButton] = {}

    def ask(
        self,
        title: str,
        choices: Sequence[Choice],
        then: Callable[[str], object],
        *,
        note: str = "",
        write: str = "",
        columns: int = 2,
    ) -> None:
        """Ask; `then(value)` for the answer. With `write` (a hint) a person may write one instead."""
        self.set_title(title)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._then = then
        self._offer(choices, columns)
        self._row.setVisible(bool(write))
        self.line.clear()
        self.line.setPlaceholderText(write)
        self.line.setAccessibleName(write)
        first: QWidget = self.line if not choices else next(iter(self.buttons.values()))
        self.float_up(first)

    def _offer(self, choices: Sequence[Choice], columns: int) -> None:
        """The answers stand in a widget of their own, which goes as a whole when the next question comes."""
        fresh = QWidget()
        mark(fresh, kind="clear")
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        self.buttons = {}
        for number, choice in enumerate(choices):
            key = KEYS[number] if number < len(KEYS) else ""
            words = choice.words if len(choice.words) <= 60 else choice.words[:59] + "…"
            button = ShortcutButton(msg("bench_page.as_it_is", words=words.replace("&", "&&")), key)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            grid.setRowMinimumHeight(number // columns, 42 if len(choices) > 8 else 56)
            button.clicked.connect(lambda _=False, value=choice.value: self._answer(value))
            grid.addWidget(button, number // columns, number % columns)
            self.buttons[choice.value] = button
        self.body.replaceWidget(self._holder, fresh)
        self._holder.hide()
        self._holder.deleteLater()
        self._holder = fresh
        fresh.setVisible(bool(choices))

    def _written(self) -> None:
        words = " ".join(self.line.text().split())
        if words:
            self._answer(words)

    def _answer(self, value: str) -> None:
        if self.isVisibleTo(self._page):
            then = self._then
            self.dismiss()
            then(value)


class Keypad(Floating):
    """Digits for a gloved hand on a touch screen; `entered(number)` on OK."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page, 300)
        self._then: Callable[[int], object] = lambda _: None
        self._most = 100
        self.shown = PlainLabel("", "huge")
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.add(self.shown)
        grid = QGridLayout()
        grid.setSpacing(6)
        self.keys: dict[str, QPushButton] = {}
        for number, key in enumerate(("7", "8", "9", "4", "5", "6", "1", "2", "3", "C", "0", "OK")):
            button = QPushButton(t("bench_page.ok") if key == "OK" else key)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            grid.setRowMinimumHeight(number // 3, 58)
            if key == "OK":
                mark(button, kind="primary")
            button.clicked.connect(lambda _=False, key=key: self._press(key))
            grid.addWidget(button, number // 3, number % 3)
            self.keys[key] = button
        column = QVBoxLayout()
        column.addLayout(grid)
        self.add(column)

    def ask(self, title: str, most: int, then: Callable[[int], object]) -> None:
        """Ask for a number from 0 to `most`."""
        self.set_title(title)
        self._then, self._most = then, most
        self.shown.setText("")
        self.float_up(self.keys["OK"])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit() and event.text().isascii():
            self._press(event.text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press("OK")
        elif event.key() == Qt.Key.Key_Backspace:
            self.shown.setText(self.shown.text()[:-1])
        else:
            super().keyPressEvent(event)

    def _press(self, key: str) -> None:
        if key == "C":
            self.shown.setText("")
        elif key != "OK":
            grown = self.shown.text() + key
            if int(grown) <= self._most:
                self.shown.setText(str(int(grown)))
        elif self.shown.text():
            number, then = int(self.shown.text()), self._then
            self.dismiss()
            then(number)
