"""What covers the window while nobody is signed in: a scan of a badge is the only way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLineEdit, QVBoxLayout, QWidget

from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import px, set_pixmap
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.overlay import Overlay


class Curtain(Overlay):
    """Covers `window` entirely. `badge_typed(text)` for a bench whose scanner is broken; keys and clicks end
    here.
    """

    badge_typed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("curtain")
        self.setAccessibleName(t("window.lock.title"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        picture = QLabel()
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_pixmap(picture, "lock", "accent", 40)
        self.title = PlainLabel(t("window.lock.title"), "title")
        self.note = PlainLabel(t("window.lock.note"), "note", wrap=True)
        self.answer = PlainLabel("", wrap=True)
        for label in (self.title, self.note, self.answer):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.answer.hide()
        self.badge = QLineEdit()
        self.badge.setPlaceholderText(t("window.lock.badge"))
        self.badge.setAccessibleName(t("window.lock.badge"))
        self.badge.setMaxLength(64)
        self.badge.setMinimumWidth(px(400))
        self.badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.badge.returnPressed.connect(self._typed)
        card = Card()
        card.setMaximumWidth(px(450))
        card.body.setContentsMargins(18, 18, 18, 12)
        card.body.setSpacing(12)
        layout = card.layout()
        assert layout is not None
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        for widget in (picture, self.title, self.note, self.badge, self.answer):
            card.add(widget)
        middle = QHBoxLayout()  # aligned instead, the card would not ask how high its words are at its width
        middle.addStretch()
        middle.addWidget(card)
        middle.addStretch()
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(middle)
        column.addStretch(3)

    def draw(self, words: str = "", tone: Tone | None = None) -> None:
        """Cover the window; `words` say why, or what was wrong with the last badge."""
        self.answer.setText(words)
        self.answer.set_tone(tone)
        self.answer.setVisible(bool(words))
        self.badge.clear()
        self.cover()
        self.badge.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> None:
        text = self.badge.text().strip()
        if text:
            self.badge.clear()
            self.badge_typed.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()  # nothing behind the curtain hears a key

    def focusNextPrevChild(self, forward: bool) -> bool:
        self.badge.setFocus(Qt.FocusReason.TabFocusReason)
        return True
