"""A part of a room that can be asked to show what is stored now."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.ui.theme import mark
from bmdesk.ui.workplace import Workplace


class Section(QWidget):
    """Subclasses build themselves in `__init__` and put cards into `column`."""

    reloads_on: frozenset[Change] = frozenset({Change.SETTINGS})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.workplace = workplace
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(12)

    def load(self) -> None:
        """Ask for everything that is shown."""

    def shown(self) -> None:
        """The section has come on screen."""
        self.load()

    def hidden(self) -> None:
        """The section has left the screen."""
