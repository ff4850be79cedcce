"""A button that gives up showing its key before it gives up its words, so that a narrow column holds it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QSizePolicy

from bmdesk.texts import Text
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.shortcut_button import ShortcutButton


class RoomyButton(ShortcutButton):
    """A ShortcutButton that may be squeezed to its bare words; its key is in the tooltip. `small`: beside a title."""

    def __init__(
        self,
        words: Text,
        keys: str = "",
        *,
        meaning: Text | None = None,
        icon: str = "",
        kind: str = "",
        small: bool = False,
    ) -> None:
        super().__init__(words, keys, meaning=meaning, icon=icon, kind=kind)
        said = self.accessibleName()
        self.setToolTip(f"{said} ({self.keys})" if keys else said)
        if small:
            mark(self, kind="segment", place="only", small=True)  # the style sheet's small button
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(QPushButton.sizeHint(self).width(), px(90)), QPushButton.sizeHint(self).height())
