"""What every section of the settings is: a page that can be asked to show what is stored now."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.texts import Text
from bmdesk.ui.theme import mark
from bmdesk.ui.views.settings.fields import Editor, FieldCard, SettingField
from bmdesk.ui.views.settings.sources import Source
from bmdesk.ui.workplace import Workplace


class Section(QWidget):
    """Subclasses build themselves in `__init__` and put cards into `column`."""

    reloads_on: frozenset[Change] = frozenset({Change.SETTINGS})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.workplace = workplace
        self.cards: list[FieldCard] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(12)

    def load(self) -> None:
        """Ask for everything that is shown."""
        for card in self.cards:
            card.load()

    def shown(self) -> None:
        """The section has come on screen."""
        self.load()

    def hidden(self) -> None:
        """The section has left the screen."""

    def card(self, title: str = "", note: str = "") -> FieldCard:
        """A new card of settings at the end of the column."""
        made = FieldCard(title, note)
        self.cards.append(made)
        self.column.addWidget(made)
        return made

    def field(
        self, card: FieldCard, label: Text, source: Source, editor: Editor, unit: str = ""
    ) -> SettingField:
        """A setting at the end of this card."""
        return card.add_field(SettingField(self.workplace, label, source, editor, unit=unit))
