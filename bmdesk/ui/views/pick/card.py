"""Where to go and what to take, in large type: the one thing that whoever walks with a cart looks at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import Theme, colour, mark, px
from bmdesk.ui.widgets.big import BigText, Sign
from bmdesk.ui.widgets.card import Card

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NextCard(Card):
    """Place, piece, and what came of the last scan; coloured while a scan was refused or everything is fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(px(190))
        self.tone: Tone | None = None
        self._picture, self._words = "scan", ("", "", "", "")
        self.sign = Sign(86)
        self.place = BigText(72)
        self.piece = BigText(40, align=_RIGHT)
        self.goods = BigText(20, weight=QFont.Weight.Medium)
        self.said = BigText(22, weight=QFont.Weight.DemiBold)
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(self.place, 5)
        top.addWidget(self.piece, 5)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(top, 5)
        words.addWidget(self.goods, 2)
        words.addWidget(self.said, 2)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(self.sign)
        row.addLayout(words, 1)
        self.add(row, 1)
        Theme.now().changed.connect(self._draw)

    def show_next(self, place: str, piece: str, goods: str) -> None:
        """Where to go; nothing of it keeps what was said."""
        self._words = (place, piece, goods, self._words[3])
        self._draw()

    def show_said(self, words: str, tone: Tone | None, picture: str) -> None:
        """What came of the last scan."""
        self.tone, self._picture = tone, picture
        self._words = (*self._words[:3], words)
        self._draw()

    def _draw(self) -> None:
        ink = "card" if self.tone is not None else "text"
        place, piece, goods, said = self._words
        self.place.show_words(place, ink)
        self.piece.show_words(piece, ink)
        self.piece.setVisible(bool(piece))  # words that stand alone have the whole width
        self.goods.show_words(goods, "card" if self.tone is not None else "muted")
        self.said.show_words(said, ink)
        self.sign.show_sign(self._picture, "card" if self.tone is not None else "accent")
        self.setAccessibleName(t("pick_page.next"))
        self.setAccessibleDescription(", ".join(part for part in self._words if part))
        mark(self, kind="card")
        shade = f'QFrame[kind="card"] {{ background: {colour(self.tone).name()}; }}' if self.tone else ""
        if self.styleSheet() != shade:
            self.setStyleSheet(shade)
