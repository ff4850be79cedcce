"""A toggle that a glove can hit: words with a picture that tells unknown, yes and no apart without colour alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from bmdesk.ui.theme import mark, px, set_icon
from bmdesk.ui.widgets.hint import hint

_ROOM = 30  # what icon and padding take of a chip's width


class Chip(QPushButton):
    """Words that are cut to the room there is; the whole stands in the tooltip."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._look = ("", "")
        mark(self, chip=True)
        font = QFont(self.font())
        font.setPixelSize(px(13))
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(px(34))
        self.show_words(words)

    @property
    def words(self) -> str:
        """All of the words, cut or not."""
        return self._words

    def show_words(self, words: str) -> None:
        """Change what it says."""
        self._words = words
        self.setAccessibleName(words)
        self.setToolTip(hint(words))
        self._fit()

    def show_icon(self, name: str, role: str) -> None:
        """Change the picture; nothing happens when it is that already."""
        if (name, role) != self._look:
            self._look = (name, role)
            set_icon(self, name, role, 16)

    def sizeHint(self) -> QSize:
        return QSize(
            self.fontMetrics().horizontalAdvance(self._words) + px(_ROOM), super().sizeHint().height()
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(px(64), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width() - px(_ROOM), 12)
        words = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        # An ampersand in a seller's own words is no mnemonic.
        self.setText(words.replace("&", "&&"))


class ChipGrid(QWidget):
    """Chips in columns, kept from one unit to the next. `pressed(code)` is called for the chip a person pressed."""

    def __init__(self, name: str, pressed: Callable[[str], object], columns: int = 2) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.setAccessibleName(name)
        self._pressed = pressed
        self._columns = columns
        self._offered: tuple[tuple[str, str], ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self.chips: dict[str, Chip] = {}

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """These (code, words) and no others; nothing happens when they are the same as before."""
        if tuple(choices) == self._offered:
            return
        self._offered = tuple(choices)
        for chip in self.chips.values():
            self._grid.removeWidget(chip)
            chip.deleteLater()
        self.chips = {}
        for number, (code, words) in enumerate(choices):
            chip = Chip(words)
            chip.clicked.connect(lambda _=False, code=code: self._pressed(code))
            self._grid.addWidget(chip, number // self._columns, number % self._columns)
            self.chips[code] = chip
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 1)
