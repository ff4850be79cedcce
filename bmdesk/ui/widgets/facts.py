"""What is known of a thing, two columns: what it is called, what it is. Outside text stays plain and is never cut."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.label import PlainLabel

_LONGEST = 600
_WORD = 28


class Facts(QWidget):
    """`add(name, words)`; a fact without words is left out."""

    def __init__(self, name_width: int = 116, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="clear")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnMinimumWidth(0, px(name_width))
        self._grid.setColumnStretch(1, 1)
        self._rows = 0

    def add(self, name: str, words: str, tone: Tone | None = None) -> None:
        """Append a fact."""
        if not words:
            return
        caption = PlainLabel(name, "note", wrap=True)
        value = PlainLabel(broken(words), wrap=True, selectable=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if tone is not None:
            value.set_tone(tone)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(caption, self._rows, 0, top)
        self._grid.addWidget(value, self._rows, 1, top)
        self._rows += 1

    @property
    def empty(self) -> bool:
        """Whether nothing was worth saying."""
        return self._rows == 0


def broken(words: str, most: int = _LONGEST) -> str:
    """The words, at most so many characters, with places to break inside very long ones, so that a label never
    widens its room.
    """
    if len(words) > most:
        words = f"{words[: most - 1]}…"
    zero_width = "\u200b"
    return " ".join(
        zero_width.join(word[n : n + _WORD] for n in range(0, len(word), _WORD))
        if len(word) > _WORD
        else word
        for word in words.split(" ")
    )
