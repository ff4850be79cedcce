"""A button that shows the key which presses it; where the row is too narrow for both, its words alone."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from bmdesk.texts import Text, render
from bmdesk.ui.shortcuts import bind, spelled
from bmdesk.ui.theme import colour, mark, px, set_icon

_GAP = 10
_MAY_LACK = 8  # so much of its padding a button can do without


class ShortcutButton(QPushButton):
    """Words, an optional icon, and the key at the right. `kind`: "", primary, danger, flat.

    The key works while the button is visible and enabled, and stands in the F1 list with `meaning`, or else
    with the button's own words.
    """

    def __init__(
        self,
        words: Text,
        keys: str = "",
        *,
        meaning: Text | None = None,
        icon: str = "",
        kind: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(render(words), parent)
        self._keys = spelled(keys) if keys else ""
        self._kind = kind
        self.setAccessibleName(render(meaning or words))
        if kind:
            mark(self, kind=kind)
        if icon:
            set_icon(self, icon, {"primary": "on_fill", "danger": "bad"}.get(kind, "text"))
        if keys:
            # At once, not animateClick: a scan 100 ms later must find the work of this key begun.
            bind(self, keys, meaning or words, self.click)

    def give_way(self) -> None:
        """In a row of many this one may shrink to its words."""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def keys(self) -> str:
        """The key as it is shown, "" without one."""
        return self._keys

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        return QSize(size.width() + self._key_width(), size.height())

    def minimumSizeHint(self) -> QSize:
        return super().sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._keys or self.width() < self.sizeHint().width() - _MAY_LACK:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        option.rect = self.rect().adjusted(0, 0, -self._key_width(), 0)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonLabel, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = colour("on_fill" if self._kind == "primary" else "muted")
        if not self.isEnabled():
            shade = colour("muted")
        width = self._key_width() - _GAP
        high = px(18)
        box = QRectF(self.width() - width - 9, (self.height() - high) / 2, width, high)
        edge = QColor(shade)
        edge.setAlphaF(0.5)
        painter.setPen(edge)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(self._key_font())
        painter.setPen(shade)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._keys)

    def _key_width(self) -> int:
        if not self._keys:
            return 0
        return max(20, QFontMetrics(self._key_font()).horizontalAdvance(self._keys) + 12) + _GAP

    def _key_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(px(11))
        font.setWeight(QFont.Weight.DemiBold)
        return font
