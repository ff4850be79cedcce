"""The row above a table: search and filters at the left, actions at the right; their keys give way first."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.shortcut_button import ShortcutButton


class ToolbarRow(QWidget):
    """`add` fills from the left, `add_right` from the right edge."""

    def __init__(self, *left: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="clear")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch()
        self._left = 0
        for widget in left:
            self.add(widget)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Append at the left."""
        _give_way(widget)
        self._row.insertWidget(self._left, widget, stretch)
        self._left += 1

    def add_right(self, widget: QWidget) -> None:
        """Append at the right."""
        _give_way(widget)
        self._row.addWidget(widget)


def _give_way(widget: QWidget) -> None:
    if isinstance(widget, ShortcutButton):
        widget.give_way()
